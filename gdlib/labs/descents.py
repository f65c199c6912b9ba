"""The labs of descents: the rolling ball, the duel of learning rates, the ball and its ghost."""

import io
from contextlib import redirect_stdout
from dataclasses import asdict, replace
from functools import partial
from typing import ClassVar

import matplotlib.pyplot as plt
import numpy as np
from traitlets import Any

from gdlib import plots
from gdlib.costs import COSTS, Cost, from_function
from gdlib.descent import descents, gradient_descent
from gdlib.doors import check_count, check_eta, check_momentum, check_start
from gdlib.labs import pictures, scales
from gdlib.labs.caption import name_of_cost, pasteable
from gdlib.labs.film import (
    END,
    Choice,
    Film,
    Prediction,
    Readout,
    Scene,
    Slider,
    Track,
    stacked,
)
from gdlib.labs.lab import Player
from gdlib.labs.sayings import SAYINGS, moments
from gdlib.own_function import OwnFunctionError, OwnRule
from gdlib.plots.surface import cost_axis
from gdlib.words import say

LONGEST = 2_000  # steps of a film: it is kept for every learning rate, and sent at every drop
VISIBLE = 0.02  # of the width of a picture: paths so far apart are seen to part
# What is read out of any ball; of one on a surface; of one over one variable; of two.
PLACE = [Readout(say("step"), "step"), Readout("v =", "v"), Readout("C =", "C")]
READOUT = [
    *PLACE,
    Readout("‖∇C‖ =", "slope"),
    Readout(say("promised ΔC = −η‖∇C‖² ="), "promised"),
    Readout(say("actual ΔC ="), "actual", alarm=True),
]
ONE_VARIABLE = [
    *PLACE,
    Readout("C′(v) =", "slope"),
    Readout(say("promised ΔC = −ηC′² ="), "promised"),
    Readout(say("actual ΔC ="), "actual", alarm=True),
]
SHORT = [*PLACE, Readout(say("actual ΔC ="), "actual", alarm=True), Readout("", "word")]
QUESTIONS = {  # what a learner may be asked to commit on the picture
    "step": say("Where will {who} be after one step at η = {eta}?"),
    "end": say("Where will {who} be after all {steps} steps at η = {eta}?"),
    "curve": say("How will C change as {who} takes {steps} steps at η = {eta}?"),
    "direction": say("In which direction will {who} take its first step at η = {eta}?"),
}
ROLL = "gradient_descent({cost}, v0=({start}), eta={eta}, steps={steps}{rule})"
DUEL = "descents({cost}, v0=({start}), etas=[{eta}, {other}], steps={steps})"
GHOST = (
    "[gradient_descent({{cost}}, v0=({{start}}), eta={{eta}}, steps={{steps}}, momentum=m) "
    "for m in (0, {momentum:g})]"
)
# The ball that is asked about, by its name.
WHO = {say("other"): say("the other ball"), say("ghost"): say("the ghost")}


def ball(cost, start=None, eta=None, steps=100, rule=None, predict=None):
    """Watch gradient descent roll down a surface, at any learning rate.

    `cost` is a Cost of one or two variables, or your own function of v; `start` is where the
    ball is dropped, shape (m,), by default up on one side; `eta` the learning rate to open with
    (the slider takes the nearest it has); `steps` how many steps the film holds, at most 2,000.
    The lab's `descent` is the Descent on show, `eta` its learning rate. Raises TypeError or
    ValueError as `gradient_descent` does, and for a cost of more than two variables.

    `rule(v, nabla_C, eta)` is your own rule: it returns the next v, shape (m,), and the ball rolls
    by it. What is promised stays what (10) promises of v − η∇C, the words are those of the path.
    What is wrong with the rule is told in the lab, where the ball then rests at its start. What the
    rule prints is not shown.

    With `predict` the lab keeps its future to itself until you have committed yourself on the
    picture: "step" asks for a flag where the ball will be after one step, "end" after all of
    them, "curve" for a sketch of C against the step, and "direction" for an arrow along the first
    step. The lab's `answer` is None until then, and after it a dictionary of what was committed.
    """
    tracks = [Track(line="accent")]
    title = say("The rolling ball")
    return Descents(title, cost, start, [eta], steps, tracks, rule=rule, predict=predict)


