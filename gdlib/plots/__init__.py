"""Drawings in matplotlib: each function takes an Axes and draws one thing; none shows it."""

from gdlib.plots.digits import digit, mistakes, weight_images
from gdlib.plots.runs import accuracy_over_eta, heat_map
from gdlib.plots.style import BALL, BLUE, GHOST, GREEN, GREY, SURFACE, use_style
from gdlib.plots.surface import contour, cost_curve, graph, path, path_3d, relief, surface

__all__ = [
    "BALL",
    "BLUE",
    "GHOST",
    "GREEN",
    "GREY",
    "SURFACE",
    "accuracy_over_eta",
    "contour",
    "cost_curve",
    "digit",
    "graph",
    "heat_map",
    "mistakes",
    "path",
    "path_3d",
    "relief",
    "surface",
    "use_style",
    "weight_images",
]
