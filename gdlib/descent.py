"""The update rule v → v − η∇C, and the path it makes when it is repeated."""

from dataclasses import dataclass

import numpy as np

from gdlib.doors import (
    check_cost,
    check_count,
    check_eta,
    check_momentum,
    check_real,
    check_start,
    check_that,
)
from gdlib.own_function import OwnRule
from gdlib.patience import patiently
from gdlib.regime import regime


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
    `regime` says in words what the path did; see `gdlib.regime`.
    """

    v: np.ndarray
    C: np.ndarray
    nabla_C: np.ndarray
    eta: np.ndarray
    predicted_change: np.ndarray
    actual_change: np.ndarray
    diverged: bool
    regime: str


def gradient_descent(cost, v0, eta, steps, momentum=0.0, rule=step):
    """Repeat v → v − η∇C from v0 and return the Descent, equations (11) and (15).

    v0 has shape (m,). eta is a number, positive and finite, or a function eta(k, v, nabla_C) that
    returns one for step k = 0, 1, 2, … (see `gdlib.rates`). `momentum`, 0 ≤ μ < 1, adds μ times
    the last move to each step (Polyak 1964): a ball with mass and friction, for comparison. A
    path that leaves the finite numbers ends there, marked `diverged`. `rule(v, nabla_C, eta)` may
    be one of your own: it returns the next v, shape (m,), and depends on nothing but what it is
    given. What is promised, −η‖∇C‖², stays that of `step`. Raises TypeError or
    ValueError for an eta, a number of steps, a momentum, a rule or a v0 that makes no sense, and
    for a cost that is not finite, or has the wrong shape, at v0; and OwnFunctionError, a
    ValueError, for a rule that fails.
    """
    rule = _check_rule(rule)
    v = before = check_start(cost, v0)  # before: where the ball was one step ago
    steps, momentum = check_count("steps", steps), check_momentum(momentum)
    eta = eta if callable(eta) else check_eta(eta)
    with np.errstate(all="ignore"):  # a path that diverges leaves the finite numbers
        C, nabla_C = cost.function(v), np.array(cost.gradient(v))
        path, etas = [(v, C, nabla_C)], []
        for k in patiently(steps):
            rate = _learning_rate(eta, k, v, nabla_C)
            v, before = rule(v, nabla_C, rate) + momentum * (v - before), v
            C, nabla_C = cost.function(v), np.array(cost.gradient(v))
            path.append((v, C, nabla_C))
            etas.append(rate)
            if not np.isfinite(nabla_C).all():
                break
    return _describe(cost, *zip(*path, strict=True), etas)


def descents(cost, v0, etas, steps, momentum=0.0, rule=step):
    """Return a list with one Descent per learning rate, all from v0, walked side by side.

    etas has shape (n,). The same paths as n calls of `gradient_descent`, but each step takes
    the gradient at n points at once. Errors: as there.
    """
    rule = _check_rule(rule)
    v0 = check_start(cost, v0)
    etas = np.array([check_eta(eta) for eta in check_real("etas", etas, ("n",))])
    steps, momentum = check_count("steps", steps), check_momentum(momentum)
    v, nabla_C = np.full((2, steps + 1, cost.m, len(etas)), np.nan)
    C = np.full((steps + 1, len(etas)), np.nan)
    v[0] = v0[:, None]
    with np.errstate(all="ignore"):
        C[0], nabla_C[0] = cost.function(v[0]), cost.gradient(v[0])
        for k in patiently(steps):
            v[k + 1] = rule(v[k], nabla_C[k], etas) + momentum * (v[k] - v[max(0, k - 1)])
            C[k + 1], nabla_C[k + 1] = cost.function(v[k + 1]), cost.gradient(v[k + 1])
            if not np.isfinite(nabla_C[k + 1]).all(axis=0).any():
                break  # the last of the paths has left the finite numbers
    return [
        _describe(cost, v[..., i], C[:, i], nabla_C[..., i], np.full(steps, eta))
        for i, eta in enumerate(etas)
    ]


def destinations(cost, v, eta, steps):
    """Return where `steps` steps lead from many starts at once: v (m, ...) gives (m, ...).

    All entries of a ball that leaves the finite numbers are nan. Raises TypeError or ValueError
    as `gradient_descent` does.
    """
    v = check_real(f"v of {check_cost(cost).name}", v, (cost.m, "...")).astype(float)
    eta, steps = check_eta(eta), check_count("steps", steps, least=0)
    with np.errstate(all="ignore"):
        for _ in range(steps):
            v = step(v, cost.gradient(v), eta)
    return np.where(np.isfinite(v).all(axis=0), v, np.nan)


def _learning_rate(eta, k, v, nabla_C):
    """Return the learning rate of step k: eta, or what the function eta says of it."""
    if not callable(eta):
        return eta
    try:
        return check_eta(eta(k, v, nabla_C))
    except TypeError as error:
        expected = "eta must be a number, or a function of k, v and nabla_C that returns one"
        raise TypeError(f"{expected}, but eta(k, v, nabla_C) said: {error}") from error


def followed(cost, v, eta):
    """Return the Descent of a path v (n+1, m) that was walked by some other code.

    eta is the learning rate that it was walked with, for what (10) would have promised of its
    steps. Raises TypeError or ValueError for arguments that do not fit.
    """
    v = check_real(f"v of {check_cost(cost).name}", v, ("n + 1", cost.m)).astype(float)
    check_that(len(v), "a path must have one place or more", v)
    with np.errstate(all="ignore"):
        C, nabla_C = cost.function(v.T), np.transpose(cost.gradient(v.T))
    return _describe(cost, v, C, nabla_C, np.full(len(v) - 1, check_eta(eta)))


def _check_rule(rule):
    """Return the rule as one that takes a point or many: `step` does, yours is made to."""
    return rule if rule is step or isinstance(rule, OwnRule) else OwnRule(rule)


def _describe(cost, v, C, nabla_C, eta):
    """Cut a path off where it leaves the finite numbers and return it as a Descent."""
    v, C, nabla_C, eta = (np.array(part, dtype=float) for part in (v, C, nabla_C, eta))
    finite = np.isfinite(C) & np.isfinite(v).all(axis=1) & np.isfinite(nabla_C).all(axis=1)
    diverged = not finite.all()
    end = int(np.argmin(finite)) if diverged else len(C)
    v, C, nabla_C, eta = v[:end], C[:end], nabla_C[:end], eta[: end - 1]
    with np.errstate(over="ignore"):  # ‖∇C‖² may overflow one step before the path ends
        predicted_change = -eta * (nabla_C[:-1] ** 2).sum(axis=1)
    word = regime(cost, v, C, diverged)
    if word.startswith("stays") and nabla_C.any():  # a rule of your own may rest on a slope
        word = "stays where it is"
    return Descent(v, C, nabla_C, eta, predicted_change, np.diff(C), diverged, word)
