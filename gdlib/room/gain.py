"""What a class has gained between two rounds of questions, and how sure one can be of it."""

import json
from pathlib import Path

import numpy as np

from gdlib.doors import check_rng, check_that, check_whole

RESAMPLES = 10_000


def read_counts(path):
    """Return what `Session.save` wrote: a dictionary of "questions" and "students_by_right".

    Raises OSError for a file that cannot be read, and ValueError for one that is no such file, or
    from a room without a question of one right answer.
    """
    try:
        counts = json.loads(Path(path).read_text(encoding="utf8"))
        students = counts["students_by_right"]
        for question in counts["questions"]:
            check_whole(f"first of {question['name']}", question["first"], ("bars",), 0)
        check_that(len(students), "students_by_right must hold a number for each count", students)
        check_whole("students_by_right", students, ("n",), 0)
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{Path(path).name} is no file of a room: {error}") from error
    return counts


def asked_in_all(questions, rounds):
    """Return those of these Questions that were asked, in a list; the rounds can be compared.

    `rounds` are a dictionary of what `read_counts` returned, by the name of the round. Raises
    ValueError, which names the round, unless each asked the same of these questions, with the same
    options and once, and none with options beside them.
    """
    asked = {name: [one["name"] for one in counts["questions"]] for name, counts in rounds.items()}
    kept = [one for one in questions if any(one.name in names for names in asked.values())]
    check_that(kept, "the rounds must have asked some of the questions", sorted(rounds))
    options = {one.name: len(one.options) for one in kept}
    for name, counts in rounds.items():
        wrong = [one for one in options if asked[name].count(one) != 1]
        if wrong:
            raise ValueError(f"in {name}, {', '.join(wrong)} must be asked once, as in the others")
        for one in counts["questions"]:
            length = options.get(one["name"], len(one["first"]))
            check_that(len(one["first"]) == length, f"{one['name']} in {name} must have {length} "
                       "options", one["first"])  # fmt: skip
        most = len(counts["students_by_right"]) - 1
        expected = f"{name} must have asked {len(kept)} questions with options, and no others"
        check_that(most == len(kept), expected, most)
    return kept


def share(count, n):
    """Return the share count/n and the (low, high) of its 95 % interval (Wilson 1927).

    Counts are whole numbers, 0 ≤ count ≤ n. Raises TypeError or ValueError for others. For n = 0
    the share is nan, and the interval all that is possible.
    """
    n = int(check_whole("n", n, (), 0))
    count = int(check_whole("count", count, (), 0, n))
    if n == 0:
        return np.nan, (0.0, 1.0)
    z, p = 1.96, count / n
    middle = (p + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2)) / (1 + z**2 / n)
    return p, (max(0.0, float(middle - half)), min(1.0, float(middle + half)))


def mean_right(counts, rng):
    """Return how many questions a student had right on average, and the (low, high) of its 95 %.

    `counts` are the students by how many they had right, shape (questions + 1,). The interval is
    that of a bootstrap, which draws as many students anew, with `rng`. Raises TypeError or
    ValueError for counts that are none, or are of no student.
    """
    counts, rng = _check_counts("counts", counts), check_rng(rng)
    low, high = np.quantile(_drawn_means(counts, rng), [0.025, 0.975])
    return float(_mean(counts)), (float(low), float(high))


def normalised_gain(before, after, rng):
    """Return the normalised gain and the (low, high) of its 95 % interval.

    `before` and `after` are counts as in `mean_right`, of the same shape. The gain is (mean after −
    mean before) / (questions − mean before), the share of what could be gained that was (Hake
    1998). The bootstrap draws both rounds anew and separately, for nobody knows who is who. Raises
    TypeError or ValueError for counts that do not fit, or are of no student, and ValueError if all
    were right before.
    """
    before = _check_counts("before", before)
    after, rng = _check_counts("after", after, before.shape), check_rng(rng)
    most = len(before) - 1
    check_that(_mean(before) < most, "before, somebody must have been wrong", before)
    first, second = _drawn_means(before, rng), _drawn_means(after, rng)
    open_to_gain = first < most  # a draw of those alone who had all right says nothing
    gains = (second - first)[open_to_gain] / (most - first[open_to_gain])
    low, high = np.quantile(gains, [0.025, 0.975])
    gain = (_mean(after) - _mean(before)) / (most - _mean(before))
    return float(gain), (float(low), float(high))


def _check_counts(name, counts, shape=("n",)):
    """Return counts of students as an array. Raises TypeError or ValueError for no such counts."""
    counts = check_whole(name, counts, shape, 0)
    check_that(counts.sum(), f"{name} must have a student", counts)
    return counts


def _mean(counts):
    """Return how many were right on average; counts are of shape (..., questions + 1)."""
    return counts @ np.arange(counts.shape[-1]) / counts.sum(axis=-1)


def _drawn_means(counts, rng):
    """Return the means of `RESAMPLES` classes, each of as many students drawn from these."""
    return _mean(rng.multinomial(counts.sum(), counts / counts.sum(), RESAMPLES))
