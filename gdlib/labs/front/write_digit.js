// Write a digit: a pad that gathers strokes. Python makes the image of them and reads it.

import {
  ARROWS,
  clamp,
  make,
  makeAsk,
  makeButton,
  makeCaption,
  makeCard,
  range,
  setText,
} from "./kit.js";

const PAD = 280; // pixels: the pad, its pen, and one press of an arrow key
const PEN = 20;
const STEP = 6;
const HINT = "draw with mouse, finger or pen; or arrow keys move the pen, Space ";
const onPad = (x) => clamp(Math.round(x * 10) / 10, 0, PAD);

class Pad {
  constructor(model, el) {
    this.model = model;
    /** @type {number[][][]} */
    this.strokes = [...model.get("shown").strokes];
    this.pen = [PAD / 2, PAD / 2];
    this.lowered = false;
    this.keyed = false;
    this.ask = makeAsk({ model, el }, "You can draw without it.", (text, more) => {
      this.pad.parentNode.ariaBusy = more;
      setText(this.message, text);
      this.paint();
    });
    this.build(el);
    this.listen();
    // the theme; and that the card is on the page
    this.observers = [
      new MutationObserver(() => this.paint()),
      new ResizeObserver(() => this.paint()),
    ];
    this.observers[0].observe(document.body, { attributes: true });
    this.observers[1].observe(this.card);
    model.on("change:shown", () => this.paint());
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
      button("↶ undo", "undo the last stroke", () => this.strokes.pop()),
      button("✕ clear", "clear the pad", () => this.strokes.splice(0)),
    );
    this.card = makeCard(
      make("header", {}, make("strong", {}, "Write a digit"), buttons),
      this.makePictures(),
      this.message,
      this.readout,
      makeCaption(this.model.get("code"))[0],
    );
    el.append(this.card);
  }

  makePictures() {
    this.pad = make("canvas", {
      width: 2 * PAD,
      height: 2 * PAD,
      tabIndex: 0,
      role: "application",
      ariaLabel: `pad: ${HINT}lowers or lifts it`,
    });
    this.seen = make("canvas", {
      width: 28,
      height: 28,
      role: "img",
      ariaLabel: "what the network sees: your digit as 28 × 28 pixels",
    });
    this.hint = make("figcaption", { role: "status" });
    this.bars = range(0, 9).map((digit) =>
      make("div", {}, `${digit}`, make("span", {}, make("i")), make("output", { ariaLive: "off" })),
    );
    const scaled = "what the network sees: 28 × 28 pixels, scaled and centred as in MNIST";
    return make(
      "div",
      { className: "gd-write" },
      make("figure", { className: "gd-pad", ariaBusy: false }, this.pad, this.hint),
      make("figure", { className: "gd-seen" }, this.seen, make("figcaption", {}, scaled)),
      make(
        "figure",
        { className: "gd-bars" },
        ...this.bars,
        make("figcaption", {}, "the ten outputs, 0 to 1"),
      ),
    );
  }

  // -- what is written and read → what is seen

  paint() {
    const { image, outputs, words } = this.model.get("shown");
    const css = getComputedStyle(this.card);
    const paper = css.getPropertyValue("--gd-panel");
    this.paintPad(paper, css.color, css.getPropertyValue("--gd-ball"));
    this.paintSeen(image, paper, css.color);
    this.bars.forEach((bar, digit) => {
      bar.className = outputs[digit] === Math.max(...outputs) ? "gd-most" : "";
      bar.querySelector("i").style.width = `${outputs[digit] * 100}%`;
      setText(bar.lastChild, outputs[digit].toFixed(2));
    });
    const unread = this.message.textContent !== "";
    setText(this.hint, HINT + (this.lowered ? "lifts it" : "lowers it"));
    setText(this.readout, unread ? "What you wrote has not been read." : words);
    this.card.classList.toggle("gd-unread", unread);
  }

  paintPad(paper, ink, mark) {
    const g = this.pad.getContext("2d");
    g.setTransform(2, 0, 0, 2, 0, 0);
    g.fillStyle = paper;
    g.fillRect(0, 0, PAD, PAD);
    g.lineCap = g.lineJoin = "round";
    g.lineWidth = PEN;
    g.strokeStyle = ink;
    for (const stroke of this.strokes) {
      g.beginPath();
      for (const [x, y] of [stroke[0], ...stroke]) g.lineTo(x, y);
      g.stroke();
    }
    if (!this.keyed) return;
    // where the pen of the keyboard is: a ring, with a point in it when it is down
    g.lineWidth = 3;
    g.strokeStyle = mark;
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
    const all = event.getCoalescedEvents?.() ?? []; // between two frames
    for (const { clientX, clientY } of all.length ? all : [event]) {
      this.moveTo(clientX - box.left, clientY - box.top);
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
  const { observers } = new Pad(model, el);
  return () => observers.forEach((observer) => observer.disconnect());
}
