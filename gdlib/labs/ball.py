"""The lab of the rolling ball: one surface, one start, and a slider full of learning rates."""

from itertools import pairwise

import contourpy
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.ticker import LogLocator, MaxNLocator

from gdlib import plots
from gdlib.costs import COSTS, Cost, from_function
from gdlib.descent import check_count, check_eta, check_start, descents
from gdlib.gradient import largest_curvature
from gdlib.labs.player import Player
from gdlib.plots.surface import cost_axis

# The preferred numbers R40 of ISO 3: forty per decade, 1, 2 and 5 among them.
_DECADE = [
    1, 1.06, 1.12, 1.18, 1.25, 1.32, 1.4, 1.5, 1.6, 1.7, 1.8, 1.9, 2, 2.12, 2.24, 2.36, 2.5,
    2.65, 2.8, 3, 3.15, 3.35, 3.55, 3.75, 4, 4.25, 4.5, 4.75, 5, 5.3, 5.6, 6, 6.3, 6.7, 7.1,
    7.5, 8, 8.5, 9, 9.5,
]  # fmt: skip


def learning_rates(limit):
    """Return the 121 learning rates of a slider: three decades of R40 that end at 2 × limit."""
    decade = np.floor(np.log10(2 * limit))
    series = np.concatenate([np.multiply(_DECADE, 10.0 ** (decade + i)) for i in range(-4, 2)])
    end = np.searchsorted(series, 2 * limit * (1 - 1e-3))
    return [float(f"{eta:.3g}") for eta in series[end - 120 : end + 1]]


class Ball(Player):
    """Watch gradient descent roll down a surface of two variables, at any learning rate.

    `cost` is a Cost of two variables, or your own function of v; `start` is where the ball is
    dropped, shape (2,), by default up in a corner of the picture; `eta` the learning rate to
    open with (the slider takes the nearest it has); `steps` how many steps the film holds.
    `descent` is the Descent on show, `eta` its learning rate. Raises TypeError or ValueError
    as `gradient_descent` does, and for a cost that has not two variables.
    """

    def __init__(self, cost, start=None, eta=None, steps=100):
        cost = cost if isinstance(cost, Cost) else from_function(cost)
        self._surfaces = {**COSTS, cost.name: cost}
        self._steps = check_count("steps", steps)
        super().__init__()
        with self.hold_sync():
            self._show(cost, start, None if eta is None else check_eta(eta))

    @property
    def eta(self):
        """The learning rate that the slider is on."""
        return self._etas[self.eta_index]

    @property
    def descent(self):
        """The Descent that the lab is showing."""
        return self._film[self.eta_index]

    def respond(self, request):
        """Drop the ball at request["start"], or change to the surface named request["surface"]."""
        if "surface" in request:
            self._show(self._surfaces[request["surface"]], None, None)
        else:
            self._show(self._cost, [float(f"{x:.3f}") for x in request["start"]], self.eta)

    def _show(self, cost, start, eta):
        """Compute the film of a cost from a start and hand it to the front end."""
        surface_changes = not hasattr(self, "_cost") or cost is not self._cost
        if surface_changes:
            scene, etas = self._scene(cost)
        else:
            scene, etas = self.scene, self._etas
        if start is None:
            low, width = np.transpose([(low, high - low) for low, high in cost.domain])
            start = np.round(low + width * (0.06, 0.86), 3)
        v0 = check_start(cost, start)
        eta = (scene["landmark"] or 1.0) / 10 if eta is None else eta
        film = descents(cost, v0, etas, self._steps)
        self._cost, self._etas, self._film = cost, etas, film
        if surface_changes:
            self.scene = scene
        self.film = self._frames()
        self.eta_index = int(np.argmin(np.abs(np.log(etas) - np.log(eta))))
        self.step = 0

    def _scene(self, cost):
        """Return what the front end draws the film on, and the learning rates of the slider."""
        r = plots.relief(cost)
        landmark = _limit(cost, r)
        etas = learning_rates(landmark or 1.0)
        axis = cost_axis(cost)
        mesh = slice(None, None, 3)
        return {
            "kind": "ball",
            "title": "The rolling ball",
            "surface": cost.name,
            "surfaces": [
                [c.name, f"{c.name.replace('_', ' ')}: {c.formula}"]
                for c in self._surfaces.values()
            ],
            "domain": cost.domain,
            "etas": etas,
            "landmark": landmark,
            "axis": {**axis, "ticks": _ticks(**axis)},
            "bands": _bands(r),
            "heights": r.C[mesh, mesh].astype(np.float32).tobytes(),
            "colours": (_of_squares(r.lit()) * 255).astype(np.uint8).tobytes(),
            "n": len(r.C[mesh]),
        }, etas

    def _frames(self):
        """Return the film as data: v1, v2, C and ‖∇C‖ of each step for each learning rate."""
        frames = np.full((len(self._film), self._steps + 1, 4), np.nan, dtype=np.float32)
        with np.errstate(over="ignore"):
            for frame, d in zip(frames, self._film, strict=True):
                slope = np.linalg.norm(d.nabla_C, axis=1)
                frame[: len(d.C)] = np.column_stack([d.v, d.C, slope])
        return {
            "frames": frames.tobytes(),
            "steps": self._steps,
            "lengths": [len(d.C) for d in self._film],
            "regimes": [d.regime for d in self._film],
            "start": self._film[0].v[0].tolist(),
        }

    def _code(self):
        start = ", ".join(f"{x:g}" for x in self.descent.v[0])
        run = f"v0=({start}), eta={self.eta:g}, steps={self._steps}"
        return f"gradient_descent({self._cost.name}, {run})"

    def summary(self):
        """Return the descent on show in one plain sentence."""
        d = self.descent
        end = f"v = ({d.v[-1, 0]:.3g}, {d.v[-1, 1]:.3g}), C = {d.C[-1]:.3g}"
        return (
            f"Lab, the rolling ball: {self._code()} {d.regime}; "
            f"C = {d.C[0]:.3g} at the start; after {len(d.C) - 1} steps {end}."
            + (f" The limit 2/λ_max is {limit:.3g}." if (limit := self.scene["landmark"]) else "")
        )

    def poster(self):
        """Return a Figure with the surface, the map and the cost of the descent on show."""
        figure = plt.figure(figsize=(9.6, 3.4))
        valley = figure.add_subplot(1, 3, 1, projection="3d")
        plots.surface(valley, self._cost)
        plots.path_3d(valley, self.descent)
        top, curve = figure.add_subplot(1, 3, 2), figure.add_subplot(1, 3, 3)
        plots.contour(top, self._cost)
        plots.path(top, self.descent)
        plots.cost_curve(curve, self.descent, cost_axis(self._cost))
        figure.suptitle(
            f"The rolling ball: {self._cost.name}, η = {self.eta:g}, {self.descent.regime}"
        )
        return figure


