"""The lab of what can go wrong: every start of a grid, coloured by where it ends."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import ListedColormap

from gdlib import plots
from gdlib.costs import Cost
from gdlib.descent import destinations
from gdlib.labs import pictures, scales
from gdlib.labs.descents import Descents
from gdlib.labs.film import Track
from gdlib.words import say

STEPS, N = 200, 201
COARSE = 41  # starts on a side, for a function that is called point by point
MINIMA = {
    say("blue"): "#56b4e9",
    say("orange"): "#e69f00",
    say("pink"): "#cc79a7",
    say("green"): "#009e73",
}
REST = {"yellow": "#f0e442", "grey": "#b4b9c2", "black": "#3a3f47"}


class Basins(Descents):
    """Drop a ball on a map whose colours say where every start ends, after 200 steps.

    A ball has ended in a minimum if C curves up in all directions there and the bottom is no
    more than 1 % of the picture away. Grey starts have not got there, or rest where there is no
    minimum; black ones have left the picture for good. The colours follow the learning rate when
    its slider comes to rest. Arguments and errors: see `ball`.
    """

    def __init__(self, cost, start=None, eta=None):
        if isinstance(cost, Cost) and cost.m != 2:
            raise ValueError(f"basins need a cost of 2 variables, {cost.name} has {cost.m}")
        self._ends, self._minima = None, {}
        tracks = [Track(line="accent")]
        super().__init__(say("What can go wrong"), cost, start, [eta], STEPS, tracks)
        self.observe(lambda _: self._colour(), "sliders")

    def _drop(self, cost, start, etas):
        """Compute the film as every lab of descents does, then the colours."""
        super()._drop(cost, start, etas)
        self._colour()

    def _colour(self):
        """Colour the map for the learning rate on show, unless it is coloured for that already."""
        if self._ends and self._ends[:2] == (self._cost.name, self.eta):
            return
        known = self._minima.setdefault(self._cost.name, [])  # so that each keeps its colour
        labels, minima = ends(self._cost, self.eta, known)
        known[:] = minima
        places = scales.places(self._cost)
        colours = [*list(MINIMA.values())[: len(minima)], *REST.values()]
        self._letters = [(v1, v2, letter) for letter, (v1, v2) in zip("ABCD", minima, strict=False)]
        names = [
            say(
                "{letter}, {colour}: to {place}",
                letter=letter,
                colour=colour,
                place=f"({v1 + 0:.{places}f}, {v2 + 0:.{places}f})".replace("-", "−"),
            )
            for colour, (v1, v2, letter) in zip(MINIMA, self._letters, strict=False)
        ]
        names += [
            say("yellow: other minima"),
            say("grey: not in a minimum"),
            say("black: far away"),
        ]
        shares = [np.mean(labels == label) for label in range(len(names))]
        text = ", ".join(
            f"{name} {share:.0%}" if share >= 0.01 else f"{name} < 1%"
            for name, share in zip(names, shares, strict=True)
            if share
        )
        text = f"η = {self.eta:g}. {text}"
        if len(labels) < N:
            n, name = len(labels), self._cost.name
            few = say("Only {n} × {n} starts, for {name} takes one point at a time", n=n, name=name)
            text += f". {few}"
        self._ends = self._cost.name, self.eta, labels, colours, text
        valley, plan, curve = self.scene["pictures"]
        lines = [["transparent", outline] for _, outline in plan["bands"][-13:]]
        areas = [pictures.regions(labels == i, [0.5], [c])[0] for i, c in enumerate(colours)]
        plan = plan | {"bands": [*areas, *lines], "hint": text, "letters": self._letters}
        self.scene = self.scene | {"pictures": [valley, plan, curve]}

    def summary(self):
        """Return the descent on show and the shares of the ends in plain sentences."""
        return say(
            "{descent} A grid of starts ends so: {ends}.",
            descent=super().summary(),
            ends=self._ends[-1],
        )

    def poster(self):
        """Return a Figure with the coloured map and the descent on show."""
        figure, (top, curve) = plt.subplots(1, 2, figsize=(9.6, 3.4))
        _, _, labels, colours, text = self._ends
        (low1, high1), (low2, high2) = self._cost.domain
        top.imshow(labels, ListedColormap(colours), vmin=0, vmax=len(colours) - 1, origin="lower",
                   extent=(low1, high1, low2, high2), interpolation="nearest")  # fmt: skip
        top.set(xlabel="$v_1$", ylabel="$v_2$")
        top.grid(visible=False)
        for v1, v2, letter in self._letters:
            top.text(v1, v2, letter, weight="bold", ha="center", va="center")
        plots.path(top, self.descent, "white")
        plots.cost_curve(curve, self.descent)
        figure.suptitle(f"{self._cost.name}, {text}", fontsize=10, parse_math=False)
        return figure


def ends(cost, eta, known=()):
    """Return (labels, minima): labels (N, N), rows along v2, and minima, a list of points.

    N is 201, or less for a function of your own that takes one point at a time.
    A label counts the minima: first those that are `known`, then others from the lowest, at most
    four in all; after them come "in another minimum", "not in a minimum" and "far away".
    """
    low, high = np.transpose(cost.domain)
    width = high - low
    n = COARSE if getattr(cost.function, "one_at_a_time", False) else N
    starts = np.stack(np.meshgrid(*(np.linspace(a, b, n) for a, b in cost.domain)))
    v = destinations(cost, starts, eta, STEPS)
    reach = 0.01 * width[:, None, None]
    with np.errstate(all="ignore"):
        C = cost.function(v)
        move, bowl = _to_the_bottom(cost, v)
        settled = bowl & (np.abs(move) < reach).all(axis=0)
        away = ~(np.abs(v - low[:, None, None]) < 10 * width[:, None, None]).all(axis=0)
    minima, labels = [], np.full(C.shape, -1)
    while len(minima) < len(MINIMA):
        free = settled & ~away & (labels < 0)
        if len(minima) < len(known):
            bottom = known[len(minima)]
        elif free.any():
            lowest = np.unravel_index(np.argmin(np.where(free, C, np.inf)), C.shape)
            bottom = v[:, *lowest]
        else:
            break
        near = (np.abs(v - np.reshape(bottom, (2, 1, 1))) < 4 * reach).all(axis=0)
        labels[free & near] = len(minima)
        minima.append(np.round(bottom, scales.places(cost)))
    labels[settled & (labels < 0)] = len(minima)
    labels[labels < 0] = len(minima) + 1
    labels[away] = len(minima) + 2
    return labels, minima


def _to_the_bottom(cost, v):
    """Return Newton's step (2, ...) at v (2, ...), and where C curves up in all directions."""
    h = 5e-5 * max(high - low for low, high in cost.domain)
    (a, b), (c, d) = (
        (cost.gradient(v + move) - cost.gradient(v - move)) / (2 * h)
        for move in h * np.eye(2)[:, :, None, None]
    )
    g1, g2 = cost.gradient(v)
    determinant = a * d - b * c
    step = np.stack([b * g2 - d * g1, c * g1 - a * g2]) / determinant
    return step, (a > 0) & (determinant > 0)
