"""A network of sigmoid neurons whose weights and biases are one flat vector v."""

import io
import math
import zipfile
from itertools import pairwise
from pathlib import Path

import numpy as np

from gdlib.doors import check_count, check_real, check_rng
from gdlib.files import replacing

CHUNK = 1000  # how many images are fed forward at once when there are many
FLOATS = (np.float16, np.float32, np.float64)  # what the entries of v may be


def sigmoid(z):
    """Return σ(z) = 1 / (1 + e⁻ᶻ), any shape, as (1 + tanh(z/2)) / 2: the same, and no overflow."""
    return 0.5 * (1 + np.tanh(0.5 * z))


class Network:
    """A fully connected network of sigmoid neurons, with the quadratic cost of equation (6).

    `sizes` counts the neurons of each layer, the input first: [784, 30, 10]. All parameters
    lie in `v`, shape (m,): for each layer its weights, row by row, then its biases. `weights`
    (each (n_out, n_in), as in the book) and `biases` (each (n_out,)) are views into v, so
    assign to their entries, never to v itself: `network.v[:] = …`. They start as draws from
    a standard normal distribution. With `scaled=True` the weights of each layer start divided
    by √n_in, which keeps the weighted sums small and so the sigmoids off their flat ends
    (Nielsen, chapter 3, "Weight initialization").

    Inputs x are (n, n_in) or (n_in,): grey values 0–255 as uint8, which are scaled to 0–1
    on the way in, or floats, taken as they are. Other whole numbers could mean either, so they
    are refused with a TypeError.
    """

    def __init__(self, sizes, rng, dtype=np.float32, scaled=False):
        self.sizes = _check_sizes(sizes)
        if np.dtype(dtype) not in FLOATS:
            raise TypeError(f"dtype must be float16, float32 or float64, got {dtype!r}")
        self._set_v(check_rng(rng).standard_normal(_count_variables(self.sizes)).astype(dtype))
        if scaled:
            for w in self.weights:
                w /= math.sqrt(w.shape[1])

    def _set_v(self, v):
        self.v = v
        self.weights, self.biases = self._layers(v)

    def _layers(self, v):
        """Return views into v (m,): the weights and the biases of each layer."""
        weights, biases, start = [], [], 0
        for n_in, n_out in pairwise(self.sizes):
            middle, end = start + n_out * n_in, start + n_out * n_in + n_out
            weights.append(v[start:middle].reshape(n_out, n_in))
            biases.append(v[middle:end])
            start = end
        return weights, biases

    def feedforward(self, x):
        """Return the output a for x: (n, n_out) for many inputs, (n_out,) for one."""
        x = self._inputs(x)
        if x.ndim == 2 and len(x) > CHUNK:
            return np.concatenate([self.feedforward(x[i]) for i in _chunks(len(x))])
        x = self._scaled(x)
        a = self._activations(np.atleast_2d(x))[-1].T
        return a if x.ndim == 2 else a[0]

    def cost(self, x, y):
        """Return C(w, b) = 1/(2n) Σ ‖y(x) − a‖², equation (6), for y of shape (n, n_out)."""
        x, y = self._pairs(x, y)
        return float(np.sum((y - self.feedforward(x)) ** 2, dtype=float)) / (2 * len(x))

    def gradient(self, x, y):
        """Return ∇C at v for the cost of equation (6) by backpropagation: flat, (m,), like v."""
        x, y = self._pairs(x, y)
        n = len(x)
        if n <= CHUNK:
            return self._backpropagate(x, y, n)
        return sum(self._backpropagate(x[i], y[i], n) for i in _chunks(n))

    def _backpropagate(self, x, y, n):
        """Return what x and y contribute to ∇C of n inputs."""
        activations = self._activations(self._scaled(x))
        nabla_C = np.empty_like(self.v)
        nabla_w, nabla_b = self._layers(nabla_C)
        # δ is ∂C/∂z, one column per input; σ′(z) = a (1 − a).
        a = activations[-1]
        delta = (a - y.T) * a * (1 - a) / n
        for layer in reversed(range(len(self.weights))):
            a = activations[layer]
            np.matmul(delta, a.T, out=nabla_w[layer])
            delta.sum(axis=1, out=nabla_b[layer])
            if layer > 0:
                delta = (self.weights[layer].T @ delta) * a * (1 - a)
        return nabla_C

    def accuracy(self, x, labels):
        """Return the share, 0 to 1, of inputs whose largest output is the one of their label.

        `labels` has shape (n,) and counts the outputs from 0. Raises TypeError or ValueError for
        other labels, and ValueError where an output is no number, so that none is the largest.
        """
        x, labels = np.atleast_2d(self._inputs(x)), np.atleast_1d(check_real("labels", labels))
        if labels.ndim != 1 or labels.dtype.kind == "f":
            raise ValueError(
                f"labels must be whole numbers of shape (n,), got {labels.dtype} of shape "
                f"{labels.shape}"
            )
        _check_lengths(x, "labels", labels)
        if not 0 <= labels.min() <= labels.max() < self.sizes[-1]:
            raise ValueError(
                f"labels must lie from 0 to {self.sizes[-1] - 1}, as the outputs are counted; "
                f"got {labels.min()} to {labels.max()}"
            )
        outputs = self.feedforward(x)
        if np.isnan(outputs).any():
            raise ValueError("x and v must be finite numbers, but an output is nan")
        return float(np.mean(outputs.argmax(axis=1) == labels))

    def save(self, path):
        """Write `sizes` and v to the file `path`, as an npz archive without pickle.

        The file is complete or it is not there: an earlier one is replaced only when the new
        one is whole. Raises ValueError if v holds values that are not finite, and OSError as
        `open` does.
        """
        if not np.isfinite(self.v).all():
            raise ValueError("v holds values that are not finite numbers, so it is not saved")
        with replacing(path) as file:
            np.savez(file, sizes=np.array(self.sizes), v=self.v)

    @classmethod
    def load(cls, path):
        """Return the network that `save` wrote to `path`, with v of the same type.

        Raises ValueError, with the name of the file, what was expected and what came, if it
        holds anything else or is damaged, and OSError as `open` does: FileNotFoundError if it
        is not there. Takes memory for what the file holds, not for what it claims to hold.
        """
        content = io.BytesIO(Path(path).read_bytes())
        try:
            with zipfile.ZipFile(content) as archive:
                names = sorted(archive.namelist())
                if names != ["sizes.npy", "v.npy"]:
                    raise ValueError(f"the archive holds {names[:5]}, {len(names)} in all")
                sizes, v = (_read_array(archive, name) for name in names)
            _check_saved(sizes, v)
        except Exception as error:  # zipfile and NumPy raise many kinds for damaged files
            raise ValueError(
                f"{path} should be a network as Network.save writes it, an npz archive of "
                f"sizes and v; but: {error}"
            ) from error
        network = cls.__new__(cls)
        network.sizes = sizes.tolist()
        network._set_v(v)
        return network

    def _activations(self, x):
        """Return [xᵀ, a¹, a², …], what each layer puts out for x (n, n_in): a column per input."""
        activations = [x.T]
        for w, b in zip(self.weights, self.biases, strict=True):
            activations.append(sigmoid(w @ activations[-1] + b[:, None]))
        return activations

    def _inputs(self, x):
        """Return x as an array (n, n_in) or (n_in,); raise TypeError or ValueError otherwise."""
        x = check_real("x", x)
        if x.dtype.kind in "iu" and x.dtype != np.uint8:
            raise TypeError(
                "x must be grey values 0 to 255 as uint8, which are scaled to 0 to 1, or floats, "
                f"taken as they are; got {x.dtype}"
            )
        if x.ndim not in (1, 2) or x.shape[-1] != self.sizes[0]:
            raise ValueError(
                f"x must have shape (n, {self.sizes[0]}) or ({self.sizes[0]},), got {x.shape}"
            )
        return x

    def _scaled(self, x):
        """Return x as floats of v's type: uint8 grey values become 0 to 1."""
        x = self._inputs(x)
        if x.dtype != np.uint8:
            return x.astype(self.v.dtype, copy=False)
        x = x.astype(self.v.dtype)
        x *= 1 / 255
        return x

    def _pairs(self, x, y):
        """Return x and y as (n, n_in) and (n, n_out); raise ValueError if they do not fit."""
        x, y = self._inputs(x), check_real("y", y)
        if x.ndim == 1:
            x = x[None]
        if y.ndim == 1:
            y = y[None]
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


