// What the front ends of all labs share. Python puts this file before each of them.

const clamp = (x, low, high) => Math.min(high, Math.max(low, x));
const range = (from, to) => Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i);
const bytes = (view) => new Uint8Array(view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength));
const raised = (k) => String(k).replace(/./g, (c) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(c)]);
const setText = (node, text) => { if (node.textContent !== text) node.textContent = text; };

function figures(x) {
  if (!Number.isFinite(x)) return "—";
  if (Number.isInteger(x) && Math.abs(x) < 1e5) return String(x).replace("-", "−");
  const [digits, power] = x.toExponential(2).split("e");
  return (-4 < power && power < 3 ? x.toPrecision(3) : `${digits}·10${raised(+power)}`).replace("-", "−");
}

function make(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  node.dataset.lmSuppressShortcuts = ""; // JupyterLab leaves the keys pressed on it to the lab
  for (const [name, value] of Object.entries(properties)) name in node ? (node[name] = value) : node.setAttribute(name, value);
  node.append(...children);
  return node;
}

const makeButton = (text, label, onclick, className = "") =>
  make("button", { type: "button", onclick, className, title: label, "aria-label": label }, text);

// A row with a slider: [the row, a function that sets its position, its text, and a mark with a word].
function makeRow(name, kind, last, oninput, onchange, marks = []) {
  const input = make("input", { type: "range", min: 0, max: last, className: kind, "aria-label": name, onchange });
  input.oninput = () => oninput(+input.value);
  const value = make("output"), chip = make("span", { className: "gd-word" });
  const scale = marks.map(([at, text, kind = "gd-landmark"]) => make("span", { className: kind, style: `--at: ${at / last}` }, text));
  const row = make("div", { className: "gd-row" }, make("span", {}, name),
    make("div", { className: "gd-slider" }, input, make("div", { className: "gd-marks" }, ...scale)), value, chip);
  const set = (position, text, word = "", mark = "") => {
    input.value = position;
    input.setAttribute("aria-valuetext", word ? `${text}, ${word}` : text);
    setText(value, text);
    setText(chip, word && `${mark} ${word}`);
    chip.dataset.mark = mark;
  };
  return [row, set];
}

// Returns ask(request). One request is under way at a time; of those that wait, the latest wins.
// `answered` is called with "" or with what went wrong, and whether another request follows.
function makeAsk(model, without, answered) {
  let waiting = null, next = null;
  function ask(request) {
    if (waiting) return void (next = request);
    waiting = setTimeout(done, 4000, `No answer from Python: is a kernel running, and free? Run this cell to bring the lab back to full life. ${without}`);
    try { model.send(request); } catch { done(`No kernel. Run this cell to bring the lab back to full life. ${without}`); }
  }
  function done(text) {
    const request = next;
    clearTimeout(waiting);
    waiting = next = null;
    answered(text, request !== null);
    if (request) ask(request);
  }
  model.on("msg:custom", ({ error }) => done(error));
  return ask;
}

