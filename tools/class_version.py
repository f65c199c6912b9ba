"""Write the version for a class into build/class/, from the notebooks and guide.md (make class).

student/    to hand out: the notebooks without solutions, and all that they need to run
nbgrader/   the same notebooks as a source course for nbgrader
teacher/    guide.md, with the answers of the exercises taken from the notebooks, and round.ipynb
"""

import re
import shutil
from itertools import pairwise
from typing import NamedTuple

import nbformat

from tools import ROOT
from tools.guide import guide
from tools.my_course import without_outputs

CLASSROOM = ROOT / "classroom"
HANDED_OUT = ["requirements.txt", "constraints.txt", "pyproject.toml", "LICENSE"]
SOLUTION = r"<details><summary>Solution</summary>\n*(.*?)\n*</details>\n*"


class Exercise(NamedTuple):
    """A checked exercise: the call check.<name>(<answer>), its stub, its solution (code)."""

    name: str
    answer: str
    stub: str
    solution: str


def exercises(notebook):
    """Return the checked exercises, {cell id: Exercise}.

    Raises ValueError if a cell with check. does not end with check.<name>(<answer>), or if the
    cell after it does not begin with a folded solution that defines the answer.
    """
    found = {}
    for cell, following in pairwise([*notebook.cells, nbformat.v4.new_markdown_cell()]):
        if cell.cell_type == "code" and re.search(r"^check\.", cell.source, re.M):
            call = re.search(r"^check\.(\w+)\((\w+)\)\Z", cell.source, re.M)
            if not call:
                raise ValueError(f"expected check.<name>(<answer>) at the end, got {cell.source!r}")
            below = re.match(SOLUTION, following.source, re.S)
            code = below and re.search(r"```python\n(.*?)\n```", below[1], re.S)
            if not code or not re.search(rf"^(def {call[2]}\(|{call[2]} = )", code[1], re.M):
                raise ValueError(
                    f"expected a solution that defines {call[2]} after {call[0]}, "
                    f"got {following.source!r}"
                )
            found[cell.id] = Exercise(*call.groups(), cell.source[: call.start()].rstrip(), code[1])
    return found


def for_students(notebook):
    """Return a copy without solutions, and without outputs, which answer predictions."""
    notebook = without_outputs(notebook)
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = re.sub(SOLUTION, "", cell.source, flags=re.S).strip()
    notebook.cells = [cell for cell in notebook.cells if cell.source]
    return notebook


def for_nbgrader(notebook):
    """Return a student's copy, with each exercise as an answer cell and a graded test.

    A test is worth a point, but none where the exercise has the tag `optional`.
    """
    found, notebook = exercises(notebook), for_students(notebook)
    cells, notebook.cells = notebook.cells, []
    for cell in cells:
        notebook.cells.append(cell)
        if cell.cell_type == "markdown":  # each notebook lies in a folder of its own
            cell.source = re.sub(r"\]\((\w+)\.ipynb", r"](../\1/\1.ipynb", cell.source)
        if cell.id in found:
            name, answer, stub, solution = found[cell.id]
            cell.source = f"{stub}\n\n### BEGIN SOLUTION\n{solution}\n### END SOLUTION"
            cell.metadata["nbgrader"] = graded(name, test=False)
            test = f"check.{name}({answer})\n### BEGIN HIDDEN TESTS\n"
            test += f"assert check.{name}.judge({answer})[0] is True\n### END HIDDEN TESTS"
            points = int("optional" not in cell.metadata.get("tags", []))
            metadata = {"nbgrader": graded(f"{name}-check", test=True, points=points)}
            test = nbformat.v4.new_code_cell(test, id=f"{cell.id}-check", metadata=metadata)
            notebook.cells.append(test)
    return notebook


def graded(grade_id, test, **points):
    """Return nbgrader's metadata, schema 3: of a test, locked and worth points, or of an answer."""
    kind = {"grade": test, "locked": test, "solution": not test, "task": False, **points}
    return {"schema_version": 3, "grade_id": grade_id, "cell_type": "code", **kind}


def build(folder):
    """Write the three folders into this one, anew."""
    shutil.rmtree(folder, ignore_errors=True)
    paths = sorted(ROOT.glob("notebooks/*.ipynb"))
    notebooks = {path.stem: nbformat.read(path, as_version=4) for path in paths}
    for stem, notebook in notebooks.items():
        write(for_students(notebook), folder / "student" / "notebooks" / f"{stem}.ipynb")
        write(for_nbgrader(notebook), folder / "nbgrader" / "source" / stem / f"{stem}.ipynb")
    for name in HANDED_OUT:
        shutil.copy(ROOT / name, folder / "student")
    for name in ("gdlib", "data"):
        ignore = shutil.ignore_patterns("__pycache__", "*-ubyte")
        shutil.copytree(ROOT / name, folder / "student" / name, ignore=ignore)
    (folder / "student" / "docs").mkdir()
    shutil.copy(ROOT / "docs" / "clusters.md", folder / "student" / "docs")  # 07 names it
    shutil.copy(CLASSROOM / "student.md", folder / "student" / "README.md")
    shutil.copy(CLASSROOM / "nbgrader_config.py", folder / "nbgrader")
    text = guide((CLASSROOM / "guide.md").read_text(encoding="utf8"), notebooks)
    shutil.copytree(CLASSROOM / "round", folder / "teacher" / "round")
    shutil.copy(CLASSROOM / "round.ipynb", folder / "teacher")
    (folder / "teacher" / "guide.md").write_text(text, encoding="utf8")


def write(notebook, path):
    """Write a notebook and its folder. Raises ValidationError if it is not valid."""
    nbformat.validate(notebook)
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, path)


if __name__ == "__main__":
    build(ROOT / "build" / "class")
    print("written: build/class/ with student/, nbgrader/ and teacher/")
