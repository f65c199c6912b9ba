"""The exercises of notebook 05."""

from itertools import pairwise

import numpy as np
from numpy.linalg import norm

from gdlib.check.exercise import Function


def _weights(sizes):
    return sum(before * after for before, after in pairwise(sizes))


# How many weights and biases a network has.
variables = Function(
    lambda sizes: _weights(sizes) + sum(sizes[1:]),
    {
        "You forgot the biases: one for each neuron.": _weights,
        "You forgot the biases, one for each neuron, and you count on three sizes.": (
            lambda sizes: sizes[0] * sizes[1] + sizes[1] * sizes[2]
        ),
        "That is right for three sizes. Go through any number of neighbours.": (
            lambda sizes: sizes[0] * sizes[1] + sizes[1] * sizes[2] + sizes[1] + sizes[2]
        ),
        "The inputs are grey values, not neurons. They have no bias.": (
            lambda sizes: _weights(sizes) + sum(sizes)
        ),
        "The hidden neurons have a bias too.": lambda sizes: _weights(sizes) + sizes[-1],
        "The output neurons have a bias too.": lambda sizes: _weights(sizes) + sum(sizes[1:-1]),
        "That counts the neurons. Each weight belongs to a pair of them.": sum,
        "You multiplied all the sizes. A weight joins a neuron with one of the layer just "
        "before, not with one of every layer.": lambda sizes: int(np.prod(sizes)),
        "There is one bias for each neuron, not one for each layer.": (
            lambda sizes: _weights(sizes) + len(sizes) - 1
        ),
        "That is the first layer of weights and biases only. More layers follow.": (
            lambda sizes: sizes[0] * sizes[1] + sizes[1]
        ),
    },
    [
        "How many weights lie between a layer of 784 and a layer of 30?",
        "Take the layers in pairs of neighbours: each with the one before it.",
        "Between neighbours lie before × after weights, and each neuron after has one bias.",
    ],
    [([784, 30, 10],), ([5, 4, 3, 2],)],
)

_a = np.array([[0.9, 0.2, 0.4], [0.1, 0.7, 0.0], [0.3, 0.5, 0.8], [0.6, 0.1, 0.2]])
_y = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])

# The quadratic cost, equation (6), of outputs a and desired outputs y.
cost = Function(
    lambda a, y: np.sum((y - a) ** 2) / (2 * len(a)),
    {
        "You forgot the ½.": lambda a, y: np.sum((y - a) ** 2) / len(a),
        "You forgot to divide by n.": lambda a, y: np.sum((y - a) ** 2) / 2,
        "You forgot to divide by 2n.": lambda a, y: np.sum((y - a) ** 2),
        "You took the mean over everything. That also divides by the number of outputs; (6) only "
        "divides by the number of images.": lambda a, y: np.mean((y - a) ** 2) / 2,
        "You took the mean over everything, and forgot the ½. (6) divides by twice the number of "
        "images.": lambda a, y: np.mean((y - a) ** 2),
        "You divided by twice the number of outputs. n is the number of images.": (
            lambda a, y: np.sum((y - a) ** 2) / (2 * np.shape(a)[1])
        ),
        "There is no square. ‖y − a‖² is the sum of the squared differences.": (
            lambda a, y: np.sum(np.abs(y - a)) / (2 * len(a))
        ),
        "There is no square, so plus and minus cancel.": lambda a, y: np.sum(y - a) / (2 * len(a)),
        "n is the number of images given, len(a). Here it is not 100.": (
            lambda a, y: np.sum((y - a) ** 2) / 200
        ),
        "`/ 2 * n` divides by 2 and multiplies by n. Put 2n in brackets.": (
            lambda a, y: np.sum((y - a) ** 2) / 2 * len(a)
        ),
        "You took a root for each image. (6) has the square of the length, ‖y − a‖².": (
            lambda a, y: np.sum(norm(y - a, axis=1)) / (2 * len(a))
        ),
        "You took the root of it all. (6) has no root.": (lambda a, y: norm(y - a) / (2 * len(a))),
        "That is one number for each image. Add them up.": (
            lambda a, y: np.sum((y - a) ** 2, axis=1) / (2 * len(a))
        ),
    },
    [
        "Begin with y − a. It has the shape of a: one row for each image.",
        "‖y − a‖² for an image is the sum of its squared differences. The Σ over the images is a "
        "sum too. So together it is one sum over everything.",
        "Divide by 2n. How do you get n, the number of images, from a?",
    ],
    [(_a, _y), (_a[:2], _y[:2])],
)
