"""The challenges of notebooks 02 and 03: what the browser is handed is what descent does."""

import numpy as np
import pytest

from gdlib import labs
from gdlib.costs import quadratic, saddle, valley
from gdlib.derivatives import gradient_error
from gdlib.descent import gradient_descent
from gdlib.labs.challenges import FACTORS, GOAL, MOST, SURFACES, funnel
from gdlib.own_function import OwnFunctionError
from gdlib.rates import backtracking


def first_step(C):
    """Return the number of the first step at which C < 0.01."""
    return int(np.argmax(C < GOAL))


@pytest.mark.slow
def test_the_steps_are_those_of_gradient_descent_and_par_is_the_fewest():
    lab = labs.fewest_steps()
    for (cost, start, _, _), shown in zip(SURFACES, lab.surfaces, strict=True):
        steps = np.array(shown["steps"])
        reached = np.flatnonzero(steps)
        assert steps[shown["par"]] == steps[reached].min() == np.min(steps[steps > 0])
        for i in (reached[0], reached[len(reached) // 2], shown["par"]):
            d = gradient_descent(cost, start, shown["etas"][i], int(steps[i]))
            assert first_step(d.C) == steps[i]
        missed = int(np.flatnonzero(steps == 0)[-1])
        assert not (gradient_descent(cost, start, shown["etas"][missed], 500).C < GOAL).any()
        varied = gradient_descent(cost, start, backtracking(cost, 1.0), shown["varied"] + 1)
        assert first_step(varied.C) == shown["varied"]
        assert shown["varied"] < shown["looks"] < MOST * 10
        heights = np.array(shown["at"])[reached, 1]
        assert (np.argsort(heights)[-1] == np.argmin(steps[reached])).all()


def test_the_surface_not_seen_before_has_its_gradient():
    v = np.random.default_rng(0).uniform(-2, 2, (2, 50))
    assert gradient_error(funnel, v) < 1e-7
    assert funnel.function(np.zeros(2)) == 0


def test_a_goal_that_no_learning_rate_reaches_is_refused():
    with pytest.raises(ValueError, match=r"one η must reach C < 0.01 on quadratic"):
        labs.fewest_steps([(quadratic([1, 1]), (1, 1), 1e-6, "too slow")])


def test_the_best_answer_to_a_curve_leads_to_the_lowest_C():
    lab = labs.read_curves()
    assert len({curve["best"] for curve in lab.curves}) >= 4
    for curve in lab.curves:
        answers = {answer["choice"]: answer for answer in curve["answers"]}
        assert list(answers) == list(FACTORS)
        assert answers["leave η"]["line"] == curve["line"]
        assert "diverges" not in answers[curve["best"]]["words"]
    (curve,) = labs.read_curves([(valley, (0.9, 0.6), 0.05, "So.")], steps=20).curves
    end = {
        words: gradient_descent(valley, (0.9, 0.6), 0.05 * factor, 20).C[-1]
        for words, factor in FACTORS.items()
    }
    assert curve["best"] == min(end, key=end.get) == "η × 10"
    assert curve["truth"] == "On valley, η = 0.05. So."
    C = gradient_descent(valley, (0.9, 0.6), 0.05, 20).C
    assert curve["about"].startswith(f"C is {C[0]:.3g} at step 0, {C[2]:.3g} at step 2, ")
    assert curve["about"].endswith(f", {C[20]:.3g} at step 20")


def test_a_curve_must_begin_above_0():
    with pytest.raises(ValueError, match="on saddle C must be positive at the start"):
        labs.read_curves([(saddle, (0.1, 0.5), 0.3, "")])


def test_curves_are_drawn_within_their_frame():
    curves = labs.read_curves([(saddle, (0.5, 0.1), 0.3, "")]).curves + labs.read_curves().curves
    for curve in curves:
        for line in [curve["line"], *(answer["line"] for answer in curve["answers"])]:
            points = np.array([at.split(",") for at in line[1:].split(" ")], dtype=float)
            assert ((points >= 0) & (points <= [1000, 500])).all()


def by_differences(v, C):
    return -np.array([C(v + h) - C(v - h) for h in 1e-3 * np.eye(len(v))])


def test_luck_gets_less_of_the_gradient_the_more_dimensions_there_are():
    lab = labs.beat_the_gradient()
    last = [game["luck"][-1][1] for game in lab.games]
    assert last[0] > 0.999 > 0.95 > last[1] > last[2] > 0.2
    for game in lab.games:
        shares = [share for _, share in game["luck"]]
        assert shares == sorted(shares)
        assert np.linalg.norm(game["downhill"]) == pytest.approx(1)
        assert game["own"] is None


def test_your_own_move_takes_part_and_its_values_of_C_are_counted():
    lab = labs.beat_the_gradient(by_differences)
    for game in lab.games:
        assert game["own"]["name"] == "by_differences"
        assert game["own"]["share"] == pytest.approx(1)
        assert game["own"]["looks"] == 2 * game["m"]
    assert "by_differences gets 100% of it in 100 dimensions, with 200 values" in lab.summary()
    first = labs.beat_the_gradient(lambda v, C: np.eye(len(v))[0])
    for game in first.games:
        assert game["own"]["share"] == pytest.approx(game["downhill"][0])
        assert game["own"]["looks"] == 0


@pytest.mark.parametrize(
    ("move", "says"),
    [
        (lambda v, C: None, "finite and not all 0, got None. Does it end with return"),
        (lambda v, C: 0 * v, "finite and not all 0"),
        (lambda v, C: v * np.inf, "finite and not all 0"),
        (lambda v, C: v[:1], r"shape \(2,\)"),
        (lambda v, C: "north", "got 'north'"),
        (lambda v, C: v[2], "Counting begins at 0"),
        (lambda v: v, "It must take two arguments, v, C"),
    ],
)
def test_what_is_wrong_with_your_own_move_is_told(move, says):
    with pytest.raises(OwnFunctionError, match=says):
        labs.beat_the_gradient(move)


def test_a_move_must_be_a_function_and_a_seed_a_whole_number():
    with pytest.raises(TypeError, match="move must be a function of v and C, got 3"):
        labs.beat_the_gradient(3)
    with pytest.raises(TypeError, match="seed must be a whole number"):
        labs.beat_the_gradient(seed=0.5)


def test_a_small_eta_is_told_as_the_sliders_show_it():
    told = [answer["words"] for curve in labs.read_curves().curves for answer in curve["answers"]]
    assert any("η = 0.00002 " in words for words in told)
    assert not any("e-0" in words for words in told)


@pytest.mark.parametrize("lab", [labs.fewest_steps, labs.read_curves, labs.beat_the_gradient])
def test_a_challenge_has_a_poster_and_a_sentence(lab):
    bundle, metadata = lab()._repr_mimebundle_()
    assert bundle["text/plain"].startswith("Lab, ")
    assert bundle["image/png"].startswith(b"\x89PNG")
    assert metadata["image/png"]["alt"] == bundle["text/plain"]
