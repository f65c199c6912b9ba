"""The labs of descents: the rolling ball, the duel of learning rates, the ball and its ghost."""

import matplotlib.pyplot as plt
import numpy as np

from gdlib import plots
from gdlib.costs import COSTS, Cost, from_function
from gdlib.descent import check_start, descents
from gdlib.doors import check_count, check_eta, check_momentum
from gdlib.labs import scene
from gdlib.labs.film import END, to_film
from gdlib.labs.player import Player
from gdlib.plots.surface import cost_axis

LONGEST = 2_000  # steps of a film: it is kept for every learning rate, and sent at every drop
ONE = {"name": "", "film": 0, "slider": 0, "colour": "ball", "line": "accent"}
OTHER = {"name": "", "film": 0, "slider": 0, "colour": "ghost", "line": "ghost"}
READOUT = [["step", "step"], ["v =", "v"], ["C =", 2], ["‖∇C‖ =", 3],
           ["promised ΔC = −η‖∇C‖² =", "promised"], ["actual ΔC =", "actual"]]  # fmt: skip
ONE_VARIABLE = [["step", "step"], ["v =", "v"], ["C =", 2], ["C′(v) =", 3],
                ["promised ΔC = −ηC′² =", "promised"], ["actual ΔC =", "actual"]]  # fmt: skip
SHORT = [["step", "step"], ["v =", "v"], ["C =", 2], ["actual ΔC =", "actual"], ["", "word"]]


def ball(cost, start=None, eta=None, steps=100):
    """Watch gradient descent roll down a surface, at any learning rate.

    `cost` is a Cost of one or two variables, or your own function of v; `start` is where the
    ball is dropped, shape (m,), by default up on one side; `eta` the learning rate to open with
    (the slider takes the nearest it has); `steps` how many steps the film holds, at most 2,000.
    The lab's `descent` is the Descent on show, `eta` its learning rate. Raises TypeError or
    ValueError as `gradient_descent` does, and for a cost of more than two variables.
    """
    return Descents("The rolling ball", cost, start, [eta], steps, [ONE])


def duel(cost, start=None, etas=(None, None), steps=60):
    """Let two learning rates run from one start, step by step. Arguments and errors: see `ball`."""
    tracks = [ONE | {"name": "one", "line": "ball"}, OTHER | {"name": "other", "slider": 1}]
    return Descents("A duel of two learning rates", cost, start, etas, steps, tracks)


def ghost(cost, start=None, eta=None, momentum=0.9, steps=60):
    """Roll the ball beside a ghost that has mass and friction: it keeps its momentum.

    Arguments and errors: see `ball` and, for `momentum`, `gradient_descent`.
    """
    tracks = [ONE | {"name": "ball", "line": "ball"}, OTHER | {"name": "ghost", "film": 1}]
    momentum = check_momentum(momentum)
    return Descents("Not physics", cost, start, [eta], steps, tracks, momentum)


def check_etas(etas, n):
    """Return n learning rates as a list, or raise TypeError or ValueError; None may be one."""
    if not isinstance(etas, (list, tuple, np.ndarray)) or len(etas) != n:
        raise ValueError(f"etas must be {n} learning rates, got {etas!r:.60}")
    return [None if eta is None else check_eta(eta) for eta in etas]


