import io
import math
import re
import sys
from dataclasses import replace
from functools import partial
from types import SimpleNamespace

import matplotlib.pyplot as plt
import numpy as np
import pytest
from PIL import Image

from gdlib import labs
from gdlib.activation import sigmoid
from gdlib.costs import (
    COSTS,
    Cost,
    from_function,
    from_grid,
    ravine,
    rosenbrock,
    two_valleys,
    valley,
)
from gdlib.descent import descents, followed, gradient_descent
from gdlib.labs.basins import ends
from gdlib.labs.caption import name_of_cost
from gdlib.labs.descents import Parting
from gdlib.labs.lab import STOPPED
from gdlib.labs.scales import lowest, three_decades
from gdlib.landscape import cost_on_plane, trajectory_plane
from gdlib.mnist import Digits, one_hot
from gdlib.network import Network


def frames(lab):
    """Return the film as the front end reads it: {channel: (films, positions, steps)}."""
    packed = np.frombuffer(lab.film["frames"], np.float32).astype(float)
    size = np.abs(packed)
    with np.errstate(over="ignore"):
        far = np.sign(packed) * 10 ** (size / 1e30 + 29)
    numbers = np.where(size > 1e30, far, packed).reshape(-1, *lab.film["shape"])
    return dict(zip(lab.film["channels"], numbers, strict=True))


def dropped(lab):
    """Return the place where the ball was dropped, a list."""
    return [number for name, number in lab.film["start"].items() if name in ("v1", "v2")]


def words(lab, film=0):
    """Return the mark and the words of a film, at each position, or at each position and step."""
    numbers = np.frombuffer(lab.film["words"], np.uint8)
    numbers = numbers.reshape(*lab.film["shape"][:2], -1)[film]
    return np.array([" ".join(text) for text in lab.film["texts"]])[numbers]


@pytest.mark.parametrize("cost", COSTS.values(), ids=COSTS)
def test_every_frame_of_the_film_is_gradient_descent(cost):
    lab = labs.ball(cost, steps=50)
    film = frames(lab)
    for i in (0, 40, 68, 100, 108, 120):
        d = gradient_descent(cost, dropped(lab), values(lab)[i], 50)
        n = len(d.C)
        assert lab.film["lengths"][0][i] == n
        assert words(lab)[i, 0].endswith(f" {d.regime}")
        slope = np.hypot(*d.nabla_C.T)
        for name, expected in zip(("v1", "v2", "C", "slope"), (*d.v.T, d.C, slope), strict=True):
            shown = film[name][0, i]
            # 32 bits hold 7 digits, and of numbers beyond 10³⁰ the logarithm
            np.testing.assert_allclose(shown[:n], expected, rtol=1e-4, atol=1e-38)
            near = np.abs(expected) < 1e30
            np.testing.assert_array_equal(shown[:n][near], expected[near].astype(np.float32))
            assert np.isnan(shown[n:]).all()
        for name, change in (("promised", d.predicted_change), ("actual", d.actual_change)):
            shown = film[name][0, i]
            near = np.abs(change) < 1e30
            error = 1e-6 * np.abs(change) + 1e-12 * np.abs(d.C[:-1]) + 1e-38
            assert (np.abs(shown[: n - 1] - change) <= error)[near].all()
            assert np.isnan(shown[n - 1 :]).all()


OWN = ["ball", "duel", "ghost", "basins", "small_move", "epsilon_circle", "rates"]


def lab_of(name, function):
    """Return a lab of your own function by its name."""
    others = {
        "small_move": [(0.5, 0.25)],
        "epsilon_circle": [(0.5, 0.25)],
        "rates": [(0.5, 0.25), {"constant": 0.1}],
    }
    return getattr(labs, name)(function, *others.get(name, []))


def values(lab):
    return lab.scene["sliders"][0]["values"]


def test_the_slider_holds_the_landmarks_of_the_valley():
    etas = values(labs.ball(valley))
    assert len(etas) == len(set(etas)) == 121
    assert {0.002, 0.01, 0.1, 0.2, 0.5, 1.0, 2.0} <= set(etas)
    assert labs.ball(valley).scene["sliders"][0]["marks"] == [
        (pytest.approx(108, abs=0.1), "2/λ_max = 1")
    ]
    assert labs.ball(ravine).scene["sliders"][0]["marks"][0][1] == "2/λ_max = 0.1"
    assert labs.ball(COSTS["saddle"]).scene["sliders"][0]["marks"] == []


KINKS = {
    "the sum of sizes": lambda v: np.abs(v[0]) + np.abs(v[1]),
    "a cone": lambda v: np.sqrt(v @ v),
    "a roof upside down": lambda v: np.where(v[0] > 0, v[0], -2 * v[0]) + v[1] ** 2,
    "beside the grid": lambda v: np.abs(v[0] - 0.305) + v[1] ** 2,
}
LEVEL = {
    "a constant": lambda v: 3.0,
    "zero": lambda v: 0 * v[0],
    "sin² + cos²": lambda v: np.sin(v[0]) ** 2 + np.cos(v[0]) ** 2,
    "high up": lambda v: 1e16 + v[0] ** 2 + v[1] ** 2,
}


@pytest.mark.slow
@pytest.mark.parametrize("name", KINKS)
def test_a_kink_gets_learning_rates_that_suit_the_picture(name):
    lab = labs.ball(KINKS[name])
    assert lab.scene["sliders"][0]["marks"] == []
    moves = np.linalg.norm(np.diff(lab.descent.v[:2], axis=0)) / 2  # in widths of the picture
    assert 0.01 < moves < 0.2
    assert {"crawls", "oscillates for ever"} <= {text.split(" ", 1)[1] for text in words(lab).flat}


def test_flat_bottoms_and_planes_get_learning_rates_that_suit_the_picture():
    for C in (lambda v: (v[0] - 0.307) ** 4 + v[1] ** 4, lambda v: v[0] - 2 * v[1]):
        lab = labs.ball(C)
        assert lab.scene["sliders"][0]["marks"] == []
        assert 0.01 < np.abs(np.diff(lab.descent.v[:2], axis=0)).max() / 2 < 0.2
    assert lab.descent.regime == "runs off downhill for ever"


@pytest.mark.slow
@pytest.mark.parametrize("name", LEVEL)
@pytest.mark.parametrize("grid", [False, True])
def test_level_ground_is_drawn_and_the_ball_stays(name, grid):
    cost = from_function(LEVEL[name])
    if grid:
        v = np.linspace(-1, 1, 9)
        cost = from_grid(v, v, cost.function(np.stack(np.meshgrid(v, v))) + np.zeros((9, 9)))
    lab = labs.ball(cost)
    bands = lab.scene["pictures"][1]["bands"]
    even = [outline for _, outline in bands if outline]
    assert even
    assert set(even) == {bands[0][1]}  # each covers the whole picture
    assert lab._repr_mimebundle_()[0]["image/png"]
    if not grid:
        assert set(words(lab).flat) == {"~ stays: ∇C is 0"}
        one = from_function(LEVEL[name.replace("high up", "zero")], ((-1, 1),))
        assert labs.ball(one)._repr_mimebundle_()[0]["image/png"]


