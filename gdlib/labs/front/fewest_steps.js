// The fewest steps: six tries with one η on each surface, and then what every η would have done.

import { make, makeButton, makeCard, makeRow, retire, setText } from "./kit.js";
import { WIDE, draw, drawLine, makeSketch } from "./sketch.js";
import { grouped, say } from "./words.js";

/**
 * @typedef {object} Surface
 * @property {string} name
 * @property {string} formula
 * @property {string} cost
 * @property {number[]} start
 * @property {number[]} etas
 * @property {number[]} steps
 * @property {string[]} ends where C is after all steps, by η
 * @property {[number, number][]} at
 * @property {string} line
 * @property {[number, string][]} ticks
 * @property {number} par
 * @property {number} varied
 * @property {number} looks
 * @property {number} most
 * @property {number} tries
 */

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
    this.sketch = makeSketch(say("steps for each η on {name}", { name }), ticks, below, "η");
    this.sketch.append(draw("text", { x: -14, y: 20, "text-anchor": "end" }, say("steps")));
    this.list = make("ol");
    this.said = make("div", { className: "gd-readout", role: "status", tabIndex: -1 });
    const move = (position) => this.set(position);
    const [row, show] = makeRow("η", "gd-eta", last, move, null);
    this.show = show;
    this.run = makeButton(
      say("▶ run"),
      say("run gradient descent on {name}", { name }),
      () => this.runOnce(),
      "gd-play",
    );
    this.par = makeButton(say("show par"), say("show par on {name}", { name }), () => this.end());
    const task = say("Here C is that of {name}, {formula}, and the ball starts at ({start}).", {
      name,
      formula: surface.formula,
      start: surface.start.join(", ").replaceAll("-", "−"),
    });
    this.node = make(
      "div",
      {},
      make("p", { className: "gd-task" }, task),
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
    const { etas, steps, most, ends } = this.surface;
    const found = steps[i]
      ? say("{n} steps", { n: grouped(steps[i]) })
      : say("not within {n} steps: then C is {C}", { n: grouped(most), C: ends[i] });
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
    this.par.disabled = !this.made.length; // a try of one's own comes first
    const rest = this.surface.tries - this.made.length;
    const best =
      this.best === null
        ? say("Nothing has got there yet.")
        : say("Your best: {found}.", { found: this.words(this.best) });
    const left = rest === 1 ? say("1 try left.") : say("{rest} tries left.", { rest });
    setText(this.said, `${left} ${best}`);
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
    const mine =
      best === null
        ? say("You did not get there.")
        : say("Your best: {found}.", { found: this.words(best) });
    const level = best !== null && steps[best] === steps[par] ? say("That is par.") : "";
    const varying = say(
      "Backtracking, which chooses η anew at every step from 1 downwards, takes " +
        "{varied} steps, and computes C {looks} times for it.",
      { varied: grouped(varied), looks: grouped(looks) },
    );
    const all = say("Par (▲), the best of all on the slider: {par}.", { par: this.words(par) });
    setText(this.said, [mine, level, all, varying].filter(Boolean).join(" "));
  }
}

export function render({ model, el }) {
  const games = model.get("surfaces").map((surface) => new Tries(surface));
  const menu = make(
    "select",
    { "aria-label": say("surface") },
    ...games.map(({ surface }, i) => make("option", { value: i }, surface.name)),
  );
  const place = make("div", {}, games[0].node);
  menu.onchange = () => place.replaceChildren(games[menu.value].node);
  el.append(
    makeCard(
      make(
        "header",
        {},
        make("strong", {}, say("The fewest steps")),
        make("label", {}, say("surface"), " ", menu),
      ),
      make(
        "p",
        { className: "gd-task" },
        say("Reach C < 0.01 in as few steps as you can, with one η. You have six tries."),
      ),
      place,
    ),
  );
}
