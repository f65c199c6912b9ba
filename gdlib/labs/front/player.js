// The player: shows a film that Python has computed. It draws and it eases; it computes no step.

import { aimCamera } from "./camera.js";
import { Show, openFilm } from "./film.js";
import {
  clamp,
  figures,
  make,
  makeAsk,
  makeButton,
  makeCard,
  makeRow,
  range,
  setText,
} from "./kit.js";
import { plotPicture } from "./plot.js";
import { valleyPicture } from "./valley.js";

const STEPS_PER_SECOND = 4;
const SPEEDS = [1, 2, 4, 8];
const COLOURS = ["faint", "line", "accent", "ball", "ghost"];
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
const still = matchMedia("(prefers-reduced-motion: reduce)");

// What a readout shows beside the plain numbers of a frame.
const NUMBERS = {
  step: ({ k, end }) => `${k} of ${end}`,
  v: ({ here, m }) => (m === 1 ? figures(here[0]) : `(${figures(here[0])}, ${figures(here[1])})`),
  promised: ({ k, end, here, rate }) => (k < end ? figures(-rate * here[3] * here[3]) : "—"),
  actual({ k, end, here, next }) {
    if (k >= end) return "—";
    return `${next[2] > here[2] ? "▲ " : ""}${figures(next[2] - here[2])}`;
  },
  word: ({ word }) => word,
};

/** A canvas with its picture, and a second one, out of sight, with what seldom changes. */
class View {
  constructor(picture) {
    const { on, name, hint } = picture;
    this.picture = picture;
    this.canvas = make("canvas", {
      tabIndex: on ? 0 : -1,
      role: "img",
      "aria-label": `${name}: ${hint}`,
    });
    this.caption = make("figcaption");
    this.figure = make("figure", { className: `gd-${name}` }, this.canvas, this.caption);
    this.under = make("canvas");
  }

  measure() {
    [this.width, this.height] = [this.canvas.clientWidth, this.canvas.clientHeight];
    this.drawn = null;
  }

  paint() {
    const { canvas, under, picture, width, height } = this;
    if (!width || !height) return;
    const ratio = devicePixelRatio || 1;
    const view = picture.view();
    if (this.drawn !== view) {
      for (const surface of [canvas, under]) {
        const size = [Math.round(width * ratio), Math.round(height * ratio)];
        if (surface.width !== size[0] || surface.height !== size[1]) {
          [surface.width, surface.height] = size;
        }
      }
      const g = under.getContext("2d");
      g.reset();
      g.scale(ratio, ratio);
      g.font = "12px sans-serif";
      g.lineJoin = g.lineCap = "round";
      picture.backdrop(g, width, height);
      this.drawn = view;
    }
    const g = canvas.getContext("2d");
    g.reset();
    g.drawImage(under, 0, 0);
    g.scale(ratio, ratio);
    g.lineJoin = g.lineCap = "round";
    setText(this.caption, picture.draw(g) ?? picture.hint);
  }
}

class Player {
  constructor(model, el) {
    this.model = model;
    this.show = new Show(model.get("step"));
    this.show.italic = "italic 16px Georgia, serif";
    [this.views, this.rows, this.cells, this.playing] = [[], [], [], false];
    this.ask = makeAsk(model, "The sliders and play work without it.", (text) => {
      setText(this.message, text);
      this.choice.value = this.show.scene.surface;
    });
    this.build(el);
    this.resize = new ResizeObserver(() => {
      for (const view of this.views) view.measure();
      this.queue();
    });
    this.theme = new MutationObserver(() => this.repaint());
    this.theme.observe(document.body, { attributes: true });
    model.on("change:scene change:film change:sliders change:step", () => this.update());
    this.update();
  }

  build(el) {
    const { show } = this;
    this.title = make("strong");
    this.choice = make("select", {
      onchange: () => {
        this.pause();
        this.ask({ surface: this.choice.value });
      },
    });
    this.chooser = make("label", {}, make("span"), this.choice);
    this.play = makeButton("▶ play", "play or pause", () => this.toggle(), "gd-play");
    this.speed = makeButton("1×", "speed of play", () => this.hurry());
    const buttons = make(
      "span",
      { className: "gd-buttons" },
      makeButton("↺ reset", "reset to the start", () => this.reset()),
      makeButton("◂ step", "one step back", () => this.go(Math.ceil(show.time) - 1)),
      this.play,
      makeButton("step ▸", "one step", () => this.go(Math.floor(show.time) + 1)),
      this.speed,
    );
    this.controls = make("div");
    this.message = make("p", { className: "gd-message", role: "alert" });
    this.pictures = make("div", { className: "gd-pictures" });
    this.readout = make("div", { className: "gd-readout", role: "status" });
    this.code = make("code");
    this.card = makeCard(
      make("header", {}, this.title, this.chooser, buttons),
      this.controls,
      this.message,
      this.pictures,
      this.readout,
      make("div", { className: "gd-code" }, "This lab runs ", this.code),
    );
    el.append(this.card);
  }

