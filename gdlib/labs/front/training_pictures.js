// The pictures of live training: what Python measured of the network that learns.

import { drawChart, logarithmic, percents } from "./chart.js";
import { bytes, figures, floats, make, range, setText } from "./kit.js";
import { coloursOf, cut, cutWeights, describe, drawNetwork, nameOf } from "./network_picture.js";
import { drawPlane } from "./plane_map.js";
import { drawTiles, inkColour, weightColour } from "./tiles.js";
import { say } from "./words.js";

const KEYS = say("click a neuron, or choose it with the arrow keys");
const COLUMNS = /** @type {const} */ ({
  read: ["train_accuracy", "test_accuracy"],
  flat: ["hidden_flat", "output_flat"],
});

const percent = (share, digits) =>
  Number.isNaN(share) ? "—" : `${(100 * share).toFixed(digits)} %`;
const makeFigure = (kind, picture) =>
  make("figure", { className: kind }, picture, make("figcaption"));

/** Writes below a picture, and says of it what it shows to those who do not see it. */
function caption(figure, text, more = "") {
  const picture = figure.firstChild;
  setText(figure.lastChild, text);
  if (picture.tagName === "CANVAS") picture.ariaLabel = text + more;
}

/**
 * The curves of a run by their names: rows of numbers, as Python sent them.
 * @returns {Object<string, number[]>}
 */
function curvesOf(view, columns) {
  const numbers = floats(view);
  const rows = range(0, numbers.length / columns.length - 1);
  return Object.fromEntries(
    columns.map((name, i) => [name, rows.map((row) => numbers[columns.length * row + i])]),
  );
}

export class TrainingPictures {
  constructor(model) {
    this.model = model;
    const { seen, plane } = model.get("scene");
    const makeCanvas = () => make("canvas", { role: "img" });
    this.cost = makeFigure("gd-chart", makeCanvas());
    this.read = makeFigure("gd-chart", makeCanvas());
    this.flat = makeFigure("gd-chart", makeCanvas());
    this.meter = [say("promised"), say("actual")].map((name) =>
      make("div", {}, make("b", {}, name), make("output"), make("span", {}, make("i"))),
    );
    this.network = make("canvas", { tabIndex: 0, role: "application" });
    this.flow = makeFigure("gd-flow", this.network);
    this.flow.hidden = !seen;
    this.weights = makeFigure("gd-tiles", makeCanvas());
    this.plane = makeFigure("gd-plane", makeCanvas());
    this.plane.hidden = !plane;
    this.tiles = range(0, 9).map(() =>
      make("figure", {}, make("canvas", { role: "img" }), make("figcaption")),
    );
    const meter = makeFigure("gd-meter gd-bars", make("div", {}, ...this.meter));
    const mistakes = makeFigure("gd-mistakes", make("div", {}, ...this.tiles));
    caption(meter, say("ΔC of a mini-batch"));
    caption(mistakes, say("misread test images: what it says, what it is"));
    this.charts = make(
      "div",
      { className: "gd-train gd-charts" },
      this.cost,
      this.read,
      this.flat,
      meter,
    );
    this.views = make(
      "div",
      { className: "gd-train gd-views" },
      this.flow,
      this.weights,
      this.plane,
      mistakes,
    );
  }

  /** Paints all, on a card that is on the page. */
  paint(card) {
    const { model } = this;
    const { columns } = model.get("scene");
    /** @type {import("./training.js").Shown} */
    const shown = model.get("shown");
    const colours = coloursOf(card);
    this.runs = [...model.get("earlier"), shown].map(({ curves }) => curvesOf(curves, columns));
    this.paintCharts(colours);
    this.paintMeter([shown.promised, shown.actual]);
    this.paintNetwork(shown, colours);
    this.paintPlane(shown, colours);
    this.paintMistakes(shown);
  }

