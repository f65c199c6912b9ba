"""What arguments must be: each check returns a sound one, or says what was expected and came.

The functions that you call check what they are given, here and once; those behind them trust each
other. Each check raises TypeError for what is of another kind, and ValueError for a number or a
shape that does not fit.
"""

import numpy as np

MOST = 10**8  # of anything that is counted: no count of this course comes near it
LARGEST = 1e100  # in size, so that sums of squares stay finite


def check_that(sound, expected, came, error=ValueError):
    """Return what came; raise the error, which says what was expected, unless `sound` is true."""
    if not sound:
        raise error(f"{expected}, got {came!r:.60}")
    return came


def check_real(name, values, shape=None, kind="numbers", ndmin=0):
    """Return values as an array of real numbers; nan and infinity are among them.

    `shape` is a tuple of lengths, in which a name stands for any length, and "..." at the end for
    any more of them: ("n", 2) or (3, "..."). () is a single number, None any shape. `kind` says
    in an error what was expected; "whole numbers" must be integers. An array of fewer dimensions
    than `ndmin` gets more in front, so that one row may stand for a table.
    """
    try:
        array = np.array(values, copy=None, ndmin=ndmin)
    except (ValueError, OverflowError):  # rows of different lengths
        array = np.asarray(None)
    if array.dtype == object and isinstance(values, int):  # beyond the integers of NumPy
        far = np.iinfo(int).max if kind == "whole numbers" else np.inf
        array = np.asarray(far if values > 0 else -far)
    expected = f"{name} must be {_numbers(kind, shape)}"
    types = "iu" if kind == "whole numbers" else "iuf"
    check_that(array.dtype.kind in types, expected, values, TypeError)
    if shape is not None and not _fits(array.shape, shape):
        raise ValueError(f"{expected}, got shape {array.shape}")
    return array


def check_numbers(name, values, shape=None, least=-LARGEST, most=LARGEST, kind="finite numbers"):
    """Return values as a new array of float64, each from least to most; rest as check_real."""
    array = check_real(name, values, shape, kind).astype(int if kind == "whole numbers" else float)
    wrong = array[~((least <= array) & (array <= most))]
    if wrong.size:
        expected = f"{name} must be {_numbers(kind, shape)} from {least:.16g} to {most:.16g}"
        raise ValueError(f"{expected}, got {wrong[0]}")
    return array


def check_whole(name, values, shape=None, least=1, most=MOST):
    """Return values as a new array of integers, each from least to most: see check_real."""
    return check_numbers(name, values, shape, least, most, "whole numbers")


def check_vectors(shape, **vectors):
    """Return a list of the named vectors, each as by check_numbers of this shape."""
    return [check_numbers(name, v, shape) for name, v in vectors.items()]


def check_positive(name, value):
    """Return value as a float, positive and finite."""
    number = float(check_real(name, value, ()))
    check_that(0 < number < np.inf, f"{name} must be positive and finite", value)
    return number


def check_eta(eta):
    """Return the learning rate eta as a float, positive and finite."""
    return check_positive("the learning rate eta", eta)


def check_momentum(momentum):
    """Return momentum as a float, 0 ≤ momentum < 1."""
    number = float(check_real("momentum", momentum, ()))
    return check_that(0 <= number < 1, "momentum must be a number from 0 to below 1", number)


def check_count(name, value, least=1, most=MOST):
    """Return value as an int, least ≤ value ≤ most."""
    return int(check_whole(name, value, (), least, most))


def check_cost(cost):
    """Return cost, which must have a name, a function, a gradient and m, as a Cost has."""
    is_cost = all(hasattr(cost, part) for part in ("name", "function", "gradient", "m"))
    return check_that(is_cost, "cost must be a Cost, such as from_function(C)", cost, TypeError)


def check_start(cost, v0):
    """Return v0 as an array (m,) of float64 at which the cost has a C and a ∇C, both finite."""
    v0 = check_numbers(f"v0 of {check_cost(cost).name}", v0, (cost.m,))
    with np.errstate(all="ignore"):
        check_numbers(f"C(v0) of {cost.name}", cost.function(v0), ())
        check_numbers(f"the gradient at v0 of {cost.name}", cost.gradient(v0), v0.shape)
    return v0


def check_rng(rng):
    """Return rng, which must be a Generator of NumPy."""
    expected = "rng must be np.random.default_rng(seed) or its like"
    return check_that(isinstance(rng, np.random.Generator), expected, rng, TypeError)


def _numbers(kind, shape):
    """Return in words which numbers are expected, such as "finite numbers of shape (n, 2)"."""
    if shape == ():
        return f"a {kind.removesuffix('s')}"
    return kind + (f" of shape {shape}".replace("'", "") if shape else "")


def _fits(lengths, shape):
    """Tell whether the lengths of an array are of a shape such as ("n", 2) or (3, "...")."""
    if shape[-1:] == ("...",):
        lengths, shape = lengths[: len(shape) - 1], shape[:-1]
    fit = (isinstance(n, str) or n == length for n, length in zip(shape, lengths, strict=False))
    return len(shape) == len(lengths) and all(fit)
