"""The gradient by differences: slow, general, and independent of any formula."""

import numpy as np


def numerical_gradient(function, v, h=1e-5):
    """Return ∇C at v by central differences, (C(v + h eᵢ) − C(v − h eᵢ)) / 2h for each i.

    `function` maps v of shape (m, ...) to shape (...); v may be one point (m,), a path or a
    grid. The result has the shape of v. Costs 2m evaluations of `function`; the error is of
    order h². Raises ValueError if v has no entries, h is not positive, or `function` returns
    another shape.
    """
    v = np.asarray(v, dtype=float)
    if v.ndim == 0 or v.shape[0] == 0:
        raise ValueError(f"v must have shape (m, ...) with m at least 1, got shape {v.shape}")
    if not h > 0:
        raise ValueError(f"h must be a positive number, got {h!r}")
    nabla_C = np.empty_like(v)
    for i in range(v.shape[0]):
        ahead, behind = v.copy(), v.copy()
        ahead[i] += h
        behind[i] -= h
        difference = np.subtract(function(ahead), function(behind))
        if difference.shape != v.shape[1:]:
            raise ValueError(
                f"for v of shape {v.shape} the function must return shape {v.shape[1:]}, "
                f"it returned {difference.shape}"
            )
        nabla_C[i] = difference / (ahead[i] - behind[i])
    return nabla_C


def gradient_error(cost, v):
    """Return ‖cost.gradient(v) − differences‖ / ‖differences‖ at v of shape (m, ...).

    For a right gradient this is about 1e-9; for a wrong one, about 1. Where the gradient
    vanishes the error is absolute instead of relative. Errors: see `numerical_gradient`.
    """
    expected = numerical_gradient(cost.function, v)
    error = np.linalg.norm(np.asarray(cost.gradient(v)) - expected)
    size = np.linalg.norm(expected)
    return float(error / size) if size > 1e-6 else float(error)


def largest_curvature(cost, v, h=1e-5):
    """Return λ_max, the largest eigenvalue of the Hessian of C at v of shape (m,).

    The Hessian is taken by central differences of `cost.gradient`: 2m gradients and an m × m
    matrix, so for small m. On C = ½ Σ λᵢvᵢ² gradient descent converges for η < 2/λ_max.
    """
    v = np.asarray(v, dtype=float)
    around = v[:, None] + h * np.eye(len(v)), v[:, None] - h * np.eye(len(v))
    hessian = (cost.gradient(around[0]) - cost.gradient(around[1])) / (2 * h)
    return float(np.linalg.eigvalsh((hessian + hessian.T) / 2)[-1])
