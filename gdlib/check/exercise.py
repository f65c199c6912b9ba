"""One exercise: the right answer, the known mistakes with what to say of each, and the hints."""

import numpy as np

NOT_YET = "Not attempted yet. Replace the ... and run this cell again."


class Exercise:
    """Judge a learner's function by what it returns, in the terms of the mistake that was made.

    `right` is a right function; `mistakes` maps what to say to a function that makes the
    mistake; `trials` holds tuples of arguments, on which right and wrong ones differ; `hints`
    are given one at a time, one for each failed call. The answer itself is never shown.
    """

    def __init__(self, right, mistakes, hints, trials):
        self.right, self.mistakes, self.hints, self.trials = right, mistakes, hints, trials
        self._failed = 0

    def __call__(self, answer):
        """Print what is to be said of an answer, and the next hint if it is wrong."""
        passed, text = self.judge(answer)
        print(text)
        if passed is False and self.hints:
            number = min(self._failed, len(self.hints) - 1)
            print(f"Hint {number + 1} of {len(self.hints)}: {self.hints[number]}")
            self._failed += 1

    def judge(self, answer):
        """Return (passed, text): passed is True, False, or None if nothing was attempted."""
        if answer is None or answer is ...:
            return None, NOT_YET
        if not callable(answer):
            return False, f"Expected a function, got {answer!r}."
        returned = []
        for trial in self.trials:
            shown = ", ".join(_show(x) for x in trial if not callable(x))
            try:
                value = answer(*(np.copy(x) if isinstance(x, np.ndarray) else x for x in trial))
            except Exception as error:  # a learner's function may raise anything
                return False, f"For {shown} your function raised {type(error).__name__}: {error}"
            if value is None or value is ...:
                return None, NOT_YET
            expected = np.asarray(self.right(*trial), dtype=float)
            try:
                value = np.asarray(value, dtype=float)
            except (TypeError, ValueError):
                return False, f"For {shown} your function returned {value!r}, which is no number."
            if value.shape != expected.shape:
                return False, (
                    f"For {shown} your function returned something of shape {value.shape}; "
                    f"the answer has shape {expected.shape}."
                )
            returned.append(value)
        if self._same(returned, self.right):
            return True, "Right."
        for text, wrong in self.mistakes.items():
            if self._same(returned, wrong):
                return False, f"Not yet. {text}"
        shown = ", ".join(_show(x) for x in self.trials[0] if not callable(x))
        return False, f"Not yet. For {shown} your function returned {_show(returned[0])}"

    def _same(self, returned, function):
        """Tell whether a function returns these values on all trials."""
        expected = [np.asarray(function(*trial), dtype=float) for trial in self.trials]
        return all(
            value.shape == other.shape and np.allclose(value, other, rtol=1e-6, atol=1e-9)
            for value, other in zip(returned, expected, strict=True)
        )


def _show(value):
    return np.array2string(np.asarray(value), precision=4, separator=", ")
