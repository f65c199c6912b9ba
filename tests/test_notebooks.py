"""What nbval does not see: that the committed notebooks are whole, executed, and in normal form."""

import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from solutions import with_solutions

from gdlib.check.exercise import NOT_YET
from gdlib.labs.predict import Predict
from gdlib.labs.training import Training
from gdlib.labs.write_digit import WriteDigit
from tools.class_version import exercises
from tools.refresh import REPOSITORY, SETUP, WIDGETS, joined, normal_form
from tools.site import PLAYED

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
FRONT_ENDS = {*PLAYED, *(lab._esm for lab in (Predict, Training, WriteDigit))}
LAB = re.compile(r"^(?:\w+ = )?labs\.(?!show\b)(\w+)\(", re.MULTILINE)
SILENT = {"predict", "backprop", "beat_the_gradient", "fewest_steps", "read_curves"}  # no caption
CAPTIONS = {"01": 8, "02": 5, "03": 2, "04": 4, "05": 3, "06": 0, "07": 2, "08": 7, "09": 1}
PASTE = f"""
import sys
sys.path.append({str(ROOT / "tests")!r})
from pasting import paste
paste(Out[max(Out)])
"""


@pytest.fixture(
    params=[*NOTEBOOKS, *sorted(ROOT.glob("classroom/*.ipynb"))], ids=lambda path: path.stem
)
def path(request):
    return request.param


@pytest.fixture
def notebook(path):
    return nbformat.read(path, as_version=4)


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def labs_of(notebook):
    """Return the ids of the cells with a lab that has a caption."""
    return [
        cell.id
        for cell in notebook.cells
        if cell.cell_type == "code"
        and (found := LAB.search(cell.source))
        and found[1] not in SILENT
    ]


def test_there_are_notebooks():
    assert [path.stem for path in NOTEBOOKS] == [
        "01_valley",
        "02_learning_rate",
        "03_many_variables",
        "04_neuron",
        "05_digits",
        "06_backpropagation",
        "07_training",
        "08_real_valley",
        "09_experiments",
    ]


def test_every_code_cell_was_executed_in_order(notebook):
    counts = [cell.execution_count for cell in code_cells(notebook)]
    assert counts == list(range(1, len(counts) + 1))


def test_no_cell_failed_or_wrote_to_stderr(notebook):
    for cell in code_cells(notebook):
        for output in cell.outputs:
            assert output.output_type != "error"
            assert output.get("name") != "stderr"


def test_predictions_do_not_show_their_answer(notebook):
    for cell in code_cells(notebook):
        if "labs.predict(" in cell.source:
            assert cell.metadata.jupyter.source_hidden


def test_code_cells_are_short(notebook):
    for cell in code_cells(notebook):
        assert len(cell.source.splitlines()) <= 15, cell.source


def test_the_notebook_is_in_normal_form(notebook, path):
    assert nbformat.writes(normal_form(notebook)).strip() == path.read_text(encoding="utf8").strip()


def test_every_lab_has_its_state_a_poster_and_a_text(notebook):
    state = notebook.metadata.get("widgets", {}).get(WIDGETS, {}).get("state", {})
    for cell in code_cells(notebook):
        for output in cell.outputs:
            data = output.get("data", {})
            view = data.get("application/vnd.jupyter.widget-view+json")
            if view is not None:
                assert view["model_id"] in state
                assert data["text/plain"]
            if view is not None and re.search(r"labs\.(?!predict)", cell.source):
                assert data["image/png"]
                assert output.metadata["image/png"]["alt"] == data["text/plain"]


def test_every_saved_picture_has_a_text_that_says_what_it_shows(notebook):
    for cell in code_cells(notebook):
        for output in cell.outputs:
            if "image/png" in output.get("data", {}):
                assert len(output.metadata["image/png"]["alt"].split()) > 5, cell.id


@pytest.mark.slow
def test_exported_html_shows_a_poster_for_each_lab_and_the_words_of_each_question(path, tmp_path):
    """Alive they would need the web, so they would be blank without it."""
    command = [sys.executable, "-m", "nbconvert", "--to", "html", f"--output-dir={tmp_path}", path]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=120)
    text = (tmp_path / f"{path.stem}.html").read_text(encoding="utf8")
    cells = code_cells(nbformat.read(path, as_version=4))
    shown = [output.get("data", {}) for cell in cells for output in cell.outputs]
    assert text.count('src="data:image/png;base64') == sum("image/png" in data for data in shown)
    assert "No description has been provided" not in text  # what nbconvert says without an alt
    assert text.count("<b>Predict.</b>") == sum("labs.predict(" in cell.source for cell in cells)
    view = "application/vnd.jupyter.widget-view+json"  # alive are the progress bars, and no other
    bars = [data for data in shown if view in data and data.keys() <= {view, "text/plain"}]
    assert text.count(f'<script type="{view}">') == len(bars)


