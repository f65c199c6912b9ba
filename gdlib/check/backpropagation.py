"""The exercises of backpropagation: (BP1), (BP2), and the whole gradient of a network."""

import numpy as np

from gdlib.activation import sigmoid
from gdlib.check import moving
from gdlib.check.exercise import Function
from gdlib.network import Network


class ForAnySizes(Function):
    """An exercise on layers: judged first where all sizes are equal, then where they differ.

    Where they are equal, every mistake computes something, and so can be told by its name;
    where they differ, many only raise. `trials` are those of equal sizes, `others` the rest.
    """

    def __init__(self, right, mistakes, hints, trials, others, moving):
        super().__init__(right, mistakes, hints, trials, moving)
        self.others = Function(right, {}, hints, others)

    def judge(self, answer):
        """Return (passed, text), as for every exercise."""
        passed, text = super().judge(answer)
        return self.others.judge(answer) if passed else (passed, text)


class WholeGradient(ForAnySizes):
    """The exercise on ∇C of a network: lists of layers, as in the book's code, are to be joined."""

    def _no_number(self, trial, value):
        parts = value if isinstance(value, (list, tuple)) else []
        if not parts or not all(isinstance(part, (list, tuple, np.ndarray)) for part in parts):
            return super()._no_number(trial, value)
        (network, *_) = trial
        return (
            f"a {type(value).__name__} of {len(value)} parts; the answer is one flat array of "
            f"shape {network.v.shape}, in the order of network.v: layer by layer the weights, row "
            "by row, and then the biases. If you have a list of each, join them with\n"
            "  np.concatenate([part.ravel() for w, b in zip(nabla_w, nabla_b) for part in (w, b)])"
        )


def _slope(z):
    """Return σ′(z)."""
    return sigmoid(z) * (1 - sigmoid(z))


def _normal(seed, *shapes):
    rng = np.random.default_rng(seed)
    return tuple(rng.standard_normal(shape) for shape in shapes)


def _output_delta(z, y):
    return (sigmoid(z) - y) * _slope(z)


# (BP1) for the cost of each image alone: z and y are (n_out, n), a column per image.
output_delta = ForAnySizes(
    _output_delta,
    {
        "You multiply by σ(z) where σ′(z) belongs: the slope of σ, not its value.": (
            lambda z, y: (sigmoid(z) - y) * sigmoid(z)
        ),
        "σ′(z) is missing. That is ∂C/∂a; δ is ∂C/∂z.": lambda z, y: sigmoid(z) - y,
        "σ′ is taken at z, not at a.": lambda z, y: (sigmoid(z) - y) * _slope(sigmoid(z)),
        "The output of the neuron is a = σ(z). You took z itself.": lambda z, y: (
            (z - y) * _slope(z)
        ),
        "The sign is wrong: the derivative of ½(y − a)² with respect to a is a − y.": (
            lambda z, y: (y - sigmoid(z)) * _slope(z)
        ),
        "A factor 2 too many: the ½ in the cost takes it away.": (
            lambda z, y: 2 * _output_delta(z, y)
        ),
        "That squares the error. The derivative of ½(y − a)² is a − y.": (
            lambda z, y: (sigmoid(z) - y) ** 2 * _slope(z)
        ),
        "You took a matrix product. ⊙ multiplies entry by entry: in NumPy, *.": (
            lambda z, y: (sigmoid(z) - y) @ _slope(z)
        ),
        "You divided by the number of images. (BP1) is the cost of one image; the average comes "
        "with the whole gradient.": lambda z, y: _output_delta(z, y) / z.shape[1],
        "That is σ′(z) alone. Where is the error a − y?": lambda z, y: _slope(z),
    },
    [
        "C reaches z through a: ∂C/∂z = ∂C/∂a · ∂a/∂z. What is each of the two?",
        "∂C/∂a is the error. ∂a/∂z is how steep σ is at z.",
    ],
    [_normal(1, (3, 3), (3, 3))],
    [_normal(2, (2, 5), (2, 5)), _normal(3, (4, 1), (4, 1))],
    lambda answer: moving.network_gradient(_with(output=answer)),
)


def _hidden_delta(w, delta, z):
    return w.T @ delta * _slope(z)


