"""The update rule v → v − η∇C, and the path it makes when it is repeated."""

import time
import warnings
from dataclasses import dataclass
from inspect import signature

import numpy as np

from gdlib.doors import (
    check_cost,
    check_count,
    check_eta,
    check_momentum,
    check_numbers,
    check_positive,
    check_real,
)

PATIENCE = 5  # seconds until a long walk is mentioned


def step(v, nabla_C, eta, in_place=False):
    """Return v′ = v − η∇C, equations (11) and (15): the only place where this is computed.

    v and nabla_C have the same shape, (m,) or (m, ...); eta is a number, or an array with a
    learning rate for each of the trailing positions. With `in_place` no new array is made: v
    itself is moved and returned, and nabla_C is used up, it becomes η∇C.
    """
    if not in_place:
        return v - eta * nabla_C
    nabla_C *= eta
    v -= nabla_C
    return v


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


def check_start(cost, v0):
    """Return v0 as a float array (m,) at which C and ∇C make sense.

    Raises TypeError or ValueError otherwise, and for what is no Cost.
    """
    v0 = check_numbers(f"v0 of {check_cost(cost).name}", v0, (cost.m,))
    with np.errstate(all="ignore"):
        C, nabla_C = np.asarray(cost.function(v0)), np.asarray(cost.gradient(v0))
    for what, found, shape in [("C(v0)", C, ()), ("the gradient at v0", nabla_C, v0.shape)]:
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
    return _describe(cost, *_walk(cost, v0, _schedule(eta), steps, momentum))


def _schedule(eta):
    """Return a function of the step, v and ∇C that gives the learning rate, a sound one."""
    if not callable(eta):
        rate = check_eta(eta)
        return lambda k, v, nabla_C: rate
    if _takes(eta) == 3:
        return lambda k, v, nabla_C: check_eta(eta(k, v, nabla_C))
    return lambda k, v, nabla_C: check_eta(eta(k))


def _takes(eta):
    """Return how many arguments a schedule is to be called with, 1 or 3, or raise TypeError."""
    try:
        parameters = signature(eta)
    except (TypeError, ValueError):  # a function of C tells nothing of its arguments
        return 1
    places = [p for p in parameters.parameters.values() if p.kind <= p.POSITIONAL_OR_KEYWORD]
    count = 3 if sum(p.default is p.empty for p in places) == 3 else 1
    try:
        parameters.bind(*[None] * count)
    except TypeError:
        raise TypeError(
            "eta must be a number, or a function of the step k, or of k, v and nabla_C; "
            f"got a function of {parameters}"
        ) from None
    return count


def descents(cost, v0, etas, steps, momentum=0.0):
    """Return a list with one Descent per learning rate, all from v0, walked side by side.

    etas has shape (n,). The same paths as n calls of `gradient_descent`, but each step takes
    the gradient at n points at once. Errors: as there.
    """
    v0 = check_start(cost, v0)
    etas = check_real("etas", etas)
    if etas.ndim != 1:
        raise ValueError(f"etas must have shape (n,), got {etas.shape}")
    for eta in etas:
        check_eta(eta)
    v0 = np.repeat(v0[:, None], len(etas), axis=1)
    walk = _walk(cost, v0, lambda k, v, nabla_C: etas, steps, momentum)
    return [_describe(cost, *(part[..., i] for part in walk)) for i in range(len(etas))]


def destinations(cost, v, eta, steps):
    """Return where `steps` steps lead from many starts at once: v (m, ...) gives (m, ...).

    All entries of a ball that leaves the finite numbers are nan. Raises TypeError or ValueError
    as `gradient_descent` does.
    """
    eta, steps = check_eta(eta), check_count("steps", steps, least=0)
    v = check_real("v", v).astype(float)
    if v.ndim == 0 or len(v) != check_cost(cost).m:
        raise ValueError(f"v must have shape ({cost.m}, ...) for {cost.name}, got {v.shape}")
    with np.errstate(all="ignore"):
        for _ in range(steps):
            v = step(v, cost.gradient(v), eta)
    return np.where(np.isfinite(v).all(axis=0), v, np.nan)


def decaying(eta, half_life):
    """Return a learning rate that starts at eta and is down to half of it after half_life steps.

    η_k = η / (1 + k / half_life), after Robbins and Monro 1951. Both are positive.
    """
    eta, half_life = check_eta(eta), check_positive("half_life", half_life)
    return lambda k: eta / (1 + k / half_life)


