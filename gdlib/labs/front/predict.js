// Predict first: a question, a commitment, and only then the truth, which Python keeps until then.

import { makeAsk } from "./ask.js";
import { bytes, make, makeButton, makeCard, setText } from "./kit.js";
import { say } from "./words.js";

export function render({ model, el }) {
  const message = make("p", { className: "gd-message", role: "alert" });
  const words = { lost: say("all variables"), kept: say("Your answer was not taken.") };
  const ask = makeAsk({ model, el }, words, (text) => setText(message, text));
  const commit = (answer) => ask({ answer });
  const answers = make("div", { className: "gd-answers" });
  const reply = make("div", { className: "gd-reply", role: "status", tabIndex: -1 });
  const asked = make("p", {}, make("strong", {}, say("Predict.")), " ", model.get("question"));
  const card = makeCard(asked, answers, message, reply);
  card.classList.add("gd-predict");
  el.append(card);

  if (model.get("choices").length) {
    answers.append(
      ...model.get("choices").map((choice) => makeButton(choice, choice, () => commit(choice))),
    );
  } else {
    const number = make("input", { type: "number", step: "any", "aria-label": say("your answer") });
    const give = () => {
      if (number.value !== "") return commit(number.valueAsNumber);
      setText(message, say("Write a number, such as 0.7 or 1e3."));
      number.focus();
    };
    number.onkeydown = (event) => {
      if (event.key === "Enter" && !event.shiftKey) give();
    };
    answers.append(number, makeButton(say("That is my answer"), say("That is my answer"), give));
  }

  function paint(event) {
    const { answer, truth, verdict, picture, alt } = model.get("reply");
    if (answer === undefined) return;
    answers.hidden = true;
    const said = make(
      "p",
      {},
      say("You said:"),
      " ",
      make("b", {}, answer),
      ". ",
      say("The answer:"),
      " ",
      make("b", {}, truth),
      `. ${verdict}`,
    );
    reply.replaceChildren(said);
    if (picture) {
      const source = URL.createObjectURL(new Blob([bytes(picture)], { type: "image/png" }));
      reply.append(make("img", { src: source, alt: alt || say("the picture of the answer") }));
    }
    if (event) reply.focus({ preventScroll: true }); // the keys of the notebook go on from here
  }
  model.on("change:reply", paint);
  paint();
}
