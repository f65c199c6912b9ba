"""What the front end draws on, as plain data: sliders, axes, contours, the lit surface."""

from itertools import pairwise

import contourpy
import numpy as np
from matplotlib.ticker import LogLocator, MaxNLocator

from gdlib.derivatives import largest_curvature
from gdlib.plots.surface import cost_axis, graph_points, is_level, relief, span

# The preferred numbers R40 of ISO 3: forty per decade, 1, 2 and 5 among them.
_DECADE = [
    1, 1.06, 1.12, 1.18, 1.25, 1.32, 1.4, 1.5, 1.6, 1.7, 1.8, 1.9, 2, 2.12, 2.24, 2.36, 2.5,
    2.65, 2.8, 3, 3.15, 3.35, 3.55, 3.75, 4, 4.25, 4.5, 4.75, 5, 5.3, 5.6, 6, 6.3, 6.7, 7.1,
    7.5, 8, 8.5, 9, 9.5,
]  # fmt: skip


def three_decades(end):
    """Return 121 numbers on a logarithmic scale: three decades of R40 that end at `end`."""
    decade = np.floor(np.log10(end))
    series = np.concatenate([np.multiply(_DECADE, 10.0 ** (decade + i)) for i in range(-4, 2)])
    last = np.searchsorted(series, end * (1 - 1e-3))
    return [float(f"{eta:.3g}") for eta in series[last - 120 : last + 1]]


def limit(cost):
    """Return 2/λ_max at the lowest point of the picture, or None where it is no guide to η.

    It is none if that point is no minimum inside of the picture, if it is a kink (there the
    curvature measured grows as the differences shrink), or if the ground is so flat there that
    the limit lies far beyond every η that the picture has use for.
    """
    C = _heights(cost)
    lowest = np.unravel_index(np.nanargmin(C), C.shape)
    if is_level(C) or not all(0 < i < n - 1 for i, n in zip(lowest, C.shape, strict=True)):
        return None
    width = np.ptp(cost.domain, axis=1)
    point = _look_closer(cost, np.array(cost.domain)[:, 0] + lowest * width / (len(C) - 1), width)
    with np.errstate(all="ignore"):  # C may have a hole beside its lowest point
        unit = width.min() / max(1, np.abs(point).max())  # largest_curvature multiplies it again
        fine, coarse = (largest_curvature(cost, point, h * unit) for h in (1e-3, 1e-2))
        smooth = abs(fine - coarse) < 0.25 * coarse
    return float(f"{2 / fine:.6g}") if smooth and 2 / fine < 30 * reach(cost) else None


def reach(cost):
    """Return the η at which a step from the steepest place of the picture is as wide as it.

    On a bowl in the middle of its picture that is 2/λ_max. Where the ground is level it is 1.
    """
    C = _heights(cost)
    if is_level(C):
        return 1.0
    widths = np.ptp(cost.domain, axis=1)
    slopes = np.gradient(C, *(np.linspace(0, w, n) for w, n in zip(widths, C.shape, strict=True)),
                         edge_order=2)  # fmt: skip
    slopes = [slopes] if cost.m == 1 else slopes
    with np.errstate(all="ignore"):  # beside a hole there is no slope
        steepest = max(np.nanmax(np.abs(s)) / w for s, w in zip(slopes, widths, strict=True))
        eta = float(f"{1 / steepest:.6g}")
    return eta if 1e-90 < eta < 1e90 else 1.0


def _heights(cost):
    """Return C on a grid over the picture, its axes in the order of the variables."""
    return graph_points(cost)[1] if cost.m == 1 else relief(cost).C.T


def _look_closer(cost, point, width):
    """Return the lowest point (m,) near this point of the grid, to a millionth of the picture."""
    around = np.stack(np.meshgrid(*[np.linspace(-1, 1, 9)] * len(point))).reshape(len(point), -1)
    window = width / 64
    for _ in range(60):
        near = point[:, None] + around * window[:, None]
        with np.errstate(all="ignore"):
            C = np.asarray(cost.function(near), dtype=float)
        lowest = np.argmin(np.where(np.isfinite(C), C, np.inf))
        point = near[:, lowest]
        if (np.abs(around[:, lowest]) < 1).all():  # else the lowest may lie beyond the window
            window = window / 2
        if (window < 1e-6 * width).all():
            break
    return point


def round_to_picture(v, cost):
    """Return the point v (m,) as a list, to about a thousandth of the picture of the cost."""
    return [round(float(x), places(cost) + 1) for x in v]


def places(cost):
    """Return how many decimals tell points of the picture apart: 2, or more if it is small."""
    width = min(high - low for low, high in cost.domain)
    return max(2, int(np.ceil(2 - np.log10(width))))


