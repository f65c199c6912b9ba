// Beat the gradient: set a move of fixed length by hand, and learn how much of the best it gets.

import { clear } from "./chart.js";
import { drawArrow, setPen, trace } from "./draw.js";
import { Show } from "./film.js";
import {
  ARROWS,
  clamp,
  make,
  makeButton,
  makeCard,
  paintAnew,
  range,
  retire,
  setText,
} from "./kit.js";
import { grouped, say } from "./words.js";

const TASK = say(
  "You stand at a point of a hidden C, and may move by a fixed length. In which " +
    "direction does C fall most? Set the move, then try it: you learn ∇C · Δv as a " +
    "share of the best possible.",
);
const BY_ARROW = say("Drag the arrow; or turn it with the arrow keys.");
const BY_BARS = say(
  "Paint the entries of Δv with the mouse; or choose one with ← and →, and change " +
    "it with ↑ and ↓.",
);
const SUBSCRIPTS = "₀₁₂₃₄₅₆₇₈₉";
const EDGE = 14; // pixels around the bars

const below = (number) => String(number).replace(/\d/g, (digit) => SUBSCRIPTS[+digit]);
const percent = (share) => `${Math.round(100 * share)} %`.replace("-", "−");

/**
 * @typedef {object} GameTrait
 * @property {number} m
 * @property {number[]} downhill of length 1
 * @property {[number, number][]} luck
 * @property {{name: string, share: number, looks: number} | null} own
 */

/** The game in m dimensions; it keeps its move and its tries while another is on show. */
class Moves {
  /** @param {GameTrait} trait */
  constructor(trait) {
    const { m } = trait;
    this.trait = trait;
    this.tries = 0;
    this.best = -Infinity;
    this.drawn = 0; // how many of the draws of luck are told
    this.shown = false; // the gradient's move
    this.chosen = 0;
    this.move = range(1, m).map((i) => (m === 2 ? 2 - i : 0));
    const how = m === 2 ? BY_ARROW : BY_BARS;
    this.canvas = make("canvas", { tabIndex: 0, role: "application", ariaLabel: `Δv. ${how}` });
    this.caption = make("figcaption");
    this.list = make("ul", { tabIndex: -1 });
    this.try = makeButton(say("▶ try"), say("try the move in {m} dimensions", { m }), () =>
      this.tryMove(),
    );
    this.try.className = "gd-play";
    this.luck = makeButton("", say("random moves in {m} dimensions", { m }), () => this.tryLuck());
    this.nameLuck(say("luck"));
    this.show = makeButton(
      say("the gradient"),
      say("show the gradient in {m} dimensions", { m }),
      () => this.reveal(),
    );
    this.show.disabled = true; // until a try of one's own
    this.node = make(
      "div",
      {},
      make("p", { className: "gd-task" }, how),
      make(
        "div",
        { className: "gd-pictures gd-moves" },
        make("figure", {}, this.canvas, this.caption),
        make("figure", { className: "gd-found", role: "status" }, this.list),
      ),
      make("div", { className: "gd-answers" }, this.try, this.luck, this.show),
    );
    this.mine = this.line(say("nothing tried yet"), 0);
    this.listen();
  }

  /** Adds a line to the list: some words, and a bar for a share. */
  line(words, share) {
    const item = make("li");
    this.list.append(item);
    this.fill(item, words, share);
    return item;
  }

  fill(item, words, share) {
    const part = `--part: ${clamp(100 * share, 0, 100)}%`;
    const bar = make("span", { className: "gd-bar" }, make("i", { style: part }));
    item.replaceChildren(make("span", {}, words), bar);
  }

  // -- the move → what it gets

  get length() {
    return Math.hypot(...this.move);
  }

  tryMove() {
    const { downhill } = this.trait;
    if (!this.length) return setText(this.caption, say("Δv is 0: set at least one entry"));
    const along = this.move.reduce((sum, x, i) => sum + x * downhill[i], 0);
    const share = along / this.length;
    this.tries += 1;
    this.show.disabled = false;
    this.best = Math.max(this.best, share);
    const uphill = share < 0 ? `, ${say("uphill")}` : "";
    const words = say("try {n}: {share}; your best: {best}", {
      n: this.tries,
      share: percent(share) + uphill,
      best: percent(this.best),
    });
    this.fill(this.mine, words, this.best);
  }

  tryLuck() {
    const [count, share] = this.trait.luck[this.drawn];
    const words =
      count > 1 ? say("the best of {n} random moves", { n: grouped(count) }) : say("a random move");
    if (!this.drawn) this.lucky = this.line("", 0);
    this.fill(this.lucky, `${words}: ${percent(share)}`, share);
    this.drawn += 1;
    this.nameLuck(say("ten times the luck"));
    if (this.drawn === this.trait.luck.length) retire([this.luck], this.list);
  }

  nameLuck(text) {
    setText(this.luck, text);
    this.luck.ariaLabel = say("{text}: random moves in {m} dimensions", { text, m: this.trait.m });
  }

  reveal() {
    const { own, m } = this.trait;
    this.shown = true;
    retire([this.show, this.try], this.list);
    if (own) {
      const parts = { name: own.name, share: percent(own.share), n: grouped(own.looks) };
      this.line(say("{name}: {share}, from {n} values of C", parts), own.share);
    }
    this.line(say("the gradient, {m} partial derivatives: 100 %", { m }), 1);
    this.paint();
  }

  // -- mouse and keys → the move

