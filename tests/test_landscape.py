import tracemalloc

import numpy as np
import pytest

from gdlib.costs import from_function, quadratic, ravine, rosenbrock
from gdlib.derivatives import hessian_times
from gdlib.descent import step
from gdlib.landscape import (
    cost_on_line,
    cost_on_plane,
    outputs_on_line,
    plane_through,
    trajectory_plane,
)
from gdlib.network import Network

T = np.array([-4.0, -0.3, 0.0, 1e-3, 2.5])


def problem(rng, sizes, dtype):
    """Return a network, a point and a direction that are not its v, and 2,500 inputs."""
    network = Network(sizes, rng, dtype)
    v, direction = rng.standard_normal((2, network.v.size)).astype(dtype)
    return network, v, direction, rng.random((2500, sizes[0])), rng.random((2500, sizes[-1]))


@pytest.mark.parametrize(("dtype", "error"), [(np.float64, 1e-10), (np.float32, 2e-6)])
@pytest.mark.parametrize("sizes", [[6, 4], [6, 5, 4], [6, 5, 3, 4]])
@pytest.mark.parametrize("which", ["all", "first", "last", "one"])
def test_each_value_is_the_network_s_own(rng, sizes, which, dtype, error):
    network, v, direction, x, y = problem(rng, sizes, dtype)
    part = {"all": slice(0, 0), "first": slice(7, None), "last": slice(0, -2)}
    direction[part[which] if which != "one" else np.arange(v.size) != 3] = 0
    before = network.v.copy()
    cost = network.cost_on(x, y)
    C = cost_on_line(cost, v, direction, T)
    outputs = [a.copy() for a in outputs_on_line(cost, v, direction, T)]
    np.testing.assert_array_equal(network.v, before)
    other = Network(sizes, rng, dtype)
    for t, C_t, a in zip(T, C, outputs, strict=True):
        other.v[:] = v + t * direction
        assert a.dtype == dtype
        assert C_t == pytest.approx(other.cost(x, y), rel=error)
        np.testing.assert_allclose(a, other.feedforward(x), atol=error)


@pytest.mark.parametrize("sizes", [[6, 4], [6, 5, 4], [6, 5, 3, 4]])
def test_a_line_along_a_single_variable_is_the_plain_way_to_the_last_digits(rng, sizes):
    network, v, _, x, y = problem(rng, sizes, np.float64)
    cost = network.cost_on(x, y)
    for k in range(v.size):
        direction = np.eye(1, v.size, k)[0]
        plain = [cost.function(v + t * direction) for t in T]
        np.testing.assert_allclose(cost_on_line(cost, v, direction, T), plain, rtol=1e-12)


def test_outputs_can_be_kept(rng):
    network, v, direction, x, y = problem(rng, [6, 4], np.float64)
    kept = list(outputs_on_line(network.cost_on(x, y), v, direction, T))
    assert len({a.tobytes() for a in kept}) == len(T)


def test_grey_values_and_a_single_input_are_taken_as_the_network_takes_them(rng):
    network, _, direction, _, _ = problem(rng, [6, 5, 4], np.float64)
    x, y = rng.integers(0, 256, 6, dtype=np.uint8), rng.random(4)
    (C,) = cost_on_line(network.cost_on(x, y), network.v, direction, [0.0])
    assert network.cost(x, y) == pytest.approx(C, rel=1e-12)


def test_the_network_may_change_while_the_line_is_walked(rng):
    network, _, direction, x, y = problem(rng, [6, 5, 4], np.float64)
    expected = network.feedforward(x)
    outputs = outputs_on_line(network.cost_on(x, y), network.v, direction, [0.0, 0.0])
    next(outputs)
    network.v[:] = 0
    np.testing.assert_allclose(next(outputs), expected)


