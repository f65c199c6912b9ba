"""The labs of a single move: what equation (9) promises for Δv, beside what really happens."""

from functools import cached_property
from typing import ClassVar

import matplotlib.pyplot as plt
import numpy as np

from gdlib import plots
from gdlib.costs import Cost, from_function
from gdlib.doors import check_numbers, check_positive, check_start
from gdlib.labs import pictures, scales
from gdlib.labs.caption import name_of_cost, pasteable
from gdlib.labs.film import Film, Home, Lens, Plot, Readout, Scene, Slider, Track
from gdlib.labs.lab import Player, front_end
from gdlib.plots.surface import relief
from gdlib.words import later, say

DEGREES = 5
AIMS = np.radians(np.arange(0, 360, DEGREES))
AIMS = np.stack([np.cos(AIMS), np.sin(AIMS)])  # the directions of Δv (2, 72)
QUARTERS = [(90 * i / DEGREES, f"{90 * i}°") for i in range(5)]


class SmallMove(Player):
    """Aim a move Δv from a point; compare the promise ∇C · Δv with the actual ΔC.

    A lens shows the surface around the point, as far as Δv reaches, and the tangent plane there.
    To make Δv shorter is to look closer, until the two are one. `cost` is a Cost of two variables,
    or your own function of v; `v` the point, shape (2,); `length` and `angle` (degrees) the move to
    open with. Raises TypeError or ValueError for a cost or a point that makes no sense.
    """

    _esm = front_end("lens.js")
    title, length_name = say("A small move"), say("length of Δv")
    tracks: ClassVar = [Track(line="accent")]
    readout: ClassVar = [
        Readout("v + Δv =", "v"),
        Readout(say("promised ∇C · Δv ="), "promised"),
        Readout(say("actual ΔC ="), "actual"),
        Readout(say("error ="), "error"),
        Readout(say("actual ÷ promised ="), "ratio"),
    ]

    def __init__(self, cost, v, length=0.5, angle=45):
        super().__init__()
        self._cost = cost if isinstance(cost, Cost) else from_function(cost)
        length = check_positive(f"the {self.length_name}", length)
        angle = float(check_numbers("angle", angle, ()))
        if self._cost.m != 2:
            name, m = self._cost.name, self._cost.m
            raise ValueError(f"a move is aimed in the plane: {name} has {m} variables, not 2")
        widths = [high - low for low, high in self._cost.domain]
        self._lengths = scales.three_decades(max(widths) / 2)[::2]
        film = self._make_film(v)
        home = Home(
            {"v1": film.start["v1"], "v2": film.start["v2"]},
            [scales.nearest(self._lengths, length)],
            round(angle / DEGREES) % (360 // DEGREES),
        )
        self.show(self._make_scene(home), film, home.sliders, home.step)

    def respond(self, request):
        """Move the point to request["start"]."""
        v = scales.round_to_picture(request["start"], self._cost)
        self.show(film=self._make_film(v))

    def _make_scene(self, home):
        return Scene(
            self.title,
            self._pictures(),
            [scales.log_slider(self.length_name, self._lengths)],
            self.readout,
            self._caption(),
            tracks=self.tracks,
            steps=Slider(say("direction"), [f"{angle}°" for angle in range(0, 360, DEGREES)]),
            domain=self._cost.domain,
            home=home,
        )

    def _caption(self):
        """Return the Python for what is promised and what happens: (∇C · Δv, ΔC)."""
        cost, needed = name_of_cost(self._cost)
        return pasteable(
            "v, angle = np.array([{start}]), np.radians({step})\n"
            "delta_v = {0} * np.array([np.cos(angle), np.sin(angle)])\n"
            f"{cost}.gradient(v) @ delta_v, {cost}.function(v + delta_v) - {cost}.function(v)",
            *needed,
        )

    def _plan(self, layers):
        hint = say("drag to aim Δv; Shift + click moves the point")
        return pictures.plan(self._cost, hint, "aim", layers)

    def _pictures(self):
        return [
            self._plan(["move"]),
            Lens(say("blue the surface, orange its tangent plane; drag turns, + − or wheel zoom")),
            self._errors(),
            self._directions(
                say("actual ÷ promised in each direction"), say("ratio"), "ratio", [-1, 0, 1, 2, 3]
            ),
        ]

    def _errors(self):
        """Return the picture of the error at each length: a decade is as long on both axes."""
        top = int(np.ceil(np.log10(self._largest_error()) - 1e-6))
        heights = [10.0**power for power in range(top - 7, top + 1)]
        first, last = self._lengths[0], self._lengths[-1]
        powers = range(int(np.floor(np.log10(first))), int(np.ceil(np.log10(last))) + 1)
        return Plot(
            "error",
            say("error at each length; the grey line falls two squares for one"),
            pictures.axis(
                first, last, say("length"), "slider", [10.0**power for power in powers], log=True
            ),
            pictures.axis(heights[0], heights[-1], say("error"), "error", heights[:-1], log=True),
            ["series"],
            equal=True,
            curve=[[length, heights[-1] * (length / last) ** 2] for length in (first, last)],
        )

    def _directions(self, hint, label, channel, ticks):
        """Return the picture of a channel in each direction."""
        return Plot(
            "curve",
            hint,
            pictures.axis(0, 360 // DEGREES, say("direction"), "step", QUARTERS),
            pictures.axis(ticks[0], ticks[-1], label, channel, ticks),
            ["series"],
        )

    def _largest_error(self):
        """Return the largest error of the longest moves from nine points of the picture."""
        low, high = np.transpose(self._cost.domain)
        shares = np.stack(np.meshgrid(*[[0.1, 0.5, 0.9]] * 2)).reshape(2, 9)
        points = low[:, None] + (high - low)[:, None] * shares
        moves = self._lengths[-1] * AIMS[:, None, ::9]
        with np.errstate(all="ignore"):
            promised = (np.asarray(self._cost.gradient(points))[:, :, None] * moves).sum(axis=0)
            there = np.asarray(self._cost.function(points[:, :, None] + moves), dtype=float)
            here = np.asarray(self._cost.function(points), dtype=float)
            error = np.abs(there - here[:, None] - promised)
        largest = error.max(where=np.isfinite(error), initial=0)
        bends = largest > 1e-9 * np.abs(there).max(where=np.isfinite(there), initial=0)
        return largest if bends else 1.0

    def _make_film(self, v):
        """Return the Film of all lengths and angles of a move from v."""
        v = check_start(self._cost, v)
        C, nabla_C = float(self._cost.function(v)), self._cost.gradient(v)
        delta_v = AIMS[:, None, :] * np.array(self._lengths)[None, :, None]
        tip = v[:, None, None] + delta_v
        with np.errstate(all="ignore"):
            there = np.asarray(self._cost.function(tip), dtype=float)
            promised = np.tensordot(nabla_C, delta_v, axes=1)
            actual = there - C
            ratio = actual / promised
            size = np.array(self._lengths)[:, None] * np.linalg.norm(nabla_C)
            share = np.abs(ratio - 1)
            error = np.abs(actual - promised)
        # across the slope the promise is 0 but for rounding: no share of it says anything
        across = np.abs(promised) < 1e-12 * size
        words = np.select(
            [across, share < 0.01, share < 0.1],
            [later("nothing is promised"), later("they agree to 1 %"), later("they agree to 10 %")],
            later("not to be trusted"),
        )
        ratio[across] = np.nan
        rounding = 1e-15 * np.abs(there).max(where=np.isfinite(there), initial=0)
        self._data = {"v1": tip[0], "v2": tip[1], "C": there, "plane": C + promised,
                      "promised": promised, "actual": actual, "ratio": ratio,
                      "error": np.where(error > rounding, error, np.nan)}  # fmt: skip
        self._start = v
        tracks = self._tracks_of(self._data, size)
        channels = {name: np.array([track[name] for track in tracks]) for name in tracks[0]}
        rise = 2 * np.linalg.norm(nabla_C)  # the plane is half as high as it is wide
        if not rise:  # it is level
            farthest = np.abs(actual[-1]).max(where=np.isfinite(actual[-1]), initial=0)
            rise = farthest / self._lengths[-1] or 1.0
        start = {"v1": v[0], "v2": v[1], "C": C, "rise": rise}
        return Film(channels, words=[words] * len(tracks), start=start)

    def _tracks_of(self, data, size):
        """Return what each track shows of the data: a list of channels (lengths, angles)."""
        return [{name: data[name] for name in data if name != "plane"}]

    def _now(self, name):
        return self._data[name][self.sliders[0], self.step]

    def summary(self):
        """Return the move on show in one plain sentence."""
        v1, v2 = self._start
        return say(
            "Lab, a small move: on {name} from v = ({v1:g}, {v2:g}) by a Δv of length {length:g} "
            "to ({to1:.3f}, {to2:.3f}). Promised ∇C · Δv = {promised:.4f}, actual ΔC = "
            "{actual:.4f}, ratio {ratio:.3f}.",
            name=self._cost.name,
            v1=v1,
            v2=v2,
            length=self._lengths[self.sliders[0]],
            to1=self._now("v1"),
            to2=self._now("v2"),
            promised=self._now("promised"),
            actual=self._now("actual"),
            ratio=self._now("ratio"),
        )

    def poster(self):
        """Return a Figure with the map, the error at each length, and the ratio around."""
        figure, (top, errors, around) = plt.subplots(1, 3, figsize=(9.6, 3.4))
        plots.contour(top, self._cost)
        self._draw_move(top)
        errors.loglog(self._lengths, self._data["error"][:, self.step], color=plots.BALL)
        errors.set(xlabel=say("length of $\\Delta v$"), ylabel=say("error"), aspect="equal")
        degrees = DEGREES * np.arange(AIMS.shape[1])
        around.plot(degrees, self._data["ratio"][self.sliders[0]], color=plots.BALL)
        around.set(xlabel=say("direction, degrees"), ylabel=say("actual ÷ promised"), ylim=(-1, 3))
        figure.suptitle(say("A small move on {name}", name=self._cost.name), parse_math=False)
        return figure

    def _draw_move(self, ax):
        tip = self._now("v1"), self._now("v2")
        arrow = {"color": plots.BALL, "width": 2, "headwidth": 9}
        ax.annotate("", tip, self._start, arrowprops=arrow)
        ax.plot(*self._start, "o", color=plots.BALL, markersize=10, markeredgecolor="white")


class EpsilonCircle(SmallMove):
    """Aim a move of fixed length ε: which direction makes ∇C · Δv lowest?

    Beside the promise stands the actual ΔC, both also as shares of ε‖∇C‖: for the promise, that
    is the cosine of the angle θ between Δv and ∇C. Arguments and errors: see SmallMove.
    """

    title, length_name = say("The ε-circle"), say("length ε")
    tracks: ClassVar = [
        Track("∇C · Δv"),
        Track(say("actual"), film=1, colour="ghost", line="ghost", ring=True),
    ]
    readout: ClassVar = [
        Readout("ΔC =", "change"),
        Readout(say("bound −ε‖∇C‖ ="), "bound"),
        Readout("÷ ε‖∇C‖ =", "share"),
    ]

    def __init__(self, cost, v, epsilon=0.2, angle=90):
        super().__init__(cost, v, epsilon, angle)

    @cached_property
    def _heights(self):
        return relief(self._cost).C

    def _pictures(self):
        hint = say("share of ε‖∇C‖ in each direction: for ∇C · Δv it is cos θ")
        return [
            pictures.valley(self._cost, move=True),
            self._plan(["gradient", "move"]),
            self._directions(hint, say("share"), "share", [-1.5, -1, 0, 1, 1.5]),
        ]

    def _make_film(self, v):
        """Return the Film of SmallMove, and with it ∇C and the contour line through v."""
        film = super()._make_film(v)
        film.start["gradient1"], film.start["gradient2"] = self._cost.gradient(self._start)
        film.contour = pictures.contour(self._heights, film.start["C"])
        return film

    def _tracks_of(self, data, size):
        """Return two tracks: one for the promise, one for the actual change."""
        place = {name: data[name] for name in ("v1", "v2", "C", "plane")}
        bound = np.broadcast_to(-size, data["C"].shape)
        with np.errstate(all="ignore"):  # where ∇C = 0 there is no share
            return [
                place | {"change": change, "share": change / size, "bound": bound}
                for change in (data["promised"], data["actual"])
            ]

    def summary(self):
        """Return the move on show in one plain sentence."""
        promised, actual = self._now("promised"), self._now("actual")
        epsilon = self._lengths[self.sliders[0]]
        bound = epsilon * np.linalg.norm(self._cost.gradient(self._start))
        v1, v2 = self._start
        return say(
            "Lab, the ε-circle: on {name} from v = ({v1:g}, {v2:g}), a move of length {epsilon:g} "
            "in the direction {angle}°. ∇C · Δv = {promised:.4f}, bound {bound:.4f}, {cosine}, "
            "actual ΔC = {actual:.4f}.",
            name=self._cost.name,
            v1=v1,
            v2=v2,
            epsilon=epsilon,
            angle=self.step * DEGREES,
            promised=promised,
            bound=-bound,
            cosine=f"cos θ = {promised / bound:.3f}" if bound else say("∇C is 0 there"),
            actual=actual,
        )

    def poster(self):
        """Return a Figure with the map and the changes in every direction."""
        figure, (top, curve) = plt.subplots(1, 2, figsize=(9.6, 3.4))
        plots.contour(top, self._cost)
        now = {name: values[self.sliders[0]] for name, values in self._data.items()}
        top.plot(now["v1"], now["v2"], ":", color="white")
        r = relief(self._cost)
        top.contour(r.v1, r.v2, r.C, [float(self._cost.function(self._start))], colors="white")
        self._draw_move(top)
        degrees = DEGREES * np.arange(AIMS.shape[1])
        curve.plot(degrees, now["promised"], color=plots.BALL, label=say("promised"))
        curve.plot(degrees, now["actual"], "--", label=say("actual"))
        curve.set(xlabel=say("direction, degrees"), ylabel="$\\Delta C$")
        curve.legend()
        figure.suptitle(say("The ε-circle on {name}", name=self._cost.name), parse_math=False)
        return figure
