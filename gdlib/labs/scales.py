"""Which numbers suit a picture: learning rates for a slider, and decimals for a place."""

import numpy as np

from gdlib.derivatives import largest_curvature
from gdlib.labs.film import Slider
from gdlib.plots.surface import graph_points, is_level, relief

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


def lowest(cost):
    """Return the lowest point (m,) of the picture; None if that is at its edge, or all is level."""
    C = _heights(cost)
    at = np.unravel_index(np.nanargmin(C), C.shape)
    if is_level(C) or not all(0 < i < n - 1 for i, n in zip(at, C.shape, strict=True)):
        return None
    low, high = np.transpose(cost.domain)
    return _look_closer(cost, low + at * (high - low) / (len(C) - 1), high - low)


def limit(cost):
    """Return 2/λ_max at the lowest point of the picture, or None where it is no guide to η.

    It is none if that point is no minimum inside of the picture, if it is a kink (there the
    curvature measured grows as the differences shrink), or if the ground is so flat there that
    the limit lies far beyond every η that the picture has use for.
    """
    point = lowest(cost)
    if point is None:
        return None
    with np.errstate(all="ignore"):  # C may have a hole beside its lowest point
        # largest_curvature multiplies it again
        unit = np.ptp(cost.domain, axis=1).min() / max(1, np.abs(point).max())
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
    around = np.stack(np.meshgrid(*[np.linspace(-1, 1, 17)] * len(point))).reshape(len(point), -1)
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


def up_on_one_side(cost):
    """Return the place (m,) of the picture where a ball is dropped by default, as a list."""
    low, high = np.transpose(cost.domain)
    return round_to_picture(low + (high - low) * (0.06, 0.86)[: cost.m], cost)


def places(cost):
    """Return how many decimals tell points of the picture apart: 2, or more if it is small."""
    width = min(high - low for low, high in cost.domain)
    return max(2, int(np.ceil(2 - np.log10(width))))


def log_slider(name, values, marks=None):
    """Return a Slider over values on a logarithmic scale; `marks` maps a text to its number."""
    spread = np.log(values[-1] / values[0]) / (len(values) - 1)
    placed = [(np.log(at / values[0]) / spread, text) for text, at in (marks or {}).items()]
    return Slider(name, list(values), placed)


def nearest(values, number):
    """Return the position of the value nearest to a number, on a logarithmic scale."""
    return int(np.argmin(np.abs(np.log(values) - np.log(number))))
