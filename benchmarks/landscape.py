"""Seconds for C on a grid of a plane, beside every point computed anew and the activations alone.

Run: python -m benchmarks.landscape [--rounds 5]. A grid of 61 × 61 points, 2,000 images,
[784, 30, 10], float32, one thread. The naive grid calls network.cost at each point; it is timed
at 61 of the 3,721 points, on the grid's diagonal, and multiplied by 61. They take turns, so that
a slow moment of the machine meets all of them; the median of the seconds is printed, and the
median of the ratios to the grid within each round.
"""

from functools import partial

import numpy as np
from threadpoolctl import threadpool_limits

from benchmarks.common import Table, compared, in_turns, options, timed
from gdlib.landscape import cost_on_plane, trajectory_plane
from gdlib.mnist import DATA, load_mnist, one_hot
from gdlib.network import CHUNK, Network, sigmoid

POINTS, IMAGES = 61, 2_000


def activate(function, sizes):
    """Apply the function to as many values, in as large pieces, as the grid must activate."""
    pieces = [np.full((CHUNK, size), 0.5, np.float32) for size in sizes[1:]]
    for _ in range(POINTS**2 * IMAGES // CHUNK):
        for z in pieces:
            function(z)


def main():
    """Measure in turns and print the table."""
    rounds = options(__doc__, rounds=5).rounds
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

    acts = {
        "cost_on_plane": grid,
        "network.cost at every point (extrapolated)": naive,
        "its sigmoids alone": partial(activate, sigmoid, network.sizes),
        "the tanh in them alone": partial(activate, np.tanh, network.sizes),
    }
    with threadpool_limits(1):
        results = in_turns({name: partial(timed, act) for name, act in acts.items()}, rounds)
    times = {name: np.array([seconds for seconds, _ in rows]) for name, rows in results.items()}
    times["network.cost at every point (extrapolated)"] *= POINTS
    table = Table(44, "s", "fastest", "ratio")
    for name, median, fastest, ratio in compared(times):
        table.row(name, f"{median:.3f}", f"{fastest:.3f}", f"{ratio:.2f}")
    (*_, (_, C)), (*_, (_, expected)), *_ = results.values()
    error = np.max(np.abs(np.diag(C) / expected - 1))
    print(f"largest relative difference of C on the diagonal: {error:.1e}")


if __name__ == "__main__":
    main()
