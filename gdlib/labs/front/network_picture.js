// The picture of a network: an image on the left, and a column of neurons for each layer.

import { clear } from "./chart.js";
import { drawArrow, drawRing, setPen, trace } from "./draw.js";
import { ARROWS, clamp, range } from "./kit.js";
import { drawTiles, inkColour } from "./tiles.js";
import { say } from "./words.js";

/**
 * A network and the image that flows through it.
 * @typedef {object} Flow
 * @property {Uint8Array} image 784 grey values
 * @property {(Float32Array | Int8Array)[]} weights of each layer, row by row
 * @property {Float32Array[]} a what the neurons of each layer put out
 * @property {boolean} [blank] whether there is no image to read
 */
/** @typedef {number[]} Chosen a layer, 0 for the first after the image, and a neuron; or none */
/**
 * A weight: its layer, the pixel or neuron that it comes from, none for a bias, and its neuron.
 * @typedef {[number, number | null, number]} Weight
 */
/** @typedef {Object<string, string>} Colours faint, line, lamp, plus, minus, text, panel, ball */

const EDGES = 120; // the strongest, of those from the image
const picture = document.createElement("canvas"); // the image, before it is enlarged

/** Cuts numbers into pieces of these lengths. */
export function cut(numbers, lengths) {
  let end = 0;
  return lengths.map((length) => numbers.subarray(end, (end += length)));
}

/** Cuts the weights of a network of 784 inputs, and layers of these sizes, into those of each. */
export const cutWeights = (weights, layers) =>
  cut(
    weights,
    layers.map((count, layer) => count * (layer ? layers[layer - 1] : 784)),
  );

/**
 * The colours of the picture in a card.
 * @returns {Colours}
 */
export function coloursOf(card) {
  const css = getComputedStyle(card);
  const names = ["faint", "line", "panel", "plus", "minus", "lamp", "accent", "ball"];
  const colours = names.map((name) => [name, css.getPropertyValue(`--gd-${name}`)]);
  return { ...Object.fromEntries(colours), text: css.color };
}

/**
 * Where things are on a canvas of this width and height.
 * @param {Flow} flow
 */
function layOut(flow, width, height) {
  const side = Math.min(0.3 * width, 190);
  const [first, last] = [side + 0.2 * width, width - 62];
  const columns = flow.a.length;
  const most = Math.max(...flow.a.map((a) => a.length));
  return {
    side,
    corner: /** @type {[number, number]} */ ([8, (height - side) / 2]),
    radius: Math.min(11, (0.42 * (height - 20)) / most),
    /** @type {(layer: number, number: number) => [number, number]} */
    neuron: (layer, number) => {
      const count = flow.a[layer].length;
      const high = (height - 20) * (count === most ? 1 : 0.8);
      return [
        columns === 1 ? last : first + ((last - first) * layer) / (columns - 1),
        height / 2 + ((number + 0.5) / count - 0.5) * high,
      ];
    },
    pixel: (p) => [
      8 + ((p % 28) + 0.5) * (side / 28),
      (height - side) / 2 + (Math.floor(p / 28) + 0.5) * (side / 28),
    ],
  };
}

/**
 * Lets a click and the arrow keys choose a neuron on the picture of a network.
 * @param {HTMLCanvasElement} canvas
 * @param {number[]} layers how many neurons each has
 * @param {() => Flow} flow what the picture shows
 * @param {() => Chosen | []} chosen
 * @param {(neuron: Chosen) => void} choose
 */
export function chooseNeurons(canvas, layers, flow, chosen, choose) {
  canvas.onclick = ({ offsetX, offsetY }) => choose(neuronAt(flow(), canvas, offsetX, offsetY));
  canvas.onkeydown = (event) => {
    const arrow = ARROWS[event.key];
    if (event.ctrlKey || event.metaKey || !arrow) return;
    event.preventDefault();
    const [layer, number] = chosen();
    choose(
      layer === undefined ? [layers.length - 1, 0] : neighbour(layers, [layer, number], arrow),
    );
  };
}

/**
 * The neuron nearest to a place.
 * @returns {Chosen}
 */
