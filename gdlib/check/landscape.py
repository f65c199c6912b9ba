"""The exercises of notebook 08."""

import numpy as np
from numpy.linalg import norm

from gdlib.check.exercise import Function, Statements

# The t of the lowest C on the parabola C(t) = C(0) + slope · t + ½ curvature · t².
best_t = Function(
    lambda slope, curvature: -slope / curvature,
    {
        "The slope is negative, so your t is too. C falls to the right.": lambda s, c: s / c,
        "That is where C is back at its old height. The lowest point lies before it.": (
            lambda s, c: -2 * s / c
        ),
        "The derivative of ½ curvature · t² is curvature · t. The ½ cancels the 2.": (
            lambda s, c: -s / (2 * c)
        ),
        "The more the parabola bends, the sooner it turns. Your t grows with the curvature.": (
            lambda s, c: -s * c
        ),
        "Your fraction stands on its head. The steeper it starts, the farther you can go.": (
            lambda s, c: -c / s
        ),
        "That is how far C falls. Which t takes you there?": lambda s, c: -(s**2) / (2 * c),
    },
    [
        "Where a smooth curve is lowest, its derivative is 0.",
        "The derivative with respect to t is slope + curvature · t.",
    ],
    [(-2.0, 0.5), (-0.3, 1.2)],
)


def _parts(v, origin, d1, d2):
    beside = v - origin
    return beside, (beside @ d1) * d1 + (beside @ d2) * d2


def _off(v, origin, d1, d2):
    beside, within = _parts(v, origin, d1, d2)
    return norm(beside - within)


def _unsubtracted(v, origin, d1, d2):
    return _off(v, 0 * origin, d1, d2)


_origin = np.array([1.0, -1.0, 2.0, 0.5])
_d1, _d2 = np.array([0.6, 0.8, 0.0, 0.0]), np.array([0.0, 0.0, 0.8, -0.6])

# How far v lies from the plane through origin that the orthonormal d1 and d2 span.
off_plane = Function(
    _off,
    {
        "You forgot the origin. The plane does not go through 0: begin with v − origin.": (
            _unsubtracted
        ),
        "That is how far v lies from the origin within the plane. What is left of v − origin when "
        "you take that part away?": lambda *args: norm(_parts(*args)[1]),
        "That is the whole distance from the origin. Take away the part within the plane first.": (
            lambda *args: norm(_parts(*args)[0])
        ),
        "You forgot the root: that is the square of the distance.": lambda *args: _off(*args) ** 2,
        "That is the vector that leads from the plane to v. How long is it?": (
            lambda *args: np.subtract(*_parts(*args))
        ),
        "Only the part along d1 is gone. Take away the part along d2 as well.": (
            lambda v, o, d1, d2: _off(v, o, d1, 0 * d2)
        ),
        "Only the part along d2 is gone. Take away the part along d1 as well.": (
            lambda v, o, d1, d2: _off(v, o, 0 * d1, d2)
        ),
        "Lengths at a right angle do not subtract; their squares do.": (
            lambda *args: norm(_parts(*args)[0]) - norm(_parts(*args)[1])
        ),
    },
    [
        "beside = v - origin leads from the origin to v. Split it into a part within the plane "
        "and a rest.",
        "How far beside goes along d1 is the number beside @ d1. The part itself is that number "
        "times d1.",
        "Take both parts away from beside. norm gives the length of what is left.",
    ],
    [
        (np.array([2.0, 1.0, 0.0, 3.0]), _origin, _d1, _d2),
        (np.array([-1.0, 0.5, 1.0, 1.0]), _origin, _d1, _d2),
    ],
)

# What a slice in two dimensions says of C, and what it can hide.
slices = Statements(
    "BDF",
    {
        "A": "The lowest point of the slice is a minimum of C.",
        "B": "Each height of the slice is the true C at some v.",
        "C": "The path has a share of 98 %, so it lies on the surface, nearly.",
        "D": "The slice is a bowl, and yet C may fall in a direction that leaves it.",
        "E": "The slice bends little, so a large η is safe.",
        "F": "If C bends down along a direction in the slice, then C is no bowl there.",
    },
    {
        "A": "It is the lowest of those in the plane. Out of the plane C may fall on along −∇C.",
        "B": "What did cost_on_plane compute at each point of the grid? Was anything made up?",
        "C": "Compare C of the run and of its shadow at the first moment. Another 23,858 "
        "directions lead off the plane, and some are steep.",
        "D": "You have seen both: the bowl, and the direction w.",
        "E": "Compare the bends of the slice with the sharpness. The steepest bend of all need not "
        "lie in the plane.",
        "F": "A direction in the slice is one of the directions of the space.",
    },
    [
        "Three of the six are true.",
        "Whatever a slice shows is there. What is there need not show in the slice.",
    ],
)
