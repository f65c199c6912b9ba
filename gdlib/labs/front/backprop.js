// Backprop you can hold: a network of 2–2–1 neurons with its numbers, moment by moment. Python has
// computed every number and every sentence; here they are drawn.

import { makeAsk } from "./ask.js";
import { clamp, make, makeButton, makeCard, setText, still } from "./kit.js";
import { onSigmoid, sigmoidCurve } from "./sigmoid.js";
import { draw, drawLine } from "./sketch.js";
import { say } from "./words.js";

/**
 * @typedef {object} Moment what Python says of one step: lines by place, such as "h1" or "w²₁₁+"
 * @property {string} words
 * @property {string[]} lit
 * @property {Object<string, string[]>} labels
 * @property {Object<string, number>} glow how bright nodes shine, 0 to 1
 * @property {Object<string, number[]>} at where neurons lie on the curve of σ: z and a
 */
/**
 * @typedef {object} Plan
 * @property {string[]} names
 * @property {string[]} from
 * @property {string[]} to
 * @property {number} reach how far the curve of σ goes
 * @property {number[]} sigmoid
 */
/**
 * @typedef {object} Passes
 * @property {Object<string, string[]>} values
 * @property {Moment[]} forward
 * @property {Moment[][][]} nudges by entry of v and size
 * @property {Moment[]} backward
 * @property {Moment[][]} agree by entry of v and size
 */

const RADIUS = 62;
const LINE = 23; // from one line of text to the next
const PAUSE = 2200; // milliseconds from step to step
const WIDE_ROOM = 700; // pixels, from which the layers stand side by side
const PASSES = { forward: say("① forward"), nudge: say("② nudge"), backward: say("③ backward") };
const FIELDS = ["x₁", "x₂", "y"];

// Where nodes and labels stand: side by side, or one layer below the other on a narrow page.
const WIDE_LAYOUT = {
  box: [0, 14, 1100, 474], // what the SVG shows: left, top, width, height
  nodes: {
    x1: [80, 135],
    x2: [80, 375],
    h1: [420, 135],
    h2: [420, 375],
    o: [770, 255],
    C: [1010, 255],
  },
  labels: {
    "w²₁₁": [247, 98],
    "w²₁₂": [203, 290],
    "w²₂₁": [203, 208],
    "w²₂₂": [247, 401],
    "b²₁": [420, 36],
    "b²₂": [420, 276],
    "w³₁₁": [588, 164],
    "w³₁₂": [598, 336],
    "b³₁": [770, 156],
  },
};
const TALL_LAYOUT = {
  box: [0, 0, 400, 1010],
  nodes: {
    x1: [115, 68],
    x2: [285, 68],
    h1: [115, 430],
    h2: [285, 430],
    o: [200, 715],
    C: [200, 910],
  },
  labels: {
    "w²₁₁": [58, 160],
    "w²₁₂": [200, 300],
    "w²₂₁": [200, 200],
    "w²₂₂": [342, 160],
    "b²₁": [58, 276],
    "b²₂": [342, 276],
    "w³₁₁": [76, 585],
    "w³₁₂": [324, 585],
    "b³₁": [330, 696],
  },
};

class Backprop {
  constructor(model, el) {
    this.model = model;
    this.plan = model.get("plan");
    this.pass = "forward";
    this.step = 0;
    const kept = say("The picture keeps the values it has; only your own need Python.");
    const words = { lost: say("all variables"), kept };
    this.ask = makeAsk({ model, el }, words, (text) => setText(this.message, text));
    this.build(el);
    model.on("change:shown", () => {
      this.fillIn();
      this.show(this.pass, this.step);
    });
    this.observer = new ResizeObserver(() => this.paint());
    this.observer.observe(this.card);
    this.fillIn();
    this.paint();
  }

  build(el) {
    this.picture = draw("svg", { class: "gd-circuit", role: "img", tabindex: 0 });
    this.picture.dataset.lmSuppressShortcuts = "";
    this.picture.onkeydown = (event) => this.press(event);
    this.words = make("p", { className: "gd-words", role: "status" });
    this.message = make("p", { className: "gd-message", role: "alert" });
    this.card = makeCard(
      make("header", {}, make("strong", {}, say("Backprop you can hold")), this.makePasses()),
      this.makeChoices(),
      this.picture,
      this.words,
      this.makeSteps(),
      this.makeValues(),
      this.message,
    );
    el.append(this.card);
  }

  makePasses() {
    this.passes = Object.entries(PASSES).map(([pass, text]) =>
      makeButton(text, text, () => this.show(pass, 0)),
    );
    return make("span", { className: "gd-buttons" }, ...this.passes);
  }