def test_a_flat_bottom_is_no_hole_in_the_map():
    lab = labs.ball(lambda v: np.maximum(v[0] ** 2 + v[1] ** 2 - 0.25, 0))
    _, outline = lab.scene["pictures"][1]["bands"][0]
    assert outline.count("M") == 1


@pytest.mark.parametrize("size", [1e-3, 1e-9, 1e6])
def test_small_pictures_have_starts_of_their_own(size):
    def bowl(v):
        return v[0] ** 2 + v[1] ** 2

    lab = labs.ball(from_function(bowl, ((-size, size),) * 2))
    np.testing.assert_allclose(dropped(lab), [-0.88 * size, 0.72 * size])
    lab.respond({"start": [0.1234567 * size, -0.6 * size]})
    np.testing.assert_allclose(dropped(lab), [0.1234567 * size, -0.6 * size], atol=size / 900)
    move = labs.small_move(from_function(bowl, ((-size, size),) * 2), (0, 0))
    move.respond({"start": [0.5 * size, 0.25 * size]})
    assert dropped(move) == pytest.approx([0.5 * size, 0.25 * size])
    one = labs.ball(from_function(lambda v: v[0] ** 2, ((-size, size),)))
    heights = np.array(one.scene["pictures"][0]["curve"])[:, 1]
    assert len(np.unique(heights)) > 90


def test_the_limit_is_that_of_the_bottom_not_of_the_nearest_point_of_the_grid():
    mark = labs.ball(rosenbrock).scene["sliders"][0]["marks"][0][1]
    assert mark == "2/λ_max = 0.002"  # λ_max at (1, 1) is 501 + √(501² − 400), about 1,002
    shifted = labs.ball(lambda v: np.exp(v[0] - 0.307) - v[0] + 3 * (v[1] - 0.123) ** 2)
    assert shifted.scene["sliders"][0]["marks"][0][1] == "2/λ_max = 0.333"


def test_the_limit_of_a_large_picture_far_from_zero():
    def waves(v):
        return 50 - 50 * np.cos((v[0] - 900) / 50) + (v[1] - 40) ** 2 / 200

    lab = labs.ball(from_function(waves, ((810, 1010), (-60, 140))))
    assert lab.scene["sliders"][0]["marks"][0][1] == "2/λ_max = 100"


def test_a_large_limit_is_written_in_full():
    lab = labs.ball(lambda v: (v[0] ** 2 + v[1] ** 2) / 57_654)
    assert lab.scene["sliders"][0]["marks"][0][1] == "2/λ_max = 57,700"


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:pits")  # on a slow machine it is mentioned
def test_basins_of_a_function_for_single_points_are_coarser_and_say_so():
    calls = 0

    def pits(v):
        nonlocal calls
        calls += 1
        return (abs(v[0]) - 0.5) ** 2 + v[1] ** 2 if v[0] > 0 else (v[0] + 0.5) ** 2 + v[1] ** 2

    lab = labs.basins(pits, eta=0.1)
    assert calls < 2e6
    assert "Only 41 × 41 starts, for pits takes one point at a time" in lab.summary()
    assert "blue: to (−0.50, 0.00) 4" in lab.summary()
    assert lab._repr_mimebundle_()[0]["image/png"]


@pytest.mark.slow
@pytest.mark.parametrize("name", OWN)
def test_names_may_hold_what_mathematics_is_set_with(name):
    cost = Cost("$\\foo$", valley.function, valley.gradient, valley.domain, "$\\bar$")
    assert "foo" in lab_of(name, cost)._repr_mimebundle_()[0]["text/plain"]


@pytest.mark.parametrize("limit", [1e-3, 0.0021, 0.227, 1.0, 47.3, 1e4])
def test_learning_rates_are_three_even_decades_around_the_limit(limit):
    etas = np.array(three_decades(2 * limit))
    assert len(etas) == 121
    assert etas[-1] / etas[0] == pytest.approx(1000)
    assert 2 * limit * 0.99 <= etas[-1] < 2 * limit * 1.07
    ratios = etas[1:] / etas[:-1]
    assert ratios.min() > 1.03
    assert ratios.max() < 1.08


def test_the_lowest_point_is_found_in_a_narrow_valley_that_runs_aslant():
    np.testing.assert_allclose(lowest(rosenbrock), [1, 1], rtol=0, atol=3e-6)


def test_the_lab_opens_where_it_was_told_to():
    lab = labs.ball(valley, start=(-0.5, 0.25), eta=0.2, steps=30)
    assert lab.eta == 0.2
    assert dropped(lab) == [-0.5, 0.25]
    np.testing.assert_array_equal(lab.descent.v, gradient_descent(valley, (-0.5, 0.25), 0.2, 30).v)
    lab.sliders = [lab.sliders[0] + 20]
    assert lab.eta == 0.63
    assert lab.descent.regime == "overshoots but converges"


def test_requests_drop_the_ball_and_change_the_surface():
    lab = labs.ball(valley, eta=0.2)
    lab.respond({"start": [0.12345, -0.6]})
    assert dropped(lab) == [0.123, -0.6]
    assert lab.eta == 0.2
    lab.respond({"surface": "rosenbrock"})
    assert lab.scene["choice"]["now"] == "rosenbrock"
    assert lab.descent.v[0].tolist() == dropped(lab)
    np.testing.assert_array_equal(lab.descent.C[0], rosenbrock.function(lab.descent.v[0]))


@pytest.mark.parametrize("name", OWN)
@pytest.mark.parametrize(
    ("function", "error", "message"),
    [
        (lambda v: v[0] + 1j, ValueError, "must return one real number for one point v, got"),
        (lambda v: v, ValueError, r"must return one real number .* got shape \(2,\)"),
        (lambda v: "high", ValueError, "must return one real number .* got 'high'"),
        (lambda v: None, ValueError, "must return one real number .* got None"),
        (lambda v: math.nan, ValueError, "finite"),
        (lambda v: {}["a road"], ValueError, "failed at v = .* KeyError: 'a road'"),
    ],
)
def test_a_function_of_your_own_that_is_no_cost_is_refused(name, function, error, message):
    with pytest.raises(error, match=message):
        lab_of(name, function)


@pytest.mark.slow
@pytest.mark.parametrize("name", OWN)
def test_a_function_of_your_own_may_have_a_hole_and_may_write_into_v(name):
    def hole(v):
        inside = v[0] ** 2 + v[1] ** 2
        v[:] = 7
        return np.where((inside > 0.1) & (inside < 3), np.sqrt(np.maximum(inside - 0.1, 0)), np.nan)

    data, _ = lab_of(name, hole)._repr_mimebundle_()
    assert data["image/png"]
    assert "hole" in data["text/plain"]


@pytest.mark.slow
@pytest.mark.parametrize("name", OWN)
def test_a_lab_goes_on_after_an_interrupt(name):
    calls_left = math.inf

    def bowl(v):
        nonlocal calls_left
        calls_left -= 1
        if calls_left < 0:
            raise KeyboardInterrupt
        return v[0] ** 2 + 2 * v[1] ** 2

    lab = lab_of(name, bowl)
    before, told = (lab.film, lab.scene, lab.summary()), []
    lab.send = told.append
    for calls in (0, 3, 8):
        calls_left = calls
        lab._on_request(lab, {"start": [0.5, -0.5]}, [])
        assert told.pop() == {"error": STOPPED}  # or the lab would wait for an answer
        calls_left = math.inf
        assert (lab.film, lab.scene, lab.summary()) == before
    lab._on_request(lab, {"start": [0.5, -0.5]}, [])
    assert dropped(lab) == [0.5, -0.5]


