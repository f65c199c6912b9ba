"""The exercises of notebook 07."""

import numpy as np

from gdlib.check import moving
from gdlib.check.exercise import (
    NOT_YET,
    VAGUE,
    Exercise,
    Measured,
    Statements,
    arguments_of,
    is_stub,
)
from gdlib.network import Network
from gdlib.own_function import line_of, shown, what_failed
from gdlib.sgd import learn, mini_batches


class Trains(Exercise):
    """An exercise whose answer is a function that trains, in place, the network it is given.

    `trial` returns the arguments to try it on, made anew for every call: the network comes first.
    """

    def __init__(self, right, mistakes, hints, trial, moving=None):
        super().__init__(right, mistakes, hints, moving)
        self.trial = trial

    def judge(self, answer):
        """Return (passed, text), as for every exercise; errors of the function become text."""
        if answer is None or answer is ... or is_stub(answer):
            return None, NOT_YET
        if not callable(answer):
            return False, f"Expected a function, got {shown(answer)}."
        try:
            with np.errstate(all="ignore"):
                kept, moved = self._change(answer)
        except (Exception, SystemExit) as error:  # a learner's function may raise anything
            what = what_failed(answer, arguments_of(self.right), error)
            return False, f"Your function raised {what}"
        if not np.isfinite(moved).all():
            what = "Not yet. network.v now holds entries that are no finite numbers."
            return False, what + line_of(answer)
        if self._same(kept, moved, self.right):
            return True, "Right."
        for text, wrong in self.mistakes.items():
            if self._same(kept, moved, wrong):
                return False, f"Not yet. {text}"
        right, length = self._change(self.right)[1], np.linalg.norm
        ratio = length(moved) / length(right)
        cosine = moved @ right / max(length(moved) * length(right), np.finfo(float).tiny)
        return False, (
            f"{VAGUE}the images that it was tried on, v moved {ratio:.2f} times as far as it "
            f"should, in a direction whose cosine to the right one is {cosine:.2f}."
        )

    def _change(self, function):
        """Return whether network.v is still the same array, and by how much it moved."""
        network, *others = self.trial()
        v, before = network.v, network.v.copy()
        function(network, *others)
        return network.v is v, v - before

    def _same(self, kept, moved, function):
        other_kept, other_moved = self._change(function)
        return kept == other_kept and np.allclose(moved, other_moved, rtol=1e-6, atol=1e-9)


def _trial(images):
    """Return a small network in float64, so many images, and their desired outputs."""
    rng = np.random.default_rng(3)
    y = np.eye(2)[rng.integers(0, 2, images)]
    return Network([3, 2, 2], rng, np.float64), rng.random((images, 3)), y


def _by(change):
    """Return a function that moves network.v by change(network, x, y, eta)."""

    def move(network, x, y, eta):
        network.v += change(network, x, y, eta)

    return move


def _one_by_one(network, x, y, eta):
    for k in range(len(x)):
        learn(network, x[k : k + 1], y[k : k + 1], eta)


def _weights_only(network, x, y, eta):
    biases = [b.copy() for b in network.biases]
    learn(network, x, y, eta)
    for b, before in zip(network.biases, biases, strict=True):
        b[:] = before


def _another_array(network, x, y, eta):
    network.v = network.v - eta * network.gradient(x, y)


# One step on one mini-batch: equations (20) and (21).
training_step = Trains(
    learn,
    {
        "network.v is what it was before. `v = …` only names something new, and a value that is "
        "returned goes nowhere. Change the entries: network.v[:] = …": (
            lambda network, x, y, eta: network.v - eta * network.gradient(x, y)
        ),
        "`network.v = …` makes a new array, and the weights still lie in the old one. Change its "
        "entries: network.v[:] = …": _another_array,
        "That goes uphill. The rule has a minus.": _by(lambda n, x, y, eta: eta * n.gradient(x, y)),
        "Where is η?": _by(lambda n, x, y, eta: -n.gradient(x, y)),
        "η is an argument. Here it is not always 3.": (
            lambda network, x, y, eta: learn(network, x, y, 3.0)
        ),
        "network.gradient is an average already. You divided by the number of images once more.": (
            lambda network, x, y, eta: learn(network, x, y, eta / len(x))
        ),
        "That is the sum over the images. Equation (19) takes their average, and so does "
        "network.gradient.": lambda network, x, y, eta: learn(network, x, y, eta * len(x)),
        "You took a step for every image. A mini-batch is one step, with the average of its "
        "gradients.": _one_by_one,
        "That is the gradient of the first image alone. Give network.gradient all of x and y.": (
            lambda network, x, y, eta: learn(network, x[:1], y[:1], eta)
        ),
        "You moved the weights and left the biases. v holds both.": _weights_only,
        "Your step has the length η, whatever the gradient. Do not divide by ‖∇C‖.": _by(
            lambda n, x, y, eta: -eta * n.gradient(x, y) / np.linalg.norm(n.gradient(x, y))
        ),
    },
    [
        "It is the rule of the valley. What is v here, and what is ∇C on these images?",
        "∇C is network.gradient(x, y). The new v must go into network.v, entry by entry.",
        "network.v[:] = … replaces the entries. On the right stands the rule.",
    ],
    lambda: (*_trial(5), 0.7),
    moving.training_step,
)


