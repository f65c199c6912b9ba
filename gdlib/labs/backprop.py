"""Backprop you can hold: a 2–2–1 network with all its numbers, forwards, nudged, and backwards.

Python lays out every moment: what is lit, which numbers are new, and what there is to say. The
browser draws them, so that the lab needs no Python unless a value is set by hand.
"""

import matplotlib.pyplot as plt
import numpy as np
from traitlets import Dict

from gdlib import plots
from gdlib.activation import sigmoid
from gdlib.doors import check_numbers
from gdlib.labs.lab import Lab, front_end, style_sheet
from gdlib.labs.network_picture import REACH
from gdlib.labs.pictures import power_of_ten
from gdlib.network import Network
from gdlib.words import say

V = (0.8, -1.2, 1.5, 0.6, 0.1, -0.4, 1.4, -0.9, 0.2)
NAMES = ("w²₁₁", "w²₁₂", "w²₂₁", "w²₂₂", "b²₁", "b²₂", "w³₁₁", "w³₁₂", "b³₁")  # in the order of v
FROM = ("x1", "x2", "x1", "x2", "", "", "h1", "h2", "")  # where what each multiplies comes from
TO = ("h1", "h1", "h2", "h2", "h1", "h2", "o", "o", "o")
NEURONS = {"h1": "²₁", "h2": "²₂", "o": "³₁"}
INPUTS = {"x1": "x₁", "x2": "x₂"}
PLACES = {
    "x1": (0, 1),
    "x2": (0, -1),
    "h1": (1.6, 1),
    "h2": (1.6, -1),
    "o": (3.2, 0),
    "C": (4.3, 0),
}
SIZES = (0.1, 0.01, 0.001)  # of a nudge
SATURATED = 10.0  # the bias that puts a neuron where σ is flat
LARGEST = 100


class Backprop(Lab):
    """See a change of one weight run forward to C, and δ run back to every weight at once.

    The network has 2 inputs `x`, (2,), two hidden neurons and one output, whose target is `y`.
    `v` holds its weights and biases, (9,), in the order of `Network.v`. All are numbers from −100
    to 100. Raises TypeError or ValueError for others. `lab.network`, `lab.x` and `lab.y` are those
    on show.
    """

    _esm = front_end("backprop.js")
    _css = style_sheet("card.css", "backprop.css")
    plan = Dict().tag(sync=True)  # what stays: the names, which edge leads where, the curve of σ
    shown = Dict().tag(sync=True)  # the values, and the films of the network and of its twin

    def __init__(self, x=(0.9, 0.3), y=0.0, v=V):
        curve = sigmoid(np.linspace(-REACH, REACH, 33)).round(4).tolist()
        names = {"names": NAMES, "from": FROM, "to": TO}
        super().__init__(plan=names | {"sizes": SIZES, "reach": REACH, "sigmoid": curve})
        self._set(x, y, v)

    def respond(self, request):
        """Take request["values"]: x₁, x₂, y and the nine entries of v."""
        x1, x2, y, *v = request["values"]
        self._set((x1, x2), y, v)

    def _set(self, x, y, v):
        x, y, v = (
            check_numbers(name, value, shape, -LARGEST, LARGEST)
            for name, value, shape in (("x", x, (2,)), ("y", y, ()), ("v", v, (9,)))
        )
        saturated = v.copy()
        saturated[NAMES.index("b²₁")] = SATURATED
        self.x, self.y, self.network = x, float(y), _network(v)
        self.shown = {
            "values": [*x.tolist(), self.y, *v.tolist()],
            "films": [_film(x, self.y, v), _film(x, self.y, saturated)],
        }

    def summary(self):
        """Return the output, C, every δ and every partial derivative, in plain sentences."""
        now = _Moment(self.x, self.y, self.network.v)
        deltas = ", ".join(f"δ{NEURONS[name]} = {_text(part)}" for name, part in now.delta.items())
        parts = ", ".join(
            f"∂C/∂{name} = {_text(part)}" for name, part in zip(NAMES, now.gradient, strict=True)
        )
        return say(
            "Lab, backprop you can hold: a 2–2–1 network. For x = ({x1}, {x2}) its output is a = "
            "{output}; the target is y = {y}, so C = {C}. Backwards: {deltas}; {parts}.",
            x1=_text(self.x[0]),
            x2=_text(self.x[1]),
            output=_text(now.a["o"]),
            y=_text(self.y),
            C=_text(now.C),
            deltas=deltas,
            parts=parts,
        )

    def poster(self):
        """Return a Figure of the network with its activations and partial derivatives."""
        now = _Moment(self.x, self.y, self.network.v)
        figure, ax = plt.subplots(figsize=(9.6, 4))
        for i, (start, end) in enumerate(zip(FROM, TO, strict=True)):
            if start:
                (x0, y0), (x1, y1) = PLACES[start], PLACES[end]
                ax.plot((x0, x1), (y0, y1), color=plots.BLUE, zorder=0)
                text = f"{_text(self.network.v[i])}\n∂C/∂w {_text(now.gradient[i])}"
                place = (x0 + 0.33 * (x1 - x0), y0 + 0.33 * (y1 - y0))
                ax.text(*place, text, ha="center", va="center", fontsize=9, bbox=_PAPER)
        ax.plot(*zip(PLACES["o"], PLACES["C"], strict=True), color=plots.BLUE, zorder=0)
        for name, place in PLACES.items():
            ax.scatter(*place, s=2600, color="white", edgecolor=plots.BLUE)
            what = f"C\n{_text(now.C)}" if name == "C" else f"a\n{_text(now.a[name])}"
            ax.text(*place, what, ha="center", va="center", fontsize=10)
            if name in now.delta:
                below = (place[0], place[1] - 0.62)
                ax.text(*below, f"δ = {_text(now.delta[name])}", ha="center", color=plots.BALL)
        ax.set(xlim=(-0.5, 4.8), ylim=(-1.8, 1.6))
        ax.axis("off")
        figure.suptitle(say("Backprop you can hold: every ∂C/∂w is a · δ"))
        return figure


