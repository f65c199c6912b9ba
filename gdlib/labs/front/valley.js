// The valley: the surface in three dimensions, far squares first.

import { cameraNote, decades } from "./camera.js";
import {
  drawBall,
  drawMarker,
  drawNumber,
  drawPath,
  drawRing,
  fill,
  setPen,
  trace,
} from "./draw.js";
import { bytes, clamp, floats, logarithm, range } from "./kit.js";
import { say } from "./words.js";

const TALL = 0.62; // how high the surface is drawn beside its width
const NUMBERS = 34; // pixels: the room for those of the upright

/** Where the eye is, and what it sees of the space around the domain: points in pixels. */
class Eye {
  /**
   * @param {import("./film.js").Show} show
   * @param {import("./film.js").ValleySpec} spec
   */
  constructor(show, spec) {
    const widths = spec.domain.map(([low, high]) => high - low);
    this.widest = Math.max(...widths);
    this.half = widths.map((width) => width / this.widest / 2);
    this.middle = spec.domain.map(([low, high]) => (low + high) / 2);
    const heights = floats(spec.heights).filter(Number.isFinite);
    this.lowest = Math.min(...heights);
    this.highest = Math.max(...heights);
    this.show = show;
    this.room = spec.ticks.length ? NUMBERS : 0;
    /** how high a C is drawn; the heights of the surface came so from Python */
    this.height = spec.log ? logarithm : (C) => C;
  }

  /** The lowest and the highest that is on show, with the balls. */
  span() {
    const { low, high } = this.show.camera;
    const { lowest, highest } = this;
    return [Math.min(lowest, this.height(low)), Math.max(highest, this.height(high))];
  }

  look(width, height) {
    const { turn, camera } = this.show;
    this.sin = Math.sin(turn.yaw);
    this.cos = Math.cos(turn.yaw);
    this.tilt = Math.sin(turn.pitch);
    this.lift = Math.cos(turn.pitch);
    this.x = (width + this.room) / 2;
    this.y = height * 0.555;
    this.size = Math.min((width - this.room) * 0.68, height * 0.735);
    this.out = camera.out;
    const [low, high] = this.span();
    this.low = low;
    this.rise = TALL / (high - low || 1);
  }

  /** The pixel of a place in the box: a, b from −½ to ½ where the domain is widest, c upwards. */
  project(a, b, c) {
    const depth = a * this.sin + b * this.cos;
    return [
      this.x + this.size * (a * this.cos - b * this.sin),
      this.y - this.size * (depth * this.tilt + (c - 0.28) * this.lift),
    ];
  }

  place = ({ v1, v2, C }, height = this.height(C)) =>
    this.project(
      (v1 - this.middle[0]) / this.widest / this.out,
      (v2 - this.middle[1]) / this.widest / this.out,
      (height - this.low) * this.rise,
    );

  /** The four corners of a rectangle `wide` times the domain, at the lowest height. */
  floor(wide) {
    const [a, b] = this.half.map((half) => (half * wide) / this.out);
    const corners = [
      [-a, -b],
      [a, -b],
      [a, b],
      [-a, b],
      [-a, -b],
    ];
    return corners.map(([one, other]) => this.project(one, other, 0));
  }
}

function drawSurface(g, eye, spec, heights, colours) {
  const { n } = spec;
  const along = (i, half) => ((i / (n - 1) - 0.5) * 2 * half) / eye.out;
  const points = range(0, n * n - 1).map((p) =>
    eye.project(
      along(p % n, eye.half[0]),
      along(Math.floor(p / n), eye.half[1]),
      (heights[p] - eye.low) * eye.rise,
    ),
  );
  const order = (far) => (far ? range(0, n - 2) : range(0, n - 2).reverse());
  const columns = order(eye.sin < 0);
  for (const j of order(eye.cos < 0))
    for (const i of columns) {
      const p = j * n + i;
      const square = [points[p], points[p + 1], points[p + n + 1], points[p + n]];
      if (square.some(([, y]) => Number.isNaN(y))) continue;
      g.fillStyle = g.strokeStyle = colours[j * (n - 1) + i];
      g.lineWidth = 0.8;
      fill(g, [...square, square[0]]);
      g.stroke();
      if (eye.out > 3) continue;
      g.strokeStyle = "rgba(255, 255, 255, 0.28)";
      if (j % 4 === 0) trace(g, square.slice(0, 2));
      if (i % 4 === 0) trace(g, [square[0], square[3]]);
    }
}

