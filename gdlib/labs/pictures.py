"""The pictures of a scene: axes with their ticks, contours, and the lit surface."""

from itertools import pairwise

import contourpy
import numpy as np
from matplotlib.ticker import MaxNLocator

from gdlib.doors import check_that
from gdlib.labs.film import Axis, Plot, Valley
from gdlib.labs.sayings import ground
from gdlib.plots.surface import cost_axis, graph_points, log_ticks, relief, span
from gdlib.words import say


def axis(low, high, label, channel, ticks=None, log=False, follows=""):
    """Return an Axis: `ticks` are numbers, or (number, text) pairs; by default up to six."""
    if log:
        check_that(low > 0, f"the logarithmic axis {label!r} must begin above 0", low)
    if ticks is None and log:
        ticks = log_ticks(low, high)
    elif ticks is None:
        ticks = MaxNLocator(4).tick_values(low, high)
    powers = log and high / low >= 1000
    pairs = [tick if isinstance(tick, tuple) else (tick, _text(tick, powers)) for tick in ticks]
    pairs = [(float(at), text) for at, text in pairs if low <= at <= high]
    return Axis(float(low), float(high), label, channel, pairs, log, follows)


def _text(value, powers):
    power = round(np.log10(value)) if powers else 0
    if -2 < power < 3:
        return f"{value:.3g}".replace("-", "−")
    return power_of_ten(power)


def power_of_ten(power):
    """Return 10 to a whole power as text, such as 10⁻³."""
    return "10" + str(power).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


def valley(cost, move=False):
    """Return the picture of the surface in three dimensions: heights and lit colours."""
    r = relief(cost)
    heights, n = r.height[::3, ::3].astype(np.float32), len(r.C) // 3
    # the mean colour of each square of 3 × 3 cells
    colours = r.lit()[: 3 * n, : 3 * n].reshape(n, 3, n, 3, 3).mean(axis=(1, 3))
    colours = (colours * 255).astype(np.uint8)
    ticks = axis(*span(r.C), "C", "C", log=True).ticks if cost.log else []
    return Valley(
        cost.domain, n + 1, heights.tobytes(), colours.tobytes(), move, log=cost.log, ticks=ticks,
        about=ground(cost),
    )  # fmt: skip


DROP = say("click or drag to drop the ball")


def plan(cost, hint=DROP, on="start", layers=("path", "arrow", "ball")):
    """Return the picture of the surface from above, on equal axes."""
    (low1, high1), (low2, high2) = cost.domain
    return Plot(
        "map",
        hint,
        axis(low1, high1, "v₁", "v1", [low1, (low1 + high1) / 2, high1], follows="ball"),
        axis(low2, high2, "v₂", "v2", [low2, high2], follows="ball"),
        list(layers),
        on=on,
        about=ground(cost),
        equal=True,
        bands=bands(relief(cost)),
        label="−η∇C",
    )


def graph(cost):
    """Return the picture of C over one variable, with the tangent and the move along the axis."""
    v, C = graph_points(cost)
    low, high = span(C)
    room = 0.08 * (high - low)
    points = np.column_stack([v, np.nan_to_num(C, nan=high)]).tolist()
    return Plot(
        "graph",
        say("click or drag to drop the ball; the line is the tangent"),
        axis(*cost.domain[0], "v", "v1", follows="ball"),
        axis(low - room, high + room, "C", "C", follows="C"),
        ["tangent", "path", "arrow", "ball"],
        on="start",
        about=ground(cost),
        curve=[[float(f"{x:.5g}") for x in at] for at in points],
        label="Δv = −ηC′",
        flat=True,
    )


def curve(cost, steps):
    """Return the picture of C at each step; a triangle marks each step that went uphill."""
    scale = cost_axis(cost)
    return Plot(
        "curve",
        say("C at each step; ▲ went uphill"),
        axis(0, steps, say("step"), "step", [0, steps // 2, steps]),
        axis(scale["low"], scale["high"], "C", "C", log=scale["log"], follows="path"),
        ["series", "alarm"],
        over=say("after this step C is no finite number"),
    )


def regions(field, levels, colours):
    """Return filled contours as [colour, SVG path]: for each level, where a field is above it.

    The field is (n, n), its rows along v2; the paths live in a square of 1000 × 1000.
    """
    scaled = np.linspace(0, 1000, len(field))
    generator = contourpy.contour_generator(scaled, 1000 - scaled, field, fill_type="OuterOffset")
    result = []
    for level, colour in zip(levels, colours, strict=True):
        pieces = []
        for points, offsets in zip(*generator.filled(level, np.inf), strict=True):
            for start, end in pairwise(offsets):
                pieces.append(_outline(np.rint(points[start : end - 1]).astype(int)))
        result.append([colour, "".join(pieces)])
    return result


def contour(field, level):
    """Return the contour lines of a field (n, n) at one level, an SVG path as in `regions`."""
    scaled = np.linspace(0, 1000, len(field))
    lines = contourpy.contour_generator(scaled, 1000 - scaled, field).lines(level)
    return "".join(_outline(np.rint(line).astype(int), closed=False) for line in lines)


def _outline(corners, closed=True):
    """Return an SVG path through whole numbers (n, 2): moves take half the room of places."""
    before, after = np.diff(corners, axis=0)[:-1].T, np.diff(corners, axis=0)[1:].T
    turns = before[0] * after[1] != before[1] * after[0]  # else a corner is none
    (x, y), *_ = corners = corners[np.concatenate([[True], turns, [True]])]
    moves = " ".join(f"{dx},{dy}" for dx, dy in np.diff(corners, axis=0))
    return f"M{x},{y}l{moves}" + "Z" * closed


def bands(r):
    """Return the filled contours of a relief, the lowest first; it lies under all of the ground."""
    lowest = r.levels[:-1] - (r.levels[1] - r.levels[0]) * (np.arange(len(r.levels) - 1) == 0)
    colours = r.colours((r.levels[:-1] + r.levels[1:]) / 2)[:, :3] * 255
    names = ["#" + bytes(colour).hex() for colour in colours.astype(int).tolist()]
    return regions(r.C, lowest, names)