@pytest.mark.slow
@pytest.mark.parametrize(("name", "most"), [("ball", 1000), ("basins", 2500), ("small_move", 50)])
def test_a_lab_calls_a_function_of_your_own_with_whole_grids(name, most):
    calls = 0

    def bowl(v):
        nonlocal calls
        calls += 1
        return v[0] ** 2 + 2 * v[1] ** 2

    lab_of(name, bowl)._repr_mimebundle_()
    assert 0 < calls < most


@pytest.mark.slow
def test_an_error_is_told_and_the_lab_stays_as_it_was():
    told = []
    lab = labs.ball(from_function(lambda v: math.hypot(*v) if v[0] < 0.9 else math.nan))
    lab.send = told.append
    before = lab.film
    lab._on_request(lab, {"start": [0.95, 0.5]}, [])
    assert re.search("must be a finite number .* got nan", told[-1]["error"])
    assert lab.film == before
    lab._on_request(lab, {"start": [0.5, 0.5]}, [])
    assert told[-1] == {"error": ""}
    assert dropped(lab) == [0.5, 0.5]


def test_your_own_function_gets_the_same_lab():
    def bowl(v):
        return (
            v[0] ** 2 + 2 * v[1] ** 2 if v[0] > 0 else v[0] ** 2 + v[1] ** 2
        )  # one point at a time

    lab = labs.ball(bowl, start=(-0.4, 0.4), eta=0.1)
    assert lab.scene["choice"]["now"] == "bowl"
    assert ("bowl", "bowl: bowl(v)") in lab.scene["choice"]["options"]
    assert lab.descent.regime == "converges"


def test_your_rule_rolls_the_ball_at_every_learning_rate(capsys):
    def half_steps(v, nabla_C, eta):
        print("here")
        v -= eta * nabla_C / 2
        return list(v)

    lab = labs.ball(ravine, start=(-0.9, 0.7), eta=0.1, steps=20, rule=half_steps)
    assert capsys.readouterr().out == ""
    for i in (0, 60, 120):
        d = gradient_descent(ravine, (-0.9, 0.7), values(lab)[i] / 2, 20)
        np.testing.assert_allclose(frames(lab)["v2"][0, i], d.v[:, 1], rtol=1e-6, atol=1e-12)
    assert lab.scene["code"].endswith("steps=20, rule=half_steps)")
    assert "rule=half_steps" in lab.summary()
    assert lab.scene["pictures"][1]["label"] == "Δv"
    assert labs.ball(ravine).scene["pictures"][1]["label"] == "−η∇C"
    lab.respond({"start": [0.5, 0.5]})
    lab.respond({"surface": "valley"})
    assert lab.scene["code"].endswith("rule=half_steps)")
    assert lab.message == ""


def test_what_is_wrong_with_your_rule_is_told_in_the_lab_and_the_ball_rests():
    def timid(v, nabla_C, eta):
        if abs(v[0]) >= abs(v[1]):  # as on all of a path on the valley, or never
            return v - eta * nabla_C

    lab = labs.ball(valley, start=(-0.5, 0.25), steps=20, rule=timid)
    assert lab.message == ""
    told = []
    lab.send = told.append
    lab._on_request(lab, {"start": [0.25, 0.5]}, [])
    assert told == [{"error": ""}]  # the lab has an answer
    assert "got None. Does it end with return?\n  line" in lab.message
    assert "got None" in lab.summary()
    assert set(np.ravel(lab.film["lengths"])) == {2}
    assert (frames(lab)["v1"][..., :2] == 0.25).all()
    assert dropped(lab) == [0.25, 0.5]
    lab._on_request(lab, {"start": [-0.5, 0.25]}, [])
    assert lab.message == ""
    assert lab.descent.v.shape == (21, 2)
    with pytest.raises(TypeError, match="rule must be a function of v, nabla_C, eta, got 3"):
        labs.ball(valley, rule=3)


def test_your_gradient_rolls_the_ball():
    def my_gradient(v):
        return [2 * v[0], 20 * v[1]]

    lab = labs.ball(from_function(ravine.function, gradient=my_gradient), (-0.9, 0.7), 0.05, 20)
    same = labs.ball(ravine, (-0.9, 0.7), 0.05, 20)
    assert values(lab) == values(same)
    np.testing.assert_array_equal(lab.descent.v, same.descent.v)


def test_paths_that_part_are_opened_and_marked_there():
    def starts_late(cost, v0, etas, steps):
        stay = np.array([v0] * 4)
        rest = [gradient_descent(cost, v0, eta, steps).v for eta in etas]
        return [
            followed(cost, [*path[:3], *path[2 : steps - 1]] if eta > 0.01 else [*stay], eta)
            for eta, path in zip(etas, rest, strict=True)
        ]

    lab = Parting(ravine, (-0.9, 0.7), 0.03, 10, starts_late)
    assert lab.parted == lab.step == 3
    assert lab.gaps()[:3].max() < 0.02 < lab.gaps()[3]
    assert lab.scene["steps"]["marks"] == [(3, "they part")]
    assert f"η = {lab.eta:g} yours and the right one part at step 3" in lab.scene["title"]
    lab.respond({"start": [0.0, 0.0]})
    assert (lab.parted, lab.step, lab.scene["steps"]["marks"]) == (None, 0, [])
    assert lab.scene["title"].endswith("go the same way")


def test_a_lab_refuses_what_it_cannot_show():
    with pytest.raises(ValueError, match="needs a cost of 2 variables, bowl has 3"):
        labs.ball(Cost("bowl", valley.function, valley.gradient, ((-1, 1),) * 3, ""))
    with pytest.raises(ValueError, match="is not finite anywhere"):
        labs.ball(from_function(lambda v: math.nan))
    with pytest.raises(ValueError, match=r"v0 of valley must be finite numbers of shape \(2,\)"):
        labs.ball(valley, start=(1, 2, 3))
    with pytest.raises(ValueError, match=r"steps must be .* to 2000, got 1000000"):
        labs.ball(valley, steps=1_000_000)
    with pytest.raises(ValueError, match="eta must be positive"):
        labs.ball(valley, eta=-1)
    with pytest.raises(TypeError, match="must be a function of v, got 'valley'"):
        labs.ball("valley")


@pytest.mark.slow
def test_one_bundle_holds_the_lab_its_poster_and_its_text():
    lab = labs.ball(valley, start=(-0.5, 0.5), eta=0.1)
    data, metadata = lab._repr_mimebundle_()
    assert data["application/vnd.jupyter.widget-view+json"]["model_id"] == lab.model_id
    assert data["text/plain"] == (
        "Lab, the rolling ball: "
        "gradient_descent(valley, v0=(-0.5, 0.5), eta=0.1, steps=100). It converges: "
        "C = 0.5 at the start; after 100 steps v = (-1.02e-10, 1.02e-10), C = 2.07e-20. "
        "The limit 2/λ_max is 1."
    )
    assert metadata["image/png"]["alt"] == data["text/plain"]
    poster = Image.open(io.BytesIO(data["image/png"]))
    assert poster.width > 900
    assert len(np.unique(poster)) > 100  # there is something on it


