// Small drawings that Python has laid out in units of its own: an SVG of lines, dots and ticks.

const SVG = "http://www.w3.org/2000/svg";
export const WIDE = 1000; // the units of a drawing, as in gdlib/labs/challenges.py
const HIGH = 500;

/**
 * A part of a drawing.
 * @param {string} tag
 * @param {Object<string, string | number>} attributes
 */
export function draw(tag, attributes, text = "") {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, String(value));
  node.textContent = text;
  return node;
}

export const drawLine = (line, className) => draw("path", { d: line, class: className });

/**
 * A drawing with its ticks: [height, text] on the left, [place, text] below, and what they count.
 * @param {string} label
 * @param {[number, string][]} left
 * @param {[number, string][]} below
 * @param {string} axis
 */
export function makeSketch(label, left, below, axis) {
  const frame = draw("rect", { width: WIDE, height: HIGH, class: "gd-frame" });
  const ticks = left.flatMap(([y, text]) => [
    draw("path", { d: `M0,${y}h${WIDE}`, class: "gd-grid" }),
    draw("text", { x: -14, y: y + 11, "text-anchor": "end" }, text),
  ]);
  const anchor = (x) => (x === 0 ? "start" : "middle"); // the first keeps clear of the left
  const under = below.map(([x, text]) =>
    draw("text", { x, y: HIGH + 42, "text-anchor": anchor(x) }, text),
  );
  const name = draw("text", { x: WIDE / 2, y: HIGH + 78, "text-anchor": "middle" }, axis);
  const view = { viewBox: `-150 -20 ${WIDE + 190} ${HIGH + 110}`, class: "gd-sketch", role: "img" };
  const sketch = draw("svg", { ...view, "aria-label": label });
  sketch.append(frame, ...ticks, ...under, name);
  return sketch;
}
