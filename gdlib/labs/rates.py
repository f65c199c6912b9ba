"""The lab of learning rates that vary: several balls from one start, each with an η of its own."""

from dataclasses import replace

import matplotlib.pyplot as plt
import numpy as np

from gdlib import plots
from gdlib.costs import Cost, from_function
from gdlib.descent import gradient_descent
from gdlib.doors import check_count, check_eta, check_start, check_that
from gdlib.labs import pictures, scales
from gdlib.labs.caption import name_of, name_of_cost, pasteable
from gdlib.labs.descents import PLACE, as_frames
from gdlib.labs.film import Film, Plot, Readout, Scene, Track, stacked
from gdlib.labs.lab import Player
from gdlib.labs.sayings import SAYINGS, moments
from gdlib.own_function import OwnFunctionError, line_of, no_return, shown, what_failed
from gdlib.plots.surface import cost_axis
from gdlib.words import say

LONGEST = 500  # steps
COLOURS = {"faint": plots.GREY, "text": "black", "accent": plots.BLUE, "ghost": plots.GHOST,
           "ball": plots.BALL}  # fmt: skip
READOUT = [*PLACE, Readout("η =", "eta"), Readout("", "word")]


class Rates(Player):
    """Let learning rates that vary run side by side from one start: which gets down, and how?

    `cost` is a Cost of one or two variables, or your own function of v; `start`, shape (m,), by
    default lies up on one side; `steps` is at most 500. `rates` maps up to five names to what
    `gradient_descent` takes for eta: a number, or a function eta(k, v, nabla_C), such as those of
    `gdlib.rates`, or yours. If yours fails, or returns no learning rate, its ball stays where that
    happened, and the lab says why. `descents` maps the names to the paths. Raises TypeError or
    ValueError as `gradient_descent` does, and for other rates.
    """

    def __init__(self, cost, start, rates, steps=100):
        self._cost = cost if isinstance(cost, Cost) else from_function(cost)
        check_that(isinstance(rates, dict), "rates must be a dictionary", rates, TypeError)
        named = f"rates must be a dictionary with 1 to {len(COLOURS)} names"
        check_that(0 < len(rates) <= len(COLOURS), named, rates)
        self._rates = {
            str(name): rate if callable(rate) else check_eta(rate) for name, rate in rates.items()
        }
        self._steps = check_count("steps", steps, most=LONGEST)
        self._name = name_of(rates, "rates")
        super().__init__()
        self._drop(scales.up_on_one_side(self._cost) if start is None else start)

    def respond(self, request):
        """Drop the balls at request["start"]."""
        self._drop(scales.round_to_picture(request["start"], self._cost))

    def _drop(self, start):
        """Compute the paths from a start, and hand them to the front end."""
        start = check_start(self._cost, np.atleast_1d(start))
        paths = [
            _descent(self._cost, start, name, rate, self._steps)
            for name, rate in self._rates.items()
        ]
        self.descents = dict(zip(self._rates, (path for path, _ in paths), strict=True))
        with self.hold_sync():
            self.show(None if self.scene else self._make_scene(), self._make_film(), [], step=0)
            self.message = "\n".join(wrong for _, wrong in paths if wrong)

    def _make_film(self):
        """Return the paths as a Film: one for each learning rate."""
        drawn = {"v1", "v2", "C", "actual"}
        frames = [
            [{name: x for name, x in as_frames(d).items() if name in drawn} | {"eta": d.eta}]
            for d in self.descents.values()
        ]
        start = next(iter(self.descents.values())).v[0]
        return Film(
            stacked(frames, self._steps + 1),
            lengths=[[len(d.C)] for d in self.descents.values()],
            words=[[d.regime] for d in self.descents.values()],
            start={f"v{i}": x for i, x in enumerate(start, start=1)},
            moments=moments([[d] for d in self.descents.values()], self._steps + 1),
        )

    def _make_scene(self):
        layers = ["path", "ball", "number"]
        hint = say("click or drag to drop the ball; each η has one, with its number")
        surface = pictures.graph(self._cost) if self._cost.m == 1 else pictures.plan(self._cost)
        curve = pictures.curve(self._cost, self._steps)
        colours = list(COLOURS)[-len(self._rates) :]
        comma = "," if self._cost.m == 1 else ""
        cost, needed = name_of_cost(self._cost)
        return Scene(
            say("Learning rates that vary"),
            [
                replace(surface, layers=layers, hint=hint),
                replace(curve, layers=["series", "alarm", "number"]),
                self._rate_curve(),
            ],
            [],
            READOUT,
            pasteable(
                f"[gradient_descent({cost}, ({{start}}{comma}), eta, {self._steps}) "
                f"for eta in {self._name}.values()]",
                *needed,
                gradient_descent,
            ),
            tracks=[
                Track(f"{i + 1} {name}", i, colour=colour, line=colour)
                for i, (name, colour) in enumerate(zip(self._rates, colours, strict=True))
            ],
            domain=self._cost.domain,
            sayings=SAYINGS,
        )

    def _rate_curve(self):
        """Return the picture of η at each step, with room for paths from other starts."""
        etas = np.concatenate([d.eta for d in self.descents.values()])
        high = 2 * max(etas, default=1.0)
        low = max(min(etas, default=1.0) / 8, 1e-6 * high)
        return Plot(
            "rate",
            say("η at each step"),
            pictures.axis(0, self._steps, say("step"), "step", [0, self._steps // 2, self._steps]),
            pictures.axis(low, high, "η", "eta", log=True),
            ["series", "number"],
        )

    def summary(self):
        """Return what each learning rate did, in plain sentences."""
        start = ", ".join(f"{x:g}" for x in next(iter(self.descents.values())).v[0])
        text = say(
            "Lab, learning rates that vary: on {name} from ({start}).",
            name=self._cost.name,
            start=start,
        )
        for name, d in self.descents.items():
            span = (
                say("η from {low:.3g} to {high:.3g}", low=d.eta.min(), high=d.eta.max())
                if len(d.eta)
                else say("no step")
            )
            text += " " + say(
                "{name}: {span}; {regime}; C = {C:.3g} after {n} steps.",
                name=name,
                span=span,
                regime=say(d.regime),
                C=d.C[-1],
                n=len(d.eta),
            )
        return f"{text} {self.message}".strip()

    def poster(self):
        """Return a Figure with the paths, C at each step, and η at each step."""
        figure, (top, curve, rate) = plt.subplots(1, 3, figsize=(9.6, 3.4))
        draw = plots.graph if self._cost.m == 1 else plots.contour
        draw(top, self._cost)
        colours = list(COLOURS.values())[-len(self._rates) :]
        for (name, d), colour in zip(self.descents.items(), colours, strict=True):
            plots.path(top, d, colour, colour)
            plots.cost_curve(curve, d, cost_axis(self._cost), colour, name)
            rate.semilogy(d.eta, ".-", color=colour)
        curve.legend(fontsize=8)
        rate.set(xlabel=say("step"), ylabel="$\\eta$")
        figure.suptitle(
            say("Learning rates that vary: {name}", name=self._cost.name), parse_math=False
        )
        return figure


class NoRateError(OwnFunctionError):
    """What is wrong with a learning rate of your own, and the line of it."""


class OwnRate:
    """Your function eta(k, v, nabla_C), and what it has `said` so far, step by step.

    A call raises NoRateError if the function fails, or returns no positive number.
    """

    def __init__(self, name, function):
        self._function, self.said = function, []
        own = getattr(function, "__name__", "")
        self._call = f"{own if own.isidentifier() else name}(k, v, nabla_C)"

    def __call__(self, k, v, nabla_C):
        """Return the learning rate of step k."""
        try:
            rate = self._function(k, v.copy(), nabla_C.copy())
        except Exception as error:
            what = what_failed(self._function, ("k", "v", "nabla_C"), error, len(v))
            raise NoRateError(f"{self._call} failed at step {k}: {what}") from error
        try:
            self.said.append(check_eta(rate))
        except (TypeError, ValueError) as error:
            what = f"{self._call} must return a learning rate, one positive number; at step {k} it "
            hint = f" {no_return(self._function)}" if rate is None else ""
            line = line_of(self._function)
            raise NoRateError(f"{what}returned {shown(rate)}.{hint}{line}") from error
        return self.said[-1]


def _descent(cost, start, name, rate, steps):
    """Return the Descent with a learning rate, as far as it got, and what is wrong, or ""."""
    own = OwnRate(name, rate) if callable(rate) else None
    try:
        return gradient_descent(cost, start, own or rate, steps), ""
    except NoRateError as error:
        wrong, n = str(error), len(own.said)
        again = [*own.said, 1.0]  # the same way once more, and a step that is cut off
        d = gradient_descent(cost, start, lambda k, v, nabla_C: again[k], n + 1)
        cut = replace(
            d,
            **{part: getattr(d, part)[: n + 1] for part in ("v", "C", "nabla_C")},
            **{part: getattr(d, part)[:n] for part in ("eta", "predicted_change", "actual_change")},
            regime=say("stopped at step {n}", n=n),
        )
        return cut, wrong
