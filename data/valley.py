"""Record what notebook 08 shows of the real valley: path.npz, plane.npz and sharpness.csv.

Run: make data. path.npz is the path of the run whose network lies in network.npz, so that one is
trained again, step by step. plane.npz holds C on the plane that lies closest to it. sharpness.csv
is about training with every step on all of 5,000 images, at three learning rates. About five
minutes.
"""

import csv
from pathlib import Path

import numpy as np
from train import ETA, KEPT, SIZE, start

from gdlib.derivatives import sharpness
from gdlib.descent import step
from gdlib.landscape import cost_on_plane, trajectory_plane
from gdlib.mnist import Digits, load_mnist, one_hot
from gdlib.sgd import steps

HERE = Path(__file__).parent
EARLY = (0, 10, 30, 100, 300, 1000, 3000)  # steps within the first epoch
LATER = (1, 2, 3, 4, 6, 8, 10, 13, 16, 20, 25, 30)  # epochs
SURFACE, MIDDLE, HALF, POINTS = 2_000, (68, 0), 85, 61  # images; the grid on the plane
IMAGES, ETAS = 5_000, (3, 10, 30)  # for the sharpness
MEASURED = (*range(0, 1000, 10), *range(1000, 3001, 50))  # at these steps


def path(network, rng, train):
    """Yield the number of steps taken, and the network's v, at the start and after each step."""
    yield 0, network.v
    for taken in steps(network, train, ETA, SIZE, rng):
        yield taken.number, network.v


def record_path(train, test):
    """Return the arrays of path.npz."""
    per_epoch = len(train.images) // SIZE
    kept = [*EARLY, *(epoch * per_epoch for epoch in LATER)]
    network, rng = start(*KEPT)
    y = one_hot(train.labels)
    moments = []
    for taken, v in path(network, rng, train):
        if taken == kept[-1] - 1:
            before = v.copy()
        if taken in kept:
            cost, accuracy = network.cost(train.images, y), network.accuracy(*test)
            moments.append((taken, v.copy(), cost, accuracy))
            print(f"step {taken:6}: C = {cost:.4f}, {accuracy:.2%}", flush=True)
        if taken == kept[-1]:
            break
    columns = zip(("step", "v", "cost", "accuracy"), zip(*moments, strict=True), strict=True)
    arrays = {name: np.array(column) for name, column in columns}
    return arrays | {"last_step": np.stack([before, network.v])}


def record_plane(train, path):
    """Return the arrays of plane.npz, for a path (k, m)."""
    path = path.astype(float)
    network, _ = start(*KEPT)
    cost = network.cost_on(train.images[:SURFACE], one_hot(train.labels[:SURFACE]))
    plane = trajectory_plane(path)
    v1, v2 = (np.linspace(at - HALF, at + HALF, POINTS) for at in MIDDLE)
    C = cost_on_plane(cost, plane.origin, plane.d1, plane.d2, v1, v2)
    return {"v1": v1, "v2": v2, "C": C.astype(np.float32)}


def record_sharpness(train, eta, measured=MEASURED):
    """Yield the rows of sharpness.csv for one learning rate, from the scaled start."""
    network, _ = start("scaled", KEPT[1])
    train = Digits(train.images[:IMAGES], train.labels[:IMAGES])
    cost = network.cost_on(train.images, one_hot(train.labels))
    for taken in range(measured[-1] + 1):
        if taken in measured:
            lambda_max = sharpness(cost, network.v, np.random.default_rng(taken))
            C, accuracy = cost.function(network.v), network.accuracy(*train)
            yield [eta, taken, f"{C:.6f}", f"{lambda_max:.6g}", f"{accuracy:.4f}"]
        step(network.v, cost.gradient(network.v), eta, in_place=True)


def main():
    """Write the three files."""
    train, test = load_mnist()
    run = record_path(train, test)
    np.savez_compressed(HERE / "path.npz", **run)
    np.savez_compressed(HERE / "plane.npz", **record_plane(train, run["v"]))
    rows = [["eta", "step", "cost", "sharpness", "accuracy"]]
    for eta in ETAS:
        rows.extend(record_sharpness(train, eta))
        print("η = {}, after {} steps: C = {}, λ_max = {}, {}".format(*rows[-1]), flush=True)
    with open(HERE / "sharpness.csv", "w", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


if __name__ == "__main__":
    main()
