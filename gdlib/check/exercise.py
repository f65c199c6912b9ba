"""What an exercise is: it judges an answer in the terms of the mistake, and gives hints."""

import copy
import dis
import inspect

import numpy as np
from IPython import get_ipython
from IPython.display import display

from gdlib.doors import check_real
from gdlib.network import Network
from gdlib.own_function import line_of, no_return, shown, what_failed

NOT_YET = "Not attempted yet. Replace the ... and run this cell again."
VAGUE = "Not yet. For "  # so begins what is said of a mistake that is not known
LUCK = (
    "Where they part your ball lies lower than the right one. That is luck, on this surface: it is "
    "not the step that was asked for."
)
NOTHING = {"RESUME", "NOP", "LOAD_CONST", "RETURN_CONST", "RETURN_VALUE"}  # all that a stub does
PLACES = ["first", "second", "third", "fourth"]


class Exercise:
    """Judge an answer; say what is wrong in the terms of the mistake; never show the answer.

    `right` is a right answer; `mistakes` maps what to say to an answer that makes the mistake.
    `hints` are given one at a time, where that said too little: of a mistake that is not known, and
    of one that is made again. `moving(answer)`, if any, makes a `Parting` of an answer: its path
    beside the right one.
    """

    def __init__(self, right, mistakes, hints, moving=None):
        self.right, self.mistakes, self.hints, self.moving = right, mistakes, hints, moving
        self._said, self._failed = set(), 0

    def __call__(self, answer):
        """Print what is to be said of an answer, and the next hint if that says too little."""
        passed, text = self.judge(answer)
        print(text)
        if passed is not False:
            return
        if self.hints and (text.startswith(VAGUE) or text in self._said):
            number = min(self._failed, len(self.hints) - 1)
            print(f"Hint {number + 1} of {len(self.hints)}: {self.hints[number]}")
            self._failed += 1
        self._said.add(text)
        if get_ipython() and (film := self.film(answer)):
            print(f"Your ball beside the right one, on this surface: {film.surface}")
            if film.lower:
                print(LUCK)
            display(film)

    def judge(self, answer):
        """Return (passed, text): passed is True, False, or None if nothing was attempted."""
        raise NotImplementedError

    def film(self, answer):
        """Return the answer's path beside the right one; None if they never part, or it fails."""
        try:
            film = self.moving and self.moving(answer)
        except (Exception, SystemExit):  # on that surface; what it did when judged has been said
            return None
        return film if film and film.parted is not None else None


class Function(Exercise):
    """An exercise whose answer is a function, judged by what it returns.

    `trials` holds tuples of arguments, on which the right function and all wrong ones differ.
    """

    def __init__(self, right, mistakes, hints, trials, moving=None):
        super().__init__(right, mistakes, hints, moving)
        self.trials = trials
        self.arguments = arguments_of(right)

    def judge(self, answer):
        """Return (passed, text), as for every exercise; errors of the function become text."""
        if answer is None or answer is ...:
            return None, NOT_YET
        if not callable(answer):
            return False, f"Expected a function, got {shown(answer)}."
        returned = []
        for trial in self.trials:
            value, wrong = self._try(answer, trial)
            if wrong:
                return None if wrong == NOT_YET else False, wrong
            returned.append(value)
        if self._same(returned, self.right):
            return True, "Right."
        for text, wrong in self.mistakes.items():
            if self._same(returned, wrong):
                return False, f"Not yet. {text}"
        return False, self._what_is_wrong(returned)

    def _try(self, answer, trial):
        """Return what the answer returns, an array, and what is to be said if it returns none."""
        given = f"For {self._given(trial)} your function"
        try:
            with np.errstate(all="ignore"):
                value = answer(*map(copy.deepcopy, trial))
        except (Exception, SystemExit) as error:  # a learner's function may raise anything
            m = len(trial[0]) if self.arguments[0] == "v" else None
            return None, f"{given} raised {what_failed(answer, self.arguments, error, m)}"
        if value is ... or (value is None and is_stub(answer)):
            return None, NOT_YET
        if value is None:
            return None, f"{given} returned None. {no_return(answer)}{line_of(answer)}"
        try:
            return check_real("the answer", value).astype(float), ""
        except Exception:  # and return anything
            return None, f"{given} returned {self._no_number(trial, value)}{line_of(answer)}"

    def _no_number(self, trial, value):
        """Return what is to be said of a value that is neither a number nor an array of numbers."""
        return f"{shown(value)}, which is no number."

    def _what_is_wrong(self, returned):
        """Return what is to be said of values that no known mistake returns."""
        expected = [np.asarray(self.right(*trial), dtype=float) for trial in self.trials]
        for trial, value, right in zip(self.trials, returned, expected, strict=True):
            if value.shape != right.shape:
                return (
                    f"For {self._given(trial)} your function returned something of shape "
                    f"{value.shape}; the answer has shape {right.shape}."
                )
        wrong = [not _close(*pair) for pair in zip(returned, expected, strict=True)].index(True)
        came = f"{self._given(self.trials[wrong])} your function returned {_show(returned[wrong])}"
        return f"{VAGUE}{came}, which is wrong.{_right_entries(returned, expected)}"

    def _given(self, trial):
        """Return the arguments of a trial as text, with their names, without functions."""
        named = zip(self.arguments, trial, strict=True)
        return ", ".join(f"{name} = {_show(x)}" for name, x in named if not callable(x))

    def _same(self, returned, function):
        """Tell whether a function returns these values on all trials."""
        trials = copy.deepcopy(self.trials)
        expected = [np.asarray(function(*trial), dtype=float) for trial in trials]
        return all(
            value.shape == other.shape and _close(value, other)
            for value, other in zip(returned, expected, strict=True)
        )


