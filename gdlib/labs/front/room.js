// The lab of a room, for a projector: how to get in, what is asked, how many have answered, and at
// the end all balls at once. The names and numbers of students come as texts, and stay texts.

import { makeAsk } from "./ask.js";
import { make, makeButton, makeCard, retire, setText } from "./kit.js";
import { Player } from "./player.js";
import { say } from "./words.js";

const NEXT = { first: say("end the vote"), talk: say("vote again"), second: say("show the end") };
const PHASES = {
  wait: say("Choose a question, and ask it."),
  first: say("Everyone for themselves."),
  talk: say("Talk with your neighbour: why did you answer as you did?"),
  second: say("And now?"),
  reveal: "",
};

/**
 * @typedef {{word: string, text: string, colour: string, ring: boolean, first: number,
 *   second: number}} Entry what so many paths did, and how their balls look
 *
 * @typedef {object} Panel what Python tells of the room
 * @property {string} address
 * @property {string} code
 * @property {string} picture of the address, for a phone's camera
 * @property {string} over why there is no room any more, or ""
 * @property {string} phase
 * @property {string[]} questions
 * @property {number} students
 * @property {number} answered
 * @property {string} text
 * @property {string[]} options
 * @property {string} listen
 * @property {{labels: string[], first: number[], second: number[]} | null} bars
 * @property {number | null} right
 * @property {string | null} only the word of the balls that are on show, if not all are
 * @property {Entry[]} legend
 * @property {{closer: number, far: number, away: number, names: string[]} | null} moved
 */

/** A button that takes a double click for one press: the other was not meant for what is next. */
const makeStep = (text, label, press, className = "") =>
  makeButton(text, label, ({ detail }) => detail < 2 && press(), className);

/**
 * The bars of a histogram: those of the first vote are outlined, those of the second full. Options
 * have the letters that they had in the vote.
 */
function makeBars({ labels, first, second }, options, right) {
  const voted = second.some(Boolean);
  const most = Math.max(1, ...first, ...second);
  const bar = (count, className) =>
    make(
      "span",
      { className: `gd-bar ${className}`, style: `--share: ${count / most}` },
      make("b", {}, String(count)),
    );
  const rows = labels.map((label, i) => {
    const name = options.length ? `${"ABCDE"[i]}. ${label}` : label;
    const word = right === i + 1 ? `✓ ${name}` : name;
    const counts = { before: first[i], after: second[i], number: first[i] };
    const before = voted
      ? say("{before} before, {after} after", counts)
      : say("answers: {number}", counts);
    return make(
      "div",
      { className: right === i + 1 ? "gd-right" : "", role: "listitem" },
      make("span", {}, word),
      make(
        "div",
        { role: "img", "aria-label": before },
        bar(first[i], "gd-before"),
        ...(voted ? [bar(second[i], "gd-after")] : []),
      ),
    );
  });
  return make("div", { className: "gd-histogram", role: "list" }, ...rows);
}

class Room {
  constructor({ model, el }) {
    this.model = model;
    const words = { lost: say("the room"), kept: "" };
    this.ask = makeAsk({ model, el }, words, (text) => setText(this.message, text), true);
    this.build(el);
    const stage = make("div", { className: "gd-stage" });
    this.room.append(stage);
    this.player = new Player(model, stage);
    this.stage = stage;
    model.on("change:panel", () => this.follow());
    this.follow();
    this.ask.check();
  }

  build(el) {
    this.picture = make("img", { alt: "", width: 148, height: 148 });
    this.address = make("b");
    this.code = make("b", { className: "gd-code-word" });
    this.count = make("p", { className: "gd-count", role: "status" });
    this.menu = make("select", { "aria-label": say("question") });
    this.begin = makeStep(say("ask"), say("ask this question"), () => {
      this.asked = this.menu.selectedIndex;
      this.ask({ do: "ask", number: this.asked });
    });
    this.next = makeStep("", say("go on"), () => this.ask({ do: "go_on" }), "gd-play");
    this.shut = makeStep(say("close the room"), say("close the room, and forget all answers"), () =>
      this.close(),
    );
    this.message = make("p", { className: "gd-message", role: "alert" });
    this.question = make("h2");
    this.options = make("ol", { type: "A" });
    this.says = make("p", { role: "status" });
    this.results = make("div", { className: "gd-results" });
    this.listen = make("p");
    this.notes = make(
      "details",
      {},
      make("summary", {}, say("for the teacher: what to listen for")),
      this.listen,
    );
    this.door = make(
      "div",
      { className: "gd-entry" },
      this.picture,
      make("p", {}, say("open") + " ", this.address, make("br"), say("code") + " ", this.code),
    );
    this.news = make("div", {}, this.question, this.options, this.says, this.count, this.results);
    this.room = make("div", { className: "gd-room" }, this.door, this.news);
    const buttons = make("span", { className: "gd-buttons" }, this.begin, this.next, this.shut);
    this.card = makeCard(
      make("header", {}, make("strong", {}, say("A room")), this.menu, buttons),
      this.message,
      this.room,
      this.notes,
    );
    this.card.classList.add("gd-teacher");
    el.append(this.card);
  }