  listen() {
    const { canvas } = this;
    canvas.onpointerdown = (event) => {
      if (event.button || !event.isPrimary) return;
      canvas.setPointerCapture(event.pointerId);
      this.last = null;
      this.point(event);
    };
    canvas.onpointermove = (event) => {
      if (canvas.hasPointerCapture(event.pointerId)) this.point(event);
    };
    canvas.onkeydown = (event) => {
      const key = ARROWS[event.key];
      if (!key || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      if (this.trait.m === 2) this.turn((key[1] - key[0]) * (Math.PI / 36));
      else this.press(key);
      this.paint();
    };
  }

  turn(angle) {
    const [x, y] = this.move;
    const now = Math.atan2(y, x) + angle;
    this.move = [Math.cos(now), Math.sin(now)];
  }

  press([across, up]) {
    this.chosen = clamp(this.chosen + across, 0, this.trait.m - 1);
    const value = this.move[this.chosen] + up / 10;
    this.move[this.chosen] = clamp(Math.round(value * 10) / 10, -1, 1);
  }

  point(event) {
    const box = this.canvas.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    const { m } = this.trait;
    const up = clamp((box.height / 2 - y) / (box.height / 2 - EDGE), -1, 1);
    if (m === 2) {
      const size = Math.hypot(x - box.width / 2, y - box.height / 2);
      if (size > 3) this.move = [(x - box.width / 2) / size, (box.height / 2 - y) / size];
    } else {
      const at = Math.floor(((x - EDGE) / (box.width - 2 * EDGE)) * m);
      this.chosen = clamp(at, 0, m - 1);
      // a fast stroke paints the entries that it passed over, too
      const from = this.last ?? this.chosen;
      for (const i of range(Math.min(from, this.chosen), Math.max(from, this.chosen))) {
        this.move[i] = up;
      }
      this.last = this.chosen;
    }
    this.paint();
  }

  // -- the move → its picture

  paint() {
    const { canvas } = this;
    if (!canvas.clientWidth) return;
    const css = getComputedStyle(canvas.closest(".gd-lab"));
    const colour = (name) => css.getPropertyValue(`--gd-${name}`);
    const { g, width, height } = clear(canvas);
    const colours = { accent: colour("accent"), ball: colour("ball"), line: colour("faint") };
    if (this.trait.m === 2) this.paintArrow(g, width, height, colours);
    else this.paintBars(g, width, height, colours);
    const shown =
      this.shown && this.trait.m > 2 ? `; ${say("the narrow bars are those of −∇C")}` : "";
    const value = this.move[this.chosen];
    const entry = `Δv${below(this.chosen + 1)} = ${value.toFixed(1).replace("-", "−")}`;
    const angle = Math.round((Math.atan2(this.move[1], this.move[0]) * 180) / Math.PI);
    const now =
      this.trait.m === 2 ? say("Δv points to {angle}°", { angle }).replace("-", "−") : entry;
    setText(this.caption, now + shown);
  }

  paintArrow(g, width, height, colours) {
    const radius = height / 2 - EDGE;
    const middle = [width / 2, height / 2];
    setPen(g, colours.line, 1);
    g.beginPath();
    g.arc(...middle, radius, 0, 7);
    g.stroke();
    /** @type {(move: number[]) => import("./draw.js").Point} */
    const tip = ([x, y]) => [middle[0] + x * radius, middle[1] - y * radius];
    const show = new Show(0); // for its letters
    drawArrow(g, show, colours.accent, middle, tip(this.move), "Δv");
    if (this.shown) drawArrow(g, show, colours.ball, middle, tip(this.trait.downhill), "−∇C");
  }

  paintBars(g, width, height, colours) {
    const { m, downhill } = this.trait;
    const wide = (width - 2 * EDGE) / m;
    const tall = height / 2 - EDGE;
    const most = Math.max(...downhill.map(Math.abs));
    const bar = (i, value, share) => {
      const inset = (wide * (1 - share)) / 2;
      g.fillRect(EDGE + i * wide + inset, height / 2, wide * share, -value * tall);
    };
    setPen(g, colours.line, 1);
    for (const up of [-1, 0, 1]) {
      trace(g, [
        [EDGE, height / 2 - up * tall],
        [width - EDGE, height / 2 - up * tall],
      ]);
    }
    g.fillStyle = colours.accent;
    this.move.forEach((value, i) => bar(i, value, 0.8));
    g.fillStyle = colours.ball;
    if (this.shown) downhill.forEach((value, i) => bar(i, value / most, 0.35));
    g.strokeStyle = colours.ball;
    g.strokeRect(EDGE + this.chosen * wide, EDGE - 6, wide, height - 2 * EDGE + 12);
  }
}

export function render({ model, el }) {
  const games = model.get("games").map((trait) => new Moves(trait));
  const menu = make(
    "select",
    { "aria-label": say("dimensions") },
    ...games.map(({ trait }, i) =>
      make("option", { value: i }, say("{m} dimensions", { m: trait.m })),
    ),
  );
  const place = make("div", {}, games[0].node);
  const paint = () => games[menu.value].paint();
  menu.onchange = () => {
    place.replaceChildren(games[menu.value].node);
    paint();
  };
  const title = make("strong", {}, say("Beat the gradient"));
  const card = makeCard(
    make("header", {}, title, menu),
    make("p", { className: "gd-task" }, TASK),
    place,
  );
  el.append(card);
  return paintAnew(card, paint);
}
