// Live training: buttons and sliders go to Python, pictures of the learning network come back.

import {
  bytes,
  clamp,
  figures,
  make,
  makeAsk,
  makeButton,
  makeCard,
  makeRow,
  range,
  setText,
} from "./kit.js";

const PURPLE = [84, 39, 136],
  BROWN = [179, 88, 6]; // weights below and above zero; white is zero

// A line for each column of `points` (rows of four: epoch, C, and the two shares read).
function drawChart(canvas, points, columns, top, colours, faint, line) {
  const ratio = devicePixelRatio || 1,
    g = canvas.getContext("2d"),
    width = canvas.clientWidth,
    height = canvas.clientHeight;
  [canvas.width, canvas.height] = [width * ratio, height * ratio];
  g.scale(ratio, ratio);
  const rows = range(0, points.length / 4 - 1),
    last = Math.max(points.at(-4), 0.01);
  const x = (epoch) => 40 + (epoch / last) * (width - 56),
    y = (value) => height - 20 - (clamp(value, 0, top) / top) * (height - 32);
  [g.font, g.lineWidth, g.lineJoin, g.strokeStyle, g.fillStyle, g.textAlign] = [
    "12px sans-serif",
    1,
    "round",
    line,
    faint,
    "right",
  ];
  for (const share of [0, 0.5, 1]) {
    g.fillText(
      top === 1 ? `${share * 100} %` : (share * top).toPrecision(2),
      34,
      y(share * top) + 4,
    );
    g.strokeRect(40, y(share * top), width - 56, 0);
  }
  g.fillText(`epoch ${last.toFixed(2)}`, width - 14, height - 4);
  columns.forEach((column, c) => {
    [g.strokeStyle, g.fillStyle, g.lineWidth] = [colours[c], colours[c], 2];
    g.setLineDash(c ? [5, 3] : []);
    g.beginPath();
    for (const row of rows) g.lineTo(x(points[4 * row]), y(points[4 * row + column]));
    g.stroke();
    g.fillRect(x(last) - 2.5, y(points.at(column - 4)) - 2.5, 5, 5);
  });
}

// Images of 28 × 28 grey values, side by side with a gap of one pixel.
function drawTiles(canvas, images, across, colour) {
  const n = images.length / 784,
    g = canvas.getContext("2d");
  [canvas.width, canvas.height] = [29 * across - 1, 29 * Math.ceil(n / across) - 1];
  for (const tile of range(0, n - 1)) {
    const pixels = new ImageData(28, 28);
    for (const p of range(0, 783)) pixels.data.set([...colour(images[784 * tile + p]), 255], 4 * p);
    g.putImageData(pixels, 29 * (tile % across), 29 * Math.floor(tile / across));
  }
}

