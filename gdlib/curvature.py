"""How sharply the cost of a network bends at v: its Hessian's products and largest eigenvalue."""

import copy

import numpy as np

from gdlib.arguments import check_numbers, check_rng

STEP = 1e-5  # how far from v, as a length, the differences of the gradient go


def hessian_times(network, v, direction, x, y):
    """Return the Hessian of C at v times `direction`: (m,), without the m × m Hessian.

    It is the central difference of ∇C, (∇C(v + hu) − ∇C(v − hu)) / 2h · ‖direction‖, along the
    unit vector u of the direction. It is computed in float64 whatever network.v's type: with
    h = 1e-5 the error is about 1e-9 of the result. network.v is left as it is. `v` and
    `direction` are (m,), `x` is (n, n_in), `y` (n, n_out). Costs two gradients. Raises
    ValueError for shapes that do not fit and for values that are not finite.
    """
    v = check_numbers("v", v, network.v.shape)
    direction = check_numbers("direction", direction, network.v.shape)
    length = np.linalg.norm(direction)
    if length == 0:
        return direction
    other = copy.copy(network)  # a network of its own, with a v of its own
    other._set_v(v + STEP / length * direction)
    ahead = other.gradient(x, y)
    other._set_v(v - STEP / length * direction)
    return (ahead - other.gradient(x, y)) * (length / (2 * STEP))


def sharpness(network, v, x, y, rng, tolerance=1e-3):
    """Return λ_max, the largest eigenvalue of the Hessian of C at v: a number.

    Gradient descent on all of x and y is stable along its eigenvector for η < 2/λ_max. Largest
    means furthest to the right, not largest in size: negative eigenvalues do not count. Found
    by Lanczos iteration from a random direction with full reorthogonalisation (Golub and Van
    Loan, Matrix Computations, chapter 10), until an eigenvalue is known to lie within
    tolerance · |λ| of the λ returned. (Where |λ| is below a thousandth of the most negative
    eigenvalue, that thousandth counts.) That it is the largest one is all but certain from a
    random direction, not proven. Takes some tens of `hessian_times`; see it for `v`, `x`, `y`
    and errors. Raises ValueError unless 0 < tolerance < 1.
    """
    if not 0 < check_numbers("tolerance", tolerance, ()) < 1:
        raise ValueError(f"tolerance must lie between 0 and 1, got {tolerance!r}")
    q = check_rng(rng).standard_normal(network.v.size)
    basis = np.empty((0, q.size))
    alpha, beta = [], []  # the diagonal of the small tridiagonal matrix, and beside it
    while True:
        q /= np.linalg.norm(q)
        basis = np.vstack([basis, q])
        q = hessian_times(network, v, q, x, y)
        alpha.append(basis[-1] @ q)
        for _ in range(2):  # twice is enough to make q orthogonal to all before it
            q -= basis.T @ (basis @ q)
        beta.append(np.linalg.norm(q))
        small = np.diag(alpha) + np.diag(beta[:-1], 1) + np.diag(beta[:-1], -1)
        values, vectors = np.linalg.eigh(small)
        error = beta[-1] * abs(vectors[-1, -1])
        size = max(abs(values[-1]), 1e-3 * abs(values[0]))
        if error <= tolerance * size or len(basis) == q.size:
            return float(values[-1])
