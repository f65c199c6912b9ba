"""The cost along a line: C at v + t · direction, for many t in one go."""

import numpy as np

from gdlib.network import sigmoid


def outputs_on_line(network, v, direction, t, x):
    """Return an iterator over the outputs a, (n, n_out), at v + t · direction, one for each t.

    `v` and `direction` are flat, (m,), like network.v, which is left as it is; `t` is (k,), and
    `x` what the network takes, (n, n_in) or (n_in,). Everything is computed in network.v's type.
    The weighted input of the first layer is a straight line in t, so the one large matrix
    product, x · w, is done twice however many t there are. Raises ValueError for shapes that do
    not fit and for t that is not finite.
    """
    dtype = network.v.dtype
    v, direction, t = (np.array(a, dtype) for a in (v, direction, t))
    for name, a in (("v", v), ("direction", direction)):
        if a.shape != network.v.shape:
            raise ValueError(f"{name} must have shape {network.v.shape}, got {a.shape}")
    if t.ndim != 1 or not np.isfinite(t).all():
        raise ValueError(f"t must be finite numbers of shape (k,), got {t}")
    return _outputs(network, v, direction, t, network._scaled(np.atleast_2d(x)))


def _outputs(network, v, direction, t, x):
    layers = zip(*network._layers(v), *network._layers(direction), strict=True)
    (w, b, delta_w, delta_b), *later = layers
    z, delta_z = x @ w.T + b, x @ delta_w.T + delta_b
    moves = delta_z.any(axis=0)  # the neurons of the first layer that t reaches at all
    z, delta_z, first = z[:, moves], delta_z[:, moves], sigmoid(z)
    for t_k in t:
        first[:, moves] = sigmoid(z + t_k * delta_z)
        a = first
        for w, b, delta_w, delta_b in later:
            a = sigmoid(a @ (w + t_k * delta_w).T + (b + t_k * delta_b))
        yield a.copy() if a is first else a


def cost_on_line(network, v, direction, t, x, y):
    """Return C of equation (6) at v + t · direction for each t: shape (k,), in float64.

    `y` is (n, n_out); arguments and errors: see `outputs_on_line`.
    """
    x, y = network._pairs(x, y)
    outputs = outputs_on_line(network, v, direction, t, x)
    return np.array([np.sum((y - a) ** 2, dtype=float) / (2 * len(x)) for a in outputs])