  close() {
    const unsure = () => setText(this.shut, say("close the room"));
    clearTimeout(this.timer);
    if (this.shut.textContent === say("close the room")) {
      setText(this.shut, say("really close it?"));
      this.timer = setTimeout(unsure, 4000);
    } else {
      unsure();
      this.ask({ do: "leave" });
    }
  }

  follow() {
    /** @type {Panel} */
    const panel = this.model.get("panel");
    const { phase, over } = panel;
    if (this.picture.src !== panel.picture) {
      this.picture.src = panel.picture;
      this.picture.alt = say("a QR code that opens {address}", { address: panel.address });
    }
    setText(this.address, panel.address.replace(/^https?:\/\/|\/$/g, ""));
    setText(this.code, panel.code);
    if (this.menu.length !== panel.questions.length) {
      this.menu.replaceChildren(...panel.questions.map((text) => make("option", {}, text)));
    }
    if (phase === "reveal" && this.menu.selectedIndex === this.asked) {
      this.menu.selectedIndex = Math.min(this.asked + 1, this.menu.length - 1);
      this.asked = -1;
    }
    setText(this.question, over ? "" : panel.text);
    this.options.replaceChildren(...panel.options.map((text) => make("li", {}, text)));
    this.options.hidden = Boolean(over || panel.bars) || !panel.options.length;
    const nobody = phase === "reveal" && !panel.answered;
    setText(this.says, over || (nobody ? say("Nobody has answered.") : PHASES[phase]));
    const answered = say("Answered: {answered} of {students}", {
      answered: panel.answered,
      students: panel.students,
    });
    const here = say("Students here: {students}", { students: panel.students });
    setText(this.count, over ? "" : phase === "wait" ? here : answered);
    this.offer(panel);
    setText(this.listen, panel.listen);
    this.notes.hidden = Boolean(over) || !panel.listen;
    this.door.hidden = this.results.hidden = Boolean(over);
    this.card.dataset.phase = phase;
    this.stage.hidden = Boolean(over) || !this.model.get("scene").pictures.length;
    this.tellResults(panel);
    const rolls = phase === "reveal" && this.rolled !== this.model.get("film");
    if (rolls && !this.stage.hidden) {
      this.rolled = this.model.get("film");
      this.player.update(); // the news of the panel may come before that of the film
      if (!this.player.playing) this.player.toggle();
    }
  }

  /**
   * Has the buttons that make sense now: no new question in the middle of a vote. From one that
   * does not the focus goes on to the next.
   * @param {Panel} panel
   */
  offer({ phase, over }) {
    const goes = !over && phase in NEXT;
    const votes = phase === "first" || phase === "second";
    const buttons = [this.begin, this.next, this.shut];
    for (const button of buttons) button.disabled = false;
    setText(this.next, NEXT[phase] ?? "");
    if (goes) this.next.hidden = false;
    if (over) retire(buttons, this.card);
    else retire(goes ? (votes ? [this.begin] : []) : [this.next], goes ? this.next : this.begin);
    this.next.hidden = !goes;
    this.begin.classList.toggle("gd-play", !goes);
  }

  /** @param {Panel} panel */
  tellResults({ bars, options, right, legend, moved, only }) {
    const state = JSON.stringify([bars, options, right, legend, moved, only]);
    if (state === this.told) return; // else a button that has the focus would lose it
    this.told = state;
    const parts = bars && bars.labels.length ? [makeBars(bars, options, right)] : [];
    if (legend.length) parts.push(this.makeLegend(legend, only));
    if (moved && moved.closer + moved.far + moved.away) {
      const names = moved.names.length ? ` (${moved.names.join(", ")})` : "";
      const words = say(
        "Second answers: {closer} better than the first{names}, {far} as good, {away} farther off.",
        { ...moved, names },
      );
      parts.push(make("p", {}, words));
    }
    this.results.replaceChildren(...parts);
  }

  /** What the paths did, each a button that shows those balls alone. */
  makeLegend(legend, only) {
    const voted = legend.some(({ second }) => second);
    const entries = legend.map(({ word, text, colour, ring, first, second }) => {
      const count = voted ? `${first} → ${second}` : String(first);
      const sign = make("i", { className: ring ? "gd-ring" : "gd-disc", "aria-hidden": "true" });
      sign.style.color = `var(--gd-${colour}, currentcolor)`;
      const button = makeButton("", say("show only: {word}", { word: text }), () => {
        this.ask({ only: only === word ? null : word });
      });
      button.append(sign, ` ${text}: `, make("b", {}, count));
      button.setAttribute("aria-pressed", String(only === word));
      return button;
    });
    return make("p", { className: "gd-legend" }, ...entries);
  }
}

export function renderRoom({ model, el }) {
  const room = new Room({ model, el });
  return () => {
    room.player.leave();
    room.ask.disconnect();
  };
}
