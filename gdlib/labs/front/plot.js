// A plot: two axes, a backdrop of bands and a curve, and the layers that its spec names.

import { cameraNote, decades, seen } from "./camera.js";
import {
  drawArrow,
  drawBall,
  drawBands,
  drawMarker,
  drawNumber,
  drawPath,
  drawSeries,
  fitted,
  setPen,
  trace,
} from "./draw.js";
import { clamp, logarithm, range } from "./kit.js";
import { drawNeuron } from "./neuron.js";
import { say } from "./words.js";

const ARROW = 58; // pixels: the arrow of ∇C
const ROOM = 9; // pixels around the axes for half a ball
const itself = (value) => value;
const power10 = (value) => 10 ** value;

/** What the axes show at this moment, and where that lies in pixels. */
class Sheet {
  /**
   * @param {import("./film.js").PlotSpec} spec
   * @param {import("./camera.js").Camera} camera
   */
  constructor(spec, camera) {
    this.x = seen(spec.x, camera);
    this.y = seen(spec.y, camera);
    this.toX = this.x.log ? logarithm : itself;
    this.toY = this.y.log ? logarithm : itself;
    this.x0 = this.toX(this.x.low);
    this.x1 = this.toX(this.x.high);
    this.y0 = this.toY(this.y.low);
    this.y1 = this.toY(this.y.high);
    this.equal = spec.equal;
  }

  fit(width, height) {
    this.across = (width - 62) / (this.x1 - this.x0);
    this.up = (height - 54) / (this.y1 - this.y0);
    if (this.equal) this.across = this.up = Math.min(this.across, this.up);
    const [half, tall] = [this.across * (this.x1 - this.x0), this.up * (this.y1 - this.y0)];
    this.left = (width + 30 - half) / 2;
    this.right = (width + 30 + half) / 2;
    this.top = (height - 18 - tall) / 2;
    this.bottom = (height - 18 + tall) / 2;
  }

  /** @type {(x: number, y: number) => import("./draw.js").Point} */
  place = (x, y) => [
    this.left + (this.toX(x) - this.x0) * this.across,
    this.bottom - (this.toY(y) - this.y0) * this.up,
  ];

  /** The numbers at a pixel. */
  numbers(left, top) {
    const [fromX, fromY] = [this.x, this.y].map((axis) => (axis.log ? power10 : itself));
    return [
      fromX((left - this.left) / this.across + this.x0),
      fromY((this.bottom - top) / this.up + this.y0),
    ];
  }
}

// From the square of 1000 × 1000 that outlines live in to the pixels of the domain.
function frameOf(sheet, spec) {
  const [[left, bottom], [right, top]] = [
    sheet.place(spec.x.low, spec.y.low),
    sheet.place(spec.x.high, spec.y.high),
  ];
  return new DOMMatrix([(right - left) / 1000, 0, 0, (bottom - top) / 1000, left, top]);
}

// The sheets 10, 100, … times as wide as the domain, while the camera is out.
function drawDecades(g, show, sheet, spec) {
  g.strokeStyle = show.colours.faint;
  g.fillStyle = show.colours.faint;
  g.lineWidth = 1;
  const [x, y] = [spec.x, spec.y].map(({ low, high }) => [(low + high) / 2, (high - low) / 2]);
  for (const wide of decades(show.camera.out)) {
    const [left, bottom] = sheet.place(x[0] - wide * x[1], y[0] - wide * y[1]);
    const [right, top] = sheet.place(x[0] + wide * x[1], y[0] + wide * y[1]);
    g.globalAlpha = Math.min(1, (right - left) / 60);
    g.strokeRect(left, top, right - left, bottom - top);
  }
  g.globalAlpha = 1;
}

// The contour line through the start: white, on a dark shadow.
function drawContour(g, line) {
  for (const [colour, width] of [
    ["rgba(0, 20, 50, 0.6)", 4.5],
    ["white", 2],
  ]) {
    setPen(g, colour, width);
    g.stroke(line);
  }
}

function drawAxes(g, show, sheet, spec, ground) {
  const { left, right, top, bottom, x, y } = sheet;
  g.fillStyle = show.colours.faint;
  g.strokeStyle = show.colours.line;
  g.lineWidth = 1;
  g.textAlign = "right";
  for (const [value, label] of y.ticks) {
    const height = sheet.place(x.low, value)[1];
    g.fillText(label, left - 6, height + 4);
    if (!ground)
      trace(g, [
        [left, height],
        [right, height],
      ]);
  }
  g.textAlign = "center";
  for (const [value, label] of x.ticks) {
    const across = sheet.place(value, 1)[0];
    g.fillText(label, across, bottom + 15);
    if (spec.equal && !ground)
      trace(g, [
        [across, top],
        [across, bottom],
      ]);
  }
  const out = x !== spec.x || y !== spec.y;
  g.font = show.italic;
  g.fillStyle = show.colours.text;
  g.fillText(x.label, (left + right) / 2, bottom + 30);
  g.textAlign = "left";
  const beside = ground && !out;
  g.fillText(y.label, ...(beside ? [left - 34, (bottom + top) / 2] : [left - 44, top - 6]));
}

/** A picture of the kind "plot". */
export class PlotPicture {
  /**
   * @param {import("./film.js").Show} show
   * @param {import("./film.js").PlotSpec} spec
   */
  constructor(show, spec) {
    this.show = show;
    this.spec = spec;
    this.sheet = null;
  }

