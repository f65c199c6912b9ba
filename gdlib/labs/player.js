// The player: shows a film that Python has computed. It draws and it eases; it computes no step.

const STEPS_PER_SECOND = 4;
const SPEEDS = [1, 2, 4, 8];
const still = matchMedia("(prefers-reduced-motion: reduce)");

// ---- small helpers ---------------------------------------------------------------------------

const mix = (a, b, f) => a + (b - a) * f;
const clamp = (x, low, high) => Math.min(high, Math.max(low, x));
const ease = (f) => f * f * (3 - 2 * f);
const bytes = (view) => new Uint8Array(view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength));
const floats = (view) => new Float32Array(bytes(view).buffer);
const raised = (k) => String(k).replace(/./g, (c) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(c)]);

function figures(x) {
  if (!Number.isFinite(x)) return "—";
  const [digits, power] = x.toExponential(2).split("e");
  const text = Math.abs(power) < 4 || x === 0 ? x.toPrecision(3) : `${digits}·10${raised(+power)}`;
  return text.replace("-", "−");
}

function make(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  node.dataset.lmSuppressShortcuts = ""; // JupyterLab leaves the keys pressed on it to the lab
  for (const [name, value] of Object.entries(properties)) {
    if (name in node) node[name] = value;
    else node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
}

function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

// ---- the film: frames of v1, v2, C and ‖∇C‖, one row of steps for each learning rate ----------

function openFilm({ frames, steps, lengths, regimes, start }) {
  const data = floats(frames);
  const at = (eta, k) => data.subarray((eta * (steps + 1) + k) * 4, (eta * (steps + 1) + k) * 4 + 4);
  return { at, steps, start, last: (eta) => lengths[eta] - 1, regime: (eta) => regimes[eta] };
}

// ---- the three pictures: each has a backdrop, drawn once, and what moves on it ------------------

// The map: the surface from above, on equal axes. Click or drag drops the ball.
function mapPicture(lab) {
  let left, top, scale;
  const [[low1, high1], [low2, high2]] = lab.scene.domain;
  const x = (v1) => left + (v1 - low1) * scale;
  const y = (v2) => top + (high2 - v2) * scale;
  return {
    label: "map", hint: "click or drag to drop the ball",
    backdrop(g, width, height) {
      scale = Math.min((width - 56) / (high1 - low1), (height - 40) / (high2 - low2));
      left = 40 + (width - 56 - scale * (high1 - low1)) / 2;
      top = 6 + (height - 40 - scale * (high2 - low2)) / 2;
      g.save();
      g.translate(left, top);
      g.scale((scale * (high1 - low1)) / 1000, (scale * (high2 - low2)) / 1000);
      for (const [colour, outline] of lab.scene.bands) {
        const band = new Path2D(outline);
        g.fillStyle = colour;
        g.strokeStyle = "rgba(255, 255, 255, 0.35)";
        g.lineWidth = 2.2;
        g.fill(band, "evenodd");
        g.stroke(band);
      }
      g.restore();
      g.fillStyle = lab.colours.faint;
      g.textAlign = "center";
      for (const v1 of [low1, (low1 + high1) / 2, high1]) g.fillText(figuresShort(v1), x(v1), y(low2) + 14);
      g.textAlign = "right";
      for (const v2 of [low2, high2]) g.fillText(figuresShort(v2), left - 5, y(v2) + (v2 === low2 ? 0 : 9));
      g.font = lab.italic;
      g.fillStyle = lab.colours.text;
      g.fillText("v₂", left - 8, y((low2 + high2) / 2) + 4);
      g.textAlign = "center";
      g.fillText("v₁", x((low1 + high1) / 2), y(low2) + 30);
    },
    draw(g) {
      const { now, k, end } = lab.moment();
      g.beginPath();
      g.rect(x(low1), y(high2), x(high1) - x(low1), y(low2) - y(high2));
      g.clip();
      tracePath(g, lab, ([v1, v2]) => [x(v1), y(v2)]);
      const ball = [x(now[0]), y(now[1])];
      if (k < end) arrow(g, lab, ball, lab.frame(k + 1), [x, y]);
      drawBall(g, lab, ball, 7);
    },
    pick(px, py) {
      const v = [low1 + (px - left) / scale, high2 - (py - top) / scale];
      return [clamp(v[0], low1, high1), clamp(v[1], low2, high2)];
    },
  };
}

const figuresShort = (x) => String(+x.toPrecision(3)).replace("-", "−");

// The path so far as straight jumps with a dot at each v; the path still to come is dotted.
function tracePath(g, lab, place) {
  const { now, k, end } = lab.moment();
  const so_far = [];
  for (let i = 0; i <= k; i++) so_far.push(place(lab.frame(i)));
  const to_come = [place(now)];
  for (let i = k + 1; i <= end; i++) to_come.push(place(lab.frame(i)));
  const line = (points) => {
    g.beginPath();
    for (const [px, py] of points) g.lineTo(clamp(px, -1e5, 1e5), clamp(py, -1e5, 1e5));
    g.stroke();
  };
  g.lineJoin = "round";
  for (const [style, width] of [["rgba(0, 20, 50, 0.45)", 3.4], ["white", 1.6]]) {
    g.strokeStyle = style;
    g.lineWidth = width;
    g.setLineDash([]);
    line([...so_far, to_come[0]]);
    g.setLineDash([1.5, 4.5]);
    g.lineCap = "round";
    line(to_come);
  }
  g.setLineDash([]);
  g.fillStyle = "white";
  for (const [px, py] of so_far) {
    g.beginPath();
    g.arc(px, py, 2.6, 0, 7);
    g.fill();
  }
}

function arrow(g, lab, [x0, y0], next, [x, y]) {
  const dx = x(next[0]) - x0, dy = y(next[1]) - y0, length = Math.hypot(dx, dy);
  if (length < 12) return;
  const [ux, uy] = [dx / length, dy / length], tip = Math.min(length, 3000);
  const [x1, y1] = [x0 + ux * tip, y0 + uy * tip];
  g.strokeStyle = g.fillStyle = lab.colours.ball;
  g.lineWidth = 3;
  g.beginPath();
  g.moveTo(x0, y0);
  g.lineTo(x1 - ux * 8, y1 - uy * 8);
  g.stroke();
  g.beginPath();
  g.moveTo(x1, y1);
  g.lineTo(x1 - ux * 11 - uy * 5, y1 - uy * 11 + ux * 5);
  g.lineTo(x1 - ux * 11 + uy * 5, y1 - uy * 11 - ux * 5);
  g.fill();
  if (length < 30) return;
  const reach = Math.min(length, 120) * 0.5 + 8, side = ux >= 0 ? 1 : -1;
  g.font = lab.italic;
  g.textAlign = side * uy > 0.3 ? "left" : side * uy < -0.3 ? "right" : "center";
  g.lineWidth = 3.5;
  g.lineJoin = "round";
  g.strokeStyle = "rgb(20, 30, 50)";
  g.fillStyle = "white";
  const at = [x0 + ux * reach + side * uy * 12, y0 + uy * reach - side * ux * 12 + 4];
  g.strokeText("−η∇C", ...at);
  g.fillText("−η∇C", ...at);
}

function drawBall(g, lab, [px, py], radius) {
  const shine = g.createRadialGradient(px - radius / 3, py - radius / 3, radius / 8, px, py, radius);
  shine.addColorStop(0, "#ffd9bd");
  shine.addColorStop(0.35, lab.colours.ball);
  shine.addColorStop(1, "#8a3a00");
  g.fillStyle = shine;
  g.strokeStyle = "white";
  g.lineWidth = 1.5;
  g.beginPath();
  g.arc(px, py, radius, 0, 7);
  g.fill();
  g.stroke();
}

// The valley: the surface in three dimensions, far squares first. Drag turns it.
function valleyPicture(lab) {
  const { n } = lab.scene, heights = floats(lab.scene.heights), colours = bytes(lab.scene.colours);
  const [[low1, high1], [low2, high2]] = lab.scene.domain;
  const span = Math.max(high1 - low1, high2 - low2);
  const finite = heights.filter(Number.isFinite);
  const bottom = finite.reduce((a, b) => Math.min(a, b)), peak = finite.reduce((a, b) => Math.max(a, b));
  const rise = 0.62 / (peak - bottom || 1);
  let cx, cy, size, sin, cos, tilt, lift;
  // v1, v2 and C in the box: a and b from −½ to ½, c from 0 to 0.62
  const place = ([v1, v2, C]) => project(
    (v1 - (low1 + high1) / 2) / span, (v2 - (low2 + high2) / 2) / span, (C - bottom) * rise);
  const project = (a, b, c) => [
    cx + size * (a * cos - b * sin), cy - size * ((a * sin + b * cos) * tilt + (c - 0.28) * lift)];
  // The floor of the box with its names, and the axis of C at the corner farthest left.
  function frame(g) {
    const [half1, half2] = [(high1 - low1) / span / 2, (high2 - low2) / span / 2];
    const floor = [[-1, -1], [1, -1], [1, 1], [-1, 1]].map(([a, b]) => [a * half1, b * half2]);
    const corners = floor.map(([a, b]) => project(a, b, 0));
    const leftmost = corners.reduce((best, corner, i) => (corner[0] < corners[best][0] ? i : best), 0);
    const top = project(...floor[leftmost], 0.62);
    g.strokeStyle = lab.colours.line;
    g.lineWidth = 1;
    g.beginPath();
    for (const corner of corners) g.lineTo(...corner);
    g.closePath();
    g.moveTo(...corners[leftmost]);
    g.lineTo(...top);
    g.stroke();
    const near = (x) => (x > 0 ? -1 : 1);
    return [["v₁", ...project(0, near(cos) * half2 * 1.2, 0)], ["v₂", ...project(near(sin) * half1 * 1.2, 0, 0)],
      ["C", top[0], top[1] - 10]];
  }
  return {
    label: "valley", hint: "drag to turn",
    backdrop(g, width, height) {
      const { yaw, pitch } = lab.turn;
      [sin, cos, tilt, lift] = [Math.sin(yaw), Math.cos(yaw), Math.sin(pitch), Math.cos(pitch)];
      [cx, cy, size] = [width / 2, height * 0.53, Math.min(width * 0.68, height * 0.76)];
      const corner = (i, j) => project(
        ((i / (n - 1) - 0.5) * (high1 - low1)) / span,
        ((j / (n - 1) - 0.5) * (high2 - low2)) / span, (heights[j * n + i] - bottom) * rise);
      const points = Array.from({ length: n * n }, (_, p) => corner(p % n, Math.floor(p / n)));
      const names = frame(g);
      const order = (forward) => [...Array(n - 1).keys()].sort((a, b) => (forward ? a - b : b - a));
      const rows = order(cos < 0), columns = order(sin < 0);
      g.lineJoin = "round";
      for (const j of rows) for (const i of columns) {
        const p = j * n + i, square = [points[p], points[p + 1], points[p + n + 1], points[p + n]];
        if (!square.every(([, py]) => Number.isFinite(py))) continue;
        const at = 3 * (j * (n - 1) + i), colour = `rgb(${colours[at]}, ${colours[at + 1]}, ${colours[at + 2]})`;
        g.fillStyle = g.strokeStyle = colour;
        g.lineWidth = 0.8;
        g.beginPath();
        for (const point of square) g.lineTo(...point);
        g.closePath();
        g.fill();
        g.stroke();
        g.strokeStyle = "rgba(255, 255, 255, 0.28)";
        g.beginPath();
        for (const [edge, on] of [[[0, 1], j % 4 === 0], [[3, 2], j + 2 === n], [[0, 3], i % 4 === 0], [[1, 2], i + 2 === n]])
          if (on) g.moveTo(...square[edge[0]]), g.lineTo(...square[edge[1]]);
        g.stroke();
      }
      g.font = lab.italic;
      g.fillStyle = lab.colours.text;
      g.textAlign = "center";
      for (const [name, px, py] of names) g.fillText(name, px, clamp(py + 5, 14, height - 4));
    },
    draw(g) {
      const { now } = lab.moment();
      tracePath(g, lab, place);
      const [px, py] = place(now);
      g.fillStyle = "rgba(0, 0, 0, 0.35)";
      g.beginPath();
      g.ellipse(px + 2, py + 1, 9, 9 * Math.abs(tilt) * 0.7, 0, 0, 7);
      g.fill();
      drawBall(g, lab, [px, py - 7], 8.5);
    },
  };
}

// The curve: C at each step, solid as far as the ball has come, faint beyond.
function curvePicture(lab) {
  const { axis } = lab.scene, of = axis.log ? (C) => Math.log10(Math.max(C, 1e-300)) : (C) => C;
  const [low, high] = [of(axis.low), of(axis.high)];
  let left, right, top, bottom;
  const x = (k) => mix(left, right, k / lab.film.steps);
  const y = (C) => mix(bottom, top, clamp((of(C) - low) / (high - low), 0, 1));
  return {
    label: "curve", hint: "C at each step",
    backdrop(g, width, height) {
      [left, right, top, bottom] = [40, width - 12, 12, height - 34];
      g.fillStyle = lab.colours.faint;
      g.strokeStyle = lab.colours.line;
      g.lineWidth = 1;
      g.textAlign = "right";
      for (const [value, label] of axis.ticks) {
        g.fillText(label, left - 7, y(value) + 4);
        g.beginPath();
        g.moveTo(left, y(value));
        g.lineTo(right, y(value));
        g.stroke();
      }
      g.textAlign = "center";
      for (const part of [0, 0.5, 1]) g.fillText(String(Math.round(part * lab.film.steps)), x(part * lab.film.steps), bottom + 16);
      g.fillText("step", (left + right) / 2, bottom + 30);
      g.font = lab.italic;
      g.fillStyle = lab.colours.text;
      g.fillText("C", left - 26, 12);
    },
    draw(g) {
      const { now, time, k, end } = lab.moment();
      const line = (from, to, alpha) => {
        g.globalAlpha = alpha;
        g.beginPath();
        for (let i = from; i <= to; i++) g.lineTo(x(i), y(lab.frame(i)[2]));
        g.stroke();
        for (let i = from; i <= to; i++) g.fillRect(x(i) - 1.5, y(lab.frame(i)[2]) - 1.5, 3, 3);
        g.globalAlpha = 1;
      };
      g.strokeStyle = g.fillStyle = lab.colours.accent;
      g.lineWidth = 2;
      line(k, end, 0.3);
      line(0, k, 1);
      drawBall(g, lab, [x(time), y(now[2])], 6);
    },
  };
}

// ---- the lab: state, controls and the loop ---------------------------------------------------

function render({ model, el }) {
  const lab = { time: model.get("step"), turn: { yaw: 0.6, pitch: 0.55 }, eta: model.get("eta_index") };
  lab.frame = (k) => lab.film.at(lab.eta, k);
  lab.moment = () => {
    const end = lab.film.last(lab.eta), time = Math.min(lab.time, end), k = Math.floor(time);
    const here = lab.frame(k), next = lab.frame(Math.min(k + 1, end)), f = ease(time - k);
    return { time: k + f, k, end, now: [0, 1, 2].map((i) => mix(here[i], next[i], f)) };
  };

  const button = (text, label, onclick) => make("button", { type: "button", onclick, title: label, "aria-label": label }, text);
  const title = make("strong"), surfaces = make("select", { onchange: () => ask({ surface: surfaces.value }) });
  const play = button("▶ play", "play or pause", () => (lab.playing ? pause() : start()));
  play.classList.add("gd-play");
  const speed = button("1×", "speed of play", () => {
    setText(speed, `${SPEEDS[(SPEEDS.indexOf(parseInt(speed.textContent)) + 1) % SPEEDS.length]}×`);
  });
  const buttons = make("span", { className: "gd-buttons" },
    button("↺ reset", "reset to the start", () => go(0)),
    button("◂ step", "one step back", () => go(Math.ceil(lab.time) - 1)),
    play, button("step ▸", "one step", () => go(Math.floor(lab.time) + 1)), speed);
  const eta = make("input", { type: "range", min: 0, className: "gd-eta", "aria-label": "learning rate eta" });
  const step = make("input", { type: "range", min: 0, className: "gd-step", "aria-label": "step" });
  const marks = make("div", { className: "gd-marks" });
  const etaText = make("output"), stepText = make("output"), regime = make("span", { className: "gd-regime" });
  const readout = make("div", { className: "gd-readout" });
  const code = make("code"), message = make("p", { className: "gd-message", role: "status" });
  const pictures = make("div", { className: "gd-pictures" });
  const card = make("section", { className: "gd-lab" },
    make("header", {}, title, make("label", {}, "surface ", surfaces), buttons),
    make("div", { className: "gd-row" }, make("span", {}, "learning rate ", make("b", {}, "η")),
      make("div", { className: "gd-slider" }, eta, marks), etaText, regime),
    make("div", { className: "gd-row" }, make("span", {}, "step"), make("div", { className: "gd-slider" }, step), stepText),
    message, pictures, readout, make("div", { className: "gd-code" }, "This lab runs ", code));
  el.append(card);

  // The readout: one named cell for each number, so that only the changed text is touched.
  const cells = {};
  for (const name of ["step", "v", "C", "‖∇C‖", "promised ΔC = −η‖∇C‖²", "actual ΔC"]) {
    cells[name] = make("b");
    readout.append(make("span", {}, `${name} `, cells[name]));
  }

  // -- state → pictures

  let views = [], queued = 0;
  function queue(stale = () => false) {
    for (const view of views) if (stale(view)) view.fresh = false;
    queued ||= requestAnimationFrame(() => { queued = 0; draw(); });
  }

  function draw() {
    const css = getComputedStyle(card), look = (name) => css.getPropertyValue(name).trim();
    lab.colours = { text: css.color, faint: look("--gd-faint"), line: look("--gd-line"), accent: look("--gd-accent"), ball: look("--gd-ball") };
    lab.italic = "italic 16px Georgia, serif";
    for (const view of views) paint(view);
    const { k, end } = lab.moment(), [v1, v2, C, slope] = lab.frame(k);
    const rate = lab.scene.etas[lab.eta];
    setText(cells.step, `${k} of ${end}`);
    setText(cells.v, `(${figures(v1)}, ${figures(v2)})`);
    setText(cells.C, figures(C));
    setText(cells["‖∇C‖"], figures(slope));
    setText(cells["promised ΔC = −η‖∇C‖²"], k < end ? figures(-rate * slope * slope) : "—");
    setText(cells["actual ΔC"], k < end ? figures(lab.frame(k + 1)[2] - C) : "—");
    setText(etaText, String(rate));
    setText(stepText, String(k));
    const word = lab.film.regime(lab.eta), mark = word === "diverges" ? "✗" : word.endsWith("converges") ? "✓" : "~";
    setText(regime, `${mark} ${word}`);
    regime.dataset.mark = mark;
    setText(code, `gradient_descent(${lab.scene.surface}, v0=(${lab.film.start.join(", ")}), eta=${rate}, steps=${lab.film.steps})`);
    [eta.value, step.value] = [lab.eta, k];
    eta.setAttribute("aria-valuetext", `eta ${rate}, ${word}`);
  }

  function paint(view) {
    const { canvas, picture, width, height } = view, ratio = devicePixelRatio || 1;
    if (!width) return;
    if (!view.fresh) {
      view.under ??= document.createElement("canvas");
      for (const surface of [canvas, view.under]) {
        [surface.width, surface.height] = [Math.round(width * ratio), Math.round(height * ratio)];
      }
      const g = view.under.getContext("2d");
      g.scale(ratio, ratio);
      g.font = "12px sans-serif";
      picture.backdrop(g, width, height);
      view.fresh = true;
    }
    const g = canvas.getContext("2d");
    g.setTransform(1, 0, 0, 1, 0, 0);
    g.clearRect(0, 0, canvas.width, canvas.height);
    g.drawImage(view.under, 0, 0);
    g.scale(ratio, ratio);
    g.save();
    picture.draw(g);
    g.restore();
  }

  // -- the controls → state

  function go(time) {
    pause();
    lab.time = clamp(time, 0, lab.film.last(lab.eta));
    queue();
    keep();
  }
  function keep() { // what Python should know: where the sliders rest
    model.set({ eta_index: lab.eta, step: Math.floor(lab.time) });
    model.save_changes();
  }
  function start() {
    const end = lab.film.last(lab.eta);
    if (lab.time >= end) lab.time = 0;
    lab.playing = true;
    setText(play, "❚❚ pause");
    let before = performance.now();
    const tick = (now) => {
      if (!lab.playing || !card.isConnected) return pause();
      const rate = STEPS_PER_SECOND * parseInt(speed.textContent), seconds = Math.min(now - before, 100) / 1000;
      if (!still.matches) [lab.time, before] = [lab.time + seconds * rate, now];
      else if (now - before > 1000 / rate) [lab.time, before] = [lab.time + 1, now];
      if (lab.time >= lab.film.last(lab.eta)) { lab.time = lab.film.last(lab.eta); pause(); }
      draw();
      if (lab.playing) requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  }
  function pause() {
    if (!lab.playing) return;
    lab.playing = false;
    setText(play, "▶ play");
    keep();
  }
  eta.oninput = () => { lab.eta = +eta.value; queue(); };
  step.oninput = () => { pause(); lab.time = +step.value; queue(); };
  eta.onchange = step.onchange = keep;

  // -- requests to Python: one under way at a time, the latest wins

  let waiting = null, next = null;
  function ask(request) {
    if (waiting) { next = request; return; }
    waiting = setTimeout(() => answered("No answer from Python: is a kernel running? Run this cell to bring the lab back to full life. Learning rate, step and play work without it."), 4000);
    try { model.send(request); } catch { answered("No kernel: learning rate, step and play still work."); }
  }
  function answered(text) {
    clearTimeout(waiting);
    waiting = null;
    setText(message, text);
    if (text) surfaces.value = lab.scene.surface;
    if (next) { const request = next; next = null; ask(request); }
  }
  const onMessage = (content) => { if ("error" in content) answered(content.error); };

  // -- mouse and keys on the pictures

  function makeView(picture) {
    const canvas = make("canvas", { tabIndex: picture.pick || picture.label === "valley" ? 0 : -1, role: "img", "aria-label": `${picture.label}: ${picture.hint}` });
    const view = { picture, canvas, figure: make("figure", { className: `gd-${picture.label}` }, canvas, make("figcaption", {}, picture.hint)) };
    const drop = (event) => {
      const box = canvas.getBoundingClientRect();
      ask({ start: picture.pick(event.clientX - box.left, event.clientY - box.top) });
    };
    const turn = (dx, dy) => {
      lab.turn.yaw += dx;
      lab.turn.pitch = clamp(lab.turn.pitch + dy, 0.05, 1.5);
      queue((other) => other.picture.label === "valley");
    };
    canvas.onpointerdown = (event) => {
      canvas.setPointerCapture(event.pointerId);
      if (picture.pick) { pause(); drop(event); }
    };
    canvas.onpointermove = (event) => {
      if (!canvas.hasPointerCapture(event.pointerId)) return;
      if (picture.pick) drop(event);
      else if (picture.label === "valley") turn(-event.movementX * 0.01, event.movementY * 0.008);
    };
    canvas.onkeydown = (event) => {
      const move = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
      if (!move) return;
      event.preventDefault();
      if (picture.label === "valley") return turn(-move[0] * 0.08, -move[1] * 0.06);
      if (picture.pick) ask({ start: lab.film.start.map((v, i) => {
        const [low, high] = lab.scene.domain[i];
        return clamp(v + (move[i] * (high - low)) / 40, low, high);
      }) });
    };
    return view;
  }

  const resize = new ResizeObserver(() => {
    for (const view of views) [view.width, view.height] = [view.canvas.clientWidth, view.canvas.clientHeight];
    queue(() => true);
  });

  // -- data from Python → state

  function newScene() {
    lab.scene = model.get("scene");
    setText(title, lab.scene.title);
    surfaces.replaceChildren(...lab.scene.surfaces.map(([value, text]) => make("option", { value }, text)));
    surfaces.value = lab.scene.surface;
    const { etas, landmark } = lab.scene, last = etas.length - 1;
    eta.max = last;
    const mark = (i, text, kind) => make("span", { className: kind, style: `--at: ${i / last}` }, text);
    const place = etas.findIndex((rate) => rate >= landmark * (1 - 1e-9));
    const between = (Math.log(landmark) - Math.log(etas[0])) / (Math.log(etas[last]) - Math.log(etas[0])) * last;
    marks.replaceChildren(mark(0, String(etas[0]), ""), mark(last, String(etas[last]), ""),
      ...(landmark && place >= 0 ? [mark(between, `2/λ_max = ${figuresShort(landmark)}`, "gd-landmark")] : []));
    resize.disconnect();
    views = [valleyPicture, mapPicture, curvePicture].map((picture) => makeView(picture(lab)));
    pictures.replaceChildren(...views.map((view) => view.figure));
    for (const view of views) resize.observe(view.canvas);
  }
  function newFilm() {
    lab.film = openFilm(model.get("film"));
    step.max = lab.film.steps;
    queue();
  }
  function newFrame() {
    lab.eta = model.get("eta_index");
    if (!lab.playing && Math.floor(lab.time) !== model.get("step")) lab.time = model.get("step");
    queue();
  }
  lab.film = openFilm(model.get("film"));
  newScene();
  newFilm();
  model.on("change:scene", newScene);
  model.on("change:film", newFilm);
  model.on("change:eta_index change:step", newFrame);
  model.on("msg:custom", onMessage);
  const theme = new MutationObserver(() => queue(() => true));
  theme.observe(document.body, { attributes: true });
  return () => {
    lab.playing = false;
    resize.disconnect();
    theme.disconnect();
    clearTimeout(waiting);
    model.off("change:scene", newScene);
    model.off("change:film", newFilm);
    model.off("change:eta_index change:step", newFrame);
    model.off("msg:custom", onMessage);
  };
}

export default { render };