def duel(cost, start=None, etas=(None, None), steps=60, predict=None):
    """Let two learning rates run from one start, step by step. Arguments and errors: see `ball`.

    `predict` asks about the other, the second of the `etas`.
    """
    tracks = [
        Track(say("one")),
        Track(say("other"), slider=1, colour="ghost", line="ghost", ring=True),
    ]
    title = say("A duel of two learning rates")
    return Descents(title, cost, start, etas, steps, tracks, code=DUEL, predict=predict)


def ghost(cost, start=None, eta=None, momentum=0.9, steps=60, predict=None):
    """Roll the ball beside a ghost that has mass and friction: it keeps its momentum.

    Arguments and errors: see `ball` and, for `momentum`, `gradient_descent`. `predict` asks about
    the ghost.
    """
    tracks = [
        Track(say("ball")),
        Track(say("ghost"), film=1, colour="ghost", line="ghost", ring=True),
    ]
    momentum = check_momentum(momentum)
    other, code = partial(descents, momentum=momentum), GHOST.format(momentum=momentum)
    return Descents(
        say("Not physics"),
        cost,
        start,
        [eta],
        steps,
        tracks,
        other=other,
        code=code,
        predict=predict,
    )


def check_etas(etas, n):
    """Return n learning rates as a list, or raise TypeError or ValueError; None may be one."""
    if not isinstance(etas, (list, tuple, np.ndarray)) or len(etas) != n:
        raise ValueError(f"etas must be {n} learning rates, got {etas!r:.60}")
    return [None if eta is None else check_eta(eta) for eta in etas]


def check_predict(predict):
    """Return the kind of a prediction, or None; raise ValueError if there is none of this name."""
    if predict is not None and predict not in QUESTIONS:
        raise ValueError(f"predict must be None or one of {list(QUESTIONS)}, got {predict!r:.60}")
    return predict


