"""The activation function of a neuron."""

import numpy as np


def sigmoid(z):
    """Return σ(z) = 1 / (1 + e⁻ᶻ), any shape, as (1 + tanh(z/2)) / 2: the same, and no overflow."""
    return 0.5 * (1 + np.tanh(0.5 * z))
