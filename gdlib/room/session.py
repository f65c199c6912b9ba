"""What happens in a room: who is in it, what is asked, and what was answered, counted unseen."""

import json
import re
import secrets
import threading
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from gdlib.descent import descents
from gdlib.doors import check_that
from gdlib.files import replacing
from gdlib.room.questions import Question
from gdlib.words import say

PHASES = ("wait", "first", "talk", "second", "reveal")
VOTES = ("first", "second")  # the phases in which answers come in
MOST_STUDENTS = 200
LONGEST_NAME = 40
LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # none that looks like another
CODE = 8  # letters: one of 31⁸, about 10¹², rooms
TOKEN = re.compile("[0-9a-f]{32}")  # what the page of a student calls itself: 128 random bits
PARTS = 5  # bars for the C where paths end, in a histogram
BEYOND = say("beyond all numbers")
FAR = {
    say("close: within 5 % of the picture"): 0.05,
    say("near: within 15 %"): 0.15,
    say("farther"): np.inf,
}


@dataclass
class Round:
    """One question and the answers of its two votes, by the token of the student."""

    question: Question
    first: dict = field(default_factory=dict)
    second: dict = field(default_factory=dict)
    paths: dict = field(default_factory=dict)  # that were walked, by the answer

    def walk(self):
        """Walk the paths of all learning rates side by side, which is faster than one by one."""
        question = self.question
        if question.kind == "eta" and (self.first or self.second):
            etas = sorted({*self.first.values(), *self.second.values()})
            paths = descents(question.cost, question.start, etas, question.steps)
            self.paths |= zip(map(str, etas), paths, strict=True)

    def path(self, answer):
        """Return `Question.path` of an answer, which is walked once."""
        key = () if self.question.kind == "place" else str(answer)
        if key not in self.paths:
            self.paths[key] = self.question.path(answer)
        return self.paths[key]

    def miss(self, answer):
        """Return `Question.miss` of an answer."""
        return self.question.miss(answer, self.path(answer))

    def last(self):
        """Return each student's latest answer, by token."""
        return self.first | self.second

    def moved(self):
        """Return who answered twice, in lists: who came "closer", stayed as "far" or went "away".

        How far off an answer is says `miss`.
        """
        moved = {"closer": [], "far": [], "away": []}
        for token in self.first.keys() & self.second.keys():
            before, after = (self.miss(vote[token]) for vote in (self.first, self.second))
            moved["far" if before == after else "closer" if after < before else "away"].append(
                token
            )
        return moved


class Session:
    """All that a room knows, for threads to share: every method holds the room's lock.

    A student is a token, made by their own page, and a name, which may be "". `phase` is one of
    PHASES: a question is asked, "first", then the class talks about the histogram, "talk", answers
    again, "second", and sees what comes of it, "reveal". `changed()` is called after each change,
    in the thread that made it.
    """

    def __init__(self, changed=lambda: None):
        self.code = "".join(secrets.choice(LETTERS) for _ in range(CODE))
        self.changed = changed
        self.names, self.present = {}, {}
        self.phase, self.rounds, self.closed = "wait", [], False
        self.lock = threading.RLock()

    @property
    def round(self):
        """The Round that is under way, or None before the first."""
        return self.rounds[-1] if self.rounds else None

    # -- the teacher

    def ask(self, question):
        """Begin a Round with this Question: the first answers come in."""
        check_that(isinstance(question, Question), "question must be a Question", question)
        with self.lock:
            self._check_open()
            self.rounds.append(Round(question))
            self.phase = "first"
        self.changed()

    def go_on(self):
        """Go on to the next phase. Raises ValueError where there is none."""
        with self.lock:
            self._check_open()
            check_that(self.phase not in ("wait", "reveal"), "ask a question first", self.phase)
            self.phase = PHASES[PHASES.index(self.phase) + 1]
            if self.phase == "reveal":
                self.round.walk()
        self.changed()

    def close(self):
        """Forget all names and answers, and take no more."""
        with self.lock:
            self.names, self.present, self.rounds = {}, {}, []
            self.phase, self.closed = "wait", True
        self.changed()

    def save(self, path):
        """Write what was counted into a file, without names: see `counts`.

        Raises OSError, and ValueError if the room is closed, and so has forgotten it.
        """
        with self.lock, replacing(path) as file:
            self._check_open()
            file.write(json.dumps(self.counts(), ensure_ascii=False, indent=1).encode())

    def counts(self):
        """Return as plain data how many gave which answer, in both votes, for each question asked.

        "questions" are dictionaries with the "name", the "labels" of the bars, and how many are in
        each at "first" and "second". "students_by_right" counts at k the students with k of the
        options right, by their first answers, for the questions that have options.
        """
        with self.lock:
            asked = [one for one in self.rounds if one.question.kind == "choice"]
            right = [
                sum(one.first.get(token) == one.question.right for one in asked)
                for token in set().union(*(one.first for one in asked))
            ]
            students = np.bincount(right, minlength=len(asked) + 1).tolist()
            return {
                "questions": [{"name": r.question.name} | bars(r) for r in self.rounds],
                "students_by_right": students if asked else [],
            }

    # -- the students

    def join(self, code, token, name=""):
        """Let a student in, or back in. Raises ValueError for a wrong code, or where it is full.

        What cannot be printed is left out of a name, and so is what is beyond 40 characters.
        """
        with self.lock:
            self._check_open()
            given = "".join(c for c in str(code).upper() if c.isalnum())
            if not secrets.compare_digest(given.encode(), self.code.encode()):
                raise WrongCode(say("That is not the code of this room."))
            check_that(
                isinstance(token, str) and TOKEN.fullmatch(token),
                "a token must be 32 letters and digits", token,
            )  # fmt: skip
            if token not in self.names:
                self._make_room()
                self.names[token] = ""
            if isinstance(name, str) and name.strip():
                printable = "".join(c for c in name[: 4 * LONGEST_NAME] if c.isprintable())
                self.names[token] = " ".join(printable.split())[:LONGEST_NAME]
            self.present[token] = self.present.get(token, 0) + 1
        self.changed()

    def leave(self, token):
        """A connection of this student has ended; the name and the answers stay."""
        with self.lock:
            if token in self.present:
                self.present[token] -= 1
                if not self.present[token]:
                    del self.present[token]
        self.changed()

    def answer(self, token, answer):
        """Take a student's answer, which may be changed until the vote ends.

        Raises ValueError where none is asked for, or TypeError or ValueError for one that does not
        answer the question.
        """
        with self.lock:
            self._check_open()
            check_that(token in self.names, "only who is in the room may answer", token)
            if self.phase not in VOTES:
                raise ValueError(say("The vote is over, so this answer was not counted."))
            getattr(self.round, self.phase)[token] = self.round.question.check(answer)
        self.changed()

    def _check_open(self):
        if self.closed:
            raise ValueError(say("This room is closed."))

    def _make_room(self):
        """Forget one who has left without an answer if the room is full; raise if there is none."""
        if len(self.names) < MOST_STUDENTS:
            return
        answered = set().union(*(one.last() for one in self.rounds))
        gone = self.names.keys() - self.present.keys() - answered
        if not gone:
            raise ValueError(say("This room is full: it holds {n} students.", n=MOST_STUDENTS))
        del self.names[gone.pop()]


