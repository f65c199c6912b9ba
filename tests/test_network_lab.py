"""The lab of the network: the numbers that it hands over, its words, and what it refuses."""

from base64 import b64encode

import numpy as np
import pytest

from gdlib import labs
from gdlib.mnist import load_mnist
from gdlib.network import Network


def small(n=3, sizes=(784, 5, 10), dtype=np.float32):
    rng = np.random.default_rng(1)
    images = rng.integers(0, 256, (n, 784), dtype=np.uint8)
    return Network(list(sizes), rng, dtype, scaled=True), images, rng.integers(0, 10, n)


def numbers(lab, name, kind=np.float32):
    return np.frombuffer(lab.scene[name], kind)


@pytest.mark.parametrize("sizes", [(784, 10), (784, 5, 10), (784, 6, 4, 10)])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_lab_hands_over_what_feedforward_computes(sizes, dtype):
    network, images, labels = small(3, sizes, dtype)
    lab = labs.network(network, images, labels)
    a, z = (numbers(lab, name).reshape(3, sum(sizes[1:])) for name in "az")
    np.testing.assert_allclose(a[:, -10:], network.feedforward(images), rtol=1e-5)
    np.testing.assert_allclose(a, 1 / (1 + np.exp(-z)), rtol=1e-4)
    weights, biases = network.weights, network.biases
    np.testing.assert_array_equal(
        numbers(lab, "weights"), np.concatenate([w.ravel() for w in weights]).astype(np.float32)
    )
    np.testing.assert_array_equal(numbers(lab, "biases"), np.concatenate(biases).astype(np.float32))
    assert lab.neuron == [len(sizes) - 2, network.feedforward(images[0]).argmax()]


def test_a_neuron_is_flat_steep_or_between():
    network, images, labels = small()
    network.weights[0][:] = 0
    network.biases[0][:] = [-30, -3, 0, 3, 30]
    lab = labs.network(network, images, labels)
    places = numbers(lab, "places", np.uint8).reshape(3, 15)
    assert places[:, :5].tolist() == [[0, 1, 2, 1, 0]] * 3
    lab.neuron = [0, 4]
    assert "hidden neuron 4: z = 30.00, a = 1.00; σ is flat there (saturated)" in lab.summary()
    lab.neuron = [0, 2]
    assert "a = 0.50; σ is steep there" in lab.summary()
    assert "lights 2 of 5 hidden neurons, then output" in lab.summary()


def test_the_lab_shows_the_network_as_it_was():
    network, images, labels = small()
    lab = labs.network(network, images, labels)
    before = lab.summary()
    network.v[:] = 0
    assert lab.summary() == before


def test_a_saved_lab_takes_less_than_200_kilobytes():
    network, _, labels = small(12, (784, 30, 10))
    lab = labs.network(network, load_mnist()[1].images[:12], labels)
    numbers = sum(len(b64encode(part)) for part in lab.scene.values() if isinstance(part, bytes))
    bundle, metadata = lab._repr_mimebundle_()
    poster = len(b64encode(bundle["image/png"]))
    assert numbers + len(lab._esm) + len(lab._css) + poster < 200_000
    assert metadata["image/png"]["alt"] == bundle["text/plain"] == lab.summary()


@pytest.mark.parametrize(
    ("change", "error", "text"),
    [
        (lambda n, x, y: ("it", x, y), TypeError, "network must be a gdlib.network.Network"),
        (lambda n, x, y: (n, x / 255, y), ValueError, r"images must be 1 to 20 .* uint8"),
        (lambda n, x, y: (n, x[0], y), ValueError, r"shape \(n, 784\)"),
        (lambda n, x, y: (n, x[:0], y[:0]), ValueError, "1 to 20 images"),
        (lambda n, x, y: (n, np.repeat(x, 9, axis=0), y), ValueError, "1 to 20 images"),
        (lambda n, x, y: (n, x, y[:2]), ValueError, r"labels must be whole numbers of shape \(3"),
        (lambda n, x, y: (n, x, y + 10), ValueError, "from 0 to 9"),
        (lambda n, x, y: (n.at(n.v * np.inf), x, y), ValueError, "must be finite"),
        (lambda n, x, y: (small(3, (784, 41, 10))[0], x, y), ValueError, "at most 40 neurons"),
    ],
)
def test_the_lab_refuses_what_is_no_network_or_image(change, error, text):
    with pytest.raises(error, match=text):
        labs.network(*change(*small()))
