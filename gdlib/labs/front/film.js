// A film and the scene it plays on: the fields that `gdlib/labs/film.py` fills, and the moment.

import { bytes, clamp, floats } from "./kit.js";

/**
 * The numbers of one moment, by the name of their channel: the place of the ball, `v1` and `v2`,
 * `C` there, and what else the lab computed.
 * @typedef {Object<string, number>} Frame
 *
 * @typedef {object} FilmTrait
 * @property {string[]} channels
 * @property {DataView} frames 32-bit numbers: channels × films × positions × steps
 * @property {number[]} shape films, positions, steps
 * @property {number[][]} lengths how many of the steps there are, for each film and position
 * @property {[string, string][]} texts a mark and a word each
 * @property {DataView} words numbers of texts: for each film and position, or each of their steps
 * @property {Frame} start where the ball was dropped
 * @property {string} [contour] the outline of the contour line through it
 * @property {Object<string, DataView>} moments a bit for each step of this kind
 *
 * @typedef {object} Slider
 * @property {string} name
 * @property {(number | string)[]} values
 * @property {[number, string][]} marks
 * @property {string[]} words
 * @property {string} [channel]
 *
 * @typedef {object} Axis
 * @property {number} low
 * @property {number} high
 * @property {string} label
 * @property {string} channel the name of a channel, or "step", or "slider"
 * @property {(number | string)[][]} ticks
 * @property {boolean} log
 * @property {"" | "ball" | "C" | "path"} follows
 * @property {Axis[]} [zooms] those in its place, for each position of the slider
 *
 * @typedef {object} PlotSpec
 * @property {"plot"} kind
 * @property {string} name
 * @property {string} hint
 * @property {Axis} x
 * @property {Axis} y
 * @property {string[]} layers
 * @property {"start" | "aim" | "pick" | "walk" | "bend" | null} on
 * @property {string} about
 * @property {[number, number, string][]} letters
 * @property {boolean} equal
 * @property {[string, string][]} bands a colour and an outline each
 * @property {[string, string][][]} grounds
 * @property {[number, number][]} curve
 * @property {string} label
 * @property {boolean} flat
 * @property {string} over
 * @property {NeuronSpec | null} [neuron]
 *
 * @typedef {object} NeuronSpec
 * @property {[number, number, number][]} data x, y, and the number of the ground
 * @property {number[]} sigmoid σ at evenly spaced z
 * @property {number} reach from −reach to reach
 *
 * @typedef {object} ValleySpec
 * @property {"valley"} kind
 * @property {string} name
 * @property {string} hint
 * @property {[number, number][]} domain
 * @property {number} n
 * @property {DataView} heights
 * @property {DataView} colours
 * @property {string} about
 * @property {boolean} move
 * @property {[string, string]} names
 * @property {boolean} log
 * @property {[number, string][]} ticks
 * @property {boolean} numbers
 * @property {"turn"} on
 *
 * @typedef {object} BarsSpec
 * @property {"bars"} kind
 * @property {string} name
 * @property {string} hint
 * @property {[string, string, string][]} bars
 * @property {Axis} size
 * @property {null} on
 *
 * @typedef {object} LensSpec
 * @property {"lens"} kind
 * @property {string} name
 * @property {string} hint
 * @property {"turn"} on
 *
 * @typedef {object} FlowSpec
 * @property {"flow"} kind
 * @property {string} name
 * @property {string} hint
 * @property {number[]} sizes
 * @property {DataView} image
 * @property {[number, number | null, number] | null} marked
 * @property {null} on
 *
 * @typedef {object} Track
 * @property {string} name
 * @property {number} film
 * @property {number} slider
 * @property {string} colour
 * @property {string} line
 * @property {boolean} ring
 * @property {number | null} chooser
 *
 * @typedef {object} Readout
 * @property {string} text
 * @property {string} channel
 * @property {boolean} alarm
 *
 * @typedef {object} Prediction
 * @property {"step" | "end" | "curve" | "direction"} kind
 * @property {string} question
 * @property {number} track
 * @property {string} who
 *
 * @typedef {object} Scene
 * @property {string} title
 * @property {(PlotSpec | ValleySpec | BarsSpec | LensSpec | FlowSpec)[]} pictures
 * @property {Slider[]} sliders
 * @property {Readout[]} readout
 * @property {string} code
 * @property {Track[]} tracks
 * @property {Slider} steps
 * @property {[number, number][]} domain
 * @property {{what: string, options: [string, string][], now: string} | null} choice
 * @property {{start: Frame, sliders: number[], step: number} | null} home
 * @property {Prediction | null} [prediction]
 * @property {Object<string, string>} sayings what is said of a moment, by its kind
 * @property {number} [rate] how many steps a second it plays
 */