  paintCharts(colours) {
    const now = this.runs.at(-1);
    const runs = (names) =>
      this.runs.map((run) => ({
        epochs: run.epoch,
        curves: names.map((name, i) => ({
          values: run[name],
          colour: i ? colours.ball : colours.accent,
        })),
      }));
    const draw = (figure, axis, names) => drawChart(figure.firstChild, axis, runs(names), colours);
    const costs = this.runs.flatMap(({ cost }) => cost);
    draw(this.cost, logarithmic(costs, 0.05, 2.5), ["cost"]);
    draw(this.read, percents, COLUMNS.read);
    draw(this.flat, percents, COLUMNS.flat);
    const [train, test] = COLUMNS.read.map((name) => percent(now[name].at(-1), 1));
    const [hidden, output] = COLUMNS.flat.map((name) => percent(now[name].at(-1), 0));
    caption(this.cost, say("C on training images: {C}", { C: figures(now.cost.at(-1)) }));
    caption(this.read, say("read: ─ train {train}, ┄ test {test}", { train, test }));
    caption(this.flat, say("flat σ: ─ hidden {hidden}, ┄ output {output}", { hidden, output }));
  }

  paintMeter(changes) {
    const longest = Math.max(...changes.map(Math.abs));
    this.meter.forEach((row, i) => {
      const text = changes[i] > 0 ? `▲ ${figures(changes[i])}` : figures(changes[i]);
      setText(row.querySelector("output"), text);
      row.querySelector("i").style.width = `${(100 * Math.abs(changes[i])) / longest || 0}%`;
      row.className = changes[i] > 0 ? "gd-most" : "";
    });
  }

  /** The network, lit, with the chosen neuron; and the weights of its first layer as images. */
  paintNetwork(shown, colours) {
    const { layers, seen, image, label } = this.model.get("scene");
    const chosen = this.model.get("neuron");
    const weights = new Int8Array(bytes(shown.weights).buffer);
    const ofFirst = bytes(shown.weights).subarray(0, 784 * layers[0]);
    const tiles = ofFirst.map((share) => (share + 128) % 256); // so that 128 is zero
    const number = tiles.length / 784;
    const across = Math.ceil(Math.sqrt(1.2 * number));
    drawTiles(this.weights.firstChild, tiles, across, weightColour);
    const whose = layers.length > 1 ? say("hidden neurons") : say("outputs");
    caption(
      this.weights,
      say("weights of {number} {whose}: brown excites, purple silences", { number, whose }),
    );
    if (!seen) return;
    const a = cut(floats(shown.a), layers);
    /** @type {import("./network_picture.js").Flow} */
    this.lit = {
      image: bytes(image),
      weights: cutWeights(weights, layers),
      a,
    };
    drawNetwork(this.network, this.lit, chosen, colours);
    if (!chosen[0] && layers.length > 1) this.frame(chosen[1], across, colours);
    const put = `a = ${a[chosen[0]][chosen[1]].toFixed(2)}`;
    const neuron = nameOf(layers, chosen);
    const text = say("lit by a test image of a {label}. {neuron}: {put}", { label, neuron, put });
    caption(this.flow, text, `; ${KEYS}. ${describe(this.lit)}`);
  }

  /** A frame around the weights of the chosen neuron, in the gap between them. */
  frame(number, across, colours) {
    const g = this.weights.firstChild.getContext("2d");
    g.strokeStyle = colours.ball;
    g.strokeRect(29 * (number % across) - 0.5, 29 * Math.floor(number / across) - 0.5, 29, 29);
  }

  paintPlane(shown, colours) {
    const { plane } = this.model.get("scene");
    if (!plane) return;
    const now = this.runs.at(-1);
    drawPlane(this.plane.firstChild, plane, /** @type {any} */ (now), colours);
    const place = `v₁ ${figures(now.v1.at(-1))}, v₂ ${figures(now.v2.at(-1))}`;
    const text = say("on the plane of notebook 08; dotted: the run there");
    caption(this.plane, text, say(". The ball is at {place}; {off}", { place, off: shown.place }));
  }

  /** @param {import("./training.js").Shown} shown */
  paintMistakes({ mistakes, captions }) {
    this.tiles.forEach((tile, i) => {
      tile.hidden = i >= captions.length;
      if (tile.hidden) return;
      const image = bytes(mistakes).subarray(784 * i, 784 * (i + 1));
      drawTiles(tile.firstChild, image, 1, inkColour);
      caption(tile, captions[i]);
    });
  }
}
