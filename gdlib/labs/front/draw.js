// What the pictures draw: lines, balls, paths, arrows and curves. Places are in pixels.

import { clamp, range } from "./kit.js";

const NEAR = 1e4; // pixels: nothing farther from a picture is handed to its canvas
const near = ([x, y]) => Math.abs(x) < NEAR && Math.abs(y) < NEAR;

// Where the line from a, which is near, to b leaves what is near: b itself if that is near, too.
function lastNear([x0, y0], [x1, y1]) {
  const [dx, dy] = [x1 - x0, y1 - y0];
  const share = Math.min(
    1,
    (NEAR - x0 * Math.sign(dx)) / Math.abs(dx),
    (NEAR - y0 * Math.sign(dy)) / Math.abs(dy),
  );
  return share < 1 ? [x0 + share * dx, y0 + share * dy] : [x1, y1];
}

/** @typedef {number[]} Point a pixel: from the left, from the top */

/**
 * Draws a line through the points. A piece to a point that is far keeps its direction; between two
 * of them nothing is drawn, because 32 bits do not say where it would cross the picture.
 */
export function trace(g, points, dashes = []) {
  g.setLineDash(dashes);
  g.beginPath();
  points.forEach((point, i) => {
    const before = i ? points[i - 1] : point;
    if (near(before)) {
      if (!i) g.moveTo(...point);
      g.lineTo(...lastNear(before, point));
    } else if (near(point)) {
      g.moveTo(...lastNear(point, before));
      g.lineTo(...point);
    }
  });
  g.stroke();
}

/** Chooses the colour and the width of what is traced from now on. */
export function setPen(g, colour, width) {
  g.strokeStyle = colour;
  g.lineWidth = width;
}

export function fill(g, points) {
  g.beginPath();
  for (const [x, y] of points) g.lineTo(x, y);
  g.fill();
}

/**
 * An outline, which lives in a square of 1000 × 1000, where a frame puts it.
 * @param {string} outline an SVG path
 * @param {DOMMatrix} frame
 */
export function fitted(outline, frame) {
  const path = new Path2D();
  path.addPath(new Path2D(outline), frame);
  return path;
}

/**
 * The ground from above: filled contours, with lines between them unless it is seen from afar.
 * @param {CanvasRenderingContext2D} g
 * @param {[string, string][]} bands colours and outlines
 * @param {DOMMatrix} frame
 * @param {boolean} wide
 */
export function drawBands(g, bands, frame, wide) {
  setPen(g, wide ? "transparent" : "rgba(255, 255, 255, 0.35)", 1);
  for (const [colour, outline] of bands) {
    const band = fitted(outline, frame);
    g.fillStyle = colour;
    g.fill(band, "evenodd");
    g.stroke(band);
  }
}

/**
 * @param {CanvasRenderingContext2D} g
 * @param {Point} place
 * @param {number} size
 */
export function drawDot(g, [x, y], size) {
  if (near([x, y])) g.fillRect(x - size, y - size, 2 * size, 2 * size);
}

/**
 * @param {CanvasRenderingContext2D} g
 * @param {string} colour
 * @param {Point} place
 * @param {number} radius
 */
export function drawBall(g, colour, [x, y], radius) {
  if (!near([x, y])) return; // nor if there is no such place
  const shine = g.createRadialGradient(x - radius / 3, y - radius / 3, radius / 8, x, y, radius);
  shine.addColorStop(0, "white");
  shine.addColorStop(0.4, colour);
  shine.addColorStop(0.75, colour);
  shine.addColorStop(1, "#222");
  setPen(g, "white", 1.5);
  g.fillStyle = shine;
  g.beginPath();
  g.arc(x, y, radius, 0, 7);
  g.shadowColor = "rgba(0, 0, 0, 0.5)";
  g.shadowBlur = 4;
  g.shadowOffsetX = 1;
  g.shadowOffsetY = 3;
  g.fill();
  g.shadowColor = "transparent";
  g.setLineDash([]);
  g.stroke();
}

/** The number of a track on its ball, or a letter on a map. */
export function drawNumber(g, number, place, size = 10) {
  if (!near(place)) return;
  g.font = `bold ${size}px sans-serif`;
  g.textAlign = "center";
  setPen(g, "rgb(20, 30, 50)", 2.5);
  g.fillStyle = "white";
  const [x, y] = place;
  g.strokeText(number, x, y + 3.5);
  g.fillText(number, x, y + 3.5);
}

/**
 * A ring: where something was promised to be, beside the ball where it is.
 * @param {CanvasRenderingContext2D} g
 * @param {string} colour
 * @param {Point} place
 * @param {number} radius
 * @param {string} halo what sets it off from the ground
 */
export function drawRing(g, colour, [x, y], radius, halo = "white") {
  if (!near([x, y])) return;
  g.setLineDash([]);
  const circle = (shade, width) => {
    setPen(g, shade, width);
    g.beginPath();
    g.arc(x, y, radius, 0, 7);
    g.stroke();
  };
  circle(halo, 5.5);
  circle(colour, 2.5);
}

/**
 * The ball of a track, or its ring, which is large enough for a ball within.
 * @param {CanvasRenderingContext2D} g
 * @param {import("./film.js").Show} show
 * @param {import("./film.js").Track} track
 * @param {Point} place
 * @param {number} radius
 */
