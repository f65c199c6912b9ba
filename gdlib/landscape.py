"""The cost surface around a v: C on lines and on planes, and the plane that suits a path."""

from typing import NamedTuple

import numpy as np

from gdlib.activation import sigmoid, sigmoid_in_place
from gdlib.doors import check_cost, check_numbers, check_that, check_vectors
from gdlib.network import FLOATS, NetworkCost, as_floats, chunks


def cost_on_line(cost, v, direction, t):
    """Return C at v + t · direction for each t: shape (k,).

    `cost` is a Cost of m variables; `v` and `direction` are (m,), `t` is (k,). C is computed in
    the type of v. The cost of a network (`Network.cost_on`) has a fast way: the weighted input of
    the first layer is a straight line in t, so the one large matrix product is done twice,
    however many t there are, and only the neurons that the direction reaches are computed anew.
    Raises TypeError or ValueError for what is no Cost, for shapes that do not fit and for values
    that are not finite.
    """
    v, direction = _vectors(cost, v=v, direction=direction)
    t = check_numbers("t", t, ("k",))
    return _costs(cost, v, [direction], t[:, None])


def cost_on_plane(cost, origin, d1, d2, a, b):
    """Return C at origin + a · d1 + b · d2 for each a and b: shape (len(a), len(b)).

    `origin`, `d1` and `d2` are (m,); `a` and `b` are (k,), finite. Entry [i, j] is the cost at
    that v, computed in the type of origin. The fast way for the cost of a network, as on a line,
    agrees with it to 1e-10 of C in float64 and to 2e-6 in float32; it takes 1,000 images at a
    time, so little memory. Any other cost is called once, with all points. Errors: see
    `cost_on_line`.
    """
    origin, d1, d2 = _vectors(cost, origin=origin, d1=d1, d2=d2)
    a, b = check_numbers("a", a, ("k",)), check_numbers("b", b, ("k",))
    points = np.stack(np.meshgrid(a, b, indexing="ij"), axis=-1).reshape(-1, 2)
    return _costs(cost, origin, [d1, d2], points).reshape(len(a), len(b))


def outputs_on_line(cost, v, direction, t):
    """Return an iterator over a network's outputs, (n, n_out), at v + t · direction for each t.

    `cost` is what `Network.cost_on(x, y)` returned, and the outputs are those for its n inputs x.
    For the other arguments and the errors see `cost_on_line`.
    """
    network = check_network_cost(cost).network
    v, direction = _vectors(cost, v=v, direction=direction)
    t = check_numbers("t", t, ("k",)).astype(v.dtype)
    return _outputs(network, v, [direction], t[:, None], as_floats(cost.x, v.dtype))


def check_network_cost(cost):
    """Return cost; raise TypeError unless `Network.cost_on` made it."""
    made = isinstance(cost, NetworkCost)
    return check_that(made, "cost must be made by network.cost_on(x, y)", cost, TypeError)


def _costs(cost, v, directions, points):
    """Return C at v + Σ tᵢ · directionᵢ for each point (t₁, t₂, …) of an array (k, …)."""
    points = points.astype(v.dtype)
    if not isinstance(cost, NetworkCost):
        return cost.function(v[:, None] + np.transpose(directions) @ points.T)
    C = np.zeros(len(points))
    for part in chunks(len(cost.x)):
        x, y = as_floats(cost.x[part], v.dtype), cost.y[part]
        for k, a in enumerate(_outputs(cost.network, v, directions, points, x)):
            C[k] += np.sum((y - a) ** 2, dtype=float)
    return C / (2 * len(cost.x))


def _outputs(network, v, directions, points, x):
    """Yield a network's outputs at v + Σ tᵢ · directionᵢ for each point (t₁, t₂, …).

    Only the neurons that a direction reaches are computed anew at each point. In the first layer
    that it touches their weighted input is linear in t.
    """
    layers = list(zip(*network.layers(v), strict=True))
    changes = [list(zip(*network.layers(direction), strict=True)) for direction in directions]
    while len(layers) > 1 and not _touch(changes, slice(1)):
        w, b = layers.pop(0)
        x, changes = sigmoid(x @ w.T + b), [change[1:] for change in changes]
    (w, b), *later = layers
    z = x @ w.T + b
    delta_z = [x @ delta_w.T + delta_b for (delta_w, delta_b), *_ in changes]
    moves = np.any([delta.any(axis=0) for delta in delta_z], axis=0)
    a1 = sigmoid(z)
    if later and _touch(changes, slice(1, None)):
        moves[:] = True
    elif later:  # what the neurons that stay send on is like a bias of the next layer
        w, b = later[0]
        later[0], changes = (w[:, moves], a1[:, ~moves] @ w[:, ~moves].T + b), []
    z, delta_z = z[:, moves], [delta[:, moves] for delta in delta_z]
    for point in points:
        a = sigmoid_in_place(_add(z, point, delta_z))
        for layer, (w, b) in enumerate(later, start=1):
            w = _add(w, point, [change[layer][0] for change in changes])
            b = _add(b, point, [change[layer][1] for change in changes])
            z_next = a @ w.T
            z_next += b
            a = sigmoid_in_place(z_next)
        if not later:
            a1[:, moves] = a
            a = a1.copy()
        yield a


