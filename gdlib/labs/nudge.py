"""The lab of a nudged weight: the cost is a smooth curve, the number read correctly a staircase."""

import matplotlib.pyplot as plt
import numpy as np

from gdlib import plots
from gdlib.doors import check_numbers
from gdlib.labs import pictures
from gdlib.labs.caption import name_of, pasteable
from gdlib.labs.film import Choice, Film, Home, Plot, Readout, Scene, Slider
from gdlib.labs.lab import Player, check_reader
from gdlib.landscape import check_network_cost, cost_on_line, outputs_on_line

SHARES = np.linspace(-1, 1, 81).round(3)  # the positions of the slider: t as a share of the range
MIDDLE = len(SHARES) // 2  # where t is 0
RANGES = [4.0, 1.0, 0.25, 0.06, 0.015, 0.004, 0.001]  # of t, one for each zoom
DOWNHILL = "−∇C"


class Nudge(Player):
    """Add t to one weight or bias, or walk t along −∇C: what do C and the number right do?

    `cost` is that of a network of [784, …, 10] neurons, `network.cost_on(x, y)`; an image counts
    as read correctly where the largest output is that of the 1 in y. `v` (m,) is where all begins;
    it is copied, and everything is computed in float64. `variable` names what is moved: "v[k]" for
    the k-th entry of v, or "−∇C". Each zoom shows a smaller range of t, and each picture is scaled
    to what it shows. Raises TypeError or ValueError for a cost, a v or a variable that do not fit.
    """

    def __init__(self, cost, v, variable=None):
        check_reader(check_network_cost(cost).network)
        super().__init__()
        name = name_of(cost, "cost")
        self._names = name, name_of(v, f"{name}.network.v")
        self._cost, self._v = cost, check_numbers("v", v, (cost.m,))
        self._choices = _choices(cost.network)
        if variable is None:
            variable = next(iter(self._choices))
        self._move(variable)
        self.show(sliders=[MIDDLE], step=0)

    def respond(self, request):
        """Move what is named request["surface"]; there is nothing else to ask for."""
        if "surface" in request:
            self._move(request["surface"])

    def _move(self, name):
        """Compute the film of one choice and hand it to the front end."""
        direction, code = self._direction(name)
        t = np.outer(SHARES, RANGES)  # (positions, zooms)
        C, right = self._measure(direction, t.ravel())
        C, right = C.reshape(t.shape), right.reshape(t.shape)
        self._name, self._C, self._right = name, C, right
        film = Film({
            "range": np.broadcast_to(RANGES, t.shape)[None],
            "t": t[None],
            "share": np.broadcast_to(SHARES[:, None], t.shape)[None],
            "height": _scaled(C)[None],
            "stair": _scaled(right)[None],
            "change": (C - C[MIDDLE])[None],
            "more": (right - right[MIDDLE])[None],
            "span": np.broadcast_to(np.ptp(C, axis=0), t.shape)[None],
            "images": np.broadcast_to(np.ptp(right, axis=0), t.shape)[None],
        })  # fmt: skip
        self.show(self._make_scene(code), film)

    def _direction(self, name):
        """Return the direction that a choice moves v in, and the Python that makes it."""
        network, direction = self._cost.network, np.zeros_like(self._v)
        cost, _ = self._names
        if name == DOWNHILL:
            nabla_C = self._cost.gradient(self._v)
            code = f"direction = -{cost}.gradient(v)\ndirection /= np.linalg.norm(direction)"
            return -nabla_C / np.linalg.norm(nabla_C), code
        if name not in self._choices:
            self._choices[name] = _name(network, _index(network, name))
        direction[_index(network, name)] = 1
        return direction, f"direction = np.zeros({cost}.m)\ndirection{name[1:]} = 1"

    def _measure(self, direction, t):
        """Return C and the number of images read correctly at v + t · direction, each (k,)."""
        y, C, right = self._cost.y, [], []
        labels = y.argmax(axis=1)
        for a in outputs_on_line(self._cost, self._v, direction, t):
            C.append(np.sum((y - a) ** 2) / (2 * len(y)))
            right.append(np.count_nonzero(a.argmax(axis=1) == labels))
        return np.array(C), np.array(right)

    def _make_scene(self, code):
        cost, v = self._names
        line = f"cost_on_line({cost}, v, direction, [{{0}} * {{step}}]) - {cost}.function(v)"

        def plot(name, label, channel, hint):
            return Plot(
                name,
                hint,
                pictures.axis(-1, 1, "t", "slider", [(-1, "−range"), (0, "0"), (1, "range")]),
                pictures.axis(-0.04, 1.04, label, channel, [(0, "lowest"), (1, "highest")]),
                ["series"],
            )

        return Scene(
            "Nudge a weight",
            [
                plot("graph", "C", "height", "the cost C against the nudge t"),
                plot("curve", "read correctly", "stair",
                     f"how many of the {len(self._cost.y):,d} images are read correctly"),
            ],
            [Slider("t ÷ range", SHARES.tolist(), [(MIDDLE, "no nudge")])],
            [
                Readout("range =", "range"),  # a zoom shows, even where C is flat and t is 0
                Readout("t =", "t"),
                Readout("ΔC =", "change"),
                Readout("more read correctly:", "more"),
                Readout("lowest to highest: C", "span"),
                Readout("images", "images"),
            ],
            pasteable(f"v = {v}.astype(float)\n{code}\n{line}", cost_on_line),
            steps=Slider("zoom: t up to", RANGES),
            choice=Choice("what moves", list(self._choices.items()), self._name),
            home=Home({}, [MIDDLE]),
        )  # fmt: skip

    def summary(self):
        """Return what is moved and what the pictures show, without numbers of one machine."""
        flat = np.ptp(self._C[:, self.step]) == 0
        cost = "does not change" if flat else "is a smooth curve"
        few = "many" if len(np.unique(self._right[:, self.step])) > 9 else "few"
        return (
            f"Lab, nudge a weight: {self._name} ({self._choices[self._name]}) moved by t from "
            f"−{RANGES[self.step]:g} to {RANGES[self.step]:g}. C {cost}. The number of the "
            f"{len(self._cost.y):,d} images read correctly takes {few} values."
        )

    def poster(self):
        """Return a Figure of C and the number read correctly at three of the zooms."""
        figure, axes = plt.subplots(2, 3, figsize=(9.6, 4.8), sharex="col")
        for (top, below), zoom in zip(axes.T, (0, 3, 6), strict=True):
            t = RANGES[zoom] * SHARES
            top.plot(t, self._C[:, zoom])
            below.plot(t, self._right[:, zoom], color=plots.BALL)
            top.set_title(f"zoom {zoom}: t up to {RANGES[zoom]:g}")
            below.set(xlabel="$t$")
            for ax in (top, below):
                ax.locator_params(nbins=3)
                ax.ticklabel_format(useOffset=False)
            if np.ptp(self._right[:, zoom]) == 0:
                below.set(yticks=self._right[:1, zoom])
        axes[0, 0].set(ylabel="$C$")
        axes[1, 0].set(ylabel="read correctly")
        figure.suptitle(f"{self._name}: {self._choices[self._name]}")
        return figure


