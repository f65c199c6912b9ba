"""The lab of a sweep: a map over η and mini-batch size, and the cost curves of what you click."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib import colormaps

from gdlib import plots
from gdlib.doors import check_count, check_numbers, check_positive
from gdlib.labs import pictures
from gdlib.labs.caption import name_of
from gdlib.labs.film import Film, Plot, Readout, Scene, Slider, Track, stacked
from gdlib.labs.lab import Player
from gdlib.plots.runs import mean_accuracy
from gdlib.words import say

COLOURS = ["faint", "text", "accent", "ghost", "ball"]  # of the seeds; the last lies on top
NEEDED = ("eta", "mini_batch_size", "seed", "accuracy", "costs")


class Runs(Player):
    """Click a cell of the map, or move the slider, and see the cost curves of its runs.

    `records` are those of a sweep over eta, mini_batch_size and up to five values of seed, with
    `accuracy` (0 to 1) and `costs`, a list of C's as long in all of them, measured at even
    spaces over `epochs`. Brighter cells read more. `eta` and `mini_batch_size` choose the cell
    to open with, the nearest there is. Raises ValueError for records that do not fit.
    """

    def __init__(self, records, epochs, eta=3.0, mini_batch_size=10):
        self._name = name_of(records, "records")
        self._epochs, self._runs = check_count("epochs", epochs), _by_settings(records)
        eta = check_positive("eta", eta)
        mini_batch_size = check_positive("mini_batch_size", mini_batch_size)
        self._etas, self._sizes, self._mean = mean_accuracy(list(self._runs.values()))
        self._seeds = sorted({seed for _, _, seed in self._runs})
        self._cells = [(size, eta) for size in self._sizes for eta in self._etas]
        super().__init__()
        distances = [
            np.abs(np.log([size / mini_batch_size, rate / eta])).sum() for size, rate in self._cells
        ]
        nearest = int(np.argmin(distances))
        self.show(self._make_scene(), self._make_film(), [nearest], self._moments - 1)

    @property
    def _moments(self):
        return len(next(iter(self._runs.values()))["costs"])

    def _make_film(self):
        """Return a Film with a track for each seed: C, the epoch, and test images read in %."""
        films = [
            [self._frames(size, eta, seed) for size, eta in self._cells] for seed in self._seeds
        ]
        words = [say("{mean:.0%} on average", mean=mean) for mean in self._mean.ravel()]
        return Film(stacked(films, self._moments), words=[words] * len(self._seeds))

    def _frames(self, size, eta, seed):
        """Return what is shown of a run, by channel."""
        run = self._runs[size, eta, seed]
        return {
            "across": self._etas.index(eta),
            "up": self._sizes.index(size),
            "C": run["costs"],
            "epoch": np.linspace(0, self._epochs, self._moments),
            "read": 100 * run["accuracy"],
        }

    def _make_scene(self):
        across, up, last = len(self._etas), len(self._sizes), self._moments - 1
        etas = [(j, f"{eta:g}") for j, eta in enumerate(self._etas)]
        sizes = [(i, str(size)) for i, size in enumerate(self._sizes)]
        epochs = [(last * e / self._epochs, str(e)) for e in range(self._epochs + 1)]
        costs = np.concatenate([run["costs"] for run in self._runs.values()])
        colours = COLOURS[-len(self._seeds) :]
        return Scene(
            say("The runs of a sweep"),
            [
                Plot(
                    "map",
                    say("across η, up the mini-batch size; brighter cells read more; click one"),
                    pictures.axis(-0.5, across - 0.5, "η", "across", etas),
                    pictures.axis(-0.5, up - 0.5, "", "up", sizes),
                    ["ball"],
                    on="pick",
                    bands=self._tiles(),
                ),
                Plot(
                    "curve",
                    say("C on training images, one curve for each seed"),
                    pictures.axis(0, last, say("epoch"), "step", epochs),
                    pictures.axis(0.8 * costs.min(), 1.2 * costs.max(), "C", "C", log=True),
                    ["series"],
                ),
            ],
            [Slider(say("η, mini-batch size"), [f"{eta:g}, {size}" for size, eta in self._cells])],
            [
                Readout(say("after epoch"), "epoch"),
                Readout("C =", "C"),
                Readout(say("in the end it reads, %:"), "read"),
            ],
            f'{{r["seed"]: r["costs"] for r in {self._name} '
            'if (r["eta"], r["mini_batch_size"]) == ({0})}',
            tracks=[
                Track(say("seed {seed}", seed=seed), i, colour=colour, line=colour)
                for i, (seed, colour) in enumerate(zip(self._seeds, colours, strict=True))
            ],
            steps=Slider(say("moment")),
        )

    def _tiles(self):
        """Return the cells of the map as [colour, SVG path] in a square of 1000 × 1000."""
        wide, high = 1000 / len(self._etas), 1000 / len(self._sizes)
        colours = (colormaps[plots.SURFACE](self._mean)[..., :3] * 255).astype(int)
        return [
            ["#" + bytes(colours[i, j].tolist()).hex(),
             f"M{j * wide:.0f},{1000 - i * high:.0f}h{wide:.0f}v-{high:.0f}h-{wide:.0f}Z"]
            for i in range(len(self._sizes)) for j in range(len(self._etas))
        ]  # fmt: skip

    def _now(self):
        size, eta = self._cells[self.sliders[0]]
        return size, eta, [self._runs[size, eta, seed] for seed in self._seeds]

    def summary(self):
        """Return what the runs on show reached, in one plain sentence."""
        size, eta, runs = self._now()
        read = [f"{run['accuracy']:.0%}" for run in runs]
        return say(
            "Lab, the runs of a sweep: {n} runs. With η = {eta:g} and mini-batches of {size} "
            "they read {read} of the test images.",
            n=len(self._runs),
            eta=eta,
            size=size,
            read=", ".join(read),
        )

    def poster(self):
        """Return a Figure of the map and the cost curves on show."""
        figure, (left, right) = plt.subplots(1, 2, figsize=(9.6, 3.4), width_ratios=[1.3, 1])
        size, eta, runs = self._now()
        plots.heat_map(left, list(self._runs.values()))
        for run in runs:
            right.semilogy(np.linspace(0, self._epochs, self._moments), run["costs"])
        right.set(
            xlabel=say("epoch"),
            ylabel="$C$",
            title=say("$\\eta$ = {eta:g}, mini-batches of {size}", eta=eta, size=size),
        )
        return figure


def _by_settings(records):
    """Return {(mini_batch_size, eta, seed): record}; raise unless the table is full and sound."""
    if not isinstance(records, (list, tuple)) or not all(isinstance(r, dict) for r in records):
        raise TypeError(f"records must be a list of dictionaries, got {records!r:.60}")
    good = [record for record in records if set(NEEDED) <= record.keys()]
    for record in good:
        _check(record)
    runs = {(r["mini_batch_size"], r["eta"], r["seed"]): r for r in good}
    if not runs:
        raise ValueError(f"expected records with {', '.join(NEEDED)}, got none")
    seeds = {seed for _, _, seed in runs}
    for size in {size for size, _, _ in runs}:
        for eta in {eta for _, eta, _ in runs}:
            if missing := [seed for seed in seeds if (size, eta, seed) not in runs]:
                raise ValueError(
                    "expected a run for every combination; missing is the one with eta = "
                    f"{eta:g}, mini_batch_size = {size}, seed = {missing[0]}"
                )
    if len(seeds) > len(COLOURS):
        raise ValueError(f"expected at most {len(COLOURS)} seeds, got {len(seeds)}")
    lengths = {len(run["costs"]) for run in runs.values()}
    if len(lengths) > 1 or lengths == {1} or lengths == {0}:
        raise ValueError(f"costs must be lists of one length, at least 2, got {sorted(lengths)}")
    return runs


def _check(record):
    """Raise TypeError or ValueError unless this record can be drawn."""
    check_positive("eta of a record", record["eta"])
    check_count("mini_batch_size of a record", record["mini_batch_size"])
    check_count("seed of a record", record["seed"], least=0)
    which = "of the run with eta = {eta}, mini_batch_size = {mini_batch_size}, seed = {seed}"
    which = which.format(**record)
    costs = check_numbers(f"the costs {which}", record["costs"], ("n",))
    if not (costs > 0).all():
        raise ValueError(f"the costs {which} must be positive, got {costs.min()}")
    check_numbers(f"the accuracy {which}", record["accuracy"], ())
