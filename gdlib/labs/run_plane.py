"""The plane of notebook 08: where a network that learns lies on it, and how far off it."""

from functools import cache
from typing import NamedTuple

import numpy as np

from gdlib.costs import Cost, from_grid
from gdlib.landscape import Plane, trajectory_plane
from gdlib.mnist import DATA
from gdlib.words import say

SIZES = [784, 30, 10]  # of the network of the run that the plane was put through
NO_PLANE = say("No plane: that of notebook 08 is one of networks 784 → 30 → 10.")


class Place(NamedTuple):
    """A v against the plane: its nearest point (v1, v2), C there, and the distance between."""

    v1: float
    v2: float
    C: float
    distance: float


NOWHERE = Place(np.nan, np.nan, np.nan, np.nan)  # where there is no plane


class RunPlane(NamedTuple):
    """The Plane closest to the run of data/path.npz, and `surface`, C on it in its coordinates."""

    plane: Plane
    surface: Cost

    def place(self, v):
        """Return the Place of a v (23860,); C is nan beyond the edge of the surface."""
        beside = v - self.plane.origin
        v1, v2 = self.plane.d1 @ beside, self.plane.d2 @ beside
        distance = np.sqrt(max(0.0, beside @ beside - v1**2 - v2**2))
        return Place(float(v1), float(v2), float(self.surface.function([v1, v2])), float(distance))

    def words(self, place):
        """Say how far off the plane a Place is, and what follows from that."""
        words = say("v is {distance:.3g} off the plane", distance=place.distance)
        ran = self.plane.residual.max()
        if place.distance < 2 * ran:
            return say(
                "{words}; the run of notebook 08 was up to {most:.0f} off.", words=words, most=ran
            )
        return say(
            "{words}, the run only up to {most:.0f}: the ground below need not be its own.",
            words=words,
            most=ran,
        )


@cache
def run_plane():
    """Return the RunPlane of the files in data/."""
    with np.load(DATA / "path.npz") as run, np.load(DATA / "plane.npz") as grid:
        plane = trajectory_plane(run["v"].astype(float))
        return RunPlane(plane, from_grid(grid["v1"], grid["v2"], grid["C"], "real", log=True))
