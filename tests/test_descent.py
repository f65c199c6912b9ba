import numpy as np
import pytest

from gdlib.costs import COSTS, Cost, from_function, quadratic, ravine, two_valleys, valley
from gdlib.descent import descents, destinations, gradient_descent, step

SQUARE = ((-1, 1), (-1, 1))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_step_in_place_is_the_same_step_and_moves_v_itself(rng, dtype):
    v, nabla_C = rng.standard_normal((2, 50)).astype(dtype)
    expected = step(v, nabla_C, 0.3)
    assert step(v, nabla_C, 0.3, in_place=True) is v
    np.testing.assert_array_equal(v, expected)


def test_step_is_the_rule():
    assert step(np.array([1.0, 2.0]), np.array([10.0, -20.0]), 0.1).tolist() == [0.0, 4.0]


@pytest.mark.parametrize("eta", [0.05, 0.5, 0.9, 1.0])
def test_valley_follows_its_closed_form(eta):
    d = gradient_descent(valley, (-0.9, 0.7), eta, 40)
    k = np.arange(41)[:, None]
    expected = (1 - 2 * eta) ** k * np.array([-0.9, 0.7])
    np.testing.assert_allclose(d.v, expected, rtol=0, atol=1e-13)
    np.testing.assert_allclose(d.C, (expected**2).sum(axis=1), atol=1e-13)


def test_descent_records_what_happened():
    d = gradient_descent(ravine, (0.5, -0.5), 0.03, 7)
    assert (d.v.shape, d.C.shape, d.nabla_C.shape) == ((8, 2), (8,), (8, 2))
    assert (d.eta.shape, d.predicted_change.shape, d.actual_change.shape) == ((7,), (7,), (7,))
    for k in range(7):
        nabla_C = np.array([2 * d.v[k, 0], 20 * d.v[k, 1]])
        assert d.v[k + 1] == pytest.approx(d.v[k] - 0.03 * nabla_C)
        assert d.predicted_change[k] == pytest.approx(-0.03 * (nabla_C**2).sum())
        assert d.actual_change[k] == pytest.approx(d.C[k + 1] - d.C[k])
    assert not d.diverged


def test_eta_may_be_a_function_of_the_step():
    d = gradient_descent(valley, (1, 0), lambda k, v, nabla_C: 0.4 / (1 + k), 3)
    assert d.eta.tolist() == [0.4, 0.2, 0.4 / 3]
    assert d.v[:, 0] == pytest.approx([1, 0.2, 0.12, 0.12 * (1 - 0.8 / 3)])
    d = gradient_descent(valley, (3, 4), lambda k, v, nabla_C: 1 / np.linalg.norm(nabla_C), 2)
    assert d.v == pytest.approx(np.array([[3, 4], [2.4, 3.2], [1.8, 2.4]]))  # moves of length 1
    d = gradient_descent(valley, (1, 0), lambda k, v, nabla_C: v[0] / 4, 2)
    assert d.eta.tolist() == [0.25, 0.125]


def test_parameters_with_defaults_are_left_alone():
    d = gradient_descent(
        valley, (1, 0), lambda k, v, nabla_C, eta0=0.4, slow=1: eta0 / (slow + k), 2
    )
    assert d.eta.tolist() == [0.4, 0.2]


@pytest.mark.parametrize(
    "eta", [lambda: 0.1, lambda k: 0.1, lambda a, b, c, d: 0.1, lambda *, eta: eta]
)
def test_schedules_of_other_arguments_are_told_which_are_allowed(eta):
    words = (
        r"eta must be a number, or a function of k, v and nabla_C that returns one, but .*argument"
    )
    with pytest.raises(TypeError, match=words):
        gradient_descent(valley, (1, 0), eta, 3)


def test_schedules_may_take_any_form_that_fits():
    for eta in (lambda *three: 0.1, lambda k, *more: 0.1, lambda k=0, v=0, nabla_C=0: 0.1):
        assert gradient_descent(valley, (1, 0), eta, 2).eta.tolist() == [0.1, 0.1]


