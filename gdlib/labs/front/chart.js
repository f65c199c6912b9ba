// A chart of curves that grow while a network learns, with those of earlier runs behind them.

import { setPen, trace } from "./draw.js";
import { clamp, range } from "./kit.js";
import { say } from "./words.js";

const LEFT = 38; // pixels: where the curves begin
const RIGHT = 12; // and how much is free beside, above and below them
const ABOVE = 8;
const BELOW = 18;
const DASHES = [[], [5, 3]]; // of the first curve, and of the second

/** Readies a canvas for drawing in pixels of the page; returns its context, width and height. */
export function clear(canvas) {
  const ratio = devicePixelRatio || 1;
  const g = canvas.getContext("2d");
  const { clientWidth: width, clientHeight: height } = canvas;
  canvas.width = width * ratio;
  canvas.height = height * ratio;
  g.scale(ratio, ratio);
  g.font = "12px sans-serif";
  g.lineJoin = "round";
  return { g, width, height };
}

/**
 * An axis that goes up.
 * @typedef {object} UpAxis
 * @property {number} low
 * @property {number} high
 * @property {boolean} [log]
 * @property {[number, string][]} ticks
 */
/**
 * A run: its curves against the epoch, each a row of numbers and its colour.
 * @typedef {{epochs: number[], curves: {values: number[], colour: string}[]}} CurvesOfRun
 */

/**
 * A logarithmic axis that holds these numbers, and no less than what lies between two others.
 * @returns {UpAxis}
 */
export function logarithmic(numbers, least, most) {
  const sound = numbers.filter((number) => number > 0);
  const low = Math.max(1e-9, Math.min(least, 0.8 * Math.min(...sound)));
  const high = Math.max(most, 1.2 * Math.max(...sound));
  const powers = range(Math.floor(Math.log10(low)), Math.ceil(Math.log10(high)));
  const steps = powers.length > 4 ? [1] : [1, 2, 5];
  const round = powers.flatMap((power) => steps.map((step) => Number(`${step}e${power}`)));
  const within = round.filter((number) => low <= number && number <= high);
  return { low, high, log: true, ticks: within.map((number) => [number, String(number)]) };
}

/** @type {UpAxis} */
export const percents = {
  low: 0,
  high: 1,
  ticks: [0, 0.5, 1].map((share) => [share, `${100 * share} %`]),
};

/**
 * Draws the curves of each run: the first solid, the second in dashes. Those of earlier runs are
 * faint, and have their number at the end.
 * @param {HTMLCanvasElement} canvas
 * @param {UpAxis} axis
 * @param {CurvesOfRun[]} runs the present one is the last
 * @param {import("./network_picture.js").Colours} colours
 */
export function drawChart(canvas, axis, runs, colours) {
  const { g, width, height } = clear(canvas);
  const last = Math.max(0.01, ...runs.map(({ epochs }) => epochs.at(-1)));
  const across = width - LEFT - RIGHT;
  const scale = (value) => (axis.log ? Math.log(value) : value);
  const [low, high] = [scale(axis.low), scale(axis.high)];
  /** @type {(epoch: number, value: number) => import("./draw.js").Point} */
  const place = (epoch, value) => [
    LEFT + (epoch / last) * across,
    height -
      BELOW -
      ((scale(clamp(value, axis.low, axis.high)) - low) / (high - low)) * (height - ABOVE - BELOW),
  ];
  drawFrame(g, axis, last, place, colours);
  runs.forEach(({ epochs, curves }, number) => {
    const isNow = number === runs.length - 1;
    g.globalAlpha = isNow ? 1 : 0.55;
    curves.forEach(({ values, colour }, curve) => {
      if (!isNow && curve < curves.length - 1) return;
      setPen(g, colour, isNow ? 2 : 1.2);
      g.fillStyle = colour;
      const points = epochs.map((epoch, i) => place(epoch, values[i]));
      trace(g, points, DASHES[curve]);
      const [x, y] = points.at(-1);
      if (isNow) g.fillRect(x - 2.5, y - 2.5, 5, 5);
      else markEnd(g, number + 1, [x, y], colours);
    });
  });
  g.globalAlpha = 1;
}

function drawFrame(g, axis, last, place, colours) {
  setPen(g, colours.line, 1);
  g.fillStyle = colours.faint;
  g.font = "11px sans-serif";
  g.textAlign = "right";
  for (const [value, text] of axis.ticks) {
    const [left, y] = place(0, value);
    g.fillText(text, left - 5, y + 4);
    trace(g, [[left, y], place(last, value)]);
  }
  const [right, bottom] = place(last, axis.low);
  g.fillText(say("epoch {epoch}", { epoch: last.toFixed(2) }), right, bottom + 14);
}

function markEnd(g, number, [x, y], colours) {
  g.globalAlpha = 1;
  g.font = "bold 10px sans-serif";
  g.textAlign = "center";
  setPen(g, colours.panel, 4);
  g.setLineDash([]);
  g.fillStyle = colours.text;
  g.strokeText(number, x, y + 3.5);
  g.fillText(number, x, y + 3.5);
  g.globalAlpha = 0.55;
}