def test_wrong_shapes_are_refused_at_once(rng):
    network, v, direction, x, y = problem(rng, [6, 5, 4], np.float64)
    cost = network.cost_on(x, y)
    for on_line in (outputs_on_line, cost_on_line):
        with pytest.raises(ValueError, match=r"v must be .* of shape \(59,\), got shape \(3,\)"):
            on_line(cost, v[:3], direction, T)
        with pytest.raises(ValueError, match=r"direction must be .* got shape \(1, 59\)"):
            on_line(cost, v, direction[None], T)
        with pytest.raises(
            ValueError, match=r"t must be finite numbers of shape \(k,\), got shape"
        ):
            on_line(cost, v, direction, np.nan)
        with pytest.raises(ValueError, match=r"t must be finite numbers"):
            on_line(cost, v, direction, [0, np.inf])
    with pytest.raises(TypeError, match="cost must be a Cost"):
        cost_on_line(network, v, direction, T)
    with pytest.raises(TypeError, match=r"cost must be made by network.cost_on\(x, y\), got Cost"):
        outputs_on_line(quadratic(np.ones(59)), v, direction, T)


@pytest.mark.parametrize("cost", [ravine, rosenbrock, from_function(lambda v: abs(v[0]) - v[1])])
def test_any_cost_has_lines_and_planes(rng, cost):
    v, d1, d2 = rng.standard_normal((3, 2))
    np.testing.assert_allclose(
        cost_on_line(cost, v, d1, T), [cost.function(v + t * d1) for t in T], rtol=1e-12
    )
    expected = [[cost.function(v + a * d1 + b * d2) for b in B] for a in A]
    np.testing.assert_allclose(cost_on_plane(cost, v, d1, d2, A, B), expected, rtol=1e-12)


A, B = np.array([-1.5, 0.0, 0.7]), np.array([-2.0, 0.0, 1e-3, 3.0])


def trained(rng, sizes=(6, 5, 4), steps=20, dtype=np.float64):
    """Return a network, the path (steps + 1, m) of its training, and its inputs."""
    network = Network(sizes, rng, dtype)
    x, y = rng.random((50, sizes[0])), rng.random((50, sizes[-1]))
    path = [network.v.copy()]
    for _ in range(steps):
        network.v[:] = step(network.v, network.gradient(x, y), 2.0)
        path.append(network.v.copy())
    return network, np.array(path), x, y


@pytest.mark.parametrize(("dtype", "error"), [(np.float64, 1e-10), (np.float32, 2e-6)])
@pytest.mark.parametrize("sizes", [[6, 4], [6, 5, 4], [6, 5, 3, 4]])
@pytest.mark.parametrize("part", [slice(0, 0), slice(7, None), slice(0, -2)])
def test_each_value_on_a_plane_is_the_network_s_own(rng, sizes, part, dtype, error):
    network, origin, d1, x, y = problem(rng, sizes, dtype)
    d2 = rng.standard_normal(d1.shape).astype(dtype)
    d1[part] = d2[part] = 0
    before = network.v.copy()
    C = cost_on_plane(network.cost_on(x, y), origin, d1, d2, A, B)
    np.testing.assert_array_equal(network.v, before)
    assert C.shape == (3, 4)
    assert C.dtype == float
    other = Network(sizes, rng, dtype)
    for i, a in enumerate(A):
        for j, b in enumerate(B):
            other.v[:] = origin + a * d1 + b * d2
            assert C[i, j] == pytest.approx(other.cost(x, y), rel=error)


def test_the_two_directions_may_reach_different_neurons(rng):
    network, origin, _, x, y = problem(rng, [6, 5, 4], np.float64)
    d1, d2 = np.eye(network.v.size)[[2, 20]]  # a weight of the first neuron and of the fourth
    C = cost_on_plane(network.cost_on(x, y), origin, d1, d2, [2.0], [-3.0])
    network.v[:] = origin + 2 * d1 - 3 * d2
    assert C.item() == pytest.approx(network.cost(x, y), rel=1e-10)


def test_on_a_plane_grey_values_and_a_single_input_are_as_the_network_takes_them(rng):
    network, _, d1, _, _ = problem(rng, [6, 5, 4], np.float64)
    x, y = rng.integers(0, 256, 6, dtype=np.uint8), rng.random(4)
    C = cost_on_plane(network.cost_on(x, y), network.v, d1, d1, [0.0], [0.0])
    assert network.cost(x, y) == pytest.approx(C.item(), rel=1e-12)


