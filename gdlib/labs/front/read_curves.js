// Read a curve: for each, choose what to do with η, and then see what that does.

import { make, makeButton, makeCard, retire, setText } from "./kit.js";
import { WIDE, drawLine, makeSketch } from "./sketch.js";
import { say } from "./words.js";

const TASK = say(
  "Each curve shows C against the step, from a learning rate η that is not named. " +
    "What would you do with η, so that C falls as low as it can? Choose, and see " +
    "what that does.",
);

/**
 * @typedef {object} Curve
 * @property {string} line
 * @property {[number, string][]} ticks
 * @property {number} steps
 * @property {string} about
 * @property {string} best
 * @property {string} truth
 * @property {{choice: string, line: string, words: string}[]} answers
 */

/**
 * One curve, its answers, and what is said after the choice.
 * @param {Curve} curve
 * @param {number} number
 * @param {(right: boolean) => void} chosen
 */
function makeCurve(curve, number, chosen) {
  const below = /** @type {[number, string][]} */ ([
    [0, "0"],
    [WIDE, String(curve.steps)],
  ]);
  const sketch = makeSketch(
    say("curve {number}: C against the step", { number }),
    curve.ticks,
    below,
    say("step"),
  );
  sketch.setAttribute("aria-description", curve.about);
  sketch.append(drawLine(curve.line, "gd-before"));
  const said = make("figcaption", { role: "status", tabIndex: -1 });
  const buttons = curve.answers.map(({ choice }) =>
    makeButton(choice, say("curve {number}: {choice}", { number, choice }), () => choose(choice)),
  );
  const answer = (choice) => curve.answers.find((one) => one.choice === choice);
  function choose(words) {
    const right = words === curve.best;
    for (const button of buttons) {
      button.classList.toggle("gd-chosen", button.textContent === words);
    }
    retire(buttons, said);
    sketch.append(drawLine(answer(words).line, "gd-after"));
    const better = right
      ? ""
      : ` ${say("Best was: {best}. {words}", {
          best: curve.best,
          words: answer(curve.best).words,
        })}`;
    const what = words === say("leave η") ? "" : ` ${answer(words).words}`;
    setText(said, `${right ? "✓" : "✗"} ${curve.truth}${what}${better}`);
    chosen(right);
  }
  return make(
    "figure",
    {},
    make("strong", {}, say("curve {number}", { number })),
    sketch,
    make("div", { className: "gd-answers" }, ...buttons),
    said,
  );
}

export function render({ model, el }) {
  const curves = /** @type {Curve[]} */ (model.get("curves"));
  const score = make("div", { className: "gd-readout", role: "status" });
  let [read, right] = [0, 0];
  const tell = () =>
    setText(
      score,
      read
        ? say("{right} of {read} read right, {rest} to go", {
            right,
            read,
            rest: curves.length - read,
          })
        : say("{n} curves to read", { n: curves.length }),
    );
  const figures = curves.map((curve, i) =>
    makeCurve(curve, i + 1, (hit) => {
      read += 1;
      right += Number(hit);
      tell();
    }),
  );
  tell();
  el.append(
    makeCard(
      make("header", {}, make("strong", {}, say("Read a curve"))),
      make("p", { className: "gd-task" }, TASK),
      make("div", { className: "gd-curves" }, ...figures),
      score,
    ),
  );
}