def slider(name, values, **marks):
    """Return a slider over values on a logarithmic scale, with marks given as text=value."""
    spread = np.log(values[-1] / values[0]) / (len(values) - 1)
    placed = [[np.log(value / values[0]) / spread, text] for text, value in marks.items()]
    return {"name": name, "values": values, "marks": placed}


def axis(low, high, label, log=False, ticks=None):
    """Return an axis with up to six ticks, each a [value, text] pair."""
    if ticks is None and not log:
        ticks = [v for v in MaxNLocator(4).tick_values(low, high) if low <= v <= high]
    elif ticks is None:
        subs = (1, 2, 5) if high / low < 1000 else (1,)
        ticks = [v for v in LogLocator(subs=subs, numticks=6).tick_values(low, high)]
    ticks = [
        [float(v), _tick_text(v, log and high / low >= 1000)] for v in ticks if low <= v <= high
    ]
    return {"low": low, "high": high, "label": label, "log": log, "ticks": ticks}


def _tick_text(value, powers):
    power = round(np.log10(value)) if powers else 0
    if -2 < power < 3:
        return f"{value:.3g}".replace("-", "−")
    return "10" + str(power).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


def valley(cost, layers=()):
    """Return the picture of the surface in three dimensions: heights and lit colours."""
    r = relief(cost)
    heights, n = r.C[::3, ::3].astype(np.float32), len(r.C) // 3
    # the mean colour of each square of 3 × 3 cells
    colours = r.lit()[: 3 * n, : 3 * n].reshape(n, 3, n, 3, 3).mean(axis=(1, 3))
    return {
        "kind": "valley",
        "name": "valley",
        "hint": "drag to turn",
        "on": "turn",
        "n": n + 1,
        "domain": cost.domain,
        "heights": heights.tobytes(),
        "colours": (colours * 255).astype(np.uint8).tobytes(),
        "layers": list(layers),
    }


def plan(cost, on="start", hint="click or drag to drop the ball", layers=("path", "arrow", "ball")):
    """Return the picture of the surface from above, on equal axes."""
    (low1, high1), (low2, high2) = cost.domain
    return {
        "kind": "plot",
        "name": "map",
        "hint": hint,
        "on": on,
        "x": axis(low1, high1, "v₁", ticks=[low1, (low1 + high1) / 2, high1]) | {"follows": "ball"},
        "y": axis(low2, high2, "v₂", ticks=[low2, high2]) | {"channel": 1, "follows": "ball"},
        "equal": True,
        "bands": _bands(relief(cost)),
        "layers": list(layers),
        "arrowLabel": "−η∇C",
    }


def graph(cost):
    """Return the picture of C over one variable, with the tangent and the move along the axis."""
    v, C = graph_points(cost)
    low, high = span(C)
    room = 0.08 * (high - low)
    return {
        "kind": "plot",
        "name": "graph",
        "hint": "click or drag to drop the ball; the line is the tangent",
        "on": "start",
        "x": axis(*cost.domain[0], "v") | {"follows": "ball"},
        "y": axis(low - room, high + room, "C") | {"channel": 2, "follows": "C"},
        "curve": [
            [float(f"{x:.5g}") for x in at]
            for at in np.column_stack([v, np.nan_to_num(C, nan=high)]).tolist()
        ],
        "layers": ["tangent", "path", "arrow", "ball"],
        "arrow": "flat",
        "arrowLabel": "Δv = −ηC′",
    }


def curve(cost, steps):
    """Return the picture of C at each step; a triangle marks each step that went uphill."""
    scale = cost_axis(cost)
    return {
        "kind": "plot",
        "name": "curve",
        "hint": "C at each step; ▲ went uphill",
        "over": "after this step C is no finite number",
        "on": None,
        "x": axis(0, steps, "step", ticks=[0, steps // 2, steps]),
        "y": axis(scale["low"], scale["high"], "C", scale["log"])
        | {"channel": 2, "follows": "path"},
        "layers": ["series", "alarm"],
    }


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
                corners = " ".join(f"{x:.0f},{y:.0f}" for x, y in points[start : end - 1])
                pieces.append(f"M{corners}Z")
        result.append([colour, "".join(pieces)])
    return result


def _bands(r):
    """Return the filled contours of a relief, the lowest first; it lies under all of the ground."""
    lowest = r.levels[:-1] - (r.levels[1] - r.levels[0]) * (np.arange(len(r.levels) - 1) == 0)
    colours = r.colours((r.levels[:-1] + r.levels[1:]) / 2)[:, :3] * 255
    names = ["#" + bytes(colour).hex() for colour in colours.astype(int).tolist()]
    return regions(r.C, lowest, names)