function neuronAt(flow, canvas, x, y) {
  const { neuron } = layOut(flow, canvas.clientWidth, canvas.clientHeight);
  const all = flow.a.flatMap((a, layer) => range(0, a.length - 1).map((i) => [layer, i]));
  const far = (chosen) => {
    const [left, top] = neuron(chosen[0], chosen[1]);
    return Math.hypot(left - x, top - y);
  };
  return all.reduce((best, other) => (far(other) < far(best) ? other : best));
}

/**
 * The next neuron of the layer, or the one at the same height in the next layer.
 * @param {number[]} layers how many neurons each has
 * @param {Chosen} chosen
 * @param {number[]} arrow how far to the right and up
 */
function neighbour(layers, [layer, number], [right, up]) {
  const next = clamp(layer + right, 0, layers.length - 1);
  const same = Math.floor(((number + 0.5) / layers[layer]) * layers[next]);
  return [next, clamp(next === layer ? number - up : same, 0, layers[next] - 1)];
}

/** What a neuron is called. */
export function nameOf(layers, [layer, number]) {
  if (layer === layers.length - 1) return say("Output {number}", { number });
  if (layers.length === 2) return say("Hidden neuron {number}", { number });
  return say("Hidden neuron {number} of layer {layer}", { number, layer: layer + 1 });
}

/** Which neurons are lit, in words. */
export function describe({ a }) {
  const lit = a.slice(0, -1).map((outputs, i) => {
    const bright = range(0, outputs.length - 1).filter((j) => outputs[j] > 0.5);
    const which = bright.join(", ") || say("none");
    return say("lit in layer {layer}: {which}", { layer: i + 1, which });
  });
  const outputs = [...a.at(-1)].map((share, digit) => `${digit}: ${share.toFixed(2)}`).join(", ");
  return [...lit, say("outputs {outputs}", { outputs })].join("; ");
}

export const largest = (weights) => weights.reduce((most, w) => Math.max(most, Math.abs(w)), 1e-9);

/** The edges of the chosen neuron, as [from, to, weight × activation beside the largest weight]. */
function edgesOf(flow, chosen, { neuron, pixel }) {
  const [layer, number] = chosen;
  const before = layer ? flow.a[layer - 1] : flow.image;
  const scale = layer ? 1 : 1 / 255;
  const row = flow.weights[layer].subarray(before.length * number, before.length * (number + 1));
  const [most, next] = [layer, layer + 1].map((i) => largest(flow.weights[i] ?? []));
  const to = neuron(layer, number);
  const into = range(0, before.length - 1).map((i) => [
    layer ? neuron(layer - 1, i) : pixel(i),
    to,
    (row[i] * before[i] * scale) / most,
  ]);
  const count = flow.a[layer].length;
  const onwards = range(0, (flow.a[layer + 1]?.length ?? 0) - 1).map((j) => [
    to,
    neuron(layer + 1, j),
    (flow.weights[layer + 1][count * j + number] * flow.a[layer][number]) / next,
  ]);
  const size = (edge) => Math.abs(edge[2]);
  const strongest = into.sort((one, other) => size(other) - size(one)).slice(0, EDGES);
  return [strongest, onwards];
}

/** Each edge is as wide as it is strong; below zero it is dashed. */
function drawEdges(g, edges, colours, widest, brightest) {
  for (const [from, to, share] of edges) {
    const strength = Math.abs(share);
    if (strength < 0.02) continue;
    g.globalAlpha = (0.15 + 0.85 * strength) * brightest;
    setPen(g, share < 0 ? colours.minus : colours.plus, 0.4 + widest * strength);
    trace(g, [from, to], share < 0 ? [5, 3] : []);
  }
  g.globalAlpha = 1;
}

// All connections between the layers, faint, behind everything.
function drawWeb(g, flow, places, colours) {
  setPen(g, colours.line, 0.5);
  const [left, top] = places.corner;
  const edge = [left + places.side, top + places.side / 2];
  flow.a.forEach((a, layer) => {
    for (const to of range(0, a.length - 1).map((i) => places.neuron(layer, i))) {
      const from = layer
        ? range(0, flow.a[layer - 1].length - 1).map((i) => places.neuron(layer - 1, i))
        : [edge];
      for (const place of from) trace(g, [place, to]);
    }
  });
}

