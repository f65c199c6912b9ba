"""The lab of a nudged weight: the cost is a smooth curve, the number read correctly a staircase."""

from dataclasses import replace

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.ticker import MaxNLocator

from gdlib import plots
from gdlib.doors import check_numbers
from gdlib.labs import pictures
from gdlib.labs.caption import name_of, pasteable
from gdlib.labs.film import Choice, Film, Flow, Home, Plot, Readout, Scene, Slider
from gdlib.labs.lab import Player, check_reader, front_end, style_sheet
from gdlib.labs.network_picture import fits_in_a_picture, flow
from gdlib.landscape import check_network_cost, cost_on_line, outputs_on_line
from gdlib.network import as_floats, chunks
from gdlib.words import grouped, say

EACH_WAY = 40  # how many positions t has on either side of 0
ZOOMS = 4  # each shows a tenth of the range of the one before
T = np.arange(-EACH_WAY, EACH_WAY + 1) / 10.0 ** np.arange(1, ZOOMS + 1)[:, None]
RANGES = T[:, -1]
ALL_T, PLACES = np.unique(T, return_inverse=True)  # some lie in several zooms
PLACES = PLACES.reshape(T.shape)  # so that ALL_T[PLACES] is T
DOWNHILL = "−∇C"


class Nudge(Player):
    """Add t to one weight or bias, or walk t along −∇C: what do C and the number right do?

    `cost` is that of a network of [784, …, 10] neurons, `network.cost_on(x, y)`; an image counts
    as read correctly where the largest output is that of the 1 in y. `v` (m,) is where all begins;
    it is copied, and everything is computed in float64. `variable` names what is moved: "v[k]" for
    the k-th entry of v, or "−∇C". Each zoom shows a tenth of the range of t before it. A network
    that fits in a picture is seen at work on one image: one that changes sides, if there is one
    among the first thousand. Raises TypeError or ValueError for a cost, a v or a variable
    that do not fit.
    """

    _esm = front_end("nudge.js")
    _css = style_sheet("card.css", "network.css")

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
        self.show(sliders=[0], step=EACH_WAY)

    def respond(self, request):
        """Move what is named request["surface"]; there is nothing else to ask for."""
        if "surface" in request:
            self._move(request["surface"])

    def _move(self, name):
        """Compute the film of one choice and hand it to the front end."""
        k, direction, code = self._direction(name)
        C, right, image = self._measure(direction)
        self._name, self._C, self._right = name, C, right
        change, more = C - C[:, [EACH_WAY]], right - right[:, [EACH_WAY]]
        channels = {"t": T, "change": change, "right": right, "more": more}
        n = grouped(len(self._cost.y))
        shown = [
            _plot(
                "cost",
                say("C beside C at t = 0; drag to move t"),
                [_cost_axis(each) for each in change],
            ),
            _plot(
                "read",
                say("how many of the {n} images are read correctly", n=n),
                [_count_axis(count) for count in right],
            ),
        ]
        if fits_in_a_picture(self._cost.network):
            shown.insert(0, self._flow(k, image))
            channels |= self._activations(direction, image)
        film = Film({name: numbers[None] for name, numbers in channels.items()})
        self.show(self._make_scene(shown, code), film)

    def _direction(self, name):
        """Return k, the direction that a choice moves v in, and the Python that makes it.

        k is the number of the entry of v that moves, or None where all do.
        """
        network, direction = self._cost.network, np.zeros_like(self._v)
        cost, _ = self._names
        if name == DOWNHILL:
            nabla_C = self._cost.gradient(self._v)
            code = f"direction = -{cost}.gradient(v)\ndirection /= np.linalg.norm(direction)"
            return None, -nabla_C / np.linalg.norm(nabla_C), code
        k = _index(network, name)
        if name not in self._choices:
            self._choices[name] = _name(network, k)
        direction[k] = 1
        return k, direction, f"direction = np.zeros({cost}.m)\ndirection[{k}] = 1"

    def _measure(self, direction):
        """Return C and the number of images read correctly at v + t · direction, like T.

        Also the number of an image among the first thousand that is read correctly at about as
        many t as not, if there is one.
        """
        x, y, network = self._cost.x, self._cost.y, self._cost.network
        labels = y.argmax(axis=1)
        C, right, reads = np.zeros(ALL_T.size), np.zeros(ALL_T.size), []
        for part in chunks(len(x)):
            piece = network.cost_on(x[part], y[part])
            for i, a in enumerate(outputs_on_line(piece, self._v, direction, ALL_T)):
                is_right = a.argmax(axis=1) == labels[part]
                a -= piece.y
                C[i] += np.vdot(a, a)
                right[i] += np.count_nonzero(is_right)
                if part.start == 0:
                    reads.append(is_right)
        share = np.take(reads, PLACES[0], axis=0).mean(axis=0)
        return C[PLACES] / (2 * len(x)), right[PLACES], np.abs(share - 0.5).argmin()

    def _activations(self, direction, image):
        """Return what each neuron makes of an image, {name of the channel: like T}."""
        x = np.atleast_2d(self._cost.x[image])
        outputs = [
            np.concatenate(flow(self._cost.network.at(self._v + t * direction), x)[1])[:, 0]
            for t in ALL_T
        ]
        layers = enumerate(self._cost.network.sizes[1:])
        names = [f"a{layer}.{i}" for layer, size in layers for i in range(size)]
        a = np.transpose(outputs)[:, PLACES]
        answer = a[-10:].argmax(axis=0)
        return dict(zip(names, a, strict=True)) | {"answer": answer}

    def _flow(self, k, image):
        """Return the picture of the network with an image in it, and what moves marked."""
        marked = None if k is None else _ends(self._cost.network, k)
        moves = say("the arrow moves") if marked else say("all weights and biases move")
        onwards = marked is not None and marked[0] < len(self._cost.network.sizes) - 2
        pixels = np.rint(255 * as_floats(self._cost.x[image], np.dtype(float)))
        return Flow(
            say("digit {digit}: {moves}", digit=self._cost.y[image].argmax(), moves=moves)
            + f", {say('the dashes carry it on')}" * onwards,
            self._cost.network.sizes,
            pixels.clip(0, 255).astype(np.uint8).tobytes(),
            marked,
        )

    def _make_scene(self, shown, code):
        cost, v = self._names
        line = f"cost_on_line({cost}, v, direction, [{{0}} * {{step}}]) - {cost}.function(v)"
        readout = [
            Readout("ΔC =", "change"),
            Readout(say("read correctly:"), "right"),
            Readout(say("more than at t = 0:"), "more"),
        ]
        if len(shown) == 3:
            readout.append(Readout(say("the image is read as"), "answer"))
        shares = np.arange(-EACH_WAY, EACH_WAY + 1) / EACH_WAY
        ranges = [f"{most:g}" for most in RANGES]
        return Scene(
            say("Nudge a weight"),
            shown,
            [Slider(say("zoom: t up to"), ranges)],
            readout,
            pasteable(f"v = {v}.astype(float)\n{code}\n{line}", cost_on_line),
            steps=Slider("t", shares.tolist(), [(EACH_WAY, say("no nudge"))], channel="t"),
            choice=Choice(say("what moves"), list(self._choices.items()), self._name),
            home=Home({}, [0], EACH_WAY),
            rate=12,
        )

    def summary(self):
        """Return what is moved and what the pictures show, without numbers of one machine."""
        (zoom,) = self.sliders
        flat = np.ptp(self._C[zoom]) == 0
        cost = say("does not change") if flat else say("is a smooth curve")
        few = say("many") if len(np.unique(self._right[zoom])) > 9 else say("few")
        return say(
            "Lab, nudge a weight: {name} ({what}) moved by t from −{low:g} to {high:g}. C "
            "{cost}. The number of the {n} images read correctly takes {few} values.",
            name=self._name,
            what=self._choices[self._name],
            low=RANGES[zoom],
            high=RANGES[zoom],
            cost=cost,
            n=grouped(len(self._cost.y)),
            few=few,
        )

    def poster(self):
        """Return a Figure of C and the number read correctly at three of the zooms."""
        figure, axes = plt.subplots(2, 3, figsize=(9.6, 4.8), sharex="col")
        for (top, below), zoom in zip(axes.T, (0, 1, 3), strict=True):
            top.plot(T[zoom], self._C[zoom])
            below.plot(T[zoom], self._right[zoom], color=plots.BALL)
            top.set_title(say("t up to {most:g}", most=RANGES[zoom]))
            below.set(xlabel="$t$")
            for ax in (top, below):
                ax.locator_params(nbins=3)
                ax.ticklabel_format(useOffset=False)
            if np.ptp(self._right[zoom]) == 0:
                below.set(yticks=self._right[zoom, :1])
        axes[0, 0].set(ylabel="$C$")
        axes[1, 0].set(ylabel=say("read correctly"))
        figure.suptitle(f"{self._name}: {self._choices[self._name]}")
        return figure


