// The lens: a disc of the surface around the start, out to ‖Δv‖, and its tangent plane.

import { drawArrow, drawBall, drawRing, fill, setPen, trace } from "./draw.js";
import { figures, range } from "./kit.js";
import { PICTURES, render } from "./player.js";

const RINGS = 10; // at every second length
const SECTORS = 36;
const STEEPER = 0.4; // than on the valley the eye looks down
const HIGH = 1.5; // times the radius: what rises or falls farther has left the lens

/** A picture of the kind "lens". */
class LensPicture {
  /**
   * @param {import("./film.js").Show} show
   * @param {import("./film.js").LensSpec} spec
   */
  constructor(show, spec) {
    this.show = show;
    this.spec = spec;
  }

  /** What the backdrop depends on: it is drawn anew when this changes. */
  view() {
    const { sliders, turn, film } = this.show;
    return JSON.stringify([sliders[0], turn, film.start]);
  }

  look(width, height) {
    const { turn } = this.show;
    this.middle = [width / 2, height / 2];
    this.size = Math.min(width * 0.42, height * 0.34);
    this.sin = Math.sin(turn.yaw);
    this.cos = Math.cos(turn.yaw);
    const pitch = Math.min(turn.pitch + STEEPER, 1.5);
    this.tilt = Math.sin(pitch);
    this.lift = Math.cos(pitch);
  }

  /** How far behind the middle a place of the disc lies; its radius is 1. */
  depth(a, b) {
    return a * this.sin + b * this.cos;
  }

  /** The pixel of a place: its part along v₁ and v₂, and its height. @param {number[]} place */
  project([a, b, c]) {
    return [
      this.middle[0] + this.size * (a * this.cos - b * this.sin),
      this.middle[1] - this.size * (this.depth(a, b) * this.tilt + c * this.lift),
    ];
  }

  // The place at a length and in a direction, on the surface ("actual") or the plane ("promised").
  place(position, step, channel) {
    const { film, scene, sliders } = this.show;
    const lengths = /** @type {number[]} */ (scene.sliders[0].values);
    const radius = lengths[sliders[0]];
    const angle = (2 * Math.PI * step) / film.length;
    const share = lengths[position] / radius;
    const change = film.series(channel, 0, position)[step % film.length];
    return [share * Math.cos(angle), share * Math.sin(angle), change / (film.start.rise * radius)];
  }

  // The pieces of both, far ones first; of the two at one place the lower one first.
  pieces() {
    const { film, sliders } = this.show;
    const rings = range(0, RINGS)
      .map((ring) => sliders[0] - 2 * ring)
      .filter((position) => position >= 0);
    const steps = range(0, SECTORS - 1).map((sector) => (sector * film.length) / SECTORS);
    const wide = film.length / SECTORS;
    const pieces = [];
    rings.forEach((position, ring) => {
      const inner = rings[ring + 1];
      for (const step of steps) {
        const both = ["promised", "actual"].map((channel) => {
          const outer = [step, step + wide].map((at) => this.place(position, at, channel));
          const rest =
            inner === undefined
              ? [[0, 0, 0]]
              : [step + wide, step].map((at) => this.place(inner, at, channel));
          return { channel, corners: [...outer, ...rest] };
        });
        const height = ({ corners }) => corners.reduce((sum, [, , c]) => sum + c, 0);
        both.sort((one, other) => height(one) - height(other));
        const [[a, b]] = both[0].corners;
        pieces.push({ depth: this.depth(a, b), both });
      }
    });
    return pieces.sort((one, other) => other.depth - one.depth).flatMap(({ both }) => both);
  }

  backdrop(g, width, height) {
    this.look(width, height);
    for (const { channel, corners } of this.pieces()) {
      if (corners.every(([, , c]) => Math.abs(c) < HIGH)) this.drawPiece(g, channel, corners);
    }
  }

  drawPiece(g, channel, corners) {
    const { colours } = this.show;
    const outline = [...corners, corners[0]].map((corner) => this.project(corner));
    const plane = channel === "promised";
    g.globalAlpha = plane ? 0.45 : 0.85;
    g.fillStyle = plane ? colours.ball : colours.accent;
    fill(g, outline);
    if (!plane) {
      g.fillStyle = `rgba(255, 255, 255, ${0.6 * brightness(corners)})`;
      fill(g, outline);
    }
    g.globalAlpha = plane ? 0.6 : 0.35;
    setPen(g, plane ? colours.ball : "white", 0.8);
    trace(g, outline);
    g.globalAlpha = 1;
  }

  /** Draws Δv in the plane, and how far from its tip the surface is. */
  draw(g) {
    const { show } = this;
    const { step } = show.moment(show.scene.tracks[0]);
    const position = show.sliders[0];
    const lengths = /** @type {number[]} */ (show.scene.sliders[0].values);
    const start = this.project([0, 0, 0]);
    const promised = this.project(this.place(position, step, "promised"));
    const actual = this.project(this.place(position, step, "actual"));
    drawArrow(g, show, show.colours.ball, start, promised, "Δv");
    setPen(g, show.colours.text, 1.5);
    trace(g, [promised, actual], [3, 3]);
    drawBall(g, show.colours.ball, start, 6);
    drawBall(g, show.colours.ball, actual, 5);
    drawRing(g, show.colours.text, promised, 6.5);
    const times = figures(lengths.at(-1) / lengths[position]);
    return `${times}×: ${this.spec.hint}`;
  }
}

// How much light falls on a piece from above and one side, 0 to 1.
function brightness([one, other, third]) {
  const edge = other.map((number, i) => number - one[i]);
  const side = third.map((number, i) => number - one[i]);
  const cross = (i, j) => edge[i] * side[j] - edge[j] * side[i];
  const normal = [cross(1, 2), cross(2, 0), cross(0, 1)];
  const [east, north, up] = normal.map((number) => number / Math.hypot(...normal));
  return Math.max(0, 0.7 * up - 0.5 * east + 0.5 * north);
}

PICTURES.lens = LensPicture;

export { render };
