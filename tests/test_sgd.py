import numpy as np
import pytest

from gdlib.descent import step
from gdlib.mnist import Digits, one_hot
from gdlib.network import Network
from gdlib.sgd import learn, mini_batches, sgd, steps


@pytest.fixture
def train(rng):
    return Digits(
        rng.integers(0, 256, (1000, 784), dtype=np.uint8), rng.integers(0, 10, 1000, dtype=np.uint8)
    )


def column_vector_training(weights, biases, images, labels, batches, eta):
    """Train as on a blackboard: one image at a time, column vectors, a gradient per matrix."""
    for batch in batches:
        sum_w = [np.zeros_like(w) for w in weights]
        sum_b = [np.zeros_like(b) for b in biases]
        for i in batch:
            activation = images[i].reshape(784, 1) / 255
            y = np.zeros((10, 1))
            y[labels[i]] = 1
            activations, zs = [activation], []
            for w, b in zip(weights, biases, strict=True):
                zs.append(w @ activations[-1] + b)
                activations.append(1 / (1 + np.exp(-zs[-1])))
            delta = None
            for layer in (1, 0):
                error = activations[-1] - y if delta is None else weights[layer + 1].T @ delta
                sigma = 1 / (1 + np.exp(-zs[layer]))
                delta = error * sigma * (1 - sigma)
                sum_b[layer] += delta
                sum_w[layer] += delta @ activations[layer].T
        for layer in (0, 1):
            weights[layer] = weights[layer] - eta / len(batch) * sum_w[layer]
            biases[layer] = biases[layer] - eta / len(batch) * sum_b[layer]
    return np.concatenate(
        [part.ravel() for pair in zip(weights, biases, strict=True) for part in pair]
    )


def test_training_equals_an_independent_implementation(train):
    network = Network([784, 30, 10], np.random.default_rng(1), np.float64)
    weights = [w.copy() for w in network.weights]
    biases = [b.reshape(-1, 1).copy() for b in network.biases]
    batches = mini_batches(1000, 10, np.random.default_rng(2))  # 100 steps, the same batches
    expected = column_vector_training(weights, biases, train.images, train.labels, batches, eta=3.0)
    before = network.v.copy()
    list(sgd(network, train, 3.0, 10, 1, np.random.default_rng(2)))
    assert np.abs(network.v - expected).max() < 1e-9
    assert np.abs(network.v - before).max() > 0.1


@pytest.mark.parametrize(("n", "size"), [(100, 10), (103, 10), (7, 7), (5, 1)])
def test_mini_batches_partition_the_data(rng, n, size):
    batches = mini_batches(n, size, rng)
    assert sorted(np.concatenate(batches)) == list(range(n))
    assert {len(batch) for batch in batches[:-1]} <= {size}
    assert 1 <= len(batches[-1]) <= size


def test_every_epoch_shuffles_anew_and_a_seed_repeats_it():
    rng = np.random.default_rng(3)
    first, second = mini_batches(100, 10, rng), mini_batches(100, 10, rng)
    assert not np.array_equal(first, second)
    np.testing.assert_array_equal(first, mini_batches(100, 10, np.random.default_rng(3)))


def test_epochs_report_what_the_network_can_do(rng, train):
    network = Network([784, 10, 10], rng)
    y = np.eye(10)[train.labels]
    for number, epoch in enumerate(sgd(network, train, 1.0, 50, 3, rng, test=train), start=1):
        assert epoch.number == number
        assert epoch.cost == pytest.approx(network.cost(train.images, y), rel=1e-5)
        assert epoch.accuracy == network.accuracy(*train)
        assert epoch.seconds > 0
    assert next(sgd(network, train, 1.0, 50, 1, rng)).accuracy is None


def test_a_stopped_training_keeps_what_it_learned(rng, train):
    network = Network([784, 10, 10], rng)
    training = sgd(network, train, 1.0, 50, 10, rng)
    cost = next(training).cost
    learned = network.v.copy()
    training.close()
    np.testing.assert_array_equal(network.v, learned)
    assert network.cost(train.images, np.eye(10)[train.labels]) == pytest.approx(cost, rel=1e-5)


