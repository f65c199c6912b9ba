// The hidden valley: twelve probes of a ground that cannot be seen, and then the ground, with
// gradient descent from the first of them. Python has computed the ground, and every path on it.

import { makeAsk } from "./ask.js";
import { aimCamera } from "./camera.js";
import { Show } from "./film.js";
import { Ground } from "./ground.js";
import {
  ARROWS,
  clamp,
  figures,
  make,
  makeButton,
  makeCaption,
  makeCard,
  range,
  setText,
  still,
} from "./kit.js";
import { HiddenMap, ProbedValley } from "./probed.js";
import { View } from "./view.js";
import { say } from "./words.js";

const FOG = 900; // milliseconds until the ground is clear
const STEP = 400; // and for each step of gradient descent
// from the east, against the clock
const WINDS = [
  say("east"),
  say("north-east"),
  say("north"),
  say("north-west"),
  say("west"),
  say("south-west"),
  say("south"),
  say("south-east"),
];
const TASK = say(
  "Somewhere on this map is a lowest point. You have twelve probes to find it. " +
    "Click anywhere: you learn the height there, and an arrow points downhill.",
);
const BY_KEY = say("Or move the cross with the arrow keys, and press Enter to probe.");
const LEGEND = say("Each arrow points downhill: the longer, the steeper.");

const short = (x) => String(+x.toPrecision(3)).replace("-", "−");
const spotOf = ({ v1, v2 }) => `(${short(v1)}, ${short(v2)})`;

/**
 * Where a slope falls, in words, and how steeply: the direction is that of −∇C.
 * @param {number[]} slope
 * @param {number} steepest of all the ground
 */
function fall([slope1, slope2], steepest) {
  const steep = Math.hypot(slope1, slope2);
  if (!(steep > 0.001 * steepest)) return say("it is level there");
  const wind = Math.round(Math.atan2(-slope2, -slope1) / (Math.PI / 4)) + 8;
  return say("it falls towards the {wind}, with slope {slope}", {
    wind: WINDS[wind % 8],
    slope: figures(steep),
  });
}

// A name, a bar for the share of the descent that was made, in per cent, and what was found.
function scoreRow(name, colour, share, found) {
  return make(
    "div",
    { className: "gd-score" },
    make("b", {}, name),
    make("span", { className: `gd-bar gd-${colour}` }, make("i", { style: `--part: ${share}%` })),
    make("output", {}, `${share} %`),
    make("span", {}, found),
  );
}

class Game {
  constructor(model, el) {
    this.model = model;
    this.show = new Show(0);
    this.show.sliders = [0];
    this.cross = null;
    this.views = [];
    const words = { lost: say("all variables"), kept: "" };
    this.ask = makeAsk({ model, el }, words, (text) => this.answered(text));
    this.build(el);
    this.resize = new ResizeObserver(() => {
      for (const view of this.views) view.measure();
      this.queue();
    });
    this.theme = new MutationObserver(() => {
      for (const view of this.views) view.drawn = null;
      this.queue();
    });
    this.theme.observe(document.body, { attributes: true });
    model.on("change:grounds change:round", () => this.open());
    this.open();
  }

  build(el) {
    this.number = make("input", {
      type: "number",
      min: 0,
      step: 1,
      "aria-label": say("number of the round"),
    });
    this.number.onchange = () => this.goTo(this.number.valueAsNumber);
    this.number.onkeydown = (event) => {
      if (event.key === "Enter" && !event.shiftKey) this.goTo(this.number.valueAsNumber);
    };
    this.chooser = make("label", {}, say("round"), " ", this.number);
    this.next = makeButton(say("new round ▸"), say("a new round"), () =>
      this.goTo(this.ground.trait.round + 1),
    );
    this.reveal = makeButton(say("reveal"), say("reveal the ground"), () => this.end(), "gd-play");
    this.left = make("span", { className: "gd-left" });
    this.pips = make("div", { className: "gd-pips", "aria-hidden": "true" });
    this.message = make("p", { className: "gd-message", role: "alert" });
    this.pictures = make("div", { className: "gd-pictures gd-hidden" });
    this.readout = make("div", { className: "gd-readout", role: "status" });
    const [same, code] = makeCaption();
    this.same = same;
    this.code = code;
    this.card = makeCard(
      make(
        "header",
        {},
        make("strong", {}, say("The hidden valley")),
        this.chooser,
        make("span", { className: "gd-buttons" }, this.next, this.reveal),
      ),
      make("div", { className: "gd-count" }, this.pips, this.left),
      this.message,
      this.pictures,
      this.readout,
      this.same,
    );
    el.append(this.card);
  }