// A neuron is a lamp: the disc within its ring is as large, and as bright, as its activation.
function drawLamp(g, [x, y], radius, a, colours) {
  const disc = (size, colour) => {
    g.fillStyle = colour;
    g.beginPath();
    g.arc(x, y, size, 0, 7);
    g.fill();
  };
  disc(radius, colours.panel);
  g.globalAlpha = 0.35 + 0.65 * a;
  disc(radius * Math.sqrt(a), colours.lamp);
  g.globalAlpha = 1;
  setPen(g, colours.faint, 1);
  g.setLineDash([]);
  g.beginPath();
  g.arc(x, y, radius, 0, 7);
  g.stroke();
}

// The ten outputs in figures, each on a bar as long as it is large.
function drawAnswers(g, flow, { neuron, radius }, colours) {
  const answers = flow.a.at(-1);
  g.textAlign = "left";
  answers.forEach((a, digit) => {
    const [x, y] = neuron(flow.a.length - 1, digit);
    g.globalAlpha = 0.35;
    g.fillStyle = colours.lamp;
    g.fillRect(x + radius + 5, y - 8, 44 * a, 16);
    g.globalAlpha = 1;
    g.fillStyle = colours.text;
    const most = !flow.blank && a === Math.max(...answers);
    g.font = `${most ? "bold " : ""}12px sans-serif`;
    g.fillText(flow.blank ? `${digit}` : `${digit}: ${a.toFixed(2)}`, x + radius + 7, y + 4);
  });
}

/** The marked weight as an arrow named t, rings at its ends, and dashed, all that it reaches. */
function drawMarked(g, flow, [layer, source, target], places, colours) {
  const [x, y] = places.neuron(layer, target);
  const ring = places.radius + 3;
  const bias = [x - 44, y]; // it comes from nowhere
  const place = layer ? (i) => places.neuron(layer - 1, i) : places.pixel;
  const from = source === null ? bias : place(source);
  setPen(g, colours.ball, 1.2);
  for (const j of range(0, (flow.a[layer + 1]?.length ?? 0) - 1)) {
    trace(g, [[x, y], places.neuron(layer + 1, j)], [4, 4]);
  }
  const far = Math.hypot(x - from[0], y - from[1]);
  const along = (pixels) => [0, 1].map((i) => from[i] + ([x, y][i] - from[i]) * (pixels / far));
  const tip = along(far - ring);
  setPen(g, colours.panel, 7);
  trace(g, [from, tip]);
  drawArrow(g, null, colours.ball, from, tip, "");
  if (source !== null) drawRing(g, colours.ball, from, layer ? ring : 4);
  drawRing(g, colours.ball, [x, y], ring);
  const [left, top] = along(0.5 * far);
  g.font = "italic bold 17px Georgia, serif";
  g.textAlign = "center";
  setPen(g, colours.panel, 5);
  g.strokeText("t", left, top - 9);
  g.fillStyle = colours.text;
  g.fillText("t", left, top - 9);
}

/**
 * Draws the network with the edges of the chosen neuron, if one is chosen.
 * @param {HTMLCanvasElement} canvas
 * @param {Flow} flow
 * @param {Chosen} chosen
 * @param {Colours} colours
 * @param {Weight | null} marked
 */
export function drawNetwork(canvas, flow, chosen, colours, marked = null) {
  const { g, width, height } = clear(canvas);
  const places = layOut(flow, width, height);
  drawWeb(g, flow, places, colours);
  drawTiles(picture, flow.image, 1, inkColour);
  g.imageSmoothingEnabled = false;
  g.drawImage(picture, ...places.corner, places.side, places.side);
  g.setLineDash([]);
  setPen(g, colours.faint, 1);
  g.strokeRect(...places.corner, places.side, places.side);
  if (chosen.length) {
    const [into, onwards] = edgesOf(flow, chosen, places);
    if (chosen[0]) drawEdges(g, into, colours, 4, 0.9);
    else drawEdges(g, into, colours, 1.6, 0.5);
    drawEdges(g, onwards, colours, 4, 0.9);
  }
  flow.a.forEach((a, layer) =>
    a.forEach((bright, i) => drawLamp(g, places.neuron(layer, i), places.radius, bright, colours)),
  );
  if (chosen.length) {
    drawRing(g, colours.ball, places.neuron(chosen[0], chosen[1]), places.radius + 3);
  }
  if (marked) drawMarked(g, flow, marked, places, colours);
  drawAnswers(g, flow, places, colours);
}
