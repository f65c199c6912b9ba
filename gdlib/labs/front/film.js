// A film: frames for films × slider positions × steps, all of which Python has computed.

import { bytes } from "./kit.js";

export const floats = (view) => new Float32Array(bytes(view).buffer);

// The frames are stored in 32 bits. Beyond 10³⁰ they hold a logarithm, as Python packs it.
const FAR = 1e30;
const unpacked = (x) => (Math.abs(x) > FAR ? Math.sign(x) * 10 ** (Math.abs(x) / FAR + 29) : x);

/**
 * Opens the trait `film`. `words` holds numbers of texts: one for each film and slider position, or
 * one for each of their steps. A text is [mark, word].
 */
export function openFilm({ frames, shape, lengths, texts, words, start }) {
  const data = Float64Array.from(floats(frames), unpacked);
  const [films, positions, steps, width] = shape;
  const numbers = bytes(words);
  const each = numbers.length / films / positions;
  return {
    start,
    steps: steps - 1,
    at(film, position, step) {
      const first = ((film * positions + position) * steps + step) * width;
      return data.subarray(first, first + width);
    },
    last: (film, position) => lengths[film][position] - 1,
    text(film, position, step) {
      return texts[numbers[(film * positions + position) * each + (each > 1 ? step : 0)]];
    },
  };
}

/** What is on show: a scene, its film, and the place in it. A track is one ball of the scene. */
export class Show {
  constructor(step) {
    this.time = step;
    this.sliders = [];
    this.turn = { yaw: 0.6, pitch: 0.55 };
  }

  frame(track, step) {
    return this.film.at(track.film, this.sliders[track.slider], step);
  }

  /** The frames before and after this moment, and `now`, eased in between. */
  moment(track) {
    const end = this.film.last(track.film, this.sliders[track.slider]);
    const time = Math.min(this.time, end);
    const k = Math.floor(time);
    const here = this.frame(track, k);
    const next = this.frame(track, Math.min(k + 1, end));
    const f = time - k;
    const eased = f * f * (3 - 2 * f);
    const now = Array.from(here, (x, i) => (eased ? x * (1 - eased) + next[i] * eased : x));
    return { time: k + eased, k, end, here, next, now, eased };
  }

  end() {
    return Math.max(...this.scene.tracks.map((track) => this.moment(track).end));
  }
}
