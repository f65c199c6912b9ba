// A plot: two axes, a backdrop of bands and a curve, and the layers that its spec names.

import { cameraNote, decades, seen } from "./camera.js";
import { drawArrow, drawBall, drawPath, drawSeries, trace } from "./draw.js";
import { clamp } from "./kit.js";

const ROOM = 9; // pixels around the axes for half a ball
const logarithm = (value) => Math.log10(Math.max(value, 1e-300));
const itself = (value) => value;

/** What the axes show at this moment, and where that lies in pixels. */
class Frame {
  constructor(spec, camera) {
    [this.x, this.y] = [seen(spec.x, camera), seen(spec.y, camera)];
    [this.toX, this.toY] = [this.x, this.y].map(({ log }) => (log ? logarithm : itself));
    [this.x0, this.x1] = [this.x.low, this.x.high].map(this.toX);
    [this.y0, this.y1] = [this.y.low, this.y.high].map(this.toY);
    this.equal = spec.equal;
  }

  fit(width, height) {
    this.across = (width - 62) / (this.x1 - this.x0);
    this.up = (height - 54) / (this.y1 - this.y0);
    if (this.equal) this.across = this.up = Math.min(this.across, this.up);
    const [half, tall] = [this.across * (this.x1 - this.x0), this.up * (this.y1 - this.y0)];
    [this.left, this.right] = [(width + 30 - half) / 2, (width + 30 + half) / 2];
    [this.top, this.bottom] = [(height - 18 - tall) / 2, (height - 18 + tall) / 2];
  }

  place = (x, y) => [
    this.left + (this.toX(x) - this.x0) * this.across,
    this.bottom - (this.toY(y) - this.y0) * this.up,
  ];
}

function drawBands(g, frame, spec, wide) {
  const [[left, bottom], [right, top]] = [
    frame.place(spec.x.low, spec.y.low),
    frame.place(spec.x.high, spec.y.high),
  ];
  const fit = new DOMMatrix([(right - left) / 1000, 0, 0, (bottom - top) / 1000, left, top]);
  [g.strokeStyle, g.lineWidth] = [wide ? "transparent" : "rgba(255, 255, 255, 0.35)", 1];
  for (const [colour, outline] of spec.bands) {
    const band = new Path2D();
    band.addPath(new Path2D(outline), fit);
    g.fillStyle = colour;
    g.fill(band, "evenodd");
    g.stroke(band);
  }
}

// The frames 10, 100, … times as wide as the domain, while the camera is out.
function drawDecades(g, show, frame, spec) {
  [g.strokeStyle, g.fillStyle, g.lineWidth] = [show.colours.faint, show.colours.faint, 1];
  const [x, y] = [spec.x, spec.y].map(({ low, high }) => [(low + high) / 2, (high - low) / 2]);
  for (const wide of decades(show.camera.out)) {
    const [left, bottom] = frame.place(x[0] - wide * x[1], y[0] - wide * y[1]);
    const [right, top] = frame.place(x[0] + wide * x[1], y[0] + wide * y[1]);
    g.globalAlpha = Math.min(1, (right - left) / 60);
    g.strokeRect(left, top, right - left, bottom - top);
  }
  g.globalAlpha = 1;
}

function drawAxes(g, show, frame, spec) {
  const { left, right, top, bottom, x, y } = frame;
  [g.fillStyle, g.strokeStyle, g.lineWidth] = [show.colours.faint, show.colours.line, 1];
  g.textAlign = "right";
  for (const [value, label] of y.ticks) {
    const height = frame.place(x.low, value)[1];
    g.fillText(label, left - 6, height + 4);
    if (!spec.bands)
      trace(g, [
        [left, height],
        [right, height],
      ]);
  }
  g.textAlign = "center";
  for (const [value, label] of x.ticks) g.fillText(label, frame.place(value, 1)[0], bottom + 15);
  const out = x !== spec.x || y !== spec.y;
  [g.font, g.fillStyle] = [show.italic, show.colours.text];
  g.fillText(x.label, (left + right) / 2, bottom + 30);
  g.textAlign = "left";
  const beside = spec.bands && !out;
  g.fillText(y.label, ...(beside ? [left - 34, (bottom + top) / 2] : [left - 44, top - 6]));
}

