// Live training: buttons and sliders go to Python, pictures of the learning network come back.

import { makeAsk } from "./ask.js";
import { drawChart } from "./chart.js";
import {
  bytes,
  figures,
  floats,
  make,
  makeButton,
  makeCaption,
  makeCard,
  makeRow,
  range,
  setText,
} from "./kit.js";
import { drawTiles, inkColour, weightColour } from "./tiles.js";

/**
 * What Python measured of the network.
 * @typedef {object} Shown
 * @property {boolean} running
 * @property {string} message
 * @property {number} steps
 * @property {number} eta of the last step
 * @property {number} size of its mini-batch
 * @property {number} epoch
 * @property {number} cost
 * @property {number} train_accuracy
 * @property {number} test_accuracy
 * @property {number | null} promised
 * @property {number | null} actual
 * @property {DataView} curves rows of epoch, C, and the two shares read
 * @property {DataView} weights images of 28 × 28 bytes, where 128 is zero
 * @property {DataView} mistakes images of 28 × 28 grey values
 * @property {string[]} captions
 */

const percent = (share) => `${(100 * share).toFixed(1)} %`;
const makeCanvas = (name) => make("canvas", { role: "img", "aria-label": name });
const makeFigure = (kind, picture, caption) =>
  make("figure", { className: kind }, picture, make("figcaption", {}, caption));

class Training {
  constructor(model, el) {
    this.model = model;
    const words = {
      lost: "the network with all that it learned, and all other variables",
      kept: "The pictures show the last moment before that.",
    };
    const answered = (text, more) => {
      setText(this.message, text);
      if (text && !more) model.set({ shown: { ...model.get("shown"), running: false } });
    };
    this.ask = makeAsk({ model, el }, words, answered, true);
    this.message = make("p", { className: "gd-message", role: "alert" });
    this.readout = make("div", { className: "gd-readout", role: "status" });
    const { etas, sizes } = model.get("scene");
    const [rateRow, setRate] = this.makeSlider("rate", "learning rate η", etas);
    const [sizeRow, setSize] = this.makeSlider("size", "mini-batch size", sizes);
    this.setRate = setRate;
    this.setSize = setSize;
    this.card = makeCard(
      make("header", {}, make("strong", {}, "Live training"), this.makeButtons()),
      rateRow,
      sizeRow,
      this.message,
      this.makePictures(),
      this.readout,
      make(
        "div",
        { className: "gd-code" },
        "Each step: ",
        make("code", {}, model.get("scene").code),
      ),
      makeCaption(model.get("scene").same)[0],
    );
    el.append(this.card);
    this.observers = [
      new MutationObserver(() => this.paint()),
      new ResizeObserver(() => this.paint()),
    ];
    this.observers[0].observe(document.body, { attributes: true });
    this.observers[1].observe(this.card);
    model.on("change:shown change:rate change:size", () => this.paint());
    this.paint();
  }

  makeButtons() {
    const act = (text, label, what) => makeButton(text, label, () => this.ask({ do: what }));
    this.run = makeButton(
      "▶ start",
      "start or pause",
      () => this.ask({ do: this.model.get("shown").running ? "pause" : "start" }),
      "gd-play",
    );
    return make(
      "span",
      { className: "gd-buttons" },
      act("↺ reset", "reset to the same start", "reset"),
      act("one mini-batch", "train on one mini-batch", "batch"),
      act("one epoch", "train to the end of an epoch", "epoch"),
      this.run,
    );
  }

  makeSlider(trait, name, values) {
    const move = (position) => {
      this.model.set(trait, position);
      this.model.save_changes();
      this.paint();
    };
    const last = values.length - 1;
    const ends = [0, last].map((position) => [position, String(values[position]), ""]);
    return makeRow(name, `gd-${trait}`, last, move, null, ends);
  }