@pytest.mark.parametrize(
    ("settings", "error", "message"),
    [
        ({"eta": -1}, ValueError, "eta must be positive"),
        ({"eta": "3"}, TypeError, "eta must be a number"),
        ({"mini_batch_size": 0}, ValueError, "mini_batch_size must be .* from 1 to 1000, got 0"),
        (
            {"mini_batch_size": 1001},
            ValueError,
            "mini_batch_size must be .* from 1 to 1000, got 1001",
        ),
        ({"mini_batch_size": 2.0}, TypeError, "mini_batch_size must be a whole number"),
        ({"epochs": 0}, ValueError, "epochs must be a whole number from 1 .* got 0"),
    ],
)
def test_settings_that_make_no_sense(rng, train, settings, error, message):
    settings = {"eta": 3.0, "mini_batch_size": 10, "epochs": 1, **settings}
    with pytest.raises(error, match=message):
        next(sgd(Network([784, 10, 10], rng), train, rng=rng, **settings))


def test_several_epochs_equal_an_independent_implementation(train):
    """Each epoch has mini-batches of its own and the same eta; the last one is smaller."""
    network = Network([784, 30, 10], np.random.default_rng(1), np.float64)
    weights = [w.copy() for w in network.weights]
    biases = [b.reshape(-1, 1).copy() for b in network.biases]
    v, rng = network.v, np.random.default_rng(2)
    batches = [batch for _ in range(3) for batch in mini_batches(1000, 30, rng)]
    assert len(batches) == 3 * 34
    expected = column_vector_training(weights, biases, train.images, train.labels, batches, eta=3.0)
    list(sgd(network, train, 3.0, 30, 3, np.random.default_rng(2)))
    assert np.abs(v - expected).max() < 1e-9  # v as it was handed out: it is never replaced


class Clock(Network):
    """A network on a clock of its own: a gradient takes 1 second, a measurement 1,000."""

    now = 0

    def perf_counter(self):
        return self.now

    def backpropagate(self, x, y):
        self.now += 1
        return super().backpropagate(x, y)

    def cost(self, x, y):
        self.now += 1000
        return super().cost(x, y)

    def accuracy(self, x, labels):
        self.now += 1000
        return super().accuracy(x, labels)


def test_the_seconds_of_an_epoch_are_those_of_its_steps(rng, train, monkeypatch):
    network = Clock([784, 10, 10], rng)
    monkeypatch.setattr("gdlib.sgd.time", network)
    for epoch in sgd(network, train, 1.0, 30, 3, rng, test=train):
        assert epoch.seconds == 34
    assert network.now == 3 * (34 + 2000)


def test_the_cost_of_an_epoch_is_that_of_all_images(rng):
    train = Digits(
        rng.integers(0, 256, (2500, 784), dtype=np.uint8), np.repeat([3, 8], [1000, 1500])
    )
    network = Network([784, 10, 10], rng, np.float64)
    (epoch,) = sgd(network, train, 1.0, 50, 1, rng)
    errors = np.eye(10)[train.labels] - network.feedforward(train.images)
    assert epoch.cost == pytest.approx(np.sum(errors**2) / 5000, rel=1e-12)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("size", [1, 30, 150, 1000])
def test_steps_are_the_rule_on_each_mini_batch_to_the_bit(train, size, dtype):
    mine, its = (Network([784, 10, 10], np.random.default_rng(1), dtype) for _ in range(2))
    training, rng = steps(its, train, 3.0, size, np.random.default_rng(2)), np.random.default_rng(2)
    y = one_hot(train.labels, dtype)
    for epoch in range(2):
        batches = mini_batches(1000, size, rng)[: 40 if epoch else None]
        for batch, _ in zip(batches, training, strict=False):
            mine.v[:] = step(mine.v, mine.gradient(train.images[batch], y[batch]), 3.0)
    np.testing.assert_array_equal(its.v, mine.v)