class Descents(Player):
    """The lab behind `ball`, `duel` and `ghost`: one start, and one film or two.

    The first film is of gradient descent, or of your rule. `other(cost, v0, etas, steps)` makes
    the second, as `descents` does. `code` is the Python that gives the paths, with names in braces.
    """

    answer = Any().tag(sync=True)  # what the learner committed, if anything
    menu: ClassVar = COSTS
    every: ClassVar = 1  # of the learning rates: a film of many steps has fewer

    def __init__(
        self,
        title,
        cost,
        start,
        etas,
        steps,
        tracks,
        rule=None,
        other=None,
        code=ROLL,
        predict=None,
    ):
        cost = cost if isinstance(cost, Cost) else from_function(cost)
        self._surfaces = {c.name: c for c in [*self.menu.values(), cost] if c.m == cost.m}
        self._title, self._tracks = title, tracks
        self._steps = check_count("steps", steps, most=LONGEST)
        self._rule = None if rule is None else OwnRule(rule)
        first = partial(descents, rule=self._rule) if self._rule else descents
        self._walks, self._code = [first, other] if other else [first], code
        self._predict = check_predict(predict)
        etas = check_etas(etas, 1 + max(track.slider for track in tracks))
        super().__init__()
        self._cost = None
        self._drop(cost, start, etas)

    @property
    def eta(self):
        """The learning rate that the (first) slider is on."""
        return self._etas[self.sliders[0]]

    @property
    def descent(self):
        """The Descent that the lab is showing (the first, if there are two)."""
        return self._shown()[0]

    def _shown(self):
        return [self._films[track.film][self.sliders[track.slider]] for track in self._tracks]

    def respond(self, request):
        """Drop the ball at request["start"], or change to the surface named request["surface"]."""
        if "surface" in request:
            self._drop(self._surfaces[request["surface"]], None, [None] * len(self.sliders))
        else:
            start = scales.round_to_picture(request["start"], self._cost)
            self._drop(self._cost, start, [self._etas[i] for i in self.sliders])

    def _drop(self, cost, start, etas):
        """Compute the films of a cost from a start and hand them to the front end."""
        new = cost is not self._cost
        limit = scales.limit(cost) if new else self._limit
        # two films take the room of one: every second learning rate will do
        scale = (limit or scales.reach(cost)) if new else self._etas[-1] / 2
        every = self.every * len(self._walks)
        values = scales.three_decades(2 * scale)[::every] if new else self._etas
        scene = self._make_scene(cost, limit, values) if new else None
        if start is None:
            start = scales.up_on_one_side(cost)
        start = check_start(cost, np.atleast_1d(start))
        films, self.message = self._walk(cost, start, values)
        self._cost, self._limit, self._etas, self._films = cost, limit, values, films
        chosen = [0.1 * scale, 0.8 * scale][: len(etas)]
        chosen = [rate if eta is None else eta for eta, rate in zip(etas, chosen, strict=True)]
        sliders = [scales.nearest(values, eta) for eta in chosen]
        self.show(scene, self._make_film(), sliders, step=0)

    def _walk(self, cost, start, values):
        """Return the films, and what is wrong with the learner's rule: then they are of rest."""
        try:
            with redirect_stdout(io.StringIO()):  # a rule may print, at every step
                return [walk(cost, start, values, self._steps) for walk in self._walks], ""
        except OwnFunctionError as error:
            if not self._rule:
                raise
            rest = descents(cost, start, values, 1, rule=lambda v, nabla_C, eta: v)
            return [rest], str(error)

    def _make_scene(self, cost, limit, values):
        """Return what the front end draws the films on."""
        curve = pictures.curve(cost, self._steps)
        surface = [pictures.graph(cost)] if cost.m == 1 else [
            pictures.valley(cost), pictures.plan(cost)
        ]  # fmt: skip
        if self._rule:
            surface[-1].label = "Δv"  # which need not be −η∇C
        marks = {f"2/λ_max = {_three_figures(limit)}": limit} if limit else {}
        names = [say("learning rate η"), say("the other η")]
        names = names[: 1 + max(track.slider for track in self._tracks)]
        options = [(c.name, _described(c)) for c in self._surfaces.values()]
        return Scene(
            self._title,
            [*surface, curve],
            [scales.log_slider(name, values, marks) for name in names],
            self._readout(cost),
            self._caption(cost),
            tracks=self._tracks,
            domain=cost.domain,
            choice=Choice(say("surface"), options, cost.name),
            prediction=self._predict and self._make_prediction(),
            sayings=SAYINGS,
        )

    def _make_prediction(self, etas=("{0}", "{1}")):
        """Return what the learner is asked, about the last of the balls."""
        last = len(self._tracks) - 1
        track = self._tracks[last]
        who = WHO.get(track.name, say("the ball"))
        question = QUESTIONS[self._predict].format(
            who=who, eta=etas[track.slider], steps=self._steps
        )
        return Prediction(self._predict, question, last, who)

    def _readout(self, cost):
        if len(self._tracks) > 1:
            return SHORT
        return ONE_VARIABLE if cost.m == 1 else READOUT

    def _line(self, cost, start="{start}", etas=("{0}", "{1}")):
        """Return the Python that gives the paths on show."""
        return self._code.format(
            cost=name_of_cost(cost)[0],
            start=f"{start}," if cost.m == 1 else start,
            eta=etas[0],
            other=etas[-1],
            steps=self._steps,
            rule=f", rule={self._rule.name}" if self._rule else "",
        )

    def _caption(self, cost):
        """Return what stands below the lab: the same, to be pasted into a cell."""
        walk = descents if self._code == DUEL else gradient_descent
        return pasteable(self._line(cost), *name_of_cost(cost)[1], walk)

    def _is_hidden(self):
        """Say whether what the balls will do is still to be predicted."""
        return self._predict is not None and self.answer is None

    def _make_film(self):
        """Return the paths as a Film, with the channels that this lab draws or reads out."""
        drawn = {"v1", "v2", "C", "actual"} | ({"slope"} if self._cost.m == 1 else set())
        shown = drawn | {readout.channel for readout in self._readout(self._cost)}
        frames = [[as_frames(descent) for descent in one] for one in self._films]
        steps = 1 if self.message else self._steps  # balls that rest need no more
        channels = stacked(frames, steps + 1)
        return Film(
            {name: numbers for name, numbers in channels.items() if name in shown},
            lengths=[[_places(descent) for descent in one] for one in self._films],
            words=[[descent.regime for descent in one] for one in self._films],
            start={f"v{i}": x for i, x in enumerate(self._films[0][0].v[0], start=1)},
            moments=moments(self._films, steps + 1),
        )

    def summary(self):
        """Return the descents on show in plain sentences."""
        start = ", ".join(f"{x:g}" for x in self.descent.v[0])
        etas = [f"{self._etas[i]:g}" for i in self.sliders]
        title = self._title[:1].lower() + self._title[1:]
        text = say("Lab, {title}: {line}.", title=title, line=self._line(self._cost, start, etas))
        if self.message:
            return f"{text} {self.message}"
        if self._is_hidden():
            question = self._make_prediction(etas).question
            asked = say("Predict. {question} (Run this cell to answer.)", question=question)
            return f"{text} {asked}"
        for track, d in zip(self._tracks, self._shown(), strict=True):
            end = ", ".join(f"{x:.3g}" for x in d.v[-1])
            text += " " + say(
                "{who} {regime}: C = {first:.3g} at the start; after {n} steps v = ({end}), C = "
                "{last:.3g}.",
                who=track.name or say("It"),
                regime=say(d.regime),
                first=d.C[0],
                n=len(d.C) - 1,
                end=end,
                last=d.C[-1],
            )
        if self._limit:
            text += " " + say("The limit 2/λ_max is {limit}.", limit=_three_figures(self._limit))
        return text

    def poster(self):
        """Return a Figure with the pictures of the descents, or of their start while hidden."""
        figure = plt.figure(figsize=(9.6, 3.4))
        hidden, paths = self._is_hidden(), self._shown()
        if hidden:
            paths = [start_of(descent) for descent in paths]
        shown = list(zip(self._tracks, paths, strict=True))
        two = len(shown) > 1
        if self._cost.m == 1:
            top, curve = figure.subplots(1, 2)
            plots.graph(top, self._cost)
            (v,), slope = self.descent.v[0], self.descent.nabla_C[0, 0]
            limits = top.get_ylim()
            if not (hidden and self._predict == "direction"):  # it would point the way
                top.axline(
                    (v, self.descent.C[0]), slope=slope, color=plots.BLUE, label=say("tangent")
                )
            top.set_ylim(limits)
        else:
            valley = figure.add_subplot(1, 3, 1, projection="3d")
            plots.surface(valley, self._cost)
            top, curve = figure.add_subplot(1, 3, 2), figure.add_subplot(1, 3, 3)
            plots.contour(top, self._cost)
        for track, d in shown:
            main = {"ball": plots.BALL, "ghost": plots.GHOST}[track.colour]
            light = main if track.colour == "ghost" or self._cost.m == 1 else "white"
            if self._cost.m == 2:
                plots.path_3d(valley, self._cost, d, light, main, track.ring)
            plots.path(top, d, light, main, track.ring)
            line = main if two else plots.BLUE
            plots.cost_curve(curve, d, cost_axis(self._cost), line, track.name, track.ring)
        if two:
            curve.legend()
        if hidden:
            curve.set_xlim(0, self._steps)
            figure.suptitle(
                say("{title}: {name}; predict first", title=self._title, name=self._cost.name),
                parse_math=False,
            )
            return figure
        etas = (self._etas[self.sliders[track.slider]] for track, _ in shown)
        regimes = (f"η = {eta:g} {say(d.regime)}" for eta, (_, d) in zip(etas, shown, strict=True))
        title = f"{self._title}: {self._cost.name}; {', '.join(regimes)}"
        figure.suptitle(title, parse_math=False)
        return figure


