"""The lab of the real valley: the path of a training run, over a plane through its end."""

import matplotlib.pyplot as plt
import numpy as np

from gdlib import plots
from gdlib.labs import scene
from gdlib.labs.film import to_film
from gdlib.labs.player import Player
from gdlib.landscape import cost_on_line
from gdlib.network import NetworkCost

SHARES = np.linspace(0, 1, 21).round(2)  # the positions of the slider: how far out of the plane
TRACKS = [
    {"name": "shadow", "film": 1, "slider": 0, "colour": "ghost", "line": "ghost"},
    {"name": "the run", "film": 0, "slider": 0, "colour": "ball", "line": "ball"},
]
READOUT = [["after epoch", 3], ["C =", 2], ["distance from the plane =", 4]]


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
        with self.hold_sync():
            self.scene, self.film = self._scene(), self._film()
            self.sliders, self.step = [len(SHARES) - 1], 0

    def respond(self, request):
        """There is nothing to ask for."""

    def _film(self):
        """Return two films of v1, v2, C, epoch and distance from the plane: the run, the shadow."""
        films = []
        for share in (SHARES, 0 * SHARES):
            C = self._C.T if share.any() else np.tile(self._C[:, 0], (len(SHARES), 1))
            v1, v2 = np.broadcast_to(self._plane.coordinates.T[:, None], (2, *C.shape))
            distance = share[:, None] * self._plane.residual
            films.append([v1, v2, C, np.broadcast_to(self._epochs, C.shape), distance])
        return to_film(np.moveaxis(films, 1, -1), [*self._plane.coordinates[0], self._C[0, 0]])

    def _scene(self):
        hint = f"{self._plane.share.sum():.0%} of the squared distances are in the plane"
        return {
            "title": "The real valley",
            "m": 2,
            "domain": self._surface.domain,
            "surface": self._surface.name,
            "surfaces": [],
            "sliders": [{
                "name": "out of the plane",
                "values": SHARES.tolist(),
                "marks": [[len(SHARES) - 1, "where the run really was"]],
            }],
            "steps": {"name": "moment"},
            "tracks": TRACKS,
            "readout": READOUT,
            "code": "cost_on_line(cost, shadow, v - shadow, [{0}])",
            "pictures": [
                scene.valley(self._surface),
                scene.plan(self._surface, None, hint, ["path", "ball"]),
                self._curve(),
            ],
        }  # fmt: skip

    def _share(self):
        return f"{self._plane.share.sum():.0%} of the squared distances from the end"

    def _curve(self):
        """Return the third picture."""
        last = len(self._epochs) - 1
        axis = scene.axis(0, last, "after epoch", ticks=[])
        ticks = [[k, f"{self._epochs[k]:.3g}"] for k in (0, last // 4, last // 2, last)]
        return {
            "kind": "plot",
            "name": "curve",
            "hint": "C of the run, and of its shadow",
            "on": None,
            "x": axis | {"ticks": ticks},
            "y": scene.axis(self._C.min() * 0.8, self._C.max() * 1.3, "C", log=True)
            | {"channel": 2},
            "layers": ["series"],
        }

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
        ticks = self._curve()["x"]["ticks"]
        curve.set_xticks([at for at, _ in ticks], [text for _, text in ticks])
        curve.set(xlabel="after epoch", ylabel="$C$")
        curve.legend()
        figure.suptitle(f"The real valley; {self._share()} lie in the plane")
        return figure
