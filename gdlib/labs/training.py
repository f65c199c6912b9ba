"""The lab of live training: the network learns while you watch, and obeys while it learns."""

import asyncio
import signal
import time
import weakref
from collections import deque
from typing import ClassVar

import matplotlib.pyplot as plt
import numpy as np
from IPython import get_ipython
from traitlets import Dict, Int, List, observe

from gdlib import plots, sgd
from gdlib.doors import check_count, check_eta, check_rng, check_that
from gdlib.labs import pictures
from gdlib.labs.caption import name_of, pasteable
from gdlib.labs.gauge import SAMPLE, Gauge, Moment
from gdlib.labs.lab import Lab, check_reader, front_end, style_sheet
from gdlib.mnist import Digits, one_hot
from gdlib.own_function import OwnFunctionError, OwnLearn
from gdlib.plots.surface import relief
from gdlib.sgd import Step, steps
from gdlib.words import grouped, say

ETAS = [float(f"{x}e{k}") for k in range(-3, 2) for x in (1, 2, 3, 5, 7)] + [100.0]
SIZES = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000]
WORK, PICTURE = 0.03, 0.09  # seconds: of training between two looks at the messages; of a picture
POINTS, FEWER, RUNS = 400, 100, 3  # of a curve, of one of an earlier run; and how many of these
STEP = "network.v[:] = step(network.v, nabla_C, eta)"


