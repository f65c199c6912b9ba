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
import { grouped, say } from "./words.js";

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
      lost: say("the network with all that it learned, and all other variables"),
      kept: say("The pictures show the last moment before that."),
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
    const [train, test] = samples.map(grouped);
    const [rateRow, setRate] = this.makeSlider("rate", say("learning rate η"), etas);
    const [sizeRow, setSize] = this.makeSlider("size", say("mini-batch size"), sizes);
    this.setRate = setRate;
    this.setSize = setSize;
    this.card = makeCard(
      make("header", {}, make("strong", {}, say("Live training")), this.makeButtons()),
      make("div", { className: "gd-settings" }, rateRow, sizeRow),
      this.message,
      this.pictures.charts,
      this.pictures.views,
      make("div", { className: "gd-readout" }, this.counts, this.words, this.place, this.earlier),
      make(
        "div",
        { className: "gd-code" },
        make("span", {}, say("Each step:"), " ", make("code", {}, code)),
        make(
          "details",
          {},
          make(
            "summary",
            {},
            say("C and shares: on {train} training and {test} test images", { train, test }),
          ),
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
      say("▶ start"),
      say("start or pause"),
      () => this.ask({ do: this.model.get("shown").running ? "pause" : "start" }),
      "gd-play",
    );
    return make(
      "span",
      { className: "gd-buttons" },
      act(say("↺ reset"), say("reset to the same start"), "reset"),
      act(say("one mini-batch"), say("train on one mini-batch"), "batch"),
      act(say("one epoch"), say("one epoch: train to its end"), "epoch"),
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
    setText(this.run, now.running ? say("❚❚ pause") : say("▶ start"));
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
      ? say(", the last with η = {eta} on {size} of {images} images", {
          eta: now.eta,
          size: now.size,
          images: grouped(images),
        })
      : "";
    const speed = now.speed ? say(" · {n} steps/s", { n: grouped(Math.round(now.speed)) }) : "";
    const steps = now.steps === 1 ? say("1 step") : say("{n} steps", { n: grouped(now.steps) });
    const epoch = say("epoch {epoch}", { epoch: run.epoch.at(-1).toFixed(2) });
    setText(this.counts, `${epoch} · ${steps}${last}${speed}`);
    setText(this.words, now.words);
    const ground = say("C there {there}, at v {here}.", {
      there: figures(now.ground),
      here: figures(run.cost.at(-1)),
    });
    setText(this.place, plane ? `${now.place} ${ground}` : now.place);
    const earlier = this.model.get("earlier").map(({ label }, i) => `${i + 1}: ${label}`);
    setText(
      this.earlier,
      earlier.length ? say("Earlier runs, faint: {runs}", { runs: earlier.join(" · ") }) : "",
    );
  }
}

export function render({ model, el }) {
  const { ask, end } = new Training(model, el);
  return () => {
    ask.disconnect();
    end();
  };
}