class WrongCode(ValueError):
    """Somebody knocked with a wrong code."""


def bars(a_round):
    """Return the histogram of a Round: the "labels" of its bars, and the counts of both votes.

    An option stands for itself. An η falls into a half decade, a start into one of five equal
    parts of all C where the paths end, and a place is close to where the path ends, near, or
    farther.
    """
    question = a_round.question
    votes = [list(getattr(a_round, vote).values()) for vote in VOTES]
    if question.kind == "choice":
        numbers, edges, labels = votes, np.arange(len(question.options) + 1) + 0.5, question.options
    elif question.kind == "eta":
        numbers = [np.log10(vote) for vote in votes]
        edges = _edges(numbers, lambda low, high: np.arange(2 * low // 1, 2 * high // 1 + 2) / 2)
        labels = [
            say("{low:.2g} to {high:.2g}", low=10**low, high=10**high)
            for low, high in pairwise(edges)
        ]
    else:
        numbers = [[a_round.miss(answer) for answer in vote] for vote in votes]
        if question.kind == "place":
            width = np.ptp(question.cost.domain, axis=1).max()
            edges, labels = [0, *(np.multiply(list(FAR.values()), width))], list(FAR)
        else:
            edges = _edges(numbers, _equal_parts)
            labels = [
                say("C from {low:.2g} to {high:.2g}", low=low, high=high)
                for low, high in pairwise(edges)
            ]
            if not np.isfinite([miss for vote in numbers for miss in vote]).all():
                edges, labels = [*(edges or [0]), np.inf], [*labels, BEYOND]
    counts = {vote: _counts(found, edges) for vote, found in zip(VOTES, numbers, strict=True)}
    return {"labels": list(labels)} | counts


def _edges(numbers, between):
    """Return the edges of bars, `between` the least and the most of the finite numbers, or none."""
    every = np.concatenate([np.asarray(vote, dtype=float) for vote in numbers])
    finite = every[np.isfinite(every)]
    return between(finite.min(), finite.max()).tolist() if finite.size else []


def _equal_parts(low, high):
    """Return the edges of five equal parts; the highest number lies just below the last of them."""
    return np.linspace(low, high + 1e-9 * max(1, abs(high)), PARTS + 1)


def _counts(numbers, edges):
    """Return how many numbers lie between each two edges, the lower of them included."""
    if not len(edges):
        return []
    at = np.searchsorted(edges, np.nan_to_num(numbers), side="right") - 1  # infinity: the largest
    return np.bincount(at, minlength=len(edges) - 1).tolist()
