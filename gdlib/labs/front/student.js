// The page of a student in a room: what is asked, an answer that may be changed, and at the end
// what came of it. It speaks with the room by a line: a WebSocket, or the kernel of a notebook.

import { make, makeButton, makeCard, setText } from "./kit.js";
import { Player } from "./player.js";
import { say } from "./words.js";

const AGAIN = [500, 1000, 2000, 4000]; // milliseconds until the page tries to come back
const OPENING = 8_000; // milliseconds that a line may take to open
const PHASES = {
  wait: say("You are in. The first question will come."),
  first: say("Answer for yourself. You may change your answer until the vote ends."),
  talk: say("The vote is over. Talk with your neighbour: why did you answer as you did?"),
  second: say("Answer again. Has the talk changed your mind?"),
  reveal: "",
};
const VOTES = ["first", "second"];
const CLOSED = say("The room is closed. What you said in it is forgotten.");

/**
 * @typedef {object} Message what the room tells a student; a part that has not changed is left out
 * @property {"wait" | "first" | "talk" | "second" | "reveal"} phase
 * @property {number} round
 * @property {{text: string, kind: string, options: string[], start: number[] | null,
 *   right: number | null} | null} question
 * @property {import("./film.js").Scene | null} scene
 * @property {any} film a FilmTrait with its bytes as base64, once the balls may roll
 * @property {any} answer the latest that was counted
 * @property {boolean} voted whether it was given in this vote
 * @property {string} said what came of it
 * @property {boolean} [closed]
 * @property {string} [error]
 * @property {boolean} [wrong] whether it was the code
 *
 * @typedef {object} Line
 * @property {(text: string) => void} send
 * @property {(open: () => void, hear: (text: string) => void, lost: () => void) => void} open
 * @property {(code: string) => void} [keep] the code that let somebody in, for a reload
 */

/** A film's trait from JSON: what is base64 there is bytes again. */
function revived(part) {
  if (!part || typeof part !== "object" || Array.isArray(part)) return part;
  if ("base64" in part) {
    const text = atob(part.base64);
    return new DataView(Uint8Array.from(text, (c) => c.charCodeAt(0)).buffer);
  }
  return Object.fromEntries(Object.entries(part).map(([name, one]) => [name, revived(one)]));
}

const asBytes = (numbers) => new DataView(Float32Array.from(numbers).buffer);

/** A film of balls that lie at these places, at each position of a slider. */
function atRest(places, positions) {
  const coordinate = (i) =>
    places.flatMap((place) => Array(positions).fill(place ? place[i] : NaN));
  const none = Array(places.length * positions).fill(NaN);
  return {
    channels: ["v1", "v2", "C"],
    frames: asBytes([...coordinate(0), ...coordinate(1), ...none]),
    shape: [places.length, positions, 1],
    lengths: places.map(() => Array(positions).fill(1)),
    texts: [["", ""]],
    words: new DataView(new ArrayBuffer(places.length * positions)),
    start: { v1: places.at(-1)?.[0] ?? 0, v2: places.at(-1)?.[1] ?? 0 },
    contour: "",
    moments: {},
  };
}

/** What the player asks of a widget's model, for a film of this page. */
function makeModel(state, dropped) {
  const listeners = {};
  const tell = (event, content) => listeners[event]?.forEach((listener) => listener(content));
  return {
    get: (name) => state[name],
    set: (changes) => Object.assign(state, changes),
    on: (events, listener) =>
      events.split(" ").forEach((event) => (listeners[event] ??= new Set()).add(listener)),
    save_changes() {},
    show(changes) {
      Object.assign(state, changes);
      tell("change:film");
    },
    send({ start }) {
      dropped(start);
      tell("msg:custom", { error: "" });
    },
  };
}

/** 128 random bits that this browser is known by in the room, until its tab is closed. */
function makeToken() {
  const kept = sessionStorage.getItem("gd-room");
  if (kept) return kept;
  const bits = crypto.getRandomValues(new Uint8Array(16));
  const token = [...bits].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  sessionStorage.setItem("gd-room", token);
  return token;
}

class Student {
  /**
   * @param {HTMLElement} el
   * @param {Line} line
   * @param {string} code
   */
  constructor(el, line, code) {
    this.line = line;
    this.token = makeToken();
    this.tries = 0; // to come back, since the room was last heard
    this.joined = false;
    this.over = false; // whether the room has sent this page away
    /** @type {Message} */
    this.now = null;
    this.player = null;
    this.draft = null; // the answer that is not yet sent
    this.build(el, code);
    if (code) this.enter();
  }

