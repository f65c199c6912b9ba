"""The film protocol: all that Python hands to the player in the browser.

A lab is a film, computed beforehand, and the scene that it plays on. The classes here say what
both are made of; `gdlib/labs/front/film.js` names the same fields for the front end. To show one
more number in a lab, add a channel to its film and a `Readout` to its scene.
"""

from dataclasses import asdict, dataclass, field

import numpy as np

from gdlib.words import say

FAR = 1e30  # beyond this a film keeps the logarithm: 32 bits end at 3 · 10³⁸, a path may not
END = 1e300  # and here even the numbers of Python are about to end


@dataclass
class Film:
    """The frames of a lab, for every ball, every position of its slider, and every step.

    A position is a value of the slider, such as a learning rate. `channels` maps a name to an
    array (films, positions, steps). The player looks for the ball at "v1" and "v2", or at "v1"
    alone over one variable, and for its height at "C"; a lab adds what else it shows. A number
    that is nan is not drawn, and read out as a dash: what a step did stands where it began, so it
    is nan at the last. `lengths` (films, positions) says how many of the steps there are, by
    default all. `words`, (films, positions) or (films, positions, steps), are a few words on what
    is on show. `start` holds the numbers of the place where the ball was dropped, by channel, and
    `contour` the contour line through it, an SVG path in a square of 1000 × 1000. `moments` maps a
    kind, one of the scene's `sayings`, to a mask (films, positions, steps) of the steps of this
    kind; a step of two kinds counts as the later one, and a step of none as "step".
    """

    channels: dict
    lengths: np.ndarray | None = None
    words: np.ndarray | None = None
    start: dict = field(default_factory=dict)
    contour: str = ""
    moments: dict = field(default_factory=dict)

    def as_trait(self):
        """Return the film as plain data and bytes: 32 bits for each number."""
        frames = np.array([*self.channels.values()], dtype=float)
        _, films, positions, steps = frames.shape
        lengths = np.full((films, positions), steps) if self.lengths is None else self.lengths
        words = np.full((films, positions), "") if self.words is None else np.array(self.words)
        texts, numbers = np.unique(words, return_inverse=True)
        return {
            "channels": list(self.channels),
            "frames": packed(frames).tobytes(),
            "shape": [films, positions, steps],
            "lengths": np.asarray(lengths).tolist(),
            "texts": [[mark(text), say(str(text))] for text in texts],
            "words": numbers.astype(np.uint8).tobytes(),
            "start": {name: float(number) for name, number in self.start.items()},
            "contour": self.contour,
            "moments": {kind: np.packbits(x).tobytes() for kind, x in self.moments.items()},
        }


@dataclass
class Slider:
    """A slider over `values`, numbers or texts. `marks` are (position, text) below it.

    The slider of the steps has a value for each step, or a `channel` that holds it, only where the
    number of the step would not say enough.
    `words` are said of each value of a slider that no track obeys but to choose its film.
    """

    name: str
    values: list = field(default_factory=list)
    marks: list = field(default_factory=list)
    words: list = field(default_factory=list)
    channel: str = ""

    def __post_init__(self):
        self.values = [x.item() if isinstance(x, np.generic) else x for x in self.values]


@dataclass
class Axis:
    """An axis of a plot, from `low` to `high`, with `ticks`, (number, text) pairs.

    It shows the channel of this name, or "step", or the value that the "slider" has. One that
    `follows` the "ball" zooms out where the ball leaves it; "C" makes room for C as it is now, and
    "path" for C so far. `zooms` are the axes in its place for each position of the first track's
    slider, if that is a zoom.
    """

    low: float
    high: float
    label: str
    channel: str
    ticks: list
    log: bool = False
    follows: str = ""
    zooms: list = field(default_factory=list)


@dataclass
class Neuron:
    """What the layer "neuron" of a Plot shows.

    `data` are [x, y, number of the ground]: those of the ground on show are marked. `sigmoid` is σ
    at evenly spaced z from −`reach` to `reach`; the player draws it over x, at z = wx + b.
    """

    data: list
    sigmoid: list
    reach: float


