"""What a sweep found: accuracy over η with its spread, and the map over η and mini-batch size."""

import numpy as np
from matplotlib.patches import Rectangle

from gdlib.plots.style import BALL, BLUE, GREY, SURFACE
from gdlib.words import say

LEARNS = 0.8  # a mean accuracy above this is called learning


def mean_accuracy(records):
    """Return (etas, sizes, mean): the values in order, and the mean accuracy (sizes, etas).

    The mean is over the seeds. Runs that failed do not count; where none is left it is nan.
    Raises ValueError if no record has eta, mini_batch_size and accuracy.
    """
    runs = [record for record in records if {"eta", "mini_batch_size", "accuracy"} <= record.keys()]
    if not runs:
        raise ValueError("expected records with eta, mini_batch_size and accuracy, got none")
    etas, sizes = (sorted({run[name] for run in runs}) for name in ("eta", "mini_batch_size"))
    total, count = np.zeros((2, len(sizes), len(etas)))
    for run in runs:
        cell = sizes.index(run["mini_batch_size"]), etas.index(run["eta"])
        total[cell] += run["accuracy"]
        count[cell] += 1
    return etas, sizes, np.divide(total, count, out=np.full(total.shape, np.nan), where=count > 0)


def accuracy_over_eta(ax, records):
    """Draw the accuracy of each run over η, the mean over seeds, and where training learns.

    The records are of one mini-batch size. η crawls below the part that learns, and saturates
    above it.
    """
    etas, _, mean = mean_accuracy(records)
    for record in records:
        if "accuracy" in record:
            ax.plot(record["eta"], 100 * record["accuracy"], "o", color=BLUE, alpha=0.4, ms=5)
    mean = mean.mean(axis=0)
    ax.plot(etas, 100 * mean, color=BLUE)
    learns = np.flatnonzero(mean > LEARNS)
    edges = [etas[0], etas[-1]]
    if len(learns):
        for i, (inner, outer) in enumerate(((learns[0], -1), (learns[-1], 1))):
            if 0 <= inner + outer < len(etas):
                edges[i] = np.sqrt(etas[inner] * etas[inner + outer])
                ax.axvline(edges[i], color=GREY, linestyle="--", linewidth=1)
        words = [
            (say("crawls"), etas[0], edges[0]),
            (say("learns"), *edges),
            (say("saturates"), edges[1], etas[-1]),
        ]
        for word, low, high in words:
            if high > low:
                ax.text(np.sqrt(low * high), 103, word, ha="center", color=GREY)
    ax.set(xscale="log", ylim=(0, 112), yticks=range(0, 101, 20))
    ax.set(xlabel=say("learning rate $\\eta$"), ylabel=say("test images read, %"))


def heat_map(ax, records):
    """Draw the mean accuracy in per cent over η and mini-batch size; a frame marks a row's best."""
    etas, sizes, mean = mean_accuracy(records)
    ax.imshow(100 * mean, cmap=SURFACE, vmin=0, vmax=100, aspect="auto", origin="lower")
    for i, row in enumerate(100 * mean):
        for j, value in enumerate(row):
            colour = "black" if value > 60 else "white"
            ax.text(j, i, f"{value:.0f}", ha="center", va="center", color=colour, fontsize=10)
        if np.isfinite(row).any():
            best = int(np.nanargmax(row))
            ax.add_patch(Rectangle((best - 0.46, i - 0.44), 0.92, 0.88, fill=False, ec=BALL, lw=3))
    ax.set_xticks(range(len(etas)), [f"{eta:g}" for eta in etas])
    ax.set_yticks(range(len(sizes)), sizes)
    ax.set(xlabel=say("learning rate $\\eta$"), ylabel=say("mini-batch size"))
    ax.grid(visible=False)