export function drawMarker(g, show, track, place, radius) {
  const colour = show.colours[track.colour];
  if (track.ring) drawRing(g, colour, place, radius + 3.5, show.colours.panel);
  else drawBall(g, colour, place, radius);
}

/**
 * The path so far as straight jumps with a dot at each v; the path still to come is dotted.
 * @param {CanvasRenderingContext2D} g
 * @param {import("./film.js").Show} show
 * @param {import("./film.js").Track} track
 * @param {(frame: import("./film.js").Frame) => Point} place
 * @param {boolean} onSurface
 */
export function drawPath(g, show, track, place, onSurface) {
  const { now, step, end } = show.moment(track);
  const ball = place(now);
  const point = (k) => place(show.frame(track, k));
  const past = range(0, step).map(point);
  const future = range(step + 1, end).map(point);
  const white = onSurface && track.colour === "ball" && show.camera.out < 1.2; // on dark ground
  const main = white ? "white" : show.colours[track.colour];
  const shadow = onSurface ? "rgba(0, 20, 50, 0.45)" : "transparent";
  const draw = (colour, width) => {
    setPen(g, colour, width);
    trace(g, [ball, ...future], [1.5, 4.5]);
    trace(g, [...past, ball], track.ring ? [7, 4] : []);
  };
  draw(shadow, 3.4);
  draw(main, 1.6);
  g.fillStyle = main;
  for (const dot of past) drawDot(g, dot, 2);
}

/**
 * @param {CanvasRenderingContext2D} g
 * @param {import("./film.js").Show} show
 * @param {string} colour
 * @param {Point} from
 * @param {Point} to
 * @param {string} label
 * @param {boolean} [beyond] the label stands beyond the tip, where no other arrow's stands
 */
export function drawArrow(g, show, colour, [x0, y0], [x1, y1], label, beyond = false) {
  const all = Math.hypot(x1 - x0, y1 - y0);
  const length = Math.min(all, 3000);
  const [ux, uy] = [(x1 - x0) / all, (y1 - y0) / all];
  if (!(length >= 10)) return;
  const at = (along, across) => [x0 + ux * along - uy * across, y0 + uy * along + ux * across];
  setPen(g, colour, 3);
  g.fillStyle = colour;
  trace(g, [[x0, y0], at(length - 8, 0)]);
  fill(g, [at(length, 0), at(length - 11, 5), at(length - 11, -5)]);
  if (length < 30 || !label) return;
  g.font = show.italic;
  g.textAlign = "center";
  setPen(g, "rgb(20, 30, 50)", 3.5);
  g.fillStyle = "white";
  const room = g.measureText(label).width / 2 + 2;
  const beside = (14 + room * Math.abs(uy)) * (ux >= 0 ? -1 : 1);
  const [x, y] = beyond ? at(length + room, 0) : at(Math.min(length, 120) / 2 + 8, beside);
  const left = clamp(x, room, g.canvas.clientWidth - room);
  g.strokeText(label, left, y + 4);
  g.fillText(label, left, y + 4);
}

/**
 * A channel over the steps, or over the positions of a slider, or over another channel: solid up
 * to now, and beyond it faint over the steps.
 * Returns the place of its ball.
 * @param {CanvasRenderingContext2D} g
 * @param {import("./film.js").Show} show
 * @param {import("./film.js").Track} track
 * @param {import("./film.js").PlotSpec} spec with its y axis as the camera has it
 * @param {(x: number, y: number) => Point} place
 */
export function drawSeries(g, show, track, { x, y, layers }, place) {
  const { step, end, now, time } = show.moment(track);
  const values = /** @type {number[]} */ (show.scene.sliders[track.slider]?.values);
  const position = show.position(track);
  const along = x.channel === "slider";
  const steps = x.channel === "step";
  const across = along || steps ? null : show.series(track, x.channel);
  const alarm = layers.includes("alarm");
  const heights = show.series(track, y.channel);
  const point = (i) =>
    along
      ? place(values[i], show.film.series(y.channel, show.number(track), i)[step])
      : place(across?.[i] ?? i, heights[i]);
  const [here, last] = along ? [position, values.length - 1] : [step, end];
  const colour = show.colours[alarm ? track.line : track.colour];
  setPen(g, colour, 2);
  g.fillStyle = colour;
  const draw = (from, to) => {
    const points = range(from, to)
      .map(point)
      .filter(([, top]) => !Number.isNaN(top));
    trace(g, points, track.ring ? [7, 4] : []);
    if (steps) for (const dot of points) drawDot(g, dot, 1.5);
  };
  g.globalAlpha = steps ? 0.3 : 1;
  draw(here, last);
  g.globalAlpha = 1;
  draw(0, here);
  g.fillStyle = show.colours[track.colour];
  if (alarm) drawAlarms(g, show.series(track, "actual").subarray(0, step), (k) => point(k + 1));
  const left = along ? values[position] : (now[x.channel] ?? time);
  const at = place(left, clamp(now[y.channel], y.low, y.high));
  drawMarker(g, show, track, at, 6);
  return at;
}

// ▲ where a step went uphill: `changes` are those of C, `point` is where each step led.
function drawAlarms(g, changes, point) {
  changes.forEach((change, k) => {
    if (!(change > 0)) return;
    const [x, y] = point(k);
    fill(g, [
      [x, y - 5],
      [x - 4, y + 3],
      [x + 4, y + 3],
    ]);
  });
}
