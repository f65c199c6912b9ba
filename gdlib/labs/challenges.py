"""Two challenges of the learning rate: the fewest steps with one η, and curves that tell of theirs.

Each keeps what it knows to itself until the learner has committed. All of it is in the saved lab,
so it needs no Python once it is open.
"""

import matplotlib.pyplot as plt
import numpy as np
from traitlets import Dict, List

from gdlib import plots
from gdlib.costs import Cost, ravine, rosenbrock, valley
from gdlib.descent import gradient_descent, step
from gdlib.doors import check_cost, check_count, check_that
from gdlib.labs import pictures
from gdlib.labs.lab import Lab, front_end, style_sheet
from gdlib.labs.scales import three_decades
from gdlib.rates import backtracking
from gdlib.words import later, say

GOAL = 0.01  # the C to reach
MOST = 5000  # steps, after which a learning rate is given up
FAR = 1e6  # a C that is not worth telling
TRIES = 6
WIDTH, HEIGHT = 1000, 500  # of the drawings, in units of their own


def _bend(v):
    """Return how far v is across the bend of the funnel, and the square of its distance."""
    v = np.asarray(v, dtype=float)
    across = v[1] - 0.5 * np.sin(2 * v[0])
    return across, v[0] ** 2 + 5 * across**2


def _funnel(v):
    square = _bend(v)[1]
    return square / (1 + square)


def _funnel_gradient(v):
    across, square = _bend(v)
    inner = np.array([2 * v[0] - 10 * across * np.cos(2 * v[0]), 10 * across])
    return inner / (1 + square) ** 2


funnel = Cost(
    later("funnel"), _funnel, _funnel_gradient, ((-2.0, 2.0), (-2.0, 2.0)), "r² / (1 + r²)"
)
SURFACES = (  # a cost, a start, the largest learning rate on offer, and what it is called
    (ravine, (0.9, 0.6), 0.2, say("the ravine")),
    (rosenbrock, (-1.2, 1.0), 0.005, say("the banana")),
    (funnel, (-1.5, 1.2), 5.0, say("one not seen before")),
)


class FewestSteps(Lab):
    """Reach C < 0.01 in the fewest steps with one η: six tries on each surface, and then par.

    `surfaces` are tuples (cost, start, largest η, name), by default the ravine, the banana, and
    one not seen before. Par is the fewest steps of any of the 121 learning rates on the slider.
    Backtracking, from η = 1, is told beside it. Raises TypeError or ValueError for surfaces that
    make no sense, and where no learning rate gets there within 5,000 steps.
    """

    _esm = front_end("fewest_steps.js")
    _css = style_sheet("card.css", "challenges.css")
    surfaces = List(Dict()).tag(sync=True)

    def __init__(self, surfaces=SURFACES):
        super().__init__(surfaces=[steps_on(*surface) for surface in surfaces])

    def summary(self):
        """Return what there is to do."""
        names = ", ".join(surface["name"] for surface in self.surfaces)
        return say(
            "Lab, the fewest steps: reach C < {goal} with one learning rate, in as few steps as "
            "you can. {tries} tries on each surface: {names}. (Run this cell to play.)",
            goal=GOAL,
            tries=TRIES,
            names=names,
        )

    def poster(self):
        """Return a Figure of the empty chart."""
        figure, ax = plt.subplots(figsize=(9.6, 3))
        etas = self.surfaces[0]["etas"]
        ax.set(xscale="log", yscale="log", xlim=(etas[0], etas[-1]), ylim=(1, MOST))
        ax.set(xlabel="$\\eta$", ylabel=say("steps to $C < {goal}$", goal=GOAL))
        ax.text(
            0.5,
            0.5,
            say("{tries} tries: which η?", tries=TRIES),
            transform=ax.transAxes,
            ha="center",
        )
        figure.suptitle(say("The fewest steps"))
        return figure


