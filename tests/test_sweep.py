import csv
import functools
import json
import math
import subprocess
import sys
import threading
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor
from pathlib import Path

import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient
from threadpoolctl import threadpool_info, threadpool_limits

from gdlib.experiments import read_records, sweep, write_table
from gdlib.experiments.records import RecordsFile

sweep = functools.partial(sweep, progress=False)
GRID = {"eta": [0.1, 1], "seed": range(3)}


def run(eta, seed):
    return {"cost": eta + seed, "costs": np.arange(2) * eta}


def test_it_runs_every_combination_and_returns_records_in_the_order_of_the_grid():
    records = sweep(run, GRID)
    assert [(record["eta"], record["seed"]) for record in records] == [
        (eta, seed) for eta in (0.1, 1) for seed in range(3)
    ]
    for record in records:
        assert record["cost"] == record["eta"] + record["seed"]
        assert record["costs"] == [0, record["eta"]]
        assert record["error"] == ""
        assert record["function"].startswith("run ")
        assert f"numpy {np.__version__}" in record["versions"]


def test_settings_and_results_are_plain_python():
    def kinds(eta, seed):
        assert type(eta) is float
        assert type(seed) is int
        return {"array": np.ones(2), "scalar": np.float32(0.5), "nothing": None}

    (record,) = sweep(kinds, {"eta": np.array([0.5]), "seed": np.arange(1)})
    assert (record["array"], record["scalar"], record["nothing"]) == ([1, 1], 0.5, None)


@pytest.mark.parametrize(
    ("grid", "kind", "text"),
    [
        ({}, TypeError, "dictionary"),
        ([1, 2], TypeError, "dictionary"),
        ({"eta": 3}, TypeError, "list of values, got 3"),
        ({"eta": "3"}, TypeError, "list of values, got '3'"),
        ({"eta": []}, ValueError, "each once"),
        ({"eta": [3, 3.0]}, ValueError, "each once"),
        ({"eta": [print]}, TypeError, "a number, a text"),
        ({"error": [1]}, ValueError, "another name"),
    ],
)
def test_it_refuses_a_grid_that_is_none(grid, kind, text):
    with pytest.raises(kind, match=text):
        sweep(run, grid)


@pytest.mark.parametrize("function", [3, print, functools.partial(run, eta=1)])
def test_it_refuses_what_is_no_function(function):
    with pytest.raises(TypeError, match="train_one must be a function, got"):
        sweep(function, {"seed": [1]})


def test_it_refuses_what_is_no_executor():
    with pytest.raises(TypeError, match=r"a concurrent\.futures\.Executor, got <class .*Thread"):
        sweep(run, GRID, ThreadPoolExecutor)


def broken(eta, seed):
    if seed == 1:
        raise ArithmeticError("too\nmuch")
    return {"cost": eta}


def test_a_run_that_fails_is_recorded_and_the_others_go_on(tmp_path, capsys):
    records = sweep(broken, GRID, file=tmp_path / "a.jsonl")
    assert [record["error"] for record in records] == ["", "ArithmeticError: too much", ""] * 2
    assert "2 of 6 runs failed. The first: ArithmeticError: too much" in capsys.readouterr().out
    assert read_records(tmp_path / "a.jsonl") == records


def test_a_run_that_exits_is_recorded():
    (record,) = sweep(lambda seed: sys.exit("enough"), {"seed": [1]})
    assert record["error"] == "SystemExit: enough"


@pytest.mark.parametrize(
    ("result", "text"),
    [
        (3, "expected a dictionary of results, got 3"),
        ({"eta": 3}, "a name of its own, not eta"),
        ({"seconds": 3}, "a name of its own, not seconds"),
        ({"network": object()}, "expected a number, a text, or a list of them, got <object"),
    ],
)
def test_results_that_cannot_be_recorded_are_errors_of_the_run(result, text):
    (record,) = sweep(lambda eta: result, {"eta": [1]})
    assert text in record["error"]
    assert "network" not in record


class Calls(list):
    """The settings of all runs; a fingerprint sees the same in it, whatever it holds."""

    def __reduce_ex__(self, protocol):
        return Calls, ()


def counted(calls, function=run):
    @functools.wraps(function)
    def counting(**settings):
        calls.append(settings)
        return function(**settings)

    return counting


