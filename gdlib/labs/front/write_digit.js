// Write a digit: a pad that gathers strokes. Python makes the image of them and reads it.

import { clamp, make, makeAsk, makeButton, makeCard, setText } from "./kit.js";

const PAD = 280,
  PEN = 20,
  STEP = 6; // pixels: the pad, its pen, and one press of an arrow key
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const HINT = "draw with mouse, finger or pen; or arrow keys move the pen, Space ";
const onPad = (x) => clamp(Math.round(x * 10) / 10, 0, PAD);

function render({ model, el }) {
  let strokes = [...model.get("shown").strokes],
    pen = [PAD / 2, PAD / 2],
    lowered = false,
    keyed = false;
  const button = (text, label, act) =>
    makeButton(text, label, () => {
      lowered = false;
      act();
      changed();
    });
  const pad = make("canvas", {
    width: 2 * PAD,
    height: 2 * PAD,
    tabIndex: 0,
    role: "application",
    ariaLabel: `pad: ${HINT}lowers or lifts it`,
  });
  const seen = make("canvas", {
    width: 28,
    height: 28,
    role: "img",
    ariaLabel: "what the network sees: your digit as 28 × 28 pixels",
  });
  const hint = make("figcaption", { role: "status" }),
    message = make("p", { className: "gd-message", role: "alert" });
  const readout = make("div", { className: "gd-readout", role: "status" });
  const bars = Array.from({ length: 10 }, (_, digit) =>
    make("div", {}, `${digit}`, make("span", {}, make("i")), make("output", { ariaLive: "off" })),
  );
  const card = makeCard(
    make(
      "header",
      {},
      make("strong", {}, "Write a digit"),
      make(
        "span",
        { className: "gd-buttons" },
        button("↶ undo", "undo the last stroke", () => strokes.pop()),
        button("✕ clear", "clear the pad", () => {
          strokes = [];
        }),
      ),
    ),
    make(
      "div",
      { className: "gd-write" },
      make("figure", { className: "gd-pad", ariaBusy: false }, pad, hint),
      make(
        "figure",
        { className: "gd-seen" },
        seen,
        make(
          "figcaption",
          {},
          "what the network sees: 28 × 28 pixels, scaled and centred as in MNIST",
        ),
      ),
      make(
        "figure",
        { className: "gd-bars" },
        ...bars,
        make("figcaption", {}, "the ten outputs, 0 to 1"),
      ),
    ),
    message,
    readout,
    make(
      "div",
      { className: "gd-code" },
      "This lab runs ",
      make("code", {}, "network.feedforward(as_mnist(ink(lab.strokes)).ravel())"),
    ),
  );
  el.append(card);

  function paint() {
    const g = pad.getContext("2d"),
      s = seen.getContext("2d"),
      { image, outputs, words } = model.get("shown");
    const css = getComputedStyle(card),
      paper = css.getPropertyValue("--gd-panel");
    g.setTransform(2, 0, 0, 2, 0, 0);
    g.fillStyle = paper;
    g.fillRect(0, 0, PAD, PAD);
    [g.lineCap, g.lineJoin, g.lineWidth, g.strokeStyle] = ["round", "round", PEN, css.color];
    for (const stroke of strokes) {
      g.beginPath();
      for (const [x, y] of [stroke[0], ...stroke]) g.lineTo(x, y);
      g.stroke();
    }
    if (keyed) {
      // where the pen of the keyboard is: a ring, with a point in it when it is down
      [g.lineWidth, g.strokeStyle] = [3, css.getPropertyValue("--gd-ball")];
      for (const radius of lowered ? [1.5, PEN / 2] : [PEN / 2]) {
        g.beginPath();
        g.arc(...pen, radius, 0, 7);
        g.stroke();
      }
    }
    [s.fillStyle, s.globalAlpha] = [paper, 1];
    s.fillRect(0, 0, 28, 28);
    s.fillStyle = css.color;
    for (let i = 0; i < 784; i++) {
      s.globalAlpha = image.getUint8(i) / 255;
      s.fillRect(i % 28, Math.floor(i / 28), 1, 1);
    }
    bars.forEach((bar, digit) => {
      bar.className = outputs[digit] === Math.max(...outputs) ? "gd-most" : "";
      bar.querySelector("i").style.width = `${outputs[digit] * 100}%`;
      setText(bar.lastChild, outputs[digit].toFixed(2));
    });
    setText(hint, HINT + (lowered ? "lifts it" : "lowers it"));
    setText(readout, message.textContent ? "What you wrote has not been read." : words);
    card.classList.toggle("gd-unread", message.textContent !== "");
  }

  const ask = makeAsk(model, "You can draw without it.", (text, more) => {
    pad.parentNode.ariaBusy = more;
    setText(message, text);
    paint();
  });
  function changed() {
    pad.parentNode.ariaBusy = true;
    ask({ strokes });
    paint();
  }
  function moveTo(x, y) {
    pen = [onPad(x), onPad(y)];
    const last = strokes.at(-1)?.at(-1);
    if (lowered && Math.hypot(pen[0] - last[0], pen[1] - last[1]) > 3) strokes.at(-1).push(pen);
  }
  function lower(down) {
    if (down && !lowered) strokes.push([pen]);
    lowered = down;
  }

  function follow(event) {
    const box = pad.getBoundingClientRect(),
      all = event.getCoalescedEvents?.() ?? []; // between two frames
    for (const { clientX, clientY } of all.length ? all : [event])
      moveTo(clientX - box.left, clientY - box.top);
  }

  pad.onpointerdown = (event) => {
    if (event.button || !event.isPrimary) return;
    pad.setPointerCapture(event.pointerId);
    lowered = keyed = false;
    follow(event);
    lower(true);
    changed();
  };
  pad.onpointermove = (event) => {
    if (!pad.hasPointerCapture(event.pointerId)) return;
    follow(event);
    changed();
  };
  pad.onlostpointercapture = () => {
    lower(false);
    paint();
  };
  pad.onkeydown = (event) => {
    const arrow = ARROWS[event.key];
    if (event.ctrlKey || event.metaKey || (!arrow && event.key !== " ")) return;
    event.preventDefault();
    keyed = true;
    if (arrow) moveTo(pen[0] + arrow[0] * STEP, pen[1] + arrow[1] * STEP);
    else if (!event.repeat) lower(!lowered);
    if (lowered) changed();
    else paint();
  };
  pad.onblur = () => {
    lower(false);
    keyed = false;
    paint();
  };

  // the theme; and that the card is on the page
  const observers = [new MutationObserver(paint), new ResizeObserver(paint)];
  observers[0].observe(document.body, { attributes: true });
  observers[1].observe(card);
  model.on("change:shown", paint);
  paint();
  return () => observers.forEach((observer) => observer.disconnect());
}

export default { render };
