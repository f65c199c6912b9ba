"""Stochastic gradient descent: the one step, on mini-batches of the training data."""

import time
from functools import partial
from typing import NamedTuple

import numpy as np

from gdlib.descent import step
from gdlib.doors import check_count, check_eta, check_rng, check_that
from gdlib.mnist import Digits, one_hot
from gdlib.network import Network, as_floats

BLOCK = 200  # how many images are scaled at once: few enough to stay in the processor's cache


class Step(NamedTuple):
    """What one step of training was.

    `number` counts the steps and `seen` the images so far, this step's included. The step took
    `mini_batch_size` images at the learning rate `eta`; `left` is how many images of the epoch
    are still to come, 0 at its end.
    """

    number: int
    seen: int
    mini_batch_size: int
    eta: float
    left: int


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
    size = check_count("mini_batch_size", mini_batch_size, most=check_count("n", n))
    order = check_rng(rng).permutation(n)
    return [order[start : start + size] for start in range(0, n, size)]


def learn(network, x, y, eta):
    """Take one step on one mini-batch, in place: equations (20) and (21).

    x (n, n_in) are floats from 0 to 1, y (n, n_out) the desired outputs.
    """
    step(network.v, network.backpropagate(x, y), eta, in_place=True)


def steps(network, train, eta, mini_batch_size, rng, learn=learn):
    """Train the network for as long as you ask for more, yielding a Step after each step.

    `train` is Digits. Each epoch takes all images in a new random order, a mini-batch at a time;
    the last one of an epoch may be smaller. `eta` and `mini_batch_size` are numbers, or functions
    of the step k = 0, 1, 2, … that return one. `learn(network, x, y, eta)` takes a step on a
    mini-batch, in place; it gets x (n, n_in) as floats from 0 to 1 and y (n, n_out), both of
    network.v's type. The network learns in place, so that stopping keeps what was learned.

    Raises TypeError or ValueError for settings that make no sense, when the first step is asked
    for; for what a function returns, at that step.
    """
    check_that(isinstance(network, Network), "network must be a Network", network, TypeError)
    check_that(isinstance(train, Digits), "train must be load_mnist's Digits", train, TypeError)
    n, dtype = len(train.images), network.v.dtype
    eta_at = _at_step(eta, check_eta)
    size_at = _at_step(mini_batch_size, partial(check_count, "mini_batch_size", most=n))
    data = network.cost_on(train.images, one_hot(train.labels, dtype))  # which checks that they fit
    k = seen = 0
    while True:
        order = check_rng(rng).permutation(n)
        place = end = 0  # where the next mini-batch begins, and where the images scaled so far end
        while place < n:
            rate, size = eta_at(k), min(size_at(k), n - place)
            if place + size > end:
                start, end = place, place + max(size, BLOCK // size * size)
                x = as_floats(data.x.take(order[start:end], axis=0), dtype)
                y = data.y.take(order[start:end], axis=0)
            batch = slice(place - start, place - start + size)
            learn(network, x[batch], y[batch], rate)
            k, seen, place = k + 1, seen + size, place + size
            yield Step(k, seen, size, rate, n - place)


def _at_step(setting, check):
    """Return a setting, a number or a function of the step k, as a function of k, checked.

    A number that a function returns again is not checked again, because a step is short. (An array
    may have changed meanwhile.)
    """
    if not callable(setting):
        sound = check(setting)
        return lambda k: sound
    before = checked = None

    def at_step(k):
        nonlocal before, checked
        value = setting(k)
        if value is not before or isinstance(value, np.ndarray):
            before, checked = value, check(value)
        return checked

    return at_step


def sgd(network, train, eta, mini_batch_size, epochs, rng, test=None):
    """Train the network by `steps`, yielding an Epoch after each pass: equations (20) and (21).

    `train` and `test` are Digits. The network learns in place, so that stopping early, by
    `break` or an interrupt, keeps what was learned. Raises TypeError or ValueError for
    settings that make no sense, when the first epoch is asked for.
    """
    epochs = check_count("epochs", epochs)
    check_that(isinstance(test, Digits | None), "test must be load_mnist's Digits", test, TypeError)
    training = steps(network, train, eta, mini_batch_size, rng)
    for number in range(1, epochs + 1):
        start = time.perf_counter()
        while next(training).left:
            pass
        seconds = time.perf_counter() - start
        C = network.cost(train.images, one_hot(train.labels, network.v.dtype))
        accuracy = None if test is None else network.accuracy(*test)
        yield Epoch(number, C, accuracy, seconds)