class Measured(Exercise):
    """An exercise whose answer is a number that you measure, and that chance moves a little.

    `right` is the range it must lie in, (least, most), and `mistakes` maps what to say of a
    mistake to the range of those who make it.
    """

    def __init__(self, right, mistakes, hints):
        middles = {text: sum(ends) / 2 for text, ends in mistakes.items()}
        super().__init__(sum(right) / 2, middles, hints)
        self.range, self.ranges = right, mistakes

    def judge(self, answer):
        """Return (passed, text), as for every exercise."""
        if is_empty(answer):
            return None, NOT_YET
        try:
            number = float(check_real("the answer", answer, ()))
        except Exception:  # a learner may answer anything
            return None, f"Expected one number, got {shown(answer)}."
        if self.range[0] <= number <= self.range[1]:
            return True, "Right."
        for text, (least, most) in self.ranges.items():
            if least <= number <= most:
                return False, f"Not yet. {text}"
        return False, f"{VAGUE}what was asked, {number:.4g} cannot come out."


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
        if is_empty(answer):
            return None, NOT_YET
        letters = _letters(answer) if isinstance(answer, str) else ["?"]
        if not set(letters) <= set(self.statements):
            every = "".join(self.statements)
            came = shown(answer)
            return None, f'Expected letters out of {every} as one text, like "AB"; got {came}.'
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


def arguments_of(function):
    """Return the names of the arguments that a function must be given."""
    parameters = inspect.signature(function).parameters.values()
    return tuple(p.name for p in parameters if p.default is p.empty)


def is_empty(answer):
    """Tell whether an answer that is no function was not attempted."""
    return answer is None or answer is ... or (isinstance(answer, str) and answer == "")


def is_stub(function):
    """Tell whether a function is one that does nothing, such as `def f(v): ...`."""
    code = getattr(function, "__code__", None)
    return bool(code) and {line.opname for line in dis.get_instructions(code)} <= NOTHING


def _right_entries(returned, expected):
    """Return which entries of the values are right, if some are and some are not."""
    shapes = {value.shape for value in expected}
    if not shapes <= {(n,) for n in range(2, len(PLACES) + 1)} or len(shapes) > 1:
        return ""
    right = np.isclose(returned, expected).all(axis=0)
    if right.all() or not right.any():
        return ""
    names = [
        ", the ".join(PLACES[i] for i in np.flatnonzero(right == wanted))
        for wanted in (True, False)
    ]
    return f" Right: the {names[0]}. Wrong: the {names[1]}."


def _close(value, expected):
    return np.allclose(value, expected, rtol=1e-6, atol=1e-9)


def _show(value):
    if isinstance(value, list) and isinstance(value[0], dict):
        return f"a list of {len(value)} records"
    if isinstance(value, Network):
        return f"a network {value.sizes}"
    if np.ndim(value) > 1:
        return f"an array of shape {np.shape(value)}"
    if np.ndim(value) == 0:
        return f"{value:.10g}" if float(value).is_integer() else f"{value:.4g}"
    if isinstance(value, list) and all(isinstance(x, int) for x in value):
        return str(value)
    return np.array2string(np.asarray(value), precision=4, separator=", ", threshold=10)
