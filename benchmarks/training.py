"""Seconds per epoch of this project's training beside the five matrix products alone.

Run: python benchmarks/training.py. One thread, [784, 30, 10], mini-batches of 10, 50,000 images.
The two take turns; the ratio is taken pair by pair, and the medians are printed.
"""

import os

for name in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ[name] = "1"  # before NumPy is imported

import time

import numpy as np

from gdlib.mnist import Digits, load_mnist
from gdlib.network import Network
from gdlib.sgd import sgd

IMAGES, SIZE, PAIRS = 50_000, 10, 7


def products(n):
    """Return the seconds that n mini-batches need for their five matrix products, nothing else."""
    rng = np.random.default_rng(0)
    x, a, delta_1, delta_2 = (
        rng.random((SIZE, width), dtype=np.float32) for width in (784, 30, 30, 10)
    )
    w_1, w_2 = rng.random((30, 784), dtype=np.float32), rng.random((10, 30), dtype=np.float32)
    nabla_1, nabla_2 = np.empty_like(w_1), np.empty_like(w_2)
    start = time.perf_counter()
    for _ in range(n):
        x @ w_1.T
        a @ w_2.T
        delta_2 @ w_2
        np.matmul(delta_2.T, a, out=nabla_2)
        np.matmul(delta_1.T, x, out=nabla_1)
    return time.perf_counter() - start


def main():
    """Print the medians and the ratio."""
    train, test = load_mnist()
    train = Digits(train.images[:IMAGES], train.labels[:IMAGES])
    network = Network([784, 30, 10], np.random.default_rng(1))
    training = sgd(network, train, 3.0, SIZE, PAIRS, np.random.default_rng(1), test)
    pairs = [(epoch.seconds, products(IMAGES // SIZE), epoch.accuracy) for epoch in training]
    ours, alone, accuracies = np.array(pairs).T
    for name, seconds in [("this project", ours), ("five matrix products", alone)]:
        spread = f"{seconds.min():.3f} to {seconds.max():.3f}"
        print(f"{name:22}{np.median(seconds):.3f} s/epoch ({spread})")
    print(f"{'ratio':22}{np.median(ours / alone):.2f}")
    share = f"{accuracies[0]:.1%} after 1 epoch, {accuracies[-1]:.1%} after {PAIRS}"
    print(f"{'test images read':22}{share}")


if __name__ == "__main__":
    main()
