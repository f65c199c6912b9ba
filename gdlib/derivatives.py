"""Derivatives by differences: the gradient, products with the Hessian, and how sharply C bends."""

import numpy as np

from gdlib.doors import check_cost, check_numbers, check_real, check_rng, check_that, check_vectors

ROUNDING = 4 * np.finfo(float).eps  # of C: a smaller difference is no slope
SMALLEST = 1e-12  # h: a smaller one would be lost beside v
STEP = 1e-5  # how far from v, as a length, the differences of the gradient go


def numerical_gradient(function, v, h=1e-5):
    """Return ∇C at v by central differences, (C(v + h eᵢ) − C(v − h eᵢ)) / 2h for each i.

    `function` maps v of shape (m, ...) to C of shape (...); v may be one point (m,), a path or a
    grid. The result has the shape of v. Where |vᵢ| > 1, h is taken as a share of it. Costs 2m
    evaluations of `function`; the error is of order h². A difference that is no more than the
    rounding of C counts as 0. Raises TypeError or ValueError unless v is an array of numbers,
    h at least 1e-12 (a smaller one would be lost beside v), and `function` returns numbers of
    that shape.
    """
    v, h = check_real("v", v, ("m", "...")).astype(float), check_numbers("h", h, (), SMALLEST)
    reach = h * np.maximum(1, np.abs(v))  # far from 0 a fixed h would be lost beside v
    C = np.empty((2, *v.shape))
    steps = np.empty_like(v)
    for i in range(len(v)):
        ahead, behind = v.copy(), v.copy()
        ahead[i] += reach[i]
        behind[i] -= reach[i]
        for side, at in enumerate((ahead, behind)):
            C[side, i] = check_real("what the function returns", function(at), v.shape[1:])
        steps[i] = ahead[i] - behind[i]
    difference = C[0] - C[1]
    rounding = ROUNDING * np.abs(C).max(axis=0)
    return np.where(np.abs(difference) < rounding, 0, difference) / steps


def gradient_error(cost, v):
    """Return ‖cost.gradient(v) − differences‖ / ‖differences‖ at v of shape (m, ...).

    For a right gradient this is about 1e-9; for a wrong one, about 1. Where the gradient
    vanishes the error is absolute instead of relative. Raises TypeError or ValueError for what is
    no Cost, for a v of another m, and for a gradient of another shape than v's.
    """
    v = check_real("v", v, (check_cost(cost).m, "..."))
    nabla_C = check_real("the gradient", cost.gradient(v), v.shape)
    expected = numerical_gradient(cost.function, v)
    error = np.linalg.norm(nabla_C - expected)
    size = np.linalg.norm(expected)
    return float(error / size) if size > 1e-6 else float(error)


def largest_curvature(cost, v, h=1e-5):
    """Return λ_max, the largest eigenvalue of the Hessian of C at v of shape (m,).

    The Hessian is taken by central differences of `cost.gradient`: 2m gradients and an m × m
    matrix, so for small m. Where |vᵢ| > 1, h is taken as a share of it. On C = ½ Σ λᵢvᵢ²
    gradient descent converges for η < 2/λ_max. nan where ∇C is not finite. Raises TypeError or
    ValueError for what is no Cost, for a v that is not finite numbers of shape (m,), and for
    an h below 1e-12, which would be lost beside v. (In a wide picture a large h makes sense.)
    """
    v, h = check_numbers("v", v, (check_cost(cost).m,)), check_numbers("h", h, (), SMALLEST)
    reach = h * np.maximum(1, np.abs(v))
    around = v[:, None] + np.diag(reach), v[:, None] - np.diag(reach)
    hessian = (cost.gradient(around[0]) - cost.gradient(around[1])) / (2 * reach)
    if not np.isfinite(hessian).all():
        return np.nan
    return float(np.linalg.eigvalsh((hessian + hessian.T) / 2)[-1])


def hessian_times(cost, v, direction):
    """Return the Hessian of C at v times `direction`: (m,), without the m × m Hessian.

    It is the central difference of ∇C, (∇C(v + hu) − ∇C(v − hu)) / 2h · ‖direction‖, along the
    unit vector u of the direction, in float64. For a network's cost the error is about 1e-9 of
    the result with h = 1e-5. `v` and `direction` are (m,). Costs two gradients. Raises TypeError
    or ValueError for what is no Cost, for shapes that do not fit and for values that are not
    finite.
    """
    v, direction = check_vectors((check_cost(cost).m,), v=v, direction=direction)
    length = np.linalg.norm(direction)
    if length == 0:
        return direction
    h = STEP / length * direction
    return (cost.gradient(v + h) - cost.gradient(v - h)) * (length / (2 * STEP))


def sharpness(cost, v, rng, tolerance=1e-3):
    """Return λ_max, the largest eigenvalue of the Hessian of C at v: a number.

    Gradient descent on this cost is stable along its eigenvector for η < 2/λ_max. Largest
    means furthest to the right, not largest in size: negative eigenvalues do not count. Found
    by Lanczos iteration from a random direction with full reorthogonalisation (Golub and Van
    Loan, Matrix Computations, chapter 10), until an eigenvalue is known to lie within
    tolerance · |λ| of the λ returned. (Where |λ| is below a thousandth of the most negative
    eigenvalue, that thousandth counts.) That it is the largest one is all but certain from a
    random direction, not proven. Takes some tens of `hessian_times`; see it for `cost`, `v`
    and errors. Raises ValueError unless 0 < tolerance < 1.
    """
    tolerance = float(check_real("tolerance", tolerance, ()))
    check_that(0 < tolerance < 1, "tolerance must lie between 0 and 1", tolerance)
    q = check_rng(rng).standard_normal(check_cost(cost).m)
    basis = np.empty((0, q.size))
    alpha, beta = [], []  # the diagonal of the small tridiagonal matrix, and beside it
    while True:
        q /= np.linalg.norm(q)
        basis = np.vstack([basis, q])
        q = hessian_times(cost, v, q)
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