_PAPER = {"facecolor": "white", "edgecolor": "none", "pad": 1}


def _network(v):
    return Network([2, 2, 1], np.random.default_rng(0), np.float64).at(np.array(v, dtype=float))


def _text(x, figures=3):
    """Return a number in so many figures: −0.0123, or 1.2·10⁻⁵."""
    digits, _, power = f"{x:.{figures}g}".partition("e")
    if power:
        digits += f"·{power_of_ten(int(power))}"
    return digits.replace("-", "−")


def _change(x):
    """Return a number in three figures with its sign."""
    return ("+" if x > 0 else "") + _text(x)


class _Moment:
    """All numbers of the network at one v: `z`, `a`, `slope` and `delta` by node; `gradient` (9,).

    δ is read off the gradient of the library: it is ∂C/∂b.
    """

    def __init__(self, x, y, v):
        network = _network(v)
        (w2, w3), (b2, b3) = network.weights, network.biases
        hidden = w2 @ x + b2
        output = w3 @ sigmoid(hidden) + b3
        self.z = dict(zip(NEURONS, [*hidden, *output], strict=True))
        neurons = {name: sigmoid(z) for name, z in self.z.items()}
        self.a = {"x1": x[0], "x2": x[1]} | neurons
        self.slope = {name: a * (1 - a) for name, a in neurons.items()}
        self.C = network.cost(x, [y])
        self.gradient = network.gradient(x, [y])
        self.delta = {name: self.gradient[NAMES.index(f"b{NEURONS[name]}")] for name in NEURONS}


def _frame(words, lit, labels, glow=None, at=None):
    """Return a moment: what is said, what is lit, and the labels that are new, lines by place.

    `glow` is how bright nodes shine from now on, 0 to 1, by name: their a. `at` is where neurons
    lie on the curve of σ from now on, (z, a) by name.

    A place is a node or an entry of v, by name; with a + it is the line of changes beside it.
    """
    return {"words": words, "lit": lit, "labels": labels, "glow": glow or {}, "at": at or {}}