def test_the_contours_cover_the_picture_and_grow_smaller():
    bands = labs.ball(valley).scene["pictures"][1]["bands"]
    assert len(bands) == len({colour for colour, _ in bands}) == 13

    def area(outline):
        """Area by the shoelace formula, holes counted negative, in squares of 1000 × 1000."""
        total = 0
        for ring in filter(None, outline.replace("Z", "").split("M")):
            corners = [point.split(",") for point in ring.replace("l", " ").split()]
            x, y = np.cumsum(np.array(corners, dtype=float), axis=0).T  # where each move leads
            total += (x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2
        return abs(total) / 1e6

    areas = [area(outline) for _, outline in bands]
    assert areas[0] == pytest.approx(1, abs=0.02)
    assert all(np.diff(areas) < 0)


def test_the_ghost_is_the_same_descent_with_momentum():
    lab = labs.ghost(ravine, start=(-0.9, 0.7), eta=0.01, momentum=0.8, steps=20)
    i = lab.sliders[0]
    for v1, momentum in zip(frames(lab)["v1"], (0.0, 0.8), strict=True):
        d = gradient_descent(ravine, (-0.9, 0.7), lab.eta, 20, momentum)
        np.testing.assert_array_equal(v1[i], d.v[:, 0].astype(np.float32))
    assert "momentum=m) for m in (0, 0.8)" in lab.summary()


def test_the_duel_shows_two_learning_rates_of_one_film():
    lab = labs.duel(ravine, start=(-0.9, 0.7), etas=(0.02, 0.09), steps=20)
    assert [track["slider"] for track in lab.scene["tracks"]] == [0, 1]
    assert [values(lab)[i] for i in lab.sliders] == [0.02, 0.09]
    assert "etas=[0.02, 0.09]" in lab.summary()
    assert "other overshoots but converges" in lab.summary()


def test_one_variable_gets_a_graph_with_the_signed_slope():
    def parabola(v):
        return v[0] ** 2

    lab = labs.ball(from_function(parabola, domain=((-1.5, 1.5),)), start=-1.2, eta=0.2, steps=10)
    assert [picture["name"] for picture in lab.scene["pictures"]] == ["graph", "curve"]
    film = {name: numbers[0, lab.sliders[0]] for name, numbers in frames(lab).items()}
    np.testing.assert_allclose(film["v1"], -1.2 * 0.6 ** np.arange(11), rtol=1e-5)
    np.testing.assert_allclose(film["slope"], 2 * film["v1"], rtol=1e-4)
    assert lab.scene["sliders"][0]["marks"][0][1] == "2/λ_max = 1"
    lab.respond({"start": [0.5]})
    assert dropped(lab) == [0.5]


@pytest.mark.parametrize("predict", ["step", "end", "curve", "direction"])
@pytest.mark.parametrize("cost", [valley, from_function(lambda v: v[0] ** 2, ((-1, 1),))])
def test_before_the_answer_neither_poster_nor_text_tells_the_future(cost, predict):
    start = (-0.9, 0.7)[: cost.m]
    labs_of = {eta: labs.ball(cost, start, eta, 40, predict=predict) for eta in (0.05, 0.85)}
    bundles = {eta: lab._repr_mimebundle_() for eta, lab in labs_of.items()}
    slow, fast = (bundle["image/png"] for bundle, _ in bundles.values())
    assert slow == fast
    texts = {bundle["text/plain"].replace(f"{eta:g}", "η") for eta, (bundle, _) in bundles.items()}
    (text,) = texts
    assert text.startswith(f"Lab, the rolling ball: gradient_descent({name_of_cost(cost)[0]}, v0=")
    assert re.search(r"Predict\. .* at η = η\? \(Run this cell to answer\.\)$", text)
    assert labs_of[0.05].answer is None
    labs_of[0.05].answer = {"surface": cost.name, "start": list(start), "eta": 0.05}
    assert f"It {labs_of[0.05].descent.regime}: C = " in labs_of[0.05].summary()
    assert labs_of[0.05]._repr_mimebundle_()[0]["image/png"] != slow


def test_a_duel_and_a_ghost_ask_about_the_other_and_the_ghost():
    duel = labs.duel(valley, etas=(0.1, 0.4), predict="end")
    asked = duel.scene["prediction"]
    assert asked["question"] == "Where will the other ball be after all 60 steps at η = {1}?"
    assert asked["track"] == 1
    assert "Where will the other ball be after all 60 steps at η = 0.4?" in duel.summary()
    assert labs.ghost(valley, predict="step").scene["prediction"]["who"] == "the ghost"
    assert labs.ball(valley).scene["prediction"] is None
    with pytest.raises(ValueError, match=r"predict must be None or one of .*, got 'path'"):
        labs.ball(valley, predict="path")


def test_a_small_move_is_promised_and_measured():
    lab = labs.small_move(ravine, (0.6, -0.4), length=0.1, angle=90)
    film = frames(lab)
    now = {name: numbers[0, lab.sliders[0], lab.step] for name, numbers in film.items()}
    promised, actual = now["promised"], now["actual"]
    length = values(lab)[lab.sliders[0]]
    assert (now["v1"], now["v2"]) == pytest.approx((0.6, -0.4 + length))
    assert promised == pytest.approx(-8 * length)
    assert actual == pytest.approx(-8 * length + 10 * length**2, rel=1e-5)
    assert now["C"] == pytest.approx(0.36 + 10 * (-0.4 + length) ** 2, rel=1e-5)
    assert now["error"] == pytest.approx(10 * length**2, rel=1e-4)
    assert now["ratio"] == pytest.approx(actual / promised)
    said = words(lab)
    for mark, low, high in [("✓", 0, 0.01), ("~", 0.01, 0.1), ("✗", 0.1, np.inf)]:
        error = np.abs(film["ratio"][0] - 1)[np.char.startswith(said, mark)]
        assert ((low < error + 1e-6) & (error < high + 1e-6)).all()
        assert error.size
    lab.respond({"start": [0.1234, 0.2]})
    assert dropped(lab) == [0.123, 0.2]


def test_a_small_move_refuses_what_it_cannot_show():
    with pytest.raises(ValueError, match=r"v0 of valley must be finite numbers of shape \(2,\)"):
        labs.small_move(valley, (1, 2, 3))
    with pytest.raises(ValueError, match="the length of Δv must be positive and finite, got -1"):
        labs.small_move(valley, (0.5, 0.5), length=-1)


def test_a_prediction_unlocks_its_picture_only_when_answered():
    drawn = []

    def picture():
        drawn.append(True)
        figure, axes = plt.subplots(1, 2)
        axes[0].plot([1, 2], label="ravine")
        axes[0].set(xlabel="step", ylabel="C")
        axes[1].set(xlabel="z", ylabel="σ(z)")
        return figure

    asked = labs.predict("How deep?", 2.0, because="Measured.", picture=picture)
    assert asked.answer is None
    assert not drawn
    assert asked.reply == {}
    assert "truth" not in asked.keys
    asked.respond({"answer": 5.0})
    assert asked.answer == 5.0
    assert drawn == [True]
    assert (asked.reply["answer"], asked.reply["truth"]) == ("5", "2")
    assert asked.reply["picture"].startswith(b"\x89PNG")
    assert asked.reply["alt"] == "C against step: ravine; σ(z) against z"
    asked.respond({"answer": 2.0})  # an answer is for good
    assert asked.answer == 5.0
    chosen = labs.predict("Which?", "left", choices=["left", "right"])
    with pytest.raises(ValueError, match=r"must be one of .*, got 'up'"):
        chosen.commit("up")
    chosen.respond({"answer": "left"})
    assert chosen.answer == "left"
    assert chosen.reply["verdict"].startswith("✓")
    assert chosen._repr_mimebundle_()[0]["text/plain"].startswith("Predict. Which?")


def test_a_prediction_whose_picture_fails_says_so():
    asked = labs.predict("How deep?", 2, picture=lambda: 1 / 0)
    asked.commit(2)
    assert "division by zero" in asked.reply["verdict"]
    assert asked.reply["picture"] is None


@pytest.mark.parametrize("answer", [float("nan"), float("inf"), "2", None])
def test_an_answer_that_is_no_number_is_refused_and_does_not_count(answer):
    asked = labs.predict("How deep?", 2)
    with pytest.raises(ValueError, match="must be a finite number"):
        asked.commit(answer)
    assert asked.answer is None
    assert asked.reply == {}


def test_predictions_that_make_no_sense():
    with pytest.raises(ValueError, match="must be one of the choices"):
        labs.predict("Which?", "up", choices=["left", "right"])
    with pytest.raises(TypeError, match="the truth must be a number"):
        labs.predict("Which?", "up")


@pytest.mark.slow
def test_a_minimum_keeps_its_colour_when_eta_changes():
    lab = labs.basins(two_valleys, eta=0.05)
    for position in (lab.sliders[0], 60, 100, 108, 112, 115, 118, 120, 90):
        lab.sliders = [position]
        hint = lab.scene["pictures"][1]["hint"]
        for colour, left in re.findall(r"(blue|orange): to \((−?)", hint):
            assert (colour == "blue") == bool(left), hint  # the left one is the lower


def test_no_move_on_the_circle_beats_the_gradient():
    lab = labs.epsilon_circle(ravine, (-0.6, 0.3), epsilon=0.1, angle=90)
    film = frames(lab)
    promised, actual = film["change"]
    epsilon = np.array(values(lab))
    bound = -epsilon * np.linalg.norm(ravine.gradient(np.array([-0.6, 0.3])))
    np.testing.assert_allclose(film["bound"][0, :, 0], bound, rtol=1e-6)
    assert (promised >= bound[:, None] * (1 + 1e-6)).all()
    lowest = promised.min(axis=1)
    np.testing.assert_allclose(lowest, bound, rtol=2e-3)  # one of 72 directions is near the best
    np.testing.assert_allclose(film["share"][0], -promised / bound[:, None], rtol=1e-5)
    tips = np.stack([film["v1"][0], film["v2"][0]])
    np.testing.assert_allclose(
        actual, ravine.function(tips) - ravine.function([-0.6, 0.3]), atol=1e-5
    )
    for name in ("v1", "v2", "C"):
        np.testing.assert_array_equal(*film[name])


@pytest.mark.parametrize(
    ("cost", "eta", "minima", "shares"),
    [
        # of 201 columns, those left of the ridge at v₁ = 0.0506 end left
        (COSTS["two_valleys"], 0.05, [(-1.02, 0), (0.97, 0)], [104 / 201, 97 / 201, 0, 0, 0]),
        (COSTS["saddle"], 0.1, [], [0, 1 / 201, 200 / 201]),  # the row on the ridge line rests
        (ravine, 0.02, [(0, 0)], [1, 0, 0, 0]),
        (ravine, 0.2, [(0, 0)], [1 / 201, 0, 0, 200 / 201]),  # only the row v₂ = 0 stays
        # whoever is not thrown out at once comes within 1 % if (1 − 2η)²⁰⁰ is small enough
        (valley, 0.001, [(0, 0)], [None, 0, None, 0]),
    ],
)
def test_every_start_is_coloured_by_where_it_ends(cost, eta, minima, shares):
    labels, found = ends(cost, eta)
    np.testing.assert_allclose(np.reshape(found, (-1, 2)), np.reshape(minima, (-1, 2)), atol=1e-9)
    counted = [np.mean(labels == i) for i in range(len(shares))]
    assert sum(counted) == pytest.approx(1)
    if shares[0] is None:  # v shrinks by (1 − 2η)²⁰⁰ in 200 steps, and 1 % of the picture is 0.02
        v = np.linspace(-1, 1, 201) * (1 - 2 * eta) ** 200
        shares[:3] = [np.mean(abs(v) < 0.02) ** 2, 0, 1 - np.mean(abs(v) < 0.02) ** 2]
    assert counted == pytest.approx(shares)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:bumps.v. has taken")  # on a machine that has more to do
def test_more_than_four_minima_are_still_minima():
    def bumps(v):
        return np.cos(2 * np.pi * v[0]) + np.cos(2 * np.pi * v[1])

    lab = labs.basins(from_function(bumps, ((-1.5, 1.5), (-1.5, 1.5))), eta=0.02)
    assert "yellow: other minima" in lab.summary()
    assert "not in a minimum" not in lab.summary() or "not in a minimum < 1%" in lab.summary()


@pytest.mark.slow
def test_small_pictures_have_minima_with_enough_decimals():
    tiny = from_function(lambda v: (v[0] * 1e4) ** 2 + (v[1] * 1e4) ** 2, ((-2e-4, 2e-4),) * 2)
    lab = labs.basins(tiny, eta=2e-9)
    assert "(0.000000, 0.000000) 100%" in lab.summary()


def test_labs_of_the_plane_want_two_variables():
    one = from_function(lambda v: v[0] ** 2, ((-1, 1),))
    for lab in (labs.small_move, labs.epsilon_circle):
        with pytest.raises(ValueError, match="has 1 variables, not 2"):
            lab(one, (0.5,))
    with pytest.raises(ValueError, match="basins need a cost of 2 variables"):
        labs.basins(one)


def test_the_circle_around_a_minimum_says_that_there_is_no_direction():
    lab = labs.epsilon_circle(valley, (0, 0))
    assert "∇C is 0 there" in lab.summary()
    assert lab._repr_mimebundle_()[0]["image/png"]


def test_the_basins_follow_the_slider_and_the_surface():
    lab = labs.basins(ravine, eta=0.02)
    hint = lab.scene["pictures"][1]["hint"]
    assert hint == "η = 0.02. A, blue: to (0.00, 0.00) 100%"
    lab.sliders = [120]
    assert "black: far away 100%" in lab.scene["pictures"][1]["hint"]
    before = lab.scene
    lab.respond({"start": [0.5, 0.5]})
    assert lab.scene is before  # a new start changes no colour
    lab.respond({"surface": "saddle"})
    assert "black: far away" in lab.summary()


@pytest.fixture
def digits(rng):
    return Digits(rng.integers(0, 256, (50, 784), dtype=np.uint8), rng.integers(0, 10, 50))


def cost_on(network, digits):
    return network.cost_on(digits.images, one_hot(digits.labels))


@pytest.mark.parametrize("variable", [None, "v[2]", "−∇C"])
def test_the_nudge_shows_the_cost_and_the_number_right_of_the_network(rng, digits, variable):
    network = Network([784, 5, 10], rng)
    before = network.v.copy()
    lab = labs.nudge(cost_on(network, digits), network.v, variable)
    np.testing.assert_array_equal(network.v, before)
    exact = Network([784, 5, 10], rng, np.float64)
    exact.v[:] = before
    y = one_hot(digits.labels)
    if variable == "−∇C":
        nabla_C = exact.gradient(digits.images, y)
        direction = -nabla_C / np.linalg.norm(nabla_C)
    else:  # hidden neuron 3 to output 8 lies after 784 · 5 + 5 others, and 8 rows of 5
        direction = np.eye(1, before.size, 2 if variable else 3925 + 8 * 5 + 3)[0]
    film = frames(lab)
    assert film["t"].shape == (1, 4, 81)
    C_0, right_0 = (exact.cost(digits.images, y), 50 * exact.accuracy(*digits))
    for zoom, i in [(0, 0), (0, 80), (0, 33), (1, 40), (2, 80), (3, 70)]:
        now = {name: numbers[0, zoom, i] for name, numbers in film.items()}
        assert now["t"] == pytest.approx((i - 40) / 10 ** (zoom + 1))
        exact.v[:] = before + now["t"] * direction
        delta_C = exact.cost(digits.images, y) - C_0
        assert now["change"] == pytest.approx(delta_C, abs=1e-14, rel=1e-5)
        right = 50 * exact.accuracy(*digits)
        assert now["right"] == pytest.approx(right)
        assert now["more"] == pytest.approx(right - right_0)


@pytest.mark.parametrize(
    ("variable", "marked"),
    [("v[2756]", (0, 14 * 28 + 12, 3)), ("v[3968]", (1, 3, 8)), ("v[3923]", (0, None, 3)),
     ("v[3983]", (1, None, 8)), ("−∇C", None)],
)  # fmt: skip
def test_the_nudged_weight_is_marked_in_its_network_which_reads_one_image(
    rng, digits, variable, marked
):
    network = Network([784, 5, 10], rng, np.float64)
    lab = labs.nudge(cost_on(network, digits), network.v, variable)
    picture = lab.scene["pictures"][0]
    assert (picture["kind"], picture["sizes"], picture["marked"]) == (
        "flow", [784, 5, 10], marked
    )  # fmt: skip
    image = np.frombuffer(picture["image"], np.uint8)
    (which,) = np.flatnonzero((digits.images == image).all(axis=1))
    film = frames(lab)
    direction = np.zeros_like(network.v)
    if marked is None:
        direction -= network.gradient(digits.images, one_hot(digits.labels))
        direction /= np.linalg.norm(direction)
    else:
        direction[int(variable[2:-1])] = 1
    for zoom, i in [(0, 0), (0, 70), (1, 40), (3, 80)]:
        now = network.at(network.v + film["t"][0, zoom, i] * direction)
        hidden = sigmoid(now.weights[0] @ (image / 255) + now.biases[0])
        seen = [film[f"a0.{j}"][0, zoom, i] for j in range(5)]
        np.testing.assert_allclose(seen, hidden, rtol=1e-5, atol=1e-7)
        outputs = now.feedforward(image)
        seen = [film[f"a1.{j}"][0, zoom, i] for j in range(10)]
        np.testing.assert_allclose(seen, outputs, rtol=1e-5, atol=1e-7)
        assert film["answer"][0, zoom, i] == outputs.argmax()
    answers = film["answer"][0, 0] == digits.labels[which]
    if film["right"][0, 0].std() > 0:  # an image that changes sides is worth a picture
        assert 0 < answers.mean() < 1


def test_the_nudge_does_without_a_picture_of_a_large_network(rng, digits):
    network = Network([784, 41, 10], rng)
    lab = labs.nudge(cost_on(network, digits), network.v)
    assert [picture["name"] for picture in lab.scene["pictures"]] == ["cost", "read"]
    assert "answer" not in frames(lab)


def test_each_zoom_of_the_nudge_has_axes_that_hold_what_it_shows(rng, digits):
    network = Network([784, 5, 10], rng)
    for variable in ("v[3968]", "v[2756]", "−∇C"):
        lab = labs.nudge(cost_on(network, digits), network.v, variable)
        film = frames(lab)
        for picture in lab.scene["pictures"][1:]:
            for zoom in range(4):
                x, y = (picture[axis]["zooms"][zoom] for axis in ("x", "y"))
                numbers = film[y["channel"]][0, zoom]
                assert y["low"] < numbers.min()
                assert numbers.max() < y["high"]
                assert len(y["ticks"]) >= 2
                assert x["high"] == -x["low"] == [4, 0.4, 0.04, 0.004][zoom]


def test_the_nudge_answers_to_a_choice_and_says_what_is_moved(rng, digits):
    network = Network([784, 5, 10], rng)
    lab = labs.nudge(cost_on(network, digits), network.v)
    names = dict(lab.scene["choice"]["options"])
    assert names["v[3968]"] == "weight from neuron 3 to output 8"
    assert names["v[2756]"] == "weight from pixel (14, 12) to neuron 3"
    assert names["v[3923]"] == "bias of neuron 3"
    assert names["v[3983]"] == "bias of output 8"
    lab.sliders, lab.step = [2], 60
    lab.respond({"surface": "v[3983]"})
    lab.respond({"start": [0.5]})  # a click with Shift on a picture
    assert (lab.scene["choice"]["now"], lab.sliders, lab.step) == ("v[3983]", [2], 60)
    assert "v[3983] (bias of output 8) moved by t from −0.04 to 0.04" in lab.summary()
    images = np.where(np.arange(784) == 0, 0, digits.images).astype(np.uint8)  # no ink there
    lab = labs.nudge(cost_on(network, Digits(images, digits.labels)), network.v, "v[2352]")
    assert "C does not change. The number of the 50 images read correctly takes few values" in (
        lab.summary()
    )
    film = frames(lab)
    assert (film["change"] == 0).all()
    assert (film["more"] == 0).all()


@pytest.mark.parametrize("variable", ["v[3985]", "v[-1]", "w", ""])
def test_the_nudge_refuses_what_it_cannot_move(variable):
    with pytest.raises(ValueError, match=r'must be "−∇C" or "v\[k\]" with k below 3985, got'):
        small_nudge(variable)


def test_the_nudge_needs_a_network_that_reads_digits():
    cost, path = small_run()  # of 12 inputs
    with pytest.raises(ValueError, match="needs 784 inputs and 10 outputs"):
        labs.nudge(cost, path[0])


def small_nudge(variable=None):
    rng = np.random.default_rng(0)
    digits = Digits(rng.integers(0, 256, (50, 784), dtype=np.uint8), rng.integers(0, 10, 50))
    network = Network([784, 5, 10], rng)
    return labs.nudge(cost_on(network, digits), network.v, variable)


def small_run(k=5):
    """Return the cost of a small network, and a path of k points in its space."""
    rng = np.random.default_rng(0)
    network = Network([12, 4, 10], rng, np.float64)
    path = network.v + np.cumsum(rng.standard_normal((k, network.v.size)), axis=0)
    return network.cost_on(rng.random((30, 12)), one_hot(rng.integers(0, 10, 30))), path


def test_the_line_shows_the_truth_beside_the_promise():
    cost, path = small_run(3)
    before = cost.network.v.copy()
    lab = labs.line(cost, path, eta=2.0, largest=100)
    np.testing.assert_array_equal(cost.network.v, before)
    etas = values(lab)
    assert etas[lab.sliders[0]] == 2
    assert max(etas) == 100
    film = frames(lab)
    promise, truth = film["change"]
    for k, v in enumerate(path):
        C, nabla_C = cost.function(v), cost.gradient(v)
        for i in (0, 50, 120):
            actual = cost.function(v - etas[i] * nabla_C) - C
            promised = -etas[i] * nabla_C @ nabla_C
            assert truth[i, k] == pytest.approx(actual, abs=1e-8, rel=1e-5)
            assert promise[i, k] == pytest.approx(promised, rel=1e-6)
            assert film["ratio"][1, i, k] == pytest.approx(actual / promised, rel=1e-4, abs=1e-6)
        assert lab.lowest[k] == etas[truth[:, k].argmin()]
        if np.isfinite(lab.turns[k]):
            assert truth[etas.index(lab.turns[k]), k] > 0
    np.testing.assert_allclose(film["height"][1].min(axis=0), -1)
    assert labs.line(cost, path[0]).lowest.shape == (1,)
    with pytest.raises(ValueError, match="eta must be positive and finite, got -1"):
        labs.line(cost, path, eta=-1)


def test_the_line_takes_any_cost():
    lab = labs.line(valley, [(0.5, 0.5), (1, -1)], eta=0.5, largest=2)
    assert values(lab)[lab.sliders[0]] == 0.5
    np.testing.assert_allclose(lab.lowest, 0.5)  # one step to the bottom, as 2v is the gradient
    np.testing.assert_allclose(lab.turns, min(eta for eta in values(lab) if eta > 1))


def small_real_valley(**changed):
    cost, path = small_run()
    plane, t = trajectory_plane(path), np.linspace(-20, 20, 13)
    surface = from_grid(t, t, cost_on_plane(cost, *plane[:3], t, t), log=True)
    arguments = {"path": path, "epochs": np.arange(5), "plane": plane} | changed
    return labs.real_valley(cost, **arguments, surface=surface)


def test_the_run_and_its_shadow_are_where_they_are_and_at_their_own_cost():
    cost, path = small_run()
    lab, plane = small_real_valley(), trajectory_plane(path)
    assert values(lab)[lab.sliders[0]] == 1
    film = frames(lab)
    shadow, run = film["C"]
    for k, v in enumerate(path):
        foot = plane.origin + plane.coordinates[k] @ [plane.d1, plane.d2]
        for i, share in ((0, 0), (7, 0.35), (20, 1)):
            place = film["v1"][0, i, k], film["v2"][0, i, k]
            np.testing.assert_allclose(place, plane.coordinates[k], rtol=1e-5, atol=1e-5)
            C = cost.function(foot + share * (v - foot))
            assert run[i, k] == pytest.approx(C, rel=1e-6)
            distance = share * np.linalg.norm(v - foot)
            assert film["distance"][1, i, k] == pytest.approx(distance, abs=1e-6)
            assert shadow[i, k] == pytest.approx(cost.function(foot), rel=1e-6)
            assert film["distance"][0, i, k] == 0
    assert run[20, 4] == pytest.approx(run[0, 4])  # the end lies in the plane
    lab.respond({"start": [0, 0]})  # a click with Shift asks for nothing
    assert "5 moments, C on 30 images" in lab.summary()


def test_own_runs_lie_beside_the_real_valley_where_they_were_last_saved():
    cost, path = small_run()
    plane = trajectory_plane(path)
    mine = np.random.default_rng(1).standard_normal((3, cost.m)).astype(np.float32)
    lab = small_real_valley(own={"mine": (list(mine), [0, 1.5, 2]), "<b>": (mine[:2], [1, 9])})
    assert [track["name"] for track in lab.scene["tracks"]] == [
        "1 shadow", "2 the run", "3 mine", "4 <b>"
    ]  # fmt: skip
    film, union = frames(lab), [0, 1, 1.5, 2, 3, 4, 9]
    assert lab.film["lengths"] == [[6] * 21, [6] * 21, [4] * 21, [7] * 21]
    np.testing.assert_array_equal(film["epoch"][1, 0, :6], [0, 1, 1, 2, 3, 4])
    np.testing.assert_array_equal(film["epoch"][2, 20, :4], [0, 0, 1.5, 2])
    np.testing.assert_array_equal(film["epoch"][3, 20], [1, 1, 1, 1, 1, 1, 9])
    for k, saved in enumerate((0, 0, 1, 2)):
        v = mine[saved].astype(float)
        v1, v2 = (v - plane.origin) @ plane.d1, (v - plane.origin) @ plane.d2
        foot = plane.origin + v1 * plane.d1 + v2 * plane.d2
        assert film["v1"][2, 5, k] == pytest.approx(v1, rel=1e-5)
        assert film["distance"][2, 20, k] == pytest.approx(np.linalg.norm(v - foot), rel=1e-5)
        assert film["C"][2, 20, k] == pytest.approx(cost.function(v), rel=1e-5)
        assert film["C"][2, 0, k] == pytest.approx(cost.function(foot), rel=1e-5)
    assert len(union) == film["C"].shape[2]
    assert re.search(
        r" Mine: C falls from [.\d]+ to ≈ [.\d]+, \d+ to \d+ from the plane\.", lab.summary()
    )


def test_before_the_run_begins_the_real_valley_s_caption_is_about_its_first_moment():
    _, path = small_run()
    lab = small_real_valley(epochs=np.arange(1, 6), own={"mine": (path[:2], [0, 1])})
    assert "k = [0, 0, 1, 2, 3, 4][{step}]" in lab.scene["code"]


def test_the_real_valley_s_heights_are_logarithms_with_numbers_in_C():
    valley, *_ = small_real_valley().scene["pictures"]
    heights = np.frombuffer(valley["heights"], np.float32)
    assert valley["log"]
    assert len(valley["ticks"]) >= 2
    for C, text in valley["ticks"]:
        assert heights.min() <= np.log10(C) <= heights.max()
        assert float(text) == pytest.approx(C)


def test_the_real_valley_refuses_what_does_not_fit():
    _, path = small_run()
    with pytest.raises(
        ValueError, match=r"the epochs must be .* of shape \(5,\), got shape \(4,\)"
    ):
        small_real_valley(epochs=np.arange(4))
    with pytest.raises(ValueError, match=r"coordinates of shape \(5, 2\), got \(4, 2\)"):
        small_real_valley(plane=trajectory_plane(path[1:]))
    for own, error, message in (
        (path, TypeError, "own must be a dictionary of up to 2 names"),
        ({"mine": path}, TypeError, r"each with \(path, epochs\)"),
        (dict.fromkeys("abc", (path, range(5))), TypeError, "up to 2 names"),
        ({"mine": (path[:, 1:], range(5))}, ValueError, r"the path of 'mine' .*\(5, 101\)"),
        ({"mine": (path, range(4))}, ValueError, "the epochs of 'mine' must be"),
        ({"mine": (path, [0, 1, 1, 2, 3])}, ValueError, "the epochs of 'mine' must grow"),
        ({"mine": (path[:1], [0])}, ValueError, "must hold 2 to 100 v, got 1"),
        ({"mine": (np.tile(path, (30, 1)), range(150))}, ValueError, "2 to 100 v, got 150"),
        ({"mine": (path * np.nan, range(5))}, ValueError, "the path of 'mine' must be finite"),
    ):
        with pytest.raises(error, match=message):
            small_real_valley(own=own)


def small_edge(eta=None):
    k = np.arange(0, 60, 10.0)
    runs = {rate: np.column_stack([k, 0.1 + k / 100, 1 - k / 100]) for rate in (30, 3, 10)}
    return labs.edge(runs | {10: runs[10][:4]}, eta)


def test_the_edge_shows_each_run_beside_its_limit():
    lab = small_edge(eta=10)
    assert values(lab) == [3, 10, 30]
    assert lab.sliders == [1]
    assert lab.film["lengths"] == [[6, 4, 6]] * 2
    film = frames(lab)
    limits, sharpness = film["value"]
    np.testing.assert_allclose(sharpness[0], 0.1 + np.arange(6) / 10, rtol=1e-6)
    np.testing.assert_allclose(limits[:, 0], [2 / 3, 2 / 10, 2 / 30], rtol=1e-6)
    np.testing.assert_allclose(*film["C"])
    assert (
        "At η = 10 the limit 2/η is 0.2. The sharpness begins at 0.1; after step 30 it is 0.4"
        in (lab.summary())
    )
    with pytest.raises(ValueError, match=r"two or more arrays of shape \(k, 3\)"):
        labs.edge({3: np.ones((5, 3))})
    with pytest.raises(ValueError, match="each C must be positive"):
        labs.edge({3: np.ones((5, 3)), 4: np.zeros((5, 3))})
    with pytest.raises(ValueError, match="steps of all runs must be the same"):
        labs.edge({3: np.ones((5, 3)), 4: 2 * np.ones((4, 3))})


def small_sweep(**changed):
    return [
        {"eta": eta, "mini_batch_size": size, "seed": seed, "accuracy": eta / size, "costs": costs}
        | changed
        for size in (2, 1)
        for eta in (0.5, 0.1, 1)
        for seed, costs in enumerate([(1, 0.5, eta), (2, eta, eta)])
    ]


def test_the_runs_of_a_cell_are_shown_with_their_costs():
    lab = labs.runs(small_sweep(), epochs=1, eta=0.6, mini_batch_size=2)
    assert values(lab) == ["0.1, 1", "0.5, 1", "1, 1", "0.1, 2", "0.5, 2", "1, 2"]
    assert lab.sliders == [4]
    film = frames(lab)
    first, second = film["C"]
    np.testing.assert_allclose(first[4], [1, 0.5, 0.5])
    np.testing.assert_allclose(second[:, -1], [0.1, 0.5, 1] * 2, rtol=1e-6)
    np.testing.assert_allclose(film["across"][0, :, 0], [0, 1, 2] * 2)
    np.testing.assert_allclose(film["up"][0, :, 0], [0, 0, 0, 1, 1, 1])
    np.testing.assert_allclose(film["epoch"][0, 0], [0, 0.5, 1])
    assert lab.summary() == (
        "Lab, the runs of a sweep: 12 runs. With η = 0.5 and mini-batches of 2 they read "
        "25%, 25% of the test images."
    )


@pytest.mark.parametrize(
    ("records", "text"),
    [
        ([], "expected records with eta, mini_batch_size, seed, accuracy, costs, got none"),
        ([{"eta": 3, "error": "Oh"}], "got none"),
        (small_sweep()[:-1], "missing is the one with eta = 1, mini_batch_size = 1, seed = 1"),
        (small_sweep(costs=[1]), "costs must be lists of one length, at least 2"),
        ([run | {"seed": s} for s in range(6) for run in small_sweep()[::2]], "at most 5 seeds"),
    ],
)
def test_the_lab_of_runs_refuses_what_makes_no_table(records, text):
    with pytest.raises(ValueError, match=text):
        labs.runs(records, epochs=1)


EVERY_LAB = {
    "runs": lambda: labs.runs(small_sweep(), epochs=1),
    "line": lambda: labs.line(*small_run(3)),
    "real_valley": small_real_valley,
    "edge": small_edge,
    "nudge": small_nudge,
    "network": lambda: labs.network(
        Network([784, 5, 10], rng := np.random.default_rng(0)),
        rng.integers(0, 256, (3, 784), dtype=np.uint8),
        [1, 2, 3],
    ),
    "epsilon_circle": lambda: labs.epsilon_circle(valley, (0.5, 0.5)),
    "basins": lambda: labs.basins(COSTS["plateau"]),
    "ghost": lambda: labs.ghost(ravine, eta=0.02),
    "duel": lambda: labs.duel(valley),
    "small_move": lambda: labs.small_move(valley, (0.5, 0.5)),
    "factors": labs.factors,
    "neuron": lambda: labs.neuron([-1, 0.5, 2], [0, 0, 1], steps=20),
    "rates": lambda: labs.rates(valley, None, {"one": 0.1, "other": 0.3}),
    "one": lambda: labs.ball(from_function(lambda v: v[0] ** 4, domain=((-1, 1),)), start=0.9),
}


@pytest.mark.slow
@pytest.mark.parametrize("lab", EVERY_LAB.values(), ids=EVERY_LAB)
def test_every_lab_has_a_poster_and_a_summary(lab):
    data, metadata = lab()._repr_mimebundle_()
    assert len(np.unique(Image.open(io.BytesIO(data["image/png"])))) > 50
    assert metadata["image/png"]["alt"] == data["text/plain"]
    assert data["text/plain"].startswith("Lab, ")


@pytest.mark.slow
def test_on_colab_a_lab_names_the_widget_manager_that_can_show_it(monkeypatch):
    url = "https://manager"
    colab = SimpleNamespace(
        enable_custom_widget_manager=lambda: None, _widgets=SimpleNamespace(_installed_url=url)
    )
    monkeypatch.setitem(sys.modules, "google.colab.output", colab)
    _, metadata = labs.ball(valley)._repr_mimebundle_()
    view = metadata["application/vnd.jupyter.widget-view+json"]
    assert view["colab"]["custom_widget_manager"]["url"] == url
    assert metadata["image/png"]["alt"]


def test_a_figure_is_shown_with_a_text_that_says_what_is_to_be_seen(monkeypatch):
    shown = []
    monkeypatch.setattr("gdlib.labs.figure.display", lambda *what, **how: shown.append((what, how)))
    figure = plt.figure()
    labs.show("A line that rises")
    alt = {"image/png": {"alt": "A line that rises"}}
    assert shown == [((figure,), {"metadata": alt})]
    assert not plt.fignum_exists(figure.number)
    with pytest.raises(ValueError, match="must say in some words what the picture shows, got ''"):
        labs.show("")


def test_a_cost_that_has_no_name_in_the_notebook_has_no_line_to_paste():
    nameless = replace(ravine, name="C(w, b) of a network")
    lab = Parting(nameless, (-0.9, 0.6), 0.04, 20, partial(descents, momentum=0.5))
    assert lab.scene["code"] == ""
    assert "gradient_descent(ravine" in labs.ball(ravine).scene["code"]
