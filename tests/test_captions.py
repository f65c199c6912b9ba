"""What stands below a lab gives what the lab shows, when it is pasted into the cell below."""

import re
from pathlib import Path

import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient
from pasting import caption, compare, paste
from solutions import with_solutions

from gdlib import labs
from gdlib.check import moving
from gdlib.costs import COSTS, from_function, ravine, rosenbrock, valley
from gdlib.mnist import Digits
from gdlib.network import Network
from tools.class_version import exercises
from tools.refresh import joined

TESTS = Path(__file__).resolve().parent
NOTEBOOKS = sorted((TESTS.parent / "notebooks").glob("*.ipynb"))
LAB = re.compile(r"^(?:\w+ = )?labs\.(\w+)\(", re.MULTILINE)
SILENT = {"predict", "backprop", "beat_the_gradient", "fewest_steps", "read_curves"}  # no caption
PASTE = f"""
import sys
sys.path.append({str(TESTS)!r})
from pasting import paste
paste(Out[max(Out)])
"""
COUNTS = {"01": 8, "02": 5, "03": 2, "04": 4, "05": 3, "06": 0, "07": 2, "08": 7, "09": 1}


def labs_of(notebook):
    """Return the ids of the cells with a lab that has a caption."""
    return [
        cell.id
        for cell in notebook.cells
        if cell.cell_type == "code"
        and (found := LAB.search(cell.source))
        and found[1] not in SILENT
    ]


@pytest.mark.slow
@pytest.mark.parametrize(
    "path", [path for path in NOTEBOOKS if COUNTS[path.stem[:2]]], ids=lambda path: path.stem
)
def test_the_caption_of_every_lab_of_a_notebook_gives_what_the_lab_shows(path):
    notebook = nbformat.read(path, as_version=4)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    found = labs_of(notebook)
    sources = []
    for i, source in with_solutions(cells, exercises(notebook), found):
        sources.append(source.replace("epochs=30", "epochs=1"))  # as good for this
        if i in found:
            sources.append(PASTE)
    pasted = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(s) for s in sources])
    resources = {"metadata": {"path": path.parent}}
    NotebookClient(pasted, timeout=600, kernel_name="python3", resources=resources).execute()
    results = [joined(cell.outputs) for cell in pasted.cells if cell.source == PASTE]
    numbers = [int(output.data["text/plain"]) for outputs in results for output in outputs]
    assert len(numbers) == COUNTS[path.stem[:2]]
    assert min(numbers) > 0


def test_no_lab_of_a_notebook_is_forgotten():
    found = {path.stem[:2]: len(labs_of(nbformat.read(path, as_version=4))) for path in NOTEBOOKS}
    assert found == COUNTS


def halved(v, nabla_C, eta):
    return v - eta * nabla_C / 2


def slope(v):
    return (v[0] - 0.2) ** 2


def bowl(v):
    return v[0] ** 2 + 3 * v[1] ** 2


RATES = {"constant": 0.1, "falling": lambda k, v, nabla_C: 0.1 / (k + 1)}
network = Network([784, 5, 10], np.random.default_rng(0))
images = np.random.default_rng(1).integers(0, 256, (6, 784), dtype=np.uint8)
ink = np.random.default_rng(2).integers(0, 256, (300, 784), dtype=np.uint8)
digits = Digits(ink, ink[:, 0] % 10)
X = np.array([-1.0, -0.5, 0.25, 0.5, 1.0, 2.0, 2.5])
Y = 1.0 * (X > 0)
HERE = {"np": np, "halved": halved, "slope": slope, "bowl": bowl, "rates": RATES}
HERE |= {"network": network, "images": images}


@pytest.mark.parametrize("cost", COSTS.values(), ids=COSTS)
def test_a_caption_imports_the_surface_of_the_menu_and_what_else_it_needs(cost):
    lab = labs.ball(ravine, steps=20)
    lab.respond({"surface": cost.name})
    lab.respond({"start": [0.123, 0.456]})
    assert paste(lab, HERE) > 60


MADE = {
    "own rule": lambda: labs.ball(ravine, rule=halved, steps=20),
    "one variable": lambda: labs.ball(from_function(slope, ((-1, 2),)), start=-0.7, steps=20),
    "own function": lambda: labs.ball(bowl, steps=20),
    "duel": lambda: labs.duel(ravine, etas=(0.02, 0.11)),
    "ghost": lambda: labs.ghost(from_function(slope, ((-1, 2),)), momentum=0.5),
    "thrown out": lambda: labs.ball(rosenbrock, eta=0.05),
    "basins": lambda: labs.basins(bowl),
    "factors": lambda: labs.factors((2, 10), eta=0.15),
    "rates": lambda: labs.rates(bowl, None, RATES, steps=9),
    "move": lambda: labs.small_move(rosenbrock, (0.5, -0.4), angle=215),
    "circle": lambda: labs.epsilon_circle(bowl, (0.5, -0.4), angle=35),
    "hidden": lambda: labs.hidden_valley(7),
    "parting": lambda: moving.rule(halved),
    "network": lambda: labs.network(network, images, images[:, 0] % 10),
    "pad": lambda: labs.write_digit(network, strokes=[[(60, 60), (135, 180), (118, 235)]]),
    "train": lambda: labs.train(network, digits, digits, np.random.default_rng(1)),
}


@pytest.mark.parametrize("name", MADE)
def test_a_caption_needs_nothing_but_what_the_lab_was_given(name):
    lab = MADE[name]()
    assert paste(lab, HERE | {"pad": lab, "train": digits, "test": digits}) > 1


@pytest.mark.parametrize("pulls", ["all", "ten", "one"])
@pytest.mark.parametrize("rule", [None, halved])
def test_the_caption_of_a_neuron_says_which_images_pull(pulls, rule):
    x, y = np.tile(X, 3), np.tile(Y, 3)  # ten, ten, and one
    lab = labs.neuron(x, y, (3, 2), eta=5, steps=9, rule=rule)
    lab.respond({"surface": pulls})
    assert paste(lab, HERE | {"x": x, "y": y}) == 40


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("eta=0.02", "eta=0.0201"),
        ("steps=60", "steps=59"),
        ("v0=(-0.9", "v0=(-0.901"),
        ("gradient_descent(ravine", "gradient_descent(valley"),
        ("steps=60)", "steps=60).C"),
    ],
)
def test_a_caption_that_is_wrong_does_not_pass(before, after):
    lab = labs.ball(ravine, start=(-0.9, 0.7), eta=0.02, steps=60)
    text = caption(lab)
    assert before in text
    with pytest.raises(AssertionError):
        compare(lab, text.replace(before, after), HERE | {"valley": valley})