def _named(cost):
    """Return what the menu calls a surface."""
    name = cost.name.replace("_", " ")
    return say(name) if COSTS.get(cost.name) is cost else name


def _three_figures(number):
    """Return a number to three figures, a large one in full: 0.0998, or 57,700."""
    return f"{float(f'{number:.3g}'):,g}"


def _described(cost):
    """Return a cost's name and formula, as the list of surfaces shows them."""
    return f"{_named(cost)}: {cost.formula}"


def start_of(descent):
    """Return a Descent as it is before its first step."""
    first = {name: getattr(descent, name)[:1] for name in ("v", "C", "nabla_C")}
    return replace(descent, **first, actual_change=descent.actual_change[:0])


class Parting(Descents):
    """Your path beside the right one, opened at the step at which they part, which is marked.

    `yours(cost, v0, etas, steps)` makes your paths, as `descents` makes the right ones. `parted` is
    the first step after which they are more than a fiftieth of the picture apart, or None.
    Arguments and errors: see `ball`.
    """

    menu: ClassVar = {}  # yours may be right elsewhere

    def __init__(self, cost, start, eta, steps, yours):
        tracks = [
            Track(say("right"), colour="ghost", line="ghost", ring=True),
            Track(say("yours"), film=1),
        ]
        title = say("Yours beside the right one")
        code = f"{ROLL}  # {say('the right one; yours is beside it')}"
        super().__init__(title, cost, start, [eta], steps, tracks, other=yours, code=code)

    @property
    def surface(self):
        """The name and the formula of the cost on which both roll."""
        return _described(self._cost)

    @property
    def parted(self):
        """The first step at which the paths on show part visibly, or None."""
        apart = self.gaps()
        return int(np.argmax(apart > VISIBLE)) if (apart > VISIBLE).any() else None

    @property
    def lower(self):
        """Whether your ball lies lower than the right one where the lab opens."""
        right, yours = self._shown()
        return self.step < min(len(right.C), len(yours.C)) and bool(
            yours.C[self.step] < right.C[self.step]
        )

    def gaps(self):
        """Return how far the paths on show are apart after each step, in widths of the picture."""
        right, yours = self._shown()
        n = min(len(right.v), len(yours.v))
        return (np.abs(right.v[:n] - yours.v[:n]) / np.ptp(self._cost.domain, axis=1)).max(axis=1)

    def _drop(self, cost, start, etas):
        """Compute the films as every lab of descents does, then go to where they part."""
        super()._drop(cost, start, etas)
        k = self.parted
        part = say("go the same way") if k is None else say("part at step {step}", step=k)
        title = say("At η = {eta:g} yours and the right one {part}", eta=self.eta, part=part)
        steps = Slider(say("step"), marks=[] if k is None else [(k, say("they part"))])
        with self.hold_sync():
            self.scene = {**self.scene, "title": title, "steps": asdict(steps)}
            self.step = k or 0


def as_frames(descent):
    """Return what a film shows of a Descent of one or two variables, by channel.

    The slope is ‖∇C‖, or C′ over one variable. What a step promised and what it did stand at the
    place where it began; a change that is but rounding is 0.
    """
    place = {f"v{i}": numbers for i, numbers in enumerate(descent.v.T, start=1)}
    slope = descent.nabla_C[:, 0] if len(place) == 1 else np.hypot(*descent.nabla_C.T)
    change = descent.actual_change
    rounding = 1e-12 * np.abs(descent.C[:-1])
    return place | {
        "C": descent.C,
        "slope": slope,
        "promised": descent.predicted_change,
        "actual": np.where(np.abs(change) > rounding, change, 0),
    }


def _places(descent):
    """Return how many places of a path a film shows: all before a number nears Python's end."""
    size = np.abs(np.column_stack([descent.v, descent.C, descent.nabla_C])).max(axis=1)
    return int(np.argmax(size >= END)) if (size >= END).any() else len(size)
