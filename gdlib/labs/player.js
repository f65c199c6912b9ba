// The player: shows a film that Python has computed. It draws and it eases; it computes no step.
// A film holds frames for films × slider positions × steps. A track is one ball: it says which film
// and which slider it follows. A picture is the valley, or a plot that lists the layers it shows.

const STEPS_PER_SECOND = 4, SPEEDS = [1, 2, 4, 8], still = matchMedia("(prefers-reduced-motion: reduce)");
const floats = (view) => new Float32Array(bytes(view).buffer);

function openFilm({ frames, shape, lengths, words, start }) {
  const data = floats(frames), [, rates, steps, width] = shape;
  const at = (film, i, k) => data.subarray(((film * rates + i) * steps + k) * width).subarray(0, width);
  return { at, start, steps: steps - 1, last: (film, i) => lengths[film][i] - 1, word: (film, i) => words[film][i] };
}

// ---- what the pictures draw ------------------------------------------------------------------
function trace(g, points, dashes = []) {
  g.setLineDash(dashes);
  g.beginPath();
  for (const [x, y] of points) g.lineTo(clamp(x, -1e5, 1e5), clamp(y, -1e5, 1e5));
  g.stroke();
}

function fill(g, points) {
  g.beginPath();
  for (const [x, y] of points) g.lineTo(x, y);
  g.fill();
}

function drawBall(g, colour, [x, y], radius) {
  const shine = g.createRadialGradient(x - radius / 3, y - radius / 3, radius / 8, x, y, radius);
  for (const [at, c] of [[0, "white"], [0.4, colour], [0.75, colour], [1, "#222"]]) shine.addColorStop(at, c);
  [g.fillStyle, g.strokeStyle, g.lineWidth] = [shine, "white", 1.5];
  g.beginPath();
  g.arc(x, y, radius, 0, 7);
  [g.shadowColor, g.shadowBlur, g.shadowOffsetX, g.shadowOffsetY] = ["rgba(0, 0, 0, 0.5)", 4, 1, 3];
  g.fill();
  g.shadowColor = "transparent";
  g.stroke();
}

// The path so far as straight jumps with a dot at each v; the path still to come is dotted.
function drawPath(g, lab, track, place, onSurface) {
  const { now, k, end } = lab.moment(track), ball = place(now), point = (i) => place(lab.frame(track, i));
  const past = range(0, k).map(point), future = range(k + 1, end).map(point);
  const main = onSurface && track.colour === "ball" ? "white" : lab.colours[track.colour];
  for (const [colour, width] of [[onSurface ? "rgba(0, 20, 50, 0.45)" : "transparent", 3.4], [main, 1.6]]) {
    [g.strokeStyle, g.lineWidth] = [colour, width];
    trace(g, [ball, ...future], [1.5, 4.5]);
    trace(g, [...past, ball]);
  }
  g.fillStyle = main;
  for (const [x, y] of past) g.fillRect(x - 2, y - 2, 4, 4);
}

function drawArrow(g, lab, [x0, y0], [x1, y1], label) {
  const all = Math.hypot(x1 - x0, y1 - y0), length = Math.min(all, 3000), [ux, uy] = [(x1 - x0) / all, (y1 - y0) / all];
  if (length < 10) return;
  const at = (along, across) => [x0 + ux * along - uy * across, y0 + uy * along + ux * across];
  [g.strokeStyle, g.fillStyle, g.lineWidth] = [lab.colours.ball, lab.colours.ball, 3];
  trace(g, [[x0, y0], at(length - 8, 0)]);
  fill(g, [at(length, 0), at(length - 11, 5), at(length - 11, -5)]);
  if (length < 30 || !label) return;
  [g.font, g.textAlign, g.lineWidth, g.strokeStyle, g.fillStyle] = [lab.italic, "center", 3.5, "rgb(20, 30, 50)", "white"];
  const room = g.measureText(label).width / 2 + 2, beside = (14 + room * Math.abs(uy)) * (ux >= 0 ? -1 : 1);
  const [x, y] = at(Math.min(length, 120) / 2 + 8, beside), words = [label, clamp(x, room, g.canvas.clientWidth - room), y + 4];
  g.strokeText(...words);
  g.fillText(...words);
}