  // -- a ground → the game on it

  /** Opens the round that the model says. */
  open() {
    const { model } = this;
    const trait = model.get("grounds").find(({ round }) => round === model.get("round"));
    if (!trait || trait === this.ground?.trait) return;
    this.ground = new Ground(trait);
    this.probes = [...model.get("probes_made")];
    this.revealed = false;
    this.clear = 0;
    this.cross = null;
    this.running = false;
    this.show.time = 0;
    this.show.film = this.ground.film(0); // until there is a first probe
    this.show.scene = trait.scene;
    this.number.max = trait.rounds;
    this.number.value = trait.round;
    this.chooser.hidden = this.next.hidden = !trait.rounds;
    setText(this.message, "");
    this.list = make("ol", { className: "gd-probes" });
    this.map = this.makeMap(trait.scene.pictures[0]);
    this.setPictures([this.map], make("figure", { className: "gd-log" }, this.list));
    this.tell();
  }

  setPictures(views, ...others) {
    this.resize.disconnect();
    this.views = views;
    this.pictures.replaceChildren(...views.map((view) => view.figure), ...others);
    for (const view of views) this.resize.observe(view.canvas);
  }

  goTo(round) {
    const { trait } = this.ground;
    const last = trait.rounds;
    this.number.value = trait.round;
    if (!Number.isInteger(round) || round < 0 || round > last) {
      return setText(this.message, say("Write a number from 0 to {last} for the round.", { last }));
    }
    setText(this.message, "");
    if (round === trait.round) return; // Enter and the change that follows it ask for the same
    const here = this.model.get("grounds").some((ground) => ground.round === round);
    if (!here) return this.ask({ round });
    this.model.set({ round, probes_made: [] });
    this.model.save_changes();
    this.open();
  }

  answered(text) {
    const rounds = this.model.get("grounds").map(({ round }) => round);
    const [first, last] = [rounds.slice(0, -1).join(", "), rounds.at(-1)];
    const here = say("Here you have the rounds {first} and {last}.", { first, last });
    setText(this.message, text && `${text} ${here}`);
  }

  get best() {
    const { heights } = this.ground;
    const lower = (low, i) => (low === null || heights[i] < heights[low] ? i : low);
    return this.probes.reduce(lower, null);
  }

  // -- mouse and keys → probes

  makeMap(spec) {
    // whoever hears the map is not told where the ground lies either
    this.sheet = new HiddenMap(this, { ...spec, hint: `${TASK} ${BY_KEY}`, about: "" });
    const view = new View(this.sheet);
    view.offer("probe");
    const { canvas } = view;
    canvas.role = "application";
    canvas.onpointerdown = (event) => {
      if (event.button || !event.isPrimary) return;
      canvas.setPointerCapture(event.pointerId);
      this.point(event);
    };
    canvas.onpointermove = (event) => {
      if (event.isPrimary) this.point(event);
    };
    canvas.onpointerup = (event) => {
      if (!event.isPrimary || !canvas.hasPointerCapture(event.pointerId)) return;
      this.point(event);
      this.probe();
    };
    canvas.onpointerleave = () => {
      this.cross = null;
      this.queue();
    };
    canvas.onkeydown = (event) => this.press(event);
    return view;
  }

  point(event) {
    if (this.revealed || !this.sheet.sheet) return; // or it is not on the page yet
    const box = this.map.canvas.getBoundingClientRect();
    const at = this.sheet.numbersAt(event.clientX - box.left, event.clientY - box.top);
    const { reach, n } = this.ground.trait;
    const [column, row] = at.map(
      (x, k) => ((x - reach[k][0]) / (reach[k][1] - reach[k][0])) * (n - 1),
    );
    this.cross = this.ground.nearest(column, row);
    this.queue();
  }

