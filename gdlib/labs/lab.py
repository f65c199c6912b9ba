"""The widgets behind all labs: `Lab`, and `Player`, which shows a film."""

import io
import json
import re
from pathlib import Path

import anywidget
import matplotlib.pyplot as plt
from traitlets import Dict, Int, List, Unicode

from gdlib.labs import plain
from gdlib.network import Network
from gdlib.plots.style import style
from gdlib.words import WORDS, say

STOPPED = say("You stopped this, so the lab shows what it showed before.")
FRONT = Path(__file__).parent / "front"
IMPORT = re.compile(r'^import [^;]*? from "\./([^"]+)";\n', re.MULTILINE)
# What a browser does not need, and every saved lab would repeat: comments, `export`, indentation,
# and the end of a line that goes on.
SPARED = re.compile(
    r"^ */\*\*(?:[^*]|\*(?!/))*\*/\n|^ *//.*\n| +// .*|^export |^ +|(?<=[;{,(])\n", re.MULTILINE
)
NO_WORDS = "const WORDS = {};\n"  # the line of words.js that a catalogue replaces
QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
SAYS = re.compile(rf"(?<![\w.])say\(\s*({QUOTED.pattern}(?:\s*\+\s*{QUOTED.pattern})*)")


def front_end(name, last="export default { render };"):
    """Return a module of front/ as one text: before it come the modules that it imports.

    A widget wants its front end in one piece, so all modules share one space of names. The text
    ends with the line `last`, which hands over the module's function `render`. In another language
    than English it holds those words of the catalogue that it says.
    """
    parts = {}

    def add(name):
        text = (FRONT / name).read_text(encoding="utf8")
        for other in IMPORT.findall(text):
            if other not in parts:
                add(other)
        parts[name] = SPARED.sub("", IMPORT.sub("", text))

    add(name)
    text = "".join(parts.values()) + last + "\n"
    words = {english: WORDS[english] for english in said(text) if english in WORDS}
    return text.replace(NO_WORDS, NO_WORDS.replace("{}", json.dumps(words, ensure_ascii=False)))


def said(text):
    """Return the English texts that JavaScript says: all in quotes that come first in `say`."""
    return ["".join(map(json.loads, QUOTED.findall(first))) for first in SAYS.findall(text)]


def style_sheet(*names):
    """Return these style sheets of front/ as one."""
    text = "\n".join((FRONT / name).read_text(encoding="utf8") for name in names)
    return re.sub("(?<=:) | (?={)", "", SPARED.sub("", text))


def check_reader(network):
    """Raise TypeError or ValueError unless this is a Network of 784 inputs and 10 outputs."""
    if not isinstance(network, Network):
        raise TypeError(f"network must be a gdlib.network.Network, got {network!r:.60}")
    if (network.sizes[0], network.sizes[-1]) != (784, 10):
        raise ValueError(
            "to read digits a network needs 784 inputs and 10 outputs, "
            f"this one has sizes {network.sizes}"
        )


class Lab(anywidget.AnyWidget):
    """What all labs share: answers to requests from the front end, and the saved picture.

    The front end sends a request (a dict) when it needs something of Python; a lab answers it in
    `respond`. An error there is shown in the lab, which goes on as it was.
    """

    _ipython_display_ = None  # that of ipywidgets 7, as on Colab, would go before the bundle
    _loop = None  # that of the kernel, if the lab is to answer nowhere else

    def __init__(self, **state):
        super().__init__(**state)
        self.on_msg(self._on_request)

    def respond(self, request):
        """Answer a request from the front end by setting traits. Raises what goes wrong."""
        raise NotImplementedError

    def summary(self):
        """Return what the lab shows in one plain sentence with rounded numbers."""
        raise NotImplementedError

    def poster(self):
        """Return a matplotlib Figure of what the lab shows, or None if its text says it all."""
        raise NotImplementedError

    def _on_request(self, _widget, request, _buffers):
        """Answer, where there is a loop in it; JupyterLab may bring requests in another thread."""
        if self._loop is None:
            self._answer(request)
        else:
            self._loop.call_soon_threadsafe(self._answer, request)

    def _answer(self, request):
        """Answer a request, and say what went wrong, if anything did."""
        try:
            with self.hold_sync():
                self.respond(request)
        except Exception as error:  # a learner's own function may raise anything
            self.send({"error": f"{type(error).__name__}: {error}"})
        except KeyboardInterrupt:  # the stop button, or a learner's function that played it
            self.send({"error": STOPPED})
        else:
            self.send({"error": ""})

    def _repr_mimebundle_(self, **_):
        """Return one bundle: the living lab, its poster for when it cannot live, and its text."""
        _, metadata = super()._repr_mimebundle_()  # empty, but for what Colab needs
        view = {"version_major": 2, "version_minor": 1, "model_id": self.model_id}
        bundle = {"text/plain": self.summary(), "application/vnd.jupyter.widget-view+json": view}
        with style():
            if figure := self.poster():
                png = io.BytesIO()
                figure.savefig(png, format="png", dpi=100, metadata={"Software": None})
                plt.close(figure)
                bundle["image/png"] = png.getvalue()
                metadata |= {"image/png": {"alt": self.summary()}}
        return bundle, metadata


class Player(Lab):
    """A film to be played, yours or that of a lab of the course.

    `scene` and `film` are a Scene and a Film of `gdlib.labs.film`; docs/player.md makes a lab of
    them. `sliders` are the positions to open with, a whole number for each slider of the scene,
    by default 0; `step` is the step to open with. Raises TypeError or ValueError for a film that
    does not fit its scene. A lab that computes its film itself is a subclass: it gives neither,
    and calls `show`.

    The traits hold both as plain data. `message` says what is wrong with the film.
    """

    _esm = front_end("player.js")
    _css = style_sheet("card.css")
    scene = Dict().tag(sync=True)
    film = Dict().tag(sync=True)
    sliders = List(Int()).tag(sync=True)
    step = Int().tag(sync=True)
    message = Unicode().tag(sync=True)

    def __init__(self, scene=None, film=None, sliders=None, step=0):
        super().__init__()
        self._given = None  # what the text and the poster of a lab of your own are made of
        if scene is not None or film is not None:
            sliders = [0] * len(getattr(scene, "sliders", [])) if sliders is None else sliders
            plain.check_fits(scene, film, sliders, step)
            self._given = scene, film
            self.show(scene, film, [*map(int, sliders)], step)

    def show(self, scene=None, film=None, sliders=None, step=None):
        """Hand a Scene, a Film and a place in it over to the front end, all at once or in part."""
        if self._given:
            self._given = scene or self._given[0], film or self._given[1]
        with self.hold_sync():
            if scene is not None:
                self.scene = scene.as_trait()
            if film is not None:
                self.film = film.as_trait()
            if sliders is not None:
                self.sliders = sliders
            if step is not None:
                self.step = step

    def respond(self, request):
        """There is nothing to ask for, unless a lab says so."""

    def summary(self):
        """Return what the lab shows in one plain sentence: its sliders, and its readout."""
        return plain.summary(*self._given, self.sliders, self.step)

    def poster(self):
        """Return a matplotlib Figure of the plots as they are, or None if there is no plot."""
        return plain.poster(*self._given, self.sliders, self.step)