def test_the_saved_labs_carry_the_present_front_end(notebook):
    state = notebook.metadata.get("widgets", {}).get(WIDGETS, {}).get("state", {})
    for widget in state.values():
        if "_esm" in widget["state"]:
            assert widget["state"]["_esm"] in FRONT_ENDS, "make notebooks"


def test_the_file_is_small_and_names_no_machine(path):
    text = path.read_text(encoding="utf8")
    assert len(text) <= 2.7e6  # ten labs that live without a kernel
    assert not re.search(r"/(home|root|tmp|Users|work)/", text)


def test_it_opens_with_what_you_will_do_learn_and_need(notebook):
    head = notebook.cells[0].source
    assert re.match(r"# \w+", head)
    for word in ("**You will**", "**You will learn**", "**You need**"):
        assert word in head


def test_the_setup_cell_is_the_same_everywhere_and_folded(notebook):
    cell = notebook.cells[1]
    assert cell.source == SETUP, "make notebooks"
    assert cell.metadata.jupyter.source_hidden


def test_setup_cells_and_badges_lead_to_the_address_in_pyproject():
    texts = [path.read_text(encoding="utf8") for path in (*NOTEBOOKS, ROOT / "README.md")]
    places = (
        r"--depth 1 https://github\.com|colab\.research\.google\.com/github|mybinder\.org/v2/gh"
    )
    found = re.findall(rf"(?:{places})/([^/\s]+/[\w.-]+)", "".join(texts))
    assert {f"https://github.com/{name}" for name in found} == {REPOSITORY}


@pytest.mark.slow
def test_on_colab_the_setup_cell_fetches_the_course(tmp_path, monkeypatch):
    """It runs in an empty folder; git takes a folder of ours for the address of the project."""
    source = tmp_path / "source"
    (source / "gdlib").mkdir(parents=True)
    (source / "gdlib" / "__init__.py").touch()
    for command in ("init", "add .", "-c user.name=me -c user.email=me@here commit -m course"):
        subprocess.run(
            ["git", *command.split()], cwd=source, check=True, capture_output=True, timeout=60
        )
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", f"url.file://{source}.insteadOf")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", REPOSITORY)
    colab = tmp_path / "colab"
    colab.mkdir()
    cells = [
        "import sys; sys.modules['google.colab'] = sys",
        SETUP,
        SETUP,  # as after a restart of the kernel
        "from importlib.machinery import PathFinder\n"
        "print(PathFinder.find_spec('gdlib', sys.path[-1:]).origin)",
    ]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    resources = {"metadata": {"path": colab}}
    NotebookClient(notebook, timeout=60, kernel_name="python3", resources=resources).execute()
    *silent, last = [cell.outputs for cell in notebook.cells]
    assert silent == [[], [], []]
    assert last[0].text.strip() == str(colab / "course" / "gdlib" / "__init__.py")


def test_links_between_notebooks_lead_somewhere(notebook, path):
    for cell in notebook.cells:
        for target in re.findall(
            r"\]\(([^)#]+)\)", cell.source if cell.cell_type == "markdown" else ""
        ):
            assert target.startswith("http") or (path.parent / target).is_file(), target


def test_untouched_exercises_say_so(notebook):
    for cell in notebook.cells:
        if cell.id in exercises(notebook):
            assert [output.text for output in cell.outputs] == [f"{NOT_YET}\n"]


@pytest.mark.slow
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_with_its_solutions_every_check_passes_and_every_caption_gives_what_its_lab_shows(path):
    notebook = nbformat.read(path, as_version=4)
    found, labs = exercises(notebook), labs_of(notebook)
    cells = []
    for i, source in with_solutions(code_cells(notebook), found, labs):
        source = source.replace("epochs=30", "epochs=1")  # as good for this
        cells.append(nbformat.v4.new_code_cell(source, id=i))
        if i in labs:
            cells.append(nbformat.v4.new_code_cell(PASTE))
    notebook = nbformat.v4.new_notebook(cells=cells)
    resources = {"metadata": {"path": path.parent}}
    NotebookClient(notebook, timeout=600, kernel_name="python3", resources=resources).execute()
    for cell in notebook.cells:
        if cell.id in found:
            assert joined(cell.outputs)[-1].text.splitlines()[-1] == "Right."
    pasted = [joined(cell.outputs) for cell in cells if cell.source == PASTE]
    numbers = [int(output.data["text/plain"]) for outputs in pasted for output in outputs]
    assert len(numbers) == CAPTIONS[path.stem[:2]]
    assert all(numbers)  # something was compared


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_notebook_has_exercises_and_predictions(path):
    notebook = nbformat.read(path, as_version=4)
    assert 2 <= len(exercises(notebook)) <= 4
    asks = re.compile(r"labs\.predict\(|predict=")  # in words or numbers, or on the picture
    assert sum(bool(asks.search(cell.source)) for cell in code_cells(notebook)) >= 3