def _film(x, y, v):
    """Return all frames of the network at v: forward, every nudge, backward, and how they agree."""
    now = _Moment(x, y, v)
    nudges, agree = [], []
    for i in range(len(NAMES)):
        changed = [_Moment(x, y, v + size * (np.arange(len(v)) == i)) for size in SIZES]
        pairs = list(zip(SIZES, changed, strict=True))
        nudges.append([_nudge(i, size, v, now, then) for size, then in pairs])
        agree.append([_agree(i, size, now, then) for size, then in pairs])
    return {
        "values": {name: [f"{name} = {_text(x)}"] for name, x in zip(NAMES, v, strict=True)},
        "forward": _forward(y, v, now),
        "nudges": nudges,
        "backward": _backward(y, v, now),
        "agree": agree,
    }


def _sum_into(neuron, v, now):
    """Return the weighted sum of a neuron with its numbers: z = w·a + … + b = …"""
    terms = [
        f"{_text(v[i])} · {_text(now.a[start])}" if start else _text(v[i])
        for i, (start, end) in enumerate(zip(FROM, TO, strict=True))
        if end == neuron
    ]
    total = " + ".join(terms).replace("+ −", "− ")
    return f"z{NEURONS[neuron]} = {total} = {_text(now.z[neuron])}"


def _edges_into(*neurons):
    return [name for name, end in zip(NAMES, TO, strict=True) if end in neurons]


def _forward(y, v, now):
    z = {name: [f"z = {_text(now.z[name])}"] for name in NEURONS}
    a = {name: [*z[name], f"a = {_text(now.a[name])}"] for name in NEURONS}
    glow = {name: float(np.clip(value, 0, 1)) for name, value in now.a.items()}
    at = {name: [float(now.z[name]), float(now.a[name])] for name in NEURONS}
    hidden, output = ("h1", "h2"), ("o",)

    def of(labels, neurons):
        return {name: labels[name] for name in neurons}

    inputs = {name: [symbol, _text(now.a[name])] for name, symbol in INPUTS.items()}
    sums = "; ".join(_sum_into(name, v, now) for name in hidden)
    bent = "; ".join(f"a{NEURONS[name]} = {_text(now.a[name])}" for name in hidden)
    return [
        _frame(
            say("Two inputs come in. Step forward and follow them."),
            list(inputs),
            inputs,
            of(glow, inputs),
        ),
        _frame(
            say("Each hidden neuron adds up weight times input, and its bias: {sums}.", sums=sums),
            [*_edges_into(*hidden), *hidden],
            of(z, hidden),
        ),
        _frame(
            say("σ makes a of each z: {bent}.", bent=bent),
            list(hidden),
            of(a, hidden),
            of(glow, hidden),
            of(at, hidden),
        ),
        _frame(
            say("The output neuron does the same with their a: {sum}.", sum=_sum_into("o", v, now)),
            [*_edges_into("o"), "o"],
            of(z, output),
        ),
        _frame(
            say("σ again: a³₁ = {output}. That is the output.", output=_text(now.a["o"])),
            ["o"],
            of(a, output),
            of(glow, output),
            of(at, output),
        ),
        _frame(
            say(
                "The target is y = {y}, so the cost is C = ½ (y − a)² = {C}.",
                y=_text(y),
                C=_text(now.C),
            ),
            ["o–C", "C"],
            {"C": ["C", _text(now.C)]},
        ),
    ]


