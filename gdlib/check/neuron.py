"""The exercises of notebook 04."""

import numpy as np

from gdlib.activation import sigmoid
from gdlib.check import moving
from gdlib.check.exercise import Function

_x, _y = np.array([-0.5, 0.25, 1.0, 2.0]), np.array([0.0, 1.0, 0.0, 1.0])

# What a neuron says: a = σ(wx + b).
output = Function(
    lambda w, b, x: sigmoid(w * x + b),
    {
        "That is z. The neuron says σ(z).": lambda w, b, x: w * x + b,
        "The bias is added before σ squeezes: it belongs to z.": (
            lambda w, b, x: sigmoid(w * x) + b
        ),
        "Where is the bias?": lambda w, b, x: sigmoid(w * x),
        "The weight multiplies x alone, and b is added afterwards.": (
            lambda w, b, x: sigmoid(w * (x + b))
        ),
        "The weight and the bias have changed places.": lambda w, b, x: sigmoid(b * x + w),
        "That is 1 − a. Look at the sign of z in the exponent.": (
            lambda w, b, x: sigmoid(-(w * x + b))
        ),
        "The minus of e⁻ᶻ stands before all of z: put wx + b in brackets.": (
            lambda w, b, x: sigmoid(w * x - b)
        ),
    },
    [
        "First the weighted sum, z = wx + b. What does σ squeeze?",
        "σ(z) is 1 / (1 + e⁻ᶻ): in NumPy, 1 / (1 + np.exp(-z)).",
    ],
    [(1.5, -0.5, _x), (-0.75, 0.25, _x[:2])],
)


def _chain(error=lambda a, y: a - y, slope=lambda a: a * (1 - a), mean=np.mean, factor=1.0):
    """Return a gradient of C = 1/(2n) Σ (y − σ(wx + b))² with some of its links replaced."""

    def gradient(w, b, x, y):
        a = sigmoid(w * x + b)
        delta = factor * error(a, y) * slope(a)
        return [mean(delta * x), mean(delta)]

    return gradient


_right = _chain()

gradient = Function(
    _right,
    {
        "The sign is wrong. In y − σ(z) the σ stands behind a minus, so the outer derivative is "
        "σ(z) − y.": _chain(error=lambda a, y: y - a),
        "A link of the chain is missing: σ′(z), which is σ(z)(1 − σ(z)).": (
            _chain(slope=lambda a: 1.0)
        ),
        "You used σ where σ′ belongs: σ′(z) = σ(z)(1 − σ(z)).": _chain(slope=lambda a: a),
        "You put a = σ(z) into σ once more. σ′(z) is σ(z)(1 − σ(z)): that is a(1 − a).": (
            _chain(slope=lambda a: sigmoid(a) * (1 - sigmoid(a)))
        ),
        "The first link is missing: the derivative of ½(y − a)² is a − y.": (
            _chain(error=lambda a, y: 1.0)
        ),
        "The derivative of a square is twice what was squared: in ½(y − a)² the 2 and the ½ "
        "cancel.": _chain(error=lambda a, y: (a - y) ** 2 / 2),
        "A factor 2 is too much: the ½ of the cost takes away the 2 of the square.": (
            _chain(factor=2.0)
        ),
        "A factor ½ is too much: it has gone with the 2 of the square.": _chain(factor=0.5),
        "You added up all the images and forgot to divide by n.": _chain(mean=np.sum),
        "In ∂C/∂w the last link is missing: the derivative of wx + b with respect to w is x.": (
            lambda w, b, x, y: [_right(w, b, x, y)[1]] * 2
        ),
        "In ∂C/∂b there is no x: the derivative of wx + b with respect to b is 1.": (
            lambda w, b, x, y: [_right(w, b, x, y)[0]] * 2
        ),
        "The derivative of wx + b with respect to w is x, not w.": (
            lambda w, b, x, y: [w * _right(w, b, x, y)[1], _right(w, b, x, y)[1]]
        ),
        "The two entries are the wrong way round.": lambda w, b, x, y: _right(w, b, x, y)[::-1],
    },
    [
        "Begin with one image: write z = wx + b and a = σ(z). What does C depend on, link by link?",
        "Three links for w: a − y, then σ′(z) = a(1 − a), then x. For b the last one is 1.",
        "What the links give is an array with a number for each image. Take its mean, because of "
        "the 1/n and the sum; then return both means in one list.",
    ],
    [(1.5, -0.5, _x, _y), (-0.75, 0.25, _x[:3], _y[:3])],
    moving.neuron_gradient,
)
