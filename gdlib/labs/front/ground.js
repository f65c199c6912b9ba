// A hidden ground: heights, slopes, and where gradient descent leads from each of its places.

import { Film } from "./film.js";
import { bytes, clamp, floats, range } from "./kit.js";

const GONE = -32768; // in a path: it has left the map

/**
 * A ground as Python has surveyed it.
 * @typedef {object} GroundTrait
 * @property {number} round
 * @property {number} rounds the number of the last one, or 0 if this is the only ground
 * @property {string} name
 * @property {number} n places along each side
 * @property {number} steps of gradient descent, and probes
 * @property {[number, number][]} reach lowest and highest of v₁, v₂ and C on the paths
 * @property {DataView} heights
 * @property {DataView} slopes
 * @property {DataView} paths
 * @property {number[]} lowest v₁, v₂ and C of the lowest point
 * @property {number} eta
 * @property {string} code the Python for the walk from {start}
 * @property {import("./film.js").Scene} scene the map and the valley, for one ball
 */

/** A ground, open for reading. Its places are numbered row by row, from the south-west. */
export class Ground {
  /** @param {GroundTrait} trait */
  constructor(trait) {
    this.trait = trait;
    this.n = trait.n;
    this.places = trait.n * trait.n;
    this.heights = floats(trait.heights);
    this.slopes = floats(trait.slopes);
    this.paths = new Int16Array(bytes(trait.paths).buffer);
    this.steepest = range(0, this.places - 1)
      .map((i) => Math.hypot(...this.slope(i)))
      .reduce((most, steep) => (steep > most ? steep : most), 0);
  }

  /** The number of the place in a column and a row, or of the nearest to it. */
  nearest(column, row) {
    const last = this.n - 1;
    return clamp(Math.round(row), 0, last) * this.n + clamp(Math.round(column), 0, last);
  }

  place(i) {
    const [low, high] = [0, 1].map((k) => this.trait.reach[k]).map(([a, b]) => [a, b - a]);
    const along = [i % this.n, Math.floor(i / this.n)].map((at) => at / (this.n - 1));
    return {
      v1: low[0] + along[0] * low[1],
      v2: high[0] + along[1] * high[1],
      C: this.heights[i],
    };
  }

  slope(i) {
    return [this.slopes[i], this.slopes[this.places + i]];
  }

  /** The points of gradient descent from a place, as far as they are on the map. */
  path(i) {
    const { steps, reach } = this.trait;
    const points = [this.place(i)];
    for (const k of range(0, steps - 1)) {
      const packed = range(0, 2).map((c) => this.paths[(c * steps + k) * this.places + i]);
      if (packed.includes(GONE)) break;
      const [v1, v2, C] = packed.map(
        (x, c) => reach[c][0] + ((x + 32767) / 65534) * (reach[c][1] - reach[c][0]),
      );
      points.push({ v1, v2, C });
    }
    return points;
  }

  film(i) {
    const path = this.path(i);
    const channels = ["v1", "v2", "C"];
    const frames = Float32Array.from(channels.flatMap((name) => path.map((point) => point[name])));
    return new Film({
      channels,
      frames: new DataView(frames.buffer),
      shape: [1, 1, path.length],
      lengths: [[path.length]],
      texts: [["", ""]],
      words: new DataView(new ArrayBuffer(1)),
      start: path[0],
      contour: "",
      moments: {},
    });
  }
}