def _epoch(network, x, y, eta, mini_batch_size, rng):
    for batch in mini_batches(len(x), mini_batch_size, rng):
        learn(network, x[batch], y[batch], eta)


def _in_order(network, x, y, eta, mini_batch_size, rng):
    for start in range(0, len(x), mini_batch_size):
        batch = slice(start, start + mini_batch_size)
        learn(network, x[batch], y[batch], eta)


def _always_all(network, x, y, eta, mini_batch_size, rng):
    for _ in mini_batches(len(x), mini_batch_size, rng):
        learn(network, x, y, eta)


def _other_answers(network, x, y, eta, mini_batch_size, rng):
    for batch in mini_batches(len(x), mini_batch_size, rng):
        learn(network, x[batch], y[: len(batch)], eta)


def _always_the_first(network, x, y, eta, mini_batch_size, rng):
    batches = mini_batches(len(x), mini_batch_size, rng)
    for _ in batches:
        learn(network, x[batches[0]], y[batches[0]], eta)


def _only_the_first(network, x, y, eta, mini_batch_size, rng):
    batch = mini_batches(len(x), mini_batch_size, rng)[0]
    learn(network, x[batch], y[batch], eta)


def _without_the_last(network, x, y, eta, mini_batch_size, rng):
    for batch in mini_batches(len(x), mini_batch_size, rng)[:-1]:
        learn(network, x[batch], y[batch], eta)


# One epoch: a step on each mini-batch.
epoch = Trains(
    _epoch,
    {
        "network.v is what it was before. Call my_step for each mini-batch, and see that its own "
        "check says Right.": lambda network, x, y, eta, size, rng: mini_batches(len(x), size, rng),
        "`network.v = …` makes a new array, and the weights still lie in the old one. Change its "
        "entries: network.v[:] = …": (
            lambda network, x, y, eta, size, rng: _another_array(network, x, y, eta)
        ),
        "You stopped after the first mini-batch. Is there a `return` in the loop?": _only_the_first,
        "Every step took the first mini-batch. Use the one whose turn it is.": _always_the_first,
        "Every step took all the images. Take those of the mini-batch: x[batch] and y[batch].": (
            _always_all
        ),
        "The images are those of the mini-batch, but the desired outputs are not. It takes "
        "y[batch].": _other_answers,
        "The images come in their old order. mini_batches(len(x), mini_batch_size, rng) shuffles "
        "them.": _in_order,
        "The last mini-batch is missing. It may be smaller than the others.": _without_the_last,
        "You took a step for each image. Give my_step the whole mini-batch: x[batch], y[batch].": (
            lambda network, x, y, eta, size, rng: _epoch(network, x, y, eta, 1, rng)
        ),
        "You took one step on all the images. Cut them into mini-batches.": (
            lambda network, x, y, eta, size, rng: learn(network, x, y, eta)
        ),
        "The size of a mini-batch is an argument. Here it is not 10.": (
            lambda network, x, y, eta, size, rng: _epoch(network, x, y, eta, 10, rng)
        ),
        "η is an argument. Here it is not 3.": (
            lambda network, x, y, eta, size, rng: _epoch(network, x, y, 3.0, size, rng)
        ),
    },
    [
        "What does mini_batches return? Go through it with `for batch in …`.",
        "x[batch] are the images of a mini-batch. What belongs to them, and who takes the step?",
    ],
    lambda: (*_trial(23), 0.7, 4, np.random.default_rng(6)),
)

# By how many points a network reads more of the 1,000 images that it learned from than of others,
# after 60 epochs: 15.2 to 18.5 for the first twelve seeds.
gap = Measured(
    (13, 21),
    {
        "That is a share. In points, of a hundred images, it is 100 times as much.": (0.13, 0.21),
        "The other way round: it reads more of the images that it learned from.": (-21, -0.13),
        "So near each other they are after few epochs, or after learning from many images. Give "
        "my_epoch the 1,000 images and their y, and call it 60 times.": (-0.12, 12.9),
        "That is how much it reads of some images. Subtract what it reads of the others.": (
            50,
            100,
        ),
    },
    [
        "Make a new network, and call my_epoch 60 times with few.images and y[:1000].",
        "network.accuracy(*few) is the share of the 1,000 that it reads, and *test works likewise.",
    ],
)

# Online learning, mini-batches of one image, against mini-batches of 20.
online = Statements(
    "ACE",
    {
        "A": "The network learns from each image at once. It can go on learning from a stream.",
        "B": "A step follows the true gradient more closely.",
        "C": "A step follows the wish of a single image, so C often rises.",
        "D": "20 steps of one image take about as long as one step of 20 images.",
        "E": "An epoch has 20 times as many steps.",
        "F": "With the same η, the result is the same, only sooner.",
    },
    {
        "A": "What must you wait for before you can take a step?",
        "B": "Look at the cosines of section 4: which size points closer to the full gradient?",
        "C": "Look at the cosines of section 4, at size 1. How much does one image know?",
        "D": "One matrix product for 20 images is much cheaper than 20 products for one. Time it.",
        "E": "How many steps does it take to see every image once?",
        "F": "The steps are noisier. Look at the table of section 4: size 1 with η = 3.",
    },
    [
        "Three of the six are true.",
        "One true one is an advantage of online learning, and one is a disadvantage.",
    ],
)
