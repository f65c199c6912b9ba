"""Mistakes in motion: where an answer leads, beside gradient descent."""

from dataclasses import replace
from functools import partial

import numpy as np

from gdlib.activation import sigmoid
from gdlib.costs import Cost, neuron, ravine, rosenbrock
from gdlib.descent import descents, followed
from gdlib.labs.descents import Parting
from gdlib.network import Network
from gdlib.own_function import OwnGradient

STEPS = 10


def rule(answer):
    """Return the lab of a rule(v, nabla_C, eta) beside v − η∇C, on the ravine."""
    return Parting(ravine, (-0.9, 0.6), 0.04, STEPS, partial(descents, rule=answer))


def gradient(answer):
    """Return the lab of a gradient(v) of the ravine beside the right one."""

    def yours(cost, *run):
        return descents(replace(cost, gradient=OwnGradient(answer)), *run)

    return Parting(ravine, (-0.9, 0.6), 0.04, STEPS, yours)


def neuron_gradient(answer):
    """Return the lab of a gradient(w, b, x, y) of a neuron beside the right one, on six images."""
    x = np.array([-1.0, -0.5, 0.25, 0.5, 1.0, 2.0])
    y = np.array([0.0, 0.0, 1.0, 0.0, 1.0, 1.0])

    def yours(cost, *run):
        own = OwnGradient(lambda v: answer(*v, x, y))
        return descents(replace(cost, gradient=own), *run)

    cost = replace(neuron(x, y), domain=((-4.0, 4.0), (-3.0, 3.0)))
    return Parting(cost, (-2.0, -1.0), 10.0, STEPS, yours)


def descent(answer):
    """Return the lab of an answer(gradient, v0, eta, steps) for 0, 1, 2, … steps on the banana.

    There ∂C/∂v₂ depends on v₁, so that it matters which of the two is changed first.
    """

    def walk(cost, v0, eta, steps):
        with np.errstate(all="ignore"):
            ends = [answer(cost.gradient, v0.copy(), eta, k) for k in range(1, steps + 1)]
        return followed(cost, [v0, *ends], eta)

    def yours(cost, v0, etas, steps):
        return [walk(cost, v0, eta, steps) for eta in etas]

    return Parting(rosenbrock, (-1.0, 2.0), 0.001, STEPS, yours)


def training_step(answer):
    """Return the lab of a step answer(network, x, y, eta) beside the right one.

    The network is a single neuron, so that its C has two variables: its weight and its bias.
    """
    x, y = np.linspace(-1, 3, 8), np.repeat([1.0, 0.0], 4)

    def walk(cost, v0, eta, steps):
        path, network = [v0], Network([1, 1], np.random.default_rng(0), np.float64)
        network.v[:] = v0
        with np.errstate(all="ignore"):
            for _ in range(steps):
                answer(network, x[:, None], y[:, None], eta)
                path.append(network.v.copy())
        return followed(cost, path, eta)

    def yours(cost, v0, etas, steps):
        return [walk(cost, v0, eta, steps) for eta in etas]

    cost = replace(neuron(x, y), domain=((-6.0, 4.0), (-4.0, 6.0)))
    return Parting(cost, (-2.0, 3.0), 12.0, STEPS, yours)


def network_gradient(answer):
    """Return the lab of an answer(network, x, y), ∇C of a network, beside the right one.

    Two variables move, a weight and a bias of one neuron of the first layer: every mistake in the
    layers after it comes back to them. All layers have two neurons, and there are two images, so
    that every mistake computes something.
    """
    network = Network([2, 2, 2, 2], np.random.default_rng(5), np.float64)
    network.v *= 2
    x, y = np.array([[0.5, -1.3], [0.2, -0.7]]), np.array([[0.0, 1.0], [0.0, 0.0]])

    def function(v):
        return _cost_of_neuron(network, x, y, *np.asarray(v, dtype=float)[..., None])

    def of_two(gradient):
        moves = [1, 4]  # where w²₁₂ and b²₁ stand in network.v

        def at(v):
            full = network.v.copy()
            full[moves] = v
            return np.asarray(gradient(network.at(full), x.copy(), y.copy()))[moves]

        return OwnGradient(at)

    def yours(cost, *run):
        return descents(replace(cost, gradient=of_two(answer)), *run)

    formula = "a 2–2–2–2 network; v = (w²₁₂, b²₁) moves, all else stays"
    domain = ((-4.0, 4.0), (-4.0, 4.0))
    name = "C(w²₁₂, b²₁) of a network"
    cost = Cost(name, function, of_two(Network.gradient), domain, formula)
    return Parting(cost, (-1.6, 1.6), 40.0, STEPS, yours)


def _cost_of_neuron(network, x, y, w, b):
    """Return C where w²₁₂ and b²₁ are w and b, (..., 1): shape (...)."""
    (weights, *_), (biases, *_) = network.weights, network.biases
    z = x @ weights.T + biases
    moved = weights[0, 0] * x[:, 0] + w * x[:, 1] + b
    a = sigmoid(np.stack(np.broadcast_arrays(moved, z[:, 1]), axis=-1))
    later = Network([2, 2, 2], np.random.default_rng(0), np.float64).at(network.v[6:])
    outputs = later.feedforward(a.reshape(-1, 2)).reshape(a.shape)
    return np.sum((y - outputs) ** 2, axis=(-2, -1)) / (2 * len(x))
