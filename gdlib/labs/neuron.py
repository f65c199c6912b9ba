"""The lab of one neuron: the ball on C(w, b), and beside it the data and the curve that bends."""

from dataclasses import replace
from functools import partial
from typing import ClassVar

import matplotlib.pyplot as plt
import numpy as np

from gdlib import plots
from gdlib.activation import sigmoid
from gdlib.costs import neuron as neuron_cost
from gdlib.descent import descents, followed, gradient_descent, step
from gdlib.doors import check_numbers
from gdlib.labs import pictures
from gdlib.labs.caption import name_of, pasteable
from gdlib.labs.descents import Descents, start_of
from gdlib.labs.film import Choice, Neuron, Plot, Readout, Track
from gdlib.plots.surface import cost_axis, relief
from gdlib.words import later, say

FLAT = 0.01  # of σ′, which is ¼ at most: where it is less, the curve is flat to the eye
PLATEAU = later("on a plateau: σ is flat here")
REACH = 12  # of z on the curve of σ, either way: beyond it σ is 0 or 1 to five decimals
SPREAD = 0.06  # of the points up and down, so that all of them are seen
STEP = 1 / 40  # of a picture: how far an arrow key goes
READOUT = [
    Readout(say("step"), "step"),
    Readout("(w, b) =", "v"),
    Readout("C =", "C"),
    Readout("‖∇C‖ =", "slope"),
    Readout(say("mean σ′ ="), "steepness"),
    Readout(say("actual ΔC ="), "actual", alarm=True),
]
PULLS = {  # how many images pull at each step, by the name of the choice
    "all": (None, say("all images at every step")),
    "ten": (10, say("ten images at a time")),
    "one": (1, say("one image at a time")),
}


def neuron(x, y, start=(0, 0), eta=20, steps=400, rule=None, predict=None):
    """Watch one neuron learn: the ball on C(w, b), and the curve σ(wx + b) that bends with it.

    x and y, shape (n,), are what the neuron sees of each image and what it should say; see
    `gdlib.costs.neuron`. Drop the ball, or drag the curve: by its middle to another place, by its
    ends to another slope. A menu chooses how many images pull at a step: all, or ten or one of
    them in turn, in their order; the map then shows the surface that pulls now, the valley that of
    all. Where the ball rests because σ is flat at all images that the neuron gets wrong, the lab
    says so. `rule`, `predict` and the rest, and errors: see `ball`, and `gdlib.costs.neuron`.
    """
    return OneNeuron(x, y, start, eta, steps, rule, predict)