def test_learning_rates_may_be_numbers_of_numpy(recwarn):
    for kind in (np.float16, np.float32, np.float64, np.int32):
        d = gradient_descent(valley, np.array([0.5, 0.25], np.float32), kind(2), 2, kind(0))
        np.testing.assert_array_equal(d.v, gradient_descent(valley, (0.5, 0.25), 2.0, 2).v)
    with pytest.raises(ValueError, match="positive and finite, got"):
        gradient_descent(valley, (1, 0), np.float32("inf"), 2)
    assert not recwarn.list


def test_a_path_ends_as_soon_as_one_of_its_variables_is_lost():
    asked = []

    def half(v):
        asked.append(v[0])
        return np.where(v[0] > 0, v[0], np.nan) + v[1] ** 2

    d = gradient_descent(from_function(half), (0.5, 0.5), 0.2, 1000)
    assert d.diverged
    assert len(d.C) == 3
    assert len(asked) < 40


def test_a_long_walk_is_mentioned_once(monkeypatch):
    clock = [0]
    monkeypatch.setattr("time.perf_counter", lambda: clock[0])

    def gradient(v):
        clock[0] += 1
        return valley.gradient(v)

    slow = Cost("slow", valley.function, gradient, SQUARE)
    words = "6 of 20 steps took 5 seconds. You may interrupt"
    for run in (gradient_descent, lambda cost, v0, eta, n: descents(cost, v0, [eta], n)):
        with pytest.warns(UserWarning, match=words) as said:
            run(slow, (1, 0), 0.1, 20)
        assert len(said) == 1


def test_momentum_is_the_heavy_ball():
    d = gradient_descent(ravine, (-0.9, 0.7), 0.01, 5, momentum=0.9)
    v, before = np.array([-0.9, 0.7]), np.array([-0.9, 0.7])
    for k in range(5):
        np.testing.assert_allclose(d.v[k], v, atol=1e-15)
        v, before = v - 0.01 * np.array([2, 20]) * v + 0.9 * (v - before), v
    plain, none = (gradient_descent(ravine, (-0.9, 0.7), 0.01, 5, momentum=m) for m in (0, 0.0))
    np.testing.assert_array_equal(plain.v, none.v)


@pytest.mark.parametrize("momentum", [-0.1, 1, np.nan, "0.9", True])
def test_momentum_that_makes_no_sense(momentum):
    with pytest.raises((TypeError, ValueError), match="momentum must be a number"):
        gradient_descent(valley, (1, 1), 0.1, 5, momentum=momentum)


@pytest.mark.parametrize("cost", COSTS.values(), ids=COSTS)
def test_descents_are_the_same_paths_side_by_side(cost):
    etas = [0.0005, 0.003, 0.05, 0.3, 1.1]
    for eta, together in zip(etas, descents(cost, (-0.8, 0.6), etas, 60), strict=True):
        alone = gradient_descent(cost, (-0.8, 0.6), eta, 60)
        np.testing.assert_array_equal(together.v, alone.v)
        np.testing.assert_array_equal(together.predicted_change, alone.predicted_change)
        assert (together.diverged, together.regime) == (alone.diverged, alone.regime)


@pytest.mark.parametrize(
    "cost", [COSTS["rosenbrock"], from_function(lambda v: v[0] ** 4 + abs(v[1]) ** 3)]
)
def test_a_path_that_leaves_the_finite_numbers_ends_there(cost):
    d = gradient_descent(cost, (-1, 1.5), 5.0, 200)
    assert d.diverged
    assert d.regime == "diverges"
    assert 1 < len(d.C) < 201
    assert np.isfinite(d.v).all()
    assert np.isfinite(d.C).all()
    assert len(d.v) == len(d.C) == len(d.nabla_C) == len(d.eta) + 1 == len(d.actual_change) + 1


@pytest.mark.parametrize("eta", [0, -0.1, np.nan, np.inf])
@pytest.mark.parametrize("run", [gradient_descent, lambda c, v, eta, n: descents(c, v, [eta], n)])
def test_learning_rates_that_make_no_sense(run, eta):
    with pytest.raises(ValueError, match="eta must be positive and finite, got"):
        run(valley, (1, 1), eta, 5)


