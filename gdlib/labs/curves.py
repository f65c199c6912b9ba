"""Labs of curves over a slider or over the steps: C along −∇C, and the sharpness of a run."""

import matplotlib.pyplot as plt
import numpy as np

from gdlib import plots
from gdlib.doors import check_cost, check_eta, check_numbers, check_positive
from gdlib.labs import scene
from gdlib.labs.film import to_film
from gdlib.labs.player import Player
from gdlib.landscape import cost_on_line

BALL = {"slider": 0, "colour": "ball", "line": "ball"}
GHOST = {"slider": 0, "colour": "ghost", "line": "ghost"}


class Curves(Player):
    """What both labs share: two tracks, each a film of its own, and two plots of them."""

    def _show(self, what, frames, lengths):
        """Hand frames (2, positions, steps, width) over, and the scene `what` completed."""
        with self.hold_sync():
            self.scene = {"m": 1, "domain": [(0, 1)], "surface": "", "surfaces": []} | what
            self.film = to_film(frames, lengths=[lengths] * 2)
            self.sliders, self.step = [0], 0

    def respond(self, request):
        """There is nothing to ask for."""


class Line(Curves):
    """Walk from v against the gradient, to v − t∇C, with t = η on the slider: what does C do?

    Beside the truth stands what (10) promises, −η‖∇C‖². C and ∇C are those of `cost`, a Cost of m
    variables, in float64. `points` is (k, m), or (m,) for one v; the step chooses among them. The
    slider holds three decades of η, up to `largest` or just beyond; `eta` is the one to open with,
    or the nearest there is. `lowest` and `turns` (k,) hold, for each point, the η of the slider
    with the lowest C, and the first one beyond it with ΔC > 0, or nan. Raises TypeError or
    ValueError for arguments that do not fit.
    """

    def __init__(self, cost, points, eta=3.0, largest=500.0):
        eta, largest = check_eta(eta), check_positive("largest", largest)
        points = np.atleast_2d(check_numbers("points", points))
        points = check_numbers("points", points, ("k", check_cost(cost).m))
        super().__init__()
        self._etas = etas = np.array(scene.three_decades(largest))
        delta_C, slopes = [], []
        for v in points:
            nabla_C = cost.gradient(v)
            delta_C.append(cost_on_line(cost, v, -nabla_C, etas) - cost.function(v))
            slopes.append(nabla_C @ nabla_C)
        self._delta_C = np.array(delta_C).T  # (positions, points)
        self._promised = -np.outer(etas, slopes)
        best = self._delta_C.argmin(axis=0)
        up = (self._delta_C > 0) & (np.arange(len(etas))[:, None] > best)
        self.lowest = etas[best]
        self.turns = np.where(up.any(axis=0), etas[up.argmax(axis=0)], np.nan)
        self._show(self._scene(), self._frames(), [len(slopes)] * len(etas))
        self.sliders = [int(np.argmin(np.abs(np.log(etas / eta))))]

    def _frames(self):
        """Return two films, the truth and the promise: η, scaled ΔC, ΔC, ratio, best η, turn."""
        depth = np.abs(self._delta_C.min(axis=0))
        films = [
            np.broadcast_arrays(
                self._etas[:, None], change / depth, change, change / self._promised,
                *own,
            )
            for change, own in (
                (self._delta_C, (self.lowest, self.turns)),
                (self._promised, (np.nan, np.nan)),
            )
        ]  # fmt: skip
        return np.moveaxis(films, 1, -1)

    def _scene(self):
        etas = self._etas.tolist()
        along = scene.axis(etas[0], etas[-1], "η", log=True)
        plot = {"kind": "plot", "on": None, "along": "slider", "x": along, "layers": ["series"]}
        heights = scene.axis(-2.1, 1.1, "ΔC", ticks=[])
        heights |= {"ticks": [[-2, "twice"], [-1, "lowest"], [0, "0"]], "channel": 1}
        ratio = scene.axis(-0.6, 1.1, "ratio", ticks=[-0.5, 0, 0.5, 1]) | {"channel": 3}
        return {
            "title": "Along −∇C",
            "sliders": [scene.slider("learning rate η", etas)],
            "steps": {"name": "moment"},
            "tracks": [GHOST | {"name": "promise", "film": 1}, BALL | {"name": "truth", "film": 0}],
            "readout": [["ΔC =", 2], ["÷ promise:", 3], ["lowest at η =", 4], ["ΔC > 0 at η =", 5]],
            "code": "cost_on_line(cost, v, -nabla_C, [{0}])",
            "pictures": [
                plot | {"name": "graph", "hint": "ΔC from v to v − η∇C, beside the promise −η‖∇C‖²",
                        "y": heights},
                plot | {"name": "curve", "hint": "ΔC ÷ promise", "y": ratio},
            ],
        }  # fmt: skip

    def summary(self):
        """Return for each point where C is lowest and where it turns positive, rounded."""
        lines = [
            f"Moment {k}: C is lowest near η = {lowest:g}; "
            + (f"ΔC > 0 from about {turn:g}." if turn == turn else "ΔC stays below 0.")
            for k, (lowest, turn) in enumerate(zip(self.lowest, self.turns, strict=True))
        ]
        return f"Lab, along −∇C, η from {self._etas[0]:g} to {self._etas[-1]:g}. " + " ".join(lines)

    def poster(self):
        """Return a Figure of the truth and the promise at up to three of the points."""
        shown = np.unique(np.linspace(0, len(self.lowest) - 1, 3).astype(int))
        figure, axes = plt.subplots(1, len(shown), figsize=(9.6, 3.2), squeeze=False)
        for ax, k in zip(axes[0], shown, strict=True):
            depth = -self._delta_C[:, k].min()
            near = np.append(True, self._etas <= 2.4 * self.lowest[k])
            etas = np.append(0, self._etas)[near]
            ax.axhline(0, color=plots.GREY, linewidth=1)
            for change, line, colour, name in (
                (self._promised, "--", plots.GHOST, "promise"),
                (self._delta_C, "-", plots.BALL, "truth"),
            ):
                ax.plot(etas, np.append(0, change[:, k])[near], line, color=colour, label=name)
            ax.plot(self.lowest[k], -depth, "o", color=plots.BALL)
            ax.set(title=f"moment {k}", xlabel="$\\eta$", ylim=(-2.1 * depth, 1.1 * depth))
        axes[0, 0].set(ylabel="$\\Delta C$")
        axes[0, 0].legend()
        return figure