def test_a_second_call_with_the_same_file_runs_only_what_is_missing(tmp_path):
    calls, file = Calls(), tmp_path / "a.jsonl"
    first = sweep(counted(calls), {"eta": [0.1], "seed": [0, 1]}, file=file)
    records = sweep(counted(calls), GRID, file=file)
    assert len(calls) == 6
    assert records[:2] == first
    assert read_records(file) == records
    assert sweep(counted(calls), {"eta": [1.0], "seed": [2]}, file=file) == records[-1:]
    assert len(calls) == 6


def test_failed_runs_and_runs_of_another_function_are_done_again(tmp_path, capsys):
    file, calls = tmp_path / "a.jsonl", Calls()
    sweep(counted(calls, broken), GRID, file=file)
    calls.clear()
    sweep(counted(calls, broken), GRID, file=file)
    assert [settings["seed"] for settings in calls] == [1, 1]
    records = sweep(run, GRID, file=file)
    assert all(record["function"].startswith("run ") for record in records)
    assert len(read_records(file)) == 6 + 2 + 6


def test_runs_of_a_grid_with_another_setting_are_done_again(tmp_path):
    def hidden(seed, neurons=30):
        return {"had": neurons}

    file = tmp_path / "a.jsonl"
    sweep(hidden, {"seed": [1], "neurons": [30, 100]}, file=file)
    (record,) = sweep(hidden, {"seed": [1]}, file=file)
    assert record["had"] == 30


def test_each_record_is_in_the_file_before_the_next_run_begins(tmp_path):
    file = tmp_path / "a.jsonl"

    def look(seed):
        return {"before": len(read_records(file))}

    assert [record["before"] for record in sweep(look, {"seed": range(5)}, file=file)] == [
        *range(5)
    ]


def test_each_run_may_have_results_of_its_own(tmp_path):
    file = tmp_path / "a.jsonl"
    records = sweep(lambda n: {f"result {n}": n}, {"n": [1, 2]}, file=file)
    assert read_records(file) == records


@pytest.mark.parametrize(
    "value",
    [
        *["3", "", "a,b", 'a "b"', "two\nlines", "a\rb", "\ud800"],
        *[None, True, -1.5e-300, math.inf, [1, ["x"]], [0.1] * 50_000],
    ],
    ids=lambda value: f"{value!a:.20}",
)
def test_values_survive_the_file(value, tmp_path):
    calls, file = Calls(), tmp_path / "a.jsonl"
    records = [
        sweep(counted(calls, lambda setting: {"result": value}), {"setting": [value]}, file=file)
        for _ in range(2)
    ]
    assert records[0][0]["result"] == value
    assert records[0] == records[1] == read_records(file)
    assert len(calls) == 1


@pytest.mark.slow
def test_a_file_cut_off_anywhere_is_completed(tmp_path):
    file = tmp_path / "a.jsonl"
    records = sweep(run, {"eta": [0.1], "seed": [1, 2]}, file=file)
    text = file.read_bytes()
    for end in range(len(text)):
        file.write_bytes(text[:end])
        assert read_records(file) == records[: text[: end + 1].count(b"\n")]
        again = sweep(run, {"eta": [0.1], "seed": [1, 2]}, file=file)
        assert [r["costs"] for r in again] == [r["costs"] for r in records]
        assert read_records(file) == again


@pytest.mark.parametrize(
    "content",
    [b"a,b\n1,2\n", b"dear diary", b"\xff\xfe\x00", b'{"a": 1}\n', b'{\n  "a": 1\n}\n', b"[1]"],
)
def test_a_file_of_another_kind_is_refused_and_left_alone(content, tmp_path):
    file = tmp_path / "a.jsonl"
    file.write_bytes(content)
    with pytest.raises(ValueError, match=r"a\.jsonl should be a file that sweep wrote"):
        sweep(run, GRID, file=file)
    assert file.read_bytes() == content


def test_a_file_that_cannot_be_written_is_refused_before_the_first_run(tmp_path):
    calls = []
    for path, error in [
        (tmp_path, IsADirectoryError),
        (tmp_path / "no" / "a.jsonl", FileNotFoundError),
    ]:
        with pytest.raises(error):
            sweep(counted(calls), GRID, file=path)
    assert calls == []


