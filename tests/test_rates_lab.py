"""The lab of learning rates that vary, and what it says of one that is wrong."""

import numpy as np
import pytest
from test_labs import dropped, frames

from gdlib import labs
from gdlib.costs import from_function, ravine
from gdlib.descent import gradient_descent
from gdlib.rates import backtracking, decaying

START = (-0.9, 0.7)


def test_each_ball_is_gradient_descent_with_its_own_learning_rate():
    rates = {
        "constant": 0.11,
        "decaying": decaying(0.11, half_life=20),
        "backtracking": backtracking(ravine, 1.0),
        "mine": lambda k, v, nabla_C: 0.1 / (1 + np.abs(nabla_C).max()),
    }
    lab = labs.rates(ravine, START, rates, steps=40)
    film = frames(lab)
    assert [track["name"] for track in lab.scene["tracks"]] == [
        "1 constant", "2 decaying", "3 backtracking", "4 mine"
    ]  # fmt: skip
    for i, eta in enumerate(rates.values()):
        d = gradient_descent(ravine, START, eta, 40)
        for name, expected in [("v1", d.v[:, 0]), ("v2", d.v[:, 1]), ("C", d.C)]:
            np.testing.assert_array_equal(film[name][i, 0], expected.astype(np.float32))
        np.testing.assert_array_equal(film["eta"][i, 0, :-1], d.eta.astype(np.float32))
        assert np.isnan(film["eta"][i, 0, -1])
    assert lab.message == ""
    assert "constant: η from 0.11 to 0.11; diverges" in lab.summary()


def none(k, v, nabla_C):
    eta = 0.1
    if k < 2:
        return eta


def printed(k, v, nabla_C):
    print(0.1)


def negative(k, v, nabla_C):
    return 0.1 - k / 20


def vector(k, v, nabla_C):
    return 0.1 / (1 + np.abs(v))


def raises(k, v, nabla_C):
    return 0.1 / (3 - k)


def beyond(k, v, nabla_C):
    return 0.1 * abs(v[2])


def too_few(k, v):
    return 0.1


@pytest.mark.parametrize(
    ("mine", "steps", "told"),
    [
        (none, 2, "none(k, v, nabla_C) must return a learning rate, one positive number; at step 2 "
                  "it returned None. Does it end with return?"),
        (printed, 0, "at step 0 it returned None. print only shows a value."),
        (negative, 2, "at step 2 it returned 0.0."),
        (vector, 0, "at step 0 it returned array(["),
        (raises, 3, "raises(k, v, nabla_C) failed at step 3: ZeroDivisionError"),
        (beyond, 0, "Counting begins at 0: the variables are v[0] to v[1]"),
        (too_few, 0, "It must take three arguments, k, v, nabla_C"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_learning_rate_is_told_and_its_ball_stays_there(mine, steps, told):
    lab = labs.rates(ravine, START, {"constant": 0.05, "mine": mine}, steps=10)
    assert told in lab.message
    assert "\n  line " in lab.message
    assert lab.film["lengths"] == [[11], [steps + 1]]
    assert len(lab.descents["mine"].eta) == steps
    assert lab.descents["mine"].regime == f"stopped at step {steps}"
    film = frames(lab)
    expected = gradient_descent(ravine, START, 0.05, 10)
    np.testing.assert_array_equal(film["v2"][0, 0], expected.v[:, 1].astype(np.float32))
    assert np.isnan(film["v2"][1, 0, steps + 1 :]).all()
    assert lab.message in lab.summary()
    assert lab._repr_mimebundle_()[0]["image/png"]


def test_the_line_told_is_the_one_that_failed():
    lab = labs.rates(ravine, START, {"mine": raises}, steps=10)
    assert "return 0.1 / (3 - k)" in lab.message


def test_a_drop_takes_the_message_back_where_all_is_well():
    def mine(k, v, nabla_C):
        return 0.01 if v[0] > 0 else None

    lab = labs.rates(ravine, START, {"mine": mine}, steps=10)
    scene = lab.scene
    assert lab.message
    lab.respond({"start": [0.5, 0.25]})
    assert lab.message == ""
    assert dropped(lab) == [0.5, 0.25]
    assert lab.scene == scene  # so that a drag goes on


def test_a_learning_rate_may_change_what_it_is_given():
    def mine(k, v, nabla_C):
        v[:] = nabla_C[:] = 0
        return 0.01

    lab = labs.rates(ravine, START, {"mine": mine}, steps=10)
    np.testing.assert_array_equal(
        lab.descents["mine"].v, gradient_descent(ravine, START, 0.01, 10).v
    )


def test_over_one_variable_the_balls_roll_on_the_graph():
    def parabola(v):
        return v[0] ** 2

    cost = from_function(parabola, ((-1.5, 1.5),))
    lab = labs.rates(cost, -1.2, {"slow": 0.01, "fast": 0.3}, steps=10)
    assert [picture["name"] for picture in lab.scene["pictures"]] == ["graph", "curve", "rate"]
    assert "v2" not in frames(lab)
    assert "({start},)" in lab.scene["code"]
    assert lab._repr_mimebundle_()[0]["image/png"]
