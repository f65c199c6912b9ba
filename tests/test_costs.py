import math

import numpy as np
import pytest

from gdlib.costs import (
    COSTS,
    Cost,
    from_function,
    from_grid,
    neuron,
    quadratic,
    rosenbrock,
    two_valleys,
    valley,
)
from gdlib.derivatives import gradient_error, largest_curvature, numerical_gradient
from gdlib.descent import gradient_descent
from gdlib.mnist import load_mnist

SQUARE = ((-1, 1), (-1, 1))


@pytest.fixture(scope="module")
def zeros_and_ones():
    """The ink x of the first 200 zeros and ones, and what a neuron should say: 1 for a zero."""
    train, _ = load_mnist()
    first = np.flatnonzero(train.labels < 2)[:200]
    return 10 * (train.images[first].mean(axis=1) / 255 - 0.12), 1.0 - train.labels[first]


@pytest.mark.parametrize("cost", COSTS.values(), ids=COSTS)
def test_gradients_agree_with_differences(cost, rng):
    low, high = np.transpose(cost.domain)
    for point in rng.uniform(low, high, size=(50, 2)):
        assert gradient_error(cost, point) < 1e-7


@pytest.mark.parametrize("cost", [*COSTS.values(), quadratic([1, 3])], ids=lambda c: c.name)
def test_one_expression_serves_a_point_a_path_and_a_grid(cost, rng):
    grid = rng.uniform(-1, 1, size=(2, 4, 3))
    C, nabla_C = cost.function(grid), cost.gradient(grid)
    assert C.shape == (4, 3)
    assert nabla_C.shape == grid.shape
    for i, j in np.ndindex(4, 3):
        assert C[i, j] == pytest.approx(cost.function(grid[:, i, j]), rel=1e-14)
        assert nabla_C[:, i, j] == pytest.approx(cost.gradient(grid[:, i, j]), rel=1e-14)


@pytest.mark.parametrize(
    ("name", "v", "C"),
    [
        ("valley", (0.5, -2), 4.25),
        ("ravine", (3, 0.5), 11.5),
        ("two_valleys", (2, 1), 9 + 1 + 0.4 + 0.3),
        ("saddle", (3, 2), 5),
        ("plateau", (0.6, 0.8), 1 - math.exp(-1)),
        ("rosenbrock", (-1, 2), 4 + 100),
    ],
)
def test_values_worked_out_by_hand(name, v, C):
    assert COSTS[name].function(np.array(v, dtype=float)) == pytest.approx(C, rel=1e-12)


def test_quadratic_in_many_variables(rng):
    curvatures, v = rng.uniform(1, 2, 1000), rng.standard_normal(1000)
    cost = quadratic(curvatures)
    assert cost.m == 1000
    assert cost.function(v) == pytest.approx(
        sum(0.5 * c * x * x for c, x in zip(curvatures, v, strict=True))
    )
    assert cost.gradient(v) == pytest.approx(curvatures * v)


def test_largest_curvature_is_that_of_the_steepest_direction():
    assert largest_curvature(COSTS["ravine"], (0.3, 0.2)) == pytest.approx(20, rel=1e-6)
    assert largest_curvature(COSTS["saddle"], (0.3, 0.2)) == pytest.approx(2, rel=1e-6)
    # det and trace of Rosenbrock's Hessian at (1, 1) are 400 and 1002
    assert largest_curvature(COSTS["rosenbrock"], (1, 1)) == pytest.approx(
        501 + math.sqrt(501**2 - 400), rel=1e-6
    )


def test_a_domain_of_small_floats_is_one_of_plain_numbers():
    half = np.float32(0.5)
    (pair,) = from_function(lambda v: v[0], ((-half, half),)).domain
    assert [type(end) for end in pair] == [float, float]


@pytest.mark.parametrize("domain", [(), ((1, -1),), ((0, np.inf),), ((0, 1, 2),), ((0, 0),)])
def test_domains_that_make_no_sense(domain):
    with pytest.raises(ValueError, match="domain of 'C'"):
        Cost("C", abs, abs, domain, "|v|")


@pytest.mark.parametrize("curvatures", [[], [[1, 2]], [np.nan], 3.0])
def test_curvatures_that_make_no_sense(curvatures):
    with pytest.raises(ValueError, match="curvatures must be"):
        quadratic(curvatures)


def test_numerical_gradient_refuses_nonsense():
    with pytest.raises(ValueError, match=r"v must be numbers of shape \(m, ...\), got shape \(\)"):
        numerical_gradient(np.sum, 3.0)
    with pytest.raises(ValueError, match="h must be"):
        numerical_gradient(np.sum, np.ones(2), h=0)
    with pytest.raises(ValueError, match=r"function returns must be a number, got shape \(2,\)"):
        numerical_gradient(lambda v: v, np.ones(2))


