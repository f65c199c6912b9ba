"""The activation function of a neuron."""

import numpy as np


def sigmoid(z):
    """Return σ(z) = 1 / (1 + e⁻ᶻ), any shape, as (1 + tanh(z/2)) / 2: the same, and no overflow."""
    return 0.5 * (1 + np.tanh(0.5 * z))


def sigmoid_in_place(z):
    """Turn an array z of floats into σ(z), and return it: by the letter, in half the time.

    Where e⁻ᶻ is beyond the largest float σ(z) becomes 0. It agrees with `sigmoid` to a few units in
    the last digit of 1; what must repeat to the last digit, such as training, takes that one.
    """
    with np.errstate(over="ignore"):
        np.exp(np.negative(z, out=z), out=z)
    z += 1
    return np.reciprocal(z, out=z)
