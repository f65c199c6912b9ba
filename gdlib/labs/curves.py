"""Labs of curves over a slider or over the steps: C along −∇C, and the sharpness of a run."""

import matplotlib.pyplot as plt
import numpy as np

from gdlib import plots
from gdlib.doors import check_cost, check_eta, check_numbers, check_positive
from gdlib.labs import pictures, scales
from gdlib.labs.caption import name_of, pasteable
from gdlib.labs.film import Film, Plot, Readout, Scene, Slider, Track, stacked
from gdlib.labs.lab import Player
from gdlib.landscape import cost_on_line
from gdlib.words import say


class Line(Player):
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
        at = name_of(points, "points") + ("[{step}]" if np.ndim(points) > 1 else "")
        points = np.atleast_2d(check_numbers("points", points))
        points = check_numbers("points", points, ("k", check_cost(cost).m))
        super().__init__()
        self._etas = etas = np.array(scales.three_decades(largest))
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
        C = name_of(cost, "cost")
        line = f"cost_on_line({C}, {at}, -{C}.gradient({at}), [{{0}}]) - {C}.function({at})"
        scene = self._make_scene(pasteable(line, cost_on_line))
        self.show(scene, self._make_film(), [scales.nearest(etas, eta)], step=0)

    def _make_film(self):
        """Return a Film of two tracks, the promise and the truth, over η and the points."""
        depth = np.abs(self._delta_C.min(axis=0))
        changes = np.array([self._promised, self._delta_C])
        ratio = changes / self._promised
        return Film({"change": changes, "height": changes / depth, "ratio": ratio})

    def _make_scene(self, code):
        etas = self._etas.tolist()

        def plot(name, hint, y):
            x = pictures.axis(etas[0], etas[-1], "η", "slider", log=True)
            return Plot(name, hint, x, y, ["series"])

        heights = [(-2, say("twice")), (-1, say("lowest")), (0, "0")]
        return Scene(
            say("Along −∇C"),
            [
                plot(
                    "graph",
                    say("ΔC from v to v − η∇C, beside the promise −η‖∇C‖²"),
                    pictures.axis(-2.1, 1.1, "ΔC", "height", heights),
                ),
                plot(
                    "curve",
                    say("ΔC ÷ promise"),
                    pictures.axis(-0.6, 1.1, say("ratio"), "ratio", [-0.5, 0, 0.5, 1]),
                ),
            ],
            [scales.log_slider(say("learning rate η"), etas)],
            [Readout("ΔC =", "change"), Readout(say("÷ promise:"), "ratio")],
            code,
            tracks=[
                Track(say("promise"), colour="ghost", line="ghost", ring=True),
                Track(say("truth"), film=1),
            ],
            steps=Slider(say("moment")),
        )

    def summary(self):
        """Return for each point where C is lowest and where it turns positive, rounded."""
        lines = [
            say("Moment {k}: C is lowest near η = {lowest:g};", k=k, lowest=lowest)
            + " "
            + (
                say("ΔC > 0 from about {turn:g}.", turn=turn)
                if turn == turn
                else say("ΔC stays below 0.")
            )
            for k, (lowest, turn) in enumerate(zip(self.lowest, self.turns, strict=True))
        ]
        first, last = self._etas[[0, -1]]
        text = say("Lab, along −∇C, η from {first:g} to {last:g}.", first=first, last=last)
        return " ".join([text, *lines])

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
                (self._promised, "--", plots.GHOST, say("promise")),
                (self._delta_C, "-", plots.BALL, say("truth")),
            ):
                ax.plot(etas, np.append(0, change[:, k])[near], line, color=colour, label=name)
            ax.plot(self.lowest[k], -depth, "o", color=plots.BALL)
            ax.set(title=say("moment {k}", k=k), xlabel="$\\eta$", ylim=(-2.1 * depth, 1.1 * depth))
        axes[0, 0].set(ylabel="$\\Delta C$")
        axes[0, 0].legend()
        return figure


