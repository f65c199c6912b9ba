"""The lab of one neuron: its film, its curve, which images pull, and plateaus."""

import numpy as np
import pytest
from test_labs import dropped, frames, values, words

from gdlib import labs
from gdlib.costs import neuron
from gdlib.descent import gradient_descent

X = np.array([-0.8, -0.5, -0.4, -0.1, 0.05, 0.1, 0.4, 0.7, 0.9, 1.2, -0.3, 0.2])
Y = (X > 0).astype(float)
PLATEAU = "~ on a plateau: σ is flat here"


@pytest.fixture
def lab():
    return labs.neuron(X, Y, steps=40)


def middle(v):
    return -v[1] / v[0]


def curve(lab, v, x):
    """Return what the curve on the picture says at x: σ as Python handed it over, at wx + b."""
    spec = lab.scene["pictures"][2]["neuron"]
    z = np.linspace(-spec["reach"], spec["reach"], len(spec["sigmoid"]))
    return np.interp(v[0] * x + v[1], z, spec["sigmoid"])


def test_every_frame_is_gradient_descent_on_the_data(lab):
    film, eta = frames(lab), values(lab)[lab.sliders[0]]
    d = gradient_descent(neuron(X, Y), (0, 0), eta, 40)
    at = 0, lab.sliders[0]
    for name, expected in (("v1", d.v[:, 0]), ("v2", d.v[:, 1]), ("C", d.C)):
        np.testing.assert_allclose(film[name][at], expected, rtol=1e-6)
    a = 1 / (1 + np.exp(-(d.v[:, :1] * X + d.v[:, 1:])))
    np.testing.assert_allclose(film["steepness"][at], (a * (1 - a)).mean(axis=1), rtol=1e-5)
    assert eta == 20
    assert lab.descent.v.tolist() == d.v.tolist()


def test_the_curve_on_the_picture_is_that_of_the_neuron(lab):
    x = np.linspace(-1, 1.4, 50)
    for v in ((0, 0), (24, -10), (-3, 1.5)):
        exact = 1 / (1 + np.exp(-(v[0] * x + v[1])))
        np.testing.assert_allclose(curve(lab, v, x), exact, atol=4e-4)
    data = np.array(lab.scene["pictures"][2]["neuron"]["data"])
    np.testing.assert_array_equal(data[:, 0], X)
    assert np.abs(data[:, 1] - Y).max() < 0.05
    assert len(np.unique(data[:, 1])) == len(X)


def test_a_drag_of_the_middle_moves_the_curve_and_keeps_its_slope(lab):
    lab.respond({"bend": "place", "v": [6.0, 1.0], "to": [0.5, 0.4]})
    assert dropped(lab) == [6, -3]
    lab.respond({"bend": "place", "v": [6.0, -3.0], "by": 1})
    w, b = dropped(lab)
    low, high = lab.scene["pictures"][2]["x"]["low"], lab.scene["pictures"][2]["x"]["high"]
    assert w == 6
    assert middle((w, b)) == pytest.approx(0.5 + (high - low) / 40, abs=1e-3)


def test_a_level_curve_bends_wherever_it_is_taken(lab):
    lab.respond({"bend": "place", "v": [0.0, 0.0], "to": [0.8, 0.6]})
    assert curve(lab, dropped(lab), 0.8) == pytest.approx(0.6, abs=1e-3)


@pytest.mark.parametrize("to", [[0.9, 0.8], [0.2, 0.1], [0.2, 0.7], [0.5001, 0.9]])
def test_a_drag_of_an_end_bends_the_curve_and_keeps_its_middle(lab, to):
    lab.respond({"bend": "slope", "v": [6.0, -3.0], "to": to})
    v = dropped(lab)
    assert middle(v) == pytest.approx(0.5, abs=1e-3)
    inside = -12 < v[0] < 20
    assert inside == (to[0] != 0.5001)  # there it would be too steep: it is as steep as C is shown
    if inside:
        assert curve(lab, v, to[0]) == pytest.approx(to[1], abs=1e-3)


