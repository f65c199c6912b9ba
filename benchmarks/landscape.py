"""Seconds for C on a grid of a plane, beside every point computed anew and the activations alone.

Run: python benchmarks/landscape.py [--rounds 5]. A grid of 61 × 61 points, 2,000 images,
[784, 30, 10], float32, one thread. The naive grid calls network.cost at each point; it is timed
at 61 of the 3,721 points, on the grid's diagonal, and multiplied by 61. They take turns, so that
a slow moment of the machine meets all of them; the median of the seconds is printed, and the
median of the ratios to the grid within each round.
"""

import argparse
import time

import numpy as np
from threadpoolctl import threadpool_limits

from gdlib.landscape import cost_on_plane, trajectory_plane
from gdlib.mnist import DATA, load_mnist, one_hot
from gdlib.network import CHUNK, Network, sigmoid

POINTS, IMAGES = 61, 2_000


def seconds(function):
    """Return how long a call of the function took, and its result."""
    start = time.perf_counter()
    result = function()
    return time.perf_counter() - start, result


def activate(function, sizes):
    """Apply the function to as many values, in as large pieces, as the grid must activate."""
    pieces = [np.full((CHUNK, size), 0.5, np.float32) for size in sizes[1:]]
    for _ in range(POINTS**2 * IMAGES // CHUNK):
        for z in pieces:
            function(z)


def main():
    """Measure in turns and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    train, _ = load_mnist()
    x, y = train.images[:IMAGES], one_hot(train.labels[:IMAGES])
    network = Network.load(DATA / "network.npz")
    cost, plane = network.cost_on(x, y), trajectory_plane(np.load(DATA / "path.npz")["v"])
    origin = plane.origin.astype(np.float32)
    t = np.linspace(-40, 140, POINTS)

    def grid():
        return cost_on_plane(cost, origin, plane.d1, plane.d2, t, t)

    def naive():
        costs = []
        for t_i in t:
            network.v[:] = plane.origin + t_i * plane.d1 + t_i * plane.d2
            costs.append(network.cost(x, y))
        return costs

    rounds = []
    with threadpool_limits(1):
        for _ in range(options.rounds):
            ours, C = seconds(grid)
            theirs, expected = seconds(naive)
            sigmoids, _ = seconds(lambda: activate(sigmoid, network.sizes))
            tanhs, _ = seconds(lambda: activate(np.tanh, network.sizes))
            rounds.append([ours, theirs * POINTS, sigmoids, tanhs])
    names = [
        "cost_on_plane",
        "network.cost at every point (extrapolated)",
        "its sigmoids alone",
        "the tanh in them alone",
    ]
    rounds = np.array(rounds)
    print(f"{'':44}{'s':>8}{'fastest':>9}{'ratio':>8}")
    for name, column in zip(names, rounds.T, strict=True):
        ratio = np.median(column / rounds[:, 0])
        print(f"{name:44}{np.median(column):8.3f}{column.min():9.3f}{ratio:8.2f}")
    error = np.max(np.abs(np.diag(C) / expected - 1))
    print(f"largest relative difference of C on the diagonal: {error:.1e}")


if __name__ == "__main__":
    main()
