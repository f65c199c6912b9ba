"""Run the sweep that notebook 09 shows: experiments.jsonl.

Run: make data. [784, 30, 10], 3 epochs on all 60,000 images, for 11 learning rates, 5 sizes of
mini-batch and 5 seeds. About three minutes on two cores. Runs that the file already holds are
not done again: delete it to have them all anew.
"""

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from gdlib.experiments import digits, sweep
from gdlib.mnist import one_hot
from gdlib.network import Network
from gdlib.sgd import steps

FILE = Path(__file__).parent / "experiments.jsonl"
GRID = {
    "eta": [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200],
    "mini_batch_size": [10, 20, 50, 100, 200],
    "seed": range(5),
}
EPOCHS, PARTS = 3, 10  # C is measured this often in each epoch, on 5,000 images


def train_one(eta, mini_batch_size, seed):
    """Train as notebook 07 does; return what it reads, C on the way, and how saturated it ends."""
    train, test = digits()
    x, y = train.images, one_hot(train.labels)
    network = Network([784, 30, 10], np.random.default_rng(seed))
    training = steps(network, train, eta, mini_batch_size, np.random.default_rng(seed))
    costs = [network.cost(x[:5000], y[:5000])]
    per_epoch = -(-len(x) // mini_batch_size)  # rounded up: the last mini-batch may be smaller
    for _ in range(EPOCHS):
        for part in range(PARTS):
            for _ in range(part * per_epoch // PARTS, (part + 1) * per_epoch // PARTS):
                next(training)
            costs.append(network.cost(x[:5000], y[:5000]))
    a = network.feedforward(test.images)
    return {
        "accuracy": network.accuracy(*test),
        "highest_output": round(float(a.max(axis=1).mean()), 4),
        "costs": [round(C, 5) for C in costs],
    }


def main(workers=2):
    """Run what is missing in the file, on this many processes."""
    with ProcessPoolExecutor(workers, get_context("spawn")) as executor:
        sweep(train_one, GRID, executor, file=FILE)


if __name__ == "__main__":
    main()