  build(el, code) {
    this.code = make("input", { value: code, autocomplete: "off", maxLength: 12, size: 10 });
    this.name = make("input", { autocomplete: "nickname", maxLength: 40, size: 16 });
    this.door = make(
      "form",
      {
        className: "gd-door",
        onsubmit: (event) => {
          event.preventDefault();
          this.enter();
        },
      },
      make("label", {}, say("code of the room") + " ", this.code),
      make("label", {}, say("name, if you like") + " ", this.name),
      make("button", { className: "gd-give" }, say("join")),
    );
    this.status = make("p", { className: "gd-status", role: "status" });
    this.message = make("p", { className: "gd-message", role: "alert" });
    this.question = make("h1", { tabIndex: -1 });
    this.place = make("div");
    this.send = makeButton(
      say("Send my answer"),
      say("Send my answer"),
      () => this.answer(),
      "gd-give",
    );
    this.sent = make("span", { className: "gd-sent", role: "status" });
    this.row = make("p", { className: "gd-send", hidden: true }, this.send, this.sent);
    const title = make("header", {}, make("strong", {}, say("Gradient descent, together")));
    this.card = makeCard(
      title,
      this.door,
      this.status,
      this.message,
      this.question,
      this.place,
      this.row,
    );
    this.card.classList.add("gd-student");
    el.append(this.card);
  }

  // -- the line

  enter() {
    const code = this.code.value.trim();
    if (!code) {
      this.code.focus();
      return this.complain(say("Type the code that the teacher shows."));
    }
    this.complain("");
    this.over = false;
    this.door.hidden = true;
    setText(this.status, say("Joining …"));
    this.line.open(
      () => this.line.send(JSON.stringify({ code, me: this.token, name: this.name.value })),
      (text) => this.hear(JSON.parse(text)),
      () => this.lost(),
    );
  }

  lost() {
    if (this.over) return;
    const lost = this.joined
      ? say("The connection is lost. This page tries to come back by itself …")
      : say("No room answers at this address. This page goes on trying …");
    setText(this.status, lost);
    this.card.classList.add("gd-parted");
    const wait = AGAIN[Math.min(this.tries++, AGAIN.length - 1)];
    this.timer = setTimeout(() => this.enter(), wait);
  }

  /** @param {Message} message */
  hear(message) {
    if (message.wrong || (message.error && !this.joined)) {
      this.leave("");
      this.code.focus();
      return this.complain(message.error);
    }
    if (message.closed) {
      this.code.value = "";
      this.complain("");
      return this.leave(CLOSED);
    }
    this.card.classList.remove("gd-parted");
    this.tries = 0;
    this.complain(message.error ?? "");
    if (message.error) return;
    if (!this.joined) this.line.keep?.(this.code.value.trim());
    this.joined = true;
    this.show(message);
  }

  /** The page is out of the room: the door is there again, for this one or the next. */
  leave(status) {
    this.over = true;
    this.joined = this.door.hidden = false;
    this.row.hidden = true;
    this.now = null;
    this.card.classList.remove("gd-parted");
    setText(this.status, status);
    setText(this.question, "");
    this.put();
  }

  complain(text) {
    setText(this.message, text);
  }

  // -- what the room tells → what is seen

  /** @param {Message} message */
  show(message) {
    const before = this.now;
    const now = (this.now = { ...before, ...message });
    const asks = VOTES.includes(now.phase);
    const isNew = before?.round !== now.round;
    setText(this.question, now.question?.text ?? "");
    setText(this.status, [PHASES[now.phase], now.said].filter(Boolean).join(" "));
    this.row.hidden = !asks;
    if (isNew) this.draft = null;
    if (isNew || before?.phase !== now.phase) {
      this.draft = (asks ? this.draft : null) ?? now.answer; // what was not sent did not count
      if (now.question?.kind === "choice") this.offer();
      else if (now.question) this.play();
      else this.put();
    }
    this.follow();
  }

  /** Says whether the answer on show is the one that was counted. */
  follow() {
    const { now, draft } = this;
    const asks = VOTES.includes(now.phase);
    const same = JSON.stringify(draft) === JSON.stringify(now.answer);
    this.send.disabled = draft === null || (same && now.voted);
    const counted = now.voted ? say("✓ Counted. You may change it.") : "";
    setText(this.sent, asks && draft !== null && !same ? say("not sent yet") : counted);
  }

  take(answer) {
    this.draft = answer;
    this.follow();
  }

  answer() {
    if (this.tries) return; // without a line, as the status says
    this.complain("");
    this.line.send(JSON.stringify({ answer: this.draft }));
  }

