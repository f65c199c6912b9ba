"""The lab of live training: the network learns while you watch, and obeys while it learns."""

import asyncio
import signal
import time
import weakref
from typing import ClassVar, NamedTuple

import matplotlib.pyplot as plt
import numpy as np
from IPython import get_ipython
from traitlets import Dict, Int

from gdlib import plots, sgd
from gdlib.doors import check_count, check_eta, check_rng
from gdlib.labs.caption import name_of, pasteable
from gdlib.labs.lab import Lab, check_reader, front_end, style_sheet
from gdlib.mnist import Digits, one_hot
from gdlib.own_function import OwnFunctionError, OwnLearn
from gdlib.sgd import Step, steps

ETAS = [float(f"{x}e{k}") for k in range(-3, 2) for x in (1, 2, 3, 5, 7)] + [100.0]
SIZES = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000]
WORK, PICTURE = 0.03, 0.1  # seconds: of training between two looks at the messages; of a picture
SAMPLE, POINTS = 1000, 400  # images that a picture is measured on; points that a curve keeps
STEP = "network.v[:] = step(network.v, nabla_C, eta)"


class Moment(NamedTuple):
    """What the lab measured: at `epoch` passes through the data, C and shares read, 0 to 1."""

    epoch: float
    cost: float
    train_accuracy: float
    test_accuracy: float


