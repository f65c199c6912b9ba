"""The lab of your own handwriting: draw a digit and see what the network makes of it."""

import matplotlib.pyplot as plt
import numpy as np
from traitlets import Dict, Unicode

from gdlib import plots
from gdlib.handwriting import as_mnist, ink
from gdlib.labs.caption import name_of
from gdlib.labs.lab import Lab, check_reader, front_end, style_sheet


class WriteDigit(Lab):
    """Write a digit; see the image that the network is given, and its ten outputs.

    `network` is a Network with 784 inputs and 10 outputs. Each stroke is read as the network is
    then, so that the lab follows one that still learns. `strokes`, if given, are there from the
    start: a list of strokes, each a list of points (x, y); `lab.strokes` are those on show.
    `lab.image` (28, 28), uint8, is what the network sees; `lab.outputs` (10,) what it answers.
    Raises TypeError or ValueError for another network or for strokes that are none.
    """

    _esm = front_end("write_digit.js")
    _css = style_sheet("card.css", "network.css")
    code = Unicode().tag(sync=True)  # the Python for the outputs, if the lab is named pad
    shown = Dict().tag(sync=True)  # strokes, image, outputs and words, always of one moment

    def __init__(self, network, strokes=()):
        check_reader(network)
        self._network = network
        code = f"{name_of(network, 'network')}.feedforward(pad.image.ravel())"
        super().__init__(shown=self._read(strokes), code=code)

    def respond(self, request):
        """Read request["strokes"]."""
        self.shown = self._read(request["strokes"])

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
        image = as_mnist(ink(strokes))
        a = self._network.feedforward(image.ravel())
        if not np.isfinite(a).all():
            raise ValueError(f"the network's outputs are no finite numbers: {a}")
        first, second = np.argsort(-a)[:2]
        best = f"{first} ({a[first]:.2f}); next {second} ({a[second]:.2f})"
        if not image.any():
            words = "Nothing is written yet."
        elif a[first] < 0.5:
            words = f"The network is not sure. Its best guess is {best}."
        else:
            words = f"The network reads {best}."
        return {
            "strokes": [np.asarray(stroke).tolist() for stroke in strokes],
            "image": image.tobytes(),
            "outputs": a.tolist(),
            "words": words,
        }

    def summary(self):
        """Return what the network makes of the digit in one plain sentence."""
        if not self.image.any():
            return "Lab, write a digit: nothing is written yet."
        return f"Lab, write a digit: the network reads {self.outputs.argmax()}."

    def poster(self):
        """Return a Figure with what the network sees and its ten outputs."""
        figure, (seen, bars) = plt.subplots(1, 2, figsize=(9.6, 3.4), width_ratios=[1, 2])
        plots.digit(seen, self.image, "what the network sees")
        colours = [plots.BALL if a == max(self.outputs) else plots.BLUE for a in self.outputs]
        drawn = bars.bar(range(10), self.outputs, color=colours)
        bars.bar_label(drawn, [f"{a:.2f}" for a in self.outputs], fontsize=10)
        bars.set(xticks=range(10), ylim=(0, 1.1), xlabel="digit", ylabel="output $a$")
        bars.set_axisbelow(True)
        bars.grid(axis="x", visible=False)
        figure.suptitle("Write a digit")
        return figure
