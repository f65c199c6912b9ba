"""What live training measures of a network while it learns."""

from typing import NamedTuple

import numpy as np

from gdlib.labs.network_picture import fits_in_a_picture, flow, scaled_weights
from gdlib.labs.neuron import FLAT
from gdlib.labs.run_plane import NO_PLANE, NOWHERE, SIZES, run_plane
from gdlib.mnist import one_hot
from gdlib.network import as_floats
from gdlib.words import say

SAMPLE = 1000  # images of each kind that are measured
FROZEN = 1e-4  # of σ′ where the outputs are wrong; at ten times as much some runs recover
TILES = 30  # hidden neurons of a large layer whose weights are shown
MISTAKES = 10


class Moment(NamedTuple):
    """What was measured at `epoch` passes through the data, on a sample of the images.

    C and the accuracy on training images, the accuracy on test images, and the shares of the
    hidden neurons and of the outputs that lie where σ is flat, over all training images of the
    sample: each 0 to 1. `v1` and `v2` are the point of the plane of notebook 08 nearest to v,
    and `distance` is how far v is from it; all three are nan for a network of other sizes.
    """

    epoch: float
    cost: float
    train_accuracy: float
    test_accuracy: float
    hidden_flat: float
    output_flat: float
    v1: float
    v2: float
    distance: float


class Gauge:
    """Measures a network on the first 1,000 images of `train` and of `test`, both Digits."""

    def __init__(self, network, train, test):
        dtype = network.v.dtype
        self.network, self.counts = network, [len(d.images[:SAMPLE]) for d in (train, test)]
        self._train, self._test = (
            (as_floats(d.images[:SAMPLE], dtype), d.labels[:SAMPLE]) for d in (train, test)
        )
        self._y = one_hot(self._train[1], dtype).T
        self._images = test.images[:SAMPLE]
        self.plane = run_plane() if network.sizes == SIZES else None
        self.seen = fits_in_a_picture(network)  # else only its first neurons' weights are
        self._shown_weights = network.weights if self.seen else [network.weights[0][:TILES]]

    def measure(self, epoch):
        """Return a Moment, and what the pictures show beside it, as a dictionary."""
        *hidden, a = flow(self.network, self._train[0])[1]
        layers = flow(self.network, self._test[0])[1]
        answers = layers[-1].argmax(axis=0)
        wrong = np.flatnonzero(answers != self._test[1])
        error, slope = a - self._y, a * (1 - a)
        place = self.plane.place(self.network.v) if self.plane else NOWHERE
        moment = Moment(
            epoch,
            float(np.sum(error**2)) / (2 * a.shape[1]),
            float(np.mean(a.argmax(axis=0) == self._train[1])),
            1 - len(wrong) / len(answers),
            _flat(np.concatenate(hidden)) if hidden else np.nan,
            _flat(a),
            place.v1,
            place.v2,
            place.distance,
        )
        return moment, {
            "words": _words(np.average(slope, weights=np.abs(error) + 1e-9)),
            "place": self.plane.words(place) if self.plane else NO_PLANE,
            "ground": place.C if np.isfinite(place.C) else None,
            "a": np.concatenate([layer[:, 0] for layer in layers]).astype(np.float32).tobytes(),
            "weights": scaled_weights(self._shown_weights),
            "mistakes": self._images[wrong[:MISTAKES]].tobytes(),
            "captions": [
                say("{answer}, is {label}", answer=answers[i], label=self._test[1][i])
                for i in wrong[:MISTAKES]
            ],
        }


def _flat(a):
    """Return the share of these activations that lie where σ is flat: σ′ = a (1 − a)."""
    return float(np.mean(a * (1 - a) < FLAT))


def _words(slope):
    """Say what σ′, on average where the outputs are wrong, means for learning."""
    most = say("on average, of ¼ at most")
    if slope > FLAT:
        return say(
            "It can learn: where outputs are wrong, σ′ is {slope:.1g} {most}.",
            slope=slope,
            most=most,
        )
    if slope > FROZEN:
        flat = say(
            "where outputs are wrong, σ is flat (σ′ is {slope:.1g} {most})", slope=slope, most=most
        )
        return say(
            "Nearly frozen: {flat}. ∇C has that factor, so a step hardly moves v.", flat=flat
        )
    flat = say("where outputs are wrong, σ is flat (σ′ is below 0.0001, of ¼ at most)")
    return say("Frozen: {flat}. ∇C has that factor, so at no η here does a step move v.", flat=flat)
