"""The surface C(v1, v2), the path of a descent on it, and C at each step."""

from dataclasses import dataclass

import numpy as np
from matplotlib import colormaps
from matplotlib.colors import LightSource, LogNorm, Normalize, PowerNorm
from matplotlib.ticker import LogLocator, MaxNLocator

from gdlib.plots.style import BALL, BLUE, GREY, SURFACE
from gdlib.words import say

LEVEL = 1e-10  # of C: ground that differs by less is drawn as level


@dataclass(frozen=True)
class Relief:
    """C on a grid over the domain of a cost, with the colours that all its pictures share.

    v1, v2 and C have shape (n, n), v1 growing along rows, and so has `height`, how high the
    pictures draw C (see `heights`). `norm` maps C to 0–1, so that half of the grid lies on either
    side of the middle colour, or, on a logarithmic scale, as the heights do; `levels` are 14 costs,
    from the lowest to the highest on the grid (see `span`), evenly spaced in colour.
    """

    v1: np.ndarray
    v2: np.ndarray
    C: np.ndarray
    height: np.ndarray
    norm: Normalize
    levels: np.ndarray

    def colours(self, C):
        """Return red, green, blue and alpha (…, 4), each 0–1, for costs C of any shape."""
        return colormaps[SURFACE](np.ma.getdata(self.norm(C)))

    def lit(self):
        """Return the colours of the grid (n, n, 3) under a lamp in the north-west."""
        lamp = LightSource(azdeg=315, altdeg=50)
        low, high = span(self.height)
        height = np.nan_to_num((self.height - low) / (high - low)) * len(self.C) * 0.45
        return lamp.shade_rgb(
            self.colours(self.C)[..., :3], height, blend_mode="soft", fraction=0.8
        )


def relief(cost, n=97):
    """Return the Relief of a cost of two variables on an n × n grid.

    Raises ValueError if the cost has not two variables, or is finite nowhere on the grid.
    """
    if cost.m != 2:
        raise ValueError(f"a surface needs a cost of 2 variables, {cost.name} has {cost.m}")
    v1, v2 = np.meshgrid(*(np.linspace(low, high, n) for low, high in cost.domain))
    with np.errstate(all="ignore"):
        C = np.asarray(cost.function(np.stack([v1, v2])), dtype=float)
    C = np.where(np.isfinite(C), C, np.nan)
    if np.isnan(C).all():
        raise ValueError(f"{cost.name} is not finite anywhere on its domain {cost.domain}")
    low, high = span(C)
    if is_level(C):
        C = np.where(np.isnan(C), C, (low + high) / 2)
    height = heights(cost, C)
    if cost.log:
        norm = LogNorm(*(10 ** np.array(span(height))))
    else:
        share = np.clip((np.nanmedian(C) - low) / (high - low), 0.01, 0.99)
        norm = PowerNorm(np.clip(np.log(0.5) / np.log(share), 0.25, 1), low, high)
    return Relief(v1, v2, C, height, norm, np.asarray(norm.inverse(np.linspace(0, 1, 14))))


def heights(cost, C):
    """Return how high pictures of this cost draw a C of any shape: C, or its logarithm."""
    with np.errstate(all="ignore"):
        return np.log10(C) if cost.log else C


def log_ticks(low, high):
    """Return round numbers between two, up to about six, for a logarithmic scale."""
    ticks = LogLocator(subs=(1, 2, 5) if high / low < 1000 else (1,), numticks=6)
    return [tick for tick in ticks.tick_values(low, high) if low <= tick <= high]


def is_level(C):
    """Tell whether heights C of any shape are all the same, but for rounding."""
    return np.nanmax(C) - np.nanmin(C) <= LEVEL * np.nanmax(np.abs(C))


def span(C):
    """Return (low, high) for a picture of heights C of any shape: the lowest and the highest.

    Level ground has room below and above it, so that there is something to draw.
    """
    low, high = np.nanmin(C), np.nanmax(C)
    room = max(1.0, abs(low)) if is_level(C) else 0.0
    return low - room, high + room


def contour(ax, cost):
    """Draw C from above: filled contours on equal axes, so that ∇C crosses them at right angles."""
    r = relief(cost)
    colours = r.colours((r.levels[:-1] + r.levels[1:]) / 2)
    ax.contourf(r.v1, r.v2, r.C, r.levels, colors=colours)
    ax.contour(r.v1, r.v2, r.C, r.levels[1:-1], colors="white", linewidths=0.5, alpha=0.45)
    ax.set(aspect="equal", xlabel="$v_1$", ylabel="$v_2$")
    ax.locator_params(nbins=5)
    ax.grid(visible=False)