# (BP2): w (n_next, n_here) and δ (n_next, n) of the next layer, z (n_here, n) of this one.
hidden_delta = ForAnySizes(
    _hidden_delta,
    {
        "You used W where Wᵀ belongs: δ goes back along the edges.": (
            lambda w, delta, z: w @ delta * _slope(z)
        ),
        "You multiply Wᵀ and δ entry by entry. A neuron gathers from all neurons of the next "
        "layer: a matrix product, @.": lambda w, delta, z: w.T * delta * _slope(z),
        "You multiply by σ(z) where σ′(z) belongs: the slope of σ, not its value.": (
            lambda w, delta, z: w.T @ delta * sigmoid(z)
        ),
        "σ′(z) is missing: what arrives is ∂C/∂a, and δ is ∂C/∂z.": lambda w, delta, z: w.T @ delta,
        "σ′ is taken at z, not at a.": lambda w, delta, z: w.T @ delta * _slope(sigmoid(z)),
        "σ′(z) is that of this layer: multiply by it after Wᵀ has brought δ back.": (
            lambda w, delta, z: w.T @ (delta * _slope(z))
        ),
        "You took a matrix product with σ′(z). ⊙ multiplies entry by entry: in NumPy, *.": (
            lambda w, delta, z: w.T @ delta @ _slope(z)
        ),
        "δ of the next layer has not come back through the weights. Where is W?": (
            lambda w, delta, z: delta * _slope(z)
        ),
        "You gathered the weights and left δ of the next layer out.": (
            lambda w, delta, z: w.T @ _slope(z)
        ),
    },
    [
        "A neuron reaches C through every neuron of the next layer. Add up δ times weight.",
        "Rows of W belong to the next layer. Which way round must it stand to give one entry for "
        "each neuron of this layer?",
        "What has arrived is ∂C/∂a of this layer. One factor turns it into ∂C/∂z.",
    ],
    [_normal(4, (3, 3), (3, 3), (3, 3))],
    [_normal(5, (2, 4), (2, 5), (4, 5)), _normal(6, (5, 2), (5, 1), (2, 1))],
    lambda answer: moving.network_gradient(_with(hidden=answer)),
)


def _gradient(network, x, y, **parts):
    """Return ∇C of equation (6), flat (m,), by backpropagation with some of its `parts` replaced.

    `images` and `desired` make of x and of y what has a column per image, and `spread` of b what is
    added to each; `output` and `hidden` are (BP1) and (BP2); `weight` and `bias` make of δ and of
    a, one column per image, what they contribute; `share` makes of n what δ is multiplied by;
    `turns` makes of their number the layers in the order in which they have their turn; `carried`
    and `fed` say, for a layer, whose weights carry δ back to it and whose a feeds it.
    """
    part = _PARTS | parts
    activations, sums = [part["images"](x)], []
    for w, b in zip(network.weights, network.biases, strict=True):
        sums.append(w @ activations[-1] + part["spread"](b))
        activations.append(sigmoid(sums[-1]))
    nabla_C = np.zeros_like(network.v)
    nabla_w, nabla_b = network.layers(nabla_C)
    delta = part["output"](sums[-1], part["desired"](y)) * part["share"](len(x))
    for layer in part["turns"](len(sums)):
        nabla_w[layer][:] = part["weight"](delta, activations[part["fed"](layer)])
        nabla_b[layer][:] = part["bias"](delta)
        if layer > 0:
            w = network.weights[part["carried"](layer)]
            delta = part["hidden"](w, delta, sums[layer - 1])
    return nabla_C


_PARTS = {
    "images": np.transpose,
    "desired": np.transpose,
    "spread": lambda b: b[:, None],
    "output": _output_delta,
    "hidden": _hidden_delta,
    "weight": lambda delta, a: delta @ a.T,
    "bias": lambda delta: delta.sum(axis=1),
    "share": lambda n: 1 / n,
    "turns": lambda n: reversed(range(n)),
    "fed": lambda layer: layer,
    "carried": lambda layer: layer,
}


def _with(**parts):
    """Return the mistake that replaces these parts of the gradient."""
    return lambda network, x, y: _gradient(network, x, y, **parts)


def _next_layers_delta(network, x, y):
    """Return ∇C where each layer but the last is given the δ of the layer after it."""
    nabla_C, deltas = np.zeros_like(network.v), []
    _gradient(network, x, y, bias=lambda delta: deltas.append(delta) or 0)
    activations, (nabla_w, nabla_b) = [x.T], network.layers(nabla_C)
    for w, b in zip(network.weights, network.biases, strict=True):
        activations.append(sigmoid(w @ activations[-1] + b[:, None]))
    for layer, a in enumerate(activations[:-1]):
        delta = deltas[max(len(deltas) - 2 - layer, 0)]
        nabla_w[layer][:], nabla_b[layer][:] = delta @ a.T, delta.sum(axis=1)
    return nabla_C


def _one_hidden_layer(network, x, y):
    """Return ∇C where δ is carried back once, however many layers there are."""
    nabla_C = _gradient(network, x, y)
    for parts in network.layers(nabla_C):
        for part in parts[:-2]:
            part[:] = 0
    return nabla_C


