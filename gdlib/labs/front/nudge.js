// The lab of a nudged weight: the player, with a picture of the network that the weight is in.

import { bytes } from "./kit.js";
import { drawNetwork } from "./network_picture.js";
import { PICTURES, render } from "./player.js";

/** A picture of the kind "flow". */
class FlowPicture {
  /**
   * @param {import("./film.js").Show} show
   * @param {import("./film.js").FlowSpec} spec
   */
  constructor(show, spec) {
    this.show = show;
    this.spec = spec;
    this.image = bytes(spec.image);
    this.layers = spec.sizes.slice(1);
  }

  view() {
    return "";
  }

  backdrop() {
    // all of it may move
  }

  /** @returns {undefined} */
  draw(g) {
    const { now } = this.show.moment(this.show.scene.tracks[0]);
    const a = this.layers.map((count, layer) =>
      Float32Array.from({ length: count }, (_none, i) => now[`a${layer}.${i}`]),
    );
    const flow = { image: this.image, weights: [], a };
    drawNetwork(g.canvas, flow, [], this.show.colours, this.spec.marked);
  }
}

PICTURES.flow = FlowPicture;

export { render };
