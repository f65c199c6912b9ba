"""Cost functions C(v): each travels with its gradient, its name, and the space worth seeing."""

import linecache
import re
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from inspect import signature

import numpy as np

from gdlib.derivatives import _differences
from gdlib.doors import check_count, check_numbers

PATIENCE = 5  # seconds until a slow function of yours is mentioned


@dataclass(frozen=True)
class Cost:
    """A cost function and what belongs to it.

    `function` takes v of shape (m, ...) and returns shape (...); `gradient` returns the shape
    of v. So one expression serves a point (m,), a path (m, n) and a grid (m, n, n). `m` is how
    many variables C has. `domain` holds one (low, high) pair per variable, the part of space that
    pictures show; a Cost that is never drawn has none, and says its m. `formula` is C in one line
    of plain text.
    """

    name: str
    function: Callable
    gradient: Callable
    domain: tuple | None = None
    formula: str = ""
    m: int | None = None

    def __post_init__(self):
        for what in ("function", "gradient"):
            if not callable(getattr(self, what)):
                raise TypeError(f"the {what} must be a function, got {getattr(self, what)!r:.60}")
        if self.domain is not None:
            what = f"the (low, high) pairs in the domain of {self.name!r}"
            pairs = check_numbers(what, self.domain, (self.m or "m", 2))
            if not (pairs[:, 0] < pairs[:, 1]).all():
                raise ValueError(f"{what} must have low < high, got {self.domain!r:.60}")
            object.__setattr__(self, "domain", tuple(map(tuple, pairs.tolist())))
            object.__setattr__(self, "m", len(pairs))
        object.__setattr__(self, "m", check_count(f"m of {self.name!r}", self.m))


def quadratic(curvatures):
    """Return the Cost C = ½ Σ λᵢvᵢ² for curvatures λ of shape (m,), any m.

    Raises TypeError or ValueError unless the curvatures are a non-empty row of finite numbers.
    """
    curvatures = check_numbers("curvatures", curvatures, ("m",))
    if not len(curvatures):
        raise ValueError("curvatures must be at least one number, got none")

    def function(v):
        return 0.5 * np.tensordot(curvatures, np.square(v), axes=1)

    def gradient(v):
        v = np.asarray(v)
        return curvatures.reshape(-1, *[1] * (v.ndim - 1)) * v

    m = len(curvatures)
    domain = ((-1.0, 1.0),) * m if m <= 2 else None
    return Cost("quadratic", function, gradient, domain, "½ Σ λᵢvᵢ²", m)


class OwnFunctionError(ValueError):
    """What is wrong with a function of your own, and the line of it, in a few lines."""

    def _render_traceback_(self):
        """Return all that a notebook shows of this error: IPython looks for this method."""
        return [f"{type(self).__name__}: {self}"]


def from_function(C, domain=((-1.0, 1.0), (-1.0, 1.0))):
    """Return a Cost for your own function C(v), with a gradient by central differences.

    C takes v of shape (m,) and returns a number. Written with NumPy it usually takes whole
    grids, shape (m, ...), too, and is then called with them; if it cannot (say, because of
    an `if` on v[0]), it is called point by point, and the Cost's function says so in its
    attribute `one_at_a_time`. Once all that has taken 5 seconds, a warning says so. Where C
    leaves its domain (the root of a negative number, a division by 0), it is nan, whether NumPy
    or Python's math computes it. Raises TypeError if C is not callable, and OwnFunctionError, a
    ValueError, if it does not take one argument; so does a call of the Cost at which C fails or
    returns anything but a real number per point.
    """
    if not callable(C):
        raise TypeError(f"C must be a function of v, got {C!r:.60}")
    name = getattr(C, "__name__", "C")
    _check_takes_v(name, C)
    spent = 0.0

    def count(seconds, so="has", hint=""):
        nonlocal spent
        spent += seconds
        if spent > PATIENCE:
            spent = -np.inf  # it is said once
            text = f"{name}(v) {so} taken {PATIENCE} seconds. You may interrupt it.{hint}"
            warnings.warn(text, stacklevel=3)

    def point_by_point(v):
        C_v = np.empty(v.shape[1:])
        points = np.ascontiguousarray(v.reshape(len(v), -1).T)
        before = time.perf_counter()
        for i, point in enumerate(points):
            C_v.flat[i] = at_a_point(point)
            now = time.perf_counter()
            count(
                now - before,
                "takes one point at a time; that has",
                " Written with NumPy for a v of whole grids it is far faster.",
            )
            before = now
        return C_v

    def at_a_point(v):
        try:
            C_v = C(v)
        except OverflowError:  # math.exp and ** raise where NumPy gives infinity
            return np.inf
        except ZeroDivisionError:
            return np.nan
        except Exception as error:
            if isinstance(error, ValueError) and _OUTSIDE.search(str(error)):
                return np.nan
            raise _own_error(name, C, v, error) from error
        if isinstance(C_v, float):
            return C_v
        C_v = np.asarray(C_v)
        if C_v.shape != () or C_v.dtype.kind not in "fiub":
            got = f"shape {C_v.shape}" if C_v.shape else f"{C_v.item()!r:.60}"
            hint = " Does it end with return?" if got == "None" else ""
            raise OwnFunctionError(
                f"{name}(v) must return one real number for one point v, got {got}.{hint}"
                + _line(C, None)
            )
        return float(C_v)

    def function(v):
        v = np.array(v, dtype=float)  # its own, whatever C does to it
        if v.ndim == 1:
            return float(at_a_point(v))
        if not function.one_at_a_time:
            before = time.perf_counter()
            try:
                C_v = np.asarray(C(v.copy()))
            except (
                Exception
            ):  # C is written for one point at a time; what else is wrong shows there
                C_v = None
            if C_v is not None and C_v.shape == v.shape[1:] and C_v.dtype.kind in "fiu":
                count(time.perf_counter() - before)
                return C_v
        C_v = point_by_point(v)
        function.one_at_a_time = True
        return C_v

    function.one_at_a_time = False
    return Cost(name, function, lambda v: _gradient(function, v), domain, f"{name}(v)")