// A channel over the steps, or over the positions of a slider: solid up to now, faint beyond, ▲ where it rises.
function drawSeries(g, lab, track, spec, place) {
  const { k, end, now, time } = lab.moment(track), { values } = lab.scene.sliders[track.slider], i = lab.sliders[track.slider];
  const along = spec.along === "slider", alarm = spec.layers.includes("alarm"), channel = spec.y.channel;
  const point = (j) => along ? place(values[j], lab.film.at(track.film, j, k)[channel]) : place(j, lab.frame(track, j)[channel]);
  const [here, last] = along ? [i, values.length - 1] : [k, end], colour = lab.colours[alarm ? track.line : track.colour];
  [g.strokeStyle, g.fillStyle, g.lineWidth] = [colour, colour, 2];
  for (const [from, to, alpha] of [[here, last, along ? 1 : 0.3], [0, here, 1]]) {
    g.globalAlpha = alpha;
    const points = range(from, to).map(point);
    trace(g, points);
    if (!along) for (const [x, y] of points) g.fillRect(x - 1.5, y - 1.5, 3, 3);
  }
  g.fillStyle = lab.colours.ball;
  for (const j of alarm ? range(1, here) : []) {
    const [x, y] = point(j);
    if (lab.frame(track, j)[2] > lab.frame(track, j - 1)[2] * (1 + 1e-6)) fill(g, [[x, y - 5], [x - 4, y + 3], [x + 4, y + 3]]);
  }
  drawBall(g, lab.colours[track.colour], place(along ? values[i] : time, clamp(now[channel], spec.y.low, spec.y.high)), 6);
}

// A plot: two axes, a backdrop of bands and a curve, and the layers named in its spec.
function plotPicture(lab, spec) {
  const scale = (axis) => axis.log ? (value) => Math.log10(Math.max(value, 1e-300)) : (value) => value;
  const [toX, toY] = [scale(spec.x), scale(spec.y)], has = (layer) => spec.layers.includes(layer);
  const [x0, x1, y0, y1] = [toX(spec.x.low), toX(spec.x.high), toY(spec.y.low), toY(spec.y.high)];
  let left, bottom, across, up, right, top;
  const place = (x, y) => [left + (toX(x) - x0) * across, bottom - (clamp(toY(y), y0 - 9 * (y1 - y0), y1 + 9 * (y1 - y0)) - y0) * up];
  const of = (frame) => place(frame[0], frame[spec.y.channel]);
  return {
    ...spec,
    backdrop(g, width, height) {
      [across, up] = [(width - 62) / (x1 - x0), (height - 54) / (y1 - y0)];
      if (spec.equal) across = up = Math.min(across, up);
      [left, right] = [-1, 1].map((side) => (width + 30 + side * across * (x1 - x0)) / 2);
      [bottom, top] = [1, -1].map((side) => (height - 18 + side * up * (y1 - y0)) / 2);
      const fit = new DOMMatrix([(right - left) / 1000, 0, 0, (bottom - top) / 1000, left, top]);
      [g.strokeStyle, g.lineWidth] = ["rgba(255, 255, 255, 0.35)", 1];
      for (const [colour, outline] of spec.bands ?? []) {
        const band = new Path2D();
        band.addPath(new Path2D(outline), fit);
        g.fillStyle = colour;
        g.fill(band, "evenodd");
        g.stroke(band);
      }
      [g.fillStyle, g.strokeStyle, g.lineWidth, g.textAlign] = [lab.colours.faint, lab.colours.line, 1, "right"];
      for (const [value, label] of spec.y.ticks) {
        const [, y] = place(spec.x.low, value);
        g.fillText(label, left - 6, y + 4);
        if (!spec.bands) trace(g, [[left, y], [right, y]]);
      }
      g.textAlign = "center";
      for (const [value, label] of spec.x.ticks) g.fillText(label, place(value, 1)[0], bottom + 15);
      [g.strokeStyle, g.lineWidth] = [lab.colours.faint, 2.5];
      trace(g, (spec.curve ?? []).map(([x, y]) => place(x, y)));
      [g.font, g.fillStyle] = [lab.italic, lab.colours.text];
      g.fillText(spec.x.label, (left + right) / 2, bottom + 30);
      g.textAlign = "left";
      g.fillText(spec.y.label, ...(spec.bands ? [left - 34, (bottom + top) / 2] : [left - 40, top - 5]));
    },
    draw(g) { // returns what to say below the picture instead of its hint
      let note;
      g.beginPath();
      const rim = has("series") ? 9 : 1; // room for the marks of a curve
      g.rect(left - rim, top - rim, right - left + 2 * rim, bottom - top + rim + 1);
      g.clip();
      for (const track of lab.scene.tracks) {
        const { now, k, end, here, next } = lab.moment(track), ball = of(now), start = place(...lab.film.start);
        [g.strokeStyle, g.lineWidth] = ["white", 1];
        if (has("move")) trace(g, range(0, end).map((i) => of(lab.frame(track, i))), [2, 5]);
        if (has("path")) drawPath(g, lab, track, of, spec.bands);
        [g.strokeStyle, g.lineWidth] = [lab.colours.accent, 2];
        if (has("tangent")) trace(g, [spec.x.low, spec.x.high].map((x) => place(x, here[2] + here[3] * (x - here[0]))));
        const tip = spec.arrow === "flat" ? [of(next)[0], ball[1]] : of(next);
        if (has("arrow") && k < end) drawArrow(g, lab, ball, tip, track.film ? "" : spec.arrowLabel);
        if (has("move")) { drawArrow(g, lab, start, of(here), "Δv"); drawBall(g, lab.colours.ball, start, 7); }
        if (has("series")) drawSeries(g, lab, track, spec, place);
        if (has("ball")) drawBall(g, lab.colours[track.colour], ball, 7);
        const [x, y] = ball, outside = x < left || x > right || y < top - 1 || y > bottom + 1;
        if (has("path") && track === lab.scene.tracks[0] && outside) note = "the ball has left the picture";
      }
      return note;
    },
    at: (px, py) => [clamp((px - left) / across + x0, x0, x1), clamp((bottom - py) / up + y0, y0, y1)],
  };
}