@pytest.mark.parametrize("size", [1e-3, 1e3, 1e12, 1e60])
def test_differences_are_taken_in_the_size_of_v(size):
    v = size * np.array([0.6, -0.8])
    own = from_function(COSTS["ravine"].function)
    np.testing.assert_allclose(own.gradient(v), COSTS["ravine"].gradient(v), rtol=1e-6)
    grid = np.multiply.outer(v, np.ones((2, 3)))
    np.testing.assert_allclose(own.gradient(grid)[:, 1, 2], own.gradient(v))
    assert largest_curvature(COSTS["ravine"], v) == pytest.approx(20)


@pytest.mark.parametrize(
    "level",
    [lambda v: 3.0, lambda v: np.sin(v[0]) ** 2 + np.cos(v[0]) ** 2, lambda v: 1e16 + v[1] ** 2],
)
def test_a_difference_within_the_rounding_of_C_is_no_slope(level, rng):
    points = rng.uniform(-1, 1, (2, 500))
    assert not from_function(level).gradient(points).any()


@pytest.mark.parametrize("gradient", [lambda v: 1.0, lambda v: v[0], lambda v: v[:, None]])
def test_gradient_error_refuses_a_gradient_of_another_shape(gradient):
    cost = Cost("C", lambda v: v[0] + v[1], gradient, SQUARE, "")
    with pytest.raises(ValueError, match=r"gradient must be numbers of shape \(2,\), got"):
        gradient_error(cost, np.array([1.0, 1.0]))


@pytest.mark.parametrize("check", [gradient_error, largest_curvature])
def test_a_plain_function_is_no_cost(check):
    with pytest.raises(TypeError, match="cost must be a Cost, such as from_function"):
        check(lambda v: v @ v, np.array([1.0, 1.0]))


def test_gradient_error_sees_a_wrong_gradient():
    valley = COSTS["valley"]
    wrong = Cost("wrong", valley.function, lambda v: -valley.gradient(v), valley.domain, "")
    assert gradient_error(wrong, np.array([0.3, 0.4])) == pytest.approx(2)


@pytest.mark.parametrize("cost", [two_valleys, rosenbrock], ids=lambda cost: cost.name)
def test_a_cost_from_a_grid_has_its_heights_and_goes_smoothly_between_them(cost, rng):
    v1, v2 = (np.linspace(low, high, 61) for low, high in cost.domain)
    grid = np.stack(np.meshgrid(v1, v2, indexing="ij"))
    surface = from_grid(v1, v2, cost.function(grid), "name")
    assert (surface.name, surface.m, surface.domain) == ("name", 2, cost.domain)
    np.testing.assert_allclose(surface.function(grid), cost.function(grid), atol=1e-10)
    low, high = np.transpose(cost.domain) * 0.9
    scale = np.ptp(cost.function(grid))
    for v in rng.uniform(low, high, size=(50, 2)):
        assert surface.function(v) == pytest.approx(cost.function(v), abs=1e-3 * scale)
        assert gradient_error(surface, v) < 1e-6
    path = rng.uniform(low, high, size=(7, 2)).T
    assert surface.gradient(path).shape == (2, 7)
    assert surface.function(path)[3] == pytest.approx(surface.function(path[:, 3]))


def test_beyond_its_grid_a_cost_is_not_a_number():
    surface = from_grid([0, 1, 2], [0, 1], [[1, 2], [3, 4], [5, 6]])
    assert surface.function(np.array([1.25, 0.5])) == pytest.approx(4)  # a slope: exact
    assert surface.gradient(np.array([0.3, 0.9])) == pytest.approx([2, 1])
    assert np.isnan(surface.function(np.array([[2.1, 1], [0.5, 1.1]]))).all()


@pytest.mark.parametrize(
    ("v1", "C", "what"),
    [
        ([0, 1, 3], np.zeros((3, 2)), "evenly spaced, growing"),
        ([2, 1, 0], np.zeros((3, 2)), "evenly spaced, growing"),
        ([0], np.zeros((1, 2)), "evenly spaced, growing"),
        ([0, 1, 2], np.zeros((2, 3)), r"of shape \(3, 2\), got shape \(2, 3\)"),
        ([0, 1, 2], np.full((3, 2), np.nan), "must be finite"),
    ],
)
def test_a_grid_that_makes_no_surface(v1, C, what):
    with pytest.raises(ValueError, match=what):
        from_grid(v1, [0, 1], C)


def test_a_logarithmic_scale_needs_heights_above_0():
    assert from_grid([0, 1], [0, 1], [[1, 2], [3, 4]], log=True).log
    with pytest.raises(ValueError, match=r"on a logarithmic scale each C must be above 0, got .*0"):
        from_grid([0, 1], [0, 1], [[1, 2], [0, 4]], log=True)


