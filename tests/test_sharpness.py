import numpy as np
import pytest

from gdlib import derivatives
from gdlib.derivatives import hessian_times, sharpness
from gdlib.descent import step
from gdlib.network import Network


def problem(rng, dtype=np.float64, steps=0, eta=2.0):
    """Return a small network after some full-batch steps, and its inputs."""
    network = Network([6, 5, 4], rng, dtype)
    x, y = rng.random((50, 6)), rng.random((50, 4))
    for _ in range(steps):
        network.v[:] = step(network.v, network.gradient(x, y), eta)
    return network, x, y


def full_hessian(network, x, y, h=1e-4):
    """Return the Hessian of network.cost at network.v, by second differences of C alone."""
    v, m = network.v.copy(), network.v.size

    def C(at):
        network.v[:] = at
        return network.cost(x, y)

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
    network.v[:] = v
    return hessian


@pytest.mark.parametrize("steps", [0, 100])
def test_against_the_full_hessian(rng, steps):
    network, x, y = problem(rng, steps=steps)
    hessian = full_hessian(network, x, y)
    expected = np.linalg.eigvalsh(hessian)[-1]
    direction = rng.standard_normal(network.v.size)
    product = hessian_times(network, network.v, direction, x, y)
    np.testing.assert_allclose(product, hessian @ direction, atol=1e-5 * np.abs(product).max())
    assert sharpness(network, network.v, x, y, rng) == pytest.approx(expected, rel=1e-3)
    assert sharpness(network, network.v, x, y, rng, 1e-5) == pytest.approx(expected, rel=1e-4)


@pytest.mark.slow
@pytest.mark.parametrize("sizes", [[6, 5, 4], [50, 20, 4]])
def test_against_scipy_s_lanczos(rng, sizes):
    linalg = pytest.importorskip("scipy.sparse.linalg")
    network = Network(sizes, rng, np.float64)
    x, y = rng.random((50, sizes[0])), rng.random((50, sizes[-1]))
    m = network.v.size
    hessian = linalg.LinearOperator(
        (m, m), lambda d: hessian_times(network, network.v, d.ravel(), x, y), dtype=float
    )
    expected = linalg.eigsh(hessian, 1, which="LA", v0=rng.standard_normal(m))[0].item()
    assert sharpness(network, network.v, x, y, rng) == pytest.approx(expected, rel=1e-3)
    assert sharpness(network, network.v, x, y, rng, 1e-5) == pytest.approx(expected, rel=1e-6)


class Quadratic(Network):
    """A network in name only: its cost is ½ Σ λᵢvᵢ²."""

    def __init__(self, curvatures):
        self.curvatures = np.array(curvatures, dtype=float)
        self.v = np.ones(len(curvatures))
        self.sizes = []

    def _set_v(self, v):
        self.v = v

    def gradient(self, x, y):
        return self.curvatures * self.v


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
    network = Quadratic(curvatures)
    found = sharpness(network, network.v, None, None, rng)
    assert found == pytest.approx(max(curvatures), rel=2e-3, abs=1e-9)


def test_a_float32_network_is_measured_in_float64_and_left_as_it_is(rng):
    network, x, y = problem(rng, np.float32)
    twin = Network([6, 5, 4], rng, np.float64)
    twin.v[:] = network.v
    before, direction = network.v.copy(), rng.standard_normal(network.v.size)
    np.testing.assert_array_equal(
        hessian_times(network, network.v, direction, x, y),
        hessian_times(twin, twin.v, direction, x, y),
    )
    sharpness(network, network.v, x, y, rng)
    np.testing.assert_array_equal(network.v, before)
    assert network.v.dtype == np.float32


def test_v_need_not_be_the_network_s(rng):
    network, x, y = problem(rng)
    elsewhere, direction = rng.standard_normal((2, network.v.size))
    product = hessian_times(network, elsewhere, direction, x, y)
    assert np.any(product != hessian_times(network, network.v, direction, x, y))
    network.v[:] = elsewhere
    np.testing.assert_array_equal(product, hessian_times(network, network.v, direction, x, y))
    np.testing.assert_array_equal(hessian_times(network, elsewhere, 0 * direction, x, y), 0)


def test_two_over_the_sharpness_is_where_a_step_begins_to_overshoot(rng):
    """Close to a minimum, η a little below 2/λ_max calms down and a little above grows."""
    network, x, y = problem(rng)
    y = network.feedforward(x)  # so that v is a minimum, with C = 0
    minimum = network.v.copy()
    limit = 2 / sharpness(network, minimum, x, y, rng, 1e-6)
    start = minimum + 1e-7 * rng.standard_normal(minimum.size)
    ends = []
    for eta in (0.97 * limit, 1.03 * limit):
        network.v[:] = start
        costs = []
        for _ in range(300):
            network.v[:] = step(network.v, network.gradient(x, y), eta)
            costs.append(network.cost(x, y))
        ends.append(costs[-1] / costs[99])
    assert ends[0] < 1 < 100 < ends[1]


def test_bad_input_is_refused(rng):
    network, x, y = problem(rng)
    v = network.v
    with pytest.raises(ValueError, match=r"v must be finite numbers of shape \(59,\)"):
        hessian_times(network, v[1:], v, x, y)
    with pytest.raises(ValueError, match="direction must be finite numbers"):
        hessian_times(network, v, v * np.nan, x, y)
    with pytest.raises(ValueError, match=r"y must have shape \(n, 4\)"):
        hessian_times(network, v, v, x, y[:, 1:])
    with pytest.raises(ValueError, match="v must be finite numbers"):
        sharpness(network, v * np.inf, x, y, rng)
    for tolerance in (0, 1, -1, np.nan):
        with pytest.raises(ValueError, match="tolerance must"):
            sharpness(network, v, x, y, rng, tolerance)


def test_the_error_is_that_of_the_largest_eigenvalue_not_of_the_most_negative(monkeypatch):
    spectrum = np.append(-1000.0, np.linspace(0, 1, 20))
    network = Network([20, 1], np.random.default_rng(0), np.float64)
    monkeypatch.setattr(derivatives, "hessian_times", lambda n, v, q, x, y: spectrum * q)
    for seed in range(20):
        found = sharpness(network, network.v, None, None, np.random.default_rng(seed), 0.01)
        assert abs(found - 1) < 0.05