FULL_DISK = """
import resource, signal, sys, warnings
from gdlib.experiments import read_records, sweep

def run(seed):
    return {"text": "x" * 300}

resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))  # no file may grow beyond
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
with warnings.catch_warnings(record=True) as said:
    warnings.simplefilter("always")
    records = sweep(run, {"seed": range(10)}, file=sys.argv[1], progress=False)
kept = read_records(sys.argv[1])
assert 2 < len(kept) < 10 and kept == records[: len(kept)], kept
assert [record["seed"] for record in records] == list(range(10))
(warning,) = said
assert "cannot be written now" in str(warning.message), warning
"""


def test_on_a_full_disk_the_sweep_goes_on_and_what_is_missing_can_follow(tmp_path):
    pytest.importorskip("resource", reason="this system limits no file sizes")
    file = tmp_path / "a.jsonl"
    subprocess.run([sys.executable, "-c", FULL_DISK, file], check=True, timeout=120)
    before = read_records(file)
    RecordsFile(file).append(before[0] | {"seed": 99})
    assert read_records(file) == [*before, before[0] | {"seed": 99}]


def test_two_sweeps_that_write_to_one_file_lose_nothing(tmp_path):
    """Not even if each finds the last line of the other cut off."""
    file = tmp_path / "a.jsonl"

    def outer(seed):
        sweep(run, {"eta": [0.1], "seed": [seed]}, file=file)
        with file.open("a") as text:
            text.write('{"eta": 0.1, "se')
        return {"seed squared": seed**2}

    records = sweep(outer, {"seed": range(4)}, file=file)
    assert [record for record in read_records(file) if "eta" not in record] == records
    assert [record["seed"] for record in read_records(file) if "eta" in record] == [*range(4)]


def test_what_a_power_failure_leaves_costs_only_the_last_line(tmp_path):
    file = tmp_path / "a.jsonl"
    records = sweep(run, GRID, file=file)
    file.write_bytes(file.read_bytes()[:-20] + b"\0" * 100)
    assert read_records(file) == records[:-1]
    assert sweep(run, GRID, file=file)[:-1] == records[:-1]
    assert len(read_records(file)) == 6


def test_an_interrupt_keeps_what_is_finished(tmp_path, capsys):
    def stopped(eta, seed):
        if (eta, seed) == (1, 1):
            raise KeyboardInterrupt
        return {"cost": eta}

    records = sweep(stopped, GRID, file=tmp_path / "a.jsonl")
    assert len(records) == 4
    assert read_records(tmp_path / "a.jsonl") == records
    assert "Interrupted" in capsys.readouterr().out


def same(records):
    return [{**record, "seconds": None} for record in records]


def test_an_executor_gives_the_same_records():
    with ThreadPoolExecutor(3) as executor:
        assert same(sweep(run, GRID, executor)) == same(sweep(run, GRID))


class Dying(Executor):
    """An executor whose worker dies in its second run; it takes no more than three."""

    def __init__(self):
        self._submitted = 0

    def submit(self, function, /, *arguments):
        self._submitted += 1
        if self._submitted > 3:
            raise BrokenExecutor("a worker died")
        future = Future()
        if self._submitted == 1:
            future.set_result(function(*arguments))
        else:
            future.set_exception(BrokenExecutor("a worker died"))
        return future


def test_when_the_executor_breaks_what_is_finished_is_kept_and_the_rest_can_follow(tmp_path):
    file = tmp_path / "a.jsonl"
    records = sweep(run, GRID, Dying(), file=file)
    assert [record["error"] for record in records] == ["", *["BrokenExecutor: a worker died"] * 5]
    assert [record["error"] for record in sweep(run, GRID, file=file)] == [""] * 6


class Cancelling(Executor):
    def submit(self, function, /, *arguments):
        future = Future()
        future.cancel()
        future.set_running_or_notify_cancel()
        return future


def test_runs_that_the_cluster_cancels_are_recorded():
    (record,) = sweep(run, {"eta": [1], "seed": [1]}, Cancelling())
    assert record["error"] == "CancelledError: by the cluster"


