"""The lab of the real valley: the path of a training run, over a plane through its end."""

import matplotlib.pyplot as plt
import numpy as np

from gdlib import plots
from gdlib.labs import pictures
from gdlib.labs.caption import name_of, pasteable
from gdlib.labs.film import Film, Plot, Readout, Scene, Slider, Track
from gdlib.labs.lab import Player
from gdlib.landscape import cost_on_line
from gdlib.network import NetworkCost

SHARES = np.linspace(0, 1, 21).round(2)  # the positions of the slider: how far out of the plane
TRACKS = [Track("shadow", film=1, colour="ghost", line="ghost"), Track("the run")]
READOUT = [
    Readout("after epoch", "epoch"),
    Readout("C =", "C"),
    Readout("distance from the plane =", "distance"),
]


class RealValley(Player):
    """Let a training run roll past the real cost surface; see how far from it each point lies.

    `path` (k, m) holds the v's of the run, with k ≥ 2, and `epochs` (k,) says after how many
    epochs each was saved. `plane` is the Plane they are seen against, and `surface` the Cost on
    it, in its coordinates (see `costs.from_grid`). Two balls show each v: its shadow, the nearest
    point of the plane, which lies on the surface; and v itself, at its own C, in general above
    or below. The slider moves the second along the straight line from the shadow, at 0, to v, at
    1. C is that of `cost`, a Cost of m variables, in float64. Raises TypeError or ValueError for
    what is no Cost, and for shapes that do not fit.
    """

    def __init__(self, cost, path, epochs, plane, surface):
        names = [name_of(*pair) for pair in ((cost, "cost"), (path, "path"), (plane, "plane"))]
        path, epochs = np.asarray(path, dtype=float), np.asarray(epochs, dtype=float)
        if path.ndim != 2 or len(path) < 2 or epochs.shape != path.shape[:1]:
            raise ValueError(
                "path must have shape (k, m) with k at least 2, and epochs (k,); "
                f"got {path.shape} and {epochs.shape}"
            )
        if plane.coordinates.shape != (len(path), 2):
            raise ValueError(
                f"the plane must be one of this path, with coordinates of shape ({len(path)}, 2); "
                f"got {plane.coordinates.shape}"
            )
        super().__init__()
        shadows = plane.origin + plane.coordinates @ [plane.d1, plane.d2]
        C = np.array([
            cost_on_line(cost, shadow, v - shadow, SHARES)
            for shadow, v in zip(shadows, path, strict=True)
        ])  # fmt: skip
        self._plane, self._surface, self._epochs, self._C = plane, surface, epochs, C
        self._n = len(cost.x) if isinstance(cost, NetworkCost) else 0
        self.show(self._make_scene(_caption(*names)), self._make_film(), [len(SHARES) - 1], step=0)

    def _make_film(self):
        """Return a Film of two tracks, the run and its shadow, over the share and the moments."""
        shape = 2, len(SHARES), len(self._epochs)
        shares = np.stack([SHARES, 0 * SHARES])[:, :, None]
        v1, v2 = self._plane.coordinates.T
        return Film({
            "v1": np.broadcast_to(v1, shape),
            "v2": np.broadcast_to(v2, shape),
            "C": np.array([self._C.T, np.broadcast_to(self._C[:, 0], shape[1:])]),
            "epoch": np.broadcast_to(self._epochs, shape),
            "distance": shares * self._plane.residual,
        })  # fmt: skip

    def _make_scene(self, code):
        hint = f"{self._plane.share.sum():.0%} of the squared distances are in the plane"
        return Scene(
            "The real valley",
            [
                pictures.valley(self._surface),
                pictures.plan(self._surface, hint, None, ["path", "ball"]),
                self._curve(),
            ],
            [
                Slider(
                    "out of the plane",
                    SHARES.tolist(),
                    [(len(SHARES) - 1, "where the run really was")],
                )
            ],
            READOUT,
            code,
            tracks=TRACKS,
            steps=Slider("moment"),
            domain=self._surface.domain,
        )

    def _share(self):
        return f"{self._plane.share.sum():.0%} of the squared distances from the end"

    def _curve(self):
        """Return the third picture."""
        low, high = self._C.min() * 0.8, self._C.max() * 1.3
        return Plot(
            "curve",
            "C of the run, and of its shadow",
            pictures.axis(0, len(self._epochs) - 1, "after epoch", "step", self._ticks()),
            pictures.axis(low, high, "C", "C", log=True),
            ["series"],
        )

    def _ticks(self):
        last = len(self._epochs) - 1
        return [(k, f"{self._epochs[k]:.3g}") for k in (0, last // 4, last // 2, last)]

    def summary(self):
        """Return what the lab shows in plain sentences."""
        distance = self._plane.residual
        images = f", C on {self._n:,d} images" if self._n else ""
        return (
            f"Lab, the real valley: {len(distance)} moments of a run{images}. "
            f"{self._share()} lie in the plane. The distance from the plane is between "
            f"{distance.min():.1f} and {distance.max():.1f}. At the start C is "
            f"{self._C[0, -1]:.2f}, and {self._C[0, 0]:.2f} at the shadow; at the end "
            f"{self._C[-1, -1]:.2f} and {self._C[-1, 0]:.2f}."
        )

    def poster(self):
        """Return a Figure with the surface, the map and C at each moment."""
        figure = plt.figure(figsize=(9.6, 3.4))
        valley = figure.add_subplot(1, 3, 1, projection="3d")
        top, curve = figure.add_subplot(1, 3, 2), figure.add_subplot(1, 3, 3)
        points = self._plane.coordinates.T
        plots.surface(valley, self._surface)
        plots.contour(top, self._surface)
        limits = valley.get_zlim()
        for C, colour, name in (
            (self._C[:, 0], plots.GHOST, "its shadow"),
            (self._C[:, -1], plots.BALL, "the run"),
        ):
            valley.plot(*points, C, ".-", color=colour, markersize=3, linewidth=1, zorder=10)
            curve.semilogy(C, ".-", color=colour, label=name)
        valley.set_zlim(limits)
        top.plot(*points, "o-", color="white", markersize=3, linewidth=1.2)
        top.plot(*points[:, -1], "o", color=plots.BALL, markersize=9, markeredgecolor="white")
        curve.set_xticks(*zip(*self._ticks(), strict=True))
        curve.set(xlabel="after epoch", ylabel="$C$")
        curve.legend()
        figure.suptitle(f"The real valley; {self._share()} lie in the plane")
        return figure


def _caption(cost, path, plane):
    """Return the Python for C of the run on show, from the names of what the lab was given."""
    return pasteable(
        f"shadow = {plane}.origin + {plane}.coordinates[{{step}}] @ [{plane}.d1, {plane}.d2]\n"
        f"cost_on_line({cost}, shadow, {path}[{{step}}] - shadow, [{{0}}])",
        cost_on_line,
    )
