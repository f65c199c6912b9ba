"""Write the version for a class into build/class/, from the notebooks and guide.md (make class).

student/    to hand out: the notebooks without solutions, and all that they need to run
nbgrader/   the same notebooks as a source course for nbgrader
teacher/    guide.md, with the answers of the exercises taken from the notebooks; round.ipynb and
            gain.ipynb; what a room needs; and the inventory on paper, with its key
"""

import html
import re
import shutil
from itertools import pairwise
from typing import NamedTuple

import nbformat

from gdlib.room import read_questions
from gdlib.room.questions import LETTERS
from tools import ROOT
from tools.guide import guide
from tools.my_course import without_outputs

CLASSROOM = ROOT / "classroom"
HANDED_OUT = ["requirements.txt", "constraints.txt", "pyproject.toml", "LICENSE"]
SOLUTION = r"<details><summary>Solution</summary>\n*(.*?)\n*</details>\n*"
SHEET = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Twelve questions on gradient descent</title>
<style>
  @page {{ size: A4; margin: 15mm; }}
  body {{ max-width: 44em; margin: 1em auto; font: 11pt/1.3 sans-serif; }}
  li {{ break-inside: avoid; margin-top: 0.8em; }}
  p {{ margin: 0.25em 0; }}
</style>
<h1>Twelve questions on gradient descent</h1>
<p>Name, if you like: ______________________</p>
<p>Tick one answer each. The rule is v → v − η∇C.</p>
<ol>{}</ol>
</html>
"""


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
    shutil.copytree(CLASSROOM / "gain", folder / "teacher" / "gain")
    for name in ("round.ipynb", "gain.ipynb", "questions.toml", "inventory.toml"):
        shutil.copy(CLASSROOM / name, folder / "teacher")
    shutil.copy(ROOT / "docs" / "room.md", folder / "teacher")
    questions = read_questions(CLASSROOM / "inventory.toml")
    (folder / "teacher" / "inventory.html").write_text(sheet(questions), encoding="utf8")
    (folder / "teacher" / "inventory-key.md").write_text(key(questions), encoding="utf8")
    (folder / "teacher" / "guide.md").write_text(text, encoding="utf8")


def sheet(questions):
    """Return questions on paper, a page of HTML to print: the options with letters, a box each."""
    asked = []
    for question in questions:
        options = "".join(
            f"<p>☐ {letter} &nbsp;{html.escape(option)}</p>"
            for letter, option in zip(LETTERS, question.options, strict=False)
        )
        asked.append(f"<li><p><b>{html.escape(question.text)}</b></p>{options}</li>")
    return SHEET.format("".join(asked))


def key(questions):
    """Return for the teacher which option is right, what the others believe, and its source."""
    lines = ["# Key to the inventory", ""]
    for number, question in enumerate(questions, start=1):
        lines += [f"**{number}. {question.text}** ({LETTERS[question.right - 1]})", ""]
        for letter, option, belief in zip(
            LETTERS, question.options, question.beliefs, strict=False
        ):
            lines.append(f"- {letter} {option}: {belief or '✓ ' + question.listen}")
        lines += ["", f"Source: {question.source}", ""]
    return "\n".join(lines)


def write(notebook, path):
    """Write a notebook and its folder. Raises ValidationError if it is not valid."""
    nbformat.validate(notebook)
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, path)


if __name__ == "__main__":
    build(ROOT / "build" / "class")
    print("written: build/class/ with student/, nbgrader/ and teacher/")
