"""The cost surface around a v: C on lines and on planes, and the plane that suits a path."""

from typing import NamedTuple

import numpy as np

from gdlib.derivatives import sharpness as sharpness
from gdlib.doors import check_numbers
from gdlib.network import _chunks, sigmoid


def outputs_on_line(network, v, direction, t, x):
    """Return an iterator over the outputs a, (n, n_out), at v + t · direction, one for each t.

    `v` and `direction` are flat, (m,), like network.v, which is left as it is; `t` is (k,), and
    `x` what the network takes, (n, n_in) or (n_in,). Everything is computed in network.v's type.
    The weighted input of the first layer is a straight line in t, so the one large matrix
    product, x · w, is done twice however many t there are. Raises ValueError for shapes that do
    not fit and for t that is not finite.
    """
    v, direction = _vectors(network, v=v, direction=direction)
    t = _positions(network, "t", t)
    return _outputs(network, v, [direction], t[:, None], np.atleast_2d(network._scaled(x)))


def cost_on_line(network, v, direction, t, x, y):
    """Return C of equation (6) at v + t · direction for each t: shape (k,), in float64.

    `y` is (n, n_out); arguments and errors: see `outputs_on_line`.
    """
    v, direction = _vectors(network, v=v, direction=direction)
    t = _positions(network, "t", t)
    return _costs(network, v, [direction], t[:, None], x, y)


def cost_on_plane(network, origin, d1, d2, a, b, x, y):
    """Return C of equation (6) at origin + a · d1 + b · d2: shape (len(a), len(b)), in float64.

    `origin`, `d1` and `d2` are flat, (m,), like network.v, which is left as it is; `a` and `b`
    are finite numbers of shape (k,); `x` is (n, n_in) and `y` (n, n_out). Entry [i, j] is what
    network.cost says at that v, computed in network.v's type: the two agree to 1e-10 of C in
    float64, to 2e-6 in float32. As on a line, the large matrix product is done once for the
    origin and once for each direction, however many points there are; all else is a few
    additions and the activations. Takes 1,000 images at a time, so little memory. Raises
    ValueError for shapes that do not fit and for a or b that are not finite.
    """
    origin, d1, d2 = _vectors(network, origin=origin, d1=d1, d2=d2)
    a, b = _positions(network, "a", a), _positions(network, "b", b)
    points = [(a_i, b_j) for a_i in a for b_j in b]
    return _costs(network, origin, [d1, d2], points, x, y).reshape(len(a), len(b))


def _costs(network, v, directions, points, x, y):
    """Return C at v + Σ tᵢ · directionᵢ for each point (t₁, t₂, …), 1,000 images at a time."""
    x, y = network._pairs(x, y)
    C = np.zeros(len(points))
    for part in _chunks(len(x)):
        outputs = _outputs(network, v, directions, points, network._scaled(x[part]))
        for k, a in enumerate(outputs):
            C[k] += np.sum((y[part] - a) ** 2, dtype=float)
    return C / (2 * len(x))


def _outputs(network, v, directions, points, x):
    """Yield the outputs at v + Σ tᵢ · directionᵢ for each point (t₁, t₂, …)."""
    first, *later = zip(*network._layers(v), strict=True)
    changes = [list(zip(*network._layers(direction), strict=True)) for direction in directions]
    z = x @ first[0].T + first[1]
    delta_z = [x @ delta_w.T + delta_b for (delta_w, delta_b), *_ in changes]
    moves = np.any([delta.any(axis=0) for delta in delta_z], axis=0)
    if moves.all():
        moves = slice(None)  # the same, and faster
    a1 = sigmoid(z)  # and only the neurons that a direction reaches are computed anew
    z, delta_z = z[:, moves], [delta[:, moves] for delta in delta_z]
    for point in points:
        a1[:, moves] = sigmoid(_add(z, point, delta_z))
        a = a1
        for layer, (w, b) in enumerate(later, start=1):
            w = _add(w, point, [change[layer][0] for change in changes])
            b = _add(b, point, [change[layer][1] for change in changes])
            a = sigmoid(a @ w.T + b)
        yield a.copy() if a is a1 else a


