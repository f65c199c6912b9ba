"""The trained network and the ten seeds in data/ are what data/README.md says they are."""

import csv
import importlib.util

import numpy as np
import pytest

from gdlib.mnist import DATA, load_mnist, one_hot
from gdlib.network import Network
from gdlib.sgd import sgd

README = (DATA / "README.md").read_text()


@pytest.fixture(scope="module")
def digits():
    return load_mnist()


@pytest.fixture(scope="module")
def train_script():
    spec = importlib.util.spec_from_file_location("train", DATA / "train.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def seeds():
    """The costs and the accuracies, each (10 seeds, 30 epochs), of each start."""
    with open(DATA / "seeds.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["start"], int(row["seed"]), int(row["epoch"])) for row in rows] == [
        (start, seed, epoch)
        for start in ("default", "scaled")
        for seed in range(10)
        for epoch in range(1, 31)
    ]
    numbers = np.array([[float(row["cost"]), float(row["accuracy"])] for row in rows])
    return dict(zip(("default", "scaled"), numbers.reshape(2, 10, 30, 2), strict=True))


def test_the_trained_network_reads_as_well_as_claimed(digits, seeds):
    train, test = digits
    network = Network.load(DATA / "network.npz")
    accuracy = network.accuracy(*test)
    assert f"reads {100 * accuracy:.1f} % of the test images" in README
    cost, expected = seeds["default"][2, -1]  # seed 2, the last epoch
    assert accuracy == pytest.approx(expected, abs=2e-4)  # another machine may round otherwise
    assert network.cost(train.images, one_hot(train.labels)) == pytest.approx(cost, rel=1e-4)


def test_the_trained_network_started_where_seed_2_starts(digits, train_script):
    """Where no training image has ink the gradient is exactly 0: these weights never moved."""
    start, _ = train_script.start("default", 2)
    network = Network.load(DATA / "network.npz")
    inked = digits[0].images.any(axis=0)
    np.testing.assert_array_equal(network.weights[0][:, ~inked], start.weights[0][:, ~inked])
    assert np.count_nonzero(~inked) == 67
    assert np.mean(network.weights[0][:, inked] == start.weights[0][:, inked]) < 0.05


@pytest.mark.slow
@pytest.mark.parametrize("name", ["default", "scaled"])
def test_an_epoch_from_the_same_seed_ends_near_the_recorded_one(digits, seeds, train_script, name):
    train, test = digits
    network, rng = train_script.start(name, 2)
    epoch = next(sgd(network, train, train_script.ETA, train_script.SIZE, 1, rng, test))
    cost, accuracy = seeds[name][2, 0]
    # Last digits differ between machines, and 6,000 steps amplify them.
    assert epoch.accuracy == pytest.approx(accuracy, abs=0.02)
    assert epoch.cost == pytest.approx(cost, rel=0.15)


@pytest.mark.slow
def test_the_trained_network_can_go_on_learning(digits):
    train, test = digits
    network = Network.load(DATA / "network.npz")
    before = network.cost(train.images, one_hot(train.labels))
    epoch = next(sgd(network, train, 3.0, 10, 1, np.random.default_rng(0), test))
    assert epoch.cost < 1.25 * before
    assert epoch.accuracy > 0.94


def test_the_table_of_the_seeds_is_what_the_file_says(seeds):
    for start, numbers in seeds.items():
        last = 100 * numbers[:, -1, 1]
        stuck = np.count_nonzero(last < 90)
        assert (
            f"| {start} | {last.mean():.2f} | {last.min():.2f} to {last.max():.2f} | "
            f"{last[last > 90].mean():.2f} | {100 * numbers[..., 1].max():.2f} | {stuck} |"
            in README
        )
