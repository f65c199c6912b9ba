// A chart of curves that grow while a network learns.

import { setPen, trace } from "./draw.js";
import { clamp } from "./kit.js";

const LEFT = 40; // pixels: where the curves begin
const RIGHT = 16; // and how much is free beside, above and below them
const ABOVE = 12;
const BELOW = 20;

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
 * Draws a line for each of the curves, against the epoch.
 * @param {HTMLCanvasElement} canvas
 * @param {number[]} epochs
 * @param {{values: number[], colour: string}[]} curves the first solid, the others dashed
 * @param {number} top the number at the upper end of the axis; its lower end is 0
 * @param {(number: number) => string} say what to write for a number of the axis
 * @param {{faint: string, line: string}} colours
 */
export function drawChart(canvas, epochs, curves, top, say, colours) {
  const { g, width, height } = clear(canvas);
  const now = epochs.at(-1);
  const last = Math.max(now, 0.01); // before the first step there is no width
  const across = width - LEFT - RIGHT;
  const place = (epoch, value) => [
    LEFT + (epoch / last) * across,
    height - BELOW - (clamp(value, 0, top) / top) * (height - ABOVE - BELOW),
  ];
  setPen(g, colours.line, 1);
  g.fillStyle = colours.faint;
  g.textAlign = "right";
  for (const share of [0, 0.5, 1]) {
    const [left, y] = place(0, share * top);
    g.fillText(say(share * top), left - 6, y + 4);
    g.strokeRect(left, y, across, 0);
  }
  g.fillText(`epoch ${now.toFixed(2)}`, width - 14, height - 4);
  curves.forEach(({ values, colour }, c) => {
    setPen(g, colour, 2);
    g.fillStyle = colour;
    trace(
      g,
      epochs.map((epoch, i) => place(epoch, values[i])),
      c ? [5, 3] : [],
    );
    const [x, y] = place(now, values.at(-1));
    g.fillRect(x - 2.5, y - 2.5, 5, 5);
  });
}
