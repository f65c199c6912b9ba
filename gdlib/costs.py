"""Cost functions C(v): each travels with its gradient, its name, and the space worth seeing."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from gdlib.activation import sigmoid
from gdlib.doors import check_count, check_numbers, check_that
from gdlib.own_function import OwnFunction, OwnGradient

MOST_IMAGES = 1000  # of a neuron: a picture of its C takes all of them at ten thousand places


@dataclass(frozen=True)
class Cost:
    """A cost function and what belongs to it.

    `function` takes v of shape (m, ...) and returns shape (...); `gradient` returns the shape
    of v. So one expression serves a point (m,), a path (m, n) and a grid (m, n, n). `m` is how
    many variables C has. `domain` holds one (low, high) pair per variable, the part of space that
    pictures show; a Cost that is never drawn has none, and says its m. `formula` is C in one line
    of plain text. With `log` the pictures of a surface draw it on a logarithmic scale.
    """

    name: str
    function: Callable
    gradient: Callable
    domain: tuple | None = None
    formula: str = ""
    m: int | None = None
    log: bool = False

    def __post_init__(self):
        for part in (self.function, self.gradient):
            check_that(callable(part), "a Cost must have functions for C and ∇C", part, TypeError)
        m = self.m
        if self.domain is not None:
            what = f"the (low, high) pairs in the domain of {self.name!r}"
            pairs = check_numbers(what, self.domain, (m or "m", 2))
            grows = (pairs[:, 0] < pairs[:, 1]).all()
            check_that(grows, f"{what} must have low < high", self.domain)
            object.__setattr__(self, "domain", tuple(map(tuple, pairs.tolist())))
            m = len(pairs)
        object.__setattr__(self, "m", check_count(f"m of {self.name!r}", m))


def quadratic(curvatures):
    """Return the Cost C = ½ Σ λᵢvᵢ² for curvatures λ of shape (m,), any m.

    Raises TypeError or ValueError unless the curvatures are a row of finite numbers, one or more.
    """
    curvatures = check_numbers("curvatures", curvatures, ("m",))
    check_that(len(curvatures), "curvatures must be one or more numbers", curvatures)

    def function(v):
        return 0.5 * np.tensordot(curvatures, np.square(v), axes=1)

    def gradient(v):
        v = np.asarray(v)
        return curvatures.reshape(-1, *[1] * (v.ndim - 1)) * v

    m = len(curvatures)
    domain = ((-1.0, 1.0),) * m if m <= 2 else None
    return Cost("quadratic", function, gradient, domain, "½ Σ λᵢvᵢ²", m)


def neuron(x, y):
    """Return the Cost of one neuron on data: C = 1/(2n) Σ (y − σ(wx + b))² of v = (w, b).

    x and y hold a number each for every one of n images, shape (n,), n from 1 to 1,000: what the
    neuron sees, and what it should say. Raises TypeError or ValueError for numbers that are not
    finite or do not fit together.
    """
    x = check_numbers("x", x, ("n",))
    y = check_numbers("y", y, x.shape)
    check_that(1 <= len(x) <= MOST_IMAGES, f"x must hold 1 to {MOST_IMAGES} numbers", len(x))

    def outputs(v):
        w, b = np.asarray(v, dtype=float)[..., None]
        return sigmoid(w * x + b)

    def function(v):
        return np.mean((y - outputs(v)) ** 2, axis=-1) / 2

    def gradient(v):
        a = outputs(v)
        delta = (a - y) * a * (1 - a)  # σ′ = σ(1 − σ)
        return np.stack([np.mean(delta * x, axis=-1), np.mean(delta, axis=-1)])

    domain = ((-12.0, 24.0), (-10.0, 10.0))
    return Cost("neuron(x, y)", function, gradient, domain, "1/(2n) Σ (y − σ(wx + b))²")


def from_function(C, domain=((-1.0, 1.0), (-1.0, 1.0)), gradient=None):
    """Return a Cost for your own function C(v) and, if you have one, your own gradient(v) of it.

    Without a gradient it has one by central differences. Yours takes v of shape (m,), and returns
    as many numbers, in an array, a list or a tuple.

    C takes v of shape (m,) and returns a number. Written with NumPy it usually takes whole
    grids, shape (m, ...), too, and is then called with them, else point by point. `domain` holds
    a (low, high) pair for each variable: the part of space that pictures show. Raises TypeError
    if C or the gradient is no function, and TypeError or ValueError for a domain that makes no
    sense. Where C or the gradient fails, the Cost raises OwnFunctionError, a ValueError; see
    `gdlib.own_function`.
    """
    own = OwnFunction(C)
    own_gradient = own.gradient if gradient is None else OwnGradient(gradient)
    return Cost(own.name, own, own_gradient, domain, f"{own.name}(v)")


def from_grid(v1, v2, C, name="surface", formula="heights on a grid", log=False):
    """Return a smooth Cost of two variables through the heights C of a grid.

    C has shape (len(v1), len(v2)); v1 and v2 are evenly spaced and grow, at least two of each.
    At the points of the grid the Cost has the heights given; in between it follows Catmull and
    Rom's cubic (Keys 1981: the error is of third order in the spacing). Beyond the grid it is nan.
    With `log`, for heights that are all above 0, pictures draw it on a logarithmic scale. Raises
    TypeError or ValueError for arrays that do not fit.
    """
    v1, v2 = check_numbers("v1", v1, ("n1",)), check_numbers("v2", v2, ("n2",))
    C = check_numbers("C", C, (len(v1), len(v2)))
    for axis in (v1, v2):
        check_that(_is_even(axis), "v1 and v2 must be evenly spaced, growing numbers", axis)
    check_that(not log or C.min() > 0, "on a logarithmic scale each C must be above 0", C.min())
    padded = np.pad(C, 1, mode="reflect", reflect_type="odd")  # goes on straight beyond its edge

    def between(v, derivatives):
        index, weights = [], []
        for x, axis, derivative in zip(v, (v1, v2), derivatives, strict=True):
            spacing = (axis[-1] - axis[0]) / (len(axis) - 1)
            at = (np.asarray(x, dtype=float) - axis[0]) / spacing
            at = np.where((at > -1e-9) & (at < len(axis) - 1 + 1e-9), at, np.nan)
            square = np.clip(np.nan_to_num(at), 0, len(axis) - 2).astype(int)
            powers = (at - square) ** np.arange(4).reshape(4, *[1] * np.ndim(at))
            if derivative:
                powers = np.stack([0 * at, *(k * powers[k - 1] for k in (1, 2, 3))]) / spacing
            index.append(square)
            weights.append(np.tensordot(_CATMULL_ROM, powers, axes=1))
        return sum(
            weights[0][i] * weights[1][j] * padded[index[0] + i, index[1] + j]
            for i in range(4)
            for j in range(4)
        )

    def gradient(v):
        return np.stack([between(v, (1, 0)), between(v, (0, 1))])

    domain = (v1[0], v1[-1]), (v2[0], v2[-1])
    return Cost(name, lambda v: between(v, (0, 0)), gradient, domain, formula, log=log)


def _is_even(axis):
    """Tell whether the numbers of an axis, two or more, grow in even steps."""
    gaps = np.diff(axis)
    return len(gaps) > 0 and gaps.mean() > 0 and np.ptp(gaps) < 1e-6 * gaps.mean()


# Row i: the weight of the i-th of four neighbours, as a polynomial 1, t, t², t³ of the place
# 0 ≤ t ≤ 1 between the second and the third.
_CATMULL_ROM = np.array([[0, -1, 2, -1], [2, 0, -5, 3], [0, 1, 4, -3], [0, 0, -1, 1]]) / 2


def _valley(v):
    return v[0] ** 2 + v[1] ** 2


def _valley_gradient(v):
    return np.array([2 * v[0], 2 * v[1]])


def _ravine(v):
    return v[0] ** 2 + 10 * v[1] ** 2


def _ravine_gradient(v):
    return np.array([2 * v[0], 20 * v[1]])


def _two_valleys(v):
    return (v[0] ** 2 - 1) ** 2 + v[1] ** 2 + 0.2 * v[0] + 0.3


def _two_valleys_gradient(v):
    return np.array([4 * v[0] * (v[0] ** 2 - 1) + 0.2, 2 * v[1]])


def _saddle(v):
    return v[0] ** 2 - v[1] ** 2


def _saddle_gradient(v):
    return np.array([2 * v[0], -2 * v[1]])


def _plateau(v):
    return 1 - np.exp(-(v[0] ** 2) - v[1] ** 2)


def _plateau_gradient(v):
    return np.array([v[0], v[1]]) * 2 * np.exp(-(v[0] ** 2) - v[1] ** 2)


def _rosenbrock(v):
    return (1 - v[0]) ** 2 + 100 * (v[1] - v[0] ** 2) ** 2


def _rosenbrock_gradient(v):
    across = v[1] - v[0] ** 2
    return np.array([-2 * (1 - v[0]) - 400 * v[0] * across, 200 * across])


_square = ((-1.0, 1.0), (-1.0, 1.0))
valley = Cost("valley", _valley, _valley_gradient, _square, "v₁² + v₂²")
ravine = Cost("ravine", _ravine, _ravine_gradient, _square, "v₁² + 10 v₂²")
two_valleys = Cost(
    "two_valleys",
    _two_valleys,
    _two_valleys_gradient,
    ((-1.6, 1.6), (-1.2, 1.2)),
    "(v₁² − 1)² + v₂² + 0.2 v₁ + 0.3",
)
saddle = Cost("saddle", _saddle, _saddle_gradient, _square, "v₁² − v₂²")
plateau = Cost(
    "plateau", _plateau, _plateau_gradient, ((-2.5, 2.5), (-2.5, 2.5)), "1 − exp(−v₁² − v₂²)"
)
# Rosenbrock, "An automatic method for finding the greatest or least value of a function", 1960
rosenbrock = Cost(
    "rosenbrock",
    _rosenbrock,
    _rosenbrock_gradient,
    ((-1.6, 1.6), (-0.6, 2.4)),
    "(1 − v₁)² + 100 (v₂ − v₁²)²",
)

# In the menu of the labs, and in many tests.
COSTS = {c.name: c for c in (valley, ravine, two_valleys, saddle, plateau, rosenbrock)}
