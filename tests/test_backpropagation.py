"""Backpropagation as the learner writes it: the same as the library's, and as differences."""

import copy

import nbformat
import numpy as np
import pytest

from gdlib import check
from gdlib.activation import sigmoid
from gdlib.derivatives import numerical_gradient
from gdlib.network import Network
from tools import ROOT, class_version


def relative_error(found, expected):
    return np.linalg.norm(found - expected) / np.linalg.norm(expected)


def solution():
    """Return the gradient that the solutions of notebook 06 define."""
    notebook = nbformat.read(ROOT / "notebooks" / "06_backpropagation.ipynb", as_version=4)
    names = {"np": np, "sigmoid": sigmoid}
    for exercise in class_version.exercises(notebook).values():
        exec(exercise.solution, names)
    return names["my_gradient"]


@pytest.mark.parametrize("gradient", [check.backpropagation.right, solution()], ids=["check", "06"])
@pytest.mark.parametrize("sizes", [[784, 30, 10], [2, 2, 1], [3, 2], [4, 3, 2, 5]])
@pytest.mark.parametrize("n", [1, 7])
def test_the_right_gradient_is_the_network_s(sizes, n, gradient):
    rng = np.random.default_rng(0)
    network = Network(sizes, rng, np.float64, scaled=True)
    x, y = rng.random((n, sizes[0])), rng.random((n, sizes[-1]))
    nabla_C = gradient(network, x, y)
    assert relative_error(nabla_C, network.gradient(x, y)) < 1e-12
    if network.v.size < 100:
        measured = numerical_gradient(network.cost_on(x, y).function, network.v)
        assert relative_error(nabla_C, measured) < 1e-7


def other_gradient(network, x, y):
    """Backpropagation image by image, with the 1/n at the end."""
    total = np.zeros_like(network.v)
    for one, wanted in zip(x, y, strict=True):
        outputs = [one]
        for w, b in zip(network.weights, network.biases, strict=True):
            outputs.append(sigmoid(w @ outputs[-1] + b))
        delta, parts = (outputs[-1] - wanted) * outputs[-1] * (1 - outputs[-1]), []
        for w, a in zip(network.weights[::-1], outputs[-2::-1], strict=True):
            parts = [np.outer(delta, a).ravel(), delta, *parts]
            delta = w.T @ delta * a * (1 - a)
        total += np.concatenate(parts)
    return total / len(x)


def other_hidden_delta(w, delta, z):
    return np.einsum("ji,jn->in", w, delta) / (2 + 2 * np.cosh(z))


def test_other_right_ways_pass():
    right = (True, "Right.")
    assert check.backpropagation.judge(other_gradient) == right
    assert check.backpropagation.judge(Network.gradient) == right
    assert check.output_delta.judge(lambda z, y: -(y - sigmoid(z)) / (2 + 2 * np.cosh(z))) == right
    assert check.hidden_delta.judge(other_hidden_delta) == right


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (7, "Expected a function, got 7"),
        (lambda network, x, y: network.weight, "a network [3, 3, 3, 3]"),
        (lambda network, x, y: network.gradient(x, y)[1:], "the answer has shape (36,)"),
        (lambda network, x, y: network.gradient(x, y) + 1, "which is wrong"),
        (lambda network, x, y: {"w": network.weights}, "which is no number"),
    ],
)
def test_other_gradients_are_told_what_came(answer, message):
    passed, text = check.backpropagation.judge(answer)
    assert passed is False
    assert message in text


def in_lists(network, x, y):
    return network.layers(network.gradient(x, y))


@pytest.mark.parametrize(
    ("answer", "came"),
    [
        (in_lists, "a tuple of 2 parts"),
        (lambda *given: list(in_lists(*given)), "a list of 2 parts"),
        (
            lambda *given: [part for parts in in_lists(*given) for part in parts],
            "a list of 6 parts",
        ),
        (lambda *given: [list(part) for part in zip(*in_lists(*given), strict=True)], "3 parts"),
    ],
)
def test_lists_of_layers_are_told_how_to_become_one_array(answer, came):
    passed, text = check.backpropagation.judge(answer)
    assert passed is False
    assert f"{came}; the answer is one flat array of shape (36,)" in text
    recipe = next(line for line in text.splitlines() if "np.concatenate" in line)

    def joined(network, x, y):
        nabla_w, nabla_b = in_lists(network, x, y)
        return eval(recipe.strip(), {"np": np, "nabla_w": nabla_w, "nabla_b": nabla_b})

    assert check.backpropagation.judge(joined) == (True, "Right.")


def test_a_gradient_for_square_layers_alone_does_not_pass():
    def square(network, x, y):
        return network.gradient(x[: network.sizes[0]], y[: network.sizes[0]])

    passed, text = check.backpropagation.judge(square)
    assert passed is False
    assert "a network [2, 4, 3]" in text


def test_a_deep_copy_of_a_network_lives_on_its_own():
    rng = np.random.default_rng(0)
    network = Network([2, 3, 1], rng, np.float64)
    x, y = rng.random((4, 2)), rng.random((4, 1))
    twin, before = copy.deepcopy(network), network.v.copy()
    twin.v[:] += 1
    np.testing.assert_array_equal(network.v, before)
    np.testing.assert_array_equal(twin.gradient(x, y), network.at(before + 1).gradient(x, y))
