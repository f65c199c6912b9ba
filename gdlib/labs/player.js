// The player: shows a film that Python has computed. It draws and it eases; it computes no step.
//
// A film holds frames for films × slider positions × steps. A track is one ball: it says which film
// and which slider it follows. A picture is the valley, or a plot that lists the layers it shows.

const STEPS_PER_SECOND = 4, SPEEDS = [1, 2, 4, 8];
const still = matchMedia("(prefers-reduced-motion: reduce)");

const mix = (a, b, f) => a + (b - a) * f;
const clamp = (x, low, high) => Math.min(high, Math.max(low, x));
const ease = (f) => f * f * (3 - 2 * f);
const bytes = (view) => new Uint8Array(view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength));
const floats = (view) => new Float32Array(bytes(view).buffer);
const raised = (k) => String(k).replace(/./g, (c) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(c)]);
const setText = (node, text) => { if (node.textContent !== text) node.textContent = text; };

function figures(x) {
  if (!Number.isFinite(x)) return "—";
  const [digits, power] = x.toExponential(2).split("e");
  return (Math.abs(power) < 4 || x === 0 ? x.toPrecision(3) : `${digits}·10${raised(+power)}`).replace("-", "−");
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

function openFilm({ frames, shape, lengths, words, start }) {
  const data = floats(frames), [, rates, steps, width] = shape;
  const at = (film, i, k) => data.subarray(((film * rates + i) * steps + k) * width).subarray(0, width);
  return { at, steps: steps - 1, start, last: (film, i) => lengths[film][i] - 1, word: (film, i) => words[film][i] };
}

// ---- what the pictures draw ------------------------------------------------------------------

function trace(g, points) {
  g.beginPath();
  for (const [x, y] of points) g.lineTo(clamp(x, -1e5, 1e5), clamp(y, -1e5, 1e5));
  g.stroke();
}

function drawBall(g, colour, [x, y], radius) {
  const shine = g.createRadialGradient(x - radius / 3, y - radius / 3, radius / 8, x, y, radius);
  [["white", 0], [colour, 0.4], [colour, 0.75], ["#222", 1.4]].forEach(([c, at]) => shine.addColorStop(Math.min(at, 1), c));
  [g.fillStyle, g.strokeStyle, g.lineWidth] = [shine, "white", 1.5];
  g.beginPath();
  g.arc(x, y, radius, 0, 7);
  g.fill();
  g.stroke();
}

// The path so far as straight jumps with a dot at each v; the path still to come is dotted.
function drawPath(g, lab, track, place, onSurface) {
  const { now, k, end } = lab.moment(track), point = (i) => place(lab.frame(track, i), i);
  const past = Array.from({ length: k + 1 }, (_, i) => point(i)), ball = place(now, k);
  const future = [ball, ...Array.from({ length: end - k }, (_, i) => point(k + 1 + i))];
  [g.lineJoin, g.lineCap] = ["round", "round"];
  const white = onSurface && track.colour === "ball", main = white ? "white" : lab.colours[track.colour];
  for (const [colour, width] of [[onSurface ? "rgba(0, 20, 50, 0.45)" : "transparent", 3.4], [main, 1.6]]) {
    [g.strokeStyle, g.lineWidth] = [colour, width];
    g.setLineDash([]);
    trace(g, [...past, ball]);
    g.setLineDash([1.5, 4.5]);
    trace(g, future);
  }
  g.setLineDash([]);
  g.fillStyle = main;
  for (const [x, y] of past) g.fillRect(x - 2, y - 2, 4, 4);
}

function drawArrow(g, lab, [x0, y0], [x1, y1], label) {
  const length = Math.hypot(x1 - x0, y1 - y0);
  if (length < 10) return;
  const [ux, uy] = [(x1 - x0) / length, (y1 - y0) / length], reach = Math.min(length, 3000);
  [x1, y1] = [x0 + ux * reach, y0 + uy * reach];
  [g.strokeStyle, g.fillStyle, g.lineWidth] = [lab.colours.ball, lab.colours.ball, 3];
  trace(g, [[x0, y0], [x1 - ux * 8, y1 - uy * 8]]);
  g.beginPath();
  for (const [along, across] of [[0, 0], [11, 5], [11, -5]]) g.lineTo(x1 - ux * along - uy * across, y1 - uy * along + ux * across);
  g.fill();
  if (length < 30 || !label) return;
  const middle = Math.min(length, 120) / 2 + 8, side = ux >= 0 ? 1 : -1;
  g.textAlign = side * uy > 0.3 ? "left" : side * uy < -0.3 ? "right" : "center";
  [g.font, g.lineJoin, g.lineWidth, g.strokeStyle, g.fillStyle] = [lab.italic, "round", 3.5, "rgb(20, 30, 50)", "white"];
  const at = [x0 + ux * middle + side * uy * 12, y0 + uy * middle - side * ux * 12 + 4];
  g.strokeText(label, ...at);
  g.fillText(label, ...at);
}

// A series over steps, or over the positions of a slider: solid up to now, faint beyond, ▲ where it rises.
function drawSeries(g, lab, track, spec, place) {
  const along = spec.along === "slider", values = lab.scene.sliders[track.slider].values;
  const { k, end, now, time } = lab.moment(track), i = lab.sliders[track.slider];
  const point = (j) => along ? place(values[j], lab.film.at(track.film, j, k)[spec.y.channel]) : place(j, lab.frame(track, j)[spec.y.channel]);
  const part = (from, to) => Array.from({ length: to - from + 1 }, (_, j) => point(from + j));
  const [here, last] = along ? [values.length - 1, values.length - 1] : [k, end], colour = lab.colours[spec.layers.includes("alarm") ? track.line : track.colour];
  [g.strokeStyle, g.fillStyle, g.lineWidth] = [colour, colour, 2];
  for (const [points, alpha] of [[part(here, last), 0.3], [part(0, here), 1]]) {
    g.globalAlpha = alpha;
    trace(g, points);
    if (!along) for (const [x, y] of points) g.fillRect(x - 1.5, y - 1.5, 3, 3);
  }
  g.fillStyle = lab.colours.ball;
  if (spec.layers.includes("alarm")) for (let j = 1; j <= here; j++) {
    if (lab.frame(track, j)[2] <= lab.frame(track, j - 1)[2] * (1 + 1e-6)) continue;
    const [x, y] = point(j);
    trace(g, [[x, y - 5], [x - 4, y + 3], [x + 4, y + 3]]);
    g.fill();
  }
  g.globalAlpha = 1;
  drawBall(g, lab.colours[track.colour], along ? point(i) : place(time, now[spec.y.channel]), 6);
}

// A plot: two axes, a backdrop of bands and curves, and the layers named in its spec.
function plotPicture(lab, spec) {
  const scale = (axis) => axis.log ? (value) => Math.log10(Math.max(value, 1e-300)) : (value) => value;
  const [toX, toY] = [scale(spec.x), scale(spec.y)];
  const [x0, x1, y0, y1] = [toX(spec.x.low), toX(spec.x.high), toY(spec.y.low), toY(spec.y.high)];
  const has = (layer) => spec.layers.includes(layer);
  let left, bottom, across, up;
  const place = (x, y) => [left + (toX(x) - x0) * across, bottom - (clamp(toY(y), y0 - 9 * (y1 - y0), y1 + 9 * (y1 - y0)) - y0) * up];
  const inside = (x, y) => place(x, clamp(y, spec.y.low, spec.y.high));
  const of = (frame) => place(frame[0], frame[spec.y.channel]);
  return {
    ...spec,
    backdrop(g, width, height) {
      [left, bottom, across, up] = [46, height - 36, (width - 62) / (x1 - x0), (height - 54) / (y1 - y0)];
      if (spec.equal) {
        across = up = Math.min(across, up);
        left += (width - 62 - across * (x1 - x0)) / 2;
        bottom -= (height - 54 - up * (y1 - y0)) / 2;
      }
      g.save();
      g.translate(left, bottom - up * (y1 - y0));
      g.scale((across * (x1 - x0)) / 1000, (up * (y1 - y0)) / 1000);
      [g.strokeStyle, g.lineWidth] = ["rgba(255, 255, 255, 0.35)", 2.2];
      for (const [colour, outline] of spec.bands ?? []) {
        const band = new Path2D(outline);
        g.fillStyle = colour;
        g.fill(band, "evenodd");
        g.stroke(band);
      }
      g.restore();
      [g.fillStyle, g.strokeStyle, g.lineWidth, g.textAlign] = [lab.colours.faint, lab.colours.line, 1, "right"];
      for (const [value, label] of spec.y.ticks) {
        const [, y] = place(spec.x.low, value);
        g.fillText(label, left - 6, y + 4);
        if (!spec.bands) trace(g, [[left, y], [left + across * (x1 - x0), y]]);
      }
      g.textAlign = "center";
      for (const [value, label] of spec.x.ticks) g.fillText(label, place(value, 1)[0], bottom + 15);
      [g.strokeStyle, g.lineWidth] = [lab.colours.faint, 2.5];
      if (spec.curve) trace(g, spec.curve.map(([x, y]) => place(x, y)));
      [g.font, g.fillStyle] = [lab.italic, lab.colours.text];
      g.fillText(spec.x.label, left + (across * (x1 - x0)) / 2, bottom + 30);
      g.textAlign = "left";
      g.fillText(spec.y.label, left - (spec.bands ? 34 : 40), spec.bands ? bottom - (up * (y1 - y0)) / 2 : bottom - up * (y1 - y0) - 5);
    },
    draw(g) {
      if (!has("series")) {
        g.beginPath();
        g.rect(left, bottom - up * (y1 - y0) - 1, across * (x1 - x0), up * (y1 - y0) + 2);
        g.clip();
      }
      for (const track of lab.scene.tracks) {
        const { now, k, end } = lab.moment(track), frame = lab.frame(track, k), ball = of(now);
        if (has("ring")) { g.strokeStyle = "white"; g.setLineDash([2, 5]); trace(g, Array.from({ length: end + 1 }, (_, i) => of(lab.frame(track, i)))); g.setLineDash([]); }
        if (has("path")) drawPath(g, lab, track, of, spec.bands);
        if (has("tangent")) {
          [g.strokeStyle, g.lineWidth] = [lab.colours.accent, 2];
          trace(g, [spec.x.low, spec.x.high].map((x) => place(x, frame[2] + frame[3] * (x - frame[0]))));
        }
        if (has("arrow") && k < end) {
          const next = lab.frame(track, k + 1);
          drawArrow(g, lab, ball, spec.arrow === "flat" ? [of(next)[0], ball[1]] : of(next), track.film ? "" : spec.arrowLabel);
        }
        if (has("move")) {
          drawArrow(g, lab, place(...lab.film.start), of(frame), "Δv");
          drawBall(g, lab.colours.ball, place(...lab.film.start), 7);
        }
        if (has("series")) drawSeries(g, lab, track, spec, inside);
        if (has("ball")) drawBall(g, lab.colours[track.colour], ball, 7);
        if (has("path") && track === lab.scene.tracks[0] && (now[0] < spec.x.low || now[0] > spec.x.high || spec.bands && (now[1] < spec.y.low || now[1] > spec.y.high))) {
          [g.font, g.textAlign, g.fillStyle] = ["bold 13px sans-serif", "center", "rgb(20, 30, 50)"];
          g.fillRect(left, bottom - 24, across * (x1 - x0), 24);
          g.fillStyle = "white";
          g.fillText("the ball has left the picture", left + (across * (x1 - x0)) / 2, bottom - 8);
        }
      }
    },
    at: (px, py) => [(px - left) / across + x0, (bottom - py) / up + y0].map((v, i) => clamp(v, ...[[x0, x1], [y0, y1]][i])),
  };
}

// The valley: the surface in three dimensions, far squares first.
function valleyPicture(lab, spec) {
  const { n, domain } = spec, heights = floats(spec.heights), lit = bytes(spec.colours);
  const colours = Array.from({ length: lit.length / 3 }, (_, i) => `rgb(${lit.subarray(3 * i, 3 * i + 3).join()})`);
  const middle = domain.map(([low, high]) => (low + high) / 2), spans = domain.map(([low, high]) => high - low);
  const [half1, half2] = spans.map((span) => span / Math.max(...spans) / 2);
  const finite = [...heights].filter(Number.isFinite), bottom = Math.min(...finite), rise = 0.62 / (Math.max(...finite) - bottom || 1);
  let cx, cy, size, sin, cos, tilt, lift;
  const project = (a, b, c) => [cx + size * (a * cos - b * sin), cy - size * ((a * sin + b * cos) * tilt + (c - 0.28) * lift)];
  const place = ([v1, v2, C]) => project((v1 - middle[0]) / Math.max(...spans), (v2 - middle[1]) / Math.max(...spans), (C - bottom) * rise);
  return {
    ...spec,
    backdrop(g, width, height) {
      const { yaw, pitch } = lab.turn;
      [sin, cos, tilt, lift] = [Math.sin(yaw), Math.cos(yaw), Math.sin(pitch), Math.cos(pitch)];
      [cx, cy, size] = [width / 2, height * 0.53, Math.min(width * 0.68, height * 0.76)];
      const floor = [[-1, -1], [1, -1], [1, 1], [-1, 1]].map(([a, b]) => project(a * half1, b * half2, 0));
      const corner = floor.reduce((best, [x], i) => (x < floor[best][0] ? i : best), 0);
      const top = [floor[corner][0], floor[corner][1] - size * 0.62 * lift];
      [g.strokeStyle, g.lineWidth, g.lineJoin] = [lab.colours.line, 1, "round"];
      trace(g, [...floor, floor[0]]);
      trace(g, [floor[corner], top]);
      const points = Array.from({ length: n * n }, (_, p) => project(
        ((p % n) / (n - 1) - 0.5) * 2 * half1, (Math.floor(p / n) / (n - 1) - 0.5) * 2 * half2, (heights[p] - bottom) * rise));
      const order = (far) => [...Array(n - 1).keys()].sort((a, b) => (far ? a - b : b - a));
      const columns = order(sin < 0);
      for (const j of order(cos < 0)) for (const i of columns) {
        const p = j * n + i, square = [points[p], points[p + 1], points[p + n + 1], points[p + n]];
        if (square.some(([, y]) => Number.isNaN(y))) continue;
        g.fillStyle = g.strokeStyle = colours[j * (n - 1) + i];
        g.lineWidth = 0.8;
        g.beginPath();
        for (const [x, y] of square) g.lineTo(x, y);
        g.closePath();
        g.fill();
        g.stroke();
        if (j % 4 && i % 4) continue;
        g.strokeStyle = "rgba(255, 255, 255, 0.28)";
        if (j % 4 === 0) trace(g, square.slice(0, 2));
        if (i % 4 === 0) trace(g, [square[0], square[3]]);
      }
      [g.font, g.fillStyle, g.textAlign] = [lab.italic, lab.colours.text, "center"];
      const near = (x) => (x > 0 ? -1.2 : 1.2);
      for (const [name, [x, y]] of [["v₁", project(0, near(cos) * half2, 0)], ["v₂", project(near(sin) * half1, 0, 0)], ["C", [top[0], top[1] - 10]]])
        g.fillText(name, x, clamp(y + 5, 14, height - 4));
    },
    draw(g) {
      for (const track of lab.scene.tracks) {
        const { now, k } = lab.moment(track), moving = !spec.layers.includes("move");
        if (moving) drawPath(g, lab, track, place, true);
        const [x, y] = place(now);
        if (!moving) { // what (9) promised for the tip of Δv, and what is really there
          const promised = place([now[0], now[1], lab.film.start[2] + lab.frame(track, k)[3]]);
          [g.strokeStyle, g.lineWidth] = [lab.colours.ball, 2.5];
          trace(g, [[x, y], promised]);
          trace(g, [place(lab.film.start), promised]);
          drawBall(g, "white", promised, 5);
          drawBall(g, lab.colours.ball, place(lab.film.start), 7);
        }
        g.fillStyle = "rgba(0, 0, 0, 0.35)";
        g.beginPath();
        g.ellipse(x + 2, y + 1, 9, 6 * Math.abs(tilt), 0, 0, 7);
        g.fill();
        drawBall(g, lab.colours[track.colour], [x, y - (moving ? 7 : 0)], moving ? 8.5 : 5);
      }
    },
  };
}

// ---- the lab: state, controls and the loop ---------------------------------------------------

function render({ model, el }) {
  const lab = { time: model.get("step"), turn: { yaw: 0.6, pitch: 0.55 }, sliders: [...model.get("sliders")] };
  lab.frame = (track, k) => lab.film.at(track.film, lab.sliders[track.slider], k);
  lab.moment = (track) => {
    const end = lab.film.last(track.film, lab.sliders[track.slider]), time = Math.min(lab.time, end), k = Math.floor(time);
    const here = lab.frame(track, k), next = lab.frame(track, Math.min(k + 1, end)), f = ease(time - k);
    return { time: k + f, k, end, now: [...here].map((x, i) => mix(x, next[i], f)) };
  };
  const end = () => Math.max(...lab.scene.tracks.map((track) => lab.moment(track).end));

  const button = (text, label, onclick) => make("button", { type: "button", onclick, title: label, "aria-label": label }, text);
  const title = make("strong"), choice = make("select", { onchange: () => ask({ surface: choice.value }) });
  const chooser = make("label", {}, "surface ", choice);
  const play = button("▶ play", "play or pause", () => (lab.playing ? pause() : start()));
  play.classList.add("gd-play");
  const speed = button("1×", "speed of play", () => setText(speed, `${SPEEDS[(SPEEDS.indexOf(parseInt(speed.textContent)) + 1) % SPEEDS.length]}×`));
  const buttons = make("span", { className: "gd-buttons" }, button("↺ reset", "reset to the start", () => go(0)),
    button("◂ step", "one step back", () => go(Math.ceil(lab.time) - 1)), play, button("step ▸", "one step", () => go(Math.floor(lab.time) + 1)), speed);
  const rows = make("div"), step = make("input", { type: "range", min: 0, className: "gd-step" }), stepText = make("output"), stepName = make("span");
  const readout = make("div", { className: "gd-readout", role: "status" });
  const code = make("code"), message = make("p", { className: "gd-message", role: "alert" }), pictures = make("div", { className: "gd-pictures" });
  const card = make("section", { className: "gd-lab" }, make("header", {}, title, chooser, buttons), rows,
    make("div", { className: "gd-row" }, stepName, make("div", { className: "gd-slider" }, step), stepText),
    message, pictures, readout, make("div", { className: "gd-code" }, "This lab runs ", code));
  el.append(card);

  // -- state → pictures

  let views = [], rowsOf = [], cells = [], queued = 0;
  function queue(stale = () => false) {
    for (const view of views) if (stale(view)) view.fresh = false;
    queued ||= requestAnimationFrame(() => { queued = 0; draw(); });
  }

  const numbers = {
    step: ({ k, end }) => `${k} of ${end}`,
    v: ({ frame }) => (lab.scene.m === 1 ? figures(frame[0]) : `(${figures(frame[0])}, ${figures(frame[1])})`),
    slope: ({ frame }) => figures(frame[3]),
    promised: ({ k, end, frame, rate }) => (k < end ? figures(-rate * frame[3] * frame[3]) : "—"),
    actual: ({ k, end, frame, next }) => (k < end ? `${next[2] > frame[2] ? "▲ " : ""}${figures(next[2] - frame[2])}` : "—"),
    word: ({ word }) => word,
  };

  function draw() {
    const css = getComputedStyle(card), look = (name) => css.getPropertyValue(`--gd-${name}`).trim();
    lab.colours = { text: css.color, ...Object.fromEntries(["faint", "line", "accent", "ball", "ghost"].map((name) => [name, look(name)])) };
    lab.italic = "italic 16px Georgia, serif";
    for (const view of views) paint(view);
    lab.scene.tracks.forEach((track, t) => {
      const i = lab.sliders[track.slider], { k, end } = lab.moment(track), frame = lab.frame(track, k), next = lab.frame(track, Math.min(k + 1, end));
      const state = { k, end, frame, next, rate: lab.scene.sliders[track.slider].values[i], word: lab.film.word(track.film, i) };
      lab.scene.readout.forEach(([, key], c) => setText(cells[t][c], key in numbers ? numbers[key](state) : figures(frame[key])));
    });
    let line = lab.scene.code;
    rowsOf.forEach(({ input, value, word }, s) => {
      const i = lab.sliders[s], rate = lab.scene.sliders[s].values[i], track = lab.scene.tracks.find((one) => one.slider === s);
      const text = lab.film.word(track.film, i), mark = /diverges|not/.test(text) ? "✗" : /converges|agree/.test(text) ? "✓" : "~";
      setText(value, String(rate));
      setText(word, `${mark} ${text}`);
      word.dataset.mark = mark;
      input.value = i;
      input.setAttribute("aria-valuetext", `${rate}, ${text}`);
      line = line.replaceAll(`{${s}}`, rate);
    });
    setText(code, line.replace("{start}", lab.film.start.slice(0, lab.scene.m).join(", ")));
    step.value = Math.floor(lab.time);
    const stepValue = lab.scene.steps.unit ? `${Math.floor(lab.time) * lab.scene.steps.unit}${lab.scene.steps.sign}` : String(step.value);
    setText(stepText, stepValue);
    step.setAttribute("aria-valuetext", stepValue);
  }

  function paint(view) {
    const { canvas, picture, width, height } = view, ratio = devicePixelRatio || 1;
    if (!width) return;
    if (!view.fresh) {
      view.under ??= document.createElement("canvas");
      for (const surface of [canvas, view.under]) [surface.width, surface.height] = [Math.round(width * ratio), Math.round(height * ratio)];
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

  function keep() { // what Python should know: where the sliders rest
    model.set({ sliders: [...lab.sliders], step: Math.floor(lab.time) });
    model.save_changes();
  }
  function go(time) {
    pause();
    lab.time = clamp(time, 0, end());
    queue();
    keep();
  }
  function start() {
    if (lab.time >= end()) lab.time = 0;
    lab.playing = true;
    setText(play, "❚❚ pause");
    readout.ariaLive = "off"; // sixty numbers a second are no news
    let before = performance.now();
    const tick = (now) => {
      if (!lab.playing || !card.isConnected) return pause();
      const rate = STEPS_PER_SECOND * parseInt(speed.textContent), seconds = Math.min(now - before, 100) / 1000;
      if (!still.matches) [lab.time, before] = [lab.time + seconds * rate, now];
      else if (now - before > 1000 / rate) [lab.time, before] = [Math.floor(lab.time) + 1, now];
      if (lab.time >= end()) { lab.time = end(); pause(); }
      draw();
      if (lab.playing) requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  }
  function pause() {
    if (!lab.playing) return;
    lab.playing = false;
    readout.ariaLive = "polite";
    setText(play, "▶ play");
    keep();
  }
  step.oninput = () => { pause(); lab.time = +step.value; queue(); };
  step.onchange = keep;

  // -- requests to Python: one under way at a time, the latest wins

  let waiting = null, next = null;
  function ask(request) {
    if (waiting) { next = request; return; }
    waiting = setTimeout(() => answered("No answer from Python: is a kernel running? Run this cell to bring the lab back to full life. The sliders and play work without it."), 4000);
    try { model.send(request); } catch { answered("No kernel: the sliders and play still work."); }
  }
  function answered(text) {
    clearTimeout(waiting);
    waiting = null;
    setText(message, text);
    choice.value = lab.scene.surface;
    if (next) { const request = next; next = null; ask(request); }
  }
  const onMessage = (content) => { if ("error" in content) answered(content.error); };

  // -- mouse and keys on the pictures

  function makeView(picture) {
    const canvas = make("canvas", { tabIndex: picture.on ? 0 : -1, role: "img", "aria-label": `${picture.name}: ${picture.hint}` });
    const view = { picture, canvas, figure: make("figure", { className: `gd-${picture.name}` }, canvas, make("figcaption", {}, picture.hint)) };
    const turn = (dx, dy) => {
      lab.turn.yaw += dx;
      lab.turn.pitch = clamp(lab.turn.pitch + dy, 0.05, 1.5);
      queue((other) => other.picture.on === "turn");
    };
    // The slider position and the step whose frame is nearest to a point of the map
    const aim = ([v1, v2]) => {
      const [s1, s2] = lab.film.start, lengths = lab.scene.sliders[0].values, turns = lab.film.steps;
      const length = Math.log(Math.max(Math.hypot(v1 - s1, v2 - s2), lengths[0]) / lengths[0]), all = Math.log(lengths.at(-1) / lengths[0]);
      lab.sliders[0] = clamp(Math.round((length / all) * (lengths.length - 1)), 0, lengths.length - 1);
      lab.time = Math.round(((Math.atan2(v2 - s2, v1 - s1) / (2 * Math.PI) + 1) % 1) * (turns + 1)) % (turns + 1);
      queue();
    };
    const point = (event) => {
      const box = canvas.getBoundingClientRect(), v = picture.at(event.clientX - box.left, event.clientY - box.top);
      if (picture.on === "start" || event.shiftKey) ask({ start: lab.scene.m === 1 ? [v[0]] : v });
      else aim(v);
    };
    canvas.onpointerdown = (event) => {
      canvas.setPointerCapture(event.pointerId);
      if (["start", "aim"].includes(picture.on)) { pause(); point(event); }
    };
    canvas.onpointermove = (event) => {
      if (!canvas.hasPointerCapture(event.pointerId)) return;
      if (picture.on === "turn") turn(-event.movementX * 0.01, event.movementY * 0.008);
      else if (picture.on) point(event);
    };
    canvas.onpointerup = () => { if (picture.on === "aim") keep(); };
    canvas.onkeydown = (event) => {
      const move = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
      if (!move || !picture.on) return;
      event.preventDefault();
      if (picture.on === "turn") return turn(-move[0] * 0.08, -move[1] * 0.06);
      ask({ start: lab.film.start.slice(0, lab.scene.m).map((v, i) => {
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

  function makeRow({ name, values, marks }, s) {
    const last = values.length - 1, input = make("input", { type: "range", min: 0, max: last, className: "gd-eta", "aria-label": name });
    input.oninput = () => { lab.sliders[s] = +input.value; queue(); };
    input.onchange = keep;
    const mark = (at, text, kind = "") => make("span", { className: kind, style: `--at: ${at / last}` }, text);
    const value = make("output"), word = make("span", { className: "gd-word" });
    const scale = make("div", { className: "gd-marks" }, mark(0, String(values[0])), mark(last, String(values[last])), ...marks.map(([at, text]) => mark(at, text, "gd-landmark")));
    rows.append(make("div", { className: "gd-row" }, make("span", {}, name), make("div", { className: "gd-slider" }, input, scale), value, word));
    return { input, value, word };
  }

  function update() {
    if (lab.source !== model.get("film")) {
      lab.source = model.get("film");
      lab.film = openFilm(lab.source);
      step.max = lab.film.steps;
    }
    if (lab.scene !== model.get("scene")) {
      lab.scene = model.get("scene");
      setText(title, lab.scene.title);
      chooser.hidden = lab.scene.surfaces.length < 2;
      choice.replaceChildren(...lab.scene.surfaces.map(([value, text]) => make("option", { value }, text)));
      choice.value = lab.scene.surface;
      setText(stepName, lab.scene.steps.name);
      step.ariaLabel = lab.scene.steps.name;
      rows.replaceChildren();
      rowsOf = lab.scene.sliders.map(makeRow);
      readout.replaceChildren();
      cells = lab.scene.tracks.map((track) => {
        const row = make("div", {}, ...(track.name ? [make("i", { className: `gd-${track.colour}` }, track.name)] : []));
        const own = lab.scene.readout.map(([name]) => row.appendChild(make("span", {}, `${name} `, make("b"))).lastChild);
        readout.append(row);
        return own;
      });
      resize.disconnect();
      views = lab.scene.pictures.map((spec) => makeView((spec.kind === "valley" ? valleyPicture : plotPicture)(lab, spec)));
      pictures.replaceChildren(...views.map((view) => view.figure));
      for (const view of views) resize.observe(view.canvas);
    }
    lab.sliders = [...model.get("sliders")];
    if (!lab.playing && Math.floor(lab.time) !== model.get("step")) lab.time = model.get("step");
    queue();
  }
  const events = "change:scene change:film change:sliders change:step";
  const theme = new MutationObserver(() => queue(() => true));
  theme.observe(document.body, { attributes: true });
  model.on(events, update);
  model.on("msg:custom", onMessage);
  update();
  return () => {
    lab.playing = false;
    resize.disconnect();
    theme.disconnect();
    clearTimeout(waiting);
    model.off(events, update);
    model.off("msg:custom", onMessage);
  };
}

export default { render };
