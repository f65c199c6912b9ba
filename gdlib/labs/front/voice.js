// The voice of a film: it tells those who hear the page of the moments that matter.

import { figures, make, range, setText } from "./kit.js";

/** The place of a ball, as it is read out. @param {import("./film.js").Frame} frame */
export const placeOf = ({ v1, v2 }) =>
  v2 === undefined ? figures(v1) : `(${figures(v1)}, ${figures(v2)})`;

/**
 * Says a sentence at the start, at each step that is asked for, and at the end; while the film
 * plays, only where the steps become of another kind, and at the end. Of a scene without sayings
 * it says the readout.
 */
export class Voice {
  /**
   * @param {import("./film.js").Show} show
   * @param {HTMLElement} readout
   */
  constructor(show, readout) {
    this.show = show;
    this.readout = readout;
    this.node = make("p", { className: "gd-voice", role: "status" });
    this.said = { film: null, hidden: false, playing: false, step: 0 }; // as it was told last
  }

  /** Follows what is on show. */
  follow(playing) {
    const { film, hidden, time } = this.show;
    const before = this.said;
    const now = { film, hidden, playing, step: Math.floor(time) };
    if (Object.keys(now).every((key) => now[key] === before[key])) return;
    this.said = now;
    const goesOn = playing && film === before.film && now.step > before.step;
    const text = playing ? this.news(goesOn ? before.step + 1 : now.step, now.step) : this.told();
    if (text) setText(this.node, text);
  }

  /** What is said of the step on show: a sentence for each ball that is still on its way. */
  told() {
    const { scene, time } = this.show;
    if (!scene.sayings.step) return this.readout.innerText;
    const step = Math.floor(time);
    const onTheWay = scene.tracks.filter((track) => step <= this.show.last(track));
    return onTheWay.map((track) => this.sentence(track, step)).join(" ");
  }

  /** What is said of steps that were played: of each ball the last that brings something new. */
  news(from, to) {
    const { scene } = this.show;
    if (!scene.sayings.step) return "";
    const latest = scene.tracks.map((track) => {
      const last = this.show.last(track);
      const isNews = (step) =>
        step === last || this.kind(track, step) !== this.kind(track, step - 1);
      const step = range(Math.max(1, from), Math.min(to, last)).findLast(isNews);
      return step ? this.sentence(track, step) : "";
    });
    return latest.filter(Boolean).join(" ");
  }

  kind(track, step) {
    return this.show.film.kind(this.show.number(track), this.show.position(track), step);
  }

  sentence(track, step) {
    const { show } = this;
    const { sayings } = show.scene;
    const here = show.frame(track, step);
    const parts = {
      step: String(step),
      place: placeOf(here),
      before: step ? figures(show.frame(track, step - 1).C) : "",
      word: show.film.text(show.number(track), show.position(track), step)[1],
    };
    const saying =
      step === 0 ? "start" : step === show.last(track) ? "end" : this.kind(track, step);
    const text = sayings[saying].replace(
      /\{(\w+)\}/g,
      (_all, name) => parts[name] ?? figures(here[name]),
    );
    return track.name ? `${track.name}: ${text}` : text;
  }
}
