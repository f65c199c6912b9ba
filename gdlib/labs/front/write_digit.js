// Write a digit: a pad that gathers strokes. Python makes the image of them and reads it.

import { makeAsk } from "./ask.js";
import {
  ARROWS,
  bytes,
  clamp,
  figures,
  floats,
  make,
  makeButton,
  makeCaption,
  makeCard,
  range,
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
  nameOf,
} from "./network_picture.js";
import { say } from "./words.js";

const PAD = 280; // its side, in pixels where there is room; its pen; one press of an arrow key
const PEN = 20;
const STEP = 6;
const LIFT = say("draw with mouse, finger or pen; or arrow keys move the pen, Space lifts it");
const LOWER = say("draw with mouse, finger or pen; or arrow keys move the pen, Space lowers it");
const CHOOSE = say("click a neuron, or choose it with the arrow keys");
const onPad = (x) => clamp(Math.round(x * 10) / 10, 0, PAD);

class Pad {
  constructor(model, el) {
    this.model = model;
    /** @type {number[][][]} */
    this.strokes = [...model.get("shown").strokes];
    this.pen = [PAD / 2, PAD / 2];
    this.lowered = false;
    this.keyed = false;
    const words = {
      lost: say("the network, and all other variables"),
      kept: say("What you wrote stays until then, and you can draw on."),
    };
    const answered = (text, more) => {
      this.pad.parentNode.ariaBusy = more;
      setText(this.message, text);
      this.paint();
    };
    this.ask = makeAsk({ model, el }, words, answered, true);
    this.build(el);
    this.listen();
    this.listenToNetwork();
    this.end = paintAnew(this.card, () => this.paint());
    model.on("change:shown change:weights change:neuron", () => this.paint());
    this.paint();
  }

  build(el) {
    this.message = make("p", { className: "gd-message", role: "alert" });
    this.readout = make("div", { className: "gd-readout", role: "status" });
    const button = (text, label, act) =>
      makeButton(text, label, () => {
        this.lowered = false;
        act();
        this.changed();
      });
    const buttons = make(
      "span",
      { className: "gd-buttons" },
      button(say("↶ undo"), say("undo the last stroke"), () => this.strokes.pop()),
      button(say("✕ clear"), say("clear the pad"), () => this.strokes.splice(0)),
    );
    this.card = makeCard(
      make("header", {}, make("strong", {}, say("Write a digit")), buttons),
      this.makePictures(),
      this.message,
      this.readout,
      makeCaption(this.model.get("scene").code)[0],
    );
    el.append(this.card);
  }

  makePictures() {
    this.pad = make("canvas", {
      width: 2 * PAD,
      height: 2 * PAD,
      tabIndex: 0,
      role: "application",
      ariaLabel: say(
        "pad: draw with mouse, finger or pen; or arrow keys move the pen, Space lowers or " +
          "lifts it",
      ),
    });
    this.seen = make("canvas", {
      width: 28,
      height: 28,
      role: "img",
      ariaLabel: say("what the network sees: your digit as 28 × 28 pixels"),
    });
    this.hint = make("figcaption", { role: "status" });
    this.bars = range(0, 9).map((digit) =>
      make("div", {}, `${digit}`, make("span", {}, make("i")), make("output", { ariaLive: "off" })),
    );
    this.network = make("canvas", { tabIndex: 0, role: "application" });
    const scaled = say("what the network sees: 28 × 28 pixels, scaled and centred as in MNIST");
    const figure = (kind, caption, ...parts) =>
      make("figure", { className: kind }, ...parts, make("figcaption", {}, caption));
    this.figures = {
      seen: figure("gd-seen", scaled, this.seen),
      bars: figure("gd-bars", say("the ten outputs, 0 to 1"), ...this.bars),
      flow: figure(
        "gd-flow",
        say("your digit, scaled and centred, flows through the network · {choose}", {
          choose: CHOOSE,
        }),
        this.network,
      ),
    };
    return make(
      "div",
      { className: "gd-write" },
      make("figure", { className: "gd-pad", ariaBusy: false }, this.pad, this.hint),
      ...Object.values(this.figures),
    );
  }

  // -- what is written and read → what is seen

  paint() {
    const { strokes, image, words } = this.model.get("shown");
    const colours = coloursOf(this.card);
    const drawn = this.model.get("weights").byteLength > 0; // of a network that fits in a picture
    this.figures.seen.hidden = this.figures.bars.hidden = drawn;
    this.figures.flow.hidden = !drawn;
    this.paintPad(colours);
    const more = drawn ? this.paintNetwork(colours) : "";
    this.paintSeen(image, colours.panel, colours.text);
    this.paintBars();
    const same = JSON.stringify(this.strokes) === JSON.stringify(strokes);
    const unread = this.message.textContent !== "" && !same;
    setText(this.hint, this.lowered ? LIFT : LOWER);
    setText(this.readout, unread ? say("What you wrote has not been read.") : words + more);
    this.card.classList.toggle("gd-unread", unread);
  }

  paintBars() {
    const { read, outputs } = this.model.get("shown");
    this.bars.forEach((bar, digit) => {
      bar.className = read && outputs[digit] === Math.max(...outputs) ? "gd-most" : "";
      bar.querySelector("i").style.width = read ? `${outputs[digit] * 100}%` : 0;
      setText(bar.lastChild, read ? outputs[digit].toFixed(2) : "");
    });
  }