@dataclass
class Plot:
    """A picture with two axes, and on it the `layers`, in any order.

    Layers are "path", "arrow" (to the next frame, or along the x axis if it is `flat`, with its
    `label`), "ball", "number" (that of the track, on its ball), "tangent", "move" (Δv from the
    start), "gradient" (∇C there, and the film's contour line), "series" (a channel over the steps,
    the slider, or another channel), "alarm" (▲ at the steps uphill) and "neuron" (the data, and
    what a neuron with the weight v1 and the bias v2 says of each x: see `neuron`). Under them lie
    `bands`, [colour, SVG path] in a square of 1000 × 1000, or `grounds`, the bands for each film,
    or for each number in the film's channel "ground"; and a `curve` of points. `letters`, (x, y,
    text), name places on it. `about` says in words what lies under it. If it is `equal`, a
    unit, or a decade, is as long on both axes. `on` says what the mouse and the arrow keys do:
    "start" drops the ball, "aim" chooses the frame nearest by, "pick" the cell nearest by, "walk"
    the step nearest by along x, "bend" drags the curve of the neuron. `over` is said below it when
    a path has ended before the last step.
    """

    name: str
    hint: str
    x: Axis
    y: Axis
    layers: list
    on: str | None = None
    about: str = ""
    letters: list = field(default_factory=list)
    equal: bool = False
    bands: list = field(default_factory=list)
    grounds: list = field(default_factory=list)
    curve: list = field(default_factory=list)
    label: str = ""
    flat: bool = False
    over: str = ""
    neuron: Neuron | None = None
    kind: str = "plot"

    def __post_init__(self):
        self.curve = np.asarray(self.curve).tolist()


@dataclass
class Valley:
    """The surface in three dimensions, which a drag turns.

    `heights` are n × n numbers of 32 bits, `colours` red, green and blue of its squares. With
    `move` it shows Δv, with a ring at what was promised, instead of rolling balls. `names` are
    those of its axes; `about` says in words where it is high and low. With `log` the heights are
    log₁₀ C, and the upright has `ticks`, (C, text) pairs; with `numbers` each ball has that of its
    track.
    """

    domain: tuple
    n: int
    heights: bytes
    colours: bytes
    move: bool = False
    names: tuple = ("v₁", "v₂")
    log: bool = False
    ticks: list = field(default_factory=list)
    numbers: bool = False
    name: str = "valley"
    hint: str = say("drag to turn")
    about: str = ""
    on: str = "turn"
    kind: str = "valley"


@dataclass
class Bars:
    """Bars from the middle to a number each, by powers of ten.

    A number above 0 goes to the right, one below 0 to the left; `size` is the axis of its size,
    logarithmic, from the middle to the edges. So to be multiplied by a factor is to grow or to
    shrink by a length. Each of `bars` is (name, channel, channel of the factor of a step, or "").
    """

    hint: str
    bars: list
    size: Axis
    name: str = "bars"
    on: str | None = None
    kind: str = "bars"


@dataclass
class Lens:
    """What lies around the start, out to ‖Δv‖, always as wide: the surface and its tangent plane.

    It is drawn from the film's "actual" and "promised" change at all positions, which are lengths,
    and all steps, which go once around. Heights are magnified as much as lengths are: the film's
    start says under "rise" which change of C is drawn as high as a length of 1 is wide.
    """

    hint: str
    name: str = "lens"
    on: str = "turn"
    kind: str = "lens"


@dataclass
class Flow:
    """A network, and an image that flows through it: what each neuron puts out is its brightness.

    `sizes` counts the neurons of each layer, the input first; `image` holds the 784 grey values.
    The output of neuron i of layer l, the first after the image being 0, is the film's channel
    "a{l}.{i}". `marked`, (layer, source, target), is the weight that moves: into neuron `target`
    of this layer, from pixel or neuron `source`, which is None for a bias. None marks nothing.
    """

    hint: str
    sizes: list
    image: bytes
    marked: tuple | None = None
    name: str = "neurons"
    on: str | None = None
    kind: str = "flow"


@dataclass
class Track:
    """A ball: which film it shows, which slider it obeys, the colours of it and of its curve.

    Instead of as a ball it may be drawn as a `ring`, and its path with dashes.
    Another slider may be its `chooser`: its position is then the number of the film.
    """

    name: str = ""
    film: int = 0
    slider: int = 0
    colour: str = "ball"
    line: str = "ball"
    ring: bool = False
    chooser: int | None = None