def test_a_plane_over_many_images_takes_little_memory(rng):
    """20,000 images are 63 MB as float32; they are taken 1,000 at a time."""
    network = Network([784, 30, 10], rng)
    d1, d2 = rng.standard_normal((2, network.v.size))
    x, y = np.zeros((20_000, 784), np.uint8), np.zeros((20_000, 10), np.float32)
    cost = network.cost_on(x, y)
    tracemalloc.start()
    cost_on_plane(cost, network.v, d1, d2, [0.0, 1.0], [0.0])
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 10e6


def test_a_plane_s_bad_input_is_refused(rng):
    network, v, d, x, y = problem(rng, [6, 5, 4], np.float64)
    cost = network.cost_on(x, y)
    with pytest.raises(ValueError, match=r"origin must be .* of shape \(59,\), got shape \(3,\)"):
        cost_on_plane(cost, v[:3], d, d, A, B)
    with pytest.raises(ValueError, match=r"d2 must be .* of shape \(59,\), got shape \(58,\)"):
        cost_on_plane(cost, v, d, d[1:], A, B)
    with pytest.raises(ValueError, match=r"b must be finite numbers of shape \(k,\)"):
        cost_on_plane(cost, v, d, d, A, [np.nan])


def test_the_trajectory_s_plane_is_that_of_the_largest_singular_values(rng):
    path = rng.standard_normal((9, 30)) * np.arange(1, 31)
    plane = trajectory_plane(path)
    beside = path - path[-1]
    values, vectors = np.linalg.eigh(beside.T @ beside)  # the other way: a 30 × 30 matrix
    np.testing.assert_allclose(plane.share, values[:-3:-1] / values.sum(), rtol=1e-10)
    for d, expected in zip((plane.d1, plane.d2), vectors.T[:-3:-1], strict=True):
        assert abs(d @ expected) == pytest.approx(1, abs=1e-10)
    assert (plane.coordinates[0] >= 0).all()
    off = 1 - plane.share.sum()
    assert np.sum(plane.residual**2) == pytest.approx(off * np.sum(beside**2), rel=1e-10)


def test_no_other_plane_through_the_end_lies_nearer_to_the_path(rng):
    path = rng.standard_normal((9, 30))
    best = np.sum(trajectory_plane(path).residual ** 2)
    for _ in range(20):
        other = plane_through(path[-1], *rng.standard_normal((2, 30)), path)
        assert np.sum(other.residual**2) > best


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_a_plane_and_the_residual_put_each_point_where_it_is(rng, dtype):
    path = rng.standard_normal((5, 30)).astype(dtype)
    for plane in (trajectory_plane(path), plane_through(path[1], path[0], path[2], path)):
        on_plane = plane.origin + plane.coordinates @ [plane.d1, plane.d2]
        beside = path - on_plane
        np.testing.assert_allclose(np.linalg.norm(beside, axis=1), plane.residual, atol=1e-12)
        np.testing.assert_allclose(beside @ np.stack([plane.d1, plane.d2]).T, 0, atol=1e-12)
        both = np.stack([plane.d1, plane.d2])
        np.testing.assert_allclose(both @ both.T, np.eye(2), atol=1e-14)


def test_a_plane_through_two_directions_holds_them(rng):
    origin, first, second = rng.standard_normal((3, 30))
    second += 1e5 * first  # nearly parallel
    path = np.stack([origin, origin + first, origin + second, origin - 2 * first + second])
    plane = plane_through(origin, first, second, path)
    np.testing.assert_allclose(plane.d1, first / np.linalg.norm(first), rtol=1e-12)
    assert abs(plane.d1 @ plane.d2) < 1e-14
    np.testing.assert_allclose(plane.residual, 0, atol=1e-8)
    assert plane.coordinates[2, 1] > 0
    assert plane.share.sum() == pytest.approx(1)
    still = plane_through(origin, first, second, path[:1])
    np.testing.assert_array_equal(still.share, [0, 0])
    np.testing.assert_array_equal(still.coordinates, [[0, 0]])