  press(event) {
    if (this.revealed || event.ctrlKey || event.metaKey || event.altKey) return;
    const move = ARROWS[event.key];
    const { n } = this.ground;
    const from = this.cross ?? this.probes.at(-1) ?? this.ground.nearest((n - 1) / 2, (n - 1) / 2);
    if (move) {
      const far = event.shiftKey ? 5 : 1;
      const [column, row] = [from % n, Math.floor(from / n)];
      this.cross = this.ground.nearest(column + far * move[0], row + far * move[1]);
    } else if ((event.key === "Enter" && !event.shiftKey) || event.key === " ") {
      this.cross = from;
      if (!event.repeat) this.probe();
    } else return;
    event.preventDefault();
    this.queue();
  }

  probe() {
    const { ground, cross, probes } = this;
    if (this.revealed || cross === null) return;
    const place = spotOf(ground.place(cross));
    if (!Number.isFinite(ground.heights[cross])) {
      return this.tell(
        say("At {place} the height is no finite number. That costs no probe.", { place }),
      );
    }
    if (probes.includes(cross)) {
      return this.tell(say("You have probed {place} before. That costs no probe.", { place }));
    }
    setText(this.message, "");
    probes.push(cross);
    this.model.set({ probes_made: [...probes] });
    this.model.save_changes();
    if (probes.length === ground.trait.steps) this.end();
    else this.tell();
  }

  // -- the end

  end() {
    if (this.revealed) return this.run();
    if (!this.probes.length) return this.tell(say("Probe the ground once before you reveal it."));
    const { ground, show } = this;
    this.revealed = true;
    this.cross = null;
    show.film = ground.film(this.probes[0]);
    const valley = new View(new ProbedValley(this, ground.trait.scene.pictures[1]));
    valley.offer("turn");
    const { canvas } = valley;
    canvas.onpointerdown = (event) => canvas.setPointerCapture(event.pointerId);
    canvas.onpointermove = (event) => {
      if (!canvas.hasPointerCapture(event.pointerId)) return;
      this.turn(-event.movementX * 0.01, event.movementY * 0.008);
    };
    canvas.onkeydown = (event) => {
      const move = ARROWS[event.key];
      if (!move) return;
      event.preventDefault();
      this.turn(-move[0] * 0.08, -move[1] * 0.06);
    };
    const keyed = document.activeElement === this.map.canvas;
    this.setPictures([this.map, valley]);
    if (keyed) canvas.focus({ preventScroll: true }); // the map left the page for a moment
    this.tell();
    this.run();
  }

  turn(yaw, pitch) {
    this.show.turnBy(yaw, pitch);
    this.views[1].drawn = null;
    this.queue();
  }

