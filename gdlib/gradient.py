"""The gradient by differences: slow, general, and independent of any formula."""

import numpy as np

from gdlib.arguments import check_numbers, check_real


def numerical_gradient(function, v, h=1e-5):
    """Return ∇C at v by central differences, (C(v + h eᵢ) − C(v − h eᵢ)) / 2h for each i.

    `function` maps v of shape (m, ...) to shape (...); v may be one point (m,), a path or a
    grid. The result has the shape of v. Costs 2m evaluations of `function`; the error is of
    order h². Raises TypeError or ValueError if v is not numbers or has no entries, h is not
    positive, or `function` returns another shape.
    """
    v = check_real("v", v).astype(float)
    if v.ndim == 0 or v.shape[0] == 0:
        raise ValueError(f"v must have shape (m, ...) with m at least 1, got shape {v.shape}")
    h = _check_h(h)
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
    v = check_real("v", v)
    if v.shape[:1] != (cost.m,):
        raise ValueError(f"v must have shape ({cost.m}, ...), got {v.shape}")
    expected = numerical_gradient(cost.function, v)
    error = np.linalg.norm(np.asarray(cost.gradient(v)) - expected)
    size = np.linalg.norm(expected)
    return float(error / size) if size > 1e-6 else float(error)


def largest_curvature(cost, v, h=1e-5):
    """Return λ_max, the largest eigenvalue of the Hessian of C at v of shape (m,).

    The Hessian is taken by central differences of `cost.gradient`: 2m gradients and an m × m
    matrix, so for small m. On C = ½ Σ λᵢvᵢ² gradient descent converges for η < 2/λ_max. Raises
    TypeError or ValueError for a v or an h that does not fit. nan where ∇C is not finite.
    """
    v, h = check_numbers("v", v, (cost.m,)), _check_h(h)
    around = v[:, None] + h * np.eye(len(v)), v[:, None] - h * np.eye(len(v))
    hessian = (cost.gradient(around[0]) - cost.gradient(around[1])) / (2 * h)
    if not np.isfinite(hessian).all():
        return np.nan
    return float(np.linalg.eigvalsh((hessian + hessian.T) / 2)[-1])


def _check_h(h):
    h = check_numbers("h", h, ())
    if h < 1e-12:
        raise ValueError(f"h must be at least 1e-12, else it is lost beside v; got {h}")
    return float(h)