@pytest.mark.parametrize(("dtype", "error"), [(np.float64, 1e-14), (np.float32, 1e-6)])
def test_the_path_s_end_lies_on_the_surface(rng, dtype, error):
    network, path, x, y = trained(rng, dtype=dtype)
    plane = trajectory_plane(path)
    assert plane.residual[-1] == 0
    assert plane.origin.dtype == dtype  # so C on the plane is computed in it
    assert trajectory_plane((8 * path).astype(int)).origin.dtype == float
    np.testing.assert_array_equal(plane.coordinates[-1], [0, 0])
    np.testing.assert_array_equal(plane.origin, path[-1])
    cost, v = network.cost_on(x, y), path[-1]
    C = cost_on_plane(cost, v, plane.d1, plane.d2, [0.0], [0.0])
    assert C.item() == pytest.approx(network.cost(x, y), rel=error)


def test_the_other_points_are_off_the_surface_by_what_their_distance_allows(rng):
    """By C(v) − C(p) = ∇C·r + ½ r·Hr + O(‖r‖³), where p is on the plane and r = v − p."""
    network, path, x, y = trained(rng)
    cost, plane = network.cost_on(x, y), trajectory_plane(path)
    for v, a_b, size in zip(path[:-1], plane.coordinates, plane.residual, strict=False):
        nearest = plane.origin + a_b @ [plane.d1, plane.d2]
        r = v - nearest
        on_surface = cost_on_plane(cost, plane.origin, plane.d1, plane.d2, a_b[:1], a_b[1:])
        first = cost.gradient(nearest) @ r
        second = r @ hessian_times(cost, nearest, r) / 2
        off = cost.function(v) - on_surface.item()
        assert 0.005 < size < 0.04
        assert abs(off - first) > 0.004 * size**2
        assert abs(off - first - second) < 0.003 * size**3


def test_bad_paths_and_directions_are_refused(rng):
    path = rng.standard_normal((4, 30))
    with pytest.raises(ValueError, match=r"path must be \(k, m\), k > 2, m > 1.* got \(2, 30\)"):
        trajectory_plane(path[:2])
    with pytest.raises(ValueError, match="path must be finite numbers"):
        trajectory_plane(path[0])
    with pytest.raises(ValueError, match="path must be finite numbers"):
        trajectory_plane(np.where(path == path[1, 3], np.inf, path))
    with pytest.raises(ValueError, match="straight line"):
        trajectory_plane(path[0] + np.arange(5)[:, None] * path[1])
    with pytest.raises(ValueError, match="straight line"):
        trajectory_plane(np.tile(path[0], (4, 1)))
    with pytest.raises(ValueError, match=r"origin must be finite numbers of shape \(30,\)"):
        plane_through(path[0, 1:], path[1], path[2], path)
    with pytest.raises(ValueError, match="direction_2 must be finite"):
        plane_through(path[0], path[1], path[2] * np.nan, path)
    with pytest.raises(ValueError, match="parallel"):
        plane_through(path[0], path[1], -3 * path[1], path)
    with pytest.raises(ValueError, match="must not be 0"):
        plane_through(path[0], path[1], 0 * path[1], path)


def test_a_neuron_moves_even_if_only_some_images_reach_it(rng):
    network, v, direction, x, y = problem(rng, [6, 5, 4], np.float64)
    direction[1:] = 0  # the weight from the first input
    x[::2, 0] = 0  # of which half the images have nothing
    (C,) = cost_on_line(network.cost_on(x, y), v, direction, [2.5])
    network.v[:] = v + 2.5 * direction
    assert network.cost(x, y) == pytest.approx(C, rel=1e-10)


@pytest.mark.parametrize("size", [1e-9, 1e9])
def test_the_sizes_of_its_directions_do_not_matter_to_a_plane(size):
    plane = plane_through(np.zeros(3), [1, 0, 0], np.array([1, 1, 0]) * size, np.eye(3))
    np.testing.assert_allclose(plane.d2, [0, 1, 0], atol=1e-9)
    direction = np.array([0.1, 0.2, 0.3])
    with pytest.raises(ValueError, match="parallel"):
        plane_through(np.zeros(3), direction, direction * size, np.eye(3))
