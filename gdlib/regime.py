"""Words for what a path of gradient descent did."""

import numpy as np

from gdlib.doors import check_cost, check_real


def regime(cost, v, C, diverged=False):
    """Say in words what a path v (n+1, m) with costs C (n+1,) did.

    `diverged` says of a path that it left the finite numbers after its last point. The words are

    - "diverges": it left the finite numbers, or ended farther from the picture than it began
      by ten times the picture's width, or C rose and its last step is its longest. (A cost
      without a picture has its start for the middle, and ‖v₀‖, or 1, for the width.)
    - "stays: ∇C is 0": it never moves.
    - "runs off downhill for ever": it has left the picture on a straight line, at an even pace,
      and C falls: on a plane there is no bottom.
    - "converges" or "overshoots but converges": going on for as long again at the pace of the
      last step would add less than 1 % to its extent, and that pace still falls: in the second
      half of the steps to less than half, or it is next to nothing. It overshoots if some step
      turned back by more than 90° against the one before.
    - "oscillates for ever": it turns back at most steps and C no longer falls.
    - "crawls": it is still on its way.

    Raises TypeError or ValueError for what is no Cost, and for a v and a C that are no numbers
    or do not fit together.
    """
    v = check_real("v", v, ("n + 1", check_cost(cost).m))
    C = check_real("C", C, (len(v),))
    if diverged or not (np.isfinite(v).all() and np.isfinite(C).all()):
        return "diverges"
    moves = np.diff(v, axis=0)
    if not moves.any():
        return "stays: ∇C is 0"
    power = -np.frexp(np.abs(moves).max())[1]  # in their own size: squares of tiny ones are 0
    moves = np.ldexp(moves, power)
    with np.errstate(over="ignore"):
        lengths = np.linalg.norm(moves, axis=1)
        extent = np.linalg.norm(np.ldexp(v - v[0], power), axis=1).max()
        middle, width = _picture(cost, v[0])
        away = np.linalg.norm(v[[0, -1]] - middle, axis=1)  # at the start, and at the end
        turns_back = (moves[1:] * moves[:-1]).sum(axis=1) < 0
    even = len(moves) > 2 and np.abs(moves - moves[0]).max() < 1e-6 * lengths[0]
    if even and C[-1] < C[0] and away[1] > width:
        return "runs off downhill for ever"
    if away[1] > away[0] + 10 * width:
        return "diverges"
    on_its_way = len(lengths) * lengths[-1] / extent
    slows_down = lengths[-1] < lengths[len(lengths) // 2] / 2 or on_its_way < 1e-9
    if on_its_way < 0.01 and slows_down:
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
