"""What the labs say to those who hear them."""

import math
import re

import numpy as np
import pytest

from gdlib import labs
from gdlib.costs import (
    COSTS,
    from_function,
    plateau,
    ravine,
    rosenbrock,
    saddle,
    two_valleys,
    valley,
)
from gdlib.descent import gradient_descent
from gdlib.labs.sayings import SAYINGS, ground, moments


def kinds(descent):
    """Return the kind of each step of a descent, one by one, by the letter of the docstring."""
    moves, C = np.diff(descent.v, axis=0), descent.C
    for k in range(1, len(C)):
        if C[k] > C[k - 1]:
            yield "rises"
        elif k > 1 and moves[k - 1] @ moves[k - 2] < 0:
            yield "crosses"
        else:
            yield "step"


def told(descent, steps):
    """Return of which kind each of the steps is, as the film tells: the later kind counts."""
    masks = moments([[descent]], steps + 1)
    for k in range(1, len(descent.C)):
        yield ([kind for kind, mask in masks.items() if mask[0, 0, k]] or ["step"])[-1]


@pytest.mark.parametrize("eta", [0.01, 0.08, 0.095, 0.099, 0.102, 0.15])
def test_the_moments_say_of_which_kind_each_step_is(eta):
    descent = gradient_descent(ravine, (-0.9, 0.7), eta, 40)
    assert list(told(descent, 40)) == list(kinds(descent))


def test_the_kinds_of_steps_that_are_not_there():
    assert set(told(gradient_descent(ravine, (-0.9, 0.7), 0.02, 60), 60)) == {"step"}
    masks = moments([[gradient_descent(valley, (1.0, 0.0), 1e200, 60)]], 61)
    assert not any(mask[..., 3:].any() for mask in masks.values())  # beyond the end of the path
    assert masks.keys() <= SAYINGS.keys()


@pytest.mark.parametrize(
    ("cost", "says"),
    [
        (valley, "lowest at (0.00, 0.00), where C is 0. It is highest at (−1.00, −1.00), "),
        (two_valleys, "There is a valley at (0.97, 0.00) too."),
        (saddle, "lowest at (0.00, −1.00) and (0.00, 1.00), where C is −1, on the edge of the pi"),
        (plateau, "lowest at (0.00, 0.00), where C is 0."),
        (
            from_function(lambda v: -((v**2).sum(axis=0)) * (2 - (v**2).sum(axis=0))),
            "There is a hill at (0.00, 0.00).",
        ),
        (from_function(lambda v: 0 * v[0]), "The ground is level: C is 0 all over."),
        (
            from_function(lambda v: (v[0] ** 2 - 1) ** 2 + v[0] / 9, ((-2, 2),)),
            "lowest at −1.02, where C is −0.112.",
        ),
        (from_function(lambda v: v[0] ** 4 - v[0] ** 2, ((-1, 1),)), "There is a hill at 0.00."),
        (
            from_function(lambda v: -(v[0] ** 2), ((-1, 1),)),
            "lowest at −1.00 and 1.00, where C is −1",
        ),
    ],
)
def test_the_ground_is_told_in_words(cost, says):
    assert says in ground(cost)


def test_a_winding_floor_is_one_valley():
    assert "too" not in ground(rosenbrock)


@pytest.mark.parametrize("cost", COSTS.values(), ids=lambda cost: cost.name)
def test_the_lowest_and_the_highest_place_are_where_they_are_said_to_be(cost):
    for word, best in (("lowest", np.nanmin), ("highest", np.nanmax)):
        place, C = re.search(rf"{word} at \((.*?)\).*?C is (\S*\d)", ground(cost)).groups()
        v = np.array([float(x) for x in place.replace("−", "-").split(",")])
        grid = np.stack(np.meshgrid(*(np.linspace(*ends, 200) for ends in cost.domain)))
        C, extreme = float(C.replace("−", "-")), best(cost.function(grid))
        assert abs(C - extreme) < 0.02 * np.ptp(cost.function(grid))
        assert abs(cost.function(v) - C) < 0.02 * np.ptp(cost.function(grid))


def test_the_labs_of_descents_carry_what_they_say():
    for lab in (
        labs.ball(ravine),
        labs.ball(from_function(lambda v: v[0] ** 2, ((-1, 1),))),
        labs.duel(ravine),
        labs.ghost(ravine),
        labs.rates(ravine, (1, 1), {"a": 0.01, "b": 0.02}, 20),
    ):
        assert lab.scene["sayings"] == SAYINGS
        bits = math.prod(lab.film["shape"])
        assert {kind: len(mask) for kind, mask in lab.film["moments"].items()} == {
            kind: -(-bits // 8) for kind in ("crosses", "rises")
        }
        assert any(picture.get("about") for picture in lab.scene["pictures"])