  // -- what Python hands over → the controls and the pictures

  update() {
    const { model, show } = this;
    const [film, scene] = [model.get("film"), model.get("scene")];
    if (film !== this.source) [this.source, show.film] = [film, openFilm(film)];
    if (scene !== show.scene) {
      show.scene = scene;
      this.setScene(scene);
    }
    show.sliders = [...model.get("sliders")];
    if (!this.playing && Math.floor(show.time) !== model.get("step")) show.time = model.get("step");
    this.queue();
  }

  setScene(scene) {
    setText(this.title, scene.title);
    this.chooser.hidden = scene.surfaces.length < 2;
    setText(this.chooser.firstChild, `${scene.choice ?? "surface"} `);
    const options = scene.surfaces.map(([value, text]) => make("option", { value }, text));
    this.choice.replaceChildren(...options);
    this.choice.value = scene.surface;
    const controls = JSON.stringify([scene.sliders, scene.steps, scene.tracks, scene.readout]);
    if (controls !== this.made) {
      // else they stay, and keep the focus
      this.made = controls;
      this.setControls(scene);
    }
    this.resize.disconnect();
    this.views = scene.pictures.map((spec) => this.makeView(spec));
    this.pictures.replaceChildren(...this.views.map((view) => view.figure));
    for (const view of this.views) this.resize.observe(view.canvas);
  }

  setControls({ sliders, steps, tracks, readout }) {
    const { show } = this;
    const keep = () => this.keep();
    const made = sliders.map(({ name, values, marks }, s) => {
      const ends = [
        [0, String(values[0]), ""],
        [values.length - 1, String(values.at(-1)), ""],
      ];
      const move = (position) => {
        show.sliders[s] = position;
        this.draw();
      };
      return makeRow(name, "gd-eta", values.length - 1, move, keep, [...ends, ...marks]);
    });
    const moveStep = (step) => {
      this.pause();
      show.time = Math.min(step, show.end());
      this.draw();
    };
    made.push(makeRow(steps.name, "gd-step", show.film.steps, moveStep, keep));
    this.controls.replaceChildren(...made.map(([row]) => row));
    this.rows = made.map(([, set]) => set);
    this.cells = tracks.map(() => readout.map(() => make("b")));
    this.readout.replaceChildren(
      ...tracks.map((track, t) =>
        make(
          "div",
          {},
          ...(track.name ? [make("i", { className: `gd-${track.colour}` }, track.name)] : []),
          ...readout.map(([name], c) => make("span", {}, `${name} `, this.cells[t][c])),
        ),
      ),
    );
  }

  // -- the state → what is seen

  queue() {
    this.queued ||= requestAnimationFrame(() => {
      this.queued = 0;
      this.draw();
    });
  }

  repaint(stale = () => true) {
    for (const view of this.views) if (stale(view)) view.drawn = null;
    this.queue();
  }

  draw() {
    const { show } = this;
    const css = getComputedStyle(this.card);
    const look = (name) => [name, css.getPropertyValue(`--gd-${name}`).trim()];
    show.colours = { text: css.color, ...Object.fromEntries(COLOURS.map(look)) };
    show.camera = aimCamera(show);
    for (const view of this.views) view.paint();
    this.tell();
  }

  // The texts: words beside the sliders, the readout, and the line of Python.
  tell() {
    const { show, rows } = this;
    const { scene } = show;
    let line = scene.code.replace("{start}", show.film.start.slice(0, scene.m).join(", "));
    scene.tracks.forEach((track, t) => {
      const position = show.sliders[track.slider];
      const rate = scene.sliders[track.slider].values[position];
      const moment = show.moment(track);
      const [mark, word] = show.film.text(track.film, position, moment.k);
      const state = { ...moment, rate, word, m: scene.m };
      scene.readout.forEach(([, key], c) => {
        setText(this.cells[t][c], NUMBERS[key]?.(state) ?? figures(moment.here[key]));
      });
      if (t && !track.slider) return; // the first track on a slider speaks for it
      rows[track.slider](position, String(rate), word, mark);
      line = line.replaceAll(`{${track.slider}}`, rate);
    });
    const { unit, sign } = scene.steps;
    const step = Math.floor(show.time);
    rows.at(-1)(step, unit ? `${step * unit}${sign}` : String(step));
    setText(this.code, line);
  }

  // -- the controls → the state

  /** Tells Python where the sliders rest. */
  keep() {
    const { sliders, time } = this.show;
    this.model.set({ sliders: [...sliders], step: Math.floor(time) });
    this.model.save_changes();
  }

