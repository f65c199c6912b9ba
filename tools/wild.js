// What a user gone wild (wild.py) asks of a page: where to act on a lab, and how the lab looks.
/* global wild */

window.wild = {
  cell: (i, selector) =>
    window.jupyterapp?.shell.currentWidget?.content?.widgets[i]?.node.querySelector(
      `.jp-OutputArea-output ${selector}`,
    ),

  // One of the elements in a lab that a person can reach, and its place; or null.
  async pick(root, selector, share) {
    const inSight = (node) => !node.disabled && node.getBoundingClientRect().width > 0;
    const nodes = root ? [...root.querySelectorAll(selector)].filter(inSight) : [];
    const node = (wild.node = nodes[Math.floor(share * nodes.length)]);
    if (!node) return null;
    const place = () => {
      const { x, y, width, height } = node.getBoundingClientRect();
      const hit = document.elementFromPoint(x + width / 2, y + height / 2);
      const name = node.ariaLabel || node.textContent || node.type || node.tagName;
      return root.contains(hit) && { x, y, width, height, name, min: node.min, max: node.max };
    };
    for (let tries = 0; tries < 5 && !place(); tries += 1) {
      // a notebook scrolls as it likes
      node.scrollIntoView({ block: "center", behavior: "instant" });
      await wild.rest(() => node);
    }
    return place() || null;
  },

  listen() {
    // whether a click arrives
    wild.heard = false;
    wild.node.addEventListener(
      "click",
      () => {
        wild.heard = true;
      },
      { once: true },
    );
  },

  // Is a letter typed now meant for the lab? On a button of ipywidgets, JupyterLab takes it.
  isHeard(root) {
    const focus = document.activeElement,
      own = !window.jupyterapp || focus.closest(".gd-lab");
    return Boolean(root?.contains(focus) && (own || focus.tagName === "INPUT"));
  },

  state(root, hashed = true) {
    const dialog = document.querySelector(".jp-Dialog")?.textContent ?? "";
    const cells = window.jupyterapp?.shell.currentWidget?.content?.widgets.length ?? 0;
    if (!root?.isConnected) return { dialog, cells, gone: true, empty: [] };
    const texts = (selector) => [...root.querySelectorAll(selector)].map((n) => n.textContent);
    const canvases = [...root.querySelectorAll("canvas")].filter((c) => c.clientWidth > 0);
    const data = (c) => c.getContext("2d").getImageData(0, 0, c.width, c.height).data.buffer;
    const drawn = (c) => c.width * c.height && new Uint32Array(data(c)).some(Boolean);
    const hash = (c) => c.width * c.height && window.gdHash(c);
    const readout = texts(".gd-readout").join(),
      steps = root.querySelector(".gd-step");
    const counts = steps ? [...readout.matchAll(/(\d+) of (\d+)/g)] : [];
    const most = (i) => Math.max(...counts.map((count) => +count[i]));
    const error = root.closest(".jp-OutputArea")?.querySelector('[data-mime-type*="error"]');
    return {
      dialog,
      cells,
      gone: false,
      readout,
      text: root.innerText,
      message: texts(".gd-message").join(),
      words: texts(".gd-row output, code, figcaption").join(" | "),
      error: error?.textContent ?? "",
      running: texts(".gd-play").join().includes("❚❚"),
      asks: Boolean(root.querySelector(".gd-asked")), // it hides its film until it has an answer
      busy: Boolean(root.closest("[aria-busy='true']")), // Python is at work on a request
      shown: hashed && [...canvases.map(hash), readout].join(),
      empty: canvases.filter((c) => !drawn(c)).map((c) => c.ariaLabel ?? "a picture"),
      step: counts.length ? most(1) : steps && +steps.value,
      end: counts.length ? most(2) : null, // where the film says so
      last: steps && +steps.max,
    };
  },

  async look(root, hashed) {
    await new Promise(requestAnimationFrame);
    return wild.state(root(), hashed);
  },

  // Wait until a thing has lain still for ten frames: others may come to life above it.
  async rest(thing) {
    for (let still = 0, y, frames = 0; still < 10 && frames < 300; frames += 1) {
      await new Promise(requestAnimationFrame);
      const before = y;
      y = thing()?.getBoundingClientRect().y;
      still = y === before ? still + 1 : 0;
    }
  },
};
window.addEventListener("error", () => {
  wild.failed = true;
});