def backtracking(cost, eta):
    """Return a learning rate that starts each step at eta and halves it until the step is good.

    Good means that C falls by at least half of what (9) promises, η‖∇C‖² (Armijo 1966).
    """
    cost, eta = check_cost(cost), check_eta(eta)

    def choose(k, v, nabla_C):
        rate, C, slope = eta, cost.function(v), np.sum(nabla_C**2)
        while np.isfinite(slope) and not np.array_equal(ahead := step(v, nabla_C, rate), v):
            if cost.function(ahead) - C <= -0.5 * rate * slope:
                break
            rate /= 2
        return rate

    return choose


def _walk(cost, v0, choose_eta, steps, momentum):
    """Walk from v0 (m, ...); return v, C, ∇C (steps+1 of each) and eta (steps of them)."""
    steps, momentum = check_count("steps", steps), check_momentum(momentum)
    v = np.full((steps + 1, *v0.shape), np.nan)
    C, nabla_C = np.full((steps + 1, *v0.shape[1:]), np.nan), v.copy()
    eta = C[1:].copy()
    v[0] = v0
    patience = time.perf_counter() + PATIENCE
    with np.errstate(all="ignore"):
        for k in range(steps + 1):
            C[k], nabla_C[k] = cost.function(v[k]), cost.gradient(v[k])
            finite = np.logical_and.reduce(np.isfinite(nabla_C[k]))  # for each path
            if k == steps or not finite.any():
                break
            if time.perf_counter() > patience:
                patience = np.inf  # it is said once
                text = f"{k:,d} of {steps:,d} steps took {PATIENCE} seconds. You may interrupt."
                warnings.warn(text, stacklevel=3)
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

    - "diverges": it left the finite numbers, or ended farther from the picture than it began
      by ten times the picture's width, or C rose and its last step is its longest. (A cost
      without a picture has its start for the middle, and ‖v₀‖, or 1, for the width.)
    - "stays: ∇C is 0": it never moves.
    - "runs off downhill for ever": it has left the picture on a straight line, at an even pace,
      and C falls: on a plane there is no bottom.
    - "converges" or "overshoots but converges": going on for as long again at the pace of the
      last step would add less than 1 % to its extent; it overshoots if some step turned back
      by more than 90° against the one before.
    - "oscillates for ever": it turns back at most steps and C no longer falls.
    - "crawls": it is still on its way.

    Raises TypeError or ValueError for what is no path of the cost, or is not finite.
    """
    v, C, m = check_real("v", v), check_real("C", C), check_cost(cost).m
    fit = C.ndim == 1 and C.size and v.shape == (len(C), m)
    if not fit or not np.isfinite(C).all() or not np.isfinite(v).all():
        raise ValueError(
            f"a path must be finite v of shape (n + 1, {m}) and C of shape (n + 1,), got shapes "
            f"{v.shape} and {C.shape}"
        )
    moves = np.diff(v, axis=0)
    with np.errstate(over="ignore"):
        lengths = np.linalg.norm(moves, axis=1)
        extent = np.linalg.norm(v - v[0], axis=1).max()
        middle, width = _picture(cost, v[0])
        away = np.linalg.norm(v[[0, -1]] - middle, axis=1)  # at the start, and at the end
        turns_back = (moves[1:] * moves[:-1]).sum(axis=1) < 0
    if diverged:
        return "diverges"
    if not lengths.any():
        return "stays: ∇C is 0"
    even = len(moves) > 2 and np.abs(moves - moves[0]).max() < 1e-6 * lengths[0]
    if even and C[-1] < C[0] and away[1] > width:
        return "runs off downhill for ever"
    if away[1] > away[0] + 10 * width:
        return "diverges"
    if len(lengths) * lengths[-1] < 0.01 * extent:
        return "overshoots but converges" if turns_back.any() else "converges"
    if C[-1] > C[0] and lengths[-1] == lengths.max():
        return "diverges"
    recent = turns_back[len(turns_back) // 2 :]
    if 2 * np.count_nonzero(recent) > len(recent):
        still_falls = C[-1] < 0.99 * C[len(C) // 2]
        return "overshoots but converges" if still_falls else "oscillates for ever"
    return "crawls"


def _picture(cost, start):
    """Return the middle of the picture, (m,), and its width; without one, what start measures."""
    if cost.domain is None:
        return start, max(1.0, float(np.linalg.norm(start)))
    low, high = np.transpose(cost.domain)
    return (low + high) / 2, (high - low).max()