class Descents(Player):
    """The lab behind `ball`, `duel` and `ghost`: one start, and a film for each momentum."""

    def __init__(self, title, cost, start, etas, steps, tracks, momentum=None):
        cost = cost if isinstance(cost, Cost) else from_function(cost)
        self._surfaces = {c.name: c for c in [*COSTS.values(), cost] if c.m == cost.m}
        self._title, self._tracks = title, tracks
        self._steps = check_count("steps", steps, most=LONGEST)
        self._momenta = [0.0] if momentum is None else [0.0, momentum]
        etas = check_etas(etas, 1 + max(track["slider"] for track in tracks))
        super().__init__()
        with self.hold_sync():
            self._show(cost, start, etas)

    @property
    def eta(self):
        """The learning rate that the (first) slider is on."""
        return self._etas[self.sliders[0]]

    @property
    def descent(self):
        """The Descent that the lab is showing (the first, if there are two)."""
        return self._shown()[0]

    def _shown(self):
        return [self._films[t["film"]][self.sliders[t["slider"]]] for t in self._tracks]

    def respond(self, request):
        """Drop the ball at request["start"], or change to the surface named request["surface"]."""
        if "surface" in request:
            self._show(self._surfaces[request["surface"]], None, [None] * len(self.sliders))
        else:
            start = scene.round_to_picture(request["start"], self._cost)
            self._show(self._cost, start, [self._etas[i] for i in self.sliders])

    def _show(self, cost, start, etas):
        """Compute the films of a cost from a start and hand them to the front end."""
        surface_changes = not hasattr(self, "_cost") or cost is not self._cost
        if surface_changes:
            limit = scene.limit(cost)
            # two films take the room of one: every second learning rate will do
            scale = limit or scene.reach(cost)
            values = scene.three_decades(2 * scale)[:: len(self._momenta)]
            what = self._scene(cost, limit, values)
        else:
            limit, values, what = self._limit, self._etas, self.scene
            scale = values[-1] / 2
        if start is None:
            low, width = np.transpose([(low, high - low) for low, high in cost.domain])
            start = scene.round_to_picture(low + width * (0.06, 0.86)[: cost.m], cost)
        start = check_start(cost, np.atleast_1d(start))
        films = [descents(cost, start, values, self._steps, mu) for mu in self._momenta]
        self._cost, self._limit, self._etas, self._films = cost, limit, values, films
        defaults = np.multiply(scale, [0.1, 0.8])
        chosen = [
            default if eta is None else eta for eta, default in zip(etas, defaults, strict=False)
        ]
        self.scene, self.film = what, self._frames()
        self.sliders = [int(np.argmin(np.abs(np.log(values) - np.log(eta)))) for eta in chosen]
        self.step = 0

    def _scene(self, cost, limit, values):
        """Return what the front end draws the films on."""
        if cost.m == 1:
            pictures = [scene.graph(cost), scene.curve(cost, self._steps)]
        else:
            curve = scene.curve(cost, self._steps)
            pictures = [scene.valley(cost), scene.plan(cost), curve]
        marks = {f"2/λ_max = {limit:.3g}": limit} if limit else {}
        names = ["learning rate η", "the other η"][: 1 + max(t["slider"] for t in self._tracks)]
        return {
            "title": self._title,
            "m": cost.m,
            "domain": cost.domain,
            "surface": cost.name,
            "surfaces": [
                [c.name, f"{c.name.replace('_', ' ')}: {c.formula}"]
                for c in self._surfaces.values()
            ],
            "sliders": [scene.slider(name, values, **marks) for name in names],
            "steps": {"name": "step"},
            "tracks": self._tracks,
            "readout": SHORT if len(self._tracks) > 1 else ONE_VARIABLE if cost.m == 1 else READOUT,
            "code": self._line(cost),
            "pictures": pictures,
        }

    def _line(self, cost, start="{start}", etas=("{0}", "{1}")):
        """Return the Python that the lab runs."""
        comma = "," if cost.m == 1 else ""
        run = f"v0=({start}{comma}), eta={etas[0]}, steps={self._steps}"
        line = f"gradient_descent({cost.name}, {run})"
        if len(self._momenta) > 1:
            line += f", and with momentum={self._momenta[1]:g}"
        if self._tracks[-1]["slider"] == 1:
            line += f", and with eta={etas[1]}"
        return line

    def _frames(self):
        """Return the films as data: v1, v2, C and ‖∇C‖ (signed for one variable) of each step."""
        shape = len(self._films), len(self._etas), self._steps + 1, 4
        frames = np.full(shape, np.nan)
        for rows, descents_ in zip(frames, self._films, strict=True):
            for row, d in zip(rows, descents_, strict=True):
                one = d.v.shape[1] == 1
                slope = d.nabla_C[:, 0] if one else np.hypot(*d.nabla_C.T)
                v2 = np.zeros(len(d.C)) if one else d.v[:, 1]
                row[: len(d.C)] = np.column_stack([d.v[:, 0], v2, d.C, slope])
        words = [[d.regime for d in descents_] for descents_ in self._films]
        # the film of a path ends before its numbers do
        lengths = np.cumprod(np.abs(frames).max(axis=3) < END, axis=2).sum(axis=2)
        return to_film(frames, self._films[0][0].v[0], lengths, words)

    def summary(self):
        """Return the descents on show in plain sentences."""
        start = ", ".join(f"{x:g}" for x in self.descent.v[0])
        etas = [f"{self._etas[i]:g}" for i in self.sliders]
        text = f"Lab, {self._title.lower()}: {self._line(self._cost, start, etas)}."
        for track, d in zip(self._tracks, self._shown(), strict=True):
            end = ", ".join(f"{x:.3g}" for x in d.v[-1])
            text += (
                f" {track['name'] or 'It'} {d.regime}: C = {d.C[0]:.3g} at the start; "
                f"after {len(d.C) - 1} steps v = ({end}), C = {d.C[-1]:.3g}."
            )
        return text + (f" The limit 2/λ_max is {self._limit:.3g}." if self._limit else "")

    def poster(self):
        """Return a Figure with the pictures of the descents on show."""
        figure = plt.figure(figsize=(9.6, 3.4))
        shown = list(zip(self._tracks, self._shown(), strict=True))
        two = len(shown) > 1
        if self._cost.m == 1:
            top, curve = figure.subplots(1, 2)
            plots.graph(top, self._cost)
            (v,), slope = self.descent.v[0], self.descent.nabla_C[0, 0]
            limits = top.get_ylim()
            top.axline((v, self.descent.C[0]), slope=slope, color=plots.BLUE, label="tangent")
            top.set_ylim(limits)
        else:
            valley = figure.add_subplot(1, 3, 1, projection="3d")
            plots.surface(valley, self._cost)
            top, curve = figure.add_subplot(1, 3, 2), figure.add_subplot(1, 3, 3)
            plots.contour(top, self._cost)
        for track, d in shown:
            main = {"ball": plots.BALL, "ghost": plots.GHOST}[track["colour"]]
            light = main if track["colour"] == "ghost" or self._cost.m == 1 else "white"
            if self._cost.m == 2:
                plots.path_3d(valley, d, light, main)
            plots.path(top, d, light, main)
            line = main if two else plots.BLUE
            plots.cost_curve(curve, d, cost_axis(self._cost), line, track["name"])
        if two:
            curve.legend()
        etas = (self._etas[self.sliders[track["slider"]]] for track, _ in shown)
        regimes = (f"η = {eta:g} {d.regime}" for eta, (_, d) in zip(etas, shown, strict=True))
        title = f"{self._title}: {self._cost.name}; {', '.join(regimes)}"
        figure.suptitle(title, parse_math=False)
        return figure