@pytest.mark.parametrize("eta", ["0.1", None, True, 1j, lambda k, v, nabla_C: "0.1"])
def test_learning_rates_that_are_no_numbers(eta):
    with pytest.raises(TypeError, match="eta must be a number, got"):
        gradient_descent(valley, (1, 1), eta, 5)


def test_numbers_of_steps_that_make_no_sense():
    with pytest.raises(ValueError, match=r"steps must be a whole number from 1 .* got 0"):
        gradient_descent(valley, (1, 1), 0.1, 0)
    with pytest.raises(TypeError, match=r"steps must be a whole number, got 2\.5"):
        gradient_descent(valley, (1, 1), 0.1, 2.5)


@pytest.mark.parametrize(
    ("v0", "message"),
    [
        ((1, 2, 3), r"v0 of valley must be finite numbers of shape \(2,\), got shape \(3,\)"),
        (1.0, r"of shape \(2,\), got shape \(\)"),
        ((np.nan, 0), "finite"),
    ],
)
def test_starts_that_make_no_sense(v0, message):
    with pytest.raises(ValueError, match=message):
        gradient_descent(valley, v0, 0.1, 5)


def test_costs_that_make_no_sense_at_the_start():
    def run(function, gradient):
        return gradient_descent(Cost("mine", function, gradient, SQUARE, "?"), (0.5, 0.5), 0.1, 5)

    with pytest.raises(
        ValueError, match=r"C\(v0\) of mine must be a finite number, got shape \(2,\)"
    ):
        run(lambda v: v, lambda v: v)
    with pytest.raises(
        ValueError,
        match=r"the gradient at v0 of mine must be finite numbers of shape \(2,\), got shape \(\)",
    ):
        run(lambda v: 1.0, lambda v: 1.0)
    with pytest.raises(ValueError, match=r"C\(v0\) of mine must be a finite number .*got nan"):
        run(lambda v: np.nan, lambda v: v)
    with pytest.raises(ValueError, match="gradient at v0 of mine must be finite numbers"):
        run(lambda v: 1.0, lambda v: v * np.inf)


def test_quadratic_in_a_thousand_variables_follows_its_closed_form(rng):
    curvatures, v0 = rng.uniform(0.5, 1, 1000), rng.standard_normal(1000)
    d = gradient_descent(quadratic(curvatures), v0, 0.7, 30)
    np.testing.assert_allclose(d.v[30], (1 - 0.7 * curvatures) ** 30 * v0, rtol=0, atol=1e-14)


@pytest.mark.parametrize("cost", COSTS.values(), ids=COSTS)
def test_destinations_are_the_ends_of_the_single_paths(cost):
    starts = np.random.default_rng(0).uniform(*np.transpose(cost.domain), size=(20, 2)).T
    ends = destinations(cost, starts.reshape(2, 4, 5), 0.0005, 30).reshape(2, 20)
    for start, end in zip(starts.T, ends.T, strict=True):
        np.testing.assert_allclose(end, gradient_descent(cost, start, 0.0005, 30).v[-1], rtol=1e-12)


def test_destinations_far_away_are_nan_and_stay_silent():
    ends = destinations(two_valleys, [[0.5, 3.0], [0.0, 0.0]], eta=1.0, steps=50)
    assert np.isnan(ends[:, 1]).all()
    with pytest.raises(
        ValueError, match=r"v of valley must be numbers of shape \(2, ...\), got shape \(3,\)"
    ):
        destinations(valley, [1, 2, 3], 0.1, 1)
    with pytest.raises(ValueError, match="positive"):
        destinations(valley, [1, 2], -0.1, 1)


def test_a_learning_rate_too_large_for_numpy_is_no_learning_rate():
    for eta in (10**400, -(10**400)):
        with pytest.raises(ValueError, match="eta must be positive and finite, got"):
            gradient_descent(valley, (1, 1), eta, 5)
