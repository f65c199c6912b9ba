// The curve of σ, and where a neuron lies on it.

import { clamp } from "./kit.js";

/**
 * Returns place(z, a), the pixel of a place in a box where σ is drawn from −reach to reach. A z
 * beyond is placed at the edge.
 * @param {number[]} box from the left, from the top, width, height
 * @param {number} reach
 * @returns {(z: number, a: number) => [number, number]}
 */
export const onSigmoid =
  ([left, top, width, height], reach) =>
  (z, a) => [
    left + ((clamp(z, -reach, reach) + reach) / (2 * reach)) * width,
    top + (1 - a) * height,
  ];

/**
 * The pixels of the curve.
 * @param {ArrayLike<number>} values of σ, at even places from −reach to reach
 * @param {number} reach
 * @param {(z: number, a: number) => [number, number]} place
 */
export const sigmoidCurve = (values, reach, place) =>
  Array.from(values, (a, i) => place(((2 * i) / (values.length - 1) - 1) * reach, a));
