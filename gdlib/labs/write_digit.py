"""The lab of your own handwriting: draw a digit and see it flow through the network."""

import matplotlib.pyplot as plt
import numpy as np
from traitlets import Bytes, Dict, Int, List

from gdlib import plots
from gdlib.handwriting import as_mnist, ink
from gdlib.labs.caption import name_of
from gdlib.labs.lab import Lab, check_reader, front_end, style_sheet
from gdlib.labs.network_picture import PLACES, fits_in_a_picture, flow, places, scaled_weights
from gdlib.words import say


class WriteDigit(Lab):
    """Write a digit; see the image that the network is given, and what its neurons make of it.

    `network` is a Network with 784 inputs and 10 outputs. Each stroke is read as the network is
    then, so that the lab follows one that still learns. `strokes`, if given, are there from the
    start: a list of strokes, each a list of points (x, y); `lab.strokes` are those on show.
    `lab.image` (28, 28), uint8, is what the network sees; `lab.outputs` (10,) what it answers;
    `lab.neuron` [layer, number] the neuron chosen, or [] for none. A network too large for
    `labs.network`, or not finite, is read all the same: its ten outputs are shown as bars.
    Raises TypeError or ValueError for another network or for strokes that are none.
    """

    _esm = front_end("write_digit.js")
    _css = style_sheet("card.css", "network.css")
    scene = Dict().tag(sync=True)
    shown = Dict().tag(sync=True)  # strokes, image, words and activations, always of one moment
    weights = Bytes().tag(sync=True)  # −127 to 127, as int8; empty if there is no picture
    neuron = List(Int()).tag(sync=True)

    def __init__(self, network, strokes=()):
        check_reader(network)
        self._network = network
        code = f"{name_of(network, 'network')}.feedforward(pad.image.ravel())"
        super().__init__(
            scene={"layers": network.sizes[1:], "places": PLACES, "code": code},
            shown=self._read(strokes),
            weights=self._scaled_weights(),
        )

    def respond(self, request):
        """Read request["strokes"]."""
        self.shown, self.weights = self._read(request["strokes"]), self._scaled_weights()

    @property
    def strokes(self):
        """The strokes on show: a list of lists of [x, y]."""
        return self.shown["strokes"]

    @property
    def image(self):
        """What the network sees: (28, 28), uint8, 0 paper to 255 ink."""
        return np.frombuffer(self.shown["image"], np.uint8).reshape(28, 28)

    @property
    def outputs(self):
        """The ten outputs of the network for the image: (10,)."""
        return np.array(self.shown["outputs"])

    def _read(self, strokes):
        """Return what is shown of these strokes; z, a and places layer after layer."""
        image = as_mnist(ink(strokes))
        z, lit = (np.concatenate(each) for each in flow(self._network, image.reshape(1, -1)))
        a = lit[-10:, 0]
        if not np.isfinite(a).all():
            raise ValueError(f"the network's outputs are no finite numbers: {a}")
        first, second = np.argsort(-a)[:2]
        best = say(
            "{first} ({a1:.2f}); next {second} ({a2:.2f})",
            first=first,
            a1=a[first],
            second=second,
            a2=a[second],
        )
        if not image.any():
            words = say("Nothing is written yet.")
        elif a[first] < 0.5:
            words = say("The network is not sure. Its best guess is {best}.", best=best)
        else:
            words = say("The network reads {best}.", best=best)
        return {
            "strokes": [np.asarray(stroke).tolist() for stroke in strokes],
            "image": image.tobytes(),
            "read": bool(image.any()),
            "outputs": a.tolist(),
            "words": words,
            "z": np.clip(z, -1e30, 1e30).astype(np.float32).tobytes(),
            "a": lit.astype(np.float32).tobytes(),
            "places": places(lit).astype(np.uint8).tobytes(),
        }

    def _scaled_weights(self):
        """Return the weights, in each layer as shares of the largest, or nothing to draw."""
        if not (fits_in_a_picture(self._network) and np.isfinite(self._network.v).all()):
            return b""
        return scaled_weights(self._network.weights)

    def summary(self):
        """Return what the network makes of the digit in one plain sentence."""
        if not self.image.any():
            return say("Lab, write a digit: nothing is written yet.")
        return say("Lab, write a digit: the network reads {digit}.", digit=self.outputs.argmax())

    def poster(self):
        """Return a Figure with what the network sees and its ten outputs."""
        figure, (seen, bars) = plt.subplots(1, 2, figsize=(9.6, 3.4), width_ratios=[1, 2])
        plots.digit(seen, self.image, say("what the network sees"))
        if self.image.any():
            colours = [plots.BALL if a == max(self.outputs) else plots.BLUE for a in self.outputs]
            drawn = bars.bar(range(10), self.outputs, color=colours)
            bars.bar_label(drawn, [f"{a:.2f}" for a in self.outputs], fontsize=10)
        bars.set(xticks=range(10), ylim=(0, 1.1), xlabel=say("digit"), ylabel=say("output $a$"))
        bars.set_axisbelow(True)
        bars.grid(axis="x", visible=False)
        figure.suptitle(say("Write a digit"))
        return figure
