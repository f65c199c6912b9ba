// The player: shows a film that Python has computed. It draws and it eases; it computes no step.

import { makeAsk } from "./ask.js";
import { aimCamera } from "./camera.js";
import { Commitment } from "./commit.js";
import { Film, Show } from "./film.js";
import {
  ARROWS,
  clamp,
  figures,
  make,
  makeButton,
  makeCaption,
  makeCard,
  makeRow,
  range,
  setText,
  still,
} from "./kit.js";
import { PlotPicture } from "./plot.js";
import { Sound } from "./sound.js";
import { ValleyPicture } from "./valley.js";
import { View } from "./view.js";
import { placeOf, Voice } from "./voice.js";
import { say } from "./words.js";

const SPEEDS = [1, 2, 4, 8];
const REVEAL = 6; // seconds that the truth takes at most, once the learner has answered
const COLOURS = "faint line accent ball ghost good panel plus minus lamp".split(" ");
/** The pictures that a scene may have, by kind; a lab with another kind adds it. */
export const PICTURES = {
  plot: PlotPicture,
  valley: ValleyPicture,
};
/** A value of a slider, a number or a text, with the sign of minus that the pictures have. */
const signed = (value) => String(value).replace(/^-(?=\d)/, "−");
const ZOOMS = { "+": -1, "=": -1, "-": 1 };

/**
 * What a readout says at a moment; of a film that is hidden, where the ball is.
 * @param {import("./film.js").Readout} readout
 */
function readOut({ channel, alarm }, { step, end, here }, word, hidden) {
  if (channel === "step") return hidden ? "0" : say("{step} of {end}", { step, end });
  if (hidden && channel !== "v" && channel !== "C") return "?";
  if (channel === "word") return word;
  if (channel === "v") return placeOf(here);
  return (alarm && here[channel] > 0 ? "▲ " : "") + figures(here[channel]);
}

/** The pixel of a canvas that the mouse is at. */
function pixel(canvas, { clientX, clientY }) {
  const { left, top } = canvas.getBoundingClientRect();
  return [clientX - left, clientY - top];
}

export class Player {
  constructor(model, el) {
    this.model = model;
    this.show = new Show(model.get("step"));
    this.sound = new Sound(this.show);
    this.rows = [];
    this.cells = [];
    this.playing = false;
    this.grip = {}; // what a drag of a neuron's curve holds
    /** @type {View[]} */
    this.views = [];
    const words = {
      lost: say("all variables"),
      kept: say("The sliders and play work without it."),
    };
    this.ask = makeAsk({ model, el }, words, (text, more) => {
      setText(this.message, text || model.get("message"));
      if (more) return;
      this.menu.value = this.show.scene.choice?.now;
      this.card.classList.remove("gd-computes");
    });
    this.show.commitment = this.commitment = new Commitment(this.show, model, {
      say: (text) => setText(this.message, text || model.get("message")),
      draw: () => this.draw(),
      reveal: (until) => this.reveal(until),
      restart: () => this.goTo(0),
    });
    this.build(el);
    this.resize = new ResizeObserver(() => {
      for (const view of this.views) view.measure();
      this.queue();
    });
    this.theme = new MutationObserver(() => this.repaint());
    this.theme.observe(document.body, { attributes: true });
    model.on("change:scene change:film change:sliders change:step change:answer", () =>
      this.update(),
    );
    model.on("change:message", () => setText(this.message, model.get("message")));
    setText(this.message, model.get("message"));
    this.update();
  }

  build(el) {
    this.title = make("strong");
    this.menu = make("select", {
      onchange: () => {
        this.pause();
        this.card.classList.add("gd-computes"); // what is on show is no longer what is asked for
        this.ask({ surface: this.menu.value });
      },
    });
    this.chooser = make("label", {}, make("span"), this.menu);
    this.controls = make("div");
    this.message = make("p", { className: "gd-message", role: "alert" });
    const wait = say("Python computes …");
    this.pictures = make("div", { className: "gd-pictures", "data-wait": wait });
    this.readout = make("div", { className: "gd-readout" });
    this.voice = new Voice(this.show, this.readout);
    const [caption, code] = makeCaption();
    this.caption = caption;
    this.code = code;
    this.card = makeCard(
      make("header", {}, this.title, this.chooser, this.makeButtons()),
      this.controls,
      this.commitment.node,
      this.message,
      this.pictures,
      this.readout,
      this.voice.node,
      this.caption,
    );
    this.sound.listenTo(this.card);
    el.append(this.card);
  }

