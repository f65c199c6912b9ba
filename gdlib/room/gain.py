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


def normalised_gain(before, after, rng):
    """Return the normalised gain and the (low, high) of its 95 % interval.

    `before` and `after` are counts of students by how many they had right, shape (questions + 1,)
    each. The gain is (mean after − mean before) / (questions − mean before), the share of what
    could be gained that was (Hake 1998). The interval is that of a bootstrap, which draws students
    anew, with `rng`, in both rounds and separately, for nobody knows who is who. Raises TypeError
    or ValueError for counts that do not fit, or a round without students, and ValueError if all
    were right before.
    """
    before = check_whole("before", before, ("n",), 0)
    after = check_whole("after", after, before.shape, 0)
    check_that(before.sum() and after.sum(), "each round must have a student", (before, after))
    most, right, rng = len(before) - 1, np.arange(len(before)), check_rng(rng)
    means = [counts @ right / counts.sum() for counts in (before, after)]
    check_that(means[0] < most, "before, somebody must have been wrong", before)
    drawn = [
        rng.multinomial(counts.sum(), counts / counts.sum(), RESAMPLES) @ right / counts.sum()
        for counts in (before, after)
    ]
    with np.errstate(divide="ignore", invalid="ignore"):
        gains = (drawn[1] - drawn[0]) / (most - drawn[0])
    low, high = np.quantile(gains[np.isfinite(gains)], [0.025, 0.975])
    return float((means[1] - means[0]) / (most - means[0])), (float(low), float(high))