def _nudge(i, size, v, now, then):
    """Return the frames of a nudge of v's entry i: how its change runs on, up to C."""
    name, first = NAMES[i], TO[i]
    frames = [
        _frame(
            say(
                "Move {name} a little, from {before} to {after}. Step on: who notices?",
                name=name,
                before=_text(v[i], 6),
                after=_text(v[i] + size, 6),
            ),
            [name],
            {f"{name}+": [f"Δ = {_change(size)}"]},
        )
    ]
    lit, path = [name], [first] if first == "o" else [first, "o"]
    for neuron in path:
        dz, da = then.z[neuron] - now.z[neuron], then.a[neuron] - now.a[neuron]
        if neuron != first:
            lit = [*lit, f"w³₁{NEURONS[first][1]}"]
        lit = [*lit, neuron]
        where = NEURONS[neuron]
        below = [f"Δz = {_change(dz)}"]
        words = say("z{where} changes by {change}.", where=where, change=_change(dz))
        frames.append(_frame(words, lit, {f"{neuron}+": below}))
        below = [*below, f"Δa = {_change(da)}"]
        bent = say(
            "σ there has the slope σ′(z) = {slope}: a{where} changes by {change}.",
            slope=_text(now.slope[neuron]),
            where=where,
            change=_change(da),
        )
        frames.append(_frame(bent, lit, {f"{neuron}+": below}))
    change = then.C - now.C
    words = say(
        "C changes by ΔC = {change}. So ΔC/Δ{letter} = {ratio}.",
        change=_change(change),
        letter=name[0],
        ratio=_text(change / size),
    )
    frames.append(_frame(words, [*lit, "o–C", "C"], {"C+": [f"ΔC = {_change(change)}"]}))
    return frames


def _partials(neurons, now):
    """Return the labels ∂C/∂w of all edges into these neurons."""
    return {
        f"{name}+": [f"∂C/∂{name[0]} = {_text(part)}"]
        for name, part, end in zip(NAMES, now.gradient, TO, strict=True)
        if end in neurons
    }


def _backward(y, v, now):
    error = now.a["o"] - y
    delta = {
        f"{name}+": [f"σ′ = {_text(now.slope[name])}", f"δ = {_text(now.delta[name])}"]
        for name in NEURONS
    }
    back = "; ".join(
        f"δ{NEURONS[name]} = {_text(v[i])} · {_text(now.delta['o'])} · {_text(now.slope[name])} = "
        f"{_text(now.delta[name])}"
        for i, name in ((NAMES.index("w³₁₁"), "h1"), (NAMES.index("w³₁₂"), "h2"))
    )
    flat = [NEURONS[name] for name in ("h1", "h2") if now.slope[name] < 0.01]
    dies = "".join(
        " " + say("The neuron of z{where} is saturated: its δ dies there.", where=where)
        for where in flat
    )
    return [
        _frame(
            say(
                "Now backwards. If a³₁ moves, C moves by ∂C/∂a = a − y = {error} times that.",
                error=_text(error),
            ),
            ["C", "o–C"],
            {"C+": [f"∂C/∂a = {_text(error)}"]},
        ),
        _frame(
            say(
                "(BP1) Times the slope of σ: δ³₁ = {error} · {slope} = {delta}. δ is ∂C/∂z.",
                error=_text(error),
                slope=_text(now.slope["o"]),
                delta=_text(now.delta["o"]),
            ),
            ["o"],
            {"o+": delta["o+"]},
        ),
        _frame(
            say(
                "Every weight into the output has ∂C/∂w = a · δ, with the a that comes along its "
                "edge; its bias has ∂C/∂b = δ."
            ),
            _edges_into("o"),
            _partials("o", now),
        ),
        _frame(
            say(
                "(BP2) δ goes back along the edges, times weight and slope: {back}.{dies}",
                back=back,
                dies=dies,
            ),
            ["w³₁₁", "w³₁₂", "h1", "h2"],
            {name: delta[name] for name in ("h1+", "h2+")},
        ),
        _frame(
            say("And again ∂C/∂w = a · δ. Once back, and every weight has its answer."),
            _edges_into("h1", "h2"),
            _partials(("h1", "h2"), now),
        ),
    ]


def _agree(i, size, now, then):
    """Return the last frame of the way back: the measured change beside what δ says."""
    name, change = NAMES[i], then.C - now.C
    incoming = f"{_text(now.a[FROM[i]])} · " if FROM[i] else ""
    letter = name[0]
    words = say(
        "Backwards: ∂C/∂{name} = {incoming}{delta} = {gradient}. The nudge of {size:g} "
        "measured ΔC/Δ{letter} = {ratio}.",
        name=name,
        incoming=incoming,
        delta=_text(now.delta[TO[i]]),
        gradient=_text(now.gradient[i], 6),
        size=size,
        letter=letter,
        ratio=_text(change / size, 6),
    )
    return _frame(words, [name], {})
