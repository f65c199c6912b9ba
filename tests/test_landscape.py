import numpy as np
import pytest

from gdlib.landscape import cost_on_line, outputs_on_line
from gdlib.network import Network

T = np.array([-4.0, -0.3, 0.0, 1e-3, 2.5])


def problem(rng, sizes, dtype):
    """Return a network, a point and a direction that are not its v, and 2,500 inputs."""
    network = Network(sizes, rng, dtype)
    v, direction = rng.standard_normal((2, network.v.size))
    return network, v, direction, rng.random((2500, sizes[0])), rng.random((2500, sizes[-1]))


@pytest.mark.parametrize(("dtype", "error"), [(np.float64, 1e-10), (np.float32, 2e-6)])
@pytest.mark.parametrize("sizes", [[6, 4], [6, 5, 4], [6, 5, 3, 4]])
@pytest.mark.parametrize("which", ["all", "first", "last", "one"])
def test_each_value_is_the_network_s_own(rng, sizes, which, dtype, error):
    network, v, direction, x, y = problem(rng, sizes, dtype)
    part = {"all": slice(0, 0), "first": slice(7, None), "last": slice(0, -2)}
    direction[part[which] if which != "one" else np.arange(v.size) != 3] = 0
    before = network.v.copy()
    C = cost_on_line(network, v, direction, T, x, y)
    outputs = [a.copy() for a in outputs_on_line(network, v, direction, T, x)]
    np.testing.assert_array_equal(network.v, before)
    other = Network(sizes, rng, dtype)
    for t, C_t, a in zip(T, C, outputs, strict=True):
        other.v[:] = v + t * direction
        assert C_t == pytest.approx(other.cost(x, y), rel=error)
        np.testing.assert_allclose(a, other.feedforward(x), atol=error)


def test_outputs_can_be_kept(rng):
    network, v, direction, x, _ = problem(rng, [6, 4], np.float64)
    kept = list(outputs_on_line(network, v, direction, T, x))
    assert len({a.tobytes() for a in kept}) == len(T)


def test_grey_values_and_a_single_input_are_taken_as_the_network_takes_them(rng):
    network, _, direction, _, _ = problem(rng, [6, 5, 4], np.float64)
    x, y = rng.integers(0, 256, 6, dtype=np.uint8), rng.random(4)
    (C,) = cost_on_line(network, network.v, direction, [0.0], x, y)
    assert network.cost(x, y) == pytest.approx(C, rel=1e-12)


def test_the_network_may_change_while_the_line_is_walked(rng):
    network, _, direction, x, _ = problem(rng, [6, 5, 4], np.float64)
    expected = network.feedforward(x)
    outputs = outputs_on_line(network, network.v, direction, [0.0, 0.0], x)
    next(outputs)
    network.v[:] = 0
    np.testing.assert_allclose(next(outputs), expected)


def test_wrong_shapes_are_refused_at_once(rng):
    network, v, direction, x, y = problem(rng, [6, 5, 4], np.float64)
    with pytest.raises(ValueError, match=r"v must have shape \(59,\), got \(3,\)"):
        outputs_on_line(network, v[:3], direction, T, x)
    with pytest.raises(ValueError, match=r"direction must have shape \(59,\), got \(1, 59\)"):
        outputs_on_line(network, v, direction[None], T, x)
    with pytest.raises(ValueError, match=r"t must be finite numbers of shape \(k,\), got nan"):
        outputs_on_line(network, v, direction, np.nan, x)
    with pytest.raises(ValueError, match=r"t must be finite numbers"):
        outputs_on_line(network, v, direction, [0, np.inf], x)
    with pytest.raises(ValueError, match=r"x must have shape \(n, 6\)"):
        outputs_on_line(network, v, direction, T, x[:, 1:])
    with pytest.raises(ValueError, match=r"y must have shape \(n, 4\)"):
        cost_on_line(network, v, direction, T, x, y[:, 1:])
    with pytest.raises(ValueError, match="must hold as many entries"):
        cost_on_line(network, v, direction, T, x, y[1:])
