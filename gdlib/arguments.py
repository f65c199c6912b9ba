"""What arguments must be: each check returns a sound one, or says what was expected and came."""

import sys
from numbers import Integral, Real

import numpy as np

MOST = 10**8  # of anything that is counted: no count of this course comes near it
LARGEST = 1e100  # in size, so that sums of squares stay finite


def check_eta(eta):
    """Return eta as a float; raise TypeError or ValueError unless it is positive and finite."""
    if isinstance(eta, bool) or not isinstance(eta, Real):
        raise TypeError(f"the learning rate eta must be a number, got {eta!r:.60}")
    if not 0 < eta <= sys.float_info.max:
        raise ValueError(f"the learning rate eta must be positive and finite, got {eta!r}")
    return float(eta)


def check_count(name, value, least=1, most=MOST):
    """Return value as an int; raise TypeError or ValueError unless it is one, least to most."""
    if isinstance(value, bool) or not isinstance(value, Integral):
        raise TypeError(f"{name} must be a whole number, got {value!r:.60}")
    if value < least:
        raise ValueError(f"{name} must be at least {least}, got {value!r}")
    if value > most:
        raise ValueError(f"{name} must be at most {most:,d}, got {value!r}")
    return int(value)


def check_real(name, values):
    """Return values as an array; raise TypeError unless they are real numbers."""
    try:
        array = np.asarray(values)
    except (ValueError, OverflowError):  # rows of different lengths
        array = None
    if array is None or array.dtype.kind not in "iuf":
        raise TypeError(f"{name} must be an array of real numbers, got {values!r:.60}")
    return array


def check_numbers(name, values, shape=None):
    """Return values as a new array of float64; raise TypeError or ValueError unless they fit.

    They must be real, finite, and of the shape, if one is given: a tuple of lengths, with a name
    for any length.
    """
    array = check_real(name, values).astype(float)
    expected = f"{name} must be {'a finite number' if shape == () else 'finite numbers'}"
    if shape:
        expected += f" of shape ({', '.join(map(str, shape))}{',' * (len(shape) == 1)})"
    if shape is not None and (
        array.ndim != len(shape)
        or any(isinstance(n, int) and n != m for n, m in zip(shape, array.shape, strict=True))
    ):
        raise ValueError(f"{expected}, got shape {array.shape}")
    sound = np.abs(array) < LARGEST
    if not sound.all():
        raise ValueError(f"{expected}, below {LARGEST:g} in size, got {array[~sound].flat[0]}")
    return array


def check_rng(rng):
    """Return rng; raise TypeError unless it is a Generator of NumPy."""
    if not isinstance(rng, np.random.Generator):
        raise TypeError(f"rng must be np.random.default_rng(seed) or its like, got {rng!r:.60}")
    return rng
