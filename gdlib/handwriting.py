"""Handwriting of your own, made into an image as the images of MNIST were made."""

from operator import length_hint

import numpy as np

from gdlib.doors import check_numbers, check_that

PEN = 2.5  # width of a stroke in pixels of the image, as in MNIST
FINE = 2  # the pen draws with this many pixels for each pixel of the 20 × 20 box
BOX, SIZE = 20, 28


def ink(strokes):
    """Return the strokes, drawn with a round pen, as a grey picture: (40, 40), uint8.

    Each stroke is a sequence of points (x, y), x to the right and y down, in any unit. They are
    scaled first, so that the drawing fills the picture, and drawn then: the pen is as wide for a
    small digit as for a large one. 0 is paper, 255 ink, the edges are anti-aliased. Raises
    TypeError or ValueError for points that are not pairs of finite numbers.
    """
    check_that(np.iterable(strokes), "strokes must be a list of strokes", strokes, TypeError)
    strokes = [stroke for stroke in strokes if length_hint(stroke, 1)]  # those that have points
    strokes = [check_numbers("the points (x, y) of a stroke", each, ("n", 2)) for each in strokes]
    side, radius = FINE * BOX, FINE * PEN / 2
    if not strokes:
        return np.zeros((side, side), np.uint8)
    every = np.concatenate(strokes)
    low, extent = every.min(axis=0), np.ptp(every, axis=0).max()
    scale = (side - 2 * radius) / extent if extent > 1e-100 else 1
    y, x = np.mgrid[:side, :side] + 0.5  # the middle of each pixel
    distance = np.full((side, side), np.inf)  # to the nearest point of a stroke
    for stroke in strokes:
        p = (stroke - low) * scale + radius
        for (x0, y0), (dx, dy) in zip(p, np.diff(p, axis=0, append=p[-1:]), strict=True):
            along = ((x - x0) * dx + (y - y0) * dy) / (dx * dx + dy * dy or 1)
            along = np.clip(along, 0, 1)
            there = np.hypot(x - x0 - along * dx, y - y0 - along * dy)
            np.minimum(distance, there, out=distance)
    return np.rint(255 * np.clip(radius + 0.5 - distance, 0, 1)).astype(np.uint8)


def as_mnist(picture):
    """Return a grey picture, shape (height, width), as an image of MNIST: (28, 28), uint8.

    The part with ink is scaled, by averaging areas, so that its longer side is 20 pixels and its
    shape is kept; then it is moved, by whole pixels, so that its centre of mass lies at pixel
    (14, 14), counted from 0, as far as all of it stays in the image. Grey values run from 0
    (paper) to 255 (ink); a picture without ink gives zeros. Raises TypeError or ValueError for
    another shape or other values. Source: http://yann.lecun.com/exdb/mnist/, and MNIST's images
    themselves, which come out as they went in.
    """
    picture = check_numbers("picture", picture, ("height", "width"), 0, 255)
    picture, image = np.rint(picture), np.zeros((SIZE, SIZE), np.uint8)
    rows, columns = np.flatnonzero(picture.any(axis=1)), np.flatnonzero(picture.any(axis=0))
    if not rows.size:
        return image
    picture = picture[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    height, width = (max(1, round(BOX * n / max(picture.shape))) for n in picture.shape)
    digit = _averaging(height, len(picture)) @ picture @ _averaging(width, len(picture[0])).T
    mass = digit.sum()
    centre = (
        np.arange(height) @ digit.sum(axis=1) / mass,
        digit.sum(axis=0) @ np.arange(width) / mass,
    )
    top, left = (
        int(np.clip(np.rint(14 - c), 0, SIZE - n)) for c, n in zip(centre, digit.shape, strict=True)
    )
    image[top : top + height, left : left + width] = np.rint(digit)
    return image


def _averaging(n_out, n_in):
    """Return the matrix (n_out, n_in) that averages n_in values over n_out equal stretches."""
    edges = np.arange(n_out + 1)[:, None] * n_in / n_out
    covered = np.clip(edges - np.arange(n_in), 0, 1)  # of each pixel, left of each edge
    return np.diff(covered, axis=0) * n_out / n_in
