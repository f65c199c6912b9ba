"""The lab of the hidden valley: find the lowest point of a ground that you cannot see."""

import matplotlib.pyplot as plt
import numpy as np
from traitlets import Dict, Int, List

from gdlib import plots
from gdlib.costs import Cost
from gdlib.descent import gradient_descent, step
from gdlib.doors import check_cost, check_count, check_that
from gdlib.labs import pictures
from gdlib.labs.caption import name_of_cost, pasteable
from gdlib.labs.film import Scene, Track
from gdlib.labs.lab import Lab, front_end, style_sheet
from gdlib.words import say

N = 41  # places along each side of the map: only they can be probed
PROBES = 12
CARRIED = 2  # rounds that a saved lab has with it
LAST_ROUND = 9999
GONE = -32768  # marks a step of gradient descent that has left the map
HALF = 2.0  # the grounds of the rounds reach from −2 to 2


class HiddenValley(Lab):
    """Probe a hidden ground, twelve times; then see it, and gradient descent from your first probe.

    `round` is the number of a ground, 0 to 9999: the same number, the same ground, everywhere.
    With a `cost`, a Cost of two variables that has a domain, that is the ground, and there is no
    other round. `lab.cost` is the Cost of the ground on show, and `lab.probes` (k, 2) the places
    probed so far. Raises TypeError or ValueError for a round or a cost that makes no sense.
    """

    _esm = front_end("hidden.js")
    _css = style_sheet("card.css", "hidden.css")
    grounds = List(Dict()).tag(sync=True)  # the one on show, and what a lab has without Python
    round = Int().tag(sync=True)
    probes_made = List(Int()).tag(sync=True)  # numbers of places, row by row from the south-west

    def __init__(self, round=1, cost=None):
        round = check_count("round", round, least=0, most=LAST_ROUND)
        self._only = None if cost is None else _check_ground(cost)
        super().__init__(round=round, grounds=self._grounds(round))

    def respond(self, request):
        """Go to the round request["round"]."""
        round = check_count("round", request["round"], least=0, most=LAST_ROUND)
        self.grounds, self.round, self.probes_made = self._grounds(round), round, []

    @property
    def cost(self):
        """The Cost of the ground on show."""
        return self._only or ground(self.round)

    @property
    def probes(self):
        """The places probed so far: (k, 2)."""
        return _lattice(self.cost).reshape(2, -1).T[self.probes_made]

    def _grounds(self, round):
        if self._only:
            return [_carried(self._only, *name_of_cost(self._only), round, 0)]
        rounds = [(round + i) % (LAST_ROUND + 1) for i in range(CARRIED)]
        return [_carried(ground(i), f"ground({i})", [ground], i, LAST_ROUND) for i in rounds]

    def summary(self):
        """Return what there is to do, and nothing of the answer."""
        return say(
            "Lab, the hidden valley: a map of ground that you cannot see. With {probes} probes, "
            "find its lowest point: each tells the height at a place, and which way is downhill. "
            "(Run this cell to play.)",
            probes=PROBES,
        )

    def poster(self):
        """Return a Figure with the empty map, and what to do."""
        figure, (top, words) = plt.subplots(1, 2, figsize=(9.6, 3.4), width_ratios=[1, 1.6])
        v1, v2 = _lattice(self.cost)[:, ::4, ::4]
        top.plot(v1.ravel(), v2.ravel(), ".", color=plots.GREY, markersize=3)
        top.set(aspect="equal", xlabel="$v_1$", ylabel="$v_2$")
        top.grid(visible=False)
        words.axis("off")
        words.text(
            0,
            0.5,
            say(
                "Somewhere under this map is a lowest point.\n\n"
                "With {probes} probes, find it. Each tells the height\n"
                "at a place, and which way is downhill.",
                probes=PROBES,
            ),
            va="center",
            fontsize=13,
        )
        figure.suptitle(say("The hidden valley"))
        return figure


def ground(round):
    """Return the Cost of a round: a tilted bowl with hills and hollows, and one lowest point.

    Its domain is −2 to 2 in both variables. Raises TypeError or ValueError unless round is a
    whole number from 0 to 9999.
    """
    rng = np.random.default_rng(check_count("round", round, least=0, most=LAST_ROUND))
    while True:
        cost = _drawn(rng, f"round {round}")
        lattice = _lattice(cost).reshape(2, -1)
        lowest = lattice[:, np.argmin(cost.function(lattice))]
        if np.abs(lowest).max() < 0.85 * HALF:  # well inside the map
            return cost