  makePictures() {
    this.cost = makeCanvas("C on 1,000 training images");
    this.shares = makeCanvas("share of images read");
    this.weights = makeCanvas("the weights of the hidden neurons");
    this.meter = ["promised", "actual"].map((name) =>
      make("div", {}, make("b", {}, name), make("span", {}, make("i")), make("output")),
    );
    this.mistakes = range(0, 9).map(() =>
      make("figure", {}, makeCanvas("a misread digit"), make("figcaption")),
    );
    return make(
      "div",
      { className: "gd-train" },
      makeFigure("gd-chart", this.cost, "C on 1,000 training images"),
      makeFigure("gd-chart", this.shares, "images read: training (line), test (dashes)"),
      makeFigure(
        "gd-meter gd-bars",
        make("div", {}, ...this.meter),
        "ΔC of the last mini-batch measured",
      ),
      makeFigure(
        "gd-weights",
        this.weights,
        "what the hidden neurons look at: brown excites, purple silences",
      ),
      makeFigure(
        "gd-mistakes",
        make("div", {}, ...this.mistakes),
        "ten test images that it misreads: what it says, what it is",
      ),
    );
  }

  paint() {
    const { model } = this;
    /** @type {Shown} */
    const now = model.get("shown");
    const { etas, sizes } = model.get("scene");
    this.setRate(model.get("rate"), String(etas[model.get("rate")]));
    this.setSize(model.get("size"), String(sizes[model.get("size")]));
    setText(this.run, now.running ? "❚❚ pause" : "▶ start");
    if (now.message) setText(this.message, now.message);
    this.tell(now);
    this.paintCharts(now);
    this.paintMeter([now.promised, now.actual]);
    drawTiles(this.weights, bytes(now.weights), 10, weightColour);
    this.paintMistakes(now);
  }

  /** @param {Shown} now */
  tell(now) {
    const { images } = this.model.get("scene");
    this.readout.ariaLive = now.running ? "off" : "polite"; // ten readouts a second are no news
    const last = now.steps
      ? `, the last with η = ${now.eta} on ${now.size} of ${images.toLocaleString("en")} images`
      : "";
    setText(
      this.readout,
      `epoch ${now.epoch.toFixed(2)} · ${now.steps.toLocaleString("en")} steps${last} · ` +
        `C ${figures(now.cost)} · read: training ${percent(now.train_accuracy)}, ` +
        `test ${percent(now.test_accuracy)}`,
    );
  }

  /** @param {Shown} now */
  paintCharts({ curves }) {
    const css = getComputedStyle(this.card);
    const colour = (name) => css.getPropertyValue(`--gd-${name}`);
    const colours = { faint: colour("faint"), line: colour("line") };
    const numbers = [...floats(curves)];
    const [epochs, costs, train, test] = range(0, 3).map((column) =>
      numbers.filter((_number, i) => i % 4 === column),
    );
    drawChart(
      this.cost,
      epochs,
      [{ values: costs, colour: colour("accent") }],
      Math.max(...costs),
      (C) => C.toPrecision(2),
      colours,
    );
    const shares = [
      { values: train, colour: colour("accent") },
      { values: test, colour: colour("ball") },
    ];
    drawChart(this.shares, epochs, shares, 1, (share) => `${share * 100} %`, colours);
  }

  paintMeter(changes) {
    const longest = Math.max(...changes.map(Math.abs));
    this.meter.forEach((row, i) => {
      setText(row.lastChild, `${changes[i] > 0 ? "▲ " : ""}${figures(changes[i])}`);
      row.querySelector("i").style.width = `${(100 * Math.abs(changes[i])) / longest || 0}%`;
      row.className = changes[i] > 0 ? "gd-most" : "";
    });
  }

  /** @param {Shown} now */
  paintMistakes({ mistakes, captions }) {
    this.mistakes.forEach((tile, i) => {
      tile.hidden = i >= captions.length;
      if (tile.hidden) return;
      const image = bytes(mistakes).subarray(784 * i, 784 * (i + 1));
      drawTiles(tile.firstChild, image, 1, inkColour);
      setText(tile.lastChild, captions[i]);
    });
  }
}

export function render({ model, el }) {
  const { ask, observers } = new Training(model, el);
  return () => [ask, ...observers].forEach((observer) => observer.disconnect());
}