def test_a_function_that_carries_large_data_is_refused():
    images = np.zeros(2_000_000, np.uint8)
    with (
        ThreadPoolExecutor(1) as executor,
        pytest.raises(ValueError, match=r"would carry 2 MB.*at most 1 MB.*digits\(\)"),
    ):
        sweep(lambda seed: {"sum": images.sum()}, {"seed": [1]}, executor)


def test_each_run_computes_on_one_core_and_later_work_does_not():
    def threads(seed):
        return {"threads": [library["num_threads"] for library in threadpool_info()]}

    with threadpool_limits(2):
        (record,) = sweep(threads, {"seed": [1]})
        assert record["threads"]
        assert set(record["threads"]) == {1}
        assert {library["num_threads"] for library in threadpool_info()} == {2}


factor = 2


def scaled(seed):
    return {"scaled": factor * seed}


def test_runs_are_done_again_when_a_variable_that_the_function_reads_has_changed(
    tmp_path, monkeypatch
):
    file = tmp_path / "a.jsonl"
    sweep(scaled, {"seed": [1]}, file=file)
    monkeypatch.setitem(globals(), "factor", 3)
    (record,) = sweep(scaled, {"seed": [1]}, file=file)
    assert record["scaled"] == 3
    monkeypatch.setitem(globals(), "factor", 2)
    (record,) = sweep(scaled, {"seed": [1]}, file=file)
    assert record["scaled"] == 2
    assert len(read_records(file)) == 2


def test_what_cannot_be_compared_is_refused_with_a_file_only(tmp_path):
    lock = threading.Lock()

    def locked(seed):
        with lock:
            return {"seed squared": seed**2}

    with pytest.raises(TypeError, match=r"what can be compared .* but <unlocked _thread.lock"):
        sweep(locked, {"seed": [3]}, file=tmp_path / "a.jsonl")
    (record,) = sweep(locked, {"seed": [3]})
    assert record["seed squared"] == 9
    assert record["function"] == "locked unknown"


@pytest.mark.slow
def test_a_file_cut_off_and_resumed_holds_every_run_once(tmp_path):
    calls, file = Calls(), tmp_path / "a.jsonl"
    sweep(counted(calls), GRID, file=file)
    text = file.read_bytes()
    for end in range(0, len(text), 7):
        file.write_bytes(text[:end])
        left = len(read_records(file))
        calls.clear()
        sweep(counted(calls), GRID, file=file)
        assert len(calls) == 6 - left
        assert len(read_records(file)) == 6
        assert {(r["eta"], r["seed"]) for r in read_records(file)} == {
            (eta, seed) for eta in GRID["eta"] for seed in GRID["seed"]
        }


def test_a_file_may_be_cut_off_inside_a_letter_and_a_broken_line_costs_only_itself(tmp_path):
    file = tmp_path / "a.jsonl"
    records = sweep(lambda word: {"length": len(word)}, {"word": ["öl", "ja", "né"]}, file=file)
    text = file.read_bytes().replace(rb"\u00e9", "é".encode())  # as another program may write it
    file.write_bytes(text[: text.index("é".encode()) + 1])
    assert read_records(file) == records[:2]
    first, *rest = text.splitlines(keepends=True)
    file.write_bytes(b"".join([first[:9] + b"\n", *rest]))
    assert read_records(file) == records[1:]


@pytest.mark.parametrize("value", [1e300, -1e300, 1e15, 10**300, 2**100, 0.1, 3, 1e14])
def test_numbers_keep_their_kind_in_the_file(value, tmp_path):
    file = tmp_path / "a.jsonl"
    for _ in range(2):  # at first as the run returned it, then as the file holds it
        (record,) = sweep(lambda n: {"result": n}, {"n": [value]}, file=file)
        expected = int if value == 1e14 else type(value)  # whole numbers that fit are whole
        assert (record["result"], type(record["result"])) == (value, expected)
        assert type(record["n"]) is expected


