// The camera: where a ball leaves the picture, the picture goes along and shows more.

import { figures, raised, range } from "./kit.js";

/**
 * How far out the balls are: `out` times as far from the middle as the edge of the domain, 1 while
 * all are inside. C lies between `low` and `high` now, between `lowest` and `highest` so far.
 */
export function aimCamera(show) {
  const camera = { out: 1, low: Infinity, high: -Infinity, lowest: Infinity, highest: -Infinity };
  const domain = show.scene.domain.slice(0, show.scene.m);
  const away = (frame) =>
    Math.max(
      ...domain.map(
        ([low, high], axis) => Math.abs(frame[axis] - (low + high) / 2) / ((high - low) / 2),
      ),
    );
  for (const track of show.scene.tracks) {
    const { here, next, now, k, eased } = show.moment(track);
    const far = away(here) * (1 - eased) + away(next) * eased;
    if (far > 1) camera.out = Math.max(camera.out, 1 + 1.1 * (far - 1)); // with room for the ball
    camera.low = Math.min(camera.low, now[2]);
    camera.high = Math.max(camera.high, now[2]);
    for (const C of [now[2], ...range(0, k).map((step) => show.frame(track, step)[2])]) {
      camera.lowest = Math.min(camera.lowest, C);
      camera.highest = Math.max(camera.highest, C);
    }
  }
  return camera;
}

/** The axis as the camera has it: one that follows the ball, or C, is as wide as that takes. */
export function seen(axis, camera) {
  const { low, high, follows, log } = axis;
  const span = { low, high };
  if (follows === "ball" && camera.out > 1) {
    const [middle, half] = [(low + high) / 2, ((high - low) / 2) * camera.out];
    [span.low, span.high] = [middle - half, middle + half];
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

// Up to seven ticks: powers of ten on a logarithmic axis, else a round number on either side of 0.
function ticksOf({ low, high, log }) {
  if (log) {
    const [first, last] = [Math.ceil(Math.log10(low)), Math.floor(Math.log10(high))];
    const every = Math.max(1, Math.ceil((last - first) / 6));
    return range(0, Math.floor((last - first) / every)).map((i) => [
      10 ** (first + i * every),
      `10${raised(first + i * every)}`,
    ]);
  }
  const size = Math.max(-low, high);
  const power = Math.floor(Math.log10(size));
  const digit = [5, 2, 1].find((one) => one * 10 ** power <= size) ?? 1;
  const round = digit * 10 ** power;
  const text =
    Math.abs(power) < 4 ? figures(round) : `${digit > 1 ? `${digit}·` : ""}10${raised(power)}`;
  return [
    [-round, `−${text}`],
    [0, "0"],
    [round, text],
  ].filter(([value]) => low <= value && value <= high);
}

/** The decades that frame the domain, 1, 10, 100, … times as wide: those large enough to be seen. */
export const decades = (out) =>
  range(0, Math.floor(Math.log10(out)))
    .map((power) => 10 ** power)
    .filter((wide) => wide * 60 > out);

/** What to say below a picture while the camera is out, or nothing. */
export const cameraNote = ({ out }, what) =>
  out < 1.2 ? undefined : `zoomed out ${rounded(out)} times to show ${what}`;
function rounded(out) {
  const [digit, power] = out.toExponential(0).split("e").map(Number);
  if (power < 3) return figures(+out.toPrecision(2));
  return `${digit > 1 ? `${digit}·` : ""}10${raised(power)}`;
}