# What Python's math says of a number outside of a function's domain, in all its versions.
_OUTSIDE = re.compile("^math domain error|^expected a .*(input|number)")


def _gradient(function, v):
    return _differences(function, np.asarray(v, dtype=float))


def _check_takes_v(name, C):
    """Raise OwnFunctionError unless C can be called with one argument."""
    try:
        parameters = signature(C)
    except (TypeError, ValueError):  # a function of C tells nothing of its arguments
        return
    try:
        parameters.bind(None)
    except TypeError:
        raise OwnFunctionError(
            f"{name} must take one argument, v, which holds all variables: v[0], v[1], …; "
            f"got {name}{parameters}.{_line(C, None)}"
        ) from None


def _own_error(name, C, v, error):
    """Return an OwnFunctionError that says where C failed, and in which line of it."""
    point = ", ".join(f"{x:.6g}" for x in v[:4]) + ", …" * (len(v) > 4)
    what = f"{name}(v) failed at v = ({point}): {type(error).__name__}: {error}"
    if isinstance(error, IndexError):
        what += f". The variables are v[0] to v[{len(v) - 1}]; counting begins at 0"
    return OwnFunctionError(f"{what}.{_line(C, error)}")


def _line(C, error):
    """Return the line of C's file in which the error arose, or else C's first, as C's own words."""
    code = getattr(C, "__code__", None)
    if code is None:
        return ""
    number, traceback = code.co_firstlineno, error and error.__traceback__
    while traceback:
        if traceback.tb_frame.f_code.co_filename == code.co_filename:
            number = traceback.tb_lineno
        traceback = traceback.tb_next
    line = linecache.getline(code.co_filename, number).strip()
    return f"\n  line {number}:  {line}" if line else ""


def from_grid(v1, v2, C, name="surface", formula="heights on a grid"):
    """Return a smooth Cost of two variables through the heights C of a grid.

    C has shape (len(v1), len(v2)); v1 and v2 are evenly spaced and grow, at least two of each.
    At the points of the grid the Cost has the heights given; in between it follows Catmull and
    Rom's cubic (Keys 1981: the error is of third order in the spacing). Beyond the grid it is nan.
    Raises TypeError or ValueError for arrays that do not fit.
    """
    v1, v2 = check_numbers("v1", v1, ("n1",)), check_numbers("v2", v2, ("n2",))
    for axis in (v1, v2):
        even = len(axis) > 1 and axis[-1] > axis[0]
        spacing = (axis[-1] - axis[0]) / (len(axis) - 1) if even else 0
        if not even or np.abs(np.diff(axis) - spacing).max() > 1e-6 * spacing:
            raise ValueError(
                f"v1 and v2 must each be two or more evenly spaced, growing numbers, got {axis}"
            )
    C = check_numbers("C", C, (len(v1), len(v2)))
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
    return Cost(name, lambda v: between(v, (0, 0)), gradient, domain, formula)


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

COSTS = {c.name: c for c in (valley, ravine, two_valleys, saddle, plateau, rosenbrock)}