class Edge(Curves):
    """Watch the sharpness of runs of gradient descent beside the limit 2/η.

    `runs` maps each learning rate, two or more, to its run: an array (k, 3) of step, sharpness
    λ_max and cost C, with the steps the same for all runs; a run may be shorter.
    `eta` is the one to open with. Raises ValueError for runs that do not fit.
    """

    def __init__(self, runs, eta=None):
        if not isinstance(runs, dict):
            raise TypeError(f"runs must be a dictionary from η to its run, got {runs!r:.60}")
        runs = {check_eta(rate): np.asarray(run, dtype=float) for rate, run in sorted(runs.items())}
        shapes = [run.shape for run in runs.values()]
        if len(runs) < 2 or any(len(shape) != 2 or shape[1] != 3 for shape in shapes):
            raise ValueError(f"runs must be two or more arrays of shape (k, 3), got {shapes}")
        if not all(np.isfinite(run).all() and (run[:, 2] > 0).all() for run in runs.values()):
            raise ValueError("runs must hold finite numbers, and each C must be positive")
        longest = max(runs.values(), key=len)
        steps = longest[:, 0]
        if len(steps) < 2 or not all(
            np.array_equal(run[:, 0], steps[: len(run)]) for run in runs.values()
        ):
            raise ValueError("the steps of all runs must be the same, and two or more")
        super().__init__()
        self._runs, self._steps = runs, steps
        frames = np.full((2, len(runs), len(steps), 4), np.nan)
        for i, (rate, run) in enumerate(runs.items()):
            limit = np.full(len(run), 2 / rate)
            for film, sharpness in zip(frames, (run[:, 1], limit), strict=True):
                film[i, : len(run)] = np.column_stack([run[:, 0], sharpness, run[:, 2], limit])
        self._show(self._scene(), frames, [len(run) for run in runs.values()])
        rates = list(runs)
        self.sliders = [0 if eta is None else int(np.argmin(np.abs(np.subtract(rates, eta))))]

    def _scene(self):
        last, every = len(self._steps) - 1, max(1, len(self._steps) // 4)
        along = scene.axis(0, last, "step", ticks=[])
        along |= {"ticks": [[k, f"{self._steps[k]:g}"] for k in range(0, last + 1, every)]}
        plot = {"kind": "plot", "on": None, "x": along, "layers": ["series"]}
        rates, every_run = list(self._runs), np.concatenate(list(self._runs.values()))
        highest = 1.05 * max(every_run[:, 1].max(), 2 / rates[0])
        C = every_run[:, 2]
        costs = scene.axis(0.8 * C.min(), 1.2 * C.max(), "C", log=True) | {"channel": 2}
        return {
            "title": "The edge of stability",
            "sliders": [{"name": "learning rate η", "values": rates, "marks": []}],
            "steps": {"name": "moment"},
            "tracks": [GHOST | {"name": "2/η", "film": 1}, BALL | {"name": "λ_max", "film": 0}],
            "readout": [["after step", 0], ["value:", 1], ["C =", 2]],
            "code": "sharpness(cost, v, rng) after each piece of a run at η = {0}",
            "pictures": [
                plot | {"name": "graph", "hint": "orange: the sharpness λ_max; purple: 2/η",
                        "y": scene.axis(0, highest, "λ") | {"channel": 1}},
                plot | {"name": "curve", "hint": "C of the run", "y": costs},
            ],
        }  # fmt: skip

    def _now(self):
        rate = list(self._runs)[self.sliders[0]]
        return rate, self._runs[rate]

    def summary(self):
        """Return what the run on show does, in one plain sentence."""
        rate, run = self._now()
        return (
            f"Lab, the edge of stability: learning rates {', '.join(f'{r:g}' for r in self._runs)}."
            f" At η = {rate:g} the limit 2/η is {2 / rate:.2g}. The sharpness begins at "
            f"{run[0, 1]:.2g}; after step {run[-1, 0]:g} it is {run[-1, 1]:.2g}, and C is "
            f"{run[-1, 2]:.2g}."
        )

    def poster(self):
        """Return a Figure of the run on show: its sharpness beside the limit, and its cost."""
        figure, (left, right) = plt.subplots(1, 2, figsize=(9.6, 3.2))
        rate, run = self._now()
        left.plot(run[:, 0], run[:, 1], color=plots.BALL, label="$\\lambda_{\\max}$")
        left.axhline(2 / rate, linestyle="--", color=plots.GHOST, label="$2/\\eta$")
        left.set(xlabel="step", ylabel="sharpness")
        left.legend()
        right.semilogy(run[:, 0], run[:, 2], color=plots.BALL)
        right.set(xlabel="step", ylabel="$C$")
        figure.suptitle(f"The edge of stability: η = {rate:g}")
        return figure
