// Images of 28 × 28 bytes: digits, and the weights that look at them.

import { range } from "./kit.js";

const PURPLE = [84, 39, 136]; // weights below zero; white is zero
const BROWN = [179, 88, 6]; // weights above zero

/** The colour of a weight as a byte, where 128 is zero. */
export const weightColour = (grey) =>
  (grey < 128 ? PURPLE : BROWN).map((c) => 255 + ((c - 255) * Math.abs(grey - 128)) / 128);
export const inkColour = (grey) => [255 - grey, 255 - grey, 255 - grey];

/** Draws images side by side with a gap of one pixel. */
export function drawTiles(canvas, images, across, colour) {
  const count = images.length / 784;
  const g = canvas.getContext("2d");
  const palette = range(0, 255).map(colour);
  canvas.width = 29 * across - 1;
  canvas.height = 29 * Math.ceil(count / across) - 1;
  for (const tile of range(0, count - 1)) {
    const pixels = new ImageData(28, 28);
    pixels.data.fill(255);
    for (let p = 0; p < 784; p++) pixels.data.set(palette[images[784 * tile + p]], 4 * p);
    g.putImageData(pixels, 29 * (tile % across), 29 * Math.floor(tile / across));
  }
}
