// The lab of the network: choose an image and a neuron, and look into it.

import { clear } from "./chart.js";
import { drawBall, setPen, trace } from "./draw.js";
import {
  bytes,
  figures,
  floats,
  make,
  makeButton,
  makeCaption,
  makeCard,
  setText,
  paintAnew,
} from "./kit.js";
import {
  chooseNeurons,
  coloursOf,
  cut,
  cutWeights,
  describe,
  drawNetwork,
  largest,
  nameOf,
} from "./network_picture.js";
import { onSigmoid, sigmoidCurve } from "./sigmoid.js";
import { drawTiles, weightColour } from "./tiles.js";
import { say } from "./words.js";

const HINT = say(
  "click a neuron, or choose it with the arrow keys; Page Up and Page Down: the " + "image",
);

/** The weights as bytes, where 128 is zero. */
const asBytes = (weights, most) => weights.map((w) => Math.round(128 + (127 * w) / most));

class NetworkLab {
  constructor(model, el) {
    this.model = model;
    const scene = model.get("scene");
    const layers = scene.sizes.slice(1);
    this.scene = scene;
    this.layers = layers;
    this.images = bytes(scene.images);
    this.weights = cutWeights(floats(scene.weights), layers);
    this.biases = cut(floats(scene.biases), layers);
    this.all = { z: floats(scene.z), a: floats(scene.a), places: bytes(scene.places) };
    this.sigmoid = floats(scene.sigmoid);
    this.build(el);
    this.listen();
    this.end = paintAnew(this.card, () => this.paint());
    model.on("change:image change:neuron", () => this.paint());
    this.paint();
  }

  build(el) {
    const figure = (kind, picture, caption) =>
      make("figure", { className: kind }, picture, caption);
    this.network = make("canvas", { tabIndex: 0, role: "application" });
    this.own = make("canvas", { role: "img" });
    this.ownName = make("figcaption");
    this.curve = make("canvas", { role: "img" });
    this.curveName = make("figcaption");
    this.readout = make("div", { className: "gd-readout", role: "status" });
    const turn = (text, label, by) => makeButton(text, label, () => this.turn(by));
    const buttons = make(
      "span",
      { className: "gd-buttons" },
      turn(say("← image"), say("previous image"), -1),
      turn(say("image →"), say("next image"), 1),
    );
    const legend = say("an edge is as wide as weight × activation: solid above 0, dashed below");
    const [same, code] = makeCaption();
    this.code = code;
    this.card = makeCard(
      make("header", {}, make("strong", {}, say("The network")), buttons),
      make(
        "div",
        { className: "gd-network" },
        figure("gd-flow", this.network, make("figcaption", {}, `${HINT} · ${legend}`)),
        make(
          "div",
          {},
          figure("gd-own", this.own, this.ownName),
          figure("gd-sigma", this.curve, this.curveName),
        ),
      ),
      this.readout,
      make(
        "div",
        { className: "gd-code" },
        say("Each layer:"),
        " ",
        make("code", {}, "sigmoid(w @ a + b)"),
      ),
      same,
    );
    el.append(this.card);
  }

  /** What the layers hold of the image on show: z, a or places. */
  now(name) {
    const count = this.layers.reduce((sum, size) => sum + size);
    const image = this.model.get("image");
    return cut(this.all[name].subarray(count * image, count * (image + 1)), this.layers);
  }

  // -- image and neuron → pictures and words

  paint() {
    if (!this.card.clientWidth) return; // not on the page yet
    const colours = coloursOf(this.card);
    const image = this.model.get("image");
    const chosen = this.model.get("neuron");
    const a = this.now("a");
    this.flow = {
      image: this.images.subarray(784 * image, 784 * image + 784),
      weights: this.weights,
      a,
    };
    drawNetwork(this.network, this.flow, chosen, colours);
    this.paintWeights(chosen, colours);
    this.paintCurve(chosen, colours);
    this.tell(chosen, a, image);
    setText(this.code, this.model.get("scene").code.replace("{image}", String(image)));
  }

