// The fewest steps: six tries with one η on each surface, and then what every η would have done.

import { make, makeButton, makeCard, makeRow, retire, setText } from "./kit.js";
import { WIDE, draw, drawLine, makeSketch } from "./sketch.js";

/**
 * @typedef {object} Surface
 * @property {string} name
 * @property {string} formula
 * @property {string} cost
 * @property {number[]} start
 * @property {number[]} etas
 * @property {number[]} steps
 * @property {[number, number][]} at
 * @property {string} line
 * @property {[number, string][]} ticks
 * @property {number} par
 * @property {number} varied
 * @property {number} looks
 * @property {number} most
 * @property {number} tries
 */

const count = (number) => number.toLocaleString("en");

/** The game on one surface; it keeps its tries while another is on show. */
class Tries {
  /** @param {Surface} surface */
  constructor(surface) {
    this.surface = surface;
    const { etas, name, ticks } = surface;
    const last = etas.length - 1;
    const below = /** @type {[number, string][]} */ (
      [0, 1, 2, 3].map((k) => [(k * WIDE) / 3, String(etas[(k * last) / 3])])
    );
    this.sketch = makeSketch(`steps for each η on ${name}`, ticks, below, "η");
    this.list = make("ol");
    this.said = make("div", { className: "gd-readout", role: "status", tabIndex: -1 });
    const move = (position) => this.set(position);
    const [row, show] = makeRow("η", "gd-eta", last, move, null);
    this.show = show;
    this.run = makeButton(
      "▶ run",
      `run gradient descent on ${name}`,
      () => this.runOnce(),
      "gd-play",
    );
    this.par = makeButton("show par", `show par on ${name}`, () => this.end());
    const task = `Here C is that of ${name}, ${surface.formula}, and the ball starts at `;
    this.node = make(
      "div",
      {},
      make(
        "p",
        { className: "gd-task" },
        `${task}(${surface.start.join(", ").replaceAll("-", "−")}).`,
      ),
      row,
      make("div", { className: "gd-answers" }, this.run, this.par),
      make("div", { className: "gd-tries" }, this.sketch, this.list),
      this.said,
    );
    /** @type {number[]} */
    this.made = [];
    this.set(last / 2);
    this.tell();
  }

  set(position) {
    this.position = position;
    this.show(position, String(this.surface.etas[position]));
  }

  words(i) {
    const { etas, steps, most } = this.surface;
    const found = steps[i] ? `${count(steps[i])} steps` : `not within ${count(most)} steps`;
    return `η = ${etas[i]}: ${found}`;
  }

  runOnce() {
    const { at, tries } = this.surface;
    const [x, y] = at[this.position];
    this.made.push(this.position);
    this.sketch.append(draw("circle", { cx: x, cy: y, r: 12, class: "gd-try" }));
    this.list.append(make("li", {}, this.words(this.position)));
    if (this.made.length === tries) this.end();
    else this.tell();
  }

  get best() {
    const { steps } = this.surface;
    const better = (best, i) => (steps[i] && !(steps[best] <= steps[i]) ? i : best);
    return this.made.reduce(better, null);
  }

  tell() {
    const rest = this.surface.tries - this.made.length;
    const best =
      this.best === null ? "Nothing has got there yet." : `Your best: ${this.words(this.best)}.`;
    setText(this.said, `${rest === 1 ? "1 try" : `${rest} tries`} left. ${best}`);
  }

  end() {
    const { surface, sketch, best } = this;
    const { at, par, steps, varied, looks } = surface;
    retire([this.run, this.par], this.said);
    const [x, y] = at[par];
    sketch.append(
      drawLine(surface.line, "gd-before"),
      draw("path", { d: `M${x},${y - 16}l14,24h-28z`, class: "gd-par" }),
    );
    const mine = best === null ? "You did not get there." : `Your best: ${this.words(best)}.`;
    const level = best !== null && steps[best] === steps[par] ? " That is par." : "";
    const varying =
      `Backtracking, which chooses η anew at every step from 1 downwards, takes ${count(varied)} ` +
      `steps, and computes C ${count(looks)} times for it.`;
    setText(
      this.said,
      `${mine}${level} Par (▲), the best of all on the slider: ${this.words(par)}. ${varying}`,
    );
  }
}

export function render({ model, el }) {
  const games = model.get("surfaces").map((surface) => new Tries(surface));
  const menu = make(
    "select",
    { "aria-label": "surface" },
    ...games.map(({ surface }, i) => make("option", { value: i }, surface.name)),
  );
  const place = make("div", {}, games[0].node);
  menu.onchange = () => place.replaceChildren(games[menu.value].node);
  el.append(
    makeCard(
      make(
        "header",
        {},
        make("strong", {}, "The fewest steps"),
        make("label", {}, "surface ", menu),
      ),
      make(
        "p",
        { className: "gd-task" },
        "Reach C < 0.01 in as few steps as you can, with one η. You have six tries.",
      ),
      place,
    ),
  );
}
