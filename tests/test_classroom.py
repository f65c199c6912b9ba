"""The version for a class: no solution left, a true guide, and points only for right answers."""

import csv
import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from gdlib.experiments import write_choice
from tools import class_version, guide

ROOT = Path(__file__).resolve().parent.parent
PATHS = sorted((ROOT / "notebooks").glob("*.ipynb"))
NOTEBOOKS = {path.stem: nbformat.read(path, as_version=4) for path in PATHS}
GUIDE = (ROOT / "classroom" / "guide.md").read_text(encoding="utf8")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("class")
    class_version.build(folder)
    return folder


@pytest.fixture(params=NOTEBOOKS)
def stem(request):
    return request.param


def small_notebook(stub, below):
    code = nbformat.v4.new_code_cell(f"{stub}\n\n\ncheck.proof(my_proof)")
    return nbformat.v4.new_notebook(cells=[code, nbformat.v4.new_markdown_cell(below)])


def folded(code):
    return f"<details><summary>Solution</summary>\n\n```python\n{code}\n```\n\n</details>\n\nNext."


def student_views(folder, stem):
    """Return what students get: the plain notebook, and nbgrader's without its regions."""
    plain = nbformat.read(folder / "student" / "notebooks" / f"{stem}.ipynb", as_version=4)
    source = nbformat.read(folder / "nbgrader" / "source" / stem / f"{stem}.ipynb", as_version=4)
    for cell in source.cells:
        region = r"### BEGIN (SOLUTION|HIDDEN TESTS)\n.*?### END \1"
        cell.source = re.sub(region, "", cell.source, flags=re.DOTALL)
    return plain, source


def test_students_get_every_stub_and_no_solution(folder, stem):
    text = "\n".join(cell.source for cell in NOTEBOOKS[stem].cells)
    solved = "\n".join(match[1] for match in re.finditer(class_version.SOLUTION, text, re.DOTALL))
    for view in student_views(folder, stem):
        seen = [line for cell in view.cells for line in cell.source.splitlines()]
        assert not any("<summary>Solution" in line for line in seen)
        for line in filter(str.strip, solved.splitlines()):
            elsewhere = text.splitlines().count(line) - solved.splitlines().count(line)
            assert seen.count(line) == elsewhere, line
        for e in class_version.exercises(NOTEBOOKS[stem]).values():
            assert e.stub in "\n".join(seen)
            assert f"check.{e.name}({e.answer})" in seen


def test_students_have_the_files_that_the_notebooks_name(folder):
    named = set()
    for path in folder.glob("student/notebooks/*.ipynb"):
        for cell in nbformat.read(path, as_version=4).cells:
            named |= set(re.findall(r"`((?:gdlib|data|docs)/[\w/.-]+)`", cell.source))
    assert {"gdlib/descent.py", "docs/clusters.md"} <= named
    assert [name for name in named if not (folder / "student" / name).exists()] == []


def test_students_see_no_outputs(folder, stem):
    for view in student_views(folder, stem):
        assert not any(cell.get("outputs") or cell.get("execution_count") for cell in view.cells)
        assert "widgets" not in view.metadata


def test_links_lead_somewhere(folder):
    for path in [*folder.glob("student/notebooks/*.ipynb"), *folder.glob("nbgrader/source/*/*")]:
        for cell in nbformat.read(path, as_version=4).cells:
            links = re.findall(r"\]\(([^)#]+)\)", cell.source) * (cell.cell_type == "markdown")
            for target in links:
                assert target.startswith("http") or (path.parent / target).is_file(), target