class Training(Lab):
    """Train a network while you watch, and change η and the mini-batch size as it learns.

    `network` has 784 inputs and 10 outputs and learns in place: whatever stops the training
    keeps what was learned. `train` and `test` are Digits; `eta` and `mini_batch_size` are what
    the sliders open with (they take the nearest they have); `rng` shuffles the images. `history`
    is a list of `gauge.Moment`, measured on 1,000 images of each kind. With the same settings
    throughout the steps are those of `sgd`. `learn(network, x, y, eta)`, if given, is your own
    step on one mini-batch, like `sgd.learn`; what is wrong with it is told in the lab, and undone.
    Raises TypeError or ValueError for arguments that do not fit.
    """

    _esm = front_end("training.js")
    _css = style_sheet("card.css", "network.css", "training.css")
    scene = Dict().tag(sync=True)
    shown = Dict().tag(sync=True)
    earlier = List(Dict()).tag(sync=True)  # runs before a reset: a label, and their curves
    neuron = List(Int()).tag(sync=True)  # the one chosen in the picture: its layer and its number
    rate = Int().tag(sync=True)  # the position of the slider of η
    size = Int().tag(sync=True)  # and of the mini-batch size
    _alive: ClassVar = weakref.WeakSet()

    def __init__(self, network, train, test, rng, eta=3.0, mini_batch_size=10, learn=None):
        check_reader(network)
        sound = np.isfinite(network.v).all()
        check_that(sound, "the weights and biases of network must be finite", network.v)
        self._own = sgd.learn if learn is None else OwnLearn(learn)
        mini_batch_size = check_count("mini_batch_size", mini_batch_size)
        for name, digits in (("train", train), ("test", test)):
            if not isinstance(digits, Digits) or len(digits.images) == 0:
                raise ValueError(f"{name} must be Digits, at least one; got {digits!r:.60}")
        self.network, self._digits, self._rng = network, train, check_rng(rng)
        self._gauge = Gauge(network, train, test)
        self._start, self._seed = network.v.copy(), rng.bit_generator.state
        self._sizes = [size for size in SIZES if size <= len(train.images)]
        self._task, (self._loop, self._cell) = None, _where()
        for other in list(Training._alive):  # this cell ran before, or its network is at work
            if other.network is network or (self._cell and other._cell == self._cell):
                other.pause()
        Training._alive.add(self)
        self._rewind()
        super().__init__(
            scene={
                "etas": ETAS,
                "sizes": self._sizes,
                "images": len(train.images),
                "code": STEP if learn is None else self._own.call,
                "same": _measured(network, train, test),
                "columns": Moment._fields,
                "samples": self._gauge.counts,
                "layers": network.sizes[1:],
                "seen": self._gauge.seen,
                "image": test.images[0].tobytes(),
                "label": int(test.labels[0]),
                "plane": _ground(self._gauge.plane),
            },
            neuron=[len(network.sizes) - 2, int(test.labels[0])],
            rate=int(np.argmin(np.abs(np.log(ETAS) - np.log(check_eta(eta))))),
            size=int(np.argmin(np.abs(np.log(self._sizes) - np.log(mini_batch_size)))),
        )
        self._read_sliders()
        self._show()

    @property
    def eta(self):
        """The learning rate on its slider."""
        return ETAS[self.rate]

    @property
    def mini_batch_size(self):
        """The mini-batch size on its slider."""
        return self._sizes[self.size]

    @property
    def running(self):
        """Whether the network is learning right now."""
        return self._task is not None

    def respond(self, request):
        """Do request["do"]: start, pause, batch, epoch or reset."""
        actions = {
            "start": self.start,
            "pause": self.pause,
            "batch": lambda: self.start(1),
            "epoch": lambda: self.start(epoch=True),
            "reset": self.reset,
        }
        actions[request["do"]]()

    def start(self, steps=np.inf, epoch=False):
        """Train in the background: for some steps, to the end of the epoch, or until paused."""
        self.pause()
        self._recent.clear()
        self._task = asyncio.ensure_future(self._train(steps, epoch))

    def pause(self):
        """Stop after the present mini-batch. The network keeps what it has learned."""
        if self._task is not None:
            self._task.cancel()
            self._task = None
            self._show()

    def reset(self):
        """Go back to the same start: the same v, and the same order of the images.

        The curves of this run stay, those of up to three.
        """
        self.pause()
        if self._steps:
            every = -(-len(self.history) // FEWER)
            moments = [*self.history[:-1:every], self.history[-1]]
            run = {"label": self._label(), "curves": _as_bytes(moments)}
            self.earlier = [*self.earlier, run][-RUNS:]
        self.network.v[:] = self._start
        self._rng.bit_generator.state = self._seed
        self._rewind()
        self._show()

    def one_step(self, measure=False):
        """Take one step on the next mini-batch: equations (20) and (21).

        With `measure`, keep what (10) promises for C of this mini-batch beside its actual change.
        """
        self._measure = measure
        self._last = next(self._training)
        self._steps += 1
        self._seen += self._last.mini_batch_size
        self._used.add(self._settings)

    def _begin_epoch(self):
        """Begin to train, or go on with a new epoch; the sliders are asked at each step."""
        self._training = steps(
            self.network,
            self._digits,
            lambda k: self._settings[0],
            lambda k: self._settings[1],
            self._rng,
            self._learn,
        )

    @observe("rate", "size")
    def _read_sliders(self, _=None):
        """Keep what the sliders say in plain numbers: a step is too short to ask them."""
        self._settings = self.eta, self.mini_batch_size

    def _label(self):
        """Say with which settings this run learned, in a few words."""
        etas, sizes = (set(values) for values in zip(*self._used, strict=True))
        eta = f"{etas.pop():g}" if len(etas) == 1 else say("varied")
        size = sizes.pop() if len(sizes) == 1 else say("varied")
        return say("η {eta}, size {size}", eta=eta, size=size)

    def _learn(self, network, x, y, eta):
        """Take a step on a mini-batch; if it is to be measured, keep its promise and its actual."""
        if not self._measure:
            self._own(network, x, y, eta)
            return
        cost = network.cost_on(x, y)
        before, nabla_C = cost.function(network.v), cost.gradient(network.v)
        self._own(network, x, y, eta)
        self._meter = -eta * float(nabla_C @ nabla_C), cost.function(network.v) - before

    def _rewind(self):
        self._last = Step(number=0, seen=0, mini_batch_size=0, eta=None, left=0)
        self._steps, self._seen, self._meter, self.history = 0, 0, (None, None), []
        self._used = set()
        self._recent, self._speed = deque(maxlen=10), None
        self._begin_epoch()

    async def _train(self, steps, epoch):
        """Train in short pieces; between them, messages are answered and pictures sent."""
        drawn = time.perf_counter()
        if self._loop:  # a kernel ignores its stop button while no cell is running
            signal.signal(signal.SIGINT, _pause_all)
        try:
            while steps > 0:
                end = time.perf_counter() + WORK
                while steps > 0 and time.perf_counter() < end:
                    due = steps == 1 or time.perf_counter() > drawn + PICTURE
                    self.one_step(measure=due)
                    steps = 0 if epoch and not self._last.left else steps - 1
                    if due:
                        drawn = time.perf_counter()
                        self._show()
                for _ in range(4):  # a message takes a few turns of the loop to arrive
                    await asyncio.sleep(0)
            self._task = None
            self._show()
        except asyncio.CancelledError:  # by pause, which shows the rest
            return
        except (Exception, KeyboardInterrupt) as error:
            self._stopped(error)

    def _stopped(self, error):
        """Say what stopped the training. Nothing is measured: that may be what failed."""
        self._task = None
        self._begin_epoch()  # the error has ended the one that was under way
        text = say(
            "Stopped by {error} {message}: what was learned is kept.",
            error=type(error).__name__,
            message=error,
        )
        if isinstance(error, OwnFunctionError):
            text = f"{error}\n{say('What was learned before is kept.')}"
        self.shown = {**self.shown, "running": False, "message": text, "steps": self._steps}

    def _show(self):
        """Measure, and hand the front end all that it shows."""
        now, seen = self._gauge.measure(self._seen / len(self._digits.images))
        if not self.history or self.history[-1] != now:
            self.history.append(now)
        if len(self.history) > POINTS:
            self.history[1:-1] = self.history[2:-1:2]
        self.shown = {
            "running": self.running,
            "message": "",
            "steps": self._steps,
            "speed": self._measure_speed(),
            "eta": self._last.eta,
            "size": self._last.mini_batch_size,
            "promised": self._meter[0],
            "actual": self._meter[1],
            "curves": _as_bytes(self.history),
            **seen,
        }

    def _measure_speed(self):
        """Return the steps per second of the last second or so; None before there are any."""
        self._recent.append((time.perf_counter(), self._steps))
        (start, first), (now, steps) = self._recent[0], self._recent[-1]
        if steps > first:
            self._speed = (steps - first) / (now - start)
        return self._speed

    def summary(self):
        """Return the state of the training in plain sentences."""
        now = self.history[-1]
        return say(
            "Lab, live training: {images} images, η = {eta:g}, mini-batches of {size}. After "
            "{epochs:.1f} epochs C is about {cost:.1f}.",
            images=grouped(len(self._digits.images)),
            eta=self.eta,
            size=self.mini_batch_size,
            epochs=now.epoch,
            cost=now.cost,
        )

    def poster(self):
        """Return a Figure: C so far, weights of ten hidden neurons, an image and its outputs."""
        figure = plt.figure(figsize=(9.6, 3.4))
        left, middle, right = figure.subfigures(1, 3, width_ratios=[1, 1.2, 1])
        curve = left.subplots()
        curve.semilogy(
            [now.epoch for now in self.history], [now.cost for now in self.history], ".-"
        )
        last = max(1, self.history[-1].epoch)
        curve.set(xlabel=say("epoch"), ylabel="$C$", xlim=(-0.03 * last, last), ylim=(0.02, 5))
        plots.weight_images(middle.subplots(2, 5), self.network.weights[0][:10])
        seen, outputs = right.subplots(1, 2)
        image, label = np.frombuffer(self.scene["image"], np.uint8), self.scene["label"]
        plots.digit(seen, image, say("a {label}", label=label))
        a = np.frombuffer(self.shown["a"], np.float32)[-10:]
        outputs.barh(range(10), a, color=plots.BLUE)
        outputs.set(xlim=(0, 1), ylim=(9.5, -0.5), yticks=range(10), title=say("outputs"))
        outputs.grid(visible=False)
        figure.suptitle(say("Live training"))
        return figure


def _measured(network, train, test):
    """Return the Python for C and the share of test images read, on the samples."""
    given = (network, "network"), (train, "train"), (test, "test")
    (network, train, test), part = (name_of(*pair) for pair in given), f"[:{SAMPLE}]"
    return pasteable(
        f"{network}.cost({train}.images{part}, one_hot({train}.labels{part})), "
        f"{network}.accuracy({test}.images{part}, {test}.labels{part})",
        one_hot,
    )


def _as_bytes(history):
    return np.array(history, np.float32).tobytes()


def _ground(plane):
    """Return what the front end draws of a RunPlane: C from above, and the run; None without."""
    if plane is None:
        return None
    return {
        "domain": plane.surface.domain,
        "bands": pictures.bands(relief(plane.surface)),
        "path": plane.plane.coordinates.astype(np.float32).tobytes(),
    }


def _pause_all(*_):
    for lab in list(Training._alive):
        lab.pause()


def _where():
    """Return the kernel's loop and the id of the cell that is running, or None where they lack."""
    kernel = getattr(get_ipython(), "kernel", None)
    if kernel is None:
        return None, None
    return asyncio.get_running_loop(), kernel.get_parent()["metadata"].get("cellId")
