"""What an exercise is: it judges an answer in the terms of the mistake, and gives hints."""

import copy

import numpy as np

NOT_YET = "Not attempted yet. Replace the ... and run this cell again."


class Exercise:
    """Judge an answer; say what is wrong in the terms of the mistake; never show the answer.

    `right` is a right answer; `mistakes` maps what to say to an answer that makes the mistake;
    `hints` are given one at a time, one for each failed call.
    """

    def __init__(self, right, mistakes, hints):
        self.right, self.mistakes, self.hints = right, mistakes, hints
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
        raise NotImplementedError


class Function(Exercise):
    """An exercise whose answer is a function, judged by what it returns.

    `trials` holds tuples of arguments, on which the right function and all wrong ones differ.
    """

    def __init__(self, right, mistakes, hints, trials):
        super().__init__(right, mistakes, hints)
        self.trials = trials

    def judge(self, answer):
        """Return (passed, text), as for every exercise; errors of the function become text."""
        if answer is None or answer is ...:
            return None, NOT_YET
        if not callable(answer):
            return False, f"Expected a function, got {answer!r}."
        returned = []
        for trial in self.trials:
            shown = ", ".join(_show(x) for x in trial if not callable(x))
            try:
                value = answer(*map(copy.deepcopy, trial))
            except Exception as error:  # a learner's function may raise anything
                return False, f"For {shown} your function raised {type(error).__name__}: {error}"
            if value is None or value is ...:
                return None, NOT_YET
            try:
                value = np.asarray(value, dtype=float)
            except (TypeError, ValueError):
                return False, f"For {shown} your function returned {value!r}, which is no number."
            returned.append(value)
        if self._same(returned, self.right):
            return True, "Right."
        for text, wrong in self.mistakes.items():
            if self._same(returned, wrong):
                return False, f"Not yet. {text}"
        for trial, value in zip(self.trials, returned, strict=True):
            expected = np.asarray(self.right(*trial), dtype=float)
            shown = ", ".join(_show(x) for x in trial if not callable(x))
            if value.shape != expected.shape:
                return False, (
                    f"For {shown} your function returned something of shape {value.shape}; "
                    f"the answer has shape {expected.shape}."
                )
            if not _close(value, expected):
                break
        return False, f"Not yet. For {shown} your function returned {_show(value)}, which is wrong."

    def _same(self, returned, function):
        """Tell whether a function returns these values on all trials."""
        expected = [np.asarray(function(*trial), dtype=float) for trial in self.trials]
        return all(
            value.shape == other.shape and _close(value, other)
            for value, other in zip(returned, expected, strict=True)
        )


class Statements(Exercise):
    """An exercise whose answer names the true ones among lettered statements: "ACD".

    `statements` maps each letter to its text, and `reasons` to what to say of an answer that
    is wrong about it: that picks it though it is false, or leaves it out though it is true.
    Print the exercise to see the statements.
    """

    def __init__(self, right, statements, reasons, hints):
        mistakes = {
            f"{letter}: {reason}": "".join(sorted(set(right) ^ {letter}))
            for letter, reason in reasons.items()
        }
        super().__init__(right, mistakes, hints)
        self.statements, self.reasons = statements, reasons

    def __str__(self):
        return "\n".join(f"{letter}  {text}" for letter, text in self.statements.items())

    def judge(self, answer):
        """Return (passed, text), as for every exercise."""
        if answer is None or answer is ... or answer == "":
            return None, NOT_YET
        if not isinstance(answer, str) or not set(letters := _letters(answer)) <= set(
            self.statements
        ):
            every = "".join(self.statements)
            return None, f'Expected letters out of {every} as one text, like "AB"; got {answer!r}.'
        for letter, reason in self.reasons.items():
            if (letter in letters) != (letter in self.right):
                return False, f"Not yet. {letter}: {reason}"
        return True, "Right."


class Proof(Statements):
    """An exercise whose answer puts the lines of a proof in order: "CAB".

    Beside what Statements takes: `uses` maps a line to the lines that must stand before it, and
    `claims` maps each line to a function of two vectors and a number that tells whether it is
    true of them. Calling the exercise tries every line of the answer on random vectors first.
    """

    def __init__(self, right, statements, reasons, hints, uses, claims):
        super().__init__(right, statements, reasons, hints)
        self.uses, self.claims = uses, claims

    def __call__(self, answer):
        """Try each line on random vectors, then print what is to be said of the answer."""
        if self.judge(answer)[0] is not None:
            for letter in _letters(answer) if isinstance(answer, str) else []:
                if letter in self.claims:
                    print(self.trial(letter))
        super().__call__(answer)

    def trial(self, letter, pairs=1000):
        """Return what came of trying a line on random pairs of vectors in 2 to 10 dimensions."""
        rng = np.random.default_rng(1)
        held = 0
        for _ in range(pairs):
            a, b = rng.standard_normal((2, rng.integers(2, 11)))
            held += bool(self.claims[letter](a, b, rng.standard_normal()))
        mark, verb = ("✓", "holds") if held == pairs else ("✗", "holds only")
        return f"{mark} {letter} {verb} for {held:,d} of {pairs:,d} random pairs"

    def judge(self, answer):
        """Return (passed, text), as for every exercise."""
        passed, text = super().judge(answer)
        if passed:
            letters = _letters(answer)
            for place, letter in enumerate(letters):
                if letter in letters[:place]:
                    return False, f"Not yet. {letter} stands there twice."
                for used in self.uses.get(letter, ""):
                    if used not in letters[:place]:
                        return False, f"Not yet. {letter} uses {used}. It must come after {used}."
        return passed, text


def _letters(answer):
    return [letter for letter in answer.upper() if letter.isalnum()]


def _close(value, expected):
    return np.allclose(value, expected, rtol=1e-6, atol=1e-9)


def _show(value):
    if isinstance(value, list) and isinstance(value[0], dict):
        return f"{len(value)} records"
    return np.array2string(np.asarray(value), precision=4, separator=", ")
