"""A fault goes where its code stands, however that is written, and says if it fits nowhere."""

import ast

import pytest

from tools.mutants import FAULTS, Fault, mutated, read_faults

MODULE = '''"""A module: ½, as UTF-8."""
LIMIT = 3


class Ball:
    def roll(self, v, η):
        """Roll."""
        if (v >
                LIMIT):  # a comment, and a line break
            v = v - η * self.slope(v)
            self.moved(v)
        for v in (v, -v): self.moved(v)
        return v - η * self.slope(v)

    def slope(self, v, scale=2):
        return "½", (scale * v)


def slope(v):
    def inner():
        return v * 2
    return inner() + v * 2
'''


@pytest.fixture
def package(tmp_path):
    (tmp_path / "part").mkdir()
    (tmp_path / "part" / "ball.py").write_text(MODULE, encoding="utf8")
    return tmp_path


@pytest.mark.parametrize(
    ("place", "old", "new", "before", "after"),
    [
        ("part.ball", "LIMIT = 3", "LIMIT = 4", "LIMIT = 3", "LIMIT = 4"),
        ("part.ball", "(v > LIMIT)", "v < LIMIT", "(v >\n                LIMIT)", "(v < LIMIT)"),
        ("part.ball.Ball.slope", "scale*v", "scale + v", '½", (scale * v)', '½", (scale + v)'),
        ("part.ball.Ball.slope", "2", "3", "scale=2", "scale=3"),
        ("part.ball.slope.inner", "v * 2", "v * 3", "return v * 2", "return v * 3"),
        ("part.ball.slope", "inner() + v * 2", "inner()", "inner() + v * 2", "inner()"),
        ("part.ball.Ball.roll", "for v in (v, -v):\n    self.moved(v)", "",
         "for v in (v, -v): self.moved(v)", "pass"),
        (
            "part.ball.Ball.roll",
            "v = v - η * self.slope(v)\nself.moved(v)",
            "self.moved(v)\nwhile v:\n    v = 0",
            "v = v - η * self.slope(v)\n            self.moved(v)",
            "self.moved(v)\n            while v:\n                v = 0",
        ),
    ],
)  # fmt: skip
def test_a_fault_replaces_code_however_it_is_written(package, place, old, new, before, after):
    assert MODULE.count(before) == 1
    path, text = mutated(Fault(place, "01", "wrong", old, new), package)
    assert path == package / "part" / "ball.py"
    assert ast.dump(ast.parse(text)) == ast.dump(ast.parse(MODULE.replace(before, after)))


@pytest.mark.parametrize(
    ("place", "old", "new", "why"),
    [
        ("part.cube", "LIMIT", "3", "has no module for part.cube"),
        ("part.ball.Cube", "LIMIT", "3", "there are 0 functions and classes Cube"),
        ("part.ball", "LIMIT = 5", "LIMIT = 3", "this stands 0 times"),
        ("part.ball.Ball.roll", "v - η * self.slope(v)", "v", "this stands 2 times"),
        ("part.ball.Ball.roll", "v > LIMIT", "(v) > LIMIT", "this changes nothing"),
    ],
)
def test_a_fault_that_does_not_fit_says_why(package, place, old, new, why):
    with pytest.raises(ValueError, match=why):
        mutated(Fault(place, "01", "wrong", old, new), package)


def test_a_table_has_faults_of_one_line_and_of_several():
    text = """# a comment
part.ball 01: too low
    LIMIT = 3  ->  LIMIT = 4

part.ball.slope 02: too steep
    if v:
        pass
    ->
    if not v:
        pass
"""
    assert read_faults(text) == [
        Fault("part.ball", "01", "too low", "LIMIT = 3", "LIMIT = 4"),
        Fault("part.ball.slope", "02", "too steep", "if v:\n    pass", "if not v:\n    pass"),
    ]
    with pytest.raises(ValueError, match="expected 'PLACE NOTEBOOK: WHAT'"):
        read_faults("part.ball: too low\n    LIMIT = 3  ->  LIMIT = 4")


def test_the_faults_of_the_core_can_be_read_and_differ():
    faults = read_faults(FAULTS.read_text(encoding="utf8"))
    assert len({(fault.place, fault.old, fault.new) for fault in faults}) == len(faults) > 100
