// The pictures of a hidden ground, with the probes on it.

import { drawArrow, drawBall, drawRing, setPen, trace } from "./draw.js";
import { clamp, figures, range } from "./kit.js";
import { PlotPicture } from "./plot.js";
import { ValleyPicture } from "./valley.js";

/** The map: hidden places, the probes, and in the end the ground under them. */
export class HiddenMap extends PlotPicture {
  constructor(game, spec) {
    super(game.show, spec);
    this.game = game;
    this.bands = spec.bands;
  }

  view() {
    return super.view() + this.game.revealed;
  }

  backdrop(g, width, height) {
    const { ground, show, revealed } = this.game;
    this.spec = { ...this.spec, bands: revealed ? this.bands : [] };
    super.backdrop(g, width, height);
    if (revealed) return;
    this.drawFog(g, 1);
    g.fillStyle = show.colours.faint;
    g.globalAlpha = 0.35;
    for (const i of range(0, ground.places - 1)) {
      const [x, y] = this.at(ground.place(i));
      const large = i % 5 === 0 && Math.floor(i / ground.n) % 5 === 0 ? 1.3 : 0.6;
      g.fillRect(x - large, y - large, 2 * large, 2 * large);
    }
  }

  draw(g) {
    const { game } = this;
    if (game.revealed) this.drawGround(g);
    else for (const i of game.probes) this.drawSlope(g, i);
    this.drawProbes(g);
    if (game.cross !== null) this.drawCross(g);
    return game.caption();
  }

  /** The lowest point, gradient descent, and over them what is left of the fog. */
  drawGround(g) {
    this.drawLowest(g);
    g.save();
    super.draw(g);
    g.restore();
    this.drawFog(g, 1 - this.game.clear);
  }

  drawFog(g, density) {
    const { left, right, top, bottom } = this.sheet;
    g.globalAlpha = density;
    g.fillStyle = this.game.show.colours.panel;
    g.fillRect(left, top, right - left, bottom - top);
    g.globalAlpha = 1;
  }

  // The direction of −∇C. The longer the steeper, but by the root: gentle slopes count as well.
  drawSlope(g, i) {
    const { ground, show } = this.game;
    const [slope1, slope2] = ground.slope(i);
    const steep = Math.hypot(slope1, slope2);
    const long = ((this.sheet.bottom - this.sheet.top) / 3) * Math.sqrt(steep / ground.steepest);
    const [x, y] = this.at(ground.place(i));
    const tip = [x - (slope1 / steep) * long, y + (slope2 / steep) * long];
    drawArrow(g, show, show.colours.accent, [x, y], tip, "");
  }

  drawProbes(g) {
    const { game } = this;
    const { ground, show, probes, best } = game;
    const heights = probes.map((i) => ground.heights[i]);
    const [low, high] = [Math.min(...heights), Math.max(...heights)];
    const taken = [];
    for (const i of probes) {
      const share = high > low ? (high - ground.heights[i]) / (high - low) : 1;
      const place = this.at(ground.place(i));
      drawBall(g, show.colours.accent, place, 4 + 4 * share);
    }
    if (best !== null) drawRing(g, show.colours.accent, this.at(ground.place(best)), 11);
    const first = [...new Set([best, probes.at(-1), ...[...probes].reverse()])];
    for (const i of first) if (i !== null && i !== undefined) this.label(g, i, taken);
  }

  /** Writes the height beside a probe, unless another number is there already. */
  label(g, i, taken) {
    const { ground, show, best, revealed } = this.game;
    if (revealed && i !== best) return;
    const [x, y] = this.at(ground.place(i));
    const text = figures(ground.heights[i]);
    g.font = i === best ? "bold 14px sans-serif" : "13px sans-serif";
    const half = g.measureText(text).width / 2;
    const left = clamp(x, this.sheet.left + half, this.sheet.right - half);
    const above = ground.slope(i)[1] > 0; // where the arrow is not
    const top = clamp(y + (above ? -16 : 25), this.sheet.top + 12, this.sheet.bottom - 4);
    const box = { left, top, half };
    const meets = (other) =>
      Math.abs(other.top - top) < 15 && Math.abs(other.left - left) < other.half + half + 2;
    if (taken.some(meets)) return;
    taken.push(box);
    g.textAlign = "center";
    setPen(g, show.colours.paper, 4);
    g.strokeText(text, left, top);
    g.fillStyle = show.colours.text;
    g.fillText(text, left, top);
  }

  drawCross(g) {
    const { ground, show, cross, probes } = this.game;
    const [x, y] = this.at(ground.place(cross));
    const { left, right, top, bottom } = this.sheet;
    setPen(g, show.colours.ball, 1);
    for (const line of [
      [
        [left, y],
        [right, y],
      ],
      [
        [x, top],
        [x, bottom],
      ],
    ])
      trace(g, line, [2, 4]);
    if (!probes.includes(cross)) drawRing(g, show.colours.ball, [x, y], 6);
  }

  // The lowest point there is: a white cross.
  drawLowest(g) {
    const [v1, v2] = this.game.ground.trait.lowest;
    const [x, y] = this.sheet.place(v1, v2);
    for (const [colour, width] of [
      ["rgb(20, 30, 50)", 5],
      ["white", 2.5],
    ]) {
      setPen(g, String(colour), Number(width));
      for (const up of [-10, 10]) {
        trace(g, [
          [x - 10, y - up],
          [x + 10, y + up],
        ]);
      }
    }
  }
}

/** The ground in three dimensions, with the probes on it. */
export class ProbedValley extends ValleyPicture {
  constructor(game, spec) {
    super(game.show, spec);
    this.game = game;
  }

  draw(g) {
    const { ground, show, probes, best } = this.game;
    for (const i of probes) drawBall(g, show.colours.accent, this.eye.place(ground.place(i)), 4.5);
    drawRing(g, show.colours.accent, this.eye.place(ground.place(best)), 8);
    return super.draw(g);
  }
}