def _plot(name, hint, axes):
    """Return the picture of a curve against t; `axes` are the upright ones, one for each zoom."""
    across = [pictures.axis(-most, most, "t", "t", [-most, 0, most]) for most in RANGES]
    x, y = replace(across[0], zooms=across), replace(axes[0], zooms=axes)
    return Plot(name, hint, x, y, ["series"], on="walk")


def _cost_axis(change):
    """Return the axis of a change of C (positions,), in thousandths, millionths, …"""
    size = np.abs(change).max()
    power = 3 * int(np.floor(np.log10(size) / 3)) if 0 < size < 0.1 else 0
    unit = say("ΔC in {unit}", unit=pictures.power_of_ten(power)) if power else "ΔC"
    low, high = (change.min(), change.max()) if size > 0 else (-1, 1)
    ticks = MaxNLocator(4).tick_values(low, high)
    texts = [(tick, f"{tick / 10.0**power:g}".replace("-", "−")) for tick in ticks]
    return pictures.axis(*_roomy(low, high), unit, "change", texts)


def _count_axis(right):
    """Return the axis of a number of images (positions,)."""
    low, high = right.min(), right.max()
    if low == high:
        low, high = low - 1, high + 1
    ticks = MaxNLocator(4, integer=True).tick_values(low, high)
    texts = [(tick, f"{tick:.0f}") for tick in ticks]
    return pictures.axis(*_roomy(low, high), say("images read correctly"), "right", texts)


