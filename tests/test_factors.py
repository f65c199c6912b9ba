"""The lab of the factors, the lens of a small move, and the circle's contour line."""

import numpy as np
import pytest
from test_labs import frames, values

from gdlib import labs
from gdlib.costs import COSTS, from_function, quadratic, ravine, valley
from gdlib.descent import gradient_descent


def seconds(lab):
    return lab.scene["sliders"][1]["values"]


def test_every_frame_is_gradient_descent_and_each_step_multiplies_by_the_factors():
    lab = labs.factors((2, 20), steps=20)
    film = frames(lab)
    assert len(lab.film["frames"]) < 300_000
    for i, second in enumerate(seconds(lab)):
        for j in (0, 12, 25, 40):
            eta = values(lab)[j]
            d = gradient_descent(quadratic([2, second]), (1, 1), eta, 20)
            one, other = 1 - 2 * eta, 1 - second * eta
            assert film["factor1"][i, j, 0] == pytest.approx(one, abs=1e-6)
            assert film["factor2"][i, j, 0] == pytest.approx(other, abs=1e-6)
            np.testing.assert_allclose(film["v1"][i, j], d.v[:, 0], rtol=1e-5, atol=1e-37)
            np.testing.assert_allclose(film["v1"][i, j], one ** np.arange(21), atol=1e-6)
            np.testing.assert_allclose(
                film["v2"][i, j], other ** np.arange(21), rtol=1e-4, atol=1e-6
            )
            whole = np.hypot(film["v1"][i, j], film["v2"][i, j]) / np.sqrt(2)
            np.testing.assert_allclose(film["distance"][i, j], whole, rtol=1e-5, atol=1e-30)


def test_the_sliders_open_where_they_were_told_and_the_second_chooses_the_film():
    lab = labs.factors((2, 15), eta=0.1)
    eta, second = lab.sliders
    assert values(lab)[eta] == 0.1
    assert seconds(lab)[second] == 15
    assert lab.scene["tracks"][0]["chooser"] == 1
    assert lab.scene["sliders"][1]["words"][second] == "2/λ_max = 0.133"
    assert "by 0.8 and v₂ by -0.5; it overshoots but converges" in lab.summary()
    lab.sliders = [eta, seconds(lab).index(20)]
    assert "v₂ by -1; it oscillates for ever" in lab.summary()
    np.testing.assert_array_equal(lab.descent.v[1], [0.8, -1])


@pytest.mark.parametrize("pair", [(2, 20), (20, 2), (1, 1), (0.03, 0.1), (1, 5000)])
def test_every_pair_of_curvatures_has_learning_rates_on_both_sides_of_its_limit(pair):
    lab = labs.factors(pair)
    etas = values(lab)
    assert len(etas) == 41
    assert min(etas) < 2 / max(pair) < max(etas)
    assert seconds(lab)[lab.sliders[1]] == pair[1]
    assert lab.descent.regime != "diverges"
    assert len(lab.film["frames"]) < 310_000


def test_the_ground_is_that_of_the_film():
    grounds = labs.factors().scene["pictures"][1]["grounds"]
    assert len(grounds) == 9
    numbers = [len(ground) for ground in grounds]
    assert numbers == sorted(numbers)  # the steeper, the more contours
    assert len({ground[0][0] for ground in grounds}) == 1  # the same height, the same colour


@pytest.mark.parametrize("cost", COSTS.values(), ids=COSTS)
def test_the_error_falls_by_two_decades_for_one_and_lies_on_its_axis(cost):
    lab = labs.small_move(cost, (0.4, 0.3), angle=90)
    error = frames(lab)["error"][0, :41]  # two decades of the shortest lengths
    picture = next(p for p in lab.scene["pictures"] if p["name"] == "error")
    assert picture["equal"]
    assert picture["y"]["high"] / picture["y"]["low"] == pytest.approx(1e7)
    assert (np.nanmax(error, initial=0)) < picture["y"]["high"]
    straight = error[-1] > 0  # but for rounding
    falls = np.log10(error[-1] / error[0])[straight]
    lengths = values(lab)
    decades = np.log10(lengths[40] / lengths[0])
    assert np.median(falls) == pytest.approx(2 * decades, abs=0.1)


def test_where_nothing_bends_there_is_no_error_but_a_lens():
    lab = labs.small_move(from_function(lambda v: 3 * v[0] - v[1]), (0.2, 0.1))
    picture = next(p for p in lab.scene["pictures"] if p["name"] == "error")
    assert picture["y"]["high"] == 1  # differences of the gradient alone make no picture
    flat = labs.small_move(valley, (0, 0))
    assert flat.film["start"]["rise"] == pytest.approx(1)  # C = ‖v‖² at ‖v‖ = 1
    assert labs.small_move(valley, (3, 0)).film["start"]["rise"] == pytest.approx(12)
    saddle = labs.small_move(COSTS["saddle"], (0.3, 0.3))
    assert np.isnan(frames(saddle)["error"][0, :, 9]).all()  # along 45° it is all rounding


def test_the_circle_shows_the_gradient_and_the_contour_line_through_its_point():
    lab = labs.epsilon_circle(ravine, (0.5, -0.4))
    start = lab.film["start"]
    assert (start["gradient1"], start["gradient2"]) == (1, -8)
    C = ravine.function(np.array([0.5, -0.4]))
    pieces = lab.film["contour"].split("M")[1:]
    assert pieces
    for piece in pieces:
        corners = [corner.split(",") for corner in piece.replace("l", " ").split()]
        places = np.cumsum(np.array(corners, dtype=float), axis=0).T / 1000
        v = np.array([2 * places[0] - 1, 1 - 2 * places[1]])
        np.testing.assert_allclose(ravine.function(v), C, atol=0.05)
    before = lab.film["contour"]
    lab.respond({"start": [0.5, 0.2]})
    assert lab.film["contour"] != before
