"""No answer before its question: not in the prose, not in a result, not in the very next cell."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from spoilers import leaks

from tools import ROOT
from tools.guide import answers, prediction

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
ANSWERS = answers((ROOT / "classroom" / "guide.md").read_text(encoding="utf8"))

# What only looks like an answer, {notebook: {(the cell that asks, the cell that tells): why}}.
HARMLESS = {
    "01_valley": {
        ("cell-10", "cell-12"): "0.4 is a coordinate of a point, in the section that follows",
        ("cell-10", "cell-19"): "and so it is in the lab of a small move",
    },
    "08_real_valley": {
        ("cell-47", "cell-46"): "98 % is the share of the run, which the question compares with",
    },
}


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_no_notebook_tells_before_it_asks(path):
    found = leaks(nbformat.read(path, as_version=4), ANSWERS)
    told = {(leak.asks, leak.tells) for leak in found}
    assert told == set(HARMLESS.get(path.stem, {})), found


@pytest.mark.parametrize("above", [True, False])
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_the_truth_of_each_question_would_be_found_beside_it(path, above):
    notebook = nbformat.read(path, as_version=4)
    questions = [cell for cell in notebook.cells if "labs.predict(" in cell.source]
    for cell in questions:
        said = prediction(cell.source)
        truth = said.get("truth") or ANSWERS[said["question"]]
        place = notebook.cells.index(cell) + (not above)
        notebook.cells.insert(place, new_markdown_cell(f"You will see: {truth}.", id="spoiler"))
        assert (cell.id, "spoiler") in {leak[:2] for leak in leaks(notebook, ANSWERS)}
        del notebook.cells[place]


SECTION = new_markdown_cell("## 2. The limit\n\nTwo curvatures, and one slider for both, see (4).")
HIDDEN = {"jupyter": {"source_hidden": True}}
LIMIT = 'labs.predict("What is the limit of η?", truth=0.4, because="2/5 is 0.4.")'
BORDER = """\
labs.predict("What is the border?", "a straight line", ["a straight line", "a circle", "ragged"])"""
SHARE = (
    'labs.predict("How many are read?", "about 95 %", ["about 91 %", "about 95 %", "about 99 %"])'
)
BALL = 'labs.ball(ravine, start=(-0.9, 0.7), eta=0.02, predict="end")'


def asks(source):
    return new_code_cell(source, metadata=HIDDEN)


def code(source, printed=None, answer=False, picture=False, **metadata):
    outputs = [new_output("stream", text=printed)] if printed else []
    if picture:
        data = {"image/png": "iVBORw0KGgo=", "text/plain": "Lab."}
        outputs.append(new_output("display_data", data=data))
    tags = {"tags": ["answer"]} if answer else {}
    return new_code_cell(source, outputs=outputs, metadata=metadata | tags)


def text(source):
    return new_markdown_cell(source)


def told(*cells):
    """Return the places in `cells` of those that give an answer away."""
    notebook = new_notebook(cells=[*cells])
    places = {cell.id: i for i, cell in enumerate(notebook.cells)}
    return [places[leak.tells] for leak in leaks(notebook, {"How deep?": "About 0.4."})]


@pytest.mark.parametrize(
    "cells",
    [
        [SECTION, asks(LIMIT), code("print(limit)", "0.4\n", answer=True)],
        [text("## 1. Before\n\nIt was 0.4 there."), SECTION, asks(LIMIT), text("Now look.")],
        [SECTION, asks(LIMIT), text("<details><summary>The answer</summary>\n\n0.4\n\n</details>")],
        [SECTION, asks(LIMIT), code("print(2)", "0.7\n"), text("It is 0.4.")],
        [SECTION, code("print(8)", "4 of 40, 1.4 and 0.45 m\n"), asks(LIMIT), code("limit(5)")],
        [SECTION, asks(BORDER), text("Is it a straight line, a circle, or ragged?")],
        [SECTION, asks(BORDER), code("draw()", picture=True, answer=True)],
        [SECTION, asks(BORDER), asks(LIMIT), code("print(1)", "1\n")],
        [SECTION, asks(SHARE), code("train()", "85% after one epoch\n")],
        [SECTION, asks('labs.predict("How deep?", truth=depth)'), code("print(depth)")],
        [code('labs.ball(ravine, (-0.9, 0.7), eta=0.09)'), code(BALL, picture=True)],
        [code(BALL, picture=True), code('labs.ball(ravine, (-0.9, 0.7), 0.02)', picture=True)],
    ],
)  # fmt: skip
def test_a_notebook_that_keeps_its_answers_passes(cells):
    assert told(*cells) == []


@pytest.mark.parametrize(
    ("cells", "place"),
    [
        ([SECTION, asks(LIMIT), code("print(limit)", "the limit: 0.40\n")], 2),
        ([SECTION, asks(LIMIT), text("So the limit is $\\eta < 0.4$.")], 2),
        ([SECTION, asks(LIMIT), code("eta = 0.4  # the limit")], 2),
        ([text("## 2. The limit\n\nIt will be 0.41."), asks(LIMIT), text("Look.")], 0),
        ([SECTION, code("print(2 / 5)", "0.4\n"), asks(LIMIT), text("Look.")], 1),
        ([SECTION, code(LIMIT), text("Look.")], 1),
        ([SECTION, asks(BORDER), text("You see a Straight Line, as *v*₁ alone decides.")], 2),
        ([text("## A straight line"), text("How is it?"), asks(BORDER), text("Look.")], 0),
        ([SECTION, asks(BORDER), code("draw()", picture=True)], 2),
        ([SECTION, asks(BORDER), asks(LIMIT), code("print(1)", "a straight line\n")], 3),
        ([SECTION, asks(SHARE), code("train()", "it reads 95.2%\n")], 2),
        ([SECTION, asks('labs.predict("How deep?", truth=depth)'), text("It was 0.4.")], 2),
        ([code("labs.ball(ravine, (-0.9, 0.7), 0.02)"), code(BALL)], 0),
        ([code("d = gradient_descent(ravine, v0=[-0.9, 0.7], eta=0.02, steps=9)"), code(BALL)], 0),
        (
            [SECTION, code(BALL, "It converges: C = 5.71 at the start; after 60 steps v = (0, 0)")],
            1,
        ),
    ],
)
def test_an_answer_that_is_put_back_is_found(cells, place):
    assert place in told(*cells)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_only_results_are_tagged_as_answers(path):
    """Prose that answers stands in <details>, which folds on GitHub and in JupyterLab as well."""
    for cell in nbformat.read(path, as_version=4).cells:
        assert cell.cell_type == "code" or "answer" not in cell.metadata.get("tags", [])
