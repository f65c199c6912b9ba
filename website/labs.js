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
    send: () => tell("msg:custom", { error: NO_PYTHON }),
  };
}

async function bringToLife(place) {
  const { film: name, front } = place.dataset;
  await Promise.all([load(`films/${name}.js`), load(`${front}.js`)]);
  const el = document.createElement("div");
  window.gdFronts[front].render({ model: makeModel(await unpack(window.gdFilms[name])), el });
  place.replaceChildren(el);
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
const [first, ...others] = document.querySelectorAll("[data-film]");
const formulas = document.querySelector("script[type='text/later']");
Promise.allSettled(first ? [bringToLife(first)] : []).then(() => formulas && load(formulas.src));
others.forEach((place) => near.observe(place));