  /** The weights of the chosen neuron: as an image, or as a bar for each neuron before it. */
  paintWeights([layer, number], colours) {
    const count = layer ? this.layers[layer - 1] : 784;
    const own = this.weights[layer].subarray(count * number, count * (number + 1));
    const most = largest(own);
    this.own.className = layer ? "" : "gd-image";
    const legend = say("purple below 0, brown above, up to {most} in size", {
      most: figures(most),
    });
    const text = layer
      ? say("its {count} weights, one bar for each neuron before it: {legend}", { count, legend })
      : say("its weights, one for each pixel: {legend}; white is 0", { legend });
    setText(this.ownName, text);
    this.own.ariaLabel = text;
    if (!layer) {
      drawTiles(this.own, asBytes(own, most), 1, weightColour);
      return;
    }
    const { g, width, height } = clear(this.own);
    own.forEach((w, i) => {
      g.fillStyle = w < 0 ? colours.minus : colours.plus;
      const high = (w / most) * (height / 2 - 4);
      g.fillRect((i * width) / count + 1, height / 2, width / count - 2, -high);
    });
    setPen(g, colours.faint, 1);
    trace(g, [[0, height / 2], [width, height / 2]]); // prettier-ignore
  }

  /** The curve of σ and the place of the chosen neuron on it. */
  paintCurve([layer, number], colours) {
    const { faint, line, accent, ball } = colours;
    const { reach } = this.scene;
    const { g, width, height } = clear(this.curve);
    const place = onSigmoid([26, 14, width - 40, height - 46], reach);
    g.fillStyle = faint;
    setPen(g, line, 1);
    for (const share of [0, 0.5, 1]) {
      trace(g, [place(-reach, share), place(reach, share)]);
      const [, y] = place(0, share);
      g.fillText(share === 0.5 ? "½" : String(share), 8, y + 4);
    }
    g.textAlign = "center";
    for (const z of [-reach, 0, reach]) {
      g.fillText(`${z ? "" : "z = "}${figures(z)}`, place(z, 0)[0], height - 6);
    }
    setPen(g, accent, 2.5);
    trace(g, sigmoidCurve(this.sigmoid, reach, place));
    const z = this.now("z")[layer][number];
    drawBall(g, ball, place(z, this.now("a")[layer][number]), 7);
    const beyond = Math.abs(z) > reach ? `; ${say("z lies beyond the edge")}` : "";
    const text = say("its place on σ: z = {z}, a = {a}", {
      z: figures(z),
      a: figures(this.now("a")[layer][number]),
    });
    setText(this.curveName, text + beyond);
    this.curve.ariaLabel = text + beyond;
  }

  tell([layer, number], a, image) {
    const { labels, words, sizes } = this.scene;
    const answers = [...a.at(-1)];
    const answer = answers.indexOf(Math.max(...answers));
    const seen = say(
      "Image {image} of {n}, a {label}; the largest output is that of {answer}, {most}.",
      {
        image: image + 1,
        n: labels.length,
        label: labels[image],
        answer,
        most: answers[answer].toFixed(2),
      },
    );
    const told = say("{name}: b = {b}, z = {z}, a = {a}. σ is {place}.", {
      name: nameOf(this.layers, [layer, number]),
      b: figures(this.biases[layer][number]),
      z: figures(this.now("z")[layer][number]),
      a: figures(a[layer][number]),
      place: words[this.now("places")[layer][number]],
    });
    setText(this.readout, `${seen} ${told}`);
    this.network.ariaLabel = say("network {sizes}; {hint}. {lit}", {
      sizes: sizes.join(" → "),
      hint: HINT,
      lit: describe(this.flow),
    });
  }

  // -- mouse and keys → image and neuron

  keep(changes) {
    this.model.set(changes);
    this.model.save_changes();
    this.paint();
  }

  turn(by) {
    const count = this.scene.labels.length;
    this.keep({ image: (this.model.get("image") + by + count) % count });
  }

  listen() {
    chooseNeurons(
      this.network,
      this.layers,
      () => this.flow,
      () => this.model.get("neuron"),
      (neuron) => this.keep({ neuron }),
    );
    this.network.addEventListener("keydown", (event) => {
      const page = { PageUp: -1, PageDown: 1 }[event.key];
      if (event.ctrlKey || event.metaKey || !page) return;
      event.preventDefault();
      this.turn(page);
    });
  }
}

export function render({ model, el }) {
  return new NetworkLab(model, el).end;
}
