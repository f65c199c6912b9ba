"""The labs of a single move: what equation (9) promises for Δv, beside what really happens."""

from typing import ClassVar

import matplotlib.pyplot as plt
import numpy as np

from gdlib import plots
from gdlib.costs import Cost, from_function
from gdlib.descent import check_start
from gdlib.doors import check_numbers, check_positive
from gdlib.labs import scene
from gdlib.labs.film import to_film
from gdlib.labs.player import Player

DEGREES = 5


class SmallMove(Player):
    """Aim a move Δv from a point; compare the promise ∇C · Δv with the actual ΔC.

    `cost` is a Cost of two variables, or your own function of v; `v` the point, shape (2,);
    `length` and `angle` (degrees) the move to open with. Raises TypeError or ValueError for a
    cost or a point that makes no sense.
    """

    title, length_name = "A small move", "length of Δv"
    tracks: ClassVar = [{"name": "", "film": 0, "slider": 0, "colour": "ball", "line": "accent"}]
    readout: ClassVar = [["v + Δv =", "v"], ["promised ∇C · Δv =", 3], ["actual ΔC =", 4],
               ["actual / promised =", 5]]  # fmt: skip

    def __init__(self, cost, v, length=0.5, angle=45):
        super().__init__()
        self._cost = cost if isinstance(cost, Cost) else from_function(cost)
        length = check_positive(f"the {self.length_name}", length)
        angle = float(check_numbers("angle", angle, ()))
        if self._cost.m != 2:
            name, m = self._cost.name, self._cost.m
            raise ValueError(f"a move is aimed in the plane: {name} has {m} variables, not 2")
        widths = [high - low for low, high in self._cost.domain]
        self._lengths = scene.three_decades(max(widths) / 2)[::2]
        first = self._film(v)
        nearest = np.argmin(np.abs(np.log(self._lengths) - np.log(length)))
        with self.hold_sync():
            self.sliders, self.step = [int(nearest)], round(angle / DEGREES) % (360 // DEGREES)
            self.scene, self.film = self._scene(first["start"][:2]), first

    def respond(self, request):
        """Move the point to request["start"]."""
        self.film = self._film(scene.round_to_picture(request["start"][:2], self._cost))

    def _scene(self, start):
        return {
            "title": self.title,
            "home": {"start": start, "sliders": self.sliders, "step": self.step},
            "m": 2,
            "domain": self._cost.domain,
            "surface": self._cost.name,
            "surfaces": [],
            "sliders": [scene.slider(self.length_name, self._lengths)],
            "steps": {"name": "direction", "unit": DEGREES, "sign": "°"},
            "tracks": self.tracks,
            "readout": self.readout,
            "code": f"{self._cost.name}.gradient(({{start}})) @ delta_v",
            "pictures": [
                scene.valley(self._cost, ["move"]),
                scene.plan(self._cost, "aim", "drag to aim Δv; Shift + click moves the point",
                           ["move"]),
                self._curve(),
            ],
        }  # fmt: skip

    def _curve(self):
        """Return the third picture."""
        return {
            "kind": "plot",
            "name": "curve",
            "hint": "actual / promised at each length",
            "on": None,
            "along": "slider",
            "x": scene.axis(self._lengths[0], self._lengths[-1], self.length_name, log=True),
            "y": scene.axis(-1, 3, "ratio", ticks=[0, 1, 2, 3]) | {"channel": 5},
            "layers": ["series"],
        }

    def _film(self, v):
        """Return the tip, C there, promise, actual change and ratio for all lengths and angles."""
        v = check_start(self._cost, v)
        C, nabla_C = float(self._cost.function(v)), self._cost.gradient(v)
        angles = np.radians(np.arange(0, 360, DEGREES))
        aim = np.stack([np.cos(angles), np.sin(angles)])
        delta_v = aim[:, None, :] * np.array(self._lengths)[None, :, None]
        with np.errstate(all="ignore"):
            there = np.asarray(self._cost.function(v[:, None, None] + delta_v), dtype=float)
            promised = np.tensordot(nabla_C, delta_v, axes=1)
            actual = there - C
            frames = np.stack([*(v[:, None, None] + delta_v), there, promised, actual,
                               actual / promised], axis=-1)  # fmt: skip
            size = np.array(self._lengths) * np.linalg.norm(nabla_C)
            error = np.abs(actual / promised - 1)
        # across the slope the promise is 0 but for rounding: no share of it says anything
        across = np.abs(promised) < 1e-12 * size[:, None]
        words = np.select(
            [across, error < 0.01, error < 0.1],
            ["nothing is promised", "they agree to 1 %", "they agree to 10 %"],
            "not to be trusted",
        )
        frames[across, 5] = np.nan
        self._data = frames
        films = self._films(frames, size)
        return to_film(films, [*v, C], words=[words] * len(films))

    def _films(self, frames, size):
        """Return what the front end shows of frames (lengths, angles, 6): one film for a track."""
        return frames[None]

    def _now(self):
        return self._data[self.sliders[0], self.step]

    def summary(self):
        """Return the move on show in one plain sentence."""
        start, (v1, v2, _, promised, actual, ratio) = self.film["start"], self._now()
        return (
            f"Lab, a small move: on {self._cost.name} from v = ({start[0]:g}, {start[1]:g}) by a "
            f"Δv of length {self._lengths[self.sliders[0]]:g} to ({v1:.3f}, {v2:.3f}). "
            f"Promised ∇C · Δv = {promised:.4f}, actual ΔC = {actual:.4f}, ratio {ratio:.3f}."
        )

    def poster(self):
        """Return a Figure with the map and the ratio at each length."""
        figure, (top, curve) = plt.subplots(1, 2, figsize=(9.6, 3.4))
        plots.contour(top, self._cost)
        start, tip = np.array(self.film["start"][:2]), self._now()[:2]
        top.annotate("", tip, start, arrowprops={"color": plots.BALL, "width": 2, "headwidth": 9})
        top.plot(*start, "o", color=plots.BALL, markersize=10, markeredgecolor="white")
        curve.semilogx(self._lengths, self._data[:, self.step, 5], ".-")
        curve.set(xlabel="length of $\\Delta v$", ylabel="actual / promised", ylim=(-1, 3))
        figure.suptitle(f"A small move on {self._cost.name}", parse_math=False)
        return figure


class EpsilonCircle(SmallMove):
    """Aim a move of fixed length ε: which direction makes ∇C · Δv lowest?

    Beside the promise stands the actual ΔC, both also as shares of ε‖∇C‖: for the promise, that
    is the cosine of the angle θ between Δv and ∇C. Arguments and errors: see SmallMove.
    """

    title, length_name = "The ε-circle", "length ε"
    tracks: ClassVar = [
        {"name": "∇C · Δv", "film": 0, "slider": 0, "colour": "ball", "line": "ball"},
        {"name": "actual", "film": 1, "slider": 0, "colour": "ghost", "line": "ghost"},
    ]
    readout: ClassVar = [["ΔC =", 3], ["bound −ε‖∇C‖ =", 6], ["÷ ε‖∇C‖ =", 5]]

    def __init__(self, cost, v, epsilon=0.2, angle=90):
        super().__init__(cost, v, epsilon, angle)

    def _curve(self):
        """Return the third picture."""
        full = 360 // DEGREES
        return {
            "kind": "plot",
            "name": "curve",
            "hint": "share of ε‖∇C‖ in each direction: for ∇C · Δv it is cos θ",
            "on": None,
            "x": scene.axis(0, full, "direction", ticks=[])
            | {"ticks": [[full * i / 4, f"{90 * i}°"] for i in range(5)]},
            "y": scene.axis(-1.5, 1.5, "share", ticks=[-1, 0, 1]) | {"channel": 5},
            "layers": ["series"],
        }

    def _films(self, frames, size):
        """Return two films: one for the promise, one for the actual change."""
        size = np.broadcast_to(size[:, None], frames.shape[:2])
        with np.errstate(all="ignore"):  # where ∇C = 0 there is no share
            return np.stack([
                np.stack([*np.moveaxis(frames[..., :3], -1, 0), change, change, change / size,
                          -size], axis=-1)
                for change in (frames[..., 3], frames[..., 4])
            ])  # fmt: skip

    def summary(self):
        """Return the move on show in one plain sentence."""
        (v1, v2, _), (_, _, _, promised, actual, _) = self.film["start"], self._now()
        epsilon = self._lengths[self.sliders[0]]
        bound = epsilon * np.linalg.norm(self._cost.gradient(np.array([v1, v2])))
        return (
            f"Lab, the ε-circle: on {self._cost.name} from v = ({v1:g}, {v2:g}), a move "
            f"of length {epsilon:g} in the direction {self.step * DEGREES}°. "
            f"∇C · Δv = {promised:.4f}, bound {-bound:.4f}, "
            + (f"cos θ = {promised / bound:.3f}" if bound else "∇C is 0 there")
            + f", actual ΔC = {actual:.4f}."
        )

    def poster(self):
        """Return a Figure with the map and the changes in every direction."""
        figure, (top, curve) = plt.subplots(1, 2, figsize=(9.6, 3.4))
        plots.contour(top, self._cost)
        start, data = np.array(self.film["start"][:2]), self._data[self.sliders[0]]
        top.plot(data[:, 0], data[:, 1], ":", color="white")
        top.annotate("", self._now()[:2], start,
                     arrowprops={"color": plots.BALL, "width": 2, "headwidth": 9})  # fmt: skip
        curve.plot(DEGREES * np.arange(len(data)), data[:, 3], color=plots.BALL, label="promised")
        curve.plot(DEGREES * np.arange(len(data)), data[:, 4], "--", label="actual")
        curve.set(xlabel="direction, degrees", ylabel="$\\Delta C$")
        curve.legend()
        figure.suptitle(f"The ε-circle on {self._cost.name}", parse_math=False)
        return figure
