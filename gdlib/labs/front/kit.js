// What the front ends of all labs share.

export const clamp = (x, low, high) => Math.min(high, Math.max(low, x));
export const range = (from, to) =>
  [...Array(Math.max(0, to - from + 1)).keys()].map((i) => from + i);
export const bytes = (view) =>
  new Uint8Array(view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength));
export const floats = (view) => new Float32Array(bytes(view).buffer);
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

/** A number of things, such as "1 probe" and "2 probes". */
export const counted = (number, thing) => `${number} ${thing}${number === 1 ? "" : "s"}`;

export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
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

// The card that holds a lab. It takes the focus of a click on its bare places, so that the keys
// below work after whatever the learner has clicked in it.
export const makeCard = (...children) =>
  make("section", { className: "gd-lab", tabIndex: -1, onkeydown: goOn }, ...children);

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
  const value = make("output");
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

// What a lab says while it waits for Python, or waits in vain.
const RUN = "Run the cells above (menu Run → Run All Above Selected Cell), then this one.";
const ENDED = {
  restarted: "Python was restarted",
  gone: "Python is not running",
  saved: "The Python that made this lab has ended",
};
const WAITING = {
  alive: "Python is at work. Its answer comes when it is free.",
  parted: "The connection to Python is lost. JupyterLab tries to restore it.",
};
const SILENT = `No answer from Python. If it is not at work, it was restarted or has ended. ${RUN}`;
const LOOK = 4_000; // milliseconds until a lab says that it waits
const END = 60_000; // and until it gives up, where Python is not seen at work

/**
 * What has become of the Python that made a lab: one of those in WAITING or ENDED, or "unknown"
 * where the page does not tell, as elsewhere than in Jupyter.
 */
function stateOf(model, lived) {
  const linked = model.get("layout")?.comm_live; // a widget of the same Python, which tells
  const manager = model.widget_manager;
  if (linked === undefined || !manager || !("kernel" in manager)) return "unknown";
  const { kernel } = manager;
  if (!kernel || kernel.isDisposed || kernel.status === "dead") return "gone";
  if (!linked) return lived ? "restarted" : "saved";
  return kernel.connectionStatus === "connected" ? "alive" : "parted";
}

/**
 * Returns ask(request). One request is under way at a time, and `el` is "aria-busy" meanwhile; of
 * those that wait, the latest wins. An answer that takes long is waited for while Python lives.
 * @param {{model: any, el: HTMLElement}} lab
 * @param {{lost: string, kept: string}} words what is gone with Python, and what goes on without it
 * @param {(text: string, more: boolean) => void} answered takes "" or what is wrong, and whether
 *   another answer will come
 * @param {boolean} always whether to say that Python has ended before anything is asked of it
 */
export function makeAsk({ model, el }, { lost, kept }, answered, always = false) {
  const lived = stateOf(model, false) === "alive";
  const kernel = model.widget_manager?.kernel;
  let since = null; // when the request under way was sent
  let timer = null;
  let next = null;
  const state = () => stateOf(model, lived);
  function say(now) {
    const ended = ENDED[now] && `${ENDED[now]}, and what it held is gone: ${lost}. ${RUN}`;
    return WAITING[now] ?? `${ended ?? SILENT} ${kept}`.trim();
  }
  function ask(request) {
    if (since !== null) {
      next = request;
      return;
    }
    since = performance.now();
    timer = setTimeout(look, LOOK);
    el.ariaBusy = "true";
    if (state() in ENDED) return done(say(state()));
    try {
      model.send(request);
    } catch {
      done(say(state() === "unknown" ? "unknown" : "restarted")); // another Python is there by now
    }
  }
  function look() {
    const over = performance.now() - since > END && kernel?.status !== "busy";
    if (state() in ENDED) return done(say(state()));
    if (over && state() !== "parted") return done(say("unknown"));
    answered(say(state()), true);
    timer = setTimeout(look, LOOK);
  }
  function done(text) {
    const request = next;
    clearTimeout(timer);
    since = next = null;
    el.ariaBusy = "false";
    answered(text, request !== null);
    if (request) ask(request);
  }
  function end() {
    if (state() in ENDED && (always || since !== null)) done(say(state()));
  }
  model.on("msg:custom", ({ error }) => done(error));
  model.on("comm_live_update", end); // a restart
  if (always) kernel?.disposed?.connect(end); // a shutdown
  ask.disconnect = () => kernel?.disposed?.disconnect(end);
  return ask;
}
