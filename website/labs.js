// Brings the labs to life on a page without Python: the first at once, then come the formulas, and
// each other lab when it comes near. Each film is a script of its own: scripts, unlike fetch, also
// work in a page that was opened as a file.

const HOME = new URL(".", document.currentScript.src),
  loaded = {};
const NO_PYTHON = "That takes Python, and this page has none. What moves here works without it.";

const load = (path) =>
  (loaded[path] ??= new Promise((resolve, reject) => {
    document.head.append(
      Object.assign(document.createElement("script"), {
        src: new URL(path, HOME),
        onload: resolve,
        onerror: reject,
      }),
    );
  }));

// The film that tools/site.py has packed into a text.
async function unpack(text) {
  const packed = await fetch(`data:;base64,${text}`);
  const stream = packed.body.pipeThrough(new DecompressionStream("deflate"));
  const buffer = await new Response(stream).arrayBuffer();
  const end = new Uint8Array(buffer).indexOf(10);
  const film = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 0, end)));
  let at = end + 1;
  for (const [path, length] of film.buffers) {
    const last = path.pop();
    path.reduce((node, key) => node[key], film.state)[last] = new DataView(buffer, at, length);
    at += length;
  }
  return film;
}

// What a front end asks of a widget's model, over the saved state.
function makeModel({ state, fixed }) {
  const listeners = {};
  const tell = (event, content) => listeners[event]?.forEach((listener) => listener(content));
  return {
    get: (name) => state[name],
    set(changes) {
      const moved = fixed && String(changes.sliders) !== String(state.sliders);
      Object.assign(state, changes);
      if (moved) tell("msg:custom", { error: fixed });
    },
    on: (events, listener) =>
      events.split(" ").forEach((event) => (listeners[event] ??= new Set()).add(listener)),
    off: (events, listener) =>
      events.split(" ").forEach((event) => listeners[event]?.delete(listener)),
    save_changes() {},
    /** Sets what Python would have set: the lab follows. */
    move(changes) {
      this.set(changes);
      tell("change:step");
    },
    send: () => tell("msg:custom", { error: NO_PYTHON }),
  };
}

/** The models of the labs that live, by the name of their film. */
const models = {};

const bringToLife = (place) => (models[place.dataset.film] ??= openFilm(place));

async function openFilm(place) {
  const { film: name, front } = place.dataset;
  await Promise.all([load(`films/${name}.js`), load(`${front}.js`)]);
  const model = makeModel(await unpack(window.gdFilms[name]));
  const el = document.createElement("div");
  window.gdFronts[front].render({ model, el });
  if (model.get("sliders")) el.querySelector(".gd-buttons").append(makeCopy(name, model));
  place.replaceChildren(el);
  return model;
}

// A link to a place in a lab: #lab=NAME, the numbers that the sliders are `at`, and the step.

// What a slider's positions are called in a link: by their numbers, which outlive a new build.
function scaleOf({ values }) {
  const numbers = values.map(Number);
  return numbers.every(Number.isFinite) ? numbers : [...values.keys()];
}

function linkTo(name, model) {
  const link = new URLSearchParams({ lab: name });
  const { sliders } = model.get("scene");
  sliders.forEach((slider, i) => link.append("at", scaleOf(slider)[model.get("sliders")[i]]));
  link.append("step", model.get("step"));
  return `#${link}`;
}

/** The position whose number is nearest, or the one before if the number lies outside. */
function nearest(scale, text, before) {
  const number = parseFloat(text);
  if (!(number >= Math.min(...scale) && number <= Math.max(...scale))) return before;
  const away = scale.map((one) => Math.abs(one - number));
  return away.indexOf(Math.min(...away));
}

function makeCopy(name, model) {
  const word = "copy link";
  const button = Object.assign(document.createElement("button"), {
    type: "button",
    textContent: word,
    title: "copy a link to this lab as it is now",
    ariaLive: "polite",
  });
  button.onclick = async () => {
    history.replaceState(null, "", linkTo(name, model));
    const copied = await navigator.clipboard?.writeText(location.href).then(
      () => true,
      () => false,
    );
    button.textContent = copied ? "✓ copied" : "✓ in the address bar";
    setTimeout(() => (button.textContent = word), 2000);
  };
  return button;
}

/** Scrolls to a lab, or to the folded answer that holds it. */
const scrollTo = (place) =>
  (place.closest("details:not([open])") ?? place).scrollIntoView({ behavior: "instant" });

/**
 * Opens the lab that the address names, as it says; what it says amiss changes nothing.
 * Returns its place on the page, if there is one.
 */
async function follow() {
  const link = new URLSearchParams(location.hash.slice(1));
  const place = places.find(({ dataset }) => dataset.film === link.get("lab"));
  if (!place) return undefined;
  const model = await bringToLife(place);
  scrollTo(place);
  const { sliders, prediction } = model.get("scene") ?? {};
  if (!model.get("sliders")) return place;
  const at = link.getAll("at");
  const asks = prediction && !model.get("answer"); // it shows no step before an answer
  const steps = [...Array(model.get("film").shape[2]).keys()];
  model.move({
    sliders: sliders.map((slider, i) => nearest(scaleOf(slider), at[i], model.get("sliders")[i])),
    step: asks ? 0 : nearest(steps, link.get("step"), model.get("step")),
  });
  return place;
}

// The labs follow the theme of the page: card.css looks for JupyterLab's sign of it.
const night = matchMedia("(prefers-color-scheme: dark)");
function followTheme() {
  const { theme } = document.body.dataset,
    dark = theme === "dark" || (theme !== "light" && night.matches);
  const light = String(!dark);
  if (document.body.dataset.jpThemeLight !== light) document.body.dataset.jpThemeLight = light;
}
followTheme();
night.addEventListener("change", followTheme);
new MutationObserver(followTheme).observe(document.body, { attributeFilter: ["data-theme"] });

const near = new IntersectionObserver(
  (entries) => {
    for (const { target } of entries.filter((entry) => entry.isIntersecting)) {
      near.unobserve(target);
      bringToLife(target);
    }
  },
  { rootMargin: "600px" },
);
const places = [...document.querySelectorAll("[data-film]")];
const formulas = document.querySelector("script[type='text/later']");
Promise.allSettled([follow(), ...places.slice(0, 1).map(bringToLife)]).then(
  async ([{ value: place }]) => {
    if (!formulas) return;
    const before = scrollY;
    await load(formulas.src);
    await window.MathJax.startup.promise; // they have taken their room, and moved what is below
    if (place && scrollY === before) scrollTo(place);
  },
);
addEventListener("hashchange", follow);
places.slice(1).forEach((place) => near.observe(place));
