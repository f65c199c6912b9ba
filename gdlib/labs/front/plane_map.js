// The plane of notebook 08 from above, the ball of a network that learns, and how far off it is.

import { clear } from "./chart.js";
import { drawBall, drawBands, fill, setPen, trace } from "./draw.js";
import { clamp, floats, range } from "./kit.js";
import { say } from "./words.js";

const MARGINS = { left: 30, above: 18, below: 20, strip: 62 }; // pixels around the map

/**
 * C on the plane, and the run that the plane was put through.
 * @typedef {object} Ground
 * @property {[number, number][]} domain
 * @property {[string, string][]} bands
 * @property {DataView} path
 */
/**
 * Where a network was, over the ground and off it, from its start to now.
 * @typedef {{v1: number[], v2: number[], distance: number[]}} Way
 */

/**
 * Draws the map and, beside it, a strip on the same scale: how far off the plane the network is.
 * @param {HTMLCanvasElement} canvas
 * @param {Ground} ground
 * @param {Way} way
 * @param {import("./network_picture.js").Colours} colours
 */
export function drawPlane(canvas, ground, way, colours) {
  const { g, width, height } = clear(canvas);
  const [[low1, high1], [low2]] = ground.domain;
  const side = Math.min(
    width - MARGINS.left - MARGINS.strip,
    height - MARGINS.above - MARGINS.below,
  );
  const left = MARGINS.left + (width - MARGINS.left - MARGINS.strip - side) / 2;
  const scale = side / (high1 - low1);
  const [right, bottom] = [left + side, MARGINS.above + side];
  const frame = new DOMMatrix([side / 1000, 0, 0, side / 1000, left, MARGINS.above]);
  const place = (v1, v2) => [left + (v1 - low1) * scale, bottom - (v2 - low2) * scale];
  drawBands(g, ground.bands, frame, false);
  drawTicks(g, ground, place, colours);
  g.save();
  g.beginPath();
  g.rect(left, MARGINS.above, side, side);
  g.clip();
  const path = floats(ground.path);
  const run = range(0, path.length / 2 - 1).map((i) => place(path[2 * i], path[2 * i + 1]));
  drawLine(g, run, [2, 4]);
  const points = way.v1.map((v1, i) => place(v1, way.v2[i]));
  drawLine(g, points, []);
  g.restore();
  const [x, y] = points.at(-1);
  drawBall(g, colours.ball, [clamp(x, left, right), clamp(y, MARGINS.above, bottom)], 7);
  drawStrip(g, way.distance.at(-1) * scale, [right + 34, bottom], side, scale, colours);
}

/** A line that is seen on dark ground and on bright. */
function drawLine(g, points, dashes) {
  for (const [colour, wide] of [
    ["rgba(0, 20, 50, 0.5)", 3.4],
    ["white", 1.7],
  ]) {
    setPen(g, colour, wide);
    trace(g, points, dashes);
  }
}

function drawTicks(g, { domain }, place, colours) {
  const [[low1, high1], [low2, high2]] = domain;
  g.fillStyle = colours.faint;
  g.font = "11px sans-serif";
  g.textAlign = "center";
  const [middle, bottom] = place((low1 + high1) / 2, low2);
  for (const v1 of [0, 100]) g.fillText(String(v1), place(v1, 0)[0], bottom + 13);
  g.fillText("v₁", middle, bottom + 15);
  g.textAlign = "right";
  const left = place(low1, 0)[0] - 4;
  for (const v2 of [-50, 50]) g.fillText(String(v2).replace("-", "−"), left, place(0, v2)[1] + 4);
  g.fillText("v₂", left, place(0, (low2 + high2) / 2)[1] + 4);
}

/** How far off the plane: the ball's height on a scale, or an arrow where it is higher still. */
function drawStrip(g, height, [x, bottom], tall, scale, colours) {
  setPen(g, colours.faint, 1);
  g.fillStyle = colours.faint;
  g.textAlign = "left";
  trace(g, [[x, bottom], [x, bottom - tall]]); // prettier-ignore
  for (const distance of [0, 50, 100, 150]) {
    const y = bottom - distance * scale;
    trace(g, [[x - 3, y], [x + 3, y]]); // prettier-ignore
    g.fillText(String(distance), x + 9, y + 4);
  }
  g.textAlign = "center";
  g.fillText(say("off it"), x + 4, bottom - tall - 6);
  const y = bottom - Math.min(height, tall);
  setPen(g, colours.ball, 4);
  trace(g, [[x, bottom], [x, y]]); // prettier-ignore
  g.fillStyle = colours.ball;
  if (height > tall)
    fill(g, [[x, y - 5], [x - 8, y + 9], [x + 8, y + 9]]); // prettier-ignore
  else drawBall(g, colours.ball, [x, y], 6);
}
