"""The own experiment at the end of notebook 09, with other settings than it has there."""

import json
import re
from pathlib import Path

import numpy as np
import pytest

from gdlib.experiments import sweep
from gdlib.mnist import Digits
from gdlib.network import Network
from gdlib.sgd import sgd

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = [*sorted((ROOT / "notebooks").glob("*.ipynb")), ROOT / "classroom" / "round.ipynb"]


def cells(path):
    """Return {id: source} of the code cells of a notebook."""
    return {
        cell["id"]: "".join(cell["source"])
        for cell in json.loads(path.read_text(encoding="utf8"))["cells"]
        if cell["cell_type"] == "code"
    }


@pytest.fixture
def few():
    """Eighty training images and as many to test on, of noise."""
    rng = np.random.default_rng(0)
    return [Digits(rng.integers(0, 256, (80, 784), dtype=np.uint8), np.arange(80) % 10)] * 2


@pytest.fixture
def run(few):
    """A function that runs the cell with a change, on few images."""
    (path,) = [path for path in NOTEBOOKS if path.stem == "09_experiments"]
    source = cells(path)["cell-39"]

    def run(before, after):
        assert before in source
        here = {"np": np, "Network": Network, "Digits": Digits, "sgd": sgd, "sweep": sweep}
        here["digits"] = lambda: few
        exec(source.replace(before, after), here)

    return run


def test_more_epochs_are_trained_and_the_last_counts(run, few, capsys):
    run('"seed": [0, 1]}', '"seed": [0, 1], "epochs": [1, 4]}')
    expected = []
    for hidden in (3, 30):
        for seed in (0, 1):
            for epochs in (1, 4):
                network = Network([784, hidden, 10], np.random.default_rng(seed))
                *_, epoch = sgd(network, few[0], 3.0, 10, epochs, np.random.default_rng(seed))
                assert epoch.number == epochs
                share = network.accuracy(*few[1])
                setting = f"hidden {hidden}, seed {seed}, epochs {epochs}"
                expected.append(f"{setting}: reads ≈ {share:.1%}")
    assert capsys.readouterr().out.splitlines() == expected


def test_a_run_that_fails_does_not_hide_the_others(run, capsys):
    run('"hidden": [3, 30]', '"hidden": [3, "many"]')
    failed, *lines = capsys.readouterr().out.splitlines()
    assert failed.startswith("2 of 4 runs failed. The first: ")
    assert ["reads" in line for line in lines] == [True, True, False, False]


def test_one_epoch_is_trained_in_one_way_everywhere():
    sources = "\n".join(source for path in NOTEBOOKS for source in cells(path).values())
    sources += (ROOT / "docs" / "clusters.md").read_text(encoding="utf8")
    lines = re.findall(r"^.*\bsgd\(.*$", sources, re.MULTILINE)
    ways = {line.strip().split("sgd(")[0] for line in lines}
    assert "*_, epoch = " in ways
    assert ways <= {
        "*_, epoch = ",
        "training = ",  # the 30 epochs of notebook 07, with their bar
        "for epoch in ",  # and 60 of them on fewer images
        "epochs = list(",  # and two, beside those of the learner's own loop
    }
    assert len(lines) >= 9
