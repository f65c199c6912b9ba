"""The lab of the real valley: paths of training runs, over a plane through the end of one."""

from dataclasses import replace
from typing import NamedTuple

import matplotlib.pyplot as plt
import numpy as np

from gdlib import plots
from gdlib.doors import check_cost, check_numbers, check_that
from gdlib.labs import pictures
from gdlib.labs.caption import name_of, pasteable
from gdlib.labs.film import Film, Plot, Readout, Scene, Slider, Track, stacked
from gdlib.labs.lab import Player
from gdlib.landscape import cost_on_line, plane_through
from gdlib.network import FLOATS, NetworkCost
from gdlib.plots.surface import heights
from gdlib.words import grouped, say

SHARES = np.linspace(0, 1, 21).round(2)  # the positions of the slider: how far out of the plane
MOST = 100  # moments of a run: each takes C at 21 places
OWN = {"accent": plots.BLUE, "good": plots.GREEN}  # the colours of your own runs
READOUT = [
    Readout(say("after epoch"), "epoch"),
    Readout("C =", "C"),
    Readout(say("distance from the plane ="), "distance"),
]


class Seen(NamedTuple):
    """A run as seen from a plane, at k moments.

    `v` (2, k) are its coordinates in the plane, which are those of its shadow; `distance` (k,) is
    how far it is from there. C (21, k) has a row for each of SHARES of that way.
    """

    epochs: np.ndarray
    v: np.ndarray
    distance: np.ndarray
    C: np.ndarray

    def at(self, epochs):
        """Return the run as last saved at each of these epochs, until it ends."""
        epochs = epochs[epochs <= self.epochs[-1]]
        saved = np.searchsorted(self.epochs, epochs, side="right") - 1
        return Seen(*(numbers[..., np.maximum(saved, 0)] for numbers in self))

    def frames(self):
        """Return what the film shows: channels for each of SHARES."""
        v1, v2 = self.v
        return [
            {"v1": v1, "v2": v2, "C": C, "epoch": self.epochs, "distance": share * self.distance}
            for share, C in zip(SHARES, self.C, strict=True)
        ]


