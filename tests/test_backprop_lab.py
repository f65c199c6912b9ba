"""The lab of backpropagation: its numbers are the network's, and its nudges what C does."""

import numpy as np
import pytest

from gdlib import labs
from gdlib.activation import sigmoid
from gdlib.labs.backprop import NAMES, SATURATED, SIZES, V, _Moment, _text

X, Y = np.array([0.9, 0.3]), 0.0


def test_what_a_nudge_measures_goes_to_what_backpropagation_says():
    now, v = _Moment(X, Y, np.array(V)), np.array(V)
    for i in range(len(NAMES)):
        errors = []
        for size in SIZES:
            change = _Moment(X, Y, v + size * (np.arange(9) == i)).C - now.C
            errors.append(abs(change / size - now.gradient[i]))
        assert errors[2] < errors[1] / 5 < errors[0] / 25


def test_every_derivative_is_a_times_delta_and_is_on_show():
    lab, now = labs.backprop(), _Moment(X, Y, np.array(V))
    comes = [now.a["x1"], now.a["x2"], now.a["x1"], now.a["x2"], 1, 1, now.a["h1"], now.a["h2"], 1]
    goes = [now.delta[name] for name in ("h1", "h1", "h2", "h2", "h1", "h2", "o", "o", "o")]
    np.testing.assert_allclose(now.gradient, np.multiply(comes, goes), rtol=1e-12)
    np.testing.assert_allclose(now.gradient, lab.network.gradient(X, [Y]), rtol=1e-12)
    labels = {}
    for frame in lab.shown["films"][0]["backward"]:
        labels |= frame["labels"]
    for name, part in zip(NAMES, now.gradient, strict=True):
        assert labels[f"{name}+"] == [f"∂C/∂{name[0]} = {_text(part)}"]


def test_a_nudge_lights_up_its_own_path_alone():
    nudges = labs.backprop().shown["films"][0]["nudges"]
    assert nudges[NAMES.index("w²₁₂")][1][-1]["lit"] == ["w²₁₂", "h1", "w³₁₁", "o", "o–C", "C"]
    assert nudges[NAMES.index("b²₂")][1][-1]["lit"] == ["b²₂", "h2", "w³₁₂", "o", "o–C", "C"]
    assert nudges[NAMES.index("w³₁₂")][1][-1]["lit"] == ["w³₁₂", "o", "o–C", "C"]


def test_delta_dies_in_a_saturated_neuron():
    ordinary, saturated = labs.backprop().shown["films"]
    words = [film["backward"][3]["words"] for film in (ordinary, saturated)]
    assert ["saturated" in text for text in words] == [False, True]
    v = np.array(V)
    v[NAMES.index("b²₁")] = SATURATED
    assert abs(_Moment(X, Y, v).delta["h1"]) < 1e-3 * abs(_Moment(X, Y, np.array(V)).delta["h1"])


def test_each_neuron_has_its_place_on_sigma_once_its_a_is_known():
    lab, now = labs.backprop(), _Moment(X, Y, np.array(V))
    forward = lab.shown["films"][0]["forward"]
    assert [list(frame["at"]) for frame in forward] == [[], [], ["h1", "h2"], [], ["o"], []]
    places = forward[2]["at"] | forward[4]["at"]
    assert places == {name: [now.z[name], now.a[name]] for name in ("h1", "h2", "o")}
    reach, curve = lab.plan["reach"], lab.plan["sigmoid"]
    np.testing.assert_allclose(curve, sigmoid(np.linspace(-reach, reach, len(curve))), atol=1e-4)


def test_values_set_by_hand_are_on_show():
    lab = labs.backprop()
    values = [1, -2, 1, *range(9)]
    lab.respond({"values": values})
    assert lab.shown["values"] == values
    np.testing.assert_array_equal(lab.network.v, range(9))
    assert "the target is y = 1," in lab.summary()


@pytest.mark.parametrize("values", [[0, 0, 0], [1e3] * 12, [np.nan] * 12, ["a"] * 12])
def test_values_that_make_no_sense_are_refused_and_change_nothing(values):
    lab = labs.backprop()
    before = lab.shown
    with pytest.raises((TypeError, ValueError)):
        lab.respond({"values": values})
    assert lab.shown == before


def test_extreme_values_have_their_pictures():
    lab = labs.backprop((100, -100), 100, [100] * 9)
    assert "nan" not in str(lab.shown)
    assert lab._repr_mimebundle_()[0]["image/png"]


def test_numbers_are_written_as_people_write_them():
    assert [_text(x) for x in (-0.01234, 1.2e-5, 0.0, 3.0)] == ["−0.0123", "1.2·10⁻⁵", "0", "3"]
