"""The pages of the site: what becomes of each lab and each prediction of each notebook."""

import base64
import json
import re
import sys
import zlib
from math import prod
from pathlib import Path

import nbformat
import pytest
from test_structure import GDLIB, imports

from tools.refresh import SETUP
from tools.site import PLAYED, VIEW, front, page, question

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def before(request):
    return nbformat.read(request.param, as_version=4)


@pytest.fixture
def after(before):
    return page(before, "name")


def outputs(notebook):
    """Return {cell id: (source, data of its outputs)} of all cells that put something out."""
    return {
        cell.id: (cell.source, [output.get("data", {}) for output in cell.outputs])
        for cell in notebook.cells
        if cell.get("outputs")
    }


def test_every_lab_becomes_a_film_or_a_sentence_and_every_prediction_a_form(before, after):
    notebook, files = after
    shown, labs = outputs(notebook), 0
    for name, (source, data) in outputs(before).items():
        if not any(VIEW in output for output in data):
            continue
        if "labs." not in source:  # a progress bar
            assert not any(VIEW in output for output in shown.get(name, ("", []))[1])
            continue
        labs += 1
        (text,) = (text for output in shown[name][1] for text in output.values())
        if "labs.predict(" in source:
            assert "<b>Predict.</b>" in text
            assert text.count("<label>") in (1, 2, 3, 4)
        elif "labs.train(" in source or "labs.write_digit(" in source:
            assert "computes in Python" in text
        else:
            assert f'data-film="name-{name}"' in text
            assert f"name-{name}.js" in files
    assert labs > 3
    assert "widgets" not in notebook.metadata


def opened(script):
    """Return the head of a film's script, and its buffers by their path, as the page reads them."""
    text = script.decode().partition(" = ")[2].removesuffix(";\n").strip("'")
    line, _, rest = zlib.decompress(base64.b64decode(text)).partition(b"\n")
    head, buffers = json.loads(line), {}
    for path, length in head["buffers"]:
        buffers[tuple(path)], rest = rest[:length], rest[length:]
    assert rest == b""
    return head, buffers


def test_films_carry_all_frames_and_offer_no_drop(after):
    for name, content in after[1].items():
        if name.endswith(".js"):
            film, buffers = opened(content)
            assert "_esm" not in film["state"]
            if ("film", "frames") not in buffers:
                continue
            shape = [len(film["state"]["film"]["channels"]), *film["state"]["film"]["shape"]]
            assert len(buffers["film", "frames"]) == 4 * prod(shape)
            assert all(picture["on"] != "start" for picture in film["state"]["scene"]["pictures"])


def test_hidden_cells_stay_hidden_and_the_page_says_how_to_run(before, after):
    hidden = [c.id for c in before.cells if c.metadata.get("jupyter", {}).get("source_hidden")]
    gone = [c.id for c in after[0].cells if "remove-input" in c.metadata.get("tags", [])]
    assert hidden == gone != []
    assert "lab/index.html?path=name.ipynb" in after[0].cells[1].source


def test_what_answers_a_question_is_folded(before, after):
    answers = {c.id for c in before.cells if "answer" in c.metadata.get("tags", [])}
    folded = {c.id for c in after[0].cells if "hide-output" in c.metadata.get("tags", [])}
    assert folded == answers


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ({"truth": -0.72}, "<b>−0.72</b>. "),
        ({"truth": "a < b", "choices": ["a < b", "b"], "because": "So."}, "a &lt; b</b>. So."),
        ({}, "The next cell shows it. "),
    ],
)
def test_a_question_folds_its_answer(said, answer):
    form = question("name", "Which?", **said)
    assert answer in re.search("<details>.*</details>", form)[0]
    assert form.count('type="radio"') == len(said.get("choices", []))


@pytest.mark.parametrize("name", [name for name, _ in PLAYED.values()])
def test_a_front_end_is_a_plain_script(name):
    assert not re.search(r"^(export|import)\b", front(name), re.M)


def test_the_lab_in_the_browser_installs_all_that_gdlib_imports():
    brought = {"numpy", "contourpy", "ipywidgets", "traitlets", "IPython"}  # by the others
    brought |= {"tornado", "segno"}  # by nobody: a browser opens no room, and joins none
    needed = {name.partition(".")[0] for path in GDLIB.rglob("*.py") for name in imports(path)}
    assert needed - sys.stdlib_module_names - brought - {"gdlib"} <= set(SETUP.split())