def _check_sizes(sizes):
    """Return sizes as a list of ints; raise TypeError or ValueError unless they make a network."""
    try:
        sizes = list(sizes)
    except TypeError:
        raise TypeError(f"sizes must be a list of whole numbers, got {sizes!r:.60}") from None
    sizes = [check_count("each entry of sizes", size) for size in sizes]
    if len(sizes) < 2:
        raise ValueError(f"sizes needs an input and an output layer, got {sizes}")
    return sizes


def _count_variables(sizes):
    return sum(n_in * n_out + n_out for n_in, n_out in pairwise(sizes))


def _read_array(archive, name):
    """Return the array in an npz archive, reading it by hand: np.load would believe its header."""
    entry = archive.getinfo(name)
    if entry.compress_type != zipfile.ZIP_STORED:
        raise ValueError(f"{name} is compressed")
    file = io.BytesIO(archive.read(entry))
    version = np.lib.format.read_magic(file)
    if version != (1, 0):
        raise ValueError(f"{name} has version {version} of the npy format, not (1, 0)")
    shape, _, dtype = np.lib.format.read_array_header_1_0(file)
    values = file.read()
    if len(shape) != 1 or dtype.hasobject or len(values) != shape[0] * dtype.itemsize:
        raise ValueError(
            f"{name} says it holds {dtype} of shape {shape}, and holds {len(values)} bytes"
        )
    return np.frombuffer(values, dtype).copy()


def _check_saved(sizes, v):
    """Raise TypeError or ValueError unless sizes and v from a file make a network."""
    if sizes.dtype.kind not in "iu":
        raise ValueError(f"sizes must be whole numbers, got {sizes.dtype}")
    if v.dtype not in FLOATS:
        raise ValueError(f"v must be float16, float32 or float64, got {v.dtype}")
    m = _count_variables(_check_sizes(sizes))
    if v.size != m:
        raise ValueError(f"sizes {sizes[:10]} need a v of {m} entries, got {v.size}")
    if not np.isfinite(v).all():
        raise ValueError("v holds values that are not finite numbers")