def _drawn(rng, name):
    """Return a Cost drawn at random: a bowl, and on it two to four hills and hollows."""
    angle = rng.uniform(0, np.pi)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    bowl = turn * rng.uniform([0.5, 1.0], [0.9, 2.2]) @ turn.T
    middle, height, n = rng.uniform(-1.1, 1.1, 2), rng.uniform(2, 6), rng.integers(2, 5)
    centres, widths = rng.uniform(-1.7, 1.7, (2, n)), rng.uniform(0.45, 0.8, n)
    tall = rng.uniform(0.5, 1.4, n) * [-1, *rng.choice([-1, 1], n - 1)]

    def parts(v):
        """Return how far v (2, ...) is from the middle, from each centre, and each hill there."""
        v = np.asarray(v, dtype=float)
        spread = [1] * (v.ndim - 1)
        away = (v[:, None] - centres.reshape(2, n, *spread)) / widths.reshape(n, *spread)
        hills = tall.reshape(n, *spread) * np.exp(-(away**2).sum(axis=0) / 2)
        return v - middle.reshape(2, *spread), away / widths.reshape(n, *spread), hills

    def function(v):
        off, _, hills = parts(v)
        return height + (off * np.tensordot(bowl, off, axes=1)).sum(axis=0) / 2 + hills.sum(axis=0)

    def gradient(v):
        off, away, hills = parts(v)
        return np.tensordot(bowl, off, axes=1) - (away * hills).sum(axis=1)

    return Cost(name, function, gradient, ((-HALF, HALF),) * 2, "a bowl, hills and hollows")


def _carried(cost, code, needed, round, rounds):
    """Return the survey of a ground with its number, and the Python for the walk from {start}."""
    data = survey(cost)
    walk = f"gradient_descent({code}, v0=({{start}}), eta={data['eta']}, steps={PROBES})"
    code = pasteable(walk, *needed, gradient_descent)
    return data | {"round": round, "rounds": rounds, "code": code}


def survey(cost):
    """Return all that the browser needs of a ground, as plain data and bytes.

    At each of 41 × 41 places: `heights`, `slopes` (2, ...), and where twelve steps of gradient
    descent lead from it, `paths` (3, 12, ...): v₁, v₂ and C in 16 bits, as shares of what
    `reach` says. A place without a finite height has nan, and cannot be probed. `eta` is 1 / λ_max
    of the whole ground, so that no step of gradient descent goes uphill. `lowest` is the lowest
    point found from any place; the `scene` comes last: map and valley.
    """
    places = _lattice(cost)
    with np.errstate(all="ignore"):
        C, slopes = np.array(cost.function(places), dtype=float), np.array(cost.gradient(places))
        C[~np.isfinite(slopes).all(axis=0)] = np.nan
        eta = _learning_rate(cost, slopes)
        paths = _walk(cost, np.stack([*places, C]), eta)
    points = np.concatenate([np.stack([*places, C])[:, None], paths], axis=1).reshape(3, -1)
    lowest = points[:, np.nanargmin(points[2])]
    reach = [*cost.domain, (float(lowest[2]), float(np.nanmax(points[2])))]
    shares = [(x - low) / (high - low or 1) for x, (low, high) in zip(paths, reach, strict=True)]
    packed = np.where(np.isnan(shares), GONE, np.rint(np.multiply(shares, 65534) - 32767))
    return {
        "name": cost.name,
        "n": N,
        "steps": PROBES,
        "reach": reach,
        "heights": C.astype(np.float32).tobytes(),
        "slopes": slopes.astype(np.float32).tobytes(),
        "paths": packed.astype(np.int16).tobytes(),
        "lowest": lowest.tolist(),
        "eta": eta,
        "scene": Scene(
            say("The hidden valley"),
            [pictures.plan(cost, "", "probe", ["path", "ball"]), pictures.valley(cost)],
            sliders=[],
            readout=[],
            code="",
            tracks=[Track()],
            domain=cost.domain,
        ).as_trait(),
    }


def _lattice(cost):
    """Return the places that can be probed: (2, n, n), v₁ growing along rows."""
    return np.stack(np.meshgrid(*(np.linspace(low, high, N) for low, high in cost.domain)))


def _learning_rate(cost, slopes):
    """Return 1 / λ_max of the ground in three figures, or less where it is steep as a wall.

    λ_max is the largest curvature at any place, by differences of the slopes (2, n, n). A step
    is never longer than the map is wide.
    """
    widths = [high - low for low, high in cost.domain]
    (h11, h12), (h21, h22) = (
        [np.gradient(slope, width / (N - 1), axis=1 - j) for j, width in enumerate(widths)]
        for slope in slopes
    )
    curvature = (h11 + h22) / 2 + np.hypot((h11 - h22) / 2, (h12 + h21) / 2)
    steepest = np.nanmax(np.hypot(*slopes)) / min(widths)
    most = max(np.nanmax(curvature, initial=0), steepest)
    return float(f"{1 / most:.3g}") if most else 1.0


def _walk(cost, points, eta):
    """Return where twelve steps lead from points (v₁, v₂, C), shape (3, n, n): (3, 12, n, n).

    A path that leaves the map is nan from there on.
    """
    low, high = np.transpose(cost.domain)[:, :, None, None]
    v, paths = np.where(np.isfinite(points[2]), points[:2], np.nan), []
    for _ in range(PROBES):
        v = step(v, cost.gradient(v), eta)
        C = cost.function(v)
        v = np.where(((low <= v) & (v <= high)).all(axis=0) & np.isfinite(C), v, np.nan)
        paths.append([*v, np.where(np.isnan(v[0]), np.nan, C)])
    return np.stack(paths, axis=1)


def _check_ground(cost):
    """Return cost, which must be a Cost of two variables with a domain, finite somewhere on it."""
    sound = check_cost(cost).m == 2 and getattr(cost, "domain", None)
    check_that(sound, "the ground must be a Cost of 2 variables with a domain", cost)
    return cost