  makeChoices() {
    const options = (texts) => texts.map((text, i) => make("option", { value: i }, text));
    const changed = () =>
      this.pass === "backward" ? this.show("backward", this.step) : this.show("nudge", 0);
    this.entry = make(
      "select",
      { "aria-label": say("nudge which"), onchange: changed },
      ...options(this.plan.names),
    );
    this.size = make(
      "select",
      { "aria-label": say("nudge by"), onchange: changed },
      ...options(this.plan.sizes.map((size) => `+${size}`)),
    );
    this.size.value = 1;
    this.saturate = make("input", {
      type: "checkbox",
      onchange: () => this.show(this.pass, this.step),
    });
    return make(
      "div",
      { className: "gd-row" },
      make("label", {}, say("nudge"), " ", this.entry),
      make("label", {}, say("by"), " ", this.size),
      make("label", {}, this.saturate, " ", say("saturate the first hidden neuron (b²₁ = 10)")),
    );
  }

  makeSteps() {
    this.back = makeButton("◀", say("one step back"), () => this.move(-1));
    this.play = makeButton(
      say("▶ play"),
      say("play or pause"),
      () => this.playOn(!this.timer),
      "gd-play",
    );
    this.next = makeButton("▶|", say("one step"), () => this.move(1));
    this.count = make("output");
    return make("div", { className: "gd-row" }, this.back, this.play, this.next, this.count);
  }

  makeValues() {
    const names = [...FIELDS, ...this.plan.names];
    const given = (event) => {
      if (event.key === "Enter" && !event.shiftKey) this.set();
    };
    this.fields = names.map((name) =>
      make("input", {
        type: "number",
        step: "any",
        "aria-label": name,
        onchange: () => this.set(),
        onkeydown: given,
      }),
    );
    const labels = names.map((name, i) => make("label", {}, `${name} `, this.fields[i]));
    const summary = make("summary", {}, say("set the values by hand"));
    return make("details", { className: "gd-values" }, summary, make("div", {}, ...labels));
  }

  // -- what the learner does

  set() {
    const values = this.fields.map((field) => field.valueAsNumber);
    if (!values.every((value) => Math.abs(value) <= 100)) {
      return setText(this.message, say("Write a number from −100 to 100 in each field."));
    }
    this.saturate.checked = false;
    this.ask({ values });
  }

  press(event) {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!by || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    this.move(by);
  }

  move(by) {
    this.playOn(false);
    this.show(this.pass, this.step + by);
  }

  show(pass, step) {
    this.pass = pass;
    this.step = clamp(step, 0, this.moments().length - 1);
    this.paint();
  }

  playOn(on) {
    clearInterval(this.timer);
    this.timer = null;
    if (on) {
      if (this.step === this.moments().length - 1) this.show(this.pass, 0);
      this.timer = setInterval(() => {
        this.show(this.pass, this.step + 1);
        if (this.step === this.moments().length - 1) this.playOn(false);
      }, PAUSE);
    }
    setText(this.play, on ? say("❚❚ pause") : say("▶ play"));
  }

  /** Writes the values into the fields, but not over one that the learner has changed since. */
  fillIn() {
    const { values } = this.model.get("shown");
    this.fields.forEach((field, i) => {
      if (!this.filled || field.valueAsNumber === this.filled[i]) field.value = values[i];
    });
    this.filled = values;
  }

  // -- the moment on show

  /** @returns {Passes} */
  get film() {
    return this.model.get("shown").films[Number(this.saturate.checked)];
  }

  /** @returns {Moment[]} */
  moments() {
    const { forward, nudges, backward, agree } = this.film;
    const [entry, size] = [this.entry.value, this.size.value];
    if (this.pass === "forward") return forward;
    return this.pass === "nudge" ? nudges[entry][size] : [...backward, agree[entry][size]];
  }

