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

export function fill(g, points) {
  g.beginPath();
  for (const [x, y] of points) g.lineTo(x, y);
  g.fill();
}

export function drawDot(g, [x, y], size) {
  if (near([x, y])) g.fillRect(x - size, y - size, 2 * size, 2 * size);
}

export function drawBall(g, colour, [x, y], radius) {
  if (!near([x, y])) return; // nor if there is no such place
  const shine = g.createRadialGradient(x - radius / 3, y - radius / 3, radius / 8, x, y, radius);
  for (const [at, shade] of [
    [0, "white"],
    [0.4, colour],
    [0.75, colour],
    [1, "#222"],
  ]) {
    shine.addColorStop(at, shade);
  }
  [g.fillStyle, g.strokeStyle, g.lineWidth] = [shine, "white", 1.5];
  g.beginPath();
  g.arc(x, y, radius, 0, 7);
  [g.shadowColor, g.shadowBlur, g.shadowOffsetX, g.shadowOffsetY] = ["rgba(0, 0, 0, 0.5)", 4, 1, 3];
  g.fill();
  g.shadowColor = "transparent";
  g.setLineDash([]);
  g.stroke();
}

/** A ring: where something was promised to be, beside the ball where it is. */
export function drawRing(g, colour, [x, y], radius) {
  if (!near([x, y])) return;
  g.setLineDash([]);
  for (const [shade, width] of [
    ["white", 5.5],
    [colour, 2.5],
  ]) {
    [g.strokeStyle, g.lineWidth] = [shade, width];
    g.beginPath();
    g.arc(x, y, radius, 0, 7);
    g.stroke();
  }
}

/** The path so far as straight jumps with a dot at each v; the path still to come is dotted. */
export function drawPath(g, show, track, place, onSurface) {
  const { now, k, end } = show.moment(track);
  const ball = place(now);
  const point = (i) => place(show.frame(track, i));
  const past = range(0, k).map(point);
  const future = range(k + 1, end).map(point);
  const white = onSurface && track.colour === "ball" && show.camera.out < 1.2; // on dark ground
  const main = white ? "white" : show.colours[track.colour];
  const shadow = onSurface ? "rgba(0, 20, 50, 0.45)" : "transparent";
  for (const [colour, width] of [
    [shadow, 3.4],
    [main, 1.6],
  ]) {
    [g.strokeStyle, g.lineWidth] = [colour, width];
    trace(g, [ball, ...future], [1.5, 4.5]);
    trace(g, [...past, ball]);
  }
  g.fillStyle = main;
  for (const dot of past) drawDot(g, dot, 2);
}

export function drawArrow(g, show, colour, [x0, y0], [x1, y1], label) {
  const all = Math.hypot(x1 - x0, y1 - y0);
  const length = Math.min(all, 3000);
  const [ux, uy] = [(x1 - x0) / all, (y1 - y0) / all];
  if (!(length >= 10)) return;
  const at = (along, across) => [x0 + ux * along - uy * across, y0 + uy * along + ux * across];
  [g.strokeStyle, g.fillStyle, g.lineWidth] = [colour, colour, 3];
  trace(g, [[x0, y0], at(length - 8, 0)]);
  fill(g, [at(length, 0), at(length - 11, 5), at(length - 11, -5)]);
  if (length < 30 || !label) return;
  [g.font, g.textAlign, g.lineWidth] = [show.italic, "center", 3.5];
  [g.strokeStyle, g.fillStyle] = ["rgb(20, 30, 50)", "white"];
  const room = g.measureText(label).width / 2 + 2;
  const beside = (14 + room * Math.abs(uy)) * (ux >= 0 ? -1 : 1);
  const [x, y] = at(Math.min(length, 120) / 2 + 8, beside);
  const words = [label, clamp(x, room, g.canvas.clientWidth - room), y + 4];
  g.strokeText(...words);
  g.fillText(...words);
}

/**
 * A channel over the steps, or over the positions of a slider: solid up to now, faint beyond,
 * ▲ where it rises.
 */
export function drawSeries(g, show, track, spec, place) {
  const { k, end, now, time } = show.moment(track);
  const { values } = show.scene.sliders[track.slider];
  const position = show.sliders[track.slider];
  const along = spec.along === "slider";
  const alarm = spec.layers.includes("alarm");
  const { channel, low, high } = spec.y;
  const point = (j) =>
    along
      ? place(values[j], show.film.at(track.film, j, k)[channel])
      : place(j, show.frame(track, j)[channel]);
  const [here, last] = along ? [position, values.length - 1] : [k, end];
  const colour = show.colours[alarm ? track.line : track.colour];
  [g.strokeStyle, g.fillStyle, g.lineWidth] = [colour, colour, 2];
  for (const [from, to, alpha] of [
    [here, last, along ? 1 : 0.3],
    [0, here, 1],
  ]) {
    g.globalAlpha = alpha;
    const points = range(from, to).map(point);
    trace(
      g,
      points.filter(([, y]) => !Number.isNaN(y)),
    );
    if (!along) for (const dot of points) drawDot(g, dot, 1.5);
  }
  g.fillStyle = show.colours[track.colour];
  for (const j of alarm ? range(1, here) : []) {
    const [before, C] = [show.frame(track, j - 1)[2], show.frame(track, j)[2]];
    if (C <= before + 1e-6 * Math.abs(before)) continue;
    const [x, y] = point(j);
    fill(g, [
      [x, y - 5],
      [x - 4, y + 3],
      [x + 4, y + 3],
    ]);
  }
  const at = place(along ? values[position] : time, clamp(now[channel], low, high));
  drawBall(g, show.colours[track.colour], at, 6);
}