// The valley: the surface in three dimensions, far squares first.
function valleyPicture(lab, spec) {
  const { n, domain } = spec, heights = floats(spec.heights), lit = bytes(spec.colours), widest = Math.max(...domain.map(([low, high]) => high - low));
  const colours = range(0, lit.length / 3 - 1).map((i) => `rgb(${lit.subarray(3 * i, 3 * i + 3).join()})`);
  const middle = domain.map(([low, high]) => (low + high) / 2), [half1, half2] = domain.map(([low, high]) => (high - low) / widest / 2);
  const finite = [...heights].filter(Number.isFinite), low = Math.min(...finite), rise = 0.62 / (Math.max(...finite) - low || 1);
  let cx, cy, size, sin, cos, tilt, lift;
  const project = (a, b, c) => [cx + size * (a * cos - b * sin), cy - size * ((a * sin + b * cos) * tilt + (c - 0.28) * lift)];
  const place = ([v1, v2, C]) => project((v1 - middle[0]) / widest, (v2 - middle[1]) / widest, (C - low) * rise);
  return {
    ...spec,
    backdrop(g, width, height) {
      const { yaw, pitch } = lab.turn;
      [sin, cos, tilt, lift] = [Math.sin(yaw), Math.cos(yaw), Math.sin(pitch), Math.cos(pitch)];
      [cx, cy, size] = [width / 2, height * 0.53, Math.min(width * 0.68, height * 0.76)];
      const floor = [[-1, -1], [1, -1], [1, 1], [-1, 1]].map(([a, b]) => project(a * half1, b * half2, 0));
      const corner = floor.reduce((best, one) => (one[0] < best[0] ? one : best)), top = [corner[0], corner[1] - size * 0.62 * lift];
      [g.strokeStyle, g.lineWidth] = [lab.colours.line, 1];
      for (const line of [[...floor, floor[0]], [corner, top]]) trace(g, line);
      const along = (i, half) => (i / (n - 1) - 0.5) * 2 * half;
      const points = range(0, n * n - 1).map((p) => project(along(p % n, half1), along(Math.floor(p / n), half2), (heights[p] - low) * rise));
      const order = (far) => (far ? range(0, n - 2) : range(0, n - 2).reverse()), columns = order(sin < 0);
      for (const j of order(cos < 0)) for (const i of columns) {
        const p = j * n + i, square = [points[p], points[p + 1], points[p + n + 1], points[p + n]];
        if (square.some(([, y]) => Number.isNaN(y))) continue;
        g.fillStyle = g.strokeStyle = colours[j * (n - 1) + i];
        g.lineWidth = 0.8;
        fill(g, [...square, square[0]]);
        g.stroke();
        g.strokeStyle = "rgba(255, 255, 255, 0.28)";
        if (j % 4 === 0) trace(g, square.slice(0, 2));
        if (i % 4 === 0) trace(g, [square[0], square[3]]);
      }
      [g.font, g.fillStyle, g.textAlign] = [lab.italic, lab.colours.text, "center"];
      const near = (x) => (x > 0 ? -1.2 : 1.2), names = { "v₁": project(0, near(cos) * half2, 0), "v₂": project(near(sin) * half1, 0, 0), C: [top[0], top[1] - 10] };
      for (const [name, [x, y]] of Object.entries(names)) g.fillText(name, x, clamp(y + 5, 14, height - 4));
    },
    draw(g) {
      const start = place(lab.film.start);
      for (const track of lab.scene.tracks) {
        const { now, here } = lab.moment(track), moving = !spec.layers.includes("move"), [x, y] = place(now);
        if (moving) drawPath(g, lab, track, place, true);
        else { // what (9) promised for the tip of Δv, and what is really there
          const promised = place([now[0], now[1], lab.film.start[2] + here[3]]);
          [g.strokeStyle, g.lineWidth] = [lab.colours.ball, 2.5];
          trace(g, [[x, y], promised, start]);
          drawBall(g, "white", promised, 5);
          drawBall(g, lab.colours.ball, start, 7);
        }
        drawBall(g, lab.colours[track.colour], [x, y - (moving ? 7 : 0)], moving ? 8.5 : 5);
      }
    },
  };
}

