// Bars from the middle to a number, by powers of ten: one factor is one length, at any size.

import { fill, setPen, trace } from "./draw.js";
import { clamp, figures } from "./kit.js";
import { PICTURES, render } from "./player.js";
import { say } from "./words.js";

const TOP = 4; // pixels: where the rows begin
const AXIS = 40; // the room of the axis below them
const MARGIN = 16; // and what is free on either side
const HEAD = 28; // the room for the text of a row, above its bar
const THICK = 20; // of a bar
const FILLS = ["accent", "ghost", "text"]; // of the bars, from the top

/** A picture of the kind "bars". */
class BarsPicture {
  /**
   * @param {import("./film.js").Show} show
   * @param {import("./film.js").BarsSpec} spec
   */
  constructor(show, spec) {
    this.show = show;
    this.spec = spec;
  }

  /** What the backdrop depends on: nothing but the size. */
  view() {
    return "bars";
  }

  // How far from the middle a size lies: its logarithm, from 0 at `low` to 1 at `high`.
  share(size) {
    const { low, high } = this.spec.size;
    return clamp(Math.log(size / low) / Math.log(high / low), 0, 1);
  }

  /** The pixel, from the left, of a number of either sign. */
  across(number) {
    return this.middle + Math.sign(number) * this.share(Math.abs(number)) * this.half;
  }

  backdrop(g, width, height) {
    const { show, spec } = this;
    this.middle = width / 2;
    this.half = width / 2 - MARGIN;
    this.bottom = height - AXIS;
    this.row = (this.bottom - TOP) / spec.bars.length;
    g.fillStyle = show.colours.faint;
    g.textAlign = "center";
    g.fillText(spec.size.label, this.middle, this.bottom + 32);
    this.drawMark(g, this.middle, show.colours.text);
    const every = this.half > 34 * spec.size.ticks.length ? 1 : 2; // room for half of the labels
    const ticks = /** @type {[number, string][]} */ (spec.size.ticks);
    ticks.forEach(([size, text], i) => {
      for (const minus of ["−", ""]) {
        const x = this.across(minus ? -size : size);
        this.drawMark(g, x, size === 1 ? show.colours.faint : show.colours.line);
        if (i % every === 0) g.fillText(minus + text, x, this.bottom + 15);
      }
    });
  }

  // A line behind the bars, but not behind the texts above them.
  drawMark(g, x, colour) {
    setPen(g, colour, 1);
    for (const row of this.spec.bars.keys()) {
      const upper = TOP + row * this.row + HEAD;
      trace(g, [
        [x, upper - 5],
        [x, upper + THICK + 12],
      ]);
    }
  }

  /** Draws what moves; returns what to say below the picture instead of its hint. */
  draw(g) {
    const { show, spec } = this;
    const track = show.scene.tracks[0];
    const moment = show.moment(track);
    spec.bars.forEach((bar, i) => this.drawBar(g, bar, i, moment));
    return undefined;
  }

  // The row of a bar: its name, its factor and its number; and a tick where it ends at each step.
  drawBar(g, [name, channel, factor], i, { now, here, step }) {
    const { show, middle, half } = this;
    const top = TOP + i * this.row;
    const upper = top + HEAD;
    const colour = show.colours[FILLS[i % FILLS.length]];
    const x = this.across(now[channel]);
    g.font = "12px sans-serif";
    g.fillStyle = show.colours.text;
    g.textAlign = "left";
    g.fillText(
      factor ? say("{name}: × {factor} a step", { name, factor: figures(here[factor]) }) : name,
      4,
      top + 17,
    );
    g.textAlign = "right";
    g.fillText(figures(here[channel]), middle + half + MARGIN - 4, top + 17);
    if (Number.isNaN(x)) return;
    g.fillStyle = colour;
    g.fillRect(Math.min(middle, x), upper, Math.max(2, Math.abs(x - middle)), THICK);
    if (Math.abs(now[channel]) > this.spec.size.high) this.drawTip(g, x, upper);
    setPen(g, colour, 1.5);
    show.series(show.scene.tracks[0], channel).forEach((number, k) => {
      const end = this.across(number);
      g.globalAlpha = k <= step ? 1 : 0.35;
      trace(g, [
        [end, upper + THICK + 3],
        [end, upper + THICK + (k <= step ? 11 : 7)],
      ]);
    });
    g.globalAlpha = 1;
  }

  // A bar that is longer than the picture is wide ends in a tip.
  drawTip(g, x, upper) {
    const side = Math.sign(x - this.middle);
    fill(g, [
      [x, upper - 5],
      [x + side * (MARGIN - 2), upper + THICK / 2],
      [x, upper + THICK + 5],
    ]);
  }
}

PICTURES.bars = BarsPicture;

export { render };
