"""Stochastic gradient descent: the one step, on mini-batches of the training data."""

import time
from typing import NamedTuple

from gdlib.descent import step
from gdlib.doors import check_count, check_eta, check_rng
from gdlib.mnist import Digits, one_hot
from gdlib.network import Network


class Epoch(NamedTuple):
    """What one pass through the training data achieved.

    `number` counts from 1. `cost` is C of equation (6) on all training data after the epoch;
    `accuracy` the share of the test data read correctly, 0 to 1, or None without test data.
    `seconds` is the time spent on steps, not on measuring.
    """

    number: int
    cost: float
    accuracy: float | None
    seconds: float


def mini_batches(n, mini_batch_size, rng):
    """Return the indices 0 … n−1 in random order, split into mini-batches.

    Each index is in exactly one; where mini_batch_size does not divide n, the last is smaller.
    Raises TypeError or ValueError unless 1 ≤ mini_batch_size ≤ n.
    """
    n, size = check_count("n", n), check_count("mini_batch_size", mini_batch_size)
    if size > n:
        raise ValueError(f"mini_batch_size is {size}, but there are only {n} training inputs")
    order = check_rng(rng).permutation(n)
    return [order[start : start + size] for start in range(0, n, size)]


def sgd(network, train, eta, mini_batch_size, epochs, rng, test=None):
    """Train the network, yielding an Epoch after each pass: equations (20) and (21).

    `train` and `test` are Digits. The network learns in place, so that stopping early, by
    `break` or an interrupt, keeps what was learned. Raises TypeError or ValueError for
    settings that make no sense, when the first epoch is asked for.
    """
    if not isinstance(network, Network):
        raise TypeError(f"network must be a gdlib.network.Network, got {network!r:.60}")
    for name, digits in (("train", train), ("test", test)):
        if not isinstance(digits, Digits) and not (name == "test" and digits is None):
            raise TypeError(f"{name} must be Digits, one of load_mnist()'s two, got {digits!r:.60}")
    eta, epochs = check_eta(eta), check_count("epochs", epochs)
    images, y = train.images, one_hot(train.labels, network.v.dtype)
    for number in range(1, epochs + 1):
        start = time.perf_counter()
        for batch in mini_batches(len(images), mini_batch_size, rng):
            nabla_C = network.gradient(images.take(batch, axis=0), y.take(batch, axis=0))
            network.v[:] = step(network.v, nabla_C, eta)
        seconds = time.perf_counter() - start
        accuracy = None if test is None else network.accuracy(*test)
        yield Epoch(number, network.cost(images, y), accuracy, seconds)