def steps_on(cost, start, largest, name):
    """Return what the browser needs of a surface: `steps` to the goal for each of its `etas`.

    0 stands for none within 5,000 steps, and `ends` says at which C those are then. `at` are their
    places in the drawing, `line` all of them as an outline; `par` is the number of the best η.
    `varied` are the steps of backtracking, and `looks` how often it computed a C on the way.
    """
    etas = three_decades(largest)
    steps, C = _steps_to_goal(check_cost(cost), start, np.array(etas))
    check_that(steps.any(), f"one η must reach C < {GOAL} on {cost.name}", start)
    heights = np.where(steps, HEIGHT * (1 - np.log(np.maximum(steps, 1)) / np.log(MOST)), 0)
    at = np.stack([np.linspace(0, WIDTH, len(etas)), heights], axis=1).round(1)
    par = int(np.argmin(np.where(steps, steps, MOST + 1)))
    varied, looks = _with_backtracking(cost, start)
    return {
        "name": name,
        "formula": cost.formula,
        "cost": cost.name,
        "start": list(map(float, start)),
        "etas": etas,
        "steps": steps.tolist(),
        "ends": [f"{end:.2g}" if end < FAR else say("far out") for end in C],
        "at": at.tolist(),
        "line": outline(at),
        "ticks": [
            [round(HEIGHT * (1 - np.log(n) / np.log(MOST)), 1), f"{n:,d}"]
            for n in (1, 10, 100, 1000)
        ],
        "par": par,
        "varied": varied,
        "looks": looks,
        "most": MOST,
        "tries": TRIES,
    }


def _steps_to_goal(cost, start, etas):
    """Return for each η the first step at which C < 0.01, or 0 if there is none, and the last C."""
    v = np.asarray(start, dtype=float)[:, None] + 0 * etas
    steps = np.zeros(len(etas), dtype=int)
    with np.errstate(all="ignore"):  # a path may leave the finite numbers
        for k in range(1, MOST + 1):
            v = step(v, cost.gradient(v), etas)
            C = cost.function(v)
            steps[(steps == 0) & (C < GOAL)] = k
            if steps.all():
                break
    return steps, C


def _with_backtracking(cost, start):
    """Return how many steps backtracking takes to the goal, and how many C's it computes."""
    looks = 0

    def counted(v):
        nonlocal looks
        looks += 1
        return cost.function(v)

    choose = backtracking(Cost(cost.name, counted, cost.gradient, cost.domain), 1.0)
    v, k = np.asarray(start, dtype=float), 0
    while cost.function(v) >= GOAL and k < MOST:
        nabla_C = cost.gradient(v)
        v, k = step(v, nabla_C, choose(k, v, nabla_C)), k + 1
    return k, looks


CURVES = (  # a cost, a start, η, and the reason
    (
        ravine,
        (0.9, 0.6),
        0.002,
        say("It falls slowly and evenly all the way: there is room for longer steps."),
    ),
    (
        valley,
        (0.9, 0.6),
        1.04,
        say("Each step goes too far, and ends higher on the other side."),
    ),
    (
        ravine,
        (0.9, 0.6),
        0.085,
        say("It is just below the limit of the steep direction."),
    ),
    (
        valley,
        (0.9, 0.6),
        0.97,
        say(
            "It jumps from side to side, and each time ends a little lower. In C alone that "
            "looks like an η that is too small: only a try tells them apart."
        ),
    ),
    (
        rosenbrock,
        (-1.2, 1.0),
        0.0002,
        say("It is down on the floor of the bend, which falls so gently that it looks level."),
    ),
    (
        funnel,
        (-1.5, 1.2),
        3.0,
        say("Whenever it comes near the bottom, where it is steep, the next step throws it out."),
    ),
)
LEAVE = say("leave η")
FACTORS = {"η ÷ 10": 0.1, "η ÷ 2": 0.5, LEAVE: 1.0, "η × 2": 2.0, "η × 10": 10.0}


