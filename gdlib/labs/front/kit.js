// What the front ends of all labs share.

import { say } from "./words.js";

export const clamp = (x, low, high) => Math.min(high, Math.max(low, x));
export const range = (from, to) =>
  [...Array(Math.max(0, to - from + 1)).keys()].map((i) => from + i);
export const bytes = (view) =>
  new Uint8Array(view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength));
export const floats = (view) => new Float32Array(bytes(view).buffer);
/** log₁₀, and a number for what has none: far below all pictures */
export const logarithm = (value) => Math.log10(Math.max(value, 1e-300));
export const raised = (power) =>
  String(power).replace(/./g, (c) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(c)]);

/** Right and up, for each arrow key. */
export const ARROWS = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};
/** Whether the learner asks for less motion. */
export const still = matchMedia("(prefers-reduced-motion: reduce)");

export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** What stands below a lab: the Python that gives what it shows, and what says it. */
export function makeCaption(code = "") {
  const line = make("code", {}, code);
  return [make("div", { className: "gd-code" }, say("The same in Python:"), " ", line), line];
}

/** A number in three figures, or a dash for what is none. */
export function figures(x) {
  if (!Number.isFinite(x)) return "—";
  if (Number.isInteger(x) && Math.abs(x) < 1e5) return String(x).replace("-", "−");
  const [digits, power] = x.toExponential(2).split("e");
  const plain = -4 < power && power < 3;
  return (plain ? x.toPrecision(3) : `${digits}·10${raised(+power)}`).replace("-", "−");
}

export function make(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  node.dataset.lmSuppressShortcuts = ""; // JupyterLab leaves the keys pressed on it to the lab
  for (const [name, value] of Object.entries(properties)) {
    if (name in node) node[name] = value;
    else node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
}

export const makeButton = (text, label, onclick, className = "") =>
  make("button", { type: "button", onclick, className, title: label, "aria-label": label }, text);

/** Takes buttons out of use; the focus, if one of them has it, goes to what they have led to. */
export function retire(buttons, news) {
  const had = buttons.includes(document.activeElement);
  for (const button of buttons) button.disabled = true;
  if (had) news.focus({ preventScroll: true });
}

// The card that holds a lab. It takes the focus of a click on its bare places, so that the keys
// below work after whatever the learner has clicked in it.
export const makeCard = (...children) =>
  make("section", { className: "gd-lab", tabIndex: -1, onkeydown: goOn }, ...children);

/** Paints when the theme or the size of a card changes. Returns what ends that. */
export function paintAnew(card, paint) {
  const theme = new MutationObserver(paint);
  const size = new ResizeObserver(paint); // which also tells that the card is on the page
  theme.observe(document.body, { attributes: true });
  size.observe(card);
  return () => [theme, size].forEach((observer) => observer.disconnect());
}

// Shift + Enter in a lab goes on to the next cell and runs it, and leaves the lab as it is.
// Elsewhere than in JupyterLab and its kin there is no next cell, and nothing happens.
function goOn(event) {
  if (event.key !== "Enter" || !event.shiftKey) return;
  const prompt = event.target
    .closest(".jp-Cell")
    ?.nextElementSibling?.querySelector(".jp-InputPrompt");
  if (!prompt) return;
  event.preventDefault();
  for (const kind of ["mousedown", "mouseup"]) {
    prompt.dispatchEvent(new MouseEvent(kind, { bubbles: true, cancelable: true }));
  }
  const keys = { key: "Enter", code: "Enter", keyCode: 13, shiftKey: true };
  const pressed = new KeyboardEvent("keydown", { ...keys, bubbles: true, cancelable: true });
  document.activeElement.dispatchEvent(pressed);
}

/**
 * A row with a slider: [the row, a function that sets its position, its text, and a mark with a
 * word]. `marks` are [position, text, class] below the slider.
 */
export function makeRow(name, kind, last, oninput, onchange, marks = []) {
  const input = make("input", {
    type: "range",
    min: 0,
    max: last,
    className: kind,
    "aria-label": name,
    onchange,
  });
  input.oninput = () => oninput(+input.value);
  const value = make("output", { ariaLive: "off" }); // the slider says it too
  const chip = make("span", { className: "gd-word" });
  const scale = marks.map(([at, text, className = "gd-landmark"]) =>
    make("span", { className, style: `--at: ${at / last}` }, text),
  );
  const row = make(
    "div",
    { className: "gd-row" },
    make("span", {}, name),
    make(
      "div",
      { className: "gd-slider" },
      input,
      make("div", { className: "gd-marks" }, ...scale),
    ),
    value,
    chip,
  );
  const set = (position, text, word = "", mark = "") => {
    input.value = position;
    input.setAttribute("aria-valuetext", word ? `${text}, ${word}` : text);
    setText(value, text);
    setText(chip, word && `${mark} ${word}`);
    chip.dataset.mark = mark;
  };
  return [row, set];
}