  makeButtons() {
    const { show } = this;
    this.play = makeButton(say("▶ play"), say("play or pause"), () => this.toggle(), "gd-play");
    this.faster = makeButton("", say("speed of play"), () => {
      this.setSpeed(SPEEDS[(SPEEDS.indexOf(this.speed) + 1) % SPEEDS.length]);
    });
    this.setSpeed(SPEEDS[0]);
    return make(
      "span",
      { className: "gd-buttons" },
      makeButton(say("↺ reset"), say("reset to the start"), () => this.reset()),
      makeButton(say("◂ step"), say("one step back"), () => this.goTo(Math.ceil(show.time) - 1)),
      this.play,
      makeButton(say("step ▸"), say("one step"), () => this.goTo(Math.floor(show.time) + 1)),
      this.faster,
      this.sound.button,
    );
  }

  setSpeed(speed) {
    this.speed = speed;
    setText(this.faster, `${speed}×`);
    this.faster.ariaLabel = say("speed of play, {speed}×", { speed });
  }

  /** Ends what a lab does by itself, before it is taken out of the page. */
  leave() {
    this.playing = false;
    cancelAnimationFrame(this.queued);
    [this.resize, this.theme].forEach((observer) => observer.disconnect());
    this.sound.leave();
  }

  // -- what Python hands over → the controls and the pictures

  update() {
    const { model, show } = this;
    const [film, scene] = [model.get("film"), model.get("scene")];
    if (film !== this.source) {
      this.source = film;
      show.film = new Film(film);
    }
    if (scene !== show.scene) {
      show.scene = scene;
      this.setScene(scene);
    }
    show.sliders = [...model.get("sliders")];
    if (!this.playing && Math.floor(show.time) !== model.get("step")) show.time = model.get("step");
    this.queue();
  }

  /** @param {import("./film.js").Scene} scene */
  setScene({ title, choice, pictures, sliders, steps, tracks, readout, code }) {
    setText(this.title, title);
    this.caption.hidden = !code;
    this.chooser.hidden = !choice || choice.options.length < 2;
    setText(this.chooser.firstChild, `${choice?.what} `);
    const options = choice?.options ?? [];
    this.menu.replaceChildren(...options.map(([value, text]) => make("option", { value }, text)));
    this.menu.value = choice?.now;
    const controls = JSON.stringify([sliders, steps, tracks, readout]);
    if (controls !== this.made) {
      // else they stay, and keep the focus
      this.made = controls;
      this.setControls(sliders, steps);
      this.setReadout(tracks, readout);
    }
    this.resize.disconnect();
    this.views = pictures.map((spec) => this.makeView(spec));
    this.pictures.replaceChildren(...this.views.map((view) => view.figure));
    for (const view of this.views) this.resize.observe(view.canvas);
  }

  setControls(sliders, steps) {
    const { show } = this;
    const keep = () => this.keep();
    const made = sliders.map(({ name, values, marks }, i) => {
      const ends = [
        [0, signed(values[0]), ""],
        [values.length - 1, signed(values.at(-1)), ""],
      ];
      const move = (position) => {
        show.sliders[i] = position;
        this.draw();
      };
      return makeRow(name, "gd-eta", values.length - 1, move, keep, [...ends, ...marks]);
    });
    const moveStep = (step) => {
      this.pause();
      this.moveTo(step);
      this.draw();
    };
    const marks = steps.marks.map(([at, text]) => [at, text, "gd-landmark gd-after"]);
    made.push(makeRow(steps.name, "gd-step", show.film.length - 1, moveStep, keep, marks));
    this.controls.replaceChildren(...made.map(([row]) => row));
    this.rows = made.map(([, set]) => set);
  }

