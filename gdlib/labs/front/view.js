// A view: a canvas with a picture, and a second canvas, out of sight, with what seldom changes.

import { make, setText } from "./kit.js";
import { say } from "./words.js";

/** What pictures of the course are called, to those who hear them. */
const NAMES = {
  map: say("map"),
  valley: say("valley"),
  graph: say("graph"),
  curve: say("curve"),
  cost: say("cost"),
  read: say("read"),
  rate: say("rate"),
  error: say("error"),
  away: say("away"),
  data: say("data"),
  bars: say("bars"),
  lens: say("lens"),
  neurons: say("neurons"),
};

/**
 * @typedef {object} Picture
 * @property {import("./film.js").Scene["pictures"][0]} spec
 * @property {() => string} view what the backdrop depends on
 * @property {(g: CanvasRenderingContext2D, width: number, height: number) => void} backdrop
 * @property {(g: CanvasRenderingContext2D) => string | undefined} draw
 */

export class View {
  /** @param {Picture} picture */
  constructor(picture) {
    this.picture = picture;
    this.canvas = make("canvas", { role: "img" });
    const about = "about" in picture.spec && picture.spec.about;
    if (about) this.canvas.setAttribute("aria-description", about);
    this.caption = make("figcaption");
    this.figure = make(
      "figure",
      { className: `gd-${picture.spec.name}` },
      this.canvas,
      this.caption,
    );
    this.under = make("canvas");
    /** @type {string | null} the view that the backdrop shows; null if it is to be drawn anew */
    this.drawn = null;
  }

  /** Tells what the mouse and the keys do on it: a word or nothing, and a hint. */
  offer(on, hint = this.picture.spec.hint) {
    const { name } = this.picture.spec;
    const label = `${NAMES[name] ?? name}: ${hint}`;
    if (this.canvas.ariaLabel !== label) this.canvas.ariaLabel = label;
    this.canvas.tabIndex = on ? 0 : -1;
    this.figure.classList.toggle("gd-asked", on === "commit");
  }

  /** Takes the size that the page gives the canvas. */
  measure() {
    this.width = this.canvas.clientWidth;
    this.height = this.canvas.clientHeight;
    this.drawn = null;
  }

  paint() {
    const { canvas, under, picture, width, height } = this;
    if (!width || !height) return;
    const ratio = devicePixelRatio || 1;
    const view = picture.view();
    if (this.drawn !== view) {
      for (const surface of [canvas, under]) resize(surface, width * ratio, height * ratio);
      const g = prepared(under, ratio);
      g.font = "12px sans-serif";
      picture.backdrop(g, width, height);
      this.drawn = view;
    }
    const g = prepared(canvas, ratio, under);
    setText(this.caption, picture.draw(g) ?? picture.spec.hint);
  }
}

function resize(surface, width, height) {
  const across = Math.round(width);
  const down = Math.round(height);
  if (surface.width === across && surface.height === down) return; // else it would be blank
  surface.width = across;
  surface.height = down;
}

function prepared(surface, ratio, under = null) {
  const g = surface.getContext("2d");
  g.reset();
  if (under) g.drawImage(under, 0, 0);
  g.scale(ratio, ratio);
  g.lineJoin = g.lineCap = "round";
  return g;
}
