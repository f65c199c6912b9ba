"""The lab of a network that one can see: an image flows in, and neurons light up."""

import matplotlib.pyplot as plt
import numpy as np
from traitlets import Dict, Int, List

from gdlib import plots
from gdlib.activation import sigmoid
from gdlib.doors import check_that, check_whole
from gdlib.labs.caption import name_of
from gdlib.labs.lab import Lab, check_reader, front_end, style_sheet
from gdlib.labs.neuron import FLAT
from gdlib.network import as_floats
from gdlib.words import say

MOST_IMAGES, MOST_NEURONS, MOST_VARIABLES = 20, 40, 26_000  # a saved notebook stays small
REACH = 8  # the curve of σ is drawn for z from −8 to 8
STEEP = 0.1  # of σ′, which is ¼ at most
PLACES = [
    say("flat there (saturated): a small change of z hardly changes a"),
    say("neither flat nor steep there: a small change of z changes a a little"),
    say("steep there: a small change of z changes a most"),
]


class NetworkPicture(Lab):
    """See an image flow through a network, and look into each of its neurons.

    `network` is a Network with 784 inputs and 10 outputs, at most 40 neurons in a layer, and at
    most 26,000 weights and biases. `images` (n, 784), uint8, are 1 to 20 images, of which the
    first is shown; `labels` (n,) are the digits 0 to 9 that they are. The lab shows the network
    as it is now: one that learns on needs a new lab. `lab.image` is the number of the image on
    show, `lab.neuron` [layer, number] the neuron chosen; the layers are numbered from 0, the first
    after the input, and the neurons in them, too. Raises TypeError or ValueError for arguments
    that do not fit.
    """

    _esm = front_end("network_lab.js")
    _css = style_sheet("card.css", "network.css")
    scene = Dict().tag(sync=True)
    image = Int().tag(sync=True)
    neuron = List(Int()).tag(sync=True)

    def __init__(self, network, images, labels):
        check_reader(network)
        sizes = network.sizes[1:]
        check_that(
            fits_in_a_picture(network),
            f"to be seen a network must have at most {MOST_NEURONS} neurons in a layer and "
            f"{MOST_VARIABLES:,d} weights and biases",
            network.sizes,
        )
        sound = np.isfinite(network.v).all()
        check_that(sound, "the weights and biases must be finite", network.v)
        name, images = name_of(images, "images"), np.asarray(images)
        fits = images.dtype == np.uint8 and images.ndim == 2 and images.shape[1] == 784
        expected = f"images must be 1 to {MOST_IMAGES} images of shape (n, 784), uint8"
        check_that(fits, expected, (images.dtype.name, images.shape))
        check_that(1 <= len(images) <= MOST_IMAGES, expected, images.shape)
        self._code = f"{name_of(network, 'network')}.feedforward({name}[{{image}}])"
        self._labels = check_whole("labels", labels, (len(images),), 0, 9)
        self._images = images
        self._z, self._a = flow(network, images)
        self._weights = [w.copy() for w in network.weights]
        super().__init__(scene=self._make_scene(network), neuron=[len(sizes) - 1, self._answer(0)])

    def respond(self, request):
        """There is nothing to ask for: the front end has all numbers."""

    def _make_scene(self, network):
        """Return what the front end shows, numbers as float32 bytes, layer after layer."""
        z, a = np.concatenate(self._z), np.concatenate(self._a)  # (neurons, images)
        return {
            "sizes": network.sizes,
            "code": self._code,
            "images": self._images.tobytes(),
            "labels": self._labels.tolist(),
            "weights": b"".join(w.astype(np.float32).tobytes() for w in network.weights),
            "biases": np.concatenate(network.biases).astype(np.float32).tobytes(),
            "z": z.T.astype(np.float32).tobytes(),
            "a": a.T.astype(np.float32).tobytes(),
            "places": places(a).T.astype(np.uint8).tobytes(),
            "words": PLACES,
            "reach": REACH,
            "sigmoid": sigmoid(np.linspace(-REACH, REACH, 81)).astype(np.float32).tobytes(),
        }

    def _answer(self, image):
        return int(self._a[-1][:, image].argmax())

    def summary(self):
        """Return which image is shown, which neurons it lights, and what is read."""
        image, (layer, number) = self.image, self.neuron
        lit = [
            say("{lit} of {n} hidden neurons", lit=np.count_nonzero(a[:, image] > 0.5), n=len(a))
            for a in self._a[:-1]
        ]
        answer = self._answer(image)
        kind = say("output") if layer == len(self._a) - 1 else say("hidden neuron")
        z, a = self._z[layer][number, image], self._a[layer][number, image]
        return say(
            "Lab, the network: an image of a {label} lights {neurons} most (a = {most:.2f}). "
            "Chosen is {kind} {number}: z = {z:.2f}, a = {a:.2f}; σ is {place}.",
            label=self._labels[image],
            neurons=say(", then ").join([*lit, say("output {number}", number=answer)]),
            most=self._a[-1][answer, image],
            kind=kind,
            number=number,
            z=z,
            a=a,
            place=PLACES[places(a)],
        )

    def poster(self):
        """Return a Figure of the image and of what each neuron makes of it."""
        figure, (seen, *layers) = plt.subplots(1, len(self._a) + 1, figsize=(5.2, 2.2))
        label = say("a {label}", label=self._labels[self.image])
        plots.digit(seen, self._images[self.image], label)
        for number, (ax, a) in enumerate(zip(layers, self._a, strict=True), 1):
            ax.barh(range(len(a)), a[:, self.image], color=plots.BLUE)
            ax.set(
                xlim=(0, 1),
                xlabel="$a$",
                ylim=(len(a) - 0.5, -0.5),
                title=say("layer {number}", number=number),
            )
        layers[-1].set(yticks=range(10), title=say("outputs"))
        for ax in layers:
            ax.grid(visible=False)
            ax.tick_params(labelsize=8)
        return figure


def fits_in_a_picture(network):
    """Return whether a network is small enough for each of its neurons to be seen."""
    return max(network.sizes[1:]) <= MOST_NEURONS and network.v.size <= MOST_VARIABLES


def scaled_weights(weights):
    """Return the weights of layers as int8 bytes, −127 to 127: shares of the largest of each."""
    layers = [127 * w / (np.abs(w).max() or 1) for w in weights]
    return b"".join(np.rint(w).astype(np.int8).tobytes() for w in layers)


def flow(network, images):
    """Return z and a of every layer: two lists of arrays (neurons, images)."""
    z, a = [], [as_floats(images, network.v.dtype).T]
    for w, b in zip(network.weights, network.biases, strict=True):
        z.append(w @ a[-1] + b[:, None])
        a.append(sigmoid(z[-1]))
    return z, a[1:]


def places(a):
    """Return 0 where σ is flat, 2 where it is steep, and 1 between: σ′ = a (1 − a)."""
    slope = a * (1 - a)
    return (slope >= FLAT).astype(int) + (slope >= STEEP)