def surface(ax, cost):
    """Draw C as a lit surface on an Axes with projection="3d", in logarithms if the cost is."""
    r = relief(cost)
    every = 3
    ax.plot_surface(
        r.v1, r.v2, r.height, rcount=33, ccount=33, facecolors=r.lit(), shade=False, linewidth=0
    )
    ax.plot_wireframe(
        r.v1[::every, ::every],
        r.v2[::every, ::every],
        r.height[::every, ::every],
        rcount=9,
        ccount=9,
        color="white",
        linewidth=0.5,
        alpha=0.5,
    )
    ticks = log_ticks(*span(r.C)) if cost.log else []
    ax.set(xlabel="$v_1$", ylabel="$v_2$", zticks=heights(cost, ticks))
    ax.set_zticklabels([f"{C:g}" for C in ticks])
    ax.xaxis.set_major_locator(MaxNLocator(3, steps=[1, 2, 5, 10]))
    ax.yaxis.set_major_locator(MaxNLocator(3, steps=[1, 2, 5, 10]))
    ax.zaxis.set_rotate_label(False)
    ax.set_zlabel("$C$", rotation=0)
    ax.set_box_aspect((1, 1, 0.62), zoom=0.95)
    ax.view_init(elev=28, azim=-60)
    for axis, gap in ((ax.xaxis, 3), (ax.yaxis, 3), (ax.zaxis, -3 if cost.log else -12)):
        axis.set_pane_color((0, 0, 0, 0))
        axis.labelpad = gap
    ax.tick_params(labelsize=9, pad=-2)
    ax.grid(visible=False)


def path(ax, descent, colour="white", ball=BALL, ring=False):
    """Draw a descent on a contour or a graph: straight jumps, a dot at each v, the ball last.

    Over one variable the dots lie on the graph. Points that have left the picture are not drawn
    outside it. With `ring` the jumps are dashed, and the ball is a ring.
    """
    limits = ax.get_xlim(), ax.get_ylim()
    points = descent.v.T if descent.v.shape[1] == 2 else (descent.v[:, 0], descent.C)
    ax.plot(*points, _line(ring), color=colour, markersize=3.5, linewidth=1.5)
    ax.plot(*np.transpose(points)[-1], "o", **_ball(ball, ring))
    ax.set(xlim=limits[0], ylim=limits[1])


def path_3d(ax, cost, descent, colour="white", ball=BALL, ring=False):
    """Draw a descent of two variables on the surface of a cost, while it stays in the picture.

    With `ring` the jumps are dashed, and the ball is a ring.
    """
    inside = np.isfinite(descent.C)
    for i, limits in enumerate((ax.get_xlim(), ax.get_ylim())):
        inside &= (limits[0] <= descent.v[:, i]) & (descent.v[:, i] <= limits[1])
    end = len(inside) if inside.all() else int(np.argmin(inside))
    if end:
        v, C = descent.v[:end], heights(cost, descent.C[:end])
        ax.plot(*v.T, C, _line(ring), color=colour, markersize=3, linewidth=1.5, zorder=10)
        ax.plot(*v[-1:].T, C[-1:], "o", **_ball(ball, ring), zorder=11)


def _line(ring):
    return "o--" if ring else "o-"


def _ball(colour, ring):
    """Return how the marker of a ball, or of a ring, is drawn."""
    if ring:
        return {"color": "none", "markeredgecolor": colour, "markersize": 11, "markeredgewidth": 3}
    return {"color": colour, "markeredgecolor": "white", "markersize": 10}


def cost_curve(ax, descent, axis=None, colour=BLUE, label=None, ring=False):
    """Draw C against the step, with a triangle at each step that went uphill.

    `axis` (see `cost_axis`) sets the scale and the range of C. The curve of a `ring` is dashed.
    """
    C = descent.C
    if axis is not None:
        ax.set_yscale("log" if axis["log"] else "linear")
        ax.set_ylim(axis["low"], axis["high"])
    ax.plot(C, ".--" if ring else ".-", color=colour, label=label)
    uphill = 1 + np.flatnonzero(descent.actual_change > 1e-6 * np.abs(C[:-1]))
    ax.plot(uphill, C[uphill], "^", color=BALL, markersize=7)
    ax.set(xlabel=say("step"), ylabel="$C$")


def cost_axis(cost):
    """Return the scale of C: dict(log, low, high), logarithmic where C is never negative.

    A logarithmic axis ends six powers of ten below its top, or at the lowest C of the domain.
    """
    C = graph_points(cost)[1] if cost.m == 1 else relief(cost).C
    low, high = span(C)
    if low < 0 or is_level(C):
        return {"log": False, "low": low - 0.05 * (high - low), "high": high}
    return {"log": True, "low": max(low * 0.9, high * 1e-6), "high": high * 2}


def graph_points(cost, n=201):
    """Return v (n,) and C (n,) over the domain of a cost of one variable.

    Raises ValueError if the cost has more variables, or is finite nowhere.
    """
    if cost.m != 1:
        raise ValueError(f"a graph needs a cost of 1 variable, {cost.name} has {cost.m}")
    v = np.linspace(*cost.domain[0], n)
    with np.errstate(all="ignore"):
        C = np.asarray(cost.function(v[None]), dtype=float)
    if not np.isfinite(C).any():
        raise ValueError(f"{cost.name} is not finite anywhere on its domain {cost.domain}")
    return v, np.where(np.isfinite(C), C, np.nan)


def graph(ax, cost):
    """Draw C over its one variable."""
    ax.plot(*graph_points(cost), color=GREY, linewidth=2.5)
    ax.set(xlabel="$v$", ylabel="$C$")
