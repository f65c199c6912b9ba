"""Mistakes in motion: where an answer leads, beside gradient descent."""

from dataclasses import replace
from functools import partial

import numpy as np

from gdlib.costs import neuron, ravine, rosenbrock
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
