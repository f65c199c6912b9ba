"""A translated course, in a folder notebooks-LANGUAGE, keeps step with the English one."""

import ast
import re
from pathlib import Path

import nbformat
import pytest
from IPython.core.inputtransformer2 import TransformerManager

ROOT = Path(__file__).resolve().parent.parent
# A text may be translated where it holds a space, where a figure has it, or in these calls.
OF_A_FIGURE = {"label", "title", "xlabel", "ylabel"}
SHOWING = {"legend", "predict", "print", "set_title", "show", "suptitle", "text"}


class Unworded(ast.NodeTransformer):
    """Puts an empty text in the place of each that may be translated."""

    def __init__(self):
        self.shown = False

    def visit_Call(self, node):
        """Every text in a call that shows texts may be translated."""
        before, name = self.shown, getattr(node.func, "attr", getattr(node.func, "id", ""))
        self.shown = before or name in SHOWING
        self.generic_visit(node)
        self.shown = before
        return node

    def visit_keyword(self, node):
        before, self.shown = self.shown, self.shown or node.arg in OF_A_FIGURE
        self.generic_visit(node)
        self.shown = before
        return node

    def visit_Constant(self, node):
        free = isinstance(node.value, str) and (self.shown or " " in node.value)
        return ast.Constant("") if free else node

    def visit_JoinedStr(self, node):
        """Another language may say the values of an f-string in another order."""
        values = [part for part in node.values if isinstance(part, ast.FormattedValue)]
        return ast.Set(sorted(map(self.visit, values), key=ast.dump))

    def visit_FormattedValue(self, node):
        """The format of a number stays."""
        node.value = self.visit(node.value)
        return node


def code_of(source):
    """Return what must be the same of the Python in a cell, comments and texts left out."""
    python = TransformerManager().transform_cell(source)  # magic commands, too
    return ast.unparse(Unworded().visit(ast.parse(python)))


def programs(cell):
    """Return the Python of a cell: its source, or what stands in the fences of its text."""
    if cell.cell_type == "code":
        return [cell.source]
    return re.findall(r"^```python\n(.*?)^```", cell.source, re.DOTALL | re.MULTILINE)


def differences(english, translated):
    """Return in words what keeps a translated notebook from being in step with the English one."""
    ours, theirs = ([cell.id for cell in book.cells] for book in (english, translated))
    if ours != theirs:
        return [f"the cells are {theirs}, not {ours}"]
    found = []
    for one, other in zip(english.cells, translated.cells, strict=True):
        if one.cell_type != other.cell_type:
            found.append(f"{one.id} is of another kind")
        elif one.metadata != other.metadata:
            found.append(f"{one.id} has other metadata: {other.metadata}, not {one.metadata}")
        elif list(map(code_of, programs(one))) != list(map(code_of, programs(other))):
            found.append(f"{one.id} has other code")
    return found


def read(path):
    return nbformat.read(path, as_version=4)


def test_a_translated_course_has_the_cells_and_the_code_of_the_english_one():
    names = {path.name for path in ROOT.glob("notebooks/*.ipynb")}
    for folder in ROOT.glob("notebooks-*"):
        assert {path.name for path in folder.glob("*.ipynb")} == names, folder
        for name in names:
            theirs = folder / name
            assert differences(read(ROOT / "notebooks" / name), read(theirs)) == [], theirs


def translated():
    """Return the first notebook, and a copy whose title, comments and texts are in German."""
    english = read(ROOT / "notebooks" / "01_valley.ipynb")
    german = nbformat.from_dict(english)
    german.cells[0].source = "# Ein Tal"
    for cell in german.cells:
        if cell.cell_type == "code" and not cell.source.startswith("%"):
            cell.source = f"# auf Deutsch\n{cell.source}"
    return english, german


def cell_with(book, text):
    return next(cell for cell in book.cells if cell.cell_type == "code" and text in cell.source)


def test_a_translation_of_text_comments_and_what_is_shown_is_in_step():
    english, german = translated()
    cell = cell_with(german, "labs.predict(")
    cell.source = re.sub(r'"[^"]* [^"]*"', '"Was wird geschehen?"', cell.source)
    assert cell.source != cell_with(english, "labs.predict(").source
    assert differences(english, german) == []


def swapped(cells):
    cells[1:3] = cells[2:0:-1]


def retagged(cells):
    cells[2].metadata["tags"] = ["answer"]


SPOILT = {
    "a cell is missing": (lambda cells: cells.pop(3), "the cells are"),
    "two cells are swapped": (swapped, "the cells are"),
    "a tag is new": (retagged, "has other metadata"),
    "a cell is of another kind": (
        lambda cells: cells[0].update(cell_type="code"),
        "is of another kind",
    ),
}


@pytest.mark.parametrize(("spoil", "told"), SPOILT.values(), ids=SPOILT)
def test_what_is_out_of_step_is_told(spoil, told):
    english, german = translated()
    spoil(german.cells)
    assert told in " ".join(differences(english, german))


@pytest.mark.parametrize("old", ["labs.", "(", "1"])
def test_another_name_call_or_number_is_told_with_its_cell(old):
    new = {"labs.": "lab.", "(": "(0, ", "1": "2"}[old]
    english, german = translated()
    cell = cell_with(german, "labs.ball(")
    cell.source = cell.source.replace(old, new, 1)
    assert differences(english, german) == [f"{cell.id} has other code"]


def test_a_solution_in_a_text_cell_has_the_same_code():
    english = read(ROOT / "notebooks" / "01_valley.ipynb")
    cell = next(cell for cell in english.cells if cell.cell_type == "markdown" and programs(cell))
    german = nbformat.from_dict(english)
    same = next(one for one in german.cells if one.id == cell.id)
    same.source = same.source.replace("```python\n", "```python\nx = 1\n", 1)
    assert differences(english, german) == [f"{cell.id} has other code"]


@pytest.mark.parametrize(
    ("english", "german"),
    [
        ("print('C falls')", "print('C fällt')  # nach einem Schritt"),
        ("print(f'{a} of {b}')", "print(f'von {b} nur {a}')"),
        ("ax.set(xlabel='step')", "ax.set(xlabel='Schritt')"),
        ("labs.predict('Which?', 'yes', ['yes'])", "labs.predict('Welche?', 'ja', ['ja'])"),
    ],
)
def test_what_is_shown_may_differ(english, german):
    assert code_of(english) == code_of(german)


@pytest.mark.parametrize(
    ("english", "german"),
    [
        ("labs.ball(valley, predict='end')", "labs.ball(valley, predict='step')"),
        ("runs['eta']", "runs['rate']"),
        ("print(f'{a:.2f}')", "print(f'{a:.3f}')"),
        ("print(f'{a} of {b}')", "print(f'{a} von {a}')"),
        ("print(x)", "print(y)"),
        ("%matplotlib inline", "%matplotlib widget"),
    ],
)
def test_what_is_computed_may_not(english, german):
    assert code_of(english) != code_of(german)
