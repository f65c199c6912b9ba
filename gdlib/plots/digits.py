"""Pictures of digits, of the weights that look at them, and of the mistakes."""

import numpy as np

from gdlib.plots.style import BALL, GREY
from gdlib.words import say


def digit(ax, image, title=None):
    """Draw one image, shape (784,), as ink on paper, with an optional title above."""
    ax.imshow(np.reshape(image, (28, 28)), cmap="gray_r", vmin=0, vmax=255)
    ax.set_axis_off()
    if title is not None:
        ax.set_title(title, fontsize=10, pad=2)


def weight_images(axes, weights):
    """Draw rows of weights (n, 784) as 28 × 28 pictures on a common scale.

    Brown excites the neuron, purple silences it; the strongest hundredth is drawn alike.
    """
    limit = np.percentile(np.abs(weights), 99)
    for ax, w in zip(np.ravel(axes), weights, strict=False):
        ax.imshow(w.reshape(28, 28), cmap="PuOr_r", vmin=-limit, vmax=limit)
        ax.set_axis_off()


def mistakes(axes, images, labels, outputs):
    """Draw one misread digit per Axes: what the network says, and what it is.

    images (n, 784), labels (n,), outputs (n, 10): the mistakes only, in the order to draw.
    """
    for ax, image, label, a in zip(np.ravel(axes), images, labels, outputs, strict=False):
        digit(ax, image)
        ax.set_title(f"{a.argmax()}", color=BALL, fontsize=13, fontweight="bold", pad=3)
        ax.text(
            0.5,
            -0.08,
            say("is {label}", label=label),
            transform=ax.transAxes,
            ha="center",
            va="top",
            color=GREY,
        )