  setReadout(tracks, readout) {
    this.cells = tracks.map(() => readout.map(() => make("b")));
    const lines = tracks.map(({ name, colour }, t) => {
      const numbers = readout.map(({ text }, i) => make("span", {}, `${text} `, this.cells[t][i]));
      return make(
        "div",
        {},
        ...(name ? [make("i", { className: `gd-${colour}` }, name)] : []),
        ...numbers,
      );
    });
    this.readout.replaceChildren(...lines);
    this.readout.hidden = !readout.length;
  }

  // -- the state → what is seen

  queue() {
    this.queued ||= requestAnimationFrame(() => {
      this.queued = 0;
      this.draw();
    });
  }

  /** Draws the backdrops anew, of all views or of those that are stale. */
  repaint(stale = (view) => Boolean(view)) {
    for (const view of this.views) if (stale(view)) view.drawn = null;
    this.queue();
  }

  draw() {
    const { show } = this;
    const css = getComputedStyle(this.card);
    const look = (name) => [name, css.getPropertyValue(`--gd-${name}`).trim()];
    show.colours = { text: css.color, ...Object.fromEntries(COLOURS.map(look)) };
    this.commitment.follow(this.filled(show.scene.prediction?.question ?? ""));
    this.card.classList.toggle("gd-hides", show.hidden);
    show.camera = aimCamera(show);
    for (const view of this.views) {
      const { spec } = view.picture;
      view.offer(this.does(spec), this.commitment.hint(spec));
      view.paint();
    }
    this.tell();
    this.sound.follow();
  }

  /** A text with the start and the values of the sliders in the place of its braces. */
  filled(text) {
    const { film, scene, sliders, time } = this.show;
    const step = Math.floor(time);
    const start = scene.domain.map((_pair, i) => film.start[`v${i + 1}`]);
    const value = (i) => String(scene.sliders[i].values[sliders[i]]);
    return text
      .replaceAll("{start}", start.join(", "))
      .replaceAll("{step}", String(parseFloat(`${scene.steps.values[step] ?? step}`)))
      .replace(/\{(\d)\}/g, (_all, i) => value(i));
  }

  // The texts: words beside the sliders, the readout, and the line of Python.
  tell() {
    const { show, rows } = this;
    const { code, tracks, sliders, readout, steps } = show.scene;
    tracks.forEach((track, t) => {
      const position = show.position(track);
      const value = signed(sliders[track.slider]?.values[position]);
      const moment = show.moment(track);
      const [mark, word] = show.film.text(show.number(track), position, moment.step);
      readout.forEach((one, i) => {
        setText(this.cells[t][i], readOut(one, moment, word, show.hidden));
      });
      const first = tracks.findIndex(({ slider }) => slider === track.slider);
      if (first !== t || !sliders.length) return; // the first track on a slider speaks for it
      rows[track.slider](position, value, ...(show.hidden ? [] : [word, mark]));
    });
    sliders.forEach(({ values, words }, i) => {
      if (!words.length) return;
      const value = signed(values[show.sliders[i]]);
      rows[i](show.sliders[i], value, words[show.sliders[i]]);
    });
    const step = Math.floor(show.time);
    const number = steps.channel
      ? Number(show.moment(tracks[0]).here[steps.channel].toPrecision(3))
      : (steps.values[step] ?? step);
    rows.at(-1)(step, String(number).replace("-", "−"));
    setText(this.code, this.filled(code));
    this.voice.follow(this.playing);
  }

  // -- the controls → the state

  /** Tells Python where the sliders rest. */
  keep() {
    const { sliders, time } = this.show;
    this.model.set({ sliders: [...sliders], step: Math.floor(time) });
    this.model.save_changes();
  }

  /** Goes to a moment of the film; while it is hidden, says what comes first. */
  moveTo(time) {
    const { show } = this;
    if (show.hidden && time > 0) setText(this.message, this.commitment.demand());
    show.time = clamp(time, 0, show.end());
  }

