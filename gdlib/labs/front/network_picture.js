// The picture of a network: an image on the left, and a column of neurons for each layer.

import { clear } from "./chart.js";
import { drawRing, setPen, trace } from "./draw.js";
import { range } from "./kit.js";
import { drawTiles, inkColour } from "./tiles.js";

/**
 * A network and the image that flows through it.
 * @typedef {object} Flow
 * @property {Uint8Array} image 784 grey values
 * @property {Float32Array[]} weights of each layer, row by row
 * @property {Float32Array[]} a what the neurons of each layer put out
 */
/** @typedef {[number, number]} Chosen a layer, 0 for the first after the image, and a neuron */
/** @typedef {Object<string, string>} Colours faint, line, lamp, plus, minus, text, panel, ball */

const EDGES = 120; // the strongest, of those from the image
const picture = document.createElement("canvas"); // the image, before it is enlarged

/**
 * Where things are on a canvas of this width and height.
 * @param {Flow} flow
 */
export function layOut(flow, width, height) {
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
 * The neuron nearest to a place.
 * @returns {Chosen}
 */
export function neuronAt(flow, canvas, x, y) {
  const { neuron } = layOut(flow, canvas.clientWidth, canvas.clientHeight);
  const all = flow.a.flatMap((a, layer) => range(0, a.length - 1).map((i) => [layer, i]));
  const far = (chosen) => {
    const [left, top] = neuron(chosen[0], chosen[1]);
    return Math.hypot(left - x, top - y);
  };
  return all.reduce((best, other) => (far(other) < far(best) ? other : best));
}

export const largest = (weights) => weights.reduce((most, w) => Math.max(most, Math.abs(w)), 1e-9);

/** The edges of the chosen neuron, as [from, to, weight × activation beside the largest weight]. */
function edgesOf(flow, [layer, number], { neuron, pixel }) {
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

/**
 * Draws the network with the edges of the chosen neuron.
 * @param {HTMLCanvasElement} canvas
 * @param {Flow} flow
 * @param {Chosen} chosen
 * @param {Colours} colours
 */
export function drawNetwork(canvas, flow, chosen, colours) {
  const { g, width, height } = clear(canvas);
  const places = layOut(flow, width, height);
  drawWeb(g, flow, places, colours);
  drawTiles(picture, flow.image, 1, inkColour);
  g.imageSmoothingEnabled = false;
  g.drawImage(picture, ...places.corner, places.side, places.side);
  g.setLineDash([]);
  setPen(g, colours.faint, 1);
  g.strokeRect(...places.corner, places.side, places.side);
  const [into, onwards] = edgesOf(flow, chosen, places);
  if (chosen[0]) drawEdges(g, into, colours, 4, 0.9);
  else drawEdges(g, into, colours, 1.6, 0.5);
  drawEdges(g, onwards, colours, 4, 0.9);
  flow.a.forEach((a, layer) =>
    a.forEach((bright, i) => drawLamp(g, places.neuron(layer, i), places.radius, bright, colours)),
  );
  drawRing(g, colours.ball, places.neuron(...chosen), places.radius + 3);
  const answers = flow.a.at(-1);
  g.fillStyle = colours.text;
  g.textAlign = "left";
  answers.forEach((a, digit) => {
    const [x, y] = places.neuron(flow.a.length - 1, digit);
    g.font = `${a === Math.max(...answers) ? "bold " : ""}12px sans-serif`;
    g.fillText(`${digit}: ${a.toFixed(2)}`, x + places.radius + 7, y + 4);
  });
}
