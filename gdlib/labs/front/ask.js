// What labs ask of Python, and what they say while they wait for it, or wait in vain.

import { say } from "./words.js";

const RUN = say("Run the cells above (menu Run → Run All Above Selected Cell), then this one.");
const ENDED = {
  restarted: say("Python was restarted"),
  gone: say("Python is not running"),
  saved: say("The Python that made this lab has ended"),
};
const WAITING = {
  alive: say("Python is at work. Its answer comes when it is free."),
  parted: say("The connection to Python is lost. JupyterLab tries to restore it."),
};
const SILENT = say(
  "No answer from Python. If it is not at work, it was restarted or has ended. " + "{run}",
  { run: RUN },
);
const LOOK = 4_000; // milliseconds until a lab says that it waits
const END = 60_000; // and until it gives up, where Python is not seen at work

/**
 * What has become of the Python that made a lab: one of those in WAITING or ENDED, or "unknown"
 * where the page does not tell, as elsewhere than in Jupyter.
 */
function stateOf(model, lived) {
  const linked = model.get("layout")?.comm_live; // a widget of the same Python, which tells
  const manager = model.widget_manager;
  if (linked === undefined || !manager || !("kernel" in manager)) return "unknown";
  const { kernel } = manager;
  if (!kernel || kernel.isDisposed || kernel.status === "dead") return "gone";
  if (!linked) return lived ? "restarted" : "saved";
  return kernel.connectionStatus === "connected" ? "alive" : "parted";
}

/**
 * Returns ask(request). One request is under way at a time, and `el` is "aria-busy" meanwhile; of
 * those that wait, the latest wins. An answer that takes long is waited for while Python lives.
 * ask.check() says at once if it has ended; ask.disconnect() forgets it.
 * @param {{model: any, el: HTMLElement}} lab
 * @param {{lost: string, kept: string}} words what is gone with Python, and what goes on without it
 * @param {(text: string, more: boolean) => void} answered takes "" or what is wrong, and whether
 *   another answer will come
 * @param {boolean} always whether to say that Python has ended before anything is asked of it
 */
export function makeAsk({ model, el }, { lost, kept }, answered, always = false) {
  const lived = stateOf(model, false) === "alive";
  const kernel = model.widget_manager?.kernel;
  let since = null; // when the request under way was sent
  let timer = null;
  let next = null;
  const state = () => stateOf(model, lived);
  function told(now) {
    const ended =
      ENDED[now] &&
      say("{ended}, and what it held is gone: {lost}. {run}", {
        ended: ENDED[now],
        lost,
        run: RUN,
      });
    return WAITING[now] ?? `${ended ?? SILENT} ${kept}`.trim();
  }
  function ask(request) {
    if (since !== null) {
      next = request;
      return;
    }
    since = performance.now();
    timer = setTimeout(look, LOOK);
    el.ariaBusy = "true";
    if (state() in ENDED) return done(told(state()));
    try {
      model.send(request);
    } catch {
      done(told(state() === "unknown" ? "unknown" : "restarted")); // another Python is there by now
    }
  }
  function look() {
    const over = performance.now() - since > END && kernel?.status !== "busy";
    if (state() in ENDED) return done(told(state()));
    if (over && state() !== "parted") return done(told("unknown"));
    answered(told(state()), true);
    timer = setTimeout(look, LOOK);
  }
  function done(text) {
    const request = next;
    clearTimeout(timer);
    since = next = null;
    el.ariaBusy = "false";
    answered(text, request !== null);
    if (request) ask(request);
  }
  function end() {
    if (state() in ENDED && (always || since !== null)) done(told(state()));
  }
  model.on("msg:custom", ({ error }) => done(error));
  model.on("comm_live_update", end); // a restart
  if (always) kernel?.disposed?.connect(end); // a shutdown
  ask.check = end;
  ask.disconnect = () => kernel?.disposed?.disconnect(end);
  return ask;
}
