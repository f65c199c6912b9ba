"""The update rule v → v − η∇C, and the path it makes when it is repeated."""

import sys
from dataclasses import dataclass
from inspect import signature
from numbers import Integral, Real

import numpy as np


def step(v, nabla_C, eta):
    """Return v′ = v − η∇C, equations (11) and (15): the only place where this is computed.

    v and nabla_C have the same shape, (m,) or (m, ...); eta is a number, or an array with a
    learning rate for each of the trailing positions.
    """
    return v - eta * nabla_C


@dataclass(frozen=True)
class Descent:
    """A path of gradient descent and what happened on it.

    With n steps taken: v (n+1, m), C (n+1,), nabla_C (n+1, m), eta (n,), and for each step
    predicted_change (n,) = −η‖∇C‖², equation (10), beside actual_change (n,). `diverged` is
    True if the path left the finite numbers; it then ends at its last finite point.
    `regime` says in words what the path did; see `regime`.
    """

    v: np.ndarray
    C: np.ndarray
    nabla_C: np.ndarray
    eta: np.ndarray
    predicted_change: np.ndarray
    actual_change: np.ndarray
    diverged: bool
    regime: str


def check_eta(eta):
    """Return eta as a float; raise TypeError or ValueError unless it is positive and finite."""
    if isinstance(eta, bool) or not isinstance(eta, Real):
        raise TypeError(f"the learning rate eta must be a number, got {eta!r}")
    if not 0 < eta <= sys.float_info.max:
        raise ValueError(f"the learning rate eta must be positive and finite, got {eta!r}")
    return float(eta)


def check_count(name, value, least=1):
    """Return value as an int; raise TypeError or ValueError unless it is a whole number ≥ least."""
    if isinstance(value, bool) or not isinstance(value, Integral):
        raise TypeError(f"{name} must be a whole number, got {value!r}")
    if value < least:
        raise ValueError(f"{name} must be at least {least}, got {value!r}")
    return int(value)


def check_start(cost, v0):
    """Return v0 as a float array (m,) at which C and ∇C make sense; raise ValueError otherwise."""
    v0 = np.array(v0, dtype=float)
    if v0.shape != (cost.m,):
        raise ValueError(
            f"{cost.name} has {cost.m} variables, so v0 must have shape ({cost.m},), got {v0.shape}"
        )
    if not np.isfinite(v0).all():
        raise ValueError(f"v0 must hold finite numbers, got {v0}")
    for what, found, shape in [
        ("C(v0)", np.asarray(cost.function(v0)), ()),
        ("the gradient at v0", np.asarray(cost.gradient(v0)), v0.shape),
    ]:
        if found.shape != shape:
            raise ValueError(f"{what} of {cost.name} must have shape {shape}, got {found.shape}")
        if found.dtype.kind not in "fiu" or not np.isfinite(found).all():
            raise ValueError(f"{what} of {cost.name} must be finite and real, got {found}")
    return v0


def gradient_descent(cost, v0, eta, steps, momentum=0.0):
    """Repeat v → v − η∇C from v0 and return the Descent, equations (11) and (15).

    v0 has shape (m,). eta is positive and finite, or a function that gives such a number: of
    the step 0, 1, 2, …, or of the step, v and ∇C (see `decaying` and `backtracking`).
    `momentum`, 0 ≤ μ < 1, adds μ times the last move to each step (Polyak 1964): a ball with
    mass and friction, for comparison. A path that leaves the finite numbers ends there, marked
    `diverged`. Raises TypeError or ValueError for an eta, a number of steps, a momentum or a v0
    that makes no sense, and for a cost that is not finite, or has the wrong shape, at v0.
    """
    v0 = check_start(cost, v0)
    if not callable(eta):
        rate = check_eta(eta)
        eta = lambda k: rate  # noqa: E731
    needed = [p for p in signature(eta).parameters.values() if p.default is p.empty]
    choose = eta if len(needed) >= 3 else lambda k, v, nabla_C: eta(k)
    walk = _walk(cost, v0, lambda *at: check_eta(choose(*at)), steps, momentum)
    return _describe(cost, *walk)


def descents(cost, v0, etas, steps, momentum=0.0):
    """Return a list with one Descent per learning rate, all from v0, walked side by side.

    etas has shape (n,). The same paths as n calls of `gradient_descent`, but each step takes
    the gradient at n points at once. Errors: as there.
    """
    v0 = check_start(cost, v0)
    etas = np.array([check_eta(eta) for eta in etas])
    v0 = np.repeat(v0[:, None], len(etas), axis=1)
    walk = _walk(cost, v0, lambda k, v, nabla_C: etas, steps, momentum)
    return [_describe(cost, *(part[..., i] for part in walk)) for i in range(len(etas))]


