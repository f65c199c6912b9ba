// The three things that a learner can commit on a picture: a flag, a sketch of C, a direction.

import { drawArrow, drawDot, drawRing, fill, setPen, trace } from "./draw.js";
import { clamp, figures, range } from "./kit.js";
import { say } from "./words.js";

const PIECES = 10; // of a sketch, if there are as many steps
const LONG = 70; // pixels: the arrow of a direction
const TURN = Math.PI / 36; // what an arrow key turns it by
const LEVEL = 0.02; // of the height of an axis: less is neither a rise nor a fall
const rounded = (x) => Number(x.toPrecision(4));

/** What all three share. `value` is what was drawn so far, or was committed; null is nothing. */
class Guess {
  field = "";
  layer = "ball"; // the pictures with this layer take it
  first = ""; // what is said to a learner who wants to see the truth before
  hint = ""; // what the hand does, below the picture
  another = ""; // and how it moves the ball

  /**
   * @param {import("./film.js").Show} show
   * @param {import("./film.js").Prediction} prediction
   */
  constructor(show, { kind, track, who }) {
    this.show = show;
    this.track = show.scene.tracks[track];
    this.who = who;
    this.last = show.film.last(show.number(this.track), show.position(this.track));
    const all = kind === "end" || kind === "curve";
    /** the step at which the gap is measured */
    this.until = Math.min(all ? show.film.length - 1 : 1, this.last);
    /** @type {any} */
    this.value = null;
  }

  /** Where the ball is at a step, a number for each variable. */
  place(step) {
    const frame = this.show.frame(this.track, step);
    return this.show.scene.domain.map((_pair, i) => frame[`v${i + 1}`]);
  }

  /** Where a pixel of the picture is, a number for each variable. */
  under(picture, pixel) {
    return picture.numbersAt(...pixel, picture.sheet).slice(0, this.show.scene.domain.length);
  }

  /** The plot that takes the answer. */
  spec() {
    const { pictures } = this.show.scene;
    return /** @type {import("./film.js").PlotSpec} */ (pictures.find(takes(this.layer)));
  }

  /** The pixel of the ball at a step. */
  ball(picture, step) {
    return picture.at(this.show.frame(this.track, step));
  }
}

/** A place in words, with as many decimals as the picture can tell apart. */
function spot(place, domain) {
  const width = Math.min(...domain.map(([low, high]) => high - low));
  const decimals = clamp(Math.ceil(2 - Math.log10(width)), 2, 20);
  const text = (x) => {
    const plain = x.toFixed(decimals);
    if (!(Math.abs(x) < 1e4)) return figures(x);
    return (Number(plain) === 0 ? plain.replace("-", "") : plain).replace("-", "−");
  };
  const numbers = place.map(text).join(", ");
  return place.length > 1 ? `(${numbers})` : numbers;
}

class Flag extends Guess {
  field = "flag";
  task = say("Plant your flag: click on the picture where you think it will be.");
  first = say("Plant your flag first: click on the picture where you think it will be.");
  hint = say("click, or use the arrow keys, to plant your flag");
  another = say("drag the ball itself to move it");

  press(picture, pixel) {
    this.value = this.under(picture, pixel).map(rounded);
  }

  nudge(_picture, direction) {
    const from = this.value ?? this.place(0);
    this.value = this.show.scene.domain.map(([low, high], i) =>
      rounded(clamp(from[i] + (direction[i] * (high - low)) / 40, low, high)),
    );
  }

  tell() {
    return say("Your flag stands at {place}.", { place: spot(this.value, this.show.scene.domain) });
  }

  draw(g, picture, isMeasured) {
    const { sheet } = picture;
    const [v1, v2] = this.value;
    const foot = sheet.place(v1, v2 ?? sheet.y.low);
    const truth = this.ball(picture, this.until);
    const top = v2 === undefined ? sheet.top + 4 : foot[1] - 30;
    if (isMeasured) {
      const beside = v2 === undefined ? [foot[0], truth[1]] : foot;
      for (const [colour, width] of [
        ["white", 4],
        [this.show.colours.good, 2],
      ]) {
        setPen(g, colour, width);
        trace(g, [beside, truth], [4, 4]);
      }
      drawRing(g, this.show.colours.text, truth, 11);
    }
    drawFlag(g, this.show.colours.good, foot, top);
  }

  gap() {
    const { domain } = this.show.scene;
    const [start, truth] = [this.place(0), this.place(this.until)];
    const away = (a, b) => Math.hypot(...a.map((x, i) => x - b[i]));
    const parts = {
      flag: spot(this.value, domain),
      who: this.who,
      place: spot(truth, domain),
      when: this.until === 1 ? say("after one step") : say("after {n} steps", { n: this.until }),
    };
    if (truth.some((x, i) => !(x >= domain[i][0] && x <= domain[i][1]))) {
      return say(
        "Your flag stood at {flag}, but {who} has left the picture: {when} it is at {place}.",
        parts,
      );
    }
    const [error, way] = [away(this.value, truth), away(start, truth)];
    const share = Math.round((100 * error) / way);
    const part = Number.isFinite(share) ? say(", {share} % of how far it moved", { share }) : "";
    return say("Your flag stood at {flag}, {who} came to {place} {when}: {error} apart{part}.", {
      ...parts,
      error: figures(error),
      part,
    });
  }
}

