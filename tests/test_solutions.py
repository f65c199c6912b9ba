"""Which cells run again when the solutions stand in for the stubs."""

import nbformat
import pytest
from solutions import with_solutions

from tools.class_version import Exercise

IMPORTS = "import numpy as np\nfrom gdlib import check"


def chosen(*sources, solution="def my_rule(v):\n    return np.copy(v)"):
    """Return the sources that run with the solution; the exercise's stub is "check"."""
    cells = [nbformat.v4.new_code_cell(source, id=str(i)) for i, source in enumerate(sources)]
    exercise = Exercise("rule", "my_rule", "def my_rule(v): ...", solution)
    found = with_solutions(cells, {str(sources.index("check")): exercise})
    return ["check" if "check.rule(my_rule)" in source else source for _, source in found]


def test_the_exercise_runs_with_what_it_rests_on_and_nothing_else():
    cells = [IMPORTS, "long = np.zeros(10**9)", "check", "print(long)"]
    assert chosen(*cells) == [IMPORTS, "check"]


def test_the_solution_stands_where_the_stub_stood():
    ((_, source),) = with_solutions(
        [nbformat.v4.new_code_cell("my_rule = ...\n\ncheck.rule(my_rule)", id="here")],
        {"here": Exercise("rule", "my_rule", "my_rule = ...", 'my_rule = "AB"')},
    )
    assert source == 'my_rule = "AB"\ncheck.rule(my_rule)'


@pytest.mark.parametrize(
    "cells",
    [
        ["check", "print(my_rule(1))"],
        ["check", "def use(v):\n    return my_rule(v)", "print(use(1))"],
        ["check", "w = my_rule(1)", "print(w)"],
        ["check", "w = [my_rule(v) for v in range(3)]", "print(w)"],
        ["def use(v):\n    return my_rule(v)", "check", "print(use(1))"],
        ["v = np.ones(3)", "check", "v[0] = my_rule(v)", "print(v)"],
        ["v = np.ones(3)", "v[0] = 2", "check", "print(my_rule(v))"],
        ["v = np.ones(3)", "v.sort()", "check", "print(my_rule(v))"],
        ["def use(v):\n    return late + v", "late = 1", "check", "print(use(my_rule(1)))"],
        ["calls = 0", "def count():\n    global calls\n    calls += 1", "check", "count(my_rule)"],
    ],
)
def test_a_cell_that_the_answer_reaches_runs_with_all_that_it_rests_on(cells):
    unlinked = "other = np.zeros(10**9)"
    assert chosen(IMPORTS, unlinked, *cells) == [IMPORTS, *cells]


@pytest.mark.parametrize(
    "solution",
    ["v = 7\nmy_rule = v", "v.sort()\nmy_rule = v", "def my_rule(w):\n    v[0] = w"],
)
def test_a_cell_runs_that_uses_what_the_solution_changed(solution):
    cells = [IMPORTS, "v = np.ones(3)", "check", "print(v)", "print(np.pi)"]
    assert chosen(*cells, solution=solution) == cells[:-1]


def test_a_magic_command_is_refused_outside_of_the_setup_cell():
    with pytest.raises(SyntaxError):
        chosen(IMPORTS, "%time w = my_rule(1)", "check")
    setup = nbformat.v4.new_code_cell("%pip install course", id="setup")
    assert with_solutions([setup], {}) == []