  /** The fog goes, once; then gradient descent walks. */
  run() {
    const { show, ground } = this;
    const began = performance.now() - (this.clear === 1 ? FOG : 0);
    const run = (this.running = {});
    const tick = (now) => {
      if (this.running !== run || !this.card.isConnected) return;
      const walked = Math.max(0, (now - began - FOG) / STEP);
      this.clear = still.matches ? 1 : clamp((now - began) / FOG, 0, 1);
      show.time = Math.min(still.matches ? Math.floor(walked) : walked, ground.trait.steps);
      this.draw();
      if (show.time >= show.end()) this.running = null;
      else requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  }

  // -- the state → what is said

  caption() {
    const { cross, ground, revealed, probes } = this;
    if (revealed) return say("● you, your lowest ringed; white line: gradient descent; ✕ lowest");
    if (cross !== null)
      return say("the cross is at {place}", { place: spotOf(ground.place(cross)) });
    return probes.length ? say("where next?") : say("click anywhere to probe the ground");
  }

  tell(note = "") {
    const { ground, probes, revealed } = this;
    const { steps, code } = ground.trait;
    const rest = steps - probes.length;
    this.pips.replaceChildren(
      ...range(1, steps).map((k) => make("i", { className: k <= probes.length ? "gd-made" : "" })),
    );
    const left = revealed
      ? say("{made} of {steps} probes made", { made: probes.length, steps })
      : rest === 1
        ? say("1 probe left")
        : say("{rest} probes left", { rest });
    setText(this.left, left);
    setText(this.reveal, revealed ? say("▶ again") : say("reveal"));
    this.reveal.ariaLabel = revealed
      ? say("play gradient descent again")
      : say("reveal the ground");
    this.same.hidden = !revealed || !probes.length;
    if (!this.same.hidden) {
      const { v1, v2 } = ground.place(probes[0]);
      const start = [v1, v2].map((x) => Number(x.toPrecision(9))).join(", ");
      setText(this.code, code.replace("{start}", start));
    }
    if (revealed) this.readout.replaceChildren(...this.score());
    else setText(this.readout, note || this.news());
    this.log();
    this.queue();
  }

  news() {
    const { ground, probes, best } = this;
    if (!probes.length) return say("Nothing is probed yet.");
    const last = probes.at(-1);
    const place = ground.place(last);
    const low = probes.length > 1 && last === best ? ` ${say("The lowest so far.")}` : "";
    const told = say("Probe {n} at {place}: height {C}, {fall}.", {
      n: probes.length,
      place: spotOf(place),
      C: figures(place.C),
      fall: fall(ground.slope(last), ground.steepest),
    });
    return told + low;
  }

  /** The list beside the map: what to do, and then what was found. */
  log() {
    const { ground, probes, best, list } = this;
    const line = (i) => {
      const place = ground.place(i);
      const text = say("{place} height {C}", { place: spotOf(place), C: figures(place.C) });
      return make(
        "li",
        { className: i === best ? "gd-best" : "" },
        i === best ? say("{text}, the lowest", { text }) : text,
      );
    };
    const note = (text) => make("p", {}, text);
    list.replaceChildren(...probes.map(line));
    list.parentNode?.replaceChildren(
      ...(probes.length ? [list, note(LEGEND)] : [note(TASK), note(BY_KEY), list]),
    );
  }

  /** How you did, and how gradient descent did: shares of the descent there was to make. */
  score() {
    const { ground, probes, best } = this;
    const path = ground.path(probes[0]);
    const first = ground.place(probes[0]).C;
    const mine = ground.place(best).C;
    const its = Math.min(...path.map(({ C }) => C));
    const lowest = ground.trait.lowest[2];
    const room = first - lowest;
    const share = (C) => (room > 0 ? Math.round(100 * clamp((first - C) / room, 0, 1)) : 100);
    const left = path.length <= ground.trait.steps;
    const steps = say("lowest {C}, {n} steps", { C: figures(its), n: path.length - 1 });
    return [
      this.verdict(first, lowest, share(mine) - share(its), room),
      scoreRow(
        say("you"),
        "accent",
        share(mine),
        say("lowest {C}, {n} probes", { C: figures(mine), n: probes.length }),
      ),
      scoreRow(
        say("gradient descent"),
        "ball",
        share(its),
        left ? say("{steps}, until it left the map", { steps }) : steps,
      ),
    ];
  }

  verdict(first, lowest, ahead, room) {
    const [, , [low, high]] = this.ground.trait.reach;
    const words =
      room < 0.01 * (high - low)
        ? say(
            "Your first probe was all but the lowest point, so there was nothing left to " +
              "descend.",
          )
        : ahead === 0
          ? say("A draw: you went as low as gradient descent.")
          : ahead > 0
            ? say("You went lower than gradient descent.")
            : say("Gradient descent went lower than you.");
    const span = say("From your first probe, at height {first}, one could go down to {lowest}.", {
      first: figures(first),
      lowest: figures(lowest),
    });
    return make("p", {}, make("strong", {}, words), ` ${span}`);
  }

  queue() {
    this.queued ||= requestAnimationFrame(() => {
      this.queued = 0;
      this.draw();
    });
  }

  draw() {
    const css = getComputedStyle(this.card);
    for (const name of ["faint", "line", "accent", "ball", "panel"]) {
      this.show.colours[name] = css.getPropertyValue(`--gd-${name}`);
    }
    Object.assign(this.show.colours, { text: css.color, paper: css.backgroundColor });
    this.show.camera = aimCamera(this.show);
    for (const view of this.views) view.paint();
  }
}

export function render({ model, el }) {
  const { resize, theme } = new Game(model, el);
  return () => [resize, theme].forEach((observer) => observer.disconnect());
}