def test_what_is_handed_out_runs_alone(folder):
    code = "import gdlib, gdlib.mnist; gdlib.mnist.load_mnist(); print(gdlib.__file__)"
    run = subprocess.run(
        [sys.executable, "-c", code],
        cwd=folder / "student",
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert run.stdout.startswith(str(folder / "student")), run.stderr


def test_nbgrader_gets_its_cells_and_metadata(folder, stem):
    path = folder / "nbgrader" / "source" / stem / f"{stem}.ipynb"
    source = nbformat.read(path, as_version=4)
    nbformat.validate(source)
    marked = [cell for cell in source.cells if "nbgrader" in cell.metadata]
    expected = []
    for e in class_version.exercises(NOTEBOOKS[stem]).values():
        common = {"schema_version": 3, "cell_type": "code", "task": False}
        expected += [
            common | {"grade_id": e.name, "grade": False, "locked": False, "solution": True},
            common
            | {"grade_id": f"{e.name}-check", "grade": True, "locked": True, "solution": False}
            | {"points": int(e.name != "slices")},  # which is in the optional half of 08
        ]
    assert [cell.metadata.nbgrader for cell in marked] == expected
    for cell in marked:
        region = "HIDDEN TESTS" if cell.metadata.nbgrader.grade else "SOLUTION"
        assert re.search(rf"^### BEGIN {region}\n.+^### END {region}$", cell.source, re.M | re.S)


def test_an_answer_may_be_a_value():
    notebook = small_notebook("my_proof = ...  # the order", folded("my_proof = [2, 1]"))
    answer, test, rest = class_version.for_nbgrader(notebook).cells
    assert answer.source == (
        "my_proof = ...  # the order\n\n### BEGIN SOLUTION\nmy_proof = [2, 1]\n### END SOLUTION"
    )
    assert test.source == (
        "check.proof(my_proof)\n### BEGIN HIDDEN TESTS\n"
        "assert check.proof.judge(my_proof)[0] is True\n### END HIDDEN TESTS"
    )
    assert rest.source == "Next."


@pytest.mark.parametrize(
    "below", ["No solution.", folded("my_prof = 1"), f"# 9\n{folded('x = 1')}"]
)
def test_an_exercise_without_its_solution_is_refused(below):
    with pytest.raises(ValueError, match=r"a solution that defines my_proof after check\.proof"):
        class_version.exercises(small_notebook("my_proof = ...", below))


def test_a_check_that_cannot_be_graded_is_refused():
    notebook = small_notebook("my_proof = ...", folded("my_proof = 1"))
    notebook.cells[0].source += "\nprint(1)"
    with pytest.raises(ValueError, match=r"expected check\.<name>\(<answer>\) at the end"):
        class_version.exercises(notebook)


def test_the_guide_has_all_sections_predictions_and_answers(folder):
    text = (folder / "teacher" / "guide.md").read_text(encoding="utf8")
    sections = re.split(r"^(?=## \d\d )", text, flags=re.MULTILINE)[1:]
    assert "<!--" not in text
    for (stem, notebook), section in zip(NOTEBOOKS.items(), sections, strict=True):
        assert section.startswith(f"## {stem[:2]} {notebook.cells[0].source.splitlines()[0][2:]}\n")
        for word in ("| minutes | on the projector |", "### Predictions", "### Misconceptions"):
            assert word in section
        asked = sum(
            cell.source.count("**Predict:**")
            + cell.source.count("labs.predict(") * (cell.cell_type == "code")
            for cell in notebook.cells
        )
        assert asked == len(guide.predictions(notebook)) == section.count("\n\n> ")
        for question in guide.predictions(notebook):
            assert f"\n> {question}\n\n**" in section
        for cell in notebook.cells:
            for solution in re.findall(class_version.SOLUTION, cell.source, re.DOTALL):
                assert solution in section


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("## 02 Choose the", "## 02 Choose a", "the guide's sections should be"),
        ("> A bowl has the curv", "> A dish has the curv", "02 .* should answer .* got"),
        ("**0.04.** The lim", "**0.2.** The lim", "4 and 50.* The truth is 0.04, got 0.2"),
        ("**about 0.3.** The", "**about 3.** The", "The truth is about 0.3, got about 3"),
    ],
)
def test_a_guide_that_drifted_is_refused(old, new, message):
    assert old in GUIDE
    with pytest.raises(ValueError, match=message):
        guide.guide(GUIDE.replace(old, new), NOTEBOOKS)


