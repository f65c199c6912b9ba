// Sound: the film, to be heard. Off until asked for, and asked for in all labs at once.
//
// The pitch is the height in the plot of C at each step, on the scale of its axis: its bottom is
// LOWEST, its top HIGHEST, and beyond the picture it goes on for an octave. Left and right follow
// v₁. A step uphill has a rough tone, and a second ball pulses. A tone ends by itself unless
// another follows, so there is silence after a pause, in a hidden tab, and when the lab is gone.

import { clamp, logarithm, make, setText } from "./kit.js";
import { say } from "./words.js";

const LOWEST = 165; // hertz
const HIGHEST = 1320;
const OCTAVE = 1 / Math.log2(HIGHEST / LOWEST); // as a share of the height of the plot
const VOLUME = 0.08;
const ROUGH = 0.4; // of the volume: a sawtooth is louder than a sine
const PULSE = 9; // hertz
const SINGERS = 2; // more cannot be told apart
const GLIDE = 0.012; // seconds, the time constant of all that changes: nothing clicks
const HOLD = 0.18; // seconds that a tone lasts
const FADE = 0.025; // seconds, the time constant of its end
const IDLE = 2000; // milliseconds until the browser's audio may rest
const KEPT = "gd-sound"; // where the browser remembers it, and the event that tells other labs

/**
 * What is to be sung: hertz, −1 (left) to 1 (right), and whether the step goes uphill.
 * @typedef {{frequency: number, pan: number, isRough: boolean}} Tone
 */

/**
 * The plot that is heard: of C at each step, or else the first of anything at each step.
 * @param {import("./film.js").Scene} scene
 * @returns {import("./film.js").PlotSpec | undefined}
 */
function heardPlot({ pictures }) {
  const plots = pictures.filter(
    (spec) => spec.kind === "plot" && spec.x.channel === "step" && spec.layers.includes("series"),
  );
  const ofC = plots.find((spec) => spec.kind === "plot" && spec.y.channel === "C");
  return /** @type {import("./film.js").PlotSpec} */ (ofC ?? plots[0]);
}

/**
 * The tone of a ball at this moment, or null where its height is no number.
 * @param {import("./film.js").Show} show
 * @param {import("./film.js").Track} track
 * @returns {Tone | null}
 */
export function toneOf(show, track) {
  const { y, layers } = heardPlot(show.scene);
  const { step, now, eased } = show.moment(track);
  const scale = y.log ? logarithm : Number;
  const [low, high, height] = [y.low, y.high, now[y.channel]].map(scale);
  const share = clamp((height - low) / (high - low), -OCTAVE, 1 + OCTAVE);
  if (!Number.isFinite(share)) return null;
  const taken = eased ? step : step - 1; // the step under way, or the last one
  const heights = show.series(track, y.channel);
  const rise = layers.includes("alarm")
    ? show.series(track, "actual")[taken]
    : heights[taken + 1] - heights[taken];
  const [left, right] = show.scene.domain[0] ?? [-1, 1];
  const pan = clamp((2 * now.v1 - left - right) / (right - left), -1, 1);
  return {
    frequency: LOWEST * (HIGHEST / LOWEST) ** share,
    pan: Number.isFinite(pan) ? pan : 0,
    isRough: rise > 0,
  };
}

/** What sings for a ball: two oscillators, a smooth and a rough one, of which one is heard. */
export class Singer {
  /**
   * @param {BaseAudioContext} context
   * @param {boolean} pulses
   */
  constructor(context, pulses) {
    /** @type {AudioNode & {gain: AudioParam}} */
    this.level = new GainNode(context, { gain: 0 });
    this.pan = context.createStereoPanner?.();
    this.tones = ["sine", "sawtooth"].map((type) => {
      const oscillator = new OscillatorNode(context, { type: /** @type {any} */ (type) });
      const gain = new GainNode(context, { gain: 0 });
      oscillator.connect(gain).connect(this.level);
      oscillator.start();
      return { oscillator, gain };
    });
    const beat = new GainNode(context, { gain: pulses ? 0.5 : 1 });
    if (pulses) {
      const pulse = new OscillatorNode(context, { frequency: PULSE });
      pulse.connect(new GainNode(context, { gain: 0.5 })).connect(beat.gain);
      pulse.start();
    }
    const parts = this.pan ? [beat, this.pan] : [beat];
    [...parts, context.destination].reduce((from, to) => from.connect(to), this.level);
  }

