import numpy as np
import pytest

from gdlib.gradient import numerical_gradient
from gdlib.mnist import one_hot
from gdlib.network import Network, sigmoid


@pytest.fixture
def small(rng):
    """A small network in float64 with 7 inputs and their desired outputs."""
    return Network([5, 4, 3], rng, np.float64), rng.random((7, 5)), np.eye(3)[rng.integers(0, 3, 7)]


def cost_at(network, x, y, where):
    """Return C as a function of the entries `where` of v."""
    v = network.v.copy()

    def C(values):
        network.v[:] = v
        network.v[where] = values
        return network.cost(x, y)

    return C


def relative_error(found, expected):
    return np.linalg.norm(found - expected) / np.linalg.norm(expected)


@pytest.mark.parametrize("sizes", [[5, 3], [5, 4, 3], [5, 6, 4, 3]])
def test_backpropagation_agrees_with_differences_everywhere(rng, sizes):
    network, x, y = Network(sizes, rng, np.float64), rng.random((7, 5)), rng.random((7, 3))
    backpropagated = network.gradient(x, y)
    measured = numerical_gradient(cost_at(network, x, y, slice(None)), network.v.copy())
    assert relative_error(backpropagated, measured) < 1e-7


def test_backpropagation_agrees_with_differences_on_the_real_network(rng):
    network = Network([784, 30, 10], rng, np.float64)
    x = rng.integers(0, 256, (10, 784), dtype=np.uint8)
    y = one_hot(np.arange(10), np.float64)
    some = rng.choice(network.v.size, 300, replace=False)
    backpropagated = network.gradient(x, y)[some]
    measured = numerical_gradient(cost_at(network, x, y, some), network.v[some])
    assert relative_error(backpropagated, measured) < 1e-7


def test_cost_is_equation_6_by_the_letter(small):
    network, x, y = small
    total = 0
    for x_i, y_i in zip(x, y, strict=True):
        a = x_i
        for w, b in zip(network.weights, network.biases, strict=True):
            a = 1 / (1 + np.exp(-(w @ a + b)))
        assert network.feedforward(x_i) == pytest.approx(a, rel=1e-13)
        total += sum((y_i - a) ** 2)
    assert network.cost(x, y) == pytest.approx(total / (2 * 7), rel=1e-13)


def test_all_parameters_are_one_vector(small):
    network, x, _ = small
    assert network.v.shape == (5 * 4 + 4 + 4 * 3 + 3,)
    assert [w.shape for w in network.weights] == [(4, 5), (3, 4)]
    before = network.feedforward(x[0])
    network.v[20] += 1  # the first bias of the hidden layer
    assert network.biases[0][0] == network.v[20]
    assert not np.array_equal(network.feedforward(x[0]), before)


def test_grey_values_are_scaled_and_floats_are_not(rng):
    network = Network([784, 30, 10], rng)
    grey = rng.integers(0, 256, (3, 784), dtype=np.uint8)
    np.testing.assert_allclose(
        network.feedforward(grey), network.feedforward(grey / 255), rtol=1e-5
    )
    assert network.feedforward(grey).dtype == np.float32


def test_many_images_give_what_few_give(rng):
    network = Network([784, 30, 10], rng, np.float64)
    x, y = rng.integers(0, 256, (2345, 784), dtype=np.uint8), np.eye(10)[rng.integers(0, 10, 2345)]
    squares = [2 * network.cost(x[i], y[i]) for i in range(2345)]
    assert network.cost(x, y) == pytest.approx(np.mean(squares) / 2, rel=1e-12)
    right = [
        network.feedforward(x_i).argmax() == y_i.argmax() for x_i, y_i in zip(x, y, strict=True)
    ]
    assert network.accuracy(x, y.argmax(axis=1)) == np.mean(right)


def test_sigmoid_far_out_neither_overflows_nor_leaves_0_to_1():
    z = np.array([-1e5, -30, -1, 0, 1, 30, 1e5], dtype=np.float32)
    assert sigmoid(z) == pytest.approx([0, 0, 0.26894142, 0.5, 0.73105858, 1, 1], abs=1e-7)


@pytest.mark.parametrize(
    ("sizes", "error", "message"),
    [
        ([784], ValueError, "an input and an output layer"),
        ([784, 0, 10], ValueError, "each entry of sizes must be at least 1, got 0"),
        ([784, 30.0, 10], TypeError, "must be a whole number, got 30.0"),
    ],
)
def test_sizes_that_make_no_sense(rng, sizes, error, message):
    with pytest.raises(error, match=message):
        Network(sizes, rng)


def test_shapes_that_make_no_sense(small):
    network, x, y = small
    with pytest.raises(ValueError, match=r"x must have shape \(n, 5\) or \(5,\), got \(7, 4\)"):
        network.feedforward(x[:, :4])
    with pytest.raises(ValueError, match=r"y must have shape \(n, 3\), got \(7, 2\)"):
        network.gradient(x, y[:, :2])
    with pytest.raises(
        ValueError, match="x and y must hold as many entries, at least one; got 7 and 6"
    ):
        network.cost(x, y[:6])
    with pytest.raises(ValueError, match="x and labels must hold as many entries"):
        network.accuracy(x, np.zeros(6, int))
    with pytest.raises(ValueError, match="at least one; got 0 and 0"):
        network.cost(x[:0], y[:0])