def _touch(changes, layers):
    """Return whether a direction changes a weight or a bias of a slice of the layers."""
    return any(w.any() or b.any() for change in changes for w, b in change[layers])


def _add(start, point, directions):
    """Return start + Σ tᵢ · directionᵢ over the directions, none or one for each tᵢ."""
    for t, direction in zip(point, directions, strict=False):
        start = start + t * direction
    return start


class Plane(NamedTuple):
    """A plane through `origin`, and where a path v (k, m) lies on it and beside it.

    `d1` and `d2`, each (m,), are orthonormal. `coordinates` (k, 2) is the point of the plane
    nearest to each v: origin + coordinates[i, 0] · d1 + coordinates[i, 1] · d2. `residual` (k,)
    is the distance of each v from that point, so from the plane. `share` (2,), each 0 to 1, is
    how much of Σ ‖v − origin‖² along the path lies in each direction; what is missing from 1
    lies off the plane. `origin` has the type of float that it was given in, the rest float64.
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
    given, path = path, check_numbers("path", path, ("k", "m"))
    _, size, directions = np.linalg.svd(path - path[-1:], full_matrices=False)
    is_flat = len(size) > 1 and size[1] > 1e-6 * size[0]
    expected = "the path must be (k, m), k > 2, m > 1, and not lie on a straight line"
    check_that(is_flat, expected, path.shape)
    d1, d2 = directions[:2]
    d1, d2 = (-d if (path[0] - path[-1]) @ d < 0 else d for d in (d1, d2))
    return plane_through(np.asarray(given)[-1], d1, d2, path)


def plane_through(origin, direction_1, direction_2, path):
    """Return the Plane through `origin` (m,) that two directions, each (m,), span.

    d1 points along direction_1, and d2 is what is left of direction_2 at a right angle to it
    (Gram-Schmidt). `path` is (k, m) with k ≥ 1. Raises ValueError for other shapes, for values
    that are not finite, and for directions that are 0 or parallel.
    """
    path = check_numbers("path", path, ("k", "m"))
    check_that(len(path) > 0 and path.shape[1] > 1, "path must be (k, m), k > 0, m > 1", path.shape)
    dtype = _float_type(origin)
    directions = {"direction_1": direction_1, "direction_2": direction_2}
    origin, d1, d2 = check_vectors(path.shape[1:], origin=origin, **directions)
    with np.errstate(invalid="ignore"):  # where a direction is 0
        d1, d2 = d1 / np.linalg.norm(d1), d2 / np.linalg.norm(d2)
    d2 = d2 - (d1 @ d2) * d1
    apart = np.linalg.norm(d2)
    check_that(apart > 1e-6, "direction_1 and direction_2 must not be 0 or parallel", apart)
    d2 = d2 - (d1 @ d2) * d1  # once more, for what rounding left
    d2 /= np.linalg.norm(d2)
    beside = path - origin
    total = np.sum(beside**2)
    coordinates = beside @ np.stack([d1, d2], axis=1)
    residual = np.linalg.norm(beside - coordinates @ [d1, d2], axis=1)
    share = np.sum(coordinates**2, axis=0) / total if total > 0 else np.zeros(2)
    return Plane(origin.astype(dtype), d1, d2, share, coordinates, residual)


def _vectors(cost, **vectors):
    """Return each vector in the first one's type of float; raise ValueError unless it is (m,)."""
    dtype = _float_type(next(iter(vectors.values())))
    return [v.astype(dtype) for v in check_vectors((check_cost(cost).m,), **vectors)]


def _float_type(v):
    """Return the type of v's entries if v is an array of floats, else float64."""
    dtype = getattr(v, "dtype", None)
    return dtype if dtype in FLOATS else np.dtype(float)
