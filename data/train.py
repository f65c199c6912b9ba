"""Train the networks whose results lie in this folder: network.npz and seeds.csv.

Run: make data. [784, 30, 10], 30 epochs on all 60,000 images, mini-batches of 10, η = 3, as in
notebook 07: from ten seeds, with the default start and with the scaled one. About six minutes.
"""

import csv
from pathlib import Path

import numpy as np

from gdlib.mnist import load_mnist
from gdlib.network import Network
from gdlib.sgd import sgd

HERE = Path(__file__).parent
SEEDS, EPOCHS, ETA, SIZE = range(10), 30, 3.0, 10
KEPT = ("default", 2)  # the run whose network is saved


def start(name, seed):
    """Return the network and the generator of random numbers that a run starts from."""
    network = Network([784, 30, 10], np.random.default_rng(seed), scaled=name == "scaled")
    return network, np.random.default_rng(seed)


def main():
    """Train all, say how each run ended, and write the two files."""
    train, test = load_mnist()
    rows = [["start", "seed", "epoch", "cost", "accuracy"]]
    for name in ("default", "scaled"):
        for seed in SEEDS:
            network, rng = start(name, seed)
            for epoch in sgd(network, train, ETA, SIZE, EPOCHS, rng, test):
                rows.append(
                    [name, seed, epoch.number, f"{epoch.cost:.6f}", f"{epoch.accuracy:.4f}"]
                )
            answers = network.feedforward(test.images).argmax(axis=1)
            never = [digit for digit in range(10) if digit not in answers]
            print(
                f"{name:8} seed {seed}: {epoch.accuracy:.2%}", *(f"never says {d}" for d in never)
            )
            if (name, seed) == KEPT:
                network.save(HERE / "network.npz")
    with open(HERE / "seeds.csv", "w", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


if __name__ == "__main__":
    main()