  paint() {
    const moments = this.moments();
    const { words, lit } = moments[this.step];
    const before = this.pass === "forward" ? [] : this.film.forward;
    const past = [...before, ...moments.slice(0, this.step + 1)];
    const so = (part) => Object.assign({}, ...past.map((moment) => moment[part]));
    const labels = { ...this.film.values, ...so("labels") };
    const now = { lit: new Set(lit), labels, glow: so("glow"), at: so("at") };
    const wide = this.card.clientWidth >= WIDE_ROOM;
    const layout = wide ? WIDE_LAYOUT : TALL_LAYOUT;
    drawNetwork(this.picture, layout, this.plan, now, (name) => {
      this.entry.value = this.plan.names.indexOf(name);
      this.entry.onchange();
    });
    this.picture.setAttribute(
      "aria-label",
      say("the network; the arrow keys step. {words}", { words }),
    );
    this.picture.classList.toggle("gd-runs", !still.matches);
    this.picture.classList.toggle("gd-backward", this.pass === "backward");
    setText(this.words, words);
    setText(this.count, say("{step} of {end}", { step: this.step + 1, end: moments.length }));
    // disabled in looks only: it keeps the focus
    this.back.ariaDisabled = String(this.step === 0);
    this.next.ariaDisabled = String(this.step === moments.length - 1);
    this.passes.forEach((button, i) => {
      button.ariaPressed = String(Object.keys(PASSES)[i] === this.pass);
    });
  }
}

/**
 * Lines of text, one below the other, from a place on.
 * @param {string[]} lines
 * @param {number[]} place
 * @param {string} className
 */
function drawLines(lines, [x, y], className) {
  const text = draw("text", { class: className });
  lines.forEach((line, i) => text.append(draw("tspan", { x, y: y + i * LINE }, line)));
  return text;
}

/**
 * The curve of σ in the lower half of a neuron, and a ball where the neuron lies on it.
 * @param {Plan} plan
 * @param {number[]} middle of the neuron
 * @param {number[]} [at] its z and a, once they are known
 */
function drawSigmoid({ reach, sigmoid }, [x, y], at) {
  const place = onSigmoid([x - 38, y + 14, 76, 28], reach);
  const curve = drawLine(`M${sigmoidCurve(sigmoid, reach, place).join("L")}`, "gd-sigmoid");
  if (!at) return [curve];
  const [left, top] = place(at[0], at[1]);
  return [curve, draw("circle", { cx: left, cy: top, r: 7, class: "gd-place" })];
}

// On a narrow page a long line breaks before its equals sign.
const narrowed = (line) => (line.length > 10 ? line.split(/ (?==)/) : [line]);

/**
 * Draws the edges, the nodes, and the labels there are: what is lit is thick.
 * @param {Element} picture
 * @param {typeof WIDE_LAYOUT} layout
 * @param {Plan} plan
 * @param {Omit<Moment, "words" | "lit"> & {lit: Set<string>}} now
 * @param {(name: string) => void} choose is told the entry of v whose label is clicked
 */
function drawNetwork(picture, { box, nodes, labels: places }, plan, now, choose) {
  const { lit, labels, glow, at } = now;
  const narrow = box[2] < box[3];
  const state = (name) => (lit.has(name) ? "gd-lit" : "");
  /** @type {(name: string, from: number[], to: number[]) => Element} */
  const edge = (name, [x0, y0], [x1, y1]) =>
    draw("path", { d: `M${x0},${y0}L${x1},${y1}`, class: `gd-edge ${state(name)}` });
  const edges = plan.names.flatMap((name, i) =>
    plan.from[i] ? [edge(name, nodes[plan.from[i]], nodes[plan.to[i]])] : [],
  );
  const circles = Object.entries(nodes).flatMap(([name, [x, y]]) => {
    const inner = labels[name] ?? [name === "C" ? "C" : ""];
    const curve = plan.to.includes(name) ? drawSigmoid(plan, [x, y], at[name]) : [];
    const middle = y + (curve.length ? -10 : 7);
    const top = middle - ((inner.length - 1) * LINE) / 2;
    return [
      draw("circle", {
        cx: x,
        cy: y,
        r: RADIUS,
        class: `gd-node ${state(name)}`,
        style: `--glow: ${glow[name] ?? 0}`,
      }),
      drawLines(inner, [x, top], ""),
      drawLines(labels[`${name}+`] ?? [], [x, y + RADIUS + LINE], "gd-change"),
      ...curve,
    ];
  });
  const texts = plan.names.flatMap((name) => {
    const [x, y] = places[name];
    const label = drawLines(labels[name], [x, y], `gd-entry ${state(name)}`);
    label.onclick = () => choose(name);
    const change = labels[`${name}+`] ?? [];
    const lines = narrow ? change.flatMap(narrowed) : change;
    return [label, drawLines(lines, [x, y + LINE], "gd-change")];
  });
  picture.setAttribute("viewBox", box.join(" "));
  picture.classList.toggle("gd-tall", narrow);
  picture.replaceChildren(...edges, edge("o–C", nodes.o, nodes.C), ...circles, ...texts);
}

export function render({ model, el }) {
  const lab = new Backprop(model, el);
  return () => {
    lab.playOn(false);
    lab.observer.disconnect();
  };
}