  go(time) {
    this.pause();
    this.show.time = clamp(time, 0, this.show.end());
    this.queue();
    this.keep();
  }

  reset() {
    const { home } = this.show.scene;
    if (!home) return this.go(0);
    this.pause();
    [this.show.sliders, this.show.time] = [[...home.sliders], home.step];
    this.queue();
    this.keep();
    const moved = home.start.some((x, i) => x !== this.show.film.start[i]);
    if (moved) this.ask({ start: home.start });
  }

  hurry() {
    const speed = SPEEDS.indexOf(parseInt(this.speed.textContent)) + 1;
    setText(this.speed, `${SPEEDS[speed % SPEEDS.length]}×`);
  }

  toggle() {
    if (this.playing) return this.pause();
    const { show } = this;
    if (show.time >= show.end()) show.time = 0;
    [this.playing, this.readout.ariaLive] = [true, "off"]; // sixty numbers a second are no news
    setText(this.play, "❚❚ pause");
    let before = performance.now();
    const tick = (now) => {
      if (!this.playing || !this.card.isConnected) return this.pause();
      const rate = STEPS_PER_SECOND * parseInt(this.speed.textContent);
      if (!still.matches) {
        show.time += (clamp(now - before, 0, 100) / 1000) * rate; // the first frame may be older
        before = now;
      } else if (now - before > 1000 / rate) {
        [show.time, before] = [Math.floor(show.time) + 1, now];
      }
      if (show.time >= show.end()) {
        show.time = show.end();
        this.pause();
      }
      this.draw();
      requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  }

  pause() {
    if (!this.playing) return;
    [this.playing, this.readout.ariaLive] = [false, "polite"];
    setText(this.play, "▶ play");
    this.keep();
  }

  // -- mouse and keys on the pictures
  // A picture's `on` says what they do: "turn" the valley; drop the ball at a "start"; "aim" Δv
  // at a place, or move its foot with Shift and by arrow keys; "pick" the slider's position there.

  makeView(spec) {
    const picture = (spec.kind === "valley" ? valleyPicture : plotPicture)(this.show, spec);
    const view = new View(picture);
    const { canvas } = view;
    const { on } = picture;
    canvas.onpointerdown = (event) => {
      if (!on || event.button) return; // the first button, a finger, or a pen
      canvas.setPointerCapture(event.pointerId);
      this.point(view, event);
    };
    canvas.onpointermove = (event) => {
      if (canvas.hasPointerCapture(event.pointerId)) this.point(view, event);
    };
    canvas.onpointerup = () => {
      if (on === "aim" || on === "pick") this.keep();
    };
    canvas.onkeydown = (event) => {
      const move = ARROWS[event.key];
      if (!move || !on) return;
      event.preventDefault();
      this.nudge(on, move);
    };
    return view;
  }

  turn(yaw, pitch) {
    const { turn } = this.show;
    this.show.turn = { yaw: turn.yaw + yaw, pitch: clamp(turn.pitch + pitch, 0.05, 1.5) };
    this.repaint((view) => view.picture.on === "turn");
  }

  point({ picture, canvas }, event) {
    const { on } = picture;
    if (on === "turn") return this.turn(-event.movementX * 0.01, event.movementY * 0.008);
    this.pause();
    const box = canvas.getBoundingClientRect();
    const [x, y] = picture.at(event.clientX - box.left, event.clientY - box.top);
    const start = on === "start" || (on === "aim" && event.shiftKey);
    if (start) this.ask({ start: [x, y].slice(0, this.show.scene.m) });
    else this.aim(x, y);
  }

  nudge(on, [across, up]) {
    const { show } = this;
    if (on === "turn") return this.turn(-across * 0.08, -up * 0.06);
    if (on === "pick") {
      const [x, y] = show.moment(show.scene.tracks[0]).here;
      this.aim(x + across, y + up);
      return this.keep();
    }
    this.pause();
    const start = show.scene.domain.map(([low, high], i) =>
      clamp(show.film.start[i] + ([across, up][i] * (high - low)) / 40, low, high),
    );
    this.ask({ start });
  }

  /** Goes to the slider's position and the step whose frame is nearest, the later of equal ones. */
  aim(x, y) {
    const { show } = this;
    let nearest = Infinity;
    const steps = range(0, show.film.steps);
    for (const position of range(0, show.scene.sliders[0].values.length - 1))
      for (const k of steps) {
        const [there, high] = show.film.at(0, position, k);
        const away = Math.hypot(there - x, high - y);
        if (away <= nearest) [nearest, show.sliders[0], show.time] = [away, position, k];
      }
    this.queue();
  }
}

function render({ model, el }) {
  const player = new Player(model, el);
  // a lab out of the page stops playing
  return () => [player.resize, player.theme].forEach((observer) => observer.disconnect());
}

export default { render };