@dataclass
class Readout:
    """A number below the pictures: the `text` before it, and the channel that holds it.

    "step" is the number of the step, "v" the place of the ball, and "word" the words of the film.
    With `alarm`, ▲ stands before a number above 0.
    """

    text: str
    channel: str
    alarm: bool = False


@dataclass
class Choice:
    """A menu: what it chooses, the (value, text) pairs on offer, and the value `now` chosen."""

    what: str
    options: list
    now: str


@dataclass
class Home:
    """Where the button "reset" leads: the start, the positions of the sliders, and the step."""

    start: dict
    sliders: list
    step: int = 0


@dataclass
class Prediction:
    """What the learner is to commit on the picture before the film may be seen.

    `kind` is "step" or "end", a flag where the ball will be after one step or after all; "curve",
    a sketch of C against step; or "direction", an arrow along the first step. `question` asks for
    it in words, with braces as in the code of a `Scene`; `track` is the number of the ball, and
    `who` what it is called.
    """

    kind: str
    question: str
    track: int = 0
    who: str = say("the ball")


@dataclass
class Scene:
    """What a lab draws its film on.

    `code` is the Python that gives what is on show, if that is to be said: the player puts the
    start in the place of {start}, the value of a slider in the place of its number in braces, and
    that of the slider of the steps in the place of {step}. `domain` is the part of space that the
    pictures show, (low, high) for each variable, if they zoom out to follow a ball. Without a
    `home`, reset leads to step 0. `sayings` are what is said of a moment, by its kind: of the
    "start", a "step", the "end", and those that the film's `moments` name. In their braces the
    player puts the "step", the "place" of the ball, C "before" the step, the "word" of the film,
    and any channel. A scene without them has its readout said. With a `prediction` the film stays
    hidden until the learner has committed an answer, which the player leaves in the trait `answer`
    of the lab. `rate` is how many steps a second it plays. The `readout` is by default the step and
    the channels of the axes.
    """

    title: str
    pictures: list
    sliders: list = field(default_factory=list)
    readout: list | None = None
    code: str = ""
    tracks: list = field(default_factory=lambda: [Track(line="accent")])
    steps: Slider = field(default_factory=lambda: Slider(say("step")))
    domain: tuple = ()
    choice: Choice | None = None
    home: Home | None = None
    prediction: Prediction | None = None
    sayings: dict = field(default_factory=dict)
    rate: int = 4

    def __post_init__(self):
        if self.readout is None:
            plots = [picture for picture in self.pictures if isinstance(picture, Plot)]
            axes = [axis for plot in plots for axis in (plot.x, plot.y)]
            texts = {"step": say("step")} | {
                axis.channel: f"{axis.label} ="
                for axis in axes
                if axis.channel not in ("step", "slider")
            }
            self.readout = [Readout(text, channel) for channel, text in texts.items()]

    def as_trait(self):
        """Return the scene as plain data."""
        return asdict(self)


def stacked(films, steps):
    """Return the channels of a Film from its frames: a dictionary for each film and position.

    Each maps the name of a channel to its numbers at the first steps, or to one number for all.
    What is missing of the steps becomes nan.
    """
    shape = len(films), len(films[0]), steps
    channels = {name: np.full(shape, np.nan) for name in films[0][0]}
    for i, film in enumerate(films):
        for j, frames in enumerate(film):
            for name, numbers in frames.items():
                channels[name][i, j, : np.size(numbers) if np.ndim(numbers) else None] = numbers
    return channels


def packed(numbers):
    """Return numbers of any shape as float32, those beyond 10³⁰ in size by their logarithm.

    Such a number is sign · 10³⁰ · (log₁₀|x| − 29), so that it, too, is beyond 10³⁰. What is not
    finite becomes nan, of which the front end draws nothing.
    """
    size = np.abs(numbers)
    with np.errstate(all="ignore"):
        far = np.sign(numbers) * FAR * (np.log10(size) - 29)
    packed = np.where(size > FAR, far, numbers)
    return np.where(size < np.inf, packed, np.nan).astype(np.float32)


def mark(words):
    """Return the sign that goes before some words: ✓ for good, ✗ for bad, ~ for neither."""
    if not words or words.startswith(("diverges", "not ")):
        return "✗" if words else ""
    return "✓" if "converges" in words or "agree to 1 %" in words else "~"
