"""Seconds until the lab of a nudged weight has computed what another choice shows.

Run: python -m benchmarks.nudge [--rounds 5]. All 10,000 test images, [784, 30, 10], float64, one
thread: C and the number of images read correctly at the 297 different t of the four zooms. The
plain way computes both by the network itself at each t; it is timed at 11 of them and multiplied
by 27. They take turns. Of each choice, the median and the fastest of the seconds.
"""

from functools import partial

import numpy as np
from threadpoolctl import threadpool_limits

from benchmarks.common import Table, compared, in_turns, options, timed
from gdlib import labs
from gdlib.labs.nudge import ALL_T
from gdlib.mnist import DATA, load_mnist, one_hot
from gdlib.network import Network

PLAIN = ALL_T[:: len(ALL_T) // 11][:11]


def main():
    """Measure in turns and print the table."""
    rounds = options(__doc__, rounds=5).rounds
    _, test = load_mnist()
    network = Network.load(DATA / "network.npz")
    network = network.at(network.v.astype(float))
    cost = network.cost_on(test.images, one_hot(test.labels))
    lab = labs.nudge(cost, network.v)

    def plain():
        for t in PLAIN:
            moved = network.at(network.v + t * np.eye(1, cost.m, 2756)[0])
            moved.cost(test.images, cost.y)
            moved.accuracy(test.images, test.labels)

    acts = {"the plain way (extrapolated)": plain}
    for name, words in lab.scene["choice"]["options"]:
        acts[words] = partial(lab.respond, {"surface": name})
    with threadpool_limits(1):
        results = in_turns({name: partial(timed, act) for name, act in acts.items()}, rounds)
    times = {name: np.array([seconds for seconds, _ in rows]) for name, rows in results.items()}
    times["the plain way (extrapolated)"] *= len(ALL_T) / len(PLAIN)
    table = Table(44, "s", "fastest")
    for name, median, fastest, _ in compared(times):
        table.row(name, f"{median:.2f}", f"{fastest:.2f}")


if __name__ == "__main__":
    main()
