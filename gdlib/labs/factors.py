"""The lab of the factors: what 1 − ηλ does to the distance to the bottom in each direction."""

from dataclasses import replace

import matplotlib.pyplot as plt
import numpy as np
from matplotlib import colormaps

from gdlib import plots
from gdlib.costs import quadratic
from gdlib.descent import descents, gradient_descent
from gdlib.doors import check_count, check_eta, check_numbers, check_that
from gdlib.labs import pictures, scales
from gdlib.labs.caption import pasteable
from gdlib.labs.descents import PLACE, as_frames
from gdlib.labs.film import Bars, Film, Readout, Scene, Slider, Track, stacked
from gdlib.labs.lab import Player, front_end
from gdlib.words import say

START = (1.0, 1.0)  # so that v₁ and v₂ are what is left of the distance, as a share of the start
DOMAIN = ((-1.25, 1.25),) * 2
TIMES = [0.25, 0.5, 1, 1.5, 2, 3, 5, 7.5, 10]  # λ₂ on its slider, in units of the flatter λ
MOST = 60  # steps: the film is kept for every λ₂ and every η
LOW, HIGH = 1e-3, 1e2  # where a bar begins and ends
FACTORS = [Readout("1 − ηλ₁ =", "factor1"), Readout("1 − ηλ₂ =", "factor2")]