def destinations(cost, v, eta, steps):
    """Return where `steps` steps lead from many starts at once: v (m, ...) gives (m, ...).

    All entries of a ball that leaves the finite numbers are nan. Raises TypeError or ValueError
    as `gradient_descent` does.
    """
    eta, steps = check_eta(eta), check_count("steps", steps, least=0)
    v = np.array(v, dtype=float)
    if v.ndim == 0 or len(v) != cost.m:
        raise ValueError(f"v must have shape ({cost.m}, ...) for {cost.name}, got {v.shape}")
    with np.errstate(all="ignore"):
        for _ in range(steps):
            v = step(v, cost.gradient(v), eta)
    return np.where(np.isfinite(v).all(axis=0), v, np.nan)


def decaying(eta, half_life):
    """Return a learning rate that starts at eta and is down to half of it after half_life steps.

    η_k = η / (1 + k / half_life), after Robbins and Monro 1951. Both are positive.
    """
    eta, half_life = check_eta(eta), check_eta(half_life)
    return lambda k: eta / (1 + k / half_life)


def backtracking(cost, eta):
    """Return a learning rate that starts each step at eta and halves it until the step is good.

    Good means that C falls by at least half of what (9) promises, η‖∇C‖² (Armijo 1966).
    """
    eta = check_eta(eta)

    def choose(k, v, nabla_C):
        rate, C, slope = eta, cost.function(v), np.sum(nabla_C**2)
        while not np.array_equal(ahead := step(v, nabla_C, rate), v):
            if cost.function(ahead) - C <= -0.5 * rate * slope:
                break
            rate /= 2
        return rate

    return choose


def _walk(cost, v0, choose_eta, steps, momentum):
    """Walk from v0 (m, ...); return v, C, ∇C (steps+1 of each) and eta (steps of them)."""
    steps = check_count("steps", steps)
    if isinstance(momentum, bool) or not isinstance(momentum, Real) or not 0 <= momentum < 1:
        raise ValueError(
            f"momentum must be a number from 0 up to, not including, 1, got {momentum!r}"
        )
    v = np.full((steps + 1, *v0.shape), np.nan)
    C, nabla_C = np.full((steps + 1, *v0.shape[1:]), np.nan), v.copy()
    eta = C[1:].copy()
    v[0] = v0
    with np.errstate(all="ignore"):
        for k in range(steps + 1):
            if not np.isfinite(v[k]).any():
                break
            C[k], nabla_C[k] = cost.function(v[k]), cost.gradient(v[k])
            if k == steps or not np.isfinite(nabla_C[k]).any():
                break
            eta[k] = choose_eta(k, v[k], nabla_C[k])
            v[k + 1] = step(v[k], nabla_C[k], eta[k])
            if k > 0 and momentum:
                v[k + 1] += momentum * (v[k] - v[k - 1])
    return v, C, nabla_C, eta


def _describe(cost, v, C, nabla_C, eta):
    """Cut a walk off where it leaves the finite numbers and return it as a Descent."""
    finite = np.isfinite(C) & np.isfinite(v).all(axis=1) & np.isfinite(nabla_C).all(axis=1)
    diverged = not finite.all()
    end = int(np.argmin(finite)) if diverged else len(C)
    v, C, nabla_C, eta = v[:end], C[:end], nabla_C[:end], eta[: end - 1]
    with np.errstate(over="ignore"):  # ‖∇C‖² may overflow one step before the path ends
        predicted_change = -eta * (nabla_C[:-1] ** 2).sum(axis=1)
    return Descent(
        v, C, nabla_C, eta, predicted_change, np.diff(C), diverged, regime(cost, v, C, diverged)
    )


def regime(cost, v, C, diverged=False):
    """Say in words what a path v (n+1, m) with costs C (n+1,) does.

    - "diverges": it left the finite numbers, or went ten times farther than the picture is
      wide, or C rose and its last step is its longest.
    - "converges" or "overshoots but converges": going on for as long again at the pace of the
      last step would add less than 1 % to its extent; it overshoots if some step turned back
      by more than 90° against the one before.
    - "oscillates for ever": it turns back at most steps and C no longer falls.
    - "crawls": it is still on its way.
    """
    moves = np.diff(v, axis=0)
    with np.errstate(over="ignore"):
        lengths = np.linalg.norm(moves, axis=1)
        extent = np.linalg.norm(v - v[0], axis=1).max()
        turns_back = (moves[1:] * moves[:-1]).sum(axis=1) < 0
    width = max(high - low for low, high in set(cost.domain))
    if diverged or extent > 10 * width:
        return "diverges"
    if not lengths.any() or len(lengths) * lengths[-1] < 0.01 * extent:
        return "overshoots but converges" if turns_back.any() else "converges"
    if C[-1] > C[0] and lengths[-1] == lengths.max():
        return "diverges"
    recent = turns_back[len(turns_back) // 2 :]
    if 2 * np.count_nonzero(recent) > len(recent):
        still_falls = C[-1] < 0.99 * C[len(C) // 2]
        return "overshoots but converges" if still_falls else "oscillates for ever"
    return "crawls"
