"""What a lab says to those who hear it: a sentence for each moment of a film, and the ground."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from gdlib.labs import scales
from gdlib.labs.film import stacked
from gdlib.plots.surface import graph_points, is_level, relief
from gdlib.words import say

MOST = 4  # valleys, hills, or corners that are named

# Of a ball, by the kind of the moment; {before} is C before the step.
SAYINGS = {
    "start": say("The ball lies at {place}, where C = {C}."),
    "step": say("Step {step} leads to {place}: C goes from {before} to {C}."),
    "crosses": say(
        "Step {step} crosses the valley and turns back, to {place}: C goes from {before} to {C}."
    ),
    "rises": say("Step {step} goes uphill, to {place}: C rises from {before} to {C}."),
    "end": say("The end, at step {step}. It {word}. C = {C} at {place}."),
}


def moments(films, steps):
    """Return the `moments` of a Film from its films, lists of Descents, over so many steps.

    A step "rises" where C does, and "crosses" the valley where it turns back by more than 90°
    against the step before.
    """
    masks = stacked([[_kinds(descent) for descent in film] for film in films], steps)
    return {kind: mask > 0 for kind, mask in masks.items()}  # what is missing is nan


def _kinds(descent):
    """Return of each kind the mask (n+1,) of the n steps, which lead to places 1 … n."""
    moves = np.diff(descent.v, axis=0)
    crosses = (moves[1:] * moves[:-1]).sum(axis=1) < 0  # from the second step on
    rises = descent.actual_change > 1e-12 * np.abs(descent.C[:-1])  # more than rounding
    n = len(descent.v)
    return {kind: np.append(np.zeros(n - len(mask)), mask)
            for kind, mask in (("crosses", crosses), ("rises", rises))}  # fmt: skip


def ground(cost):
    """Say in a few sentences where the valleys and the hills of a cost of one or two variables lie.

    They are those of the grid that the pictures are drawn on, and no more than four of a kind.
    """
    if cost.m == 1:
        v, C = graph_points(cost)
        places, C = v[None], np.asarray(C, dtype=float)
    else:
        r = relief(cost)
        places, C = np.stack([r.v1, r.v2]), r.C
    digits = scales.places(cost)
    if is_level(C):
        return say("The ground is level: C is {C} all over.", C=_number(np.nanmean(C)))

    def at(indices):
        pairs = [", ".join(f"{x + 0:.{digits}f}" for x in places[:, *i]) for i in indices]
        *first, last = [f"({pair})" if cost.m > 1 else pair for pair in pairs]
        pairs = say("{first} and {last}", first=", ".join(first), last=last) if first else last
        return pairs.replace("-", "−")

    def extreme(C):
        level = np.abs(C - np.nanmax(C)) <= 1e-9 * np.ptp(C[np.isfinite(C)])
        return [tuple(index) for index in np.argwhere(level).tolist()][:MOST]

    lowest, highest = extreme(-C), extreme(C)
    bottoms, hills = _peaks(-C), _peaks(C)
    edge = "" if lowest[0] in bottoms else ", " + say("on the edge of the picture")
    sentences = [
        say(
            "The ground is lowest at {place}, where C is {C}{edge}.",
            place=at(lowest),
            C=_number(C[lowest[0]]),
            edge=edge,
        ),
        say(
            "It is highest at {place}, where C is {C}.",
            place=at(highest),
            C=_number(C[highest[0]]),
        ),
    ]
    if others := [place for place in bottoms if place not in lowest]:
        sentences.append(say("There is a valley at {places} too.", places=at(others)))
    if hills:
        sentences.append(say("There is a hill at {places}.", places=at(hills)))
    return " ".join(sentences)


def _number(x):
    return f"{x:.3g}".replace("-", "−", int(x < 0))


def _peaks(height):
    """Return the indices of the places, the highest first, that stand out: none near is higher.

    Near is within a twelfth of the picture. The edge is left out: what is beyond is not known.
    """
    near = len(height) // 12
    filled = np.where(np.isfinite(height), height, -np.inf)
    windows = sliding_window_view(
        np.pad(filled, near, constant_values=-np.inf), [2 * near + 1] * height.ndim
    )
    peaks = np.isfinite(height) & (filled == windows.max(axis=tuple(range(-height.ndim, 0))))
    inside = np.pad(np.ones(np.subtract(height.shape, 2), bool), 1)
    found = []
    for place in sorted(map(tuple, np.argwhere(peaks & inside).tolist()), key=lambda i: -height[i]):
        if all(np.max(np.abs(np.subtract(place, other))) > near for other in found):
            found.append(place)  # of some that are as high, one
    return found[:MOST]
