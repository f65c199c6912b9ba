// Live training: buttons and sliders go to Python, pictures of the learning network come back.

import { makeAsk } from "./ask.js";
import {
  figures,
  make,
  makeButton,
  makeCaption,
  makeCard,
  makeRow,
  setText,
  paintAnew,
} from "./kit.js";
import { chooseNeurons } from "./network_picture.js";
import { TrainingPictures } from "./training_pictures.js";

/**
 * What Python measured of the network.
 * @typedef {object} Shown
 * @property {boolean} running
 * @property {string} message
 * @property {number} steps
 * @property {number | null} speed steps per second
 * @property {number} eta of the last step
 * @property {number} size of its mini-batch
 * @property {number | null} promised
 * @property {number | null} actual
 * @property {DataView} curves rows of numbers, whose names are the scene's columns
 * @property {string} words whether it can learn, or is frozen
 * @property {string} place how far it is off the plane
 * @property {number | null} ground C on the plane, below it
 * @property {DataView} a what each neuron puts out for the image on show, layer after layer
 * @property {DataView} weights signed bytes: shares of the largest of each layer
 * @property {DataView} mistakes images of 28 × 28 grey values
 * @property {string[]} captions
 */

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
    this.pictures = new TrainingPictures(model);
    this.message = make("p", { className: "gd-message", role: "alert" });
    this.counts = make("p", { role: "status" });
    this.words = make("p", { role: "status" });
    this.place = make("p");
    this.earlier = make("p");
    const { etas, sizes, code, samples, same } = model.get("scene");
    const [train, test] = samples.map((number) => number.toLocaleString("en"));
    const [rateRow, setRate] = this.makeSlider("rate", "learning rate η", etas);
    const [sizeRow, setSize] = this.makeSlider("size", "mini-batch size", sizes);
    this.setRate = setRate;
    this.setSize = setSize;
    this.card = makeCard(
      make("header", {}, make("strong", {}, "Live training"), this.makeButtons()),
      make("div", { className: "gd-settings" }, rateRow, sizeRow),
      this.message,
      this.pictures.charts,
      this.pictures.views,
      make("div", { className: "gd-readout" }, this.counts, this.words, this.place, this.earlier),
      make(
        "div",
        { className: "gd-code" },
        make("span", {}, "Each step: ", make("code", {}, code)),
        make(
          "details",
          {},
          make("summary", {}, `C and shares: on ${train} training and ${test} test images`),
          makeCaption(same)[0],
        ),
      ),
    );
    el.append(this.card);
    this.listen();
    this.end = paintAnew(this.card, () => this.paint());
    model.on("change:shown change:rate change:size change:neuron", () => this.paint());
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
      act("one epoch", "one epoch: train to its end", "epoch"),
      this.run,
    );
  }

  makeSlider(trait, name, values) {
    const last = values.length - 1;
    const ends = [0, last].map((position) => [position, String(values[position]), ""]);
    const move = (position) => this.keep({ [trait]: position });
    return makeRow(name, `gd-${trait}`, last, move, null, ends);
  }

  keep(changes) {
    this.model.set(changes);
    this.model.save_changes();
    this.paint();
  }

  listen() {
    chooseNeurons(
      this.pictures.network,
      this.model.get("scene").layers,
      () => this.pictures.lit,
      () => this.model.get("neuron"),
      (neuron) => this.keep({ neuron }),
    );
  }

  paint() {
    if (!this.card.clientWidth) return; // not on the page yet
    const { model } = this;
    /** @type {Shown} */
    const now = model.get("shown");
    const { etas, sizes } = model.get("scene");
    this.setRate(model.get("rate"), String(etas[model.get("rate")]));
    this.setSize(model.get("size"), String(sizes[model.get("size")]));
    setText(this.run, now.running ? "❚❚ pause" : "▶ start");
    if (now.message) setText(this.message, now.message);
    this.pictures.paint(this.card);
    this.tell(now);
  }

  /** @param {Shown} now */
  tell(now) {
    const { images, plane } = this.model.get("scene");
    this.counts.ariaLive = now.running ? "off" : "polite"; // ten readouts a second are no news
    const run = this.pictures.runs.at(-1);
    const last = now.steps
      ? `, the last with η = ${now.eta} on ${now.size} of ${images.toLocaleString("en")} images`
      : "";
    const speed = now.speed ? ` · ${Math.round(now.speed).toLocaleString("en")} steps/s` : "";
    const steps = `${now.steps.toLocaleString("en")} steps`;
    setText(this.counts, `epoch ${run.epoch.at(-1).toFixed(2)} · ${steps}${last}${speed}`);
    setText(this.words, now.words);
    const ground = `C there ${figures(now.ground)}, at v ${figures(run.cost.at(-1))}.`;
    setText(this.place, plane ? `${now.place} ${ground}` : now.place);
    const earlier = this.model.get("earlier").map(({ label }, i) => `${i + 1}: ${label}`);
    setText(this.earlier, earlier.length ? `Earlier runs, faint: ${earlier.join(" · ")}` : "");
  }
}

export function render({ model, el }) {
  const { ask, end } = new Training(model, el);
  return () => {
    ask.disconnect();
    end();
  };
}