// ---- the lab: state, controls and the loop ---------------------------------------------------
function render({ model, el }) {
  const lab = { time: model.get("step"), turn: { yaw: 0.6, pitch: 0.55 }, sliders: [], italic: "italic 16px Georgia, serif" };
  lab.frame = (track, k) => lab.film.at(track.film, lab.sliders[track.slider], k);
  lab.moment = (track) => {
    const end = lab.film.last(track.film, lab.sliders[track.slider]), time = Math.min(lab.time, end), k = Math.floor(time);
    const here = lab.frame(track, k), next = lab.frame(track, Math.min(k + 1, end)), f = time - k, eased = f * f * (3 - 2 * f);
    return { time: k + eased, k, end, here, next, now: [...here].map((x, i) => x + (next[i] - x) * eased) };
  };
  const end = () => Math.max(...lab.scene.tracks.map((track) => lab.moment(track).end));

  const title = make("strong"), choice = make("select", { onchange: () => ask({ surface: choice.value }) });
  const chooser = make("label", {}, make("span"), choice);
  const play = makeButton("▶ play", "play or pause", () => (lab.playing ? pause() : start()), "gd-play");
  const speed = makeButton("1×", "speed of play", () => setText(speed, `${SPEEDS[(SPEEDS.indexOf(parseInt(speed.textContent)) + 1) % SPEEDS.length]}×`));
  const buttons = make("span", { className: "gd-buttons" }, makeButton("↺ reset", "reset to the start", () => go(0)),
    makeButton("◂ step", "one step back", () => go(Math.ceil(lab.time) - 1)), play, makeButton("step ▸", "one step", () => go(Math.floor(lab.time) + 1)), speed);
  const rows = make("div"), readout = make("div", { className: "gd-readout", role: "status" }), code = make("code");
  const message = make("p", { className: "gd-message", role: "alert" }), pictures = make("div", { className: "gd-pictures" });
  const card = el.appendChild(make("section", { className: "gd-lab" }, make("header", {}, title, chooser, buttons), rows,
    message, pictures, readout, make("div", { className: "gd-code" }, "This lab runs ", code)));
  // -- state → pictures
  let views = [], rowsOf = [], cells = [], queued = 0;
  function queue(stale = () => false) {
    for (const view of views) view.fresh &&= !stale(view);
    queued ||= requestAnimationFrame(() => { queued = 0; draw(); });
  }
  const numbers = {
    step: ({ k, end }) => `${k} of ${end}`,
    v: ({ here }) => (lab.scene.m === 1 ? figures(here[0]) : `(${figures(here[0])}, ${figures(here[1])})`),
    promised: ({ k, end, here, rate }) => (k < end ? figures(-rate * here[3] * here[3]) : "—"),
    actual: ({ k, end, here, next }) => (k < end ? `${next[2] > here[2] ? "▲ " : ""}${figures(next[2] - here[2])}` : "—"),
    word: ({ word }) => word,
  };

  function draw() {
    const css = getComputedStyle(card), look = (name) => [name, css.getPropertyValue(`--gd-${name}`).trim()];
    lab.colours = { text: css.color, ...Object.fromEntries(["faint", "line", "accent", "ball", "ghost"].map(look)) };
    views.forEach(paint);
    let line = lab.scene.code.replace("{start}", lab.film.start.slice(0, lab.scene.m).join(", "));
    lab.scene.tracks.forEach((track, t) => {
      const i = lab.sliders[track.slider], rate = lab.scene.sliders[track.slider].values[i], word = lab.film.word(track.film, i);
      const state = { ...lab.moment(track), rate, word };
      lab.scene.readout.forEach(([, key], c) => setText(cells[t][c], key in numbers ? numbers[key](state) : figures(state.here[key])));
      if (t && !track.slider) return; // the first track on a slider speaks for it
      const mark = /diverges|not/.test(word) ? "✗" : /converges|agree/.test(word) ? "✓" : "~";
      rowsOf[track.slider](i, String(rate), word, mark);
      line = line.replaceAll(`{${track.slider}}`, rate);
    });
    const step = Math.floor(lab.time), { unit, sign } = lab.scene.steps;
    rowsOf.at(-1)(step, unit ? `${step * unit}${sign}` : String(step));
    setText(code, line);
  }

  function paint(view) {
    const { canvas, under, picture, caption, width, height } = view, ratio = devicePixelRatio || 1, g = canvas.getContext("2d");
    if (!width) return;
    if (!view.fresh) {
      for (const surface of [canvas, under]) [surface.width, surface.height] = [Math.round(width * ratio), Math.round(height * ratio)];
      const g = under.getContext("2d");
      g.scale(ratio, ratio);
      g.font = "12px sans-serif";
      picture.backdrop(g, width, height);
      view.fresh = true;
    }
    g.reset();
    g.drawImage(under, 0, 0);
    g.scale(ratio, ratio);
    g.lineJoin = g.lineCap = "round";
    setText(caption, picture.draw(g) ?? picture.hint);
  }
  // -- the controls → state
  // What Python should know: where the sliders rest.
  const keep = () => { model.set({ sliders: [...lab.sliders], step: Math.floor(lab.time) }); model.save_changes(); };
  function go(time) {
    pause();
    lab.time = clamp(time, 0, end());
    queue();
    keep();
  }
  function start() {
    if (lab.time >= end()) lab.time = 0;
    [lab.playing, readout.ariaLive] = [true, "off"]; // sixty numbers a second are no news
    setText(play, "❚❚ pause");
    let before = performance.now();
    const tick = (now) => {
      if (!lab.playing || !card.isConnected) return pause();
      const rate = STEPS_PER_SECOND * parseInt(speed.textContent), seconds = Math.min(now - before, 100) / 1000;
      if (!still.matches) [lab.time, before] = [lab.time + seconds * rate, now];
      else if (now - before > 1000 / rate) [lab.time, before] = [Math.floor(lab.time) + 1, now];
      if (lab.time >= end()) { lab.time = end(); pause(); }
      draw();
      requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  }
  function pause() {
    if (!lab.playing) return;
    [lab.playing, readout.ariaLive] = [false, "polite"];
    setText(play, "▶ play");
    keep();
  }

  const ask = makeAsk(model, "The sliders and play work without it.", (text) => { setText(message, text); choice.value = lab.scene.surface; });
  // -- mouse and keys on the pictures
  function makeView(spec) {
    const picture = (spec.kind === "valley" ? valleyPicture : plotPicture)(lab, spec), { on, name, hint } = picture;
    const canvas = make("canvas", { tabIndex: on ? 0 : -1, role: "img", "aria-label": `${name}: ${hint}` }), caption = make("figcaption");
    const turn = (dx, dy) => {
      lab.turn = { yaw: lab.turn.yaw + dx, pitch: clamp(lab.turn.pitch + dy, 0.05, 1.5) };
      queue((view) => view.picture.on === "turn");
    };
    const aim = (v1, v2) => { // at the slider position and the step whose frame is nearest
      let nearest = Infinity;
      for (const i of range(0, lab.scene.sliders[0].values.length - 1)) for (const k of range(0, lab.film.steps)) {
        const [x, y] = lab.film.at(0, i, k), away = Math.hypot(x - v1, y - v2);
        if (away <= nearest) [nearest, lab.sliders[0], lab.time] = [away, i, k];
      }
      queue();
    };
    canvas.onpointerdown = canvas.onpointermove = (event) => {
      if (event.type === "pointerdown") canvas.setPointerCapture(event.pointerId);
      else if (!canvas.hasPointerCapture(event.pointerId)) return;
      if (on === "turn") return turn(-event.movementX * 0.01, event.movementY * 0.008);
      pause();
      const box = canvas.getBoundingClientRect(), v = picture.at(event.clientX - box.left, event.clientY - box.top);
      if (on === "start" || event.shiftKey) ask({ start: v.slice(0, lab.scene.m) });
      else if (on === "aim") aim(...v);
    };
    canvas.onpointerup = () => { if (on === "aim") keep(); };
    canvas.onkeydown = (event) => {
      const move = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
      if (!move || !on) return;
      event.preventDefault();
      if (on === "turn") return turn(-move[0] * 0.08, -move[1] * 0.06);
      ask({ start: lab.scene.domain.map(([low, high], i) => clamp(lab.film.start[i] + (move[i] * (high - low)) / 40, low, high)) });
    };
    return { picture, canvas, caption, under: make("canvas"), figure: make("figure", { className: `gd-${name}` }, canvas, caption) };
  }

  const resize = new ResizeObserver(() => {
    for (const view of views) [view.width, view.height, view.fresh] = [view.canvas.clientWidth, view.canvas.clientHeight, false];
    queue();
  });
  // -- data from Python → state
  function update() {
    const film = model.get("film");
    if (film !== lab.source) [lab.source, lab.film] = [film, openFilm(film)];
    if (lab.scene !== model.get("scene")) {
      lab.scene = model.get("scene");
      const { sliders, steps, surfaces, tracks, readout: names } = lab.scene;
      setText(title, lab.scene.title);
      chooser.hidden = surfaces.length < 2;
      setText(chooser.firstChild, `${lab.scene.choice ?? "surface"} `);
      choice.replaceChildren(...surfaces.map(([value, text]) => make("option", { value }, text)));
      choice.value = lab.scene.surface;
      const controls = JSON.stringify([sliders, steps, tracks, names]);
      if (controls !== lab.controls) { // else they stay, and keep the focus
        lab.controls = controls;
        const made = sliders.map(({ name, values, marks }, s) => makeRow(name, "gd-eta", values.length - 1, (i) => { lab.sliders[s] = i; draw(); }, keep,
          [[0, String(values[0]), ""], [values.length - 1, String(values.at(-1)), ""], ...marks]));
        made.push(makeRow(steps.name, "gd-step", lab.film.steps, (k) => { pause(); lab.time = k; draw(); }, keep));
        rows.replaceChildren(...made.map(([row]) => row));
        rowsOf = made.map(([, set]) => set);
        cells = tracks.map(() => names.map(() => make("b")));
        readout.replaceChildren(...tracks.map((track, t) => make("div", {}, ...(track.name ? [make("i", { className: `gd-${track.colour}` }, track.name)] : []),
          ...names.map(([name], c) => make("span", {}, `${name} `, cells[t][c])))));
      }
      resize.disconnect();
      views = lab.scene.pictures.map(makeView);
      pictures.replaceChildren(...views.map((view) => view.figure));
      for (const view of views) resize.observe(view.canvas);
    }
    lab.sliders = [...model.get("sliders")];
    if (!lab.playing && Math.floor(lab.time) !== model.get("step")) lab.time = model.get("step");
    queue();
  }
  const theme = new MutationObserver(() => queue(() => true));
  theme.observe(document.body, { attributes: true });
  model.on("change:scene change:film change:sliders change:step", update);
  update();
  return () => [resize, theme].forEach((observer) => observer.disconnect()); // a lab out of the page stops playing
}

export default { render };