def _trial(sizes, n):
    """Return a network in float64, and n images and desired outputs for it."""
    rng = np.random.default_rng(sum(sizes) + n)
    return Network(sizes, rng, np.float64), rng.random((n, sizes[0])), rng.random((n, sizes[-1]))


# The whole gradient: x (n, n_in), y (n, n_out); returned flat, (m,), as by network.gradient.
backpropagation = WholeGradient(
    lambda network, x, y: _gradient(network, x, y),
    {
        "You multiply by σ(z) where σ′(z) belongs: the slope of σ, not its value.": _with(
            output=lambda z, y: (sigmoid(z) - y) * sigmoid(z),
            hidden=lambda w, delta, z: w.T @ delta * sigmoid(z),
        ),
        "σ′(z) is missing from δ of the output.": _with(output=lambda z, y: sigmoid(z) - y),
        "On the way back, σ′(z) is missing: (BP2) has it, too.": _with(
            hidden=lambda w, delta, z: w.T @ delta
        ),
        "On the way back you used W where Wᵀ belongs.": _with(
            hidden=lambda w, delta, z: w @ delta * _slope(z)
        ),
        "On the way back you multiply Wᵀ and δ entry by entry. That is a matrix product, @.": _with(
            hidden=lambda w, delta, z: w.T * delta * _slope(z)
        ),
        "δ of the wrong layer: before you carry δ back, use it for the weights and biases of its "
        "own layer.": _next_layers_delta,
        "δ came back through the weights of the wrong layer. It is the next layer's weights that "
        "join the two.": _with(carried=lambda layer: layer - 1),
        "∂C/∂w = a · δ takes the a that comes in along the edge, of the layer before. You took "
        "that of the layer itself.": _with(fed=lambda layer: layer + 1),
        "You forgot 1/n: that is the sum over the images, not their average.": _with(
            share=lambda n: 1
        ),
        "You divided by n twice. Once is enough.": _with(share=lambda n: 1 / n**2),
        "You multiply δ and a entry by entry. For all pairs of neurons, summed over the images, it "
        "is a matrix product: δ @ a.T.": _with(weight=lambda delta, a: delta * a),
        "δ @ a lacks a transpose: both have a column per image, and the images must meet. "
        "Write δ @ a.T.": _with(weight=lambda delta, a: delta @ a),
        "The weights' part is the wrong way round: rows belong to δ. Write δ @ a.T.": _with(
            weight=lambda delta, a: a @ delta.T
        ),
        "You summed δ over the wrong axis for the biases: sum over the images, one number for each "
        "neuron.": _with(bias=lambda delta: delta.sum(axis=0)),
        "The biases took the average of δ, though 1/n is in δ already: take the sum.": _with(
            bias=lambda delta: delta.mean(axis=1)
        ),
        "The biases are missing: ∂C/∂b = δ.": _with(bias=lambda delta: 0),
        "The sign is wrong: that is −∇C.": _with(share=lambda n: -1 / n),
        "A factor 2 too many: the ½ in the cost takes it away.": _with(share=lambda n: 2 / n),
        "x and y have a row for each image, but w @ a needs a column for each: take x.T and y.T.": (
            _with(images=np.asarray, desired=np.asarray)
        ),
        "x has a row for each image, but w @ a needs a column for each: take x.T.": _with(
            images=np.asarray
        ),
        "y has a row for each image, and a^L a column: take y.T.": _with(desired=np.asarray),
        "b has one number for each neuron, to be added in each column: write b[:, None].": _with(
            spread=np.asarray
        ),
        "Nothing has arrived in ∇C. `nabla_w[layer] = …` puts another array into the list; "
        "`nabla_w[layer][:] = …` fills the one that lies in ∇C.": (
            lambda network, x, y: np.zeros_like(network.v)
        ),
        "That is for a network with one hidden layer. It may have more: begin at the last layer.": (
            _with(turns=lambda n: (1, 0))
        ),
        "You carry δ back only once. Every layer has its turn: loop over all of them.": (
            _one_hidden_layer
        ),
    },
    [
        "First forwards: keep every z and every a, a column per image. Then δ of the output.",
        "Layer by layer, from the last: ∂C/∂w is δ @ a.T, ∂C/∂b is the sum of δ over the images.",
        "network.layers(nabla_C) gives views into a flat array: fill them, and return the array.",
    ],
    [_trial([3, 3, 3, 3], 3), _trial([3, 3, 3], 3)],
    [_trial([2, 4, 3], 5), _trial([4, 3, 2, 2], 1), _trial([3, 2], 4)],
    moving.network_gradient,
)