def _add(start, point, directions):
    """Return start + Σ tᵢ · directionᵢ."""
    for t, direction in zip(point, directions, strict=True):
        start = start + t * direction
    return start


class Plane(NamedTuple):
    """A plane through `origin`, and where a path v (k, m) lies on it and beside it.

    `d1` and `d2`, each (m,), are orthonormal. `coordinates` (k, 2) is the point of the plane
    nearest to each v: origin + coordinates[i, 0] · d1 + coordinates[i, 1] · d2. `residual` (k,)
    is the distance of each v from that point, so from the plane. `share` (2,), each 0 to 1, is
    how much of Σ ‖v − origin‖² along the path lies in each direction; what is missing from 1
    lies off the plane. All in float64.
    """

    origin: np.ndarray
    d1: np.ndarray
    d2: np.ndarray
    share: np.ndarray
    coordinates: np.ndarray
    residual: np.ndarray


def trajectory_plane(path):
    """Return the Plane through the path's end that lies nearest to the path.

    `path` is (k, m) with k ≥ 3. Its end is the origin, so that it lies exactly on the plane. d1
    and d2 are the first two right singular vectors of v − end: a principal component analysis
    whose centre is the end, not the mean, as in Li et al., "Visualizing the loss landscape of
    neural nets" (2018), section 7. They point so that the start's coordinates are
    not negative. Raises ValueError for another shape, for values that are not finite, and for a
    path on a straight line.
    """
    path = _path(path, at_least=3)
    _, size, directions = np.linalg.svd(path - path[-1], full_matrices=False)
    if size[1] <= 1e-6 * size[0]:
        raise ValueError("the path must span a plane, but it lies on a straight line")
    d1, d2 = directions[:2]
    d1, d2 = (-d if (path[0] - path[-1]) @ d < 0 else d for d in (d1, d2))
    return plane_through(path[-1], d1, d2, path)


def plane_through(origin, direction_1, direction_2, path):
    """Return the Plane through `origin` (m,) that two directions, each (m,), span.

    d1 points along direction_1, and d2 is what is left of direction_2 at a right angle to it
    (Gram-Schmidt). `path` is (k, m) with k ≥ 1. Raises ValueError for other shapes, for values
    that are not finite, and for directions that are 0 or parallel.
    """
    path = _path(path, at_least=1)
    origin = check_numbers("origin", origin, path.shape[1:])
    d1 = check_numbers("direction_1", direction_1, path.shape[1:])
    d2 = check_numbers("direction_2", direction_2, path.shape[1:])
    if not (d1.any() and d2.any()):
        raise ValueError("direction_1 and direction_2 must not be 0, but one is")
    d1, d2 = d1 / np.linalg.norm(d1), d2 / np.linalg.norm(d2)
    d2 = d2 - (d1 @ d2) * d1
    if np.linalg.norm(d2) <= 1e-6:
        raise ValueError("direction_1 and direction_2 must span a plane, but they are parallel")
    d2 = d2 - (d1 @ d2) * d1  # once more, for what rounding left
    d2 /= np.linalg.norm(d2)
    beside = path - origin
    total = np.sum(beside**2)
    coordinates = beside @ np.stack([d1, d2], axis=1)
    residual = np.linalg.norm(beside - coordinates @ [d1, d2], axis=1)
    share = np.sum(coordinates**2, axis=0) / total if total > 0 else np.zeros(2)
    return Plane(origin, d1, d2, share, coordinates, residual)


def _path(path, at_least):
    """Return the path as float64, (k, m)."""
    path = check_numbers("path", path, ("k", "m"))
    if len(path) < at_least or path.shape[1] < 2:
        raise ValueError(
            f"path must have shape (k, m) with k at least {at_least} and m at least 2, got shape "
            f"{path.shape}"
        )
    return path


def _vectors(network, **vectors):
    """Return each vector in network.v's type; raise ValueError unless it has v's shape."""
    v = network.v
    return [check_numbers(name, a, v.shape).astype(v.dtype) for name, a in vectors.items()]


def _positions(network, name, t):
    return check_numbers(name, t, ("k",)).astype(network.v.dtype)