def _roomy(low, high):
    """Return the ends of an axis with room for half a ball beyond what it shows."""
    room = 0.05 * (high - low)
    return low - room, high + room


def _choices(network):
    """Return {name: what it is}: some weights and biases of the first and the last layer."""
    weights, biases = network.layers(np.arange(network.v.size))
    neuron = min(3, len(weights[0]) - 1)
    first, last = weights[0][neuron], weights[-1]
    some = [last[8, 3 % last.shape[1]], last[5, 11 % last.shape[1]], first[14 * 28 + 12],
            first[0], biases[-1][8], biases[0][neuron]]  # fmt: skip
    return {f"v[{k}]": _name(network, k) for k in some} | {
        DOWNHILL: say("all of v, along {downhill}", downhill=DOWNHILL)
    }


def _ends(network, k):
    """Return the ends of the k-th entry of v: its layer, from which pixel or neuron, into which.

    The layers are numbered from 0, the first after the input. A bias comes from nowhere: None.
    """
    for layer, (w, b) in enumerate(zip(*network.layers(np.arange(network.v.size)), strict=True)):
        if k in w:
            target, source = np.argwhere(w == k)[0].tolist()
            return layer, source, target
        if k in b:
            return layer, None, int(k - b[0])
    raise ValueError(f"v has {network.v.size} entries, so there is no v[{k}]")


def _name(network, k):
    """Say in words which weight or bias the k-th entry of v is."""
    layer, source, target = _ends(network, k)
    last = layer == len(network.sizes) - 2
    into = (say("output {number}") if last else say("neuron {number}")).format(number=target)
    if source is None:
        return say("bias of {into}", into=into)
    pixel = say("pixel ({row}, {column})", row=source // 28, column=source % 28)
    source = say("neuron {number}", number=source) if layer else pixel
    return say("weight from {source} to {into}", source=source, into=into)


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