def test_a_step_says_how_far_the_training_is(rng, train):
    training = steps(Network([784, 5, 10], rng), train, 0.5, 300, rng)
    assert [tuple(next(training)) for _ in range(5)] == [
        (1, 300, 300, 0.5, 700),
        (2, 600, 300, 0.5, 400),
        (3, 900, 300, 0.5, 100),
        (4, 1000, 100, 0.5, 0),
        (5, 1300, 300, 0.5, 700),
    ]


def test_settings_may_be_functions_of_the_step_and_may_change_within_an_epoch(rng, train):
    """Each image is still taken once in an epoch, whatever the sizes."""
    sizes, taken = [7, 1, 450, 200, 3, 300, 500], []

    def note(network, x, y, eta):
        taken.append((x, y, eta))

    training = steps(
        Network([784, 5, 10], rng), train, lambda k: 1 / (k + 1), lambda k: sizes[k], rng, note
    )
    found = [next(training) for _ in range(7)]
    assert [step.mini_batch_size for step in found] == [7, 1, 450, 200, 3, 300, 39]
    assert [step.left for step in found][-1] == 0
    assert (
        [eta for _, _, eta in taken] == [step.eta for step in found] == [1 / k for k in range(1, 8)]
    )
    x, y = (np.concatenate(parts) for parts in list(zip(*taken, strict=True))[:2])
    order = np.lexsort(x.T), np.lexsort(train.images.T)
    np.testing.assert_allclose(x[order[0]], train.images[order[1]] / 255, rtol=1e-6)
    np.testing.assert_array_equal(y[order[0]].argmax(axis=1), train.labels[order[1]])


def test_a_step_is_whatever_learn_does(train):
    """By half of the gradient on each: as with half of the learning rate."""

    def half(network, x, y, eta):
        assert x.dtype == y.dtype == network.v.dtype == np.float64
        assert 0 <= x.min() < 0.01
        assert 0.99 < x.max() <= 1
        network.v -= eta / 2 * network.gradient(x, y)

    mine, its = (Network([784, 5, 10], np.random.default_rng(1), np.float64) for _ in range(2))
    for network, eta, how in ((mine, 2.0, half), (its, 1.0, learn)):
        training = steps(network, train, eta, 100, np.random.default_rng(2), how)
        while next(training).left:
            pass
    np.testing.assert_allclose(mine.v, its.v, rtol=1e-12)


def test_a_training_that_is_asked_for_nothing_does_nothing(rng, train):
    network = Network([784, 5, 10], rng)
    before = network.v.copy()
    steps(network, train, 1.0, 10, rng)
    np.testing.assert_array_equal(network.v, before)


@pytest.mark.parametrize(
    ("settings", "error", "message"),
    [
        ({"eta": lambda k: -k}, ValueError, "eta must be positive and finite, got 0"),
        ({"mini_batch_size": lambda k: 2.5}, TypeError, "mini_batch_size must be a whole number"),
        (
            {"mini_batch_size": lambda k: 1001},
            ValueError,
            "mini_batch_size must be .* from 1 to 1000, got 1001",
        ),
    ],
)
def test_what_a_function_returns_must_make_sense_too(rng, train, settings, error, message):
    with pytest.raises(error, match=message):
        next(
            steps(
                Network([784, 5, 10], rng),
                train,
                **{"eta": 1, "mini_batch_size": 1} | settings,
                rng=rng,
            )
        )


def test_a_rate_that_changes_in_the_same_array_is_followed(rng, train):
    rate = np.array(1.0)
    training = steps(Network([784, 5, 10], rng), train, lambda k: rate, 10, rng)
    assert next(training).eta == 1
    rate[...] = 0.5
    assert next(training).eta == 0.5
    rate[...] = -1
    with pytest.raises(ValueError, match="eta must be positive"):
        next(training)