@pytest.mark.parametrize("text", ["=1+1", "+1+1", "-1-1", "@SUM(A1)", "=HYPERLINK(A1)", "\t=1+1"])
def test_no_cell_of_a_table_is_a_formula(text, tmp_path):
    records = sweep(lambda word: {text: text, "cost": -1.5}, {"word": [text]})
    assert records[0][text] == text
    write_table(records, tmp_path / "a.csv")
    with (tmp_path / "a.csv").open(newline="") as lines:
        header, row = csv.reader(lines)
    assert header[:3] == ["word", f"'{text}", "cost"]
    assert row[:3] == [f"'{text}", f"'{text}", "-1.5"]


def test_a_table_has_a_column_for_each_setting_and_result(tmp_path):
    records = sweep(broken, GRID) + sweep(run, {"eta": [0.5], "seed": [7]})
    write_table(records, tmp_path / "a.csv")
    with (tmp_path / "a.csv").open(newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert [float(row["eta"]) for row in rows] == [0.1] * 3 + [1] * 3 + [0.5]
    assert [json.loads(row["costs"] or "null") for row in rows] == [None] * 6 + [[0, 0.5]]
    assert rows[1]["error"] == "ArithmeticError: too much"


@pytest.mark.parametrize("name", ["=1+1", "", "two\nlines", "\ud800"])
def test_a_result_may_have_any_name(name, tmp_path):
    records = sweep(lambda n: {name: n}, {"n": [1]}, file=tmp_path / "a.jsonl")
    assert records[0][name] == 1
    assert read_records(tmp_path / "a.jsonl") == records
    write_table(records, tmp_path / "a.csv")


def test_lists_in_lists_without_end_are_refused(tmp_path):
    file = tmp_path / "a.jsonl"
    records = sweep(run, {"eta": [1], "seed": [1, 2]}, file=file)
    first, second = file.read_text().splitlines()
    file.write_text(f"{first.replace('[0, 1]', '[' * 100_000)}\n{second}\n")
    assert read_records(file) == records[1:]
    nested = []
    for _ in range(100_000):
        nested = [nested]
    (record,) = sweep(lambda n: {"result": nested}, {"n": [1]})
    assert "TypeError: expected lists within lists to some depth" in record["error"]
    with pytest.raises(TypeError, match="to some depth"):
        sweep(run, {"eta": [nested]})


@pytest.mark.parametrize("name", [1, None, ("eta",), "", "two words", "=1+1", "1st"])
def test_it_refuses_a_key_that_is_no_name(name):
    with pytest.raises(TypeError, match="each key of grid must be the name of a setting, got"):
        sweep(run, {name: [1]})


def test_an_error_that_cannot_be_printed_is_printed(tmp_path, capsys):
    def torn(seed):
        raise ValueError("\ud800")

    (record,) = sweep(torn, {"seed": [1]}, file=tmp_path / "a.jsonl")
    assert record["error"] == "ValueError: \\ud800"
    assert read_records(tmp_path / "a.jsonl") == [record]
    capsys.readouterr().out.encode("utf8")


@pytest.mark.slow
def test_notebook_09_leaves_no_file_beside_itself(tmp_path):
    path = Path(__file__).resolve().parent.parent / "notebooks" / "09_experiments.ipynb"
    notebook = nbformat.read(path, as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    wanted = ("import matplotlib", "def train_one", "file=file")
    notebook.cells = [cell for cell in code if any(text in cell.source for text in wanted)]
    notebook.cells.insert(0, nbformat.v4.new_code_cell("results = list"))  # of a cell left out
    notebook.cells.append(nbformat.v4.new_code_cell("print(file.is_file(), file.name)"))
    resources = {"metadata": {"path": str(tmp_path)}}
    NotebookClient(notebook, timeout=300, kernel_name="python3", resources=resources).execute()
    printed = "".join(output.text for output in notebook.cells[-1].outputs)  # it comes in pieces
    assert printed == "True my_sweep.jsonl\n"
    assert list(tmp_path.iterdir()) == []


def test_after_an_interrupt_no_run_that_waits_is_begun():
    class Held(Executor):
        def __init__(self):
            self.futures = []

        def submit(self, *_):
            self.futures.append(Future())
            if len(self.futures) == 1:
                self.futures[0].set_exception(KeyboardInterrupt())
            return self.futures[-1]

    held = Held()
    assert sweep(lambda seed: {}, {"seed": [0, 1, 2]}, held, progress=False) == []
    assert [future.cancelled() for future in held.futures[1:]] == [True, True]