def _of_squares(colours):
    """Return the mean colour of each square of 3 × 3 cells: (97, 97, 3) becomes (32, 32, 3)."""
    n = len(colours) // 3
    return colours[: 3 * n, : 3 * n].reshape(n, 3, n, 3, 3).mean(axis=(1, 3))


def _limit(cost, r):
    """Return 2/λ_max at the lowest point of the picture, or None if that is no minimum."""
    i, j = np.unravel_index(np.nanargmin(r.C), r.C.shape)
    if not (0 < i < len(r.C) - 1 and 0 < j < len(r.C) - 1):
        return None
    curvature = largest_curvature(cost, np.array([r.v1[i, j], r.v2[i, j]]))
    return float(f"{2 / curvature:.6g}") if curvature > 1e-6 else None


def _ticks(log, low, high):
    """Return up to six [value, label] pairs for the axis of C."""
    if not log:
        values = MaxNLocator(5).tick_values(low, high)
        return [[v, f"{v:g}".replace("-", "−")] for v in values if low <= v <= high]
    subs = (1, 2, 5) if high / low < 1000 else (1,)
    values = LogLocator(subs=subs, numticks=6).tick_values(low, high)
    superscript = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
    powers = [(v, round(np.log10(v))) for v in values if low <= v <= high]
    return [
        [v, f"{v:g}" if -2 < p < 3 or len(subs) > 1 else "10" + str(p).translate(superscript)]
        for v, p in powers
    ]


def _bands(r):
    """Return the filled contours as [colour, SVG path]: the region above each level, lowest first.

    The paths live in a square of 1000 × 1000 with v2 growing upwards.
    """
    scaled = np.linspace(0, 1000, len(r.C))
    generator = contourpy.contour_generator(scaled, 1000 - scaled, r.C, fill_type="OuterOffset")
    colours = r.colours((r.levels[:-1] + r.levels[1:]) / 2)[:, :3] * 255
    bands = []
    for level, colour in zip(r.levels[:-1], colours.astype(int).tolist(), strict=True):
        pieces = []
        for points, offsets in zip(*generator.filled(level, np.inf), strict=True):
            for start, end in pairwise(offsets):
                corners = " ".join(f"{x:.0f},{y:.0f}" for x, y in points[start : end - 1])
                pieces.append(f"M{corners}Z")
        bands.append(["#" + bytes(colour).hex(), "".join(pieces)])
    return bands