function render({ model, el }) {
  const { etas, sizes, images } = model.get("scene"),
    percent = (share) => `${(100 * share).toFixed(1)} %`;
  const ask = makeAsk(model, "The network keeps what it has learned.", (text) =>
    setText(message, text),
  );
  const act = (text, label, what, kind) => makeButton(text, label, () => ask({ do: what }), kind);
  const run = makeButton(
    "▶ start",
    "start or pause",
    () => ask({ do: model.get("shown").running ? "pause" : "start" }),
    "gd-play",
  );
  const message = make("p", { className: "gd-message", role: "alert" }),
    readout = make("div", { className: "gd-readout", role: "status" });
  const slide = (trait, name, values) =>
    makeRow(
      name,
      `gd-${trait}`,
      values.length - 1,
      (i) => {
        model.set(trait, i);
        model.save_changes();
        paint();
      },
      null,
      [
        [0, String(values[0]), ""],
        [values.length - 1, String(values.at(-1)), ""],
      ],
    );
  const [rateRow, setRate] = slide("rate", "learning rate η", etas),
    [sizeRow, setSize] = slide("size", "mini-batch size", sizes);
  const canvas = (name) => make("canvas", { role: "img", "aria-label": name });
  const figure = (kind, picture, caption) =>
    make("figure", { className: kind }, picture, make("figcaption", {}, caption));
  const [cost, shares, weights] = [
    canvas("C on 1,000 training images"),
    canvas("share of images read"),
    canvas("the weights of the hidden neurons"),
  ];
  const meter = ["promised", "actual"].map((name) =>
    make("div", {}, make("b", {}, name), make("span", {}, make("i")), make("output")),
  );
  const mistakes = range(0, 9).map(() =>
    make("figure", {}, canvas("a misread digit"), make("figcaption")),
  );
  const card = makeCard(
    make(
      "header",
      {},
      make("strong", {}, "Live training"),
      make(
        "span",
        { className: "gd-buttons" },
        act("↺ reset", "reset to the same start", "reset"),
        act("one mini-batch", "train on one mini-batch", "batch"),
        act("one epoch", "train to the end of an epoch", "epoch"),
        run,
      ),
    ),
    rateRow,
    sizeRow,
    message,
    make(
      "div",
      { className: "gd-train" },
      figure("gd-chart", cost, "C on 1,000 training images"),
      figure("gd-chart", shares, "images read: training (line), test (dashes)"),
      figure("gd-meter gd-bars", make("div", {}, ...meter), "ΔC of the last mini-batch measured"),
      figure(
        "gd-weights",
        weights,
        "what the hidden neurons look at: brown excites, purple silences",
      ),
      figure(
        "gd-mistakes",
        make("div", {}, ...mistakes),
        "ten test images that it misreads: what it says, what it is",
      ),
    ),
    readout,
    make(
      "div",
      { className: "gd-code" },
      "This lab runs ",
      make("code", {}, "network.v[:] = step(network.v, nabla_C, eta)"),
    ),
  );
  el.append(card);

  function paint() {
    const now = model.get("shown"),
      css = getComputedStyle(card),
      look = (name) => css.getPropertyValue(`--gd-${name}`);
    const points = new Float32Array(bytes(now.curves).buffer),
      brightest = Math.max(...range(0, points.length / 4 - 1).map((row) => points[4 * row + 1]));
    const [eta, size] = [etas[model.get("rate")], sizes[model.get("size")]];
    setRate(model.get("rate"), String(eta));
    setSize(model.get("size"), String(size));
    setText(run, now.running ? "❚❚ pause" : "▶ start");
    if (now.message) setText(message, now.message);
    readout.ariaLive = now.running ? "off" : "polite"; // ten readouts a second are no news
    const last = now.steps
      ? `, the last with η = ${now.eta} on ${now.size} of ${images.toLocaleString("en")} images`
      : "";
    setText(
      readout,
      `epoch ${now.epoch.toFixed(2)} · ${now.steps.toLocaleString("en")} steps${last} · ` +
        `C ${figures(now.cost)} · read: training ${percent(now.train_accuracy)}, ` +
        `test ${percent(now.test_accuracy)}`,
    );
    drawChart(cost, points, [1], brightest, [look("accent")], look("faint"), look("line"));
    drawChart(
      shares,
      points,
      [2, 3],
      1,
      [look("accent"), look("ball")],
      look("faint"),
      look("line"),
    );
    const changes = [now.promised, now.actual],
      longest = Math.max(...changes.map(Math.abs));
    meter.forEach((row, i) => {
      setText(row.lastChild, `${changes[i] > 0 ? "▲ " : ""}${figures(changes[i])}`);
      row.querySelector("i").style.width = `${(100 * Math.abs(changes[i])) / longest || 0}%`;
      row.className = changes[i] > 0 ? "gd-most" : "";
    });
    drawTiles(weights, bytes(now.weights), 10, (grey) =>
      (grey < 128 ? PURPLE : BROWN).map((c) => 255 + ((c - 255) * Math.abs(grey - 128)) / 128),
    );
    mistakes.forEach((tile, i) => {
      tile.hidden = i >= now.captions.length;
      if (tile.hidden) return;
      drawTiles(
        tile.firstChild,
        bytes(now.mistakes).subarray(784 * i, 784 * (i + 1)),
        1,
        (grey) => [255 - grey, 255 - grey, 255 - grey],
      );
      setText(tile.lastChild, now.captions[i]);
    });
  }
  const observers = [new MutationObserver(paint), new ResizeObserver(paint)];
  observers[0].observe(document.body, { attributes: true });
  observers[1].observe(card);
  model.on("change:shown change:rate change:size", paint);
  paint();
  return () => observers.forEach((observer) => observer.disconnect());
}

export default { render };