def test_predictions_are_read_with_their_truth():
    cells = [
        nbformat.v4.new_markdown_cell("Text.\n\n**Predict:** how\nmany?\n\nMore."),
        nbformat.v4.new_code_cell('labs.predict(\n    "Where?", truth=-0.5,\n)'),
        nbformat.v4.new_code_cell('c = ["a", "b"]\nlabs.predict("Which?", c[1], c)'),
        nbformat.v4.new_code_cell('labs.predict("How deep?", truth=depth)'),
    ]
    notebook = nbformat.v4.new_notebook(cells=cells)
    expected = {"how many?": "", "Where?": "-0.5", "Which?": "b", "How deep?": ""}
    assert guide.predictions(notebook) == expected


@pytest.mark.parametrize("argument", ["print('run')", "offered", "[*range(3)]"])
def test_a_prediction_is_read_and_not_run(argument, capsys):
    with pytest.raises(ValueError, match="malformed"):
        guide.prediction(f'labs.predict("Which?", "b", {argument})')
    assert guide.prediction(f'labs.predict("Which?", {argument})') == {"question": "Which?"}
    assert capsys.readouterr().out == ""


def submission(released, answers):
    """Return a released notebook with answers, {name of exercise: code}, written in."""
    notebook = nbformat.from_dict(released)
    for cell in notebook.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        cell.source = answers.get(name, cell.source)
    return notebook


def grade(course, stem, students):
    """Generate an assignment, hand in answers {student: answers}, and return the points.

    Runs nbgrader's own commands. The points are {student: (points, the most there are)}.
    """

    def nbgrader(*arguments):
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
        run = subprocess.run(
            [sys.executable, "-m", "nbgrader", *arguments],
            cwd=course, env=os.environ | {"PATH": path}, capture_output=True, text=True,
            timeout=600,
        )  # fmt: skip
        assert run.returncode == 0, run.stderr

    nbgrader("generate_assignment", stem)
    released = nbformat.read(course / "release" / stem / f"{stem}.ipynb", as_version=4)
    text = nbformat.writes(released)
    assert "BEGIN SOLUTION" not in text
    assert "HIDDEN" not in text
    assert ".judge(" not in text
    for student, answers in students.items():
        path = course / "submitted" / student / stem / f"{stem}.ipynb"
        class_version.write(submission(released, answers), path)
    nbgrader("autograde", stem)
    nbgrader("export")
    with (course / "grades.csv").open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["assignment"] == stem]
    points = {row["student_id"]: (float(row["score"]), float(row["max_score"])) for row in rows}
    return {student: points[student] for student in students}


def test_nbgrader_gives_points_for_right_answers_only(tmp_path):
    pytest.importorskip("nbgrader", reason="nbgrader is an extra, make test-extras installs it")
    class_version.build(tmp_path)
    solved = class_version.exercises(NOTEBOOKS["01_valley"]).values()
    right = {e.name: e.solution for e in solved}
    mistake = "def my_rule(v, nabla_C, eta):\n    return v + eta * nabla_C"
    students = {
        "right": right,
        "half": {"gradient": right["gradient"], "rule": mistake},
        "broken": {"gradient": "def my_gradient(v) return", "descent": right["descent"]},
    }
    assert grade(tmp_path / "nbgrader", "01_valley", students) == {
        "right": (3, 3),
        "half": (1, 3),
        "broken": (1, 3),
    }


@pytest.mark.slow
def test_no_student_stops_the_round(tmp_path):
    """A choice that diverges has a result like the others; all other cells run to their end."""
    notebook = nbformat.read(ROOT / "classroom" / "round.ipynb", as_version=4)
    for name, eta in {"Ada": 3, "Bob": 1e39, "Cleo": 1e-100, "Dora": 1e100}.items():
        write_choice(tmp_path / "round", name, eta, "why")
    (tmp_path / "round" / "forged\nEve, η = 3: won.json").write_text('{"name": "\\ud800"}')
    resources = {"metadata": {"path": str(tmp_path)}}
    NotebookClient(notebook, timeout=300, kernel_name="python3", resources=resources).execute()
    printed = [
        "".join(o.text for o in cell.outputs if o.get("name") == "stdout")
        for cell in notebook.cells
        if cell.cell_type == "code"
    ]
    assert "4 choices\nnot read: forged\\nEve, η = 3: won.json: expected name" in printed[2]
    assert printed[-1] == "Ada, η = 3: why\nBob, η = 1e+39: diverged\nDora, η = 1e+100: diverged\n"