/** A flag on a pole that stands at `foot` and ends at the height `top`. */
function drawFlag(g, colour, [x, bottom], top) {
  const cloth = [
    [x, top],
    [x + 18, top + 6],
    [x, top + 12],
    [x, top],
  ];
  for (const [shade, width] of [
    ["white", 6],
    [colour, 2.5],
  ]) {
    setPen(g, shade, width);
    trace(g, [[x, bottom], ...cloth]);
  }
  g.fillStyle = colour;
  fill(g, cloth);
  drawDot(g, [x, bottom], 2.5);
}

class Sketch extends Guess {
  field = "sketch";
  layer = "series";
  task = say("Sketch C: drag across the axes of the curve.");
  first = say("Sketch C first: drag across the axes of the curve.");
  hint = say("drag to sketch C; or choose a step with ← →, and move C there with ↑ ↓");
  chosen = 0; // the knot that the arrow keys move
  reach = 0; // the last knot that was moved: what lies beyond goes along
  before = null; // where the stroke was

  /** The knots of the sketch, all at the height of the start. */
  level() {
    const all = this.show.film.length - 1;
    const pieces = Math.min(PIECES, all);
    const steps = range(0, pieces).map((i) => Math.round((i * all) / pieces));
    const { C } = this.show.frame(this.track, 0);
    return { steps, C: steps.map(() => rounded(C)) };
  }

  move(i, C) {
    this.value ??= this.level();
    if (i === 0) return; // there it begins
    const heights = this.value.C;
    this.reach = Math.max(this.reach, i);
    this.chosen = i;
    heights[i] = rounded(C);
    heights.fill(heights[this.reach], this.reach);
  }

  press(picture, [x, y], isNew) {
    this.value ??= this.level();
    const [x0, y0] = isNew ? [x, y] : this.before;
    this.before = [x, y];
    const across = this.value.steps.map((step) => picture.sheet.place(step, 1)[0]);
    const gaps = across.map((at) => Math.abs(at - x));
    const nearest = gaps.indexOf(Math.min(...gaps));
    across.forEach((at, i) => {
      const crossed = (at - x) * (at - x0) < 0;
      if (!crossed && i !== nearest) return;
      const height = crossed ? y0 + ((at - x0) / (x - x0)) * (y - y0) : y;
      this.move(i, picture.numbersAt(at, height, picture.sheet)[1]);
    });
    this.chosen = Math.max(1, nearest);
  }

  nudge(picture, [across, up]) {
    this.value ??= this.level();
    const { steps, C } = this.value;
    this.chosen = clamp(this.chosen + across, 1, steps.length - 1);
    if (!up) return;
    const { sheet } = picture;
    const [x, y] = sheet.place(steps[this.chosen], C[this.chosen]);
    const higher = clamp(y, sheet.top, sheet.bottom) - (up * (sheet.bottom - sheet.top)) / 30;
    this.move(this.chosen, picture.numbersAt(x, higher, sheet)[1]);
  }

  tell() {
    const { steps, C } = this.value;
    return say("Your sketch at step {step}: C = {C}.", {
      step: steps[this.chosen],
      C: figures(C[this.chosen]),
    });
  }

  draw(g, { sheet }, isMeasured) {
    const { steps, C } = this.value;
    const knots = steps.map((step, i) => sheet.place(step, C[i]));
    setPen(g, this.show.colours.good, 2.5);
    trace(g, knots, [7, 6]);
    g.fillStyle = this.show.colours.good;
    for (const knot of knots) drawDot(g, knot, 3);
    if (this.show.hidden) drawRing(g, this.show.colours.good, knots[this.chosen], 7);
    if (!isMeasured) return;
    const { worst } = this.compare();
    const foot = sheet.place(steps[worst], this.show.frame(this.track, steps[worst]).C);
    setPen(g, this.show.colours.text, 1.5);
    trace(g, [knots[worst], foot], [2, 4]);
  }

  /** How far the sketch is from the truth at each knot, and in how many pieces it goes its way. */
  compare() {
    const { steps, C } = this.value;
    const { y } = this.spec();
    const scale = y.log ? (height) => Math.log10(Math.max(height, y.low)) : (height) => height;
    const whole = scale(y.high) - scale(y.low);
    const trend = (from, to) => {
      const rise = (scale(to) - scale(from)) / whole;
      return Math.abs(rise) < LEVEL ? 0 : Math.sign(rise);
    };
    const known = steps.filter((step) => step <= this.last);
    const truth = known.map((step) => this.show.frame(this.track, step).C);
    const gaps = truth.map((height, i) => Math.abs(scale(height) - scale(C[i])));
    const pieces = range(1, known.length - 1);
    const alike = pieces.filter((i) => trend(truth[i - 1], truth[i]) === trend(C[i - 1], C[i]));
    const worst = gaps.indexOf(Math.max(...gaps));
    const apart = y.log
      ? say("a factor of {factor}", { factor: figures(10 ** gaps[worst]) })
      : figures(gaps[worst]);
    return { worst, truth: truth[worst], apart, alike: alike.length, pieces: pieces.length };
  }

