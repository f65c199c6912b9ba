"""Record what notebook 06 shows of the real valley: path.npz and sharpness.csv.

Run: make data. path.npz is the path of the run whose network lies in network.npz, so that one is
trained again, step by step. sharpness.csv is about training with every step on all of 5,000
images, at three learning rates. About five minutes.
"""

import csv
from pathlib import Path

import numpy as np
from train import EPOCHS, ETA, KEPT, SIZE, start

from gdlib.derivatives import sharpness
from gdlib.descent import step
from gdlib.mnist import Digits, load_mnist, one_hot
from gdlib.sgd import mini_batches

HERE = Path(__file__).parent
EARLY = (0, 10, 30, 100, 300, 1000, 3000)  # steps within the first epoch
LATER = (1, 2, 3, 4, 6, 8, 10, 13, 16, 20, 25, 30)  # epochs
IMAGES, ETAS = 5_000, (3, 10, 30)  # for the sharpness
MEASURED = (*range(0, 1000, 10), *range(1000, 3001, 50))  # at these steps


def sgd_steps(network, rng, train):
    """Train as `sgd` does; yield the number of steps taken, before each step and at the end."""
    images, y = train.images, one_hot(train.labels)
    taken = 0
    for _ in range(EPOCHS):
        for batch in mini_batches(len(images), SIZE, rng):
            yield taken
            nabla_C = network.gradient(images.take(batch, axis=0), y.take(batch, axis=0))
            network.v[:] = step(network.v, nabla_C, ETA)
            taken += 1
    yield taken


def record_path(train, test):
    """Return the arrays of path.npz."""
    per_epoch = len(train.images) // SIZE
    kept = [*EARLY, *(epoch * per_epoch for epoch in LATER)]
    network, rng = start(*KEPT)
    y = one_hot(train.labels)
    moments = []
    for taken in sgd_steps(network, rng, train):
        if taken == kept[-1] - 1:
            before = network.v.copy()
        if taken in kept:
            cost, accuracy = network.cost(train.images, y), network.accuracy(*test)
            moments.append((taken, network.v.copy(), cost, accuracy))
            print(f"step {taken:6}: C = {cost:.4f}, {accuracy:.2%}", flush=True)
    columns = zip(("step", "v", "cost", "accuracy"), zip(*moments, strict=True), strict=True)
    arrays = {name: np.array(column) for name, column in columns}
    return arrays | {"last_step": np.stack([before, network.v])}


def record_sharpness(train, eta, measured=MEASURED):
    """Yield the rows of sharpness.csv for one learning rate, from the scaled start."""
    network, _ = start("scaled", KEPT[1])
    train = Digits(train.images[:IMAGES], train.labels[:IMAGES])
    x, y = train.images, one_hot(train.labels)
    for taken in range(measured[-1] + 1):
        if taken in measured:
            lambda_max = sharpness(network, network.v, x, y, np.random.default_rng(taken))
            cost, accuracy = network.cost(x, y), network.accuracy(*train)
            yield [eta, taken, f"{cost:.6f}", f"{lambda_max:.6g}", f"{accuracy:.4f}"]
        network.v[:] = step(network.v, network.gradient(x, y), eta)


def main():
    """Write the two files."""
    train, test = load_mnist()
    np.savez_compressed(HERE / "path.npz", **record_path(train, test))
    rows = [["eta", "step", "cost", "sharpness", "accuracy"]]
    for eta in ETAS:
        rows.extend(record_sharpness(train, eta))
        print("η = {}, after {} steps: C = {}, λ_max = {}, {}".format(*rows[-1]), flush=True)
    with open(HERE / "sharpness.csv", "w", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


if __name__ == "__main__":
    main()
