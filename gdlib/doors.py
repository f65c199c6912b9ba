"""What arguments must be: each check returns a sound one, or says what was expected and came."""

from numbers import Integral, Real

import numpy as np

MOST = 10**8  # of anything that is counted: no count of this course comes near it
LARGEST = 1e100  # in size, so that sums of squares stay finite


def check_positive(name, value):
    """Return value as a float; raise TypeError or ValueError unless it is positive and finite."""
    if isinstance(value, bool) or not isinstance(value, Real):
        raise TypeError(f"{name} must be a number, got {value!r:.60}")
    try:
        number = float(value)  # NumPy's small floats cannot be compared with the largest
    except OverflowError:  # an integer of more than 308 digits
        number = np.inf
    if not 0 < number < np.inf:
        raise ValueError(f"{name} must be positive and finite, got {value!r:.60}")
    return number


def check_eta(eta):
    """Return eta as a float; raise TypeError or ValueError unless it is positive and finite."""
    return check_positive("the learning rate eta", eta)


def check_momentum(momentum):
    """Return momentum as a float; raise ValueError unless it is a number, 0 ≤ momentum < 1."""
    if isinstance(momentum, bool) or not isinstance(momentum, Real) or not 0 <= momentum < 1:
        raise ValueError(
            f"momentum must be a number from 0 up to, not including, 1, got {momentum!r:.60}"
        )
    return float(momentum)


def check_cost(cost):
    """Return cost; raise TypeError unless it has a function, a gradient and m, as a Cost has."""
    has_both = all(callable(getattr(cost, name, None)) for name in ("function", "gradient"))
    if not has_both or not isinstance(getattr(cost, "m", None), int):
        raise TypeError(f"cost must be a Cost, such as from_function(C), got {cost!r:.60}")
    return cost


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
