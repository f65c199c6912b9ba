// The data of a neuron, and the curve of what it says: the σ that Python computed, over x.

import { drawBall, drawDot, drawRing, setPen, trace } from "./draw.js";
import { clamp, range } from "./kit.js";

const SAMPLES = 160; // of the curve

/**
 * The curve of a neuron with the weight v1 and the bias v2, as pixels.
 * @param {import("./film.js").PlotSpec} spec
 * @param {import("./film.js").Frame} frame
 */
function bent({ x, neuron }, { v1, v2 }, place) {
  const { sigmoid, reach } = neuron;
  const last = sigmoid.length - 1;
  return range(0, SAMPLES).map((i) => {
    const across = x.low + ((x.high - x.low) * i) / SAMPLES;
    const at = clamp(((v1 * across + v2) / reach + 1) / 2, 0, 1) * last;
    const before = Math.min(Math.floor(at), last - 1);
    const share = at - before;
    return place(across, sigmoid[before] * (1 - share) + sigmoid[before + 1] * share);
  });
}

/**
 * @param {CanvasRenderingContext2D} g
 * @param {import("./film.js").Show} show
 * @param {import("./film.js").Track} track
 * @param {import("./film.js").PlotSpec} spec
 * @param {(x: number, y: number) => import("./draw.js").Point} place
 */
export function drawNeuron(g, show, track, spec, place) {
  const { now, here } = show.moment(track);
  const { colours } = show;
  g.fillStyle = colours.accent;
  g.globalAlpha = "ground" in here ? 0.3 : 0.6;
  for (const [x, y] of spec.neuron.data) drawDot(g, place(x, y), 2);
  g.globalAlpha = 1;
  setPen(g, colours.faint, 1.5);
  trace(g, bent(spec, show.film.start, place), [2, 4]);
  const curve = bent(spec, now, place);
  setPen(g, colours.ball, 2.5);
  trace(g, curve);
  const [, half] = place(0, 0.5);
  const crosses = ([, before], [, after]) =>
    before !== after && (before - half) * (after - half) <= 0;
  const middle = curve.findIndex((point, i) => i > 0 && crosses(curve[i - 1], point));
  if (middle > 0) drawBall(g, colours.ball, [curve[middle][0], half], 6);
  for (const [x, y, ground] of spec.neuron.data) {
    if (ground === here.ground) drawRing(g, colours.ghost, place(x, y), 6);
  }
}