/** A picture of the kind "plot"; `show` is what the lab shows. */
export function plotPicture(show, spec) {
  const has = (layer) => spec.layers.includes(layer);
  let frame = null;
  const at = (point) => frame.place(point[0], point[spec.y.channel]);

  function drawMove(g, track) {
    const { end, here } = show.moment(track);
    const start = frame.place(...show.film.start);
    [g.strokeStyle, g.lineWidth] = [show.camera.out > 1.2 ? show.colours.faint : "white", 1];
    trace(
      g,
      Array.from({ length: end + 1 }, (_, i) => at(show.frame(track, i))),
      [2, 5],
    );
    drawArrow(g, show, show.colours.ball, start, at(here), "Δv");
    drawBall(g, show.colours.ball, start, 7);
  }

  // Whether a curve's ball is where its number says, not held back at the edge of the picture.
  function isInside(track) {
    const value = show.moment(track).now[spec.y.channel];
    return !(value < frame.y.low || value > frame.y.high);
  }

  function drawTrack(g, track) {
    const { now, k, end, here, next } = show.moment(track);
    const ball = at(now);
    if (has("path")) drawPath(g, show, track, at, spec.bands);
    if (has("tangent")) {
      [g.strokeStyle, g.lineWidth] = [show.colours.accent, 2];
      const tangent = (x) => frame.place(x, here[2] + here[3] * (x - here[0]));
      trace(g, [frame.x.low, frame.x.high].map(tangent));
    }
    const tip = spec.arrow === "flat" ? [at(next)[0], ball[1]] : at(next);
    const label = track.film || track.slider ? "" : spec.arrowLabel;
    if (has("arrow") && k < end) drawArrow(g, show, show.colours[track.colour], ball, tip, label);
    if (has("move")) drawMove(g, track);
    if (has("series")) drawSeries(g, show, track, { ...spec, y: frame.y }, frame.place);
    if (has("ball")) drawBall(g, show.colours[track.colour], ball, 7);
  }

  return {
    ...spec,
    view: () => JSON.stringify([seen(spec.x, show.camera), seen(spec.y, show.camera)]),
    backdrop(g, width, height) {
      frame = new Frame(spec, show.camera);
      frame.fit(width, height);
      if (spec.bands) {
        drawBands(g, frame, spec, show.camera.out > 5);
        drawDecades(g, show, frame, spec);
      }
      drawAxes(g, show, frame, spec);
      [g.strokeStyle, g.lineWidth] = [show.colours.faint, 2.5];
      trace(
        g,
        (spec.curve ?? []).map(([x, y]) => frame.place(x, y)),
      );
    },
    /** Draws what moves; returns what to say below the picture instead of its hint. */
    draw(g) {
      g.beginPath();
      const { left, right, top, bottom } = frame;
      g.rect(left - ROOM, top - ROOM, right - left + 2 * ROOM, bottom - top + 2 * ROOM);
      g.clip();
      for (const track of show.scene.tracks) drawTrack(g, track);
      const { k, end } = show.moment(show.scene.tracks[0]);
      if (spec.over && k === end && end < spec.x.high) return spec.over;
      if (has("series") && !show.scene.tracks.every(isInside)) {
        return "now beyond the edge of this picture";
      }
      if (has("path")) return cameraNote(show.camera, "the ball");
      return has("move") ? cameraNote(show.camera, "Δv") : undefined;
    },
    at: (left, top) => [
      clamp((left - frame.left) / frame.across + frame.x0, spec.x.low, spec.x.high),
      clamp((frame.bottom - top) / frame.up + frame.y0, spec.y.low, spec.y.high),
    ],
  };
}