  /** What the digit does in the network; returns a sentence about the chosen neuron. */
  paintNetwork(colours) {
    if (!this.network.clientWidth) return ""; // not on the page yet
    const shown = this.model.get("shown");
    const { layers, places } = this.model.get("scene");
    const a = floats(shown.a);
    this.flow = {
      image: bytes(shown.image),
      weights: cutWeights(new Int8Array(bytes(this.model.get("weights")).buffer), layers),
      a: cut(shown.read ? a : a.fill(0), layers),
      blank: !shown.read,
    };
    const neuron = this.chosen();
    drawNetwork(this.network, this.flow, neuron, colours);
    const lit = shown.read ? describe(this.flow) : say("nothing is lit");
    this.network.ariaLabel = say("network {sizes}; {choose}. {lit}", {
      sizes: [784, ...layers].join(" → "),
      choose: CHOOSE,
      lit,
    });
    if (!shown.read)
      return neuron.length ? ` ${say("Chosen: {name}.", { name: nameOf(layers, neuron) })}` : "";
    const [z, activation, place] = [floats(shown.z), a, bytes(shown.places)].map(
      (all) => cut(all, layers)[neuron[0]][neuron[1]],
    );
    const told = say("{name}: z = {z}, a = {a}. σ is {place}.", {
      name: nameOf(layers, neuron),
      z: figures(z),
      a: figures(activation),
      place: places[place],
    });
    return ` ${told}`;
  }

  /** The neuron that the learner chose; before that the largest output, if there is one. */
  chosen() {
    const neuron = this.model.get("neuron");
    const { read, outputs } = this.model.get("shown");
    if (neuron.length || !read) return neuron;
    return [this.model.get("scene").layers.length - 1, outputs.indexOf(Math.max(...outputs))];
  }

  /** @param {import("./network_picture.js").Colours} colours */
  paintPad({ panel, text, ball }) {
    const g = this.pad.getContext("2d");
    g.setTransform(2, 0, 0, 2, 0, 0);
    g.fillStyle = panel;
    g.fillRect(0, 0, PAD, PAD);
    g.lineCap = g.lineJoin = "round";
    g.lineWidth = PEN;
    g.strokeStyle = g.fillStyle = text;
    for (const stroke of this.strokes) {
      g.beginPath();
      for (const [x, y] of stroke) g.lineTo(x, y);
      g.stroke();
      g.beginPath();
      g.arc(stroke[0][0], stroke[0][1], PEN / 2, 0, 7); // a stroke of one point is a dot
      g.fill();
    }
    if (!this.keyed) return;
    // where the pen of the keyboard is: a ring, with a point in it when it is down
    g.lineWidth = 3;
    g.strokeStyle = ball;
    for (const radius of this.lowered ? [1.5, PEN / 2] : [PEN / 2]) {
      g.beginPath();
      g.arc(this.pen[0], this.pen[1], radius, 0, 7);
      g.stroke();
    }
  }

  paintSeen(image, paper, ink) {
    const g = this.seen.getContext("2d");
    g.globalAlpha = 1;
    g.fillStyle = paper;
    g.fillRect(0, 0, 28, 28);
    g.fillStyle = ink;
    for (const pixel of range(0, 783)) {
      g.globalAlpha = image.getUint8(pixel) / 255;
      g.fillRect(pixel % 28, Math.floor(pixel / 28), 1, 1);
    }
  }

  // -- mouse and keys → strokes

  changed() {
    this.pad.parentNode.ariaBusy = true;
    this.ask({ strokes: this.strokes });
    this.paint();
  }

  moveTo(x, y) {
    this.pen = [onPad(x), onPad(y)];
    const last = this.strokes.at(-1)?.at(-1);
    if (this.lowered && Math.hypot(this.pen[0] - last[0], this.pen[1] - last[1]) > 3) {
      this.strokes.at(-1).push(this.pen);
    }
  }

  lower(down) {
    if (down && !this.lowered) this.strokes.push([this.pen]);
    this.lowered = down;
  }

  follow(event) {
    const box = this.pad.getBoundingClientRect();
    const scale = PAD / box.width; // a narrow page makes it smaller
    const all = event.getCoalescedEvents?.() ?? []; // between two frames
    for (const { clientX, clientY } of all.length ? all : [event]) {
      this.moveTo((clientX - box.left) * scale, (clientY - box.top) * scale);
    }
  }

  listen() {
    const { pad } = this;
    pad.onpointerdown = (event) => {
      if (event.button || !event.isPrimary) return;
      pad.setPointerCapture(event.pointerId);
      this.lowered = this.keyed = false;
      this.follow(event);
      this.lower(true);
      this.changed();
    };
    pad.onpointermove = (event) => {
      if (!pad.hasPointerCapture(event.pointerId)) return;
      this.follow(event);
      this.changed();
    };
    pad.onlostpointercapture = () => {
      this.lower(false);
      this.paint();
    };
    pad.onkeydown = (event) => this.press(event);
    pad.onblur = () => {
      this.lower(false);
      this.keyed = false;
      this.paint();
    };
  }

  listenToNetwork() {
    const choose = (neuron) => {
      this.model.set({ neuron });
      this.model.save_changes();
      this.paint();
    };
    const { layers } = this.model.get("scene");
    chooseNeurons(
      this.network,
      layers,
      () => this.flow,
      () => this.chosen(),
      choose,
    );
  }

  press(event) {
    const arrow = ARROWS[event.key];
    if (event.ctrlKey || event.metaKey || (!arrow && event.key !== " ")) return;
    event.preventDefault();
    this.keyed = true;
    if (arrow) this.moveTo(this.pen[0] + arrow[0] * STEP, this.pen[1] - arrow[1] * STEP);
    else if (!event.repeat) this.lower(!this.lowered);
    if (this.lowered) this.changed();
    else this.paint();
  }
}

export function render({ model, el }) {
  const { ask, end } = new Pad(model, el);
  return () => {
    ask.disconnect();
    end();
  };
}