class ReadCurves(Lab):
    """Read six curves of C against the step: what would you do with η? Then see what that does.

    `curves` are tuples (cost, start, η, reason), by default six; each is drawn over `steps`
    steps. The best answer is that of five which leads to the lowest C. Raises TypeError or
    ValueError for curves that make no sense.
    """

    _esm = front_end("read_curves.js")
    _css = style_sheet("card.css", "challenges.css")
    curves = List(Dict()).tag(sync=True)

    def __init__(self, curves=CURVES, steps=40):
        steps = check_count("steps", steps, most=1000)
        super().__init__(curves=[answers_to(*curve, steps) for curve in curves])

    def summary(self):
        """Return what there is to do."""
        return say(
            "Lab, read a curve: {n} curves of C against the step, each from a learning rate that "
            "is not named. For each, choose: {factors}. Then see what that does. (Run this cell "
            "to play.)",
            n=len(self.curves),
            factors=" / ".join(FACTORS),
        )

    def poster(self):
        """Return a Figure of the curves."""
        figure, axes = plt.subplots(1, len(self.curves), figsize=(9.6, 2), squeeze=False)
        for ax, curve in zip(axes[0], self.curves, strict=True):
            ax.plot(*np.transpose(curve["points"]), color=plots.BLUE)
            ax.set(xticks=[], yticks=[], xlim=(0, WIDTH), ylim=(HEIGHT, 0), xlabel=say("step"))
        axes[0][0].set_ylabel("$C$")
        figure.suptitle(say("Read a curve"))
        return figure


def answers_to(cost, start, eta, reason, steps):
    """Return a curve, and each of the five answers with its own curve and a sentence on it.

    The places are those of one drawing, whose scale of C is logarithmic.
    """
    paths = {
        words: gradient_descent(cost, start, factor * eta, steps)
        for words, factor in FACTORS.items()
    }
    end = {
        words: np.inf if d.diverged or d.regime == "diverges" else d.C[-1]
        for words, d in paths.items()
    }
    best = min(end, key=end.get)
    C = paths[LEAVE].C
    check_that(C[0] > 0, f"on {cost.name} C must be positive at the start", start)
    low = C[0] * 1e-6 if min(C.min(), end[best]) < C[0] * 1e-6 else min(C.min(), end[best]) / 2
    high = C[0] * max(2, min(C.max() / C[0], 1e3)) * 1.5

    def points(C):
        with np.errstate(all="ignore"):  # C may be 0, far below, or no number
            share = (np.log(C) - np.log(low)) / (np.log(high) - np.log(low))
        return [
            [round(WIDTH * k / steps, 1), round(HEIGHT * (1 - at), 1)]
            for k, at in enumerate(share)
            if 0 <= at <= 1  # beyond, the curve has left the picture
        ]

    scale = pictures.axis(low, high, "C", "C", log=True)
    return {
        "points": points(C),
        "line": outline(points(C)),
        "ticks": [[points([C])[0][1], text] for C, text in scale.ticks],
        "steps": steps,
        "about": _heights(C),
        "best": best,
        "truth": say(
            "On {name}, η = {eta:g}. {reason}", name=say(cost.name), eta=eta, reason=reason
        ),
        "answers": [
            {
                "choice": words,
                "line": outline(points(d.C)),
                "words": say("With η = {eta} it {did}.", eta=_plain(d.eta[0]), did=_did(d)),
            }
            for words, d in paths.items()
        ],
    }


def _plain(x):
    """Return a number in three figures without a power of ten, as the sliders show it."""
    return np.format_float_positional(x, 3, fractional=False, trim="-")


def _heights(C):
    """Say how high a curve C (n+1,) is at nine of its steps, evenly spread."""
    at = np.unique(np.linspace(0, len(C) - 1, 9).round().astype(int))
    heights = (say("{C} at step {k}", C=f"{C[k]:.3g}", k=k) for k in at)
    return say("C is {heights}", heights=", ".join(heights))


def _did(d):
    if d.regime == "diverges":
        return say(d.regime)
    end = say("below a millionth") if d.C[-1] < 1e-6 else say("at {C:.2g}", C=d.C[-1])
    return say("{regime}, and C ends {end}", regime=say(d.regime), end=end)


def outline(points):
    """Return places (n, 2) as the path of an SVG."""
    return "M" + " ".join(f"{x:g},{y:g}" for x, y in points)