class Factors(Player):
    """See each step multiply the distance to the bottom of a bowl, in each direction, by 1 − ηλ.

    The bowl is C = ½ λ₁v₁² + ½ λ₂v₂², with `curvatures` (λ₁, λ₂), both positive; the ball starts
    at (1, 1). One slider chooses η, opening near `eta`, the other λ₂. `steps` is how many steps
    the film holds, at most 60. The lab's `descent` is the Descent on show. Raises TypeError or
    ValueError for arguments that make no sense.
    """

    _esm = front_end("bars.js")

    def __init__(self, curvatures=(2, 20), eta=None, steps=30):
        pair = check_numbers("curvatures", curvatures, (2,))
        check_that((pair > 0).all(), "curvatures must be two positive numbers", curvatures)
        self._steps = check_count("steps", steps, most=MOST)
        flat, steep = sorted(pair.tolist())
        eta = 1.6 / steep if eta is None else check_eta(eta)
        super().__init__()
        self._flat, self._first = flat, float(pair[0])
        self._seconds = sorted({float(f"{flat * times:.3g}") for times in TIMES} | {float(pair[1])})
        # beyond the limit of the flat direction, or at least of the steep one
        end = min(2.5 / flat, 25 / steep)
        self._etas = scales.three_decades(end)[::2][-41:]
        self._films = [
            descents(self._bowl(second), START, self._etas, self._steps) for second in self._seconds
        ]
        sliders = [scales.nearest(self._etas, eta), self._seconds.index(pair[1])]
        self.show(self._make_scene(), self._make_film(), sliders, step=0)

    @property
    def descent(self):
        """The Descent that the lab is showing."""
        eta, second = self.sliders
        return self._films[second][eta]

    def _bowl(self, second):
        """Return the Cost with the curvature λ₂."""
        return replace(quadratic([self._first, second]), domain=DOMAIN)

    def _factors(self, eta, second):
        return {"factor1": 1 - self._first * eta, "factor2": 1 - second * eta}

    def _make_film(self):
        """Return the Film: for each λ₂, all η; v₁ and v₂, the whole distance, and C."""
        frames = [
            [
                {name: as_frames(d)[name] for name in ("v1", "v2", "C")}
                | {"distance": np.linalg.norm(d.v / np.linalg.norm(START), axis=1)}
                | self._factors(eta, second)
                for eta, d in zip(self._etas, one, strict=True)
            ]
            for second, one in zip(self._seconds, self._films, strict=True)
        ]
        return Film(
            stacked(frames, self._steps + 1),
            lengths=[[len(d.C) for d in one] for one in self._films],
            words=[[d.regime for d in one] for one in self._films],
            start=dict(zip(("v1", "v2"), START, strict=True)),
        )

    def _make_scene(self):
        bars = [
            (f"v₁, λ₁ = {self._first:g}", "v1", "factor1"),
            ("v₂, λ₂", "v2", "factor2"),
            (say("the whole distance, ‖v‖"), "distance", ""),
        ]
        plan = pictures.plan(
            self._bowl(self._seconds[0]), say("the ball on the bowl, from above"), None
        )
        return Scene(
            say("The factors"),
            [
                Bars(
                    say(
                        "equal lengths are equal factors; the middle is 0.001, and left is below 0"
                    ),
                    bars,
                    pictures.axis(
                        LOW,
                        HIGH,
                        say("what is left of it: 1 is all, 0.1 a tenth"),
                        "",
                        [(size, f"{size:g}") for size in (0.01, 0.1, 1, 10, 100)],
                        log=True,
                    ),
                ),
                replace(plan, bands=[], grounds=[self._ground(second) for second in self._seconds]),
            ],
            [
                scales.log_slider(say("learning rate η"), self._etas, {"2/λ₁": 2 / self._first}),
                Slider(
                    say("curvature λ₂"),
                    self._seconds,
                    [(self._seconds.index(self._first), "= λ₁")],
                    [f"2/λ_max = {self._limit(second):.3g}" for second in self._seconds],
                ),
            ],
            [*FACTORS, *PLACE],
            pasteable(
                f"gradient_descent(quadratic([{self._first:g}, {{1}}]), "
                f"v0=(1, 1), eta={{0}}, steps={self._steps})",
                quadratic,
                gradient_descent,
            ),
            tracks=[Track(line="accent", chooser=1)],
            domain=DOMAIN,
        )

    def _limit(self, second):
        return 2 / max(self._first, second)

    def _ground(self, second):
        """Return the contours of the bowl with this λ₂: the same heights for every λ₂."""
        v = np.linspace(*DOMAIN[0], 61)
        C = self._bowl(second).function(np.stack(np.meshgrid(v, v)))
        highest = self._bowl(self._seconds[-1]).function(np.array([v[-1], v[-1]]))
        shares = np.arange(14) / 14
        colours = [
            "#" + bytes((255 * np.array(colour[:3])).astype(int).tolist()).hex()
            for colour in colormaps[plots.SURFACE](shares)
        ]
        levels = shares**2 * highest
        levels[0] = -1  # all of the ground
        return [band for band in pictures.regions(C, levels, colours) if band[1]]

    def summary(self):
        """Return what the factors on show make of the start, in plain sentences."""
        eta, second = self._etas[self.sliders[0]], self._seconds[self.sliders[1]]
        factors, d = self._factors(eta, second), self.descent
        v1, v2 = d.v[-1]
        return say(
            "Lab, the factors: a bowl with curvatures {one:g} and {other:g}, η = {eta:g}. A step "
            "multiplies v₁ by {factor1:.3g} and v₂ by {factor2:.3g}; it {regime}. From (1, 1), "
            "after {n} steps, v = ({v1:.3g}, {v2:.3g}). The limit 2/λ_max is {limit:.3g}.",
            one=self._first,
            other=second,
            eta=eta,
            factor1=factors["factor1"],
            factor2=factors["factor2"],
            regime=say(d.regime),
            n=len(d.C) - 1,
            v1=v1,
            v2=v2,
            limit=self._limit(second),
        )

    def poster(self):
        """Return a Figure of how far away the ball is in each direction, and of its path."""
        figure, (left, top) = plt.subplots(1, 2, figsize=(9.6, 3.4), width_ratios=[1.5, 1])
        second = self._seconds[self.sliders[1]]
        d = self.descent
        for v, marker, name in zip(d.v.T, "os", ("|v₁|", "|v₂|"), strict=True):
            left.semilogy(np.maximum(np.abs(v), LOW / 10), f"{marker}-", markersize=3, label=name)
        left.set(xlabel=say("step"), ylabel=say("what is left"), ylim=(LOW, HIGH))
        left.legend()
        plots.contour(top, self._bowl(second))
        plots.path(top, d, "white")
        factors = self._factors(self._etas[self.sliders[0]], second)
        one, other = factors.values()
        figure.suptitle(
            say(
                "The factors: × ({one:.3g}) and × ({other:.3g}) at each step; {regime}",
                one=one,
                other=other,
                regime=say(d.regime),
            )
        )
        return figure
