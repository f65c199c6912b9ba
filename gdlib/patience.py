"""What takes long says so, once: you may interrupt it."""

import time
import warnings

SECONDS = 5


class Patience:
    """Counts the seconds that something takes, and warns once when they are more than 5."""

    def __init__(self):
        self._left = SECONDS

    def spend(self, seconds, what):
        """Count these seconds; if patience ends with them, warn and say `what` took so long."""
        if 0 <= self._left < seconds:
            warnings.warn(f"{what} {SECONDS} seconds. You may interrupt it.", stacklevel=4)
        self._left -= seconds


def patiently(steps):
    """Yield 0, 1, 2, …, steps − 1; if the steps take long, warn on the way."""
    end = time.perf_counter() + SECONDS
    for k in range(steps):
        yield k
        if time.perf_counter() > end:
            end = float("inf")
            text = f"{k + 1:,d} of {steps:,d} steps took {SECONDS} seconds. You may interrupt it."
            warnings.warn(text, stacklevel=3)
