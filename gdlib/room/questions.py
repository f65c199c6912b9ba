"""What a class is asked, from a file that a teacher can write, and how far an answer is off.

A file holds one table `[[question]]` for each, in TOML; its fields are those of `Question`.
"""

import tomllib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from gdlib.costs import COSTS, Cost
from gdlib.descent import gradient_descent
from gdlib.doors import check_cost, check_count, check_eta, check_numbers, check_start, check_that

KINDS = ("eta", "start", "place", "choice")
LONGEST = {"text": 300, "option": 100}  # characters that a phone and a projector have room for
LETTERS = "ABCDE"  # of the options
MOST_OPTIONS = len(LETTERS)
MOST_STEPS = 500  # each answer has a path of its own, and everybody sees them all
MOST_ETA = 1e6


@dataclass(frozen=True)
class Question:
    """A question for a class, of one of the `KINDS`.

    "eta", "start" and "place" are about the path of gradient descent on a `cost` of two variables
    over so many `steps`, at most 500: in the first each student chooses the learning rate, in the
    second the start, and in the third where the path will end. The others of `start`, shape (2,),
    and `eta` are given. "choice" offers two to five `options`, of which `right` is the number of
    the right one, from 1; `beliefs` says for each what one who chooses it believes, "" for the
    right one. `text` is what is asked, `listen` what the teacher listens for in the talk, `source`
    where a belief was documented. Raises TypeError or ValueError for what makes no question.
    """

    text: str
    kind: str
    name: str = "question"
    notebook: str = ""
    cost: Cost | None = None
    start: tuple | None = None
    eta: float | None = None
    steps: int = 5
    options: tuple = ()
    right: int | None = None
    beliefs: tuple = ()
    listen: str = ""
    source: str = ""

    def __post_init__(self):
        check_that(self.kind in KINDS, f"kind must be one of {', '.join(KINDS)}", self.kind)
        _check_text("the text of a question", self.text, LONGEST["text"])
        if self.kind == "choice":
            self._check_options()
            return
        cost = COSTS.get(self.cost, self.cost) if isinstance(self.cost, str) else self.cost
        check_that(check_cost(cost).m == 2, "cost must be one of two variables", cost.name)
        object.__setattr__(self, "cost", cost)
        check_count("steps", self.steps, most=MOST_STEPS)
        if self.kind != "eta":
            check_eta(self.eta)
        if self.kind != "start":
            object.__setattr__(self, "start", tuple(check_start(cost, self.start).tolist()))

    def _check_options(self):
        """Raise TypeError or ValueError unless there are options, one of them right."""
        options = self.options
        expected = f"options must be a list of 2 to {MOST_OPTIONS} different texts"
        check_that(isinstance(options, list | tuple), expected, options, TypeError)
        check_that(2 <= len(set(options)) == len(options) <= MOST_OPTIONS, expected, options)
        for option in options:
            _check_text("an option", option, LONGEST["option"])
        check_count(f"right, the number of the right option of {self.name!r},", self.right,
                    most=len(options))  # fmt: skip
        expected = "beliefs must be empty, or a text for each option"
        check_that(len(self.beliefs) in (0, len(options)), expected, self.beliefs)

    def check(self, answer):
        """Return an answer: an η, a place as a list, or the number of an option from 1.

        Raises TypeError or ValueError unless it answers this question: the η is positive and at
        most 10⁶, the place lies in the picture of the cost.
        """
        if self.kind == "choice":
            return check_count("the answer", answer, most=len(self.options))
        if self.kind == "eta":
            return check_eta(check_numbers("the answer", answer, (), 0, MOST_ETA))
        place = check_numbers("the answer", answer, (2,))
        inside = all(
            low <= x <= high for x, (low, high) in zip(place, self.cost.domain, strict=True)
        )
        check_that(inside, "the answer must be a place in the picture", answer)
        return place.tolist()

    def path(self, answer):
        """Return the Descent that an answer leads to; to ask for a "place" it is always the same.

        A question with options has none, and returns None.
        """
        if self.kind == "choice":
            return None
        eta = answer if self.kind == "eta" else self.eta
        start = answer if self.kind == "start" else self.start
        return gradient_descent(self.cost, start, eta, self.steps)

    def miss(self, answer, path=None):
        """Return how far off an answer is, a number from 0, or below for a C that is.

        It is C at the end of the path, infinite if that left the finite numbers; the distance
        between the place and where the path ends; or 0 for the right option and 1 for another.
        `path` is that of the answer, if it has been walked before.
        """
        if self.kind == "choice":
            return float(answer != self.right)
        path = path or self.path(answer)
        if path.diverged:
            return np.inf
        return float(np.linalg.norm(path.v[-1] - answer) if self.kind == "place" else path.C[-1])


def read_questions(path, notebook=None):
    """Return the Questions in a file of TOML, all of them or those for one notebook, by its name.

    Raises OSError for a file that cannot be read, ValueError for one that is no TOML, and TypeError
    or ValueError for a question that is none; the message names it.
    """
    content = tomllib.loads(Path(path).read_text(encoding="utf8"))
    tables = content.get("question")
    check_that(isinstance(tables, list), "expected tables [[question]] in the file", content)
    questions = []
    for number, fields in enumerate(tables, start=1):
        try:
            questions.append(Question(**fields))
        except (TypeError, ValueError) as error:
            name = fields.get("name", number)
            raise type(error)(f"question {name} of {Path(path).name}: {error}") from error
    names = [question.name for question in questions]
    twice = {name for name in names if names.count(name) > 1}
    check_that(not twice, "each question must have a name of its own", sorted(twice))
    chosen = [one for one in questions if notebook in (None, one.notebook)]
    offered = sorted({question.notebook for question in questions})
    check_that(chosen, f"notebook must be one of {', '.join(offered)}", notebook)
    return chosen


def _check_text(what, text, most):
    """Raise TypeError or ValueError unless this is a text of 1 to `most` characters."""
    check_that(isinstance(text, str), f"{what} must be a text", text, TypeError)
    fits = 1 <= len(text.strip()) <= most
    check_that(fits, f"{what} must have 1 to {most} characters", text)
