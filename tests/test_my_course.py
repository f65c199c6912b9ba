"""The learner's own copy: nothing in it answers, and nothing that they saved is ever lost."""

import json
import os
import re
import subprocess
import sys

import nbformat
import pytest

from tools import ROOT
from tools.my_course import RECORD, course, digest, hand_out, prepared, to_open

FIRST = {"01_a.ipynb": b"a", "02_b.ipynb": b"b"}


@pytest.fixture
def folder(tmp_path):
    hand_out(FIRST, tmp_path / "my_course")
    return tmp_path / "my_course"


def held(folder):
    return {path.name: path.read_bytes() for path in folder.glob("*.ipynb")}


@pytest.mark.parametrize("name", course())
def test_what_is_handed_out_is_the_course_as_nobody_has_run_it(name):
    copy = nbformat.reads(course()[name].decode(), as_version=4)
    original = nbformat.read(ROOT / "notebooks" / name, as_version=4)
    nbformat.validate(copy)
    assert [(c.id, c.source, c.metadata) for c in copy.cells] == [
        (c.id, c.source, c.metadata) for c in original.cells
    ]
    code = [cell for cell in copy.cells if cell.cell_type == "code"]
    assert all(cell.outputs == [] and cell.execution_count is None for cell in code)
    assert "widgets" not in copy.metadata
    for cell in code:  # the truth stands in the source, which stays folded
        assert "labs.predict(" not in cell.source or cell.metadata.jupyter.source_hidden


def test_the_first_time_all_is_written_and_the_first_notebook_opens(folder):
    assert held(folder) == FIRST
    assert to_open(folder, "01_a.ipynb") == folder / "01_a.ipynb"


def test_a_second_time_nothing_is_written(folder):
    before = {path: path.stat().st_mtime_ns for path in folder.glob("*.ipynb")}
    assert hand_out(FIRST, folder) == ([], [], [])
    assert {path: path.stat().st_mtime_ns for path in folder.glob("*.ipynb")} == before


def test_what_a_learner_saved_stays_and_opens_and_the_newer_one_is_put_beside_once(folder):
    (folder / "02_b.ipynb").write_bytes(b"mine")
    newer = FIRST | {"02_b.ipynb": b"newer"}
    assert hand_out(newer, folder) == ([], ["02_b_2.ipynb"], [])
    assert hand_out(newer, folder) == ([], [], [])
    assert held(folder) == FIRST | {"02_b.ipynb": b"mine", "02_b_2.ipynb": b"newer"}
    assert to_open(folder, "01_a.ipynb").name == "02_b.ipynb"


def test_the_one_beside_is_theirs_too_as_soon_as_they_save_it(folder):
    (folder / "02_b.ipynb").write_bytes(b"mine")
    hand_out(FIRST | {"02_b.ipynb": b"newer"}, folder)
    assert hand_out(FIRST | {"02_b.ipynb": b"newest"}, folder)[1] == ["02_b_2.ipynb"]
    (folder / "02_b_2.ipynb").write_bytes(b"mine too")
    assert hand_out(FIRST | {"02_b.ipynb": b"last"}, folder)[1] == ["02_b_3.ipynb"]
    contents = {"02_b.ipynb": b"mine", "02_b_2.ipynb": b"mine too", "02_b_3.ipynb": b"last"}
    assert held(folder) == FIRST | contents


def test_what_nobody_saved_is_brought_up_to_date(folder):
    newer = FIRST | {"02_b.ipynb": b"newer", "03_c.ipynb": b"c"}
    assert hand_out(newer, folder) == (["02_b.ipynb"], [], [])
    assert held(folder) == newer


def test_what_the_course_no_longer_has_goes_unless_it_was_saved(folder):
    (folder / "02_b.ipynb").write_bytes(b"mine")
    (folder / "Untitled.ipynb").write_bytes(b"notes")
    assert hand_out({"01_new.ipynb": b"n"}, folder) == ([], [], ["01_a.ipynb"])
    assert held(folder) == {"01_new.ipynb": b"n", "02_b.ipynb": b"mine", "Untitled.ipynb": b"notes"}


def test_a_notebook_that_was_thrown_away_is_handed_out_again(folder):
    (folder / "01_a.ipynb").unlink()
    hand_out(FIRST, folder)
    assert held(folder) == FIRST


@pytest.mark.parametrize("record", [None, "{"])
def test_without_its_record_nothing_is_lost_nor_doubled(folder, record):
    (folder / "02_b.ipynb").write_bytes(b"mine")
    (folder / RECORD).unlink()
    if record is not None:
        (folder / RECORD).write_text(record)
    assert hand_out(FIRST, folder) == ([], ["02_b_2.ipynb"], [])
    assert held(folder) == FIRST | {"02_b.ipynb": b"mine", "02_b_2.ipynb": b"b"}


def test_the_one_saved_last_opens(folder):
    for name, when in (("01_a.ipynb", 20), ("02_b.ipynb", 10)):
        (folder / name).write_bytes(b"mine")
        os.utime(folder / name, (when, when))
    assert to_open(folder, "01_a.ipynb").name == "01_a.ipynb"


def test_starting_over_keeps_every_old_copy(tmp_path):
    folder = tmp_path / "my_course"
    for words in (b"one", b"two"):
        notebook, _ = prepared(folder)
        notebook.write_bytes(words)
        notebook, news = prepared(folder, fresh=True)
        assert notebook.name == "01_valley.ipynb"
        assert held(folder) == course()
        assert "is kept in my_course_old" in news[0]
    kept = [(tmp_path / name / "01_valley.ipynb") for name in ("my_course_old", "my_course_old_2")]
    assert [path.read_bytes() for path in kept] == [b"one", b"two"]


def test_it_says_plainly_what_is_new(tmp_path):
    folder = tmp_path / "my_course"
    assert prepared(folder)[1] == [
        "Your own copy of the course is in my_course/. It is yours to change."
    ]
    assert prepared(folder)[1] == []
    record = json.loads((folder / RECORD).read_text())
    for name, content in (("01_valley.ipynb", b"mine"), ("02_learning_rate.ipynb", None)):
        (folder / name).write_bytes(content or b"as it was in an older course")
        record[name] = "an older one"
    record["02_learning_rate.ipynb"] = digest(b"as it was in an older course")
    (folder / RECORD).write_text(json.dumps(record))
    text = " ".join(prepared(folder)[1])
    assert re.search("has changed since.*saved nothing in them: 02_learning_rate.ipynb", text)
    assert re.search("New, beside your own, .*: 01_valley_2.ipynb", text)


def test_git_ignores_the_copies():
    names = ["my_course/01_valley.ipynb", "my_course_old_2/01_valley.ipynb"]
    command = ["git", "check-ignore", *names]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert run.stdout.split() == names


@pytest.mark.slow
def test_notebooks_find_the_package_and_the_data_from_there(tmp_path):
    code = "from gdlib.mnist import DATA; print((DATA / 'network.npz').exists())"
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, timeout=60
    )
    assert run.stdout == "True\n", run.stderr