  goTo(time) {
    this.pause();
    this.moveTo(time);
    this.queue();
    this.keep();
  }

  reset() {
    const { home } = this.show.scene;
    if (!home) return this.goTo(0);
    this.pause();
    this.show.sliders = [...home.sliders];
    this.show.time = home.step;
    this.queue();
    this.keep();
    const away = Object.entries(home.start).some(([name, x]) => x !== this.show.film.start[name]);
    if (away) this.ask({ start: Object.values(home.start) });
  }

  toggle() {
    if (this.playing) return this.pause();
    const { show } = this;
    if (show.hidden) return this.moveTo(1);
    if (show.time >= show.end()) show.time = 0;
    this.run(show.end());
  }

  /** Plays the truth from the start, up to the step that was asked about. */
  reveal(until) {
    this.show.time = 0;
    this.draw();
    if (still.matches) this.goTo(until);
    else this.run(until, until / REVEAL);
  }

  /** Plays up to a step, at the speed that is set or at least so many steps a second. */
  run(until, least = 0) {
    const { show } = this;
    this.playing = true;
    setText(this.play, say("❚❚ pause"));
    let before = performance.now();
    const tick = (now) => {
      if (!this.playing || !this.card.isConnected) return this.pause();
      const rate = Math.max(show.scene.rate * this.speed, least);
      if (!still.matches) {
        show.time += (clamp(now - before, 0, 100) / 1000) * rate; // the first frame may be older
        before = now;
      } else if (now - before > 1000 / rate) {
        show.time = Math.floor(show.time) + 1;
        before = now;
      }
      const end = Math.min(until, show.end());
      if (show.time >= end) {
        show.time = end;
        this.pause();
      }
      this.draw();
      requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  }

  pause() {
    if (!this.playing) return;
    this.playing = false;
    setText(this.play, say("▶ play"));
    this.keep();
  }

  // -- mouse and keys on the pictures
  // A picture's `on` says what they do: "turn" the valley; drop the ball at a "start"; "aim" Δv
  // at a place, or move its foot with Shift and by arrow keys; "pick" the slider's position there;
  // "walk" to the step there; "bend" a neuron's curve.
  // While the film is hidden, one of them takes an answer; then Shift moves the ball.

  does(spec) {
    return this.commitment.takes(spec) ? "commit" : spec.on;
  }

  makeView(spec) {
    const view = new View(new PICTURES[spec.kind](this.show, spec));
    const { canvas } = view;
    let commits = false; // whether the drag under way is an answer
    let before = null; // and what was drawn of it before
    const point = (event, isNew) => {
      if (!commits) return this.point(view, event, isNew);
      this.commitment.press(view.picture, pixel(canvas, event), isNew);
    };
    canvas.onpointerdown = (event) => {
      if (!this.does(spec) || event.button) return; // the first button, a finger, or a pen
      commits = this.commitment.grips(view.picture, pixel(canvas, event), event);
      if (commits) before = structuredClone(this.commitment.guess.value);
      canvas.setPointerCapture(event.pointerId);
      point(event, true);
    };
    canvas.onpointermove = (event) => {
      if (canvas.hasPointerCapture(event.pointerId)) point(event, false);
    };
    canvas.onpointerup = () => {
      if (["aim", "pick", "walk"].includes(spec.on)) this.keep();
    };
    canvas.onpointercancel = () => commits && this.commitment.restore(before);
    canvas.onkeydown = (event) => this.press(view.picture, event);
    if (spec.kind === "lens") {
      const zoom = (event) => {
        if (document.activeElement !== canvas && !event.ctrlKey) return; // the page scrolls
        event.preventDefault();
        this.zoom(Math.sign(event.deltaY));
      };
      canvas.addEventListener("wheel", zoom, { passive: false });
    }
    return view;
  }

  /** Moves the slider of the lengths by so many positions: the lens shows less, or more. */
  zoom(positions) {
    const { show } = this;
    show.sliders[0] = clamp(show.sliders[0] + positions, 0, show.film.positions - 1);
    this.queue();
    this.keep();
  }

  /** A key on a picture. */
  press(picture, event) {
    const { spec } = picture;
    if (spec.kind === "lens" && event.key in ZOOMS) return this.zoom(ZOOMS[event.key]);
    const commits = this.commitment.takes(spec) && !(event.shiftKey && spec.on);
    if (commits && event.key === "Enter" && !event.shiftKey) return this.commitment.commit();
    const move = ARROWS[event.key];
    if (!move || !(commits || spec.on)) return;
    event.preventDefault();
    if (commits) this.commitment.nudge(picture, move);
    else this.nudge(spec, move);
  }

  turn(yaw, pitch) {
    this.show.turnBy(yaw, pitch);
    this.repaint((view) => view.picture.spec.on === "turn");
  }

  point({ picture, canvas }, event, isNew) {
    const { spec } = picture;
    if (spec.on === "turn") return this.turn(-event.movementX * 0.01, event.movementY * 0.008);
    this.pause();
    const place = picture.numbersAt(...pixel(canvas, event));
    if (spec.on === "bend") return this.bend(place, isNew);
    if (spec.on === "walk") return this.walk(spec, place);
    const start = spec.on === "start" || (spec.on === "aim" && event.shiftKey);
    if (start) this.ask({ start: place.slice(0, this.show.scene.domain.length) });
    else this.aim(spec, place);
  }

  /** A drag of a neuron's curve: by its middle it moves, by its ends it bends. */
  bend(place, isNew) {
    if (isNew)
      this.grip = { bend: Math.abs(place[1] - 0.5) < 0.25 ? "place" : "slope", v: this.place() };
    this.ask({ ...this.grip, to: place });
  }

  /** The place of the first ball. */
  place() {
    const { here } = this.show.moment(this.show.scene.tracks[0]);
    return this.show.scene.domain.map((_pair, i) => here[`v${i + 1}`]);
  }

  /** An arrow key on a picture: one fortieth of it, or one cell, in a direction. */
  nudge(spec, direction) {
    const { show } = this;
    if (spec.on === "turn") return this.turn(-direction[0] * 0.08, -direction[1] * 0.06);
    this.pause();
    if (spec.on === "bend") {
      const [right, up] = direction;
      return this.ask({ bend: right ? "place" : "slope", v: this.place(), by: right || up });
    }
    if (spec.on === "walk")
      return this.goTo(Math.floor(show.time) + (direction[0] || direction[1]));
    if (spec.on === "pick") {
      const { here } = show.moment(show.scene.tracks[0]);
      this.aim(spec, [here[spec.x.channel] + direction[0], here[spec.y.channel] + direction[1]]);
      return this.keep();
    }
    const start = show.scene.domain.map(([low, high], i) =>
      clamp(show.film.start[`v${i + 1}`] + (direction[i] * (high - low)) / 40, low, high),
    );
    this.ask({ start });
  }

  /** Goes to the step whose number along x is nearest. */
  walk({ x }, place) {
    const away = this.show
      .series(this.show.scene.tracks[0], x.channel)
      .map((number) => Math.abs(number - place[0]));
    this.moveTo(away.indexOf(Math.min(...away)));
    this.queue();
  }

  /** Goes to the slider's position and the step whose frame is nearest, the later of equal ones. */
  aim({ x, y }, place) {
    const { show } = this;
    let nearest = Infinity;
    for (const position of range(0, show.film.positions - 1)) {
      const across = show.film.series(x.channel, 0, position);
      const up = show.film.series(y.channel, 0, position);
      across.forEach((number, step) => {
        const away = Math.hypot(number - place[0], up[step] - place[1]);
        if (away > nearest) return;
        nearest = away;
        show.sliders[0] = position;
        show.time = step;
      });
    }
    this.queue();
  }
}

export function render({ model, el }) {
  const player = new Player(model, el);
  return () => player.leave();
}