class OneNeuron(Descents):
    """The lab behind `neuron`."""

    menu: ClassVar = {}
    every: ClassVar = 2

    def __init__(self, x, y, start, eta, steps, rule, predict):
        self._names = name_of(x, "x"), name_of(y, "y")
        cost = replace(neuron_cost(x, y), name="neuron({}, {})".format(*self._names))
        self._x, self._y = check_numbers("x", x), check_numbers("y", y)
        room = 0.06 * np.ptp(self._x) or 1.0
        self._span = self._x.min() - room, self._x.max() + room
        self._pulls, self._batches, self._drawn = "all", [cost], {}
        tracks = [Track(line="accent")]
        super().__init__(
            say("One neuron"), cost, start, [eta], steps, tracks, rule, predict=predict
        )

    def respond(self, request):
        """Drop the ball, or bend the curve and so drop it, or choose how many images pull.

        A request to "bend" says "place" or "slope", the `v` on show, and where the mouse has
        pulled the curve `to`, (x, y), or how many keys it goes `by`.
        """
        if "surface" in request:
            return self._pull(request["surface"])
        if "bend" in request:
            bend = self._moved if request["bend"] == "place" else self._turned
            request = {"start": bend(*request["v"], request.get("to"), request.get("by"))}
        return super().respond(request)

    def _moved(self, w, b, to, by):
        """Return (w, b) of the same slope with the middle of the curve at another place."""
        if to and w == 0:  # a level curve has no middle: all of it bends
            return self._turned(w, b, to, by)
        low, high = self._span
        middle = to[0] if to else -b / w + by * STEP * (high - low) if w else 0
        return self._inside(w, -w * middle if w else b)

    def _turned(self, w, b, to, by):
        """Return (w, b) of another slope with the middle of the curve where it was."""
        middle = -b / w if w else 0
        if to:
            a = np.clip(to[1], 0.02, 0.98)
            w = np.log(a / (1 - a)) / (to[0] - middle or 1e-9)  # σ is a where the mouse is
        else:
            w += by * STEP * np.ptp(self._cost.domain[0])
        w, _ = self._inside(w, 0)
        share = min(1, self._cost.domain[1][1] / max(abs(w * middle), 1e-9))
        return w * share, -w * middle * share

    def _inside(self, w, b):
        return tuple(np.clip((w, b), *np.transpose(self._cost.domain)))

    def _pull(self, name):
        """Let all images pull at every step, or ten or one of them in turn."""
        size = PULLS[name][0] or len(self._x)
        self._pulls, self._batches = name, [
            neuron_cost(self._x[i : i + size], self._y[i : i + size])
            for i in range(0, len(self._x), size)
        ]  # fmt: skip
        all_pull = partial(descents, rule=self._rule) if self._rule else descents
        self._walks = [all_pull if name == "all" else self._in_turn]
        cost, start, eta = self._cost, self.descent.v[0], self.eta
        self._cost = None  # so that the scene is made anew
        self._drop(cost, start, [eta])

    def _in_turn(self, cost, v0, etas, steps):
        """Return a Descent for each learning rate: at each step the next batch pulls."""
        rule = self._rule or step
        v = np.full((steps + 1, 2, len(etas)), v0[:, None])
        with np.errstate(all="ignore"):
            for k in range(steps):
                batch = self._batches[k % len(self._batches)]
                v[k + 1] = rule(v[k], batch.gradient(v[k]), np.array(etas))
        return [followed(cost, v[..., i], eta) for i, eta in enumerate(etas)]

    def _make_scene(self, cost, limit, values):
        """Return the Scene of the ball, with the names w and b, the data, and the choice."""
        scene = super()._make_scene(cost, limit, values)
        valley, plan, curve = scene.pictures
        plan = replace(plan, x=replace(plan.x, label="w"), y=replace(plan.y, label="b"))
        if self._pulls != "all":
            plan.hint = say("the surface that pulls now; click or drag to drop the ball")
            plan.grounds = self._grounds()
            valley.hint = say("C of all images; drag to turn")
        scene.pictures = [replace(valley, names=("w", "b")), plan, self._data(), curve]
        options = [(name, text) for name, (_, text) in PULLS.items()]
        scene.choice = Choice(say("pulled by"), options, self._pulls)
        return scene

    def _grounds(self):
        """Return the contours of every batch, which are the same at every drop."""
        if self._pulls not in self._drawn:
            bands = [pictures.bands(relief(batch, n=25)) for batch in self._batches]
            self._drawn[self._pulls] = bands
        return self._drawn[self._pulls]

    def _data(self):
        """Return the picture of the data and the curve of the neuron."""
        n = len(self._x)
        spread = SPREAD * (np.arange(n) * 0.618 % 1 - 0.5)  # the golden ratio leaves no heaps
        ground = np.arange(n) // (PULLS[self._pulls][0] or n)
        points = np.column_stack([self._x, self._y + spread, ground]).round(4)
        y = pictures.axis(
            min(0, self._y.min()) - 0.12, max(1, self._y.max()) + 0.12, "y", "", [0, 0.5, 1]
        )
        return Plot(
            "data",
            say("drag the middle of the curve to move it, its ends to bend it"),
            pictures.axis(*self._span, "x", ""),
            y,
            ["neuron"],
            on="bend",
            neuron=Neuron(
                points.tolist(),
                sigmoid(np.linspace(-REACH, REACH, 241)).round(5).tolist(),
                REACH,
            ),
        )

    def _readout(self, cost):
        pulling = {
            "all": [],
            "ten": [Readout(say("batch"), "ground")],
            "one": [Readout(say("image"), "ground")],
        }
        return READOUT + pulling[self._pulls]

    def _line(self, cost, start="{start}", etas=("{0}", "{1}")):
        """Return the Python for the path on show if all images pull, and in words what pulls."""
        line = super()._line(cost, start, etas)
        return line + ("" if self._pulls == "all" else f", {PULLS[self._pulls][1]}")

    def _caption(self, cost):
        """Return the Python for the path on show; where a part pulls in turn, its loop."""
        if self._pulls == "all":
            return pasteable(self._line(cost), neuron_cost, gradient_descent)
        (x, y), size = self._names, PULLS[self._pulls][0]
        rule = self._rule.name if self._rule else "step"
        return pasteable(
            f"path = [np.array([{{start}}])]\n"
            f"for k in range({self._steps}):\n"
            f"    i = {size} * (k % {len(self._batches)})\n"
            f"    pulls = neuron({x}[i : i + {size}], {y}[i : i + {size}])\n"
            f"    path.append({rule}(path[-1], pulls.gradient(path[-1]), {{0}}))\n"
            "path",
            neuron_cost,
            *([] if self._rule else [step]),
        )

    def _make_film(self):
        """Return the Film of the ball, with how steep σ is, the ground, and plateaus named."""
        film = super()._make_film()
        w, b = film.channels["v1"][0], film.channels["v2"][0]
        steepness, words = np.full(w.shape, np.nan), np.empty((1, *w.shape), object)
        for i, descent in enumerate(self._films[0]):
            steepness[i], on_plateau = self._flatness(w[i], b[i])
            words[0, i] = np.where(on_plateau, PLATEAU, descent.regime)
        film.channels["steepness"], film.words = steepness[None], words.astype(str)
        if self._pulls != "all":
            turns = np.arange(w.shape[1]) % len(self._batches)
            film.channels["ground"] = np.broadcast_to(turns, (1, *w.shape))
        return film

    def _flatness(self, w, b):
        """Return for each w and b, (n,), the mean σ′ of all images, and if that is a plateau.

        It is one where σ is flat at the images that the neuron gets wrong.
        """
        with np.errstate(all="ignore"):
            a = sigmoid(w[:, None] * self._x + b[:, None])
            slope = a * (1 - a)
            wrong = np.abs(self._y - a) > 0.5
            flat = (slope * wrong).sum(axis=1) < FLAT * wrong.sum(axis=1)
        return slope.mean(axis=1), flat

    def summary(self):
        """Return the descent on show in plain sentences, and whether it ends on a plateau."""
        _, (flat,) = self._flatness(*self.descent.v[-1:].T)
        ends = flat and not self._is_hidden() and not self.message
        text = super().summary()
        return f"{text} {say('It ends on a plateau, where σ is flat.')}" if ends else text

    def poster(self):
        """Return a Figure with the map, the data with the curve at the start and the end, and C."""
        figure, (top, data, curve) = plt.subplots(1, 3, figsize=(9.6, 3.4))
        d = self.descent
        shown = start_of(d) if self._is_hidden() else d
        plots.contour(top, self._cost)
        top.set(xlabel="$w$", ylabel="$b$")
        plots.path(top, shown)
        x = np.linspace(*self._span, 200)
        for (w, b), line, name in ((shown.v[0], ":", say("start")), (shown.v[-1], "-", say("end"))):
            data.plot(x, sigmoid(w * x + b), line, color=plots.BALL, label=name)
        points = np.array(self._data().neuron.data)
        data.plot(points[:, 0], points[:, 1], ".", color=plots.BLUE, markersize=3)
        data.set(xlabel="$x$", ylabel="$y$")
        data.legend()
        plots.cost_curve(curve, shown, cost_axis(self._cost))
        curve.set_xlim(0, self._steps)
        word = say("predict first") if self._is_hidden() else say(d.regime)
        figure.suptitle(
            say("One neuron, η = {eta:g}: {word}", eta=self.eta, word=word), parse_math=False
        )
        return figure
