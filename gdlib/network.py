"""A network of sigmoid neurons whose weights and biases are one flat vector v."""

import copy
import math
import os
import zipfile
from itertools import pairwise

import numpy as np

from gdlib.activation import sigmoid
from gdlib.costs import Cost
from gdlib.doors import check_numbers, check_real, check_rng, check_that, check_whole
from gdlib.files import replacing

CHUNK = 1000  # how many images are fed forward at once when there are many
FLOATS = (np.float16, np.float32, np.float64)  # what the entries of v may be
NAMES = "float16, float32 or float64"
LARGEST_FILE = 10**8  # bytes; the network of this course takes a thousandth of it


def as_floats(x, dtype):
    """Return x as floats of this type: grey values 0 to 255, uint8, become 0 to 1."""
    if x.dtype == dtype:
        return x
    floats = x.astype(dtype)
    if x.dtype == np.uint8:
        floats *= 1 / 255
    return floats


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
    on the way in, or floats, taken as they are. Desired outputs y are (n, n_out) or (n_out,).
    Every method raises TypeError or ValueError for what does not fit. Whole numbers other than
    uint8 do not: they could be grey values or not.
    """

    def __init__(self, sizes, rng, dtype=np.float32, scaled=False):
        self.sizes = _check_sizes(sizes)
        check_that(np.dtype(dtype) in FLOATS, f"dtype must be {NAMES}", dtype, TypeError)
        self._use(check_rng(rng).standard_normal(_count_variables(self.sizes)).astype(dtype))
        if scaled:
            for w in self.weights:
                w /= math.sqrt(w.shape[1])

    def _use(self, v):
        check_that(v.dtype in FLOATS, f"v must be {NAMES}", v.dtype, TypeError)
        self.v, self._nabla_C = v, np.empty_like(v)
        self.weights, self.biases = self.layers(v)
        self._nabla_w, self._nabla_b = self.layers(self._nabla_C)
        self._columns = [b[:, None] for b in self.biases]

    def layers(self, v):
        """Return the weights and the biases of each layer, two lists of views into this v (m,)."""
        weights, biases, start = [], [], 0
        for n_in, n_out in pairwise(self.sizes):
            middle, end = start + n_out * n_in, start + n_out * n_in + n_out
            weights.append(v[start:middle].reshape(n_out, n_in))
            biases.append(v[middle:end])
            start = end
        return weights, biases

    def at(self, v):
        """Return a network of the same sizes with another v, shape (m,); this one stays as it is.

        Its weights and biases are views into the v that you give, and it computes in the type
        of that v. A v of whole numbers is copied as float64.
        """
        v = np.ascontiguousarray(check_real("v", v, self.v.shape))
        other = copy.copy(self)
        other._use(v if v.dtype in FLOATS else v.astype(float))
        return other

    def __deepcopy__(self, memo):
        return self.at(self.v.copy())

    def feedforward(self, x):
        """Return the output a for x: (n, n_out) for many inputs, (n_out,) for one."""
        a = self._outputs(self._inputs(x))
        return a if np.ndim(x) == 2 else a[0]

    def cost(self, x, y):
        """Return C(w, b) = 1/(2n) Σ ‖y(x) − a‖², equation (6): a number."""
        x, y = self._pairs(x, y)
        return float(np.sum((y - self._outputs(x)) ** 2, dtype=float)) / (2 * len(x))

    def gradient(self, x, y):
        """Return ∇C at v for the cost of equation (6) by backpropagation: flat, (m,), like v."""
        x, y = self._pairs(x, y)
        return self.backpropagate(x, y.astype(self.v.dtype, copy=False)).copy()

    def backpropagate(self, x, y):
        """Return what `gradient` does, in a hurry: for training, which does it at every step.

        x (n, n_in) and y (n, n_out), in v's type, are not checked, and the array returned is the
        network's own: the next call writes over it.
        """
        if len(x) <= CHUNK:
            return self._backpropagate(x, y, len(x))
        nabla_C = np.zeros_like(self.v)
        for part in chunks(len(x)):
            nabla_C += self._backpropagate(x[part], y[part], len(x))
        return nabla_C

    def cost_on(self, x, y):
        """Return C of equation (6) on these inputs as a Cost: a function of v, like the valley.

        `gradient_descent(network.cost_on(x, y), network.v, eta, steps)` is full-batch training.
        Whatever v it is asked for, `network.v` stays as it is. See `NetworkCost`.
        """
        return NetworkCost(self, x, y)

    def accuracy(self, x, labels):
        """Return the share, 0 to 1, of inputs whose largest output is the one of their label.

        `labels` are whole numbers of shape (n,) and count the outputs from 0. Raises ValueError,
        too, where an output is no number, so that none is the largest.
        """
        x = self._inputs(x)
        labels = check_whole("labels", labels, (len(x),), 0, self.sizes[-1] - 1)
        outputs = self._outputs(x)
        sound = not np.isnan(outputs).any()
        check_that(sound, "x and v must be finite, so that no a is nan", outputs)
        return float(np.mean(outputs.argmax(axis=1) == labels))

    def save(self, path):
        """Write `sizes` and v to the file `path`, as an npz archive without pickle.

        The file is complete or it is not there: an earlier one is replaced only when the new
        one is whole. Raises ValueError if v holds values that are not finite, and OSError as
        `open` does.
        """
        check_numbers("v", self.v)
        with replacing(path) as file:
            np.savez(file, sizes=np.array(self.sizes), v=self.v)

    @classmethod
    def load(cls, path):
        """Return the network that `save` wrote to `path`, with v of the same type.

        Raises ValueError, with the name of the file, what was expected and what came, if it
        holds anything else or is damaged, and OSError as `open` does: FileNotFoundError if it
        is not there. A file of more than 100 MB, packed or unpacked, is not read.
        """
        network = cls.__new__(cls)
        with open(path, "rb") as file:
            try:
                network._read(file)
            except Exception as error:  # zipfile and NumPy raise many kinds for damaged files
                raise ValueError(f"{path} should be a network, as saved, but {error}") from error
        return network

    def _read(self, file):
        """Take sizes and v from a file that `save` wrote; raise an error of some kind otherwise."""
        size = os.fstat(file.fileno()).st_size
        if size <= LARGEST_FILE:
            size = sum(entry.file_size for entry in zipfile.ZipFile(file).infolist())
        check_that(size <= LARGEST_FILE, f"it must hold at most {LARGEST_FILE:,d} bytes", size)
        file.seek(0)
        arrays = dict(np.load(file, allow_pickle=False))
        check_that(sorted(arrays) == ["sizes", "v"], "it must hold sizes and v", sorted(arrays))
        self.sizes, v = _check_sizes(arrays["sizes"]), arrays["v"]
        check_numbers(f"v of sizes {self.sizes[:10]}", v, (_count_variables(self.sizes),))
        self._use(v)

    def _outputs(self, x):
        """Return a for x (n, n_in): (n, n_out)."""
        if len(x) <= CHUNK:
            return self._activations(x)[-1].T
        return np.concatenate([self._outputs(x[part]) for part in chunks(len(x))])

    def _activations(self, x):
        """Return [xᵀ, a¹, a², …], what each layer puts out for x (n, n_in): a column per input."""
        activations = [as_floats(x, self.v.dtype).T]
        for w, b in zip(self.weights, self._columns, strict=True):
            activations.append(sigmoid(np.dot(w, activations[-1]) + b))
        return activations

    def _backpropagate(self, x, y, n):
        """Return what x and y contribute to ∇C of n inputs, in the array kept for it."""
        activations = self._activations(x)
        # δ is ∂C/∂z, one column per input; σ′(z) = a (1 − a).
        a = activations[-1]
        delta = (a - y.T) * a * (1 - a) / n
        for layer in reversed(range(len(self.weights))):
            a = activations[layer]
            np.dot(delta, a.T, out=self._nabla_w[layer])
            delta.sum(axis=1, out=self._nabla_b[layer])
            if layer > 0:
                delta = np.dot(self.weights[layer].T, delta) * a * (1 - a)
        return self._nabla_C

    def _inputs(self, x):
        """Return x as an array (n, n_in) of grey values or floats, one input as an n of 1."""
        x = check_real("x", x, ("n", self.sizes[0]), ndmin=2)
        sound = x.dtype == np.uint8 or x.dtype.kind == "f"
        check_that(sound, "x must be grey values 0 to 255 as uint8, or floats", x.dtype, TypeError)
        check_that(len(x), "x must hold one input or more", len(x))
        return x

    def _pairs(self, x, y):
        """Return x and y as arrays (n, n_in) and (n, n_out), n at least 1."""
        x = self._inputs(x)
        return x, check_real("y", y, (len(x), self.sizes[-1]), ndmin=2)


class NetworkCost(Cost):
    """C of equation (6) of a network on inputs x, as a function of v: see `Network.cost_on`.

    `function` takes v (m,), or (m, ...) point by point, and computes in the type of v: in float64
    for a v in float64, whatever the network's own. `network`, `x` (n, n_in) and `y` (n, n_out)
    are what it was made of.
    """

    def __init__(self, network, x, y):
        self.network, (self.x, self.y) = network, network._pairs(x, y)
        name, m = f"network {network.sizes}", network.v.size
        super().__init__(name, self._function, self._gradient, None, "1/2n Σ ‖y − a‖²", m)

    def _function(self, v):
        if np.ndim(v) > 1:
            return np.apply_along_axis(self._function, 0, v)
        return self.network.at(v).cost(self.x, self.y)

    def _gradient(self, v):
        if np.ndim(v) > 1:
            return np.apply_along_axis(self._gradient, 0, v)
        return self.network.at(v).gradient(self.x, self.y)


def chunks(n):
    """Yield the slices that cut n inputs into pieces of CHUNK."""
    return (slice(start, start + CHUNK) for start in range(0, n, CHUNK))


def _check_sizes(sizes):
    """Return sizes as a list of whole numbers that make a network."""
    sizes = check_whole("sizes", sizes, ("layers",)).tolist()
    return check_that(len(sizes) > 1, "sizes must hold an input and an output layer", sizes)


def _count_variables(sizes):
    return sum(n_in * n_out + n_out for n_in, n_out in pairwise(sizes))