class Edge(Player):
    """Watch the sharpness of runs of gradient descent beside the limit 2/η.

    `runs` maps each learning rate, two or more, to its run: an array (k, 3) of step, sharpness
    λ_max and cost C, with the steps the same for all runs; a run may be shorter.
    `eta` is the one to open with. Raises ValueError for runs that do not fit.
    """

    def __init__(self, runs, eta=None):
        if not isinstance(runs, dict):
            raise TypeError(f"runs must be a dictionary from η to its run, got {runs!r:.60}")
        self._name = name_of(runs, "runs")
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
        rates = list(runs)
        first = 0 if eta is None else int(np.argmin(np.abs(np.subtract(rates, eta))))
        self.show(self._make_scene(), self._make_film(), [first], step=0)

    def _make_film(self):
        """Return a Film of two tracks, the limit 2/η and the sharpness, over η and the moments."""
        runs = [(2 / rate, *run.T) for rate, run in self._runs.items()]
        films = [
            [{"after": k, "value": limit, "C": C} for limit, k, _, C in runs],
            [{"after": k, "value": sharpness, "C": C} for _, k, sharpness, C in runs],
        ]
        lengths = [[len(run) for run in self._runs.values()]] * 2
        return Film(stacked(films, len(self._steps)), lengths)

    def _make_scene(self):
        last, every = len(self._steps) - 1, max(1, len(self._steps) // 4)
        ticks = [(k, f"{self._steps[k]:g}") for k in range(0, last + 1, every)]
        rates, every_run = list(self._runs), np.concatenate(list(self._runs.values()))
        highest = 1.05 * max(every_run[:, 1].max(), 2 / rates[0])
        C = every_run[:, 2]

        def plot(name, hint, y):
            return Plot(
                name, hint, pictures.axis(0, last, say("step"), "step", ticks), y, ["series"]
            )

        return Scene(
            say("The edge of stability"),
            [
                plot(
                    "graph",
                    say("orange: the sharpness λ_max; purple: 2/η"),
                    pictures.axis(0, highest, "λ", "value"),
                ),
                plot(
                    "curve",
                    say("C of the run"),
                    pictures.axis(0.8 * C.min(), 1.2 * C.max(), "C", "C", log=True),
                ),
            ],
            [Slider(say("learning rate η"), rates)],
            [
                Readout(say("after step"), "after"),
                Readout(say("value:"), "value"),
                Readout("C =", "C"),
            ],
            f"{self._name}[{{0}}]  # step, λ_max, C",
            tracks=[
                Track("2/η", colour="ghost", line="ghost", ring=True),
                Track("λ_max", film=1),
            ],
            steps=Slider(say("moment")),
        )

    def _now(self):
        rate = list(self._runs)[self.sliders[0]]
        return rate, self._runs[rate]

    def summary(self):
        """Return what the run on show does, in one plain sentence."""
        rate, run = self._now()
        return say(
            "Lab, the edge of stability: learning rates {rates}. At η = {rate:g} the limit 2/η "
            "is {limit:.2g}. The sharpness begins at {first:.2g}; after step {step:g} it is "
            "{last:.2g}, and C is {C:.2g}.",
            rates=", ".join(f"{r:g}" for r in self._runs),
            rate=rate,
            limit=2 / rate,
            first=run[0, 1],
            step=run[-1, 0],
            last=run[-1, 1],
            C=run[-1, 2],
        )

    def poster(self):
        """Return a Figure of the run on show: its sharpness beside the limit, and its cost."""
        figure, (left, right) = plt.subplots(1, 2, figsize=(9.6, 3.2))
        rate, run = self._now()
        left.plot(run[:, 0], run[:, 1], color=plots.BALL, label="$\\lambda_{\\max}$")
        left.axhline(2 / rate, linestyle="--", color=plots.GHOST, label="$2/\\eta$")
        left.set(xlabel=say("step"), ylabel=say("sharpness"))
        left.legend()
        right.semilogy(run[:, 0], run[:, 2], color=plots.BALL)
        right.set(xlabel=say("step"), ylabel="$C$")
        figure.suptitle(say("The edge of stability: η = {rate:g}", rate=rate))
        return figure