@pytest.mark.parametrize("v", [(0, 0), (0, 3), (24, -10), (-12, 10), (1e3, -1e9), (1e-9, 5)])
@pytest.mark.parametrize("pull", [{"to": [0.5, 0]}, {"to": [0, 1]}, {"by": 1}, {"by": -1}])
@pytest.mark.parametrize("bend", ["place", "slope"])
def test_whatever_the_hand_does_the_ball_stays_in_the_picture(lab, v, pull, bend):
    lab.respond({"bend": bend, "v": list(v), **pull})
    (low1, high1), (low2, high2) = lab.scene["domain"]
    w, b = dropped(lab)
    assert low1 <= w <= high1
    assert low2 <= b <= high2
    assert lab.message == ""


def test_a_plateau_is_named_while_the_ball_lies_on_one(lab):
    i = lab.sliders[0]
    for start in ((-8, -8), (0, 9)):
        lab.respond({"start": start})
        assert words(lab)[i, -1] == PLATEAU
        assert lab.summary().endswith("It ends on a plateau, where σ is flat.")
    lab.respond({"start": [15, 8]})
    assert PLATEAU not in words(lab)[i]
    assert "plateau" not in lab.summary()


def test_a_neuron_that_is_right_everywhere_is_on_no_plateau():
    lab = labs.neuron([-1.0, 1.0], [0.0, 1.0], start=(24, 0), steps=5)
    assert PLATEAU not in words(lab)


@pytest.mark.parametrize(("name", "size"), [("one", 1), ("ten", 10)])
def test_the_images_pull_in_turn_and_the_path_follows(lab, name, size):
    lab.respond({"start": [3, 2]})
    lab.respond({"surface": name})
    assert (dropped(lab), lab.eta, lab.step) == ([3, 2], 20, 0)
    v, film, i = np.array([3.0, 2.0]), frames(lab), lab.sliders[0]
    batches = [neuron(X[k : k + size], Y[k : k + size]) for k in range(0, len(X), size)]
    for k in range(40):
        assert film["ground"][0, i, k] == k % len(batches)
        np.testing.assert_allclose([film["v1"][0, i, k], film["v2"][0, i, k]], v, rtol=1e-5)
        assert film["C"][0, i, k] == pytest.approx(neuron(X, Y).function(v), rel=1e-5)
        v = v - 20 * batches[k % len(batches)].gradient(v)
    plan, data = lab.scene["pictures"][1:3]
    assert len(plan["grounds"]) == len(batches)
    assert [ground for _, _, ground in data["neuron"]["data"]] == [k // size for k in range(12)]
    lab.respond({"surface": "all"})
    assert lab.scene["pictures"][1]["grounds"] == []
    assert "ground" not in lab.film["channels"]


def test_the_surface_of_one_image_is_its_own(lab):
    lab.respond({"surface": "one"})
    grounds = lab.scene["pictures"][1]["grounds"]
    assert len({str(ground) for ground in grounds}) == len(X)


@pytest.mark.parametrize("name", ["all", "one"])
def test_the_ball_rolls_by_a_rule_of_your_own(name):
    lab = labs.neuron(X, Y, steps=5, rule=lambda v, nabla_C, eta: v + eta * nabla_C)
    lab.respond({"surface": name})
    assert lab.descent.C[1] > lab.descent.C[0]
    assert "rule=" in lab.summary()


@pytest.mark.parametrize("name", ["all", "ten"])
def test_what_is_wrong_with_a_rule_is_told_and_the_lab_lives(name):
    def late(v, nabla_C, eta):
        return v * missing  # noqa: F821

    lab = labs.neuron(X, Y, steps=5, rule=late)
    lab.respond({"surface": name})
    assert "missing" in lab.message
    lab.respond({"bend": "place", "v": [3.0, 0.0], "to": [0.5, 0.5]})
    assert dropped(lab) == [3, -1.5]


def test_while_it_is_to_be_predicted_the_end_is_not_given_away():
    lab = labs.neuron(X, Y, start=(-8, -8), steps=40, predict="end")
    assert lab.scene["prediction"]["kind"] == "end"
    assert "plateau" not in lab.summary()
    assert lab._repr_mimebundle_()[0]["image/png"]


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (([1, 2], [1]), "y must be"),
        (([1, np.inf], [1, 0]), "x must be finite"),
        (([1.0], [1.0], (0, 0, 0)), r"v0 of neuron\(x, y\)"),
        (([1.0], [1.0], (0, 0), -1), "eta must be positive"),
    ],
)
def test_what_makes_no_neuron(arguments, what):
    with pytest.raises(ValueError, match=what):
        labs.neuron(*arguments)
    assert labs.neuron([0.5], [1.0], steps=3).summary()  # one image is enough
