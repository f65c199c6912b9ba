"""A film: all that a lab can show, computed beforehand and packed for the front end."""

import numpy as np

FAR = 1e30  # beyond this a film keeps the logarithm: 32 bits end at 3 · 10³⁸, a path may not
END = 1e300  # and here even the numbers of Python are about to end


def to_film(frames, start=(0, 0, 0), lengths=None, words=None):
    """Return frames (films, positions, steps, channels) as the trait `film` of a Player.

    A film has frames for every position of its slider and every step. Channels 0 and 1 are where
    the ball is, channel 2 is C there. `start` is where it is dropped. `lengths`
    (films, positions) says how many of the steps there are, by default all. `words`, (films,
    positions) or (films, positions, steps), are texts of a few words on what is on show.
    """
    frames = np.asarray(frames, dtype=float)
    if lengths is None:
        lengths = np.full(frames.shape[:2], frames.shape[2])
    words = np.full(frames.shape[:2], "") if words is None else np.array(words)
    texts, numbers = np.unique(words, return_inverse=True)
    return {
        "frames": packed(frames).tobytes(),
        "shape": frames.shape,
        "lengths": np.asarray(lengths).tolist(),
        "texts": [[mark(text), str(text)] for text in texts],
        "words": numbers.astype(np.uint8).tobytes(),
        "start": [float(x) for x in start],
    }


def packed(numbers):
    """Return numbers of any shape as float32, those beyond 10³⁰ in size by their logarithm.

    Such a number is sign · 10³⁰ · (log₁₀|x| − 29), so that it, too, is beyond 10³⁰. What is not
    finite becomes nan, of which the front end draws nothing.
    """
    size = np.abs(numbers)
    with np.errstate(all="ignore"):
        far = np.sign(numbers) * FAR * (np.log10(size) - 29)
    packed = np.where(size > FAR, far, numbers)
    return np.where(size < np.inf, packed, np.nan).astype(np.float32)


def mark(words):
    """Return the sign that goes before some words: ✓ for good, ✗ for bad, ~ for neither."""
    if not words or words.startswith(("diverges", "not ")):
        return "✗" if words else ""
    return "✓" if "converges" in words or "agree to 1 %" in words else "~"