// The frames are stored in 32 bits. Beyond 10³⁰ they hold a logarithm, as Python packs it.
const FAR = 1e30;
const unpacked = (x) => (Math.abs(x) > FAR ? Math.sign(x) * 10 ** (Math.abs(x) / FAR + 29) : x);

/** A film as it came from Python, open for reading. */
export class Film {
  /** @param {FilmTrait} trait */
  constructor({ channels, frames, shape, lengths, texts, words, start, contour, moments }) {
    const [films, positions, length] = shape;
    this.films = films;
    this.positions = positions;
    this.length = length;
    const numbers = Float64Array.from(floats(frames), unpacked);
    const size = films * positions * length;
    this.channels = new Map(
      channels.map((name, c) => [name, numbers.subarray(c * size, (c + 1) * size)]),
    );
    this.lengths = lengths;
    this.texts = texts;
    this.words = bytes(words);
    this.start = start;
    this.contour = contour;
    /** @type {[string, Uint8Array][]} */
    this.moments = Object.entries(moments).map(([kind, bits]) => [kind, bytes(bits)]);
  }

  /** Of which kind a step is. @returns {string} */
  kind(film, position, step) {
    const at = (film * this.positions + position) * this.length + step;
    const isOf = ([, bits]) => (bits[at >> 3] >> (7 - (at & 7))) & 1;
    return this.moments.findLast(isOf)?.[0] ?? "step";
  }

  /** All steps of a channel; what lies beyond the last step is NaN. */
  series(channel, film, position) {
    const first = (film * this.positions + position) * this.length;
    return this.channels.get(channel).subarray(first, first + this.length);
  }

  /** @returns {Frame} */
  frame(film, position, step) {
    const at = (film * this.positions + position) * this.length + step;
    return Object.fromEntries([...this.channels].map(([name, numbers]) => [name, numbers[at]]));
  }

  last(film, position) {
    return this.lengths[film][position] - 1;
  }

  /** The mark and the word on show. */
  text(film, position, step) {
    const each = this.words.length / this.films / this.positions;
    return this.texts[
      this.words[(film * this.positions + position) * each + (each > 1 ? step : 0)]
    ];
  }
}

/** What is on show: a scene, its film, and the place in it. */
export class Show {
  constructor(step) {
    this.time = step;
    /** @type {number[]} */
    this.sliders = [];
    this.turn = { yaw: 0.6, pitch: 0.55 };
    this.italic = "italic 16px Georgia, serif";
    /** @type {Film} */
    this.film = null;
    /** @type {Scene} */
    this.scene = null;
    /** @type {Object<string, string>} */
    this.colours = {};
    /** @type {import("./camera.js").Camera} */
    this.camera = null;
    /** whether all but the first frame is still to be predicted */
    this.hidden = false;
    /** @type {import("./commit.js").Commitment} */
    this.commitment = null;
  }

  /** @param {Track} track */
  position(track) {
    return this.sliders[track.slider] ?? 0;
  }

  /** The number of the film that a track shows. @param {Track} track */
  number(track) {
    return this.sliders[track.chooser] ?? track.film;
  }

  /** The number of the ground below a track: that of its film, if no frame names one. */
  ground(track) {
    return this.moment(track).here.ground ?? this.number(track);
  }

  /** @param {Track} track */
  frame(track, step) {
    return this.film.frame(this.number(track), this.position(track), step);
  }

  /** @param {Track} track */
  series(track, channel) {
    return this.film.series(channel, this.number(track), this.position(track));
  }

  /**
   * The frames `here`, at the last whole step, which readouts show, and `next`; and `now`, between
   * the two, where balls are drawn. `eased` is how far between, 0 to 1, slow at both ends.
   * @param {Track} track
   */
  moment(track) {
    const end = this.last(track);
    const time = Math.min(this.time, end);
    const step = Math.floor(time);
    const here = this.frame(track, step);
    const next = this.frame(track, Math.min(step + 1, end));
    const share = time - step;
    const eased = share * share * (3 - 2 * share);
    const between = (name) => here[name] * (1 - eased) + next[name] * eased;
    const now = eased
      ? Object.fromEntries(Object.keys(here).map((name) => [name, between(name)]))
      : here;
    return { time: step + eased, step, end, here, next, now, eased };
  }

  /** The number of the last step that may be seen. @param {Track} track */
  last(track) {
    return this.hidden ? 0 : this.film.last(this.number(track), this.position(track));
  }

  /** Turns the valley by so much, in radians. */
  turnBy(yaw, pitch) {
    const { turn } = this;
    this.turn = { yaw: turn.yaw + yaw, pitch: clamp(turn.pitch + pitch, 0.05, 1.5) };
  }

  end() {
    return Math.max(...this.scene.tracks.map((track) => this.last(track)));
  }
}