  has(layer) {
    return this.spec.layers.includes(layer);
  }

  /** The pixel of the ball in a frame. */
  at(frame) {
    const { x, y } = this.spec;
    return this.sheet.place(frame[x.channel], frame[y.channel]);
  }

  /** What the backdrop depends on: it is drawn anew when this changes. */
  view() {
    const { x, y } = this.spec;
    const { camera, scene, film } = this.show;
    const ground = this.show.ground(scene.tracks[0]);
    return JSON.stringify([seen(x, camera), seen(y, camera), ground, film.contour]);
  }

  backdrop(g, width, height) {
    const { show, spec } = this;
    this.sheet = new Sheet(spec, show.camera);
    this.sheet.fit(width, height);
    const bands = spec.grounds[show.ground(show.scene.tracks[0])] ?? spec.bands;
    const frame = frameOf(this.sheet, spec);
    if (bands.length) {
      drawBands(g, bands, frame, show.camera.out > 5);
      drawDecades(g, show, this.sheet, spec);
    }
    drawAxes(g, show, this.sheet, spec, bands.length > 0);
    for (const [x, y, text] of spec.letters) drawNumber(g, text, this.sheet.place(x, y), 14);
    if (this.has("gradient")) drawContour(g, fitted(show.film.contour, frame));
    setPen(g, show.colours.faint, 2.5);
    trace(
      g,
      spec.curve.map(([x, y]) => this.sheet.place(x, y)),
    );
  }

  /** Draws what moves; returns what to say below the picture instead of its hint. */
  draw(g) {
    const { show, spec, sheet } = this;
    const { left, right, top, bottom } = sheet;
    g.beginPath();
    g.rect(left - ROOM, top - ROOM, right - left + 2 * ROOM, bottom - top + 2 * ROOM);
    g.clip();
    show.commitment?.draw(g, this); // a lab without a film to hide has none
    for (const track of show.scene.tracks) this.drawTrack(g, track);
    const hint = show.commitment?.hint(spec);
    if (hint) return hint;
    const { step, end } = show.moment(show.scene.tracks[0]);
    if (spec.over && !show.hidden && step === end && end < spec.x.high) return spec.over;
    if (this.has("series") && !show.scene.tracks.every((track) => this.isInside(track))) {
      return say("now beyond the edge of this picture");
    }
    if (this.has("path")) return cameraNote(show.camera, say("the ball"));
    return this.has("move") ? cameraNote(show.camera, "Δv") : undefined;
  }

  // Whether a curve's ball is where its number says, not held back at the edge of the picture.
  isInside(track) {
    const value = this.show.moment(track).now[this.spec.y.channel];
    return !(value < this.sheet.y.low || value > this.sheet.y.high);
  }

  drawTrack(g, track) {
    const { show, spec, sheet } = this;
    const { now, step, end, here, next } = show.moment(track);
    const ball = this.at(now);
    const place = (frame) => this.at(frame);
    const onSurface = spec.bands.length + spec.grounds.length > 0;
    if (this.has("path")) drawPath(g, show, track, place, onSurface);
    const isAnswer = show.hidden && show.scene.prediction.kind === "direction";
    if (this.has("tangent") && !isAnswer) {
      setPen(g, show.colours.accent, 2);
      const tangent = (x) => sheet.place(x, here.C + here.slope * (x - here.v1));
      trace(g, [sheet.x.low, sheet.x.high].map(tangent));
    }
    const tip = spec.flat ? [this.at(next)[0], ball[1]] : this.at(next);
    const first = track === show.scene.tracks[0];
    const label = first ? spec.label : "";
    if (this.has("arrow") && step < end) {
      drawArrow(g, show, show.colours[track.colour], ball, tip, label);
    }
    if (this.has("gradient")) this.drawGradient(g);
    if (this.has("move")) this.drawMove(g, track);
    if (this.has("neuron")) drawNeuron(g, show, track, spec, sheet.place);
    const seat = this.has("series")
      ? drawSeries(g, show, track, { ...spec, y: sheet.y }, sheet.place)
      : ball;
    if (this.has("ball")) drawMarker(g, show, track, ball, 7);
    if (this.has("number")) drawNumber(g, show.scene.tracks.indexOf(track) + 1, seat);
  }

  // ∇C at the start: its direction; its length on the picture is always the same.
  drawGradient(g) {
    const { show } = this;
    const { gradient1, gradient2 } = show.film.start;
    const [x, y] = this.at(show.film.start);
    const length = ARROW / Math.hypot(gradient1, gradient2);
    const tip = [x + gradient1 * length, y - gradient2 * length];
    drawArrow(g, show, show.colours.accent, [x, y], tip, "∇C", true);
  }

  drawMove(g, track) {
    const { show } = this;
    const { end, here } = show.moment(track);
    const start = this.at(show.film.start);
    setPen(g, show.camera.out > 1.2 ? show.colours.faint : "white", 1);
    trace(
      g,
      range(0, end).map((step) => this.at(show.frame(track, step))),
      [2, 5],
    );
    drawArrow(g, show, show.colours.ball, start, this.at(here), "Δv");
    drawBall(g, show.colours.ball, start, 7);
  }

  /** The numbers of the axes at a pixel, within those of the spec or of others. */
  numbersAt(left, top, { x, y } = this.spec) {
    const [across, up] = this.sheet.numbers(left, top);
    return [clamp(across, x.low, x.high), clamp(up, y.low, y.high)];
  }
}