def _scaled(values):
    """Return values (positions, zooms), each zoom scaled to 0 … 1; to ½ where all are equal."""
    low, height = values.min(axis=0), np.ptp(values, axis=0)
    return np.where(height > 0, (values - low) / np.where(height > 0, height, 1), 0.5)


def _choices(network):
    """Return {name: what it is}: some weights and biases of the first and the last layer."""
    weights, biases = network.layers(np.arange(network.v.size))
    neuron = min(3, len(weights[0]) - 1)
    first, last = weights[0][neuron], weights[-1]
    some = [last[8, 3 % last.shape[1]], last[5, 11 % last.shape[1]], first[14 * 28 + 12],
            first[0], biases[-1][8], biases[0][neuron]]  # fmt: skip
    return {f"v[{k}]": _name(network, k) for k in some} | {DOWNHILL: f"all of v, along {DOWNHILL}"}


def _name(network, k):
    """Say in words which weight or bias the k-th entry of v is."""
    weights, biases = network.layers(np.arange(network.v.size))
    for layer, (w, b) in enumerate(zip(weights, biases, strict=True)):
        target = "output" if w is weights[-1] else "neuron"
        if k in b:
            return f"bias of {target} {k - b[0]}"
        if k in w:
            j, i = np.argwhere(w == k)[0]
            source = f"neuron {i}" if layer else f"pixel ({i // 28}, {i % 28})"
            return f"weight from {source} to {target} {j}"
    raise ValueError(f"v has {network.v.size} entries, so there is no v[{k}]")


def _index(network, name):
    """Return k for the name "v[k]"; raise ValueError for any other name."""
    named = isinstance(name, str) and name.startswith("v[") and name.endswith("]")
    k = name[2:-1] if named else ""
    if not k.isdecimal() or int(k) >= network.v.size:
        m = network.v.size
        raise ValueError(
            f'variable must be "{DOWNHILL}" or "v[k]" with k below {m}, got {name!r:.60}'
        )
    return int(k)