  gap() {
    const { worst, truth, apart, alike, pieces } = this.compare();
    const step = this.value.steps[worst];
    const ends = say("After step {step} C is no finite number any more.", { step: this.last });
    const off = say(
      "Your sketch is farthest off at step {step}: there you drew {drawn}, and C is {C}, " +
        "{apart} apart. It rises and falls as C does in {alike} of {pieces} pieces.",
      { step, drawn: figures(this.value.C[worst]), C: figures(truth), apart, alike, pieces },
    );
    return `${off} ${this.last < this.show.film.length - 1 ? ends : ""}`;
  }
}

class Direction extends Guess {
  field = "direction";
  task = say("Choose a direction: drag from the ball to where you think it will go.");
  first = say("Choose a direction first: drag from the ball to where you think it will go.");
  hint = say("drag, or use the arrow keys, to choose a direction");
  another = say("with Shift they move the ball");

  /** Takes a direction, right and up, for as many variables as there are. */
  take(right, up) {
    if (this.show.scene.domain.length === 1) {
      if (right) this.value = [Math.sign(right)];
      return;
    }
    const long = Math.hypot(right, up);
    this.value = [right / long, up / long].map(rounded);
  }

  press(picture, [x, y]) {
    const [left, top] = this.ball(picture, 0);
    if (Math.hypot(x - left, y - top) > 4) this.take(x - left, top - y);
  }

  nudge(_picture, [right, up]) {
    if (!this.value || this.value.length === 1) return this.take(right, up);
    const angle = Math.atan2(this.value[1], this.value[0]) + (up - right) * TURN;
    this.take(Math.cos(angle), Math.sin(angle));
  }

  tell() {
    const [right, up] = this.value;
    if (up === undefined) {
      return right < 0
        ? say("Your arrow points to the left.")
        : say("Your arrow points to the right.");
    }
    const angle = Math.round((Math.atan2(up, right) * 180) / Math.PI);
    return say("Your arrow points at {angle}° to the v₁ axis.", { angle: figures(angle) });
  }

  /** The first step of the ball, for each variable. */
  step() {
    const [start, next] = [this.place(0), this.place(this.until)];
    return next.map((x, i) => x - start[i]);
  }

  draw(g, picture, isMeasured) {
    const from = this.ball(picture, 0);
    const tip = (/** @type {number[]} */ [right, up = 0]) => {
      const long = Math.hypot(right, up);
      return [from[0] + (LONG * right) / long, from[1] - (LONG * up) / long];
    };
    const { colours } = this.show;
    drawWideArrow(g, colours.good, from, tip(this.value));
    if (isMeasured) drawArrow(g, this.show, colours[this.track.colour], from, tip(this.step()), "");
  }

  gap() {
    const step = this.step();
    const long = Math.hypot(...step);
    const { who } = this;
    if (!long) return `${this.tell()} ${say("But {who} does not move.", { who })}`;
    if (step.length === 1) {
      const where =
        step[0] < 0
          ? say("the first step of {who} goes to the left.", { who })
          : say("the first step of {who} goes to the right.", { who });
      const right = Math.sign(step[0]) === this.value[0];
      return `${this.tell()} ${right ? say("Yes") : say("No")}: ${where}`;
    }
    const cosine = clamp((step[0] * this.value[0] + step[1] * this.value[1]) / long, -1, 1);
    const angle = Math.round((Math.acos(cosine) * 180) / Math.PI);
    return say("Your arrow and the first step of {who} are {angle}° apart.", {
      who: this.who,
      angle,
    });
  }
}

/**
 * An arrow so wide that another one along it leaves it to be seen.
 * @param {CanvasRenderingContext2D} g
 * @param {string} colour
 * @param {number[]} from
 * @param {number[]} to
 */
function drawWideArrow(g, colour, [x0, y0], [x1, y1]) {
  const long = Math.hypot(x1 - x0, y1 - y0);
  const [ux, uy] = [(x1 - x0) / long, (y1 - y0) / long];
  const outline = [
    [0, 5],
    [long - 20, 5],
    [long - 20, 13],
    [long + 4, 0],
    [long - 20, -13],
    [long - 20, -5],
    [0, -5],
    [0, 5],
  ].map(([along, across]) => [x0 + ux * along - uy * across, y0 + uy * along + ux * across]);
  g.fillStyle = colour;
  g.globalAlpha = 0.75;
  fill(g, outline);
  g.globalAlpha = 1;
  setPen(g, "white", 1.5);
  trace(g, outline);
}

/** Whether a picture is the one on which to commit: it has this layer. */
export const takes = (layer) => (spec) => Boolean(spec.layers?.includes(layer));

export const GUESSES = { step: Flag, end: Flag, curve: Sketch, direction: Direction };