// The box: its floor, the upright for C with its ticks, and the names of the axes.
function drawBox(g, show, eye, height, { names: [across, back], ticks }) {
  const floor = eye.floor(eye.out);
  const corner = floor.reduce((best, one) => (one[0] < best[0] ? one : best));
  const top = [corner[0], corner[1] - eye.size * TALL * eye.lift];
  setPen(g, show.colours.line, 1);
  for (const line of [floor, [corner, top]]) trace(g, line);
  g.fillStyle = show.colours.faint;
  g.textAlign = "right";
  for (const [C, text] of ticks) {
    const up = corner[1] - eye.size * (eye.height(C) - eye.low) * eye.rise * eye.lift;
    trace(g, [
      [corner[0] - 4, up],
      [corner[0], up],
    ]);
    g.fillText(text, corner[0] - 7, up + 4);
  }
  g.font = show.italic;
  g.fillStyle = show.colours.text;
  g.textAlign = "center";
  const near = (x) => (x > 0 ? -1.2 : 1.2);
  const names = {
    [across]: eye.project(0, near(eye.cos) * eye.half[1], 0),
    [back]: eye.project(near(eye.sin) * eye.half[0], 0, 0),
    C: [top[0], top[1] - 10],
  };
  for (const [name, [x, y]] of Object.entries(names)) {
    g.fillText(name, x, clamp(y + 5, 14, height - 4));
  }
}

// What (9) promised for the tip of Δv, as a ring, and what is really there, as a ball.
function drawMove(g, show, eye, { now }) {
  const start = eye.place(show.film.start);
  const tip = eye.place(now);
  const promised = eye.place({ ...now, C: now.plane });
  setPen(g, show.colours.ball, 2.5);
  trace(g, [tip, promised, start]);
  drawBall(g, show.colours.ball, start, 7);
  drawBall(g, show.colours.ball, tip, 5);
  drawRing(g, show.colours.text, promised, 6.5);
}

// A ball, or a ghost; outside the domain a plumb line shows where it hangs.
function drawRoller(g, show, eye, track, number) {
  const { now } = show.moment(track);
  drawPath(g, show, track, eye.place, true);
  const [x, y] = eye.place(now);
  if (eye.out > 1.2) {
    setPen(g, show.colours.faint, 1);
    trace(g, [[x, y], eye.place(now, eye.low)], [2, 3]);
  }
  drawMarker(g, show, track, [x, y - 7], 8.5);
  if (number) drawNumber(g, number, [x, y - 7]);
}

/** A picture of the kind "valley". */
export class ValleyPicture {
  /**
   * @param {import("./film.js").Show} show
   * @param {import("./film.js").ValleySpec} spec
   */
  constructor(show, spec) {
    this.show = show;
    this.spec = spec;
    this.eye = new Eye(show, spec);
    this.heights = floats(spec.heights);
    const lit = bytes(spec.colours);
    this.colours = range(0, lit.length / 3 - 1).map(
      (i) => `rgb(${lit.subarray(3 * i, 3 * i + 3).join()})`,
    );
  }

  /** What the backdrop depends on: it is drawn anew when this changes. */
  view() {
    return [this.show.camera.out, ...this.eye.span()].join();
  }

  backdrop(g, width, height) {
    const { show, eye } = this;
    eye.look(width, height);
    drawBox(g, show, eye, height, this.spec);
    drawSurface(g, eye, this.spec, this.heights, this.colours);
    setPen(g, show.colours.faint, 1);
    for (const wide of eye.out > 1.2 ? decades(eye.out) : []) trace(g, eye.floor(wide));
  }

  /** Draws what moves; returns what to say below the picture instead of its hint. */
  draw(g) {
    const { show, spec, eye } = this;
    const { tracks } = show.scene;
    if (spec.move) drawMove(g, show, eye, show.moment(tracks[0]));
    else tracks.forEach((track, t) => drawRoller(g, show, eye, track, spec.numbers && t + 1));
    return cameraNote(show.camera, spec.move ? "Δv" : say("the ball"));
  }
}