  /** Puts something where answers are given, or nothing, in the place of what is there. */
  put(...nodes) {
    this.player?.leave();
    this.player = null;
    this.place.replaceChildren(...nodes);
  }

  /** The options, one of which is chosen. */
  offer() {
    const { question, phase } = this.now;
    const options = question.options.map((text, i) =>
      make(
        "label",
        { className: question.right === i + 1 ? "gd-option gd-right" : "gd-option" },
        make("input", {
          type: "radio",
          name: "gd-option",
          checked: this.draft === i + 1,
          disabled: !VOTES.includes(phase),
          onchange: () => this.take(i + 1),
        }),
        make("b", {}, (question.right === i + 1 ? "✓ " : "") + "ABCDE"[i]),
        make("span", {}, text),
      ),
    );
    const group = make("div", { role: "radiogroup", "aria-label": say("answers") }, ...options);
    this.put(group);
  }

  /** The surface, with a ball to be placed, or with the balls of the end. */
  play() {
    const { now } = this;
    const rolls = Boolean(now.film);
    const { sliders } = now.scene;
    if (sliders.length && VOTES.includes(now.phase)) {
      const { values } = sliders[0];
      this.draft ??= values[Math.floor(values.length / 2)]; // what the slider shows can be sent
    }
    const state = { scene: now.scene, step: 0, message: "", answer: null, sliders: [] };
    state.sliders = sliders.map(({ values }) =>
      Math.max(0, values.indexOf(this.draft ?? values[Math.floor(values.length / 2)])),
    );
    state.film = rolls ? revived(now.film) : this.placed();
    const model = makeModel(state, (place) => {
      if (!VOTES.includes(this.now.phase)) return;
      this.take(place);
      model.show({ film: this.placed() });
    });
    const { set } = model;
    model.set = (changes) => {
      const moved = String(changes.sliders) !== String(state.sliders);
      set(changes);
      if (moved && !this.now.film) this.take(sliders[0].values[state.sliders[0]]);
      return state;
    };
    const box = make("div", { className: rolls ? "gd-rolls" : "gd-asks" });
    this.put(box);
    this.player = new Player(model, box);
    for (const input of box.querySelectorAll(".gd-eta")) {
      input.disabled = !VOTES.includes(now.phase);
    }
    if (rolls) this.player.toggle();
  }

  /** The film of the answer that is being made. */
  placed() {
    const { question, scene } = this.now;
    const positions = scene.sliders[0]?.values.length ?? 1;
    const own = question.kind === "eta" ? [] : [this.draft];
    const places = question.kind === "start" ? own : [question.start, ...own];
    return atRest(places, positions);
  }
}

/** The line of a page: a WebSocket beside it. */
function openSocket() {
  /** @type {WebSocket} */
  let socket = null;
  return {
    send: (text) => socket.readyState === WebSocket.OPEN && socket.send(text),
    keep: (code) => history.replaceState(null, "", `#${code.replace(/\W/g, "")}`),
    open(ready, hear, lost) {
      const address = new URL("live", location.href.split("#")[0]);
      address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
      socket?.close();
      socket = new WebSocket(address);
      const mine = socket;
      const timer = setTimeout(() => mine.close(), OPENING);
      mine.onopen = () => {
        clearTimeout(timer);
        ready();
      };
      mine.onmessage = ({ data }) => hear(data);
      mine.onclose = () => {
        clearTimeout(timer);
        if (mine === socket) lost(); // else the page has come in anew by another
      };
    },
  };
}

/** Follows the light or the dark of the device, as the labs do in a notebook. */
function followTheme() {
  const night = matchMedia("(prefers-color-scheme: dark)");
  const follow = () => (document.body.dataset.jpThemeLight = String(!night.matches));
  night.addEventListener("change", follow);
  follow();
}

export function openPage(el) {
  followTheme();
  addEventListener("hashchange", () => location.reload()); // another room at the same address
  return new Student(el, openSocket(), location.hash.slice(1));
}

/** The line of a notebook: its kernel stands between. */
function openKernel(model) {
  return {
    send: (message) => model.send({ message }),
    open(ready, hear, lost) {
      model.off("msg:custom");
      model.on("msg:custom", ({ room, lost: isLost }) => {
        if (room) hear(room);
        if (isLost) lost();
      });
      ready();
    },
  };
}

export function renderStudent({ model, el }) {
  const student = new Student(el, openKernel(model), model.get("room").code);
  return () => {
    clearTimeout(student.timer);
    student.put();
  };
}