  /**
   * Sings a tone from a time of the context on, and falls silent unless another follows.
   * @param {Tone} tone
   * @param {number} at
   */
  sing({ frequency, pan, isRough }, at) {
    const glide = (param, value) => param.setTargetAtTime(value, at, GLIDE);
    const [smooth, rough] = this.tones;
    for (const { oscillator } of this.tones) glide(oscillator.frequency, frequency);
    glide(smooth.gain.gain, isRough ? 0 : 1);
    glide(rough.gain.gain, isRough ? ROUGH : 0);
    if (this.pan) glide(this.pan.pan, pan);
    const level = this.level.gain;
    level.cancelScheduledValues(at);
    glide(level, VOLUME);
    level.setTargetAtTime(0, at + HOLD, FADE);
  }
}

/** The button of a lab, and who sings for its balls. */
export class Sound {
  /** @param {import("./film.js").Show} show */
  constructor(show) {
    this.show = show;
    this.heard = []; // the moment of each ball that was last on show
    this.button = make("button", { type: "button", onclick: () => this.toggle() });
    this.obey = (event) => this.turn(event.detail);
    window.addEventListener(KEPT, this.obey);
    this.turn(remembered());
  }

  turn(isOn) {
    this.isOn = isOn;
    setText(this.button, isOn ? say("♪ on") : say("♪ off"));
    this.button.ariaLabel = isOn ? say("sound: on") : say("sound: off");
  }

  /** Browsers allow sound only from a click or a key on; here they are those in the lab. */
  listenTo(card) {
    for (const kind of ["pointerdown", "click", "keydown"]) {
      card.addEventListener(kind, () => this.wake(), { capture: true });
    }
  }

  toggle() {
    remember(!this.isOn);
    window.dispatchEvent(new CustomEvent(KEPT, { detail: !this.isOn }));
    this.wake();
    this.heard = this.heard.map(() => []); // so that the tone of this moment says what is on
    this.follow();
  }

  wake() {
    if (!this.isOn || this.context) return;
    this.context = new AudioContext();
    this.singers = [...Array(SINGERS).keys()].map((i) => new Singer(this.context, i > 0));
  }

  /** Sings for each ball that is elsewhere than it was, unless that is to be predicted. */
  follow() {
    const { show } = this;
    if (show.scene !== this.scene) this.offer(show.scene);
    if (!this.plot) return;
    show.scene.tracks.slice(0, SINGERS).forEach((track, i) => {
      const { time } = show.moment(track);
      const now = [show.film, show.number(track), show.position(track), time];
      const isNew = this.heard[i] && now.some((part, k) => part !== this.heard[i][k]);
      this.heard[i] = now;
      if (isNew && this.isOn && this.context && !show.hidden) this.sing(i, toneOf(show, track));
    });
  }

  /** Offers the button for a scene that can be heard, and says what is mapped to what. */
  offer(scene) {
    this.scene = scene;
    this.plot = heardPlot(scene);
    this.button.hidden = !this.plot || !window.AudioContext;
    if (this.plot) this.button.title = explained(scene, this.plot);
  }

  /** @param {number} i  @param {Tone | null} tone */
  sing(i, tone) {
    if (!tone) return;
    this.context.resume();
    this.singers[i].sing(tone, this.context.currentTime);
    clearTimeout(this.rest);
    this.rest = setTimeout(() => this.context.suspend(), IDLE);
  }

  /** The lab leaves the page. */
  leave() {
    window.removeEventListener(KEPT, this.obey);
    clearTimeout(this.rest);
    this.context?.close();
    this.context = null;
  }
}

function explained({ domain, tracks }, { y }) {
  const told = [
    say("the higher {label}, the higher the tone", { label: y.label }),
    say("uphill it is rough"),
  ];
  if (domain.length) told.push(say("left and right follow v₁"));
  if (tracks.length > 1) told.push(say("the second ball pulses"));
  return told.join("; ");
}

// A browser may forbid to remember anything: then sound is off in each lab until asked for.
function remembered() {
  try {
    return localStorage.getItem(KEPT) === "on";
  } catch {
    return false;
  }
}

function remember(isOn) {
  try {
    localStorage.setItem(KEPT, isOn ? "on" : "off");
  } catch {
    // it works all the same, until the page is left
  }
}
