"""A network of sigmoid neurons whose weights and biases are one flat vector v."""

import numpy as np

from gdlib.descent import check_count

CHUNK = 1000  # how many images are fed forward at once when there are many


def sigmoid(z):
    """Return σ(z) = 1 / (1 + e⁻ᶻ), any shape, as (1 + tanh(z/2)) / 2: the same, and no overflow."""
    return 0.5 * (1 + np.tanh(0.5 * z))


class Network:
    """A fully connected network of sigmoid neurons, with the quadratic cost of equation (6).

    `sizes` counts the neurons of each layer, the input first: [784, 30, 10]. All parameters
    lie in `v`, shape (m,): for each layer its weights, row by row, then its biases. `weights`
    (each (n_out, n_in), as in the book) and `biases` (each (n_out,)) are views into v, so
    assign to their entries, never to v itself: `network.v[:] = …`. They start as draws from
    a standard normal distribution.

    Inputs x are (n, n_in) or (n_in,): grey values 0–255 as uint8, which are scaled to 0–1
    on the way in, or floats, taken as they are.
    """

    def __init__(self, sizes, rng, dtype=np.float32):
        self.sizes = [check_count("each entry of sizes", size) for size in sizes]
        if len(self.sizes) < 2:
            raise ValueError(f"sizes needs an input and an output layer, got {list(sizes)}")
        self._shapes = list(zip(self.sizes[1:], self.sizes[:-1], strict=True))
        m = sum(n_out * n_in + n_out for n_out, n_in in self._shapes)
        self.v = rng.standard_normal(m).astype(dtype)
        self.weights, self.biases = self._layers(self.v)

    def _layers(self, v):
        """Return views into v (m,): the weights and the biases of each layer."""
        weights, biases, start = [], [], 0
        for n_out, n_in in self._shapes:
            middle, end = start + n_out * n_in, start + n_out * n_in + n_out
            weights.append(v[start:middle].reshape(n_out, n_in))
            biases.append(v[middle:end])
            start = end
        return weights, biases

    def feedforward(self, x):
        """Return the output a for x: (n, n_out) for many inputs, (n_out,) for one."""
        return self._activations(self._scaled(x))[-1]

    def cost(self, x, y):
        """Return C(w, b) = 1/(2n) Σ ‖y(x) − a‖², equation (6), for y of shape (n, n_out)."""
        x, y = self._pairs(x, y)
        return sum(
            float(np.sum((y[i] - self.feedforward(x[i])) ** 2, dtype=float))
            for i in _chunks(len(x))
        ) / (2 * len(x))

    def gradient(self, x, y):
        """Return ∇C at v for the cost of equation (6) by backpropagation: flat, (m,), like v."""
        x, y = self._pairs(x, y)
        activations = self._activations(self._scaled(x))
        nabla_C = np.empty_like(self.v)
        nabla_w, nabla_b = self._layers(nabla_C)
        # δ is ∂C/∂z, one row per input; σ′(z) = a (1 − a).
        a = activations[-1]
        delta = (a - y) * a * (1 - a) / len(x)
        for layer in reversed(range(len(self.weights))):
            a = activations[layer]
            np.matmul(delta.T, a, out=nabla_w[layer])
            np.sum(delta, axis=0, out=nabla_b[layer])
            if layer > 0:
                delta = (delta @ self.weights[layer]) * a * (1 - a)
        return nabla_C

    def accuracy(self, x, labels):
        """Return the share, 0 to 1, of inputs whose largest output is the one of their label."""
        x, labels = np.atleast_2d(x), np.atleast_1d(labels)
        _check_lengths(x, "labels", labels)
        right = sum(
            np.count_nonzero(self.feedforward(x[i]).argmax(axis=1) == labels[i])
            for i in _chunks(len(x))
        )
        return float(right / len(x))

    def _activations(self, x):
        """Return [x, a¹, a², …], what each layer puts out for x."""
        activations = [x]
        for w, b in zip(self.weights, self.biases, strict=True):
            activations.append(sigmoid(activations[-1] @ w.T + b))
        return activations

    def _scaled(self, x):
        """Return x as floats of v's type: uint8 grey values become 0 to 1."""
        x = np.asarray(x)
        if x.ndim not in (1, 2) or x.shape[-1] != self.sizes[0]:
            raise ValueError(
                f"x must have shape (n, {self.sizes[0]}) or ({self.sizes[0]},), got {x.shape}"
            )
        scale = 255 if x.dtype == np.uint8 else 1
        return np.multiply(x, 1 / scale, dtype=self.v.dtype)

    def _pairs(self, x, y):
        """Return x and y as (n, n_in) and (n, n_out); raise ValueError if they do not fit."""
        x, y = np.atleast_2d(x), np.atleast_2d(y)
        if y.ndim != 2 or y.shape[1] != self.sizes[-1]:
            raise ValueError(f"y must have shape (n, {self.sizes[-1]}), got {y.shape}")
        _check_lengths(x, "y", y)
        return x, y


def _check_lengths(x, name, other):
    if len(x) == 0 or len(x) != len(other):
        raise ValueError(
            f"x and {name} must hold as many entries, at least one; got {len(x)} and {len(other)}"
        )


def _chunks(n):
    return (slice(start, start + CHUNK) for start in range(0, n, CHUNK))
