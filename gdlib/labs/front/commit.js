// Commit, then see: the film stays hidden until the learner has answered on the picture.

import { GUESSES, takes } from "./guess.js";
import { make, makeButton, setText } from "./kit.js";
import { say } from "./words.js";

const GRIP = 14; // pixels: a drag that begins as near to the ball moves the ball
const GIVE = say("That is my answer");

/**
 * What the lab keeps of an answer, in the trait of this name: the setting that it is about, and
 * what was drawn, as "flag", "sketch" or "direction".
 * @typedef {{surface: string, start: number[], eta: number} & Object<string, any>} Answer
 *
 * What a commitment needs of the player: to say something, to draw, to play the film up to a step
 * of the answer, and to go back to the start.
 * @typedef {{say: (text: string) => void, draw: () => void, reveal: (until: number) => void,
 *   restart: () => void}} Stage
 */

export class Commitment {
  /**
   * @param {import("./film.js").Show} show
   * @param {any} model the widget's model: its trait `answer` holds an Answer, or nothing
   * @param {Stage} stage
   */
  constructor(show, model, stage) {
    this.show = show;
    this.model = model;
    this.stage = stage;
    this.guess = null;
    this.isMeasured = false;
    this.question = make("span");
    this.status = make("p", { className: "gd-gap", role: "status", tabIndex: -1 });
    this.give = makeButton(GIVE, GIVE, () => this.commit(), "gd-give");
    this.again = makeButton(say("predict again"), say("hide what comes and predict again"), () =>
      this.forget(),
    );
    const asked = make("p", {}, make("strong", {}, say("Predict.")), " ", this.question);
    const row = make("div", {}, this.status, this.give, this.again);
    this.node = make("div", { className: "gd-commit", hidden: true }, asked, row);
  }

  /**
   * The setting that is asked about.
   * @returns {Answer}
   */
  setting() {
    const { scene, film } = this.show;
    const { slider } = scene.tracks[scene.prediction.track];
    const start = scene.domain.map((_pair, i) => film.start[`v${i + 1}`]);
    const eta = Number(scene.sliders[slider].values[this.show.sliders[slider]]);
    return { surface: scene.choice.now, start, eta };
  }

  /** Follows what is set now: another setting is asked about anew. */
  follow(question) {
    const { show } = this;
    const { prediction } = show.scene;
    this.node.hidden = !prediction;
    if (!prediction) return;
    const answer = this.model.get("answer") ?? null;
    show.hidden = answer === null;
    const setting = this.setting();
    const now = JSON.stringify([setting, answer]);
    if (now !== this.now || this.film !== show.film) {
      this.now = now;
      this.film = show.film;
      this.isMeasured = false;
      this.guess = new GUESSES[prediction.kind](show, prediction);
      const same = ["surface", "start", "eta"].every(
        (name) => JSON.stringify(answer?.[name]) === JSON.stringify(setting[name]),
      );
      this.guess.value = same ? answer[this.guess.field] : null;
    }
    if (!show.hidden && this.guess.value && show.time >= this.guess.until) this.isMeasured = true;
    setText(this.question, question);
    setText(this.status, this.says());
    this.give.hidden = !show.hidden;
    this.again.hidden = show.hidden;
  }

  says() {
    const { guess, show } = this;
    if (show.hidden) return guess.value ? guess.tell() : guess.task;
    if (!guess.value) return say("Your answer was for another setting. Predict this one, too?");
    if (!this.isMeasured)
      return say("Play to step {step} to see how close you came.", { step: guess.until });
    return guess.last
      ? guess.gap()
      : say("The first step of {who} leads beyond all numbers.", { who: guess.who });
  }

  /** What to do before the film may be seen. */
  demand() {
    return this.guess.value
      ? say("Press “{button}” first: then it plays.", { button: GIVE })
      : this.guess.first;
  }

  // -- on the pictures

  /** Whether the learner commits on this picture now. */
  takes(spec) {
    return this.show.hidden && takes(this.guess.layer)(spec);
  }

  /** Whether a drag that begins at a pixel is the answer, and does not move the ball. */
  grips(picture, pixel, event) {
    if (!this.takes(picture.spec)) return false;
    if (picture.spec.on !== "start") return true;
    const [x, y] = this.guess.ball(picture, 0);
    const onBall = this.guess.field === "flag" && Math.hypot(pixel[0] - x, pixel[1] - y) < GRIP;
    return !event.shiftKey && !onBall;
  }

  press(picture, pixel, isNew) {
    if (!this.takes(picture.spec)) return; // the answer was given in the middle of a drag
    this.guess.press(picture, pixel, isNew);
    this.changed();
  }

  /** Goes back to what was drawn before the touch that turned out to scroll the page. */
  restore(value) {
    if (!this.show.hidden) return;
    this.guess.value = value;
    this.changed();
  }

  nudge(picture, direction) {
    this.guess.nudge(picture, direction);
    this.changed();
  }

  changed() {
    this.stage.say("");
    this.stage.draw();
  }

  /** What to say below a picture instead of its hint. */
  hint(spec) {
    if (!this.takes(spec)) return undefined;
    const { hint, another } = this.guess;
    return spec.on === "start" && another ? `${hint}; ${another}` : hint;
  }

  draw(g, picture) {
    if (!this.guess?.value || !takes(this.guess.layer)(picture.spec)) return;
    this.guess.draw(g, picture, this.isMeasured);
  }

  // -- the answer

  commit() {
    const { guess } = this;
    if (!guess.value) return this.stage.say(guess.first);
    this.keep({ ...this.setting(), [guess.field]: structuredClone(guess.value) });
    this.status.focus({ preventScroll: true }); // the button is gone, the keys go on from here
    this.stage.say("");
    this.stage.reveal(guess.until);
  }

  forget() {
    this.keep(null);
    this.stage.restart();
    this.stage.draw();
    this.give.focus({ preventScroll: true });
  }

  /** @param {Answer | null} answer */
  keep(answer) {
    this.model.set({ answer });
    this.model.save_changes();
  }
}
