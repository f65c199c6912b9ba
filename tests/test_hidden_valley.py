"""The hidden valley: its grounds, and what the browser is handed of them."""

import numpy as np
import pytest

from gdlib import labs
from gdlib.costs import from_function, from_grid, quadratic, rosenbrock, saddle
from gdlib.derivatives import gradient_error
from gdlib.descent import gradient_descent
from gdlib.labs.hidden_valley import GONE, LAST_ROUND, PROBES, N, ground, survey

ROUNDS = range(0, 60, 3)


def places(cost):
    """Return all that can be probed, (2, n²), row by row from the south-west."""
    sides = (np.linspace(low, high, N) for low, high in cost.domain)
    return np.stack(np.meshgrid(*sides)).reshape(2, -1)


def paths(data):
    """Return the paths as the browser reads them, (3, 12, n²); nan once they have left the map."""
    packed = np.frombuffer(data["paths"], np.int16).reshape(3, PROBES, -1).astype(float)
    low, high = np.array(data["reach"]).T[:, :, None, None]
    return np.where(packed == GONE, np.nan, low + (packed + 32767) / 65534 * (high - low))


@pytest.mark.parametrize("number", ROUNDS)
def test_a_round_is_one_ground_with_slopes_and_a_lowest_point_inside(number):
    cost, again = ground(number), ground(number)
    v = places(cost)
    C = cost.function(v)
    np.testing.assert_array_equal(C, again.function(v))
    assert gradient_error(cost, v) < 1e-7
    assert np.abs(v[:, np.argmin(C)]).max() < 1.8
    assert np.ptp(C) > 3
    assert not np.array_equal(C, ground(number + 1).function(v))


@pytest.mark.parametrize("cost", [ground(2), ground(12), rosenbrock], ids=lambda cost: cost.name)
def test_the_browser_is_handed_heights_slopes_and_gradient_descent(cost):
    data, v = survey(cost), places(cost)
    np.testing.assert_allclose(
        np.frombuffer(data["heights"], np.float32), cost.function(v), rtol=1e-6, atol=1e-6
    )
    slopes = np.frombuffer(data["slopes"], np.float32).reshape(2, -1)
    np.testing.assert_allclose(slopes, cost.gradient(v), rtol=1e-5, atol=1e-5)
    error = np.array([high - low for low, high in data["reach"]])[:, None] / 65534
    for i in (45, 500, 840, 1300, 1600):
        d = gradient_descent(cost, v[:, i], data["eta"], PROBES)
        shown = paths(data)[..., i]
        assert (np.abs(shown - np.stack([*d.v[1:].T, d.C[1:]])) <= error).all()


@pytest.mark.parametrize("number", ROUNDS)
def test_gradient_descent_behaves_well_on_every_ground(number):
    data = survey(ground(number))
    C = np.concatenate([
        np.frombuffer(data["heights"], np.float32)[None], paths(data)[2]
    ])  # fmt: skip
    low, high = data["reach"][2]
    assert not (np.diff(C, axis=0) > 1e-3 * (high - low)).any()
    descent = (C[0] - np.nanmin(C, axis=0)) / (C[0] - low + 1e-6)
    assert np.median(descent) > 0.6
    assert np.nanmin(C) == pytest.approx(data["lowest"][2], abs=1e-3 * (high - low))


def test_a_path_that_leaves_the_map_ends_there():
    data = survey(saddle)
    path = paths(data).reshape(3, PROBES, N, N)
    assert np.isnan(path[:, -1, 0, 20]).all()
    assert np.isfinite(path[:, -1, 20, 20]).all()  # on the ridge it rolls to the middle
    gone = np.isnan(path[0])
    assert (gone[1:] >= gone[:-1]).all()


def test_a_ground_may_have_holes_and_may_be_level():
    with np.errstate(all="ignore"):
        holes = survey(from_function(lambda v: np.log(v[0]) ** 2 + v[1] ** 2, [(-1, 1), (-1, 1)]))
    assert np.isnan(np.frombuffer(holes["heights"], np.float32)).any()
    assert np.isfinite(holes["lowest"]).all()
    level = survey(from_function(lambda v: 0 * v[0] + 3))
    assert level["lowest"][2] == 3
    assert np.isfinite(paths(level)).all()


def test_the_lab_carries_rounds_along_and_asks_for_others():
    lab = labs.hidden_valley(LAST_ROUND - 1)
    assert [data["round"] for data in lab.grounds] == [LAST_ROUND - 1, LAST_ROUND]
    size = sum(len(part) for part in lab.grounds[0].values() if isinstance(part, bytes))
    assert size < 150_000
    assert [data["round"] for data in labs.hidden_valley(LAST_ROUND).grounds] == [LAST_ROUND, 0]
    lab.probes_made = [0, N * N - 1]
    np.testing.assert_allclose(lab.probes, [[-2, -2], [2, 2]])
    lab.respond({"round": 7})
    assert lab.round == 7
    assert lab.cost.name == "round 7"
    assert lab.probes.shape == (0, 2)
    with pytest.raises(ValueError, match="from 0 to 9999"):
        lab.respond({"round": LAST_ROUND + 1})
    assert lab.round == 7


def test_the_lab_takes_a_ground_of_your_own():
    axis = np.linspace(-1, 1, 9)
    real = from_grid(axis, 2 * axis, axis[:, None] ** 2 + np.sin(axis), "real")
    lab = labs.hidden_valley(cost=real)
    assert lab.cost is real
    (data,) = lab.grounds
    assert data["rounds"] == 0
    assert data["reach"][1] == (-2, 2)


def test_what_is_said_before_the_game_gives_nothing_away():
    lab = labs.hidden_valley(3)
    bundle, metadata = lab._repr_mimebundle_()
    lowest = lab.grounds[0]["lowest"]
    for text in (bundle["text/plain"], metadata["image/png"]["alt"]):
        assert "12 probes" in text
        assert not any(f"{abs(number):.1f}" in text for number in lowest)
    assert bundle["image/png"] == labs.hidden_valley(4)._repr_mimebundle_()[0]["image/png"]


@pytest.mark.parametrize(
    ("arguments", "error", "says"),
    [
        ({"round": -1}, ValueError, "from 0 to 9999"),
        ({"round": 1.5}, TypeError, "whole number"),
        ({"round": True}, TypeError, "whole number"),
        ({"cost": quadratic([1, 2, 3])}, ValueError, "2 variables"),
        ({"cost": lambda v: v[0]}, TypeError, "must be a Cost"),
    ],
)
def test_what_makes_no_sense_is_refused(arguments, error, says):
    with pytest.raises(error, match=says):
        labs.hidden_valley(**arguments)