def test_the_pictures_of_a_quadratic_have_its_bottom_in_the_middle():
    assert quadratic([1, 2]).domain == ((-1, 1),) * 2
    assert quadratic([1, 2, 3]).domain is None  # no picture shows three variables
    assert quadratic([1, 2, 3]).m == 3


def test_an_error_is_relative_to_the_differences():
    double = Cost("double", valley.function, lambda v: 2 * valley.gradient(v), SQUARE, "")
    assert gradient_error(double, np.array([0.3, 0.4])) == pytest.approx(1)
    flat = Cost("flat", valley.function, lambda v: 0 * v, SQUARE, "")
    assert gradient_error(flat, np.array([0.3, 0.4])) == pytest.approx(1)


def test_a_direction_that_bends_down_more_is_not_the_largest_curvature():
    assert largest_curvature(two_valleys, (0, 0)) == pytest.approx(2, rel=1e-6)  # −4 across
    assert largest_curvature(quadratic([-3, -7]), (1, 1)) == pytest.approx(-3, rel=1e-6)


def test_a_quadratic_keeps_its_curvatures_whatever_becomes_of_the_caller_s():
    curvatures = np.array([1.0, 2.0])
    cost = quadratic(curvatures)
    curvatures[0] = 9
    assert cost.function(np.array([1.0, 0.0])) == 0.5


@pytest.mark.parametrize("n", [2, 3, 7, 50, 120, 199])
def test_the_corner_of_a_grid_belongs_to_it(n):
    axis = np.linspace(0.1, 1.3, n)
    cost = from_grid(axis, axis, np.ones((n, n)))
    assert np.isfinite(cost.function([axis[-1], axis[-1]]))
    assert np.isfinite(cost.function([axis[0], axis[0]]))


def test_where_the_gradient_vanishes_its_error_is_absolute():
    cost = Cost("c", lambda v: v[0] ** 2 + 1e-7 * v[0], lambda v: 2 * v, ((-1, 1),), "c")
    assert gradient_error(cost, np.array([0.0])) < 1e-6


def test_the_gradient_of_a_neuron_agrees_with_differences(zeros_and_ones, rng):
    cost = neuron(*zeros_and_ones)
    for v in rng.uniform(*np.transpose(cost.domain), size=(200, 2)):
        assert gradient_error(cost, v) < 1e-7


def test_the_cost_of_a_neuron_worked_out_by_hand():
    cost = neuron([0.0, 1.0], [1.0, 0.0])
    half, w = 0.5, math.log(3)  # σ(log 3) = 3/4
    v = np.array([w, 0.0])
    assert cost.function(v) == pytest.approx(((1 - half) ** 2 + 0.75**2) / 4)
    slopes = (half - 1) * half * half, 0.75 * 0.75 * 0.25
    assert cost.gradient(v) == pytest.approx([slopes[1] / 2, sum(slopes) / 2])


def test_one_neuron_serves_a_point_a_path_and_a_grid(rng):
    cost = neuron([0.5, -1, 2], [1, 0, 1])
    for shape in ((), (5,), (4, 3)):
        v = rng.uniform(-3, 3, (2, *shape))
        assert cost.function(v).shape == shape
        assert cost.gradient(v).shape == (2, *shape)
        for at in np.ndindex(shape):
            point = v[:, *at]
            assert cost.function(v)[at] == pytest.approx(cost.function(point))
            assert cost.gradient(v)[:, *at] == pytest.approx(cost.gradient(point))


@pytest.mark.parametrize(
    ("start", "C", "slope"),
    [
        ((0, 0), 0.01369, 0.00039),  # down, and then it crawls along the valley
        ((15, 8), 0.01228, 0.00011),  # falls off the side, then turns into the valley
        ((-8, -8), 0.22499, 0.00004),  # two plateaus, where σ is flat
        ((-8, 6), 0.27500, 0.00004),
    ],
)
def test_four_starts_on_the_valley_made_of_data(zeros_and_ones, start, C, slope):
    path = gradient_descent(neuron(*zeros_and_ones), start, 20, 400)
    assert path.C[-1] == pytest.approx(C, abs=1e-5)
    assert np.linalg.norm(path.nabla_C[-1]) == pytest.approx(slope, abs=1e-5)


@pytest.mark.parametrize(
    ("x", "y", "what"),
    [
        ([1, 2], [1], r"y must be finite numbers of shape \(2,\), got shape \(1,\)"),
        ([1, np.nan], [1, 0], "x must be finite numbers"),
        ([[1, 2]], [1, 0], r"x must be finite numbers of shape \(n,\)"),
        ([], [], "x must hold 1 to 1000 numbers, got 0"),
        (np.ones(1001), np.ones(1001), "x must hold 1 to 1000 numbers, got 1001"),
    ],
)
def test_data_that_no_neuron_takes(x, y, what):
    with pytest.raises(ValueError, match=what):
        neuron(x, y)
