"""The one look of all figures: colours safe for colour-blind eyes, type legible on a projector."""

import matplotlib as mpl

# Okabe and Ito's palette, https://jfly.uni-koeln.de/color/; cividis is safe for all eyes too.
BLUE, BALL, GREEN, GREY, GHOST = "#0072b2", "#d55e00", "#009e73", "#6b7280", "#a6377d"
SURFACE = "cividis"

_RC = {
    "figure.dpi": 110,
    "figure.figsize": (7.5, 3.6),
    "figure.constrained_layout.use": True,
    "font.size": 12,
    "mathtext.fontset": "dejavuserif",
    "axes.prop_cycle": mpl.cycler(color=[BLUE, BALL, GREEN, "#cc79a7", GREY]),
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": GREY,
    "axes.titlesize": 12,
    "axes.grid": True,
    "grid.color": "#d8dadf",
    "grid.linewidth": 0.8,
    "lines.linewidth": 2,
    "legend.frameon": False,
}


def use_style():
    """Set the course's style for all figures that follow."""
    mpl.rcParams.update(_RC)


def style():
    """Return a context manager that sets the course's style for a while."""
    return mpl.rc_context(_RC)