class Training(Lab):
    """Train a network while you watch, and change η and the mini-batch size as it learns.

    `network` has 784 inputs and 10 outputs and learns in place: whatever stops the training
    keeps what was learned. `train` and `test` are Digits; `eta` and `mini_batch_size` are what
    the sliders open with (they take the nearest they have); `rng` shuffles the images. `history`
    is a list of Moment, measured on 1,000 images of each kind. With the same settings throughout
    the steps are those of `sgd`. `learn(network, x, y, eta)`, if given, is your own step on one
    mini-batch, like `sgd.learn`; what is wrong with it is told in the lab, and undone.
    Raises TypeError or ValueError for arguments that do not fit.
    """

    _esm = front_end("training.js")
    _css = style_sheet("card.css", "network.css")
    scene = Dict().tag(sync=True)
    shown = Dict().tag(sync=True)
    rate = Int().tag(sync=True)  # the position of the slider of η
    size = Int().tag(sync=True)  # and of the mini-batch size
    _alive: ClassVar = weakref.WeakSet()

    def __init__(self, network, train, test, rng, eta=3.0, mini_batch_size=10, learn=None):
        check_reader(network)
        self._own = sgd.learn if learn is None else OwnLearn(learn)
        mini_batch_size = check_count("mini_batch_size", mini_batch_size)
        for name, digits in (("train", train), ("test", test)):
            if not isinstance(digits, Digits) or len(digits.images) == 0:
                raise ValueError(f"{name} must be Digits, at least one; got {digits!r:.60}")
        self.network, self._digits, self._rng = network, train, check_rng(rng)
        self._samples = [(d.images[:SAMPLE], d.labels[:SAMPLE]) for d in (train, test)]
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
            },
            rate=int(np.argmin(np.abs(np.log(ETAS) - np.log(check_eta(eta))))),
            size=int(np.argmin(np.abs(np.log(self._sizes) - np.log(mini_batch_size)))),
        )
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

    def _on_request(self, *message):
        """Answer when the kernel is free; JupyterLab brings requests in a thread of their own."""
        if self._loop is None:
            super()._on_request(*message)
        else:
            self._loop.call_soon_threadsafe(super()._on_request, *message)

    def start(self, steps=np.inf, epoch=False):
        """Train in the background: for some steps, to the end of the epoch, or until paused."""
        self.pause()
        self._task = asyncio.ensure_future(self._train(steps, epoch))

    def pause(self):
        """Stop after the present mini-batch. The network keeps what it has learned."""
        if self._task is not None:
            self._task.cancel()
            self._task = None
            self._show()

    def reset(self):
        """Go back to the same start: the same v, and the same order of the images."""
        self.pause()
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

    def _begin_epoch(self):
        """Begin to train, or go on with a new epoch; the sliders are asked at each step."""
        self._training = steps(
            self.network,
            self._digits,
            lambda k: self.eta,
            lambda k: self.mini_batch_size,
            self._rng,
            self._learn,
        )

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
        text = f"Stopped by {type(error).__name__} {error}: what was learned is kept."
        if isinstance(error, OwnFunctionError):
            text = f"{error}\nWhat was learned before is kept."
        self.shown = {**self.shown, "running": False, "message": text, "steps": self._steps}

    def _show(self):
        """Measure, and hand the front end all that it shows."""
        outputs = [self.network.feedforward(images) for images, _ in self._samples]
        answers = [a.argmax(axis=1) for a in outputs]
        wrong = [said != labels for said, (_, labels) in zip(answers, self._samples, strict=True)]
        y = one_hot(self._samples[0][1])
        C = float(np.sum((y - outputs[0]) ** 2)) / (2 * len(y))
        now = Moment(
            self._seen / len(self._digits.images), C, *(1 - float(w.mean()) for w in wrong)
        )
        if not self.history or self.history[-1] != now:
            self.history.append(now)
        if len(self.history) > POINTS:
            self.history[1:-1] = self.history[2:-1:2]
        images, labels = self._samples[1]
        first = np.flatnonzero(wrong[1])[:10]
        self.shown = {
            "running": self.running,
            "message": "",
            "steps": self._steps,
            "eta": self._last.eta,
            "size": self._last.mini_batch_size,
            **now._asdict(),
            "promised": self._meter[0],
            "actual": self._meter[1],
            "curves": np.array(self.history, np.float32).tobytes(),
            "weights": self._weights().tobytes(),
            "mistakes": images[first].tobytes(),
            "captions": [f"{answers[1][i]}, is {labels[i]}" for i in first],
        }

    def _weights(self):
        """Return the weights of up to 30 hidden neurons, (n, 784) uint8, where 128 is zero."""
        w = np.nan_to_num(self.network.weights[0][:30])
        return np.rint(128 + 127 * w / (np.abs(w).max() or 1)).astype(np.uint8)

    def summary(self):
        """Return the state of the training in plain sentences."""
        now = self.history[-1]
        return (
            f"Lab, live training: {len(self._digits.images):,d} images, η = {self.eta:g}, "
            f"mini-batches of {self.mini_batch_size}. "
            f"After {now.epoch:.1f} epochs C is about {now.cost:.1f}."
        )

    def poster(self):
        """Return a Figure with the cost so far and the weights of ten hidden neurons."""
        figure = plt.figure(figsize=(9.6, 3.4))
        left, right = figure.subfigures(1, 2)
        curve = left.subplots()
        curve.plot([now.epoch for now in self.history], [now.cost for now in self.history], ".-")
        curve.set(xlabel="epoch", ylabel="$C$", ylim=(0, None))
        plots.weight_images(right.subplots(2, 5), self.network.weights[0][:10])
        figure.suptitle("Live training")
        return figure


def _measured(network, train, test):
    """Return the Python for what is on show: C and the shares read of the samples."""
    network, train, test = (
        name_of(network, "network"),
        name_of(train, "train"),
        name_of(test, "test"),
    )
    (x, labels), others = (
        (f"{digits}.images[:{SAMPLE}]", f"{digits}.labels[:{SAMPLE}]") for digits in (train, test)
    )
    return pasteable(
        f"{network}.cost({x}, one_hot({labels})), {network}.accuracy({x}, {labels}), "
        f"{network}.accuracy({', '.join(others)})",
        one_hot,
    )


def _pause_all(*_):
    for lab in list(Training._alive):
        lab.pause()


def _where():
    """Return the kernel's loop and the id of the cell that is running, or None where they lack."""
    kernel = getattr(get_ipython(), "kernel", None)
    if kernel is None:
        return None, None
    return asyncio.get_running_loop(), kernel.get_parent()["metadata"].get("cellId")