class RealValley(Player):
    """Let a training run roll past the real cost surface; see how far from it each point lies.

    `path` (k, m) holds the v's of the run, with k from 2 to 100, and `epochs` (k,) says after how
    many epochs each was saved. `plane` is the Plane they are seen against, and `surface` the Cost
    on it, in its coordinates (see `costs.from_grid`). Two balls show each v: its shadow, the
    nearest point of the plane, which lies on the surface; and v itself, at its own C, in general
    above or below. The slider moves the second along the straight line from the shadow, at 0, to
    v, at 1. C is that of `cost`, a Cost of m variables, computed in the path's type of float.

    `own` places one or two runs of yours beside it: it maps a name to (path, epochs), as above.
    At each moment each ball is where its run was last saved, and stays where its run ended. Raises
    TypeError or ValueError for what is no Cost, and for arguments that do not fit.
    """

    def __init__(self, cost, path, epochs, plane, surface, own=None):
        names = [name_of(*pair) for pair in ((cost, "cost"), (path, "path"), (plane, "plane"))]
        own = _check_own(own)
        runs = [_check_run("", path, epochs, check_cost(cost).m)]
        runs += [_check_run(f" of {name!r}", *run, cost.m) for name, run in own.items()]
        expected = f"the plane must be one of this path, with coordinates of shape {len(path), 2}"
        check_that(plane.coordinates.shape == (len(path), 2), expected, plane.coordinates.shape)
        super().__init__()
        self._n = len(cost.x) if isinstance(cost, NetworkCost) else 0
        self._surface = surface
        self._share = say("{share:.0%} of the squared distances", share=plane.share.sum())
        self._epochs = np.unique(np.concatenate([epochs for _, epochs in runs]))
        self._names = [say("the run"), *map(str, own)]
        self._runs = [_see(cost, plane, *run).at(self._epochs) for run in runs]
        kept = np.maximum(np.searchsorted(runs[0][1], self._epochs, side="right") - 1, 0)
        same = np.array_equal(kept, range(len(path)))
        code = _caption(*names, "{step}" if same else f"{kept.tolist()}[{{step}}]")
        self.show(self._make_scene(code), self._make_film(), [len(SHARES) - 1], step=0)

    def _make_film(self):
        """Return a Film of the run's shadow and of each run, over the share and the moments."""
        films = [run.frames() for run in self._runs]
        films = [[films[0][0]] * len(SHARES), *films]
        lengths = [[len(frames["C"]) for frames in film] for film in films]
        return Film(stacked(films, len(self._epochs)), lengths)

    def _make_scene(self, code):
        layers = ["path", "ball", "number"]
        highest = max(1.0, *(run.distance.max() for run in self._runs))
        away = pictures.axis(0, 1.08 * highest, say("distance"), "distance")
        return Scene(
            say("The real valley"),
            [
                replace(pictures.valley(self._surface), numbers=True),
                pictures.plan(
                    self._surface, say("{share} are in the plane", share=self._share), None, layers
                ),
                self._curve(
                    "curve", say("C of each"), pictures.axis(*self._span(), "C", "C", log=True)
                ),
                self._curve("away", say("how far each is from the plane"), away),
            ],
            [
                Slider(
                    say("out of the plane"),
                    SHARES.tolist(),
                    [(len(SHARES) - 1, say("where the run really was"))],
                )
            ],
            READOUT,
            code,
            tracks=self._make_tracks(),
            steps=Slider(say("moment")),
            domain=self._surface.domain,
        )

    def _make_tracks(self):
        """Return the balls: the shadow of the run, as a ring, then each run, all with numbers."""
        named = enumerate(zip(self._names, ("ball", *OWN), strict=False), start=1)
        return [Track(say("1 shadow"), colour="ghost", line="ghost", ring=True)] + [
            Track(f"{i + 1} {name}", i, colour=colour, line=colour) for i, (name, colour) in named
        ]

    def _span(self):
        """Return the lowest and the highest C that the curves show."""
        C = np.concatenate([run.C.ravel() for run in self._runs])
        return 0.8 * C.min(), 1.3 * C.max()

    def _curve(self, name, hint, y):
        """Return a picture of a channel over the moments."""
        x = pictures.axis(0, len(self._epochs) - 1, say("after epoch"), "step", self._ticks())
        return Plot(name, hint, x, y, ["series", "number"])

    def _ticks(self):
        last = len(self._epochs) - 1
        return [(k, f"{self._epochs[k]:.3g}") for k in (0, last // 4, last // 2, last)]

    def summary(self):
        """Return what the lab shows in plain sentences."""
        images = say("C on {n} images", n=grouped(self._n))
        moments = say("{n} moments", n=len(self._epochs)) + (f", {images}" if self._n else "")
        text = say("Lab, the real valley: {moments}.", moments=moments)
        for k, (name, (_, _, distance, C)) in enumerate(zip(self._names, self._runs, strict=True)):
            about = "≈ " if k else ""  # yours ends a little elsewhere on each machine
            text += " " + say(
                "{name}: C falls from {first:.2f} to {last}, {least:.0f} to {most:.0f} from the "
                "plane.",
                name=name[:1].upper() + name[1:],
                first=C[-1, 0],
                last=f"{about}{C[-1, -1]:.2f}",
                least=distance.min(),
                most=distance.max(),
            )
        shadow = self._runs[0].C[0]
        text += " " + say(
            "C at the shadow of the run: from {first:.2f} to {last:.2f}.",
            first=shadow[0],
            last=shadow[-1],
        )
        lie = say("{share} of the run from its end lie in the plane.", share=self._share)
        return f"{text} {lie}"

    def poster(self):
        """Return a Figure with the surface, the map, and C and the distance at each moment."""
        figure = plt.figure(figsize=(9.6, 6.2))
        valley = figure.add_subplot(2, 2, 1, projection="3d")
        top, curve, away = (figure.add_subplot(2, 2, k) for k in (2, 3, 4))
        plots.surface(valley, self._surface)
        plots.contour(top, self._surface)
        limits = valley.get_zlim()
        shadow = self._runs[0]._replace(distance=0 * self._runs[0].distance, C=self._runs[0].C[:1])
        shown = zip([say("its shadow"), *self._names], [shadow, *self._runs], strict=True)
        colours = [plots.GHOST, plots.BALL, *OWN.values()]
        for (name, (_, v, distance, C)), colour in zip(shown, colours, strict=False):
            style = {"color": colour, "linestyle": "--" if colour == plots.GHOST else "-"}
            valley.plot(*v, heights(self._surface, C[-1]), **style, zorder=10)
            top.plot(*v, **style)
            top.plot(*v[:, -1], "o", color=colour, markersize=8, markeredgecolor="white")
            curve.semilogy(C[-1], ".", **style, label=name)
            away.plot(distance, ".", **style)
        valley.set_zlim(limits)
        for ax, name in ((curve, "$C$"), (away, say("distance from the plane"))):
            ax.set_xticks(*zip(*self._ticks(), strict=True))
            ax.set(xlabel=say("after epoch"), ylabel=name)
        curve.legend()
        figure.suptitle(
            say("The real valley; {share} from the end lie in the plane", share=self._share)
        )
        return figure


def _see(cost, plane, path, epochs):
    """Return a run, path (k, m) and epochs (k,), as Seen from the plane."""
    seen = plane_through(plane.origin, plane.d1, plane.d2, path)
    shadows = (plane.origin + seen.coordinates @ [plane.d1, plane.d2]).astype(path.dtype)
    ways = zip(shadows, path, strict=True)
    C = [cost_on_line(cost, shadow, v - shadow, SHARES) for shadow, v in ways]
    return Seen(epochs, seen.coordinates.T, seen.residual, np.transpose(C))


def _check_run(whose, path, epochs, m):
    """Return path (k, m) in its own type of float, and epochs (k,) in float64; else raise."""
    floats = check_numbers(f"the path{whose}", path, ("k", m))
    check_that(2 <= len(floats) <= MOST, f"the path{whose} must hold 2 to {MOST} v", len(floats))
    epochs = check_numbers(f"the epochs{whose}", epochs, (len(floats),))
    check_that((np.diff(epochs) > 0).all(), f"the epochs{whose} must grow", epochs)
    path = np.asarray(path)
    return path if path.dtype in FLOATS else floats, epochs


def _check_own(own):
    """Return own, a dictionary of at most two pairs, {} for None; else raise."""
    own = {} if own is None else own
    expected = f"own must be a dictionary of up to {len(OWN)} names, each with (path, epochs)"
    check_that(isinstance(own, dict) and len(own) <= len(OWN), expected, own, TypeError)
    for run in own.values():
        check_that(isinstance(run, tuple | list) and len(run) == 2, expected, own, TypeError)
    return own


def _caption(cost, path, plane, at):
    """Return the Python for C of the run on show, from the names of what the lab was given."""
    return pasteable(
        f"k = {at}\n"
        f"shadow = {plane}.origin + {plane}.coordinates[k] @ [{plane}.d1, {plane}.d2]\n"
        f"cost_on_line({cost}, shadow, {path}[k] - shadow, [{{0}}])",
        cost_on_line,
    )
