// The camera: where a ball leaves the picture, the picture goes along and shows more.

import { figures, raised, range } from "./kit.js";
import { say } from "./words.js";

/**
 * How far out the balls are: `out` times as far from the middle as the edge of the domain, 1 while
 * all are inside. C lies between `low` and `high` now, between `lowest` and `highest` so far.
 * `position` is that of the slider.
 * @typedef {{out: number, low: number, high: number, lowest: number, highest: number,
 *   position: number}} Camera
 */

/**
 * @param {import("./film.js").Show} show
 * @returns {Camera}
 */
export function aimCamera(show) {
  const { domain, tracks } = show.scene;
  const position = show.position(tracks[0]);
  const none = { low: Infinity, high: -Infinity, lowest: Infinity, highest: -Infinity };
  const camera = { out: 1, ...none, position };
  const away = (frame) =>
    Math.max(
      ...domain.map(
        ([low, high], i) => Math.abs(frame[`v${i + 1}`] - (low + high) / 2) / ((high - low) / 2),
      ),
    );
  for (const track of domain.length ? tracks : []) {
    const { here, next, now, step, eased } = show.moment(track);
    const far = away(here) * (1 - eased) + away(next) * eased;
    const beyond = far > 1 + 1e-6; // 32 bits may put a ball on the edge a little beyond it
    if (beyond) camera.out = Math.max(camera.out, 1 + 1.1 * (far - 1)); // with room for the ball
    camera.low = Math.min(camera.low, now.C);
    camera.high = Math.max(camera.high, now.C);
    for (const C of [now.C, ...show.series(track, "C").subarray(0, step + 1)]) {
      camera.lowest = Math.min(camera.lowest, C);
      camera.highest = Math.max(camera.highest, C);
    }
  }
  return camera;
}

/**
 * The axis as the camera has it: one that follows the ball, or C, is as wide as that takes, and
 * one that the slider zooms is that of its position.
 * @param {import("./film.js").Axis} axis
 * @param {Camera} camera
 */
export function seen(axis, camera) {
  if (axis.zooms?.length) return axis.zooms[camera.position];
  const { low, high, follows, log } = axis;
  const span = { low, high };
  if (follows === "ball" && camera.out > 1) {
    const [middle, half] = [(low + high) / 2, ((high - low) / 2) * camera.out];
    span.low = middle - half;
    span.high = middle + half;
  } else if (follows === "C" || follows === "path") {
    const now = follows === "C";
    const [least, most] = now ? [camera.low, camera.high] : [camera.lowest, camera.highest];
    const room = 0.06 * (Math.max(high, most) - Math.min(low, least));
    if (most > high) span.high = log ? 3 * most : most + room;
    if (least < low && !log) span.low = least - room;
  }
  if (span.low === low && span.high === high) return axis;
  return { ...axis, ...span, ticks: ticksOf({ ...span, log }) };
}

const power = (digit, exponent) => `${digit > 1 ? `${digit}·` : ""}10${raised(exponent)}`;

// Up to seven ticks: powers of ten on a logarithmic axis, else a round number on either side of 0.
function ticksOf({ low, high, log }) {
  if (log) {
    const [first, last] = [Math.ceil(Math.log10(low)), Math.floor(Math.log10(high))];
    const every = Math.max(1, Math.ceil((last - first) / 6));
    return range(0, Math.floor((last - first) / every)).map((i) => [
      10 ** (first + i * every),
      power(1, first + i * every),
    ]);
  }
  const size = Math.max(-low, high);
  const exponent = Math.floor(Math.log10(size));
  const digit = [5, 2, 1].find((one) => one * 10 ** exponent <= size) ?? 1;
  const round = digit * 10 ** exponent;
  const text = Math.abs(exponent) < 4 ? figures(round) : power(digit, exponent);
  return [
    [-round, `−${text}`],
    [0, "0"],
    [round, text],
  ].filter(([value]) => low <= value && value <= high);
}

/** The decades that frame the domain, 1, 10, 100, … times as wide, if large enough to be seen. */
export const decades = (out) =>
  range(0, Math.floor(Math.log10(out)))
    .map((exponent) => 10 ** exponent)
    .filter((wide) => wide * 60 > out);

/** What to say below a picture while the camera is out, or nothing. */
export function cameraNote({ out }, what) {
  if (out < 1.2) return undefined;
  const [digit, exponent] = out.toExponential(0).split("e").map(Number);
  const times = exponent < 3 ? Number(out.toPrecision(2)) : power(digit, exponent);
  return say("zoomed out {times} times to show {what}", { times, what });
}
