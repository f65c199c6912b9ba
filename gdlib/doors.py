"""What arguments must be: each check returns a sound one, or says what was expected and came.

The functions that you call check what they are given, here and once; those behind them trust each
other. Each check raises TypeError for what is of another kind, and ValueError for a number or a
shape that does not fit.
"""

from numbers import Integral

import numpy as np

MOST = 10**8  # of anything that is counted: no count of this course comes near it
LARGEST = 1e100  # in size, so that sums of squares stay finite


def check_that(sound, expected, came, error=ValueError):
    """Raise the error, which says what was expected and what came, unless `sound` is true."""
    if not sound:
        raise error(f"{expected}, got {came!r:.60}")


def check_real(name, values, shape=None, kind=""):
    """Return values as an array of real numbers; nan and infinity are among them.

    `shape` is a tuple of lengths, in which a name stands for any length, and "..." at the end for
    any more of them: ("n", 2) or (3, "..."). () is a single number, None any shape. `kind`, such
    as "finite ", is said of the numbers in an error.
    """
    try:
        array = np.asarray(values)
    except (ValueError, OverflowError):  # rows of different lengths
        array = np.asarray(None)
    if array.dtype == object and isinstance(values, int):  # beyond the integers of NumPy
        array = np.asarray(np.inf if values > 0 else -np.inf)
    if array.dtype.kind not in "iuf":
        raise TypeError(f"{name} must be {_numbers(kind, shape)}, got {values!r:.60}")
    if shape is not None and not _fits(array.shape, shape):
        raise ValueError(f"{name} must be {_numbers(kind, shape)}, got shape {array.shape}")
    return array


def check_numbers(name, values, shape=None):
    """Return values as a new array of float64, all finite; for `shape` see `check_real`."""
    array = check_real(name, values, shape, "finite ").astype(float)
    sound = np.abs(array) < LARGEST
    if not sound.all():
        came = array[~sound].flat[0]
        largest = f", more than {LARGEST:g} in size" if np.isfinite(came) else ""
        raise ValueError(f"{name} must be {_numbers('finite ', shape)}, got {came}{largest}")
    return array


def check_positive(name, value):
    """Return value as a float, positive and finite."""
    number = float(check_real(name, value, ()))
    check_that(0 < number < np.inf, f"{name} must be positive and finite", value)
    return number


def check_eta(eta):
    """Return the learning rate eta as a float, positive and finite."""
    return check_positive("the learning rate eta", eta)


def check_between(name, value, least, below):
    """Return value as a float, least ≤ value < below."""
    number = float(check_real(name, value, ()))
    expected = f"{name} must be a number from {least} up to, not including, {below}"
    check_that(least <= number < below, expected, value)
    return number


def check_momentum(momentum):
    """Return momentum as a float, 0 ≤ momentum < 1."""
    return check_between("momentum", momentum, 0, 1)


def check_count(name, value, least=1, most=MOST):
    """Return value as an int, least ≤ value ≤ most."""
    whole = isinstance(value, Integral) and not isinstance(value, bool)
    check_that(whole, f"{name} must be a whole number", value, TypeError)
    check_that(value >= least, f"{name} must be at least {least}", value)
    check_that(value <= most, f"{name} must be at most {most:,d}", value)
    return int(value)


def check_cost(cost):
    """Return cost, which must have a name, a function, a gradient and m, as a Cost has."""
    is_cost = all(hasattr(cost, part) for part in ("name", "function", "gradient", "m"))
    check_that(is_cost, "cost must be a Cost, such as from_function(C)", cost, TypeError)
    return cost


def check_start(cost, v0):
    """Return v0 as an array (m,) of float64 at which the cost has a C and a ∇C, both finite."""
    v0 = check_numbers(f"v0 of {check_cost(cost).name}", v0, (cost.m,))
    with np.errstate(all="ignore"):
        check_numbers(f"C(v0) of {cost.name}", cost.function(v0), ())
        check_numbers(f"the gradient at v0 of {cost.name}", cost.gradient(v0), v0.shape)
    return v0


def check_rng(rng):
    """Return rng, which must be a Generator of NumPy."""
    is_generator = isinstance(rng, np.random.Generator)
    check_that(is_generator, "rng must be np.random.default_rng(seed) or its like", rng, TypeError)
    return rng


def _numbers(kind, shape):
    """Return in words which numbers are expected, such as "finite numbers of shape (n, 2)"."""
    if shape is None:
        return f"{kind or 'real '}numbers"
    return f"{kind}numbers of shape {shape}".replace("'", "") if shape else f"a {kind}number"


def _fits(shape, expected):
    """Tell whether a shape is as expected, such as ("n", 2) or (3, "...")."""
    if expected[-1:] == ("...",):
        shape, expected = shape[: len(expected) - 1], expected[:-1]
    return len(shape) == len(expected) and all(
        isinstance(wanted, str) or length == wanted
        for length, wanted in zip(shape, expected, strict=True)
    )
