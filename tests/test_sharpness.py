import numpy as np
import pytest

from gdlib.costs import quadratic
from gdlib.derivatives import hessian_times, sharpness
from gdlib.descent import gradient_descent, step
from gdlib.network import Network


def problem(rng, dtype=np.float64, steps=0, eta=2.0):
    """Return a small network after some full-batch steps, and its cost on some inputs."""
    network = Network([6, 5, 4], rng, dtype)
    x, y = rng.random((50, 6)), rng.random((50, 4))
    for _ in range(steps):
        network.v[:] = step(network.v, network.gradient(x, y), eta)
    return network, network.cost_on(x, y)


def full_hessian(cost, v, h=1e-4):
    """Return the Hessian of a cost at v, by second differences of C alone."""
    C, m = cost.function, cost.m
    moves = h * np.eye(m)
    hessian = np.empty((m, m))
    for i in range(m):
        for j in range(i + 1):
            hessian[i, j] = hessian[j, i] = (
                C(v + moves[i] + moves[j])
                - C(v + moves[i] - moves[j])
                - C(v - moves[i] + moves[j])
                + C(v - moves[i] - moves[j])
            ) / (4 * h**2)
    return hessian


@pytest.mark.slow
@pytest.mark.parametrize("steps", [0, 100])
def test_against_the_full_hessian(rng, steps):
    network, cost = problem(rng, steps=steps)
    hessian = full_hessian(cost, network.v)
    expected = np.linalg.eigvalsh(hessian)[-1]
    direction = rng.standard_normal(network.v.size)
    product = hessian_times(cost, network.v, direction)
    np.testing.assert_allclose(product, hessian @ direction, atol=1e-5 * np.abs(product).max())
    assert sharpness(cost, network.v, rng) == pytest.approx(expected, rel=1e-3)
    assert sharpness(cost, network.v, rng, 1e-5) == pytest.approx(expected, rel=1e-4)


@pytest.mark.slow
@pytest.mark.parametrize("sizes", [[6, 5, 4], [50, 20, 4]])
def test_against_scipy_s_lanczos(rng, sizes):
    linalg = pytest.importorskip("scipy.sparse.linalg")
    network = Network(sizes, rng, np.float64)
    cost = network.cost_on(rng.random((50, sizes[0])), rng.random((50, sizes[-1])))
    m = network.v.size
    hessian = linalg.LinearOperator(
        (m, m), lambda d: hessian_times(cost, network.v, d.ravel()), dtype=float
    )
    expected = linalg.eigsh(hessian, 1, which="LA", v0=rng.standard_normal(m))[0].item()
    assert sharpness(cost, network.v, rng) == pytest.approx(expected, rel=1e-3)
    assert sharpness(cost, network.v, rng, 1e-5) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize(
    "curvatures",
    [
        [-100, 1, 2, -50, 0.5],  # the largest in size is negative
        [-100, -3, -2, -50, -0.5],  # all are
        [7, 7, 7, 7],  # one value only: Lanczos ends after one step
        [0, 0, 0],
        [*np.linspace(-5, 1, 80), 1.1],
    ],
)
def test_the_largest_is_the_one_furthest_to_the_right(rng, curvatures):
    cost = quadratic(np.array(curvatures, dtype=float))
    found = sharpness(cost, np.ones(cost.m), rng)
    assert found == pytest.approx(max(curvatures), rel=2e-3, abs=1e-9)


def test_a_float32_network_is_measured_in_float64_and_left_as_it_is(rng):
    network, cost = problem(rng, np.float32)
    before, direction = network.v.copy(), rng.standard_normal(network.v.size)
    product = hessian_times(cost, network.v, direction)
    twin = Network([6, 5, 4], rng, np.float64)  # the cost's, but for the network's own type
    same = twin.cost_on(cost.x, cost.y)
    np.testing.assert_array_equal(product, hessian_times(same, before.astype(float), direction))
    sharpness(cost, network.v, rng)
    np.testing.assert_array_equal(network.v, before)
    assert network.v.dtype == np.float32


def test_v_need_not_be_the_network_s(rng):
    network, cost = problem(rng)
    elsewhere, direction = rng.standard_normal((2, network.v.size))
    product = hessian_times(cost, elsewhere, direction)
    assert np.any(product != hessian_times(cost, network.v, direction))
    network.v[:] = elsewhere
    np.testing.assert_array_equal(product, hessian_times(cost, network.v, direction))
    np.testing.assert_array_equal(hessian_times(cost, elsewhere, 0 * direction), 0)


def test_two_over_the_sharpness_is_where_a_step_begins_to_overshoot(rng):
    """Close to a minimum, η a little below 2/λ_max calms down and a little above grows."""
    network, cost = problem(rng)
    cost = network.cost_on(cost.x, network.feedforward(cost.x))  # so that v is a minimum: C = 0
    minimum = network.v.copy()
    limit = 2 / sharpness(cost, minimum, rng, 1e-6)
    start = minimum + 1e-7 * rng.standard_normal(minimum.size)
    near, beyond = (gradient_descent(cost, start, eta * limit, 300).C for eta in (0.97, 1.03))
    assert near[-1] / near[100] < 1 < 100 < beyond[-1] / beyond[100]


def test_bad_input_is_refused(rng):
    network, cost = problem(rng)
    v = network.v
    with pytest.raises(ValueError, match=r"v must be finite numbers of shape \(59,\)"):
        hessian_times(cost, v[1:], v)
    with pytest.raises(ValueError, match="direction must be finite numbers"):
        hessian_times(cost, v, v * np.nan)
    with pytest.raises(TypeError, match="cost must be a Cost"):
        hessian_times(network, v, v)
    with pytest.raises(ValueError, match="v must be finite numbers"):
        sharpness(cost, v * np.inf, rng)
    for tolerance in (0, 1, -1, np.nan):
        with pytest.raises(ValueError, match="tolerance must"):
            sharpness(cost, v, rng, tolerance)


def test_the_error_is_that_of_the_largest_eigenvalue_not_of_the_most_negative():
    spectrum = np.append(-1000.0, np.linspace(0, 1, 20))
    for seed in range(20):
        found = sharpness(quadratic(spectrum), np.ones(21), np.random.default_rng(seed), 0.01)
        assert abs(found - 1) < 0.05
