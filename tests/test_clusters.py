"""Sweeps on real workers: processes, Dask and ipyparallel, and every code block of the docs."""

import os
import re
import signal
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from operator import itemgetter
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from gdlib.experiments import read_records, sweep

pytestmark = pytest.mark.slow
METHODS = ["spawn", "forkserver", "fork"]
PAGE = Path(__file__).resolve().parent.parent / "docs" / "clusters.md"
BLOCKS = re.findall(r"^```python\n(.*?)^```$", PAGE.read_text(encoding="utf8"), re.M | re.S)
EXTRA = "an extra, make test-extras installs it"


@contextmanager
def processes(method="spawn"):
    with ProcessPoolExecutor(2, get_context(method)) as executor:
        yield executor


@contextmanager
def dask():
    distributed = pytest.importorskip("distributed", reason=f"Dask is {EXTRA}")
    cluster = distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None)
    with cluster, distributed.Client(cluster) as client:
        yield client.get_executor(pure=False)


@contextmanager
def engines():
    ipyparallel = pytest.importorskip("ipyparallel", reason=f"ipyparallel is {EXTRA}")
    with ipyparallel.Cluster(n=2) as client:
        yield client.executor()


CLUSTERS = [processes, dask, engines]


@pytest.fixture(autouse=True)
def own_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))


def until(condition):
    """Wait for what other processes do; fail if they have not done it after two minutes."""
    end = time.monotonic() + 120
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def without_seconds(records):
    return [{**record, "seconds": None} for record in records]


def training():
    """Return a training function that only its copies can bring to a worker, as a notebook's."""

    def train_one(eta, mini_batch_size, seed):
        import numpy as np

        from gdlib.experiments import digits
        from gdlib.mnist import Digits
        from gdlib.network import Network
        from gdlib.sgd import sgd

        train, test = (Digits(part.images[:500], part.labels[:500]) for part in digits())
        rng = np.random.default_rng(seed)
        network = Network([784, 5, 10], rng)
        epochs = list(sgd(network, train, eta, mini_batch_size, 2, rng, test))
        return {
            "costs": [epoch.cost for epoch in epochs],
            "accuracy": epochs[-1].accuracy,
            "v": network.v[::100],
        }

    return train_one


@pytest.fixture(scope="module")
def grid():
    return {"eta": [0.3, 3], "mini_batch_size": [10, 30], "seed": [1, 2]}


@pytest.fixture(scope="module")
def expected(grid):
    records = without_seconds(sweep(training(), grid, progress=False))
    assert [record["error"] for record in records] == [""] * 8
    assert len({str(record["v"]) for record in records}) == 8
    return records


@pytest.mark.parametrize("method", METHODS)
def test_processes_give_the_records_of_a_serial_sweep(method, grid, expected):
    with processes(method) as executor:
        assert without_seconds(sweep(training(), grid, executor, progress=False)) == expected


@pytest.mark.parametrize("cluster", [dask, engines])
def test_a_cluster_gives_the_records_of_a_serial_sweep(cluster, grid, expected):
    with cluster() as executor:
        assert without_seconds(sweep(training(), grid, executor, progress=False)) == expected


DEATHS = {processes: "BrokenProcessPool", dask: "KilledWorker", engines: "EngineError"}


def mortal(i, folder):
    """Fail run 3 by killing its worker, once the runs 0 to 2 are recorded, unless healed."""
    import os
    import pathlib
    import signal
    import time

    folder = pathlib.Path(folder)
    with (folder / f"starts of {i}").open("a") as file:
        file.write("x")
    if i == 3 and not (folder / "healed").exists():
        end = time.monotonic() + 120
        while (folder / "a.jsonl").read_bytes().count(b"\n") < 4 and time.monotonic() < end:
            time.sleep(0.01)
        os.kill(os.getpid(), signal.SIGKILL)
    return {"square": i**2}


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL")
@pytest.mark.parametrize("cluster", CLUSTERS)
def test_when_a_worker_dies_a_second_call_completes_the_grid(cluster, tmp_path, by_value):
    grid, file = {"i": range(8), "folder": [str(tmp_path)]}, tmp_path / "a.jsonl"
    with cluster() as executor:
        first = sweep(mortal, grid, executor, progress=False, file=file)
    errors = {record["i"]: record["error"] for record in first if record["error"]}
    assert len(first) == 8
    assert 3 in errors
    assert not {0, 1, 2} & set(errors)
    assert all(DEATHS[cluster] in error for error in errors.values())
    assert sorted(read_records(file), key=itemgetter("i")) == first

    (tmp_path / "healed").touch()
    starts = {i: (tmp_path / f"starts of {i}").stat().st_size for i in range(8) if i not in errors}
    with processes() as executor:
        second = sweep(mortal, grid, executor, progress=False, file=file)
    assert [record["square"] for record in second] == [i**2 for i in range(8)]
    assert not any(record["error"] for record in second)
    assert starts == {i: (tmp_path / f"starts of {i}").stat().st_size for i in starts}


@pytest.fixture
def by_value():
    """Let workers have this module's functions without this module."""
    import cloudpickle

    module = sys.modules[__name__]
    cloudpickle.register_pickle_by_value(module)
    yield
    cloudpickle.unregister_pickle_by_value(module)


INTERRUPTED = """
import pathlib, signal, sys, threading, time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from gdlib.experiments import sweep

# A test run in the background ignores interrupts, and its children inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)

def train_one(i):
    pathlib.Path(f"begun {i}").touch()
    if i in (2, 3):
        threading.Event().wait(300)
    end = time.monotonic() + 300
    while i > 3 and not pathlib.Path("returned").exists() and time.monotonic() < end:
        time.sleep(0.01)
    return {"square": i**2}

if __name__ == "__main__":
    with ProcessPoolExecutor(2, get_context(sys.argv[1])) as executor:
        records = sweep(train_one, {"i": range(50)}, executor, progress=False, file="a.jsonl")
        pathlib.Path("returned").touch()
    print([record["square"] for record in records])
"""


@pytest.mark.skipif(not hasattr(os, "killpg"), reason="this system has no process groups")
@pytest.mark.parametrize("method", METHODS)
def test_an_interrupt_keeps_what_is_finished_and_leaves_no_process(method, tmp_path):
    (tmp_path / "interrupted.py").write_text(INTERRUPTED)
    with subprocess.Popen(
        [sys.executable, "interrupted.py", method],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        file = tmp_path / "a.jsonl"
        stuck = [tmp_path / "begun 2", tmp_path / "begun 3"]
        try:
            until(lambda: process.poll() is not None or all(path.exists() for path in stuck))
            until(lambda: process.poll() is not None or len(read_records(file)) == 2)
            os.killpg(process.pid, signal.SIGINT)
            # The pipes end with the last process that holds them, so with the last worker.
            out, err = process.communicate(timeout=120)
        except BaseException:  # without this, `with` would wait for ever
            os.killpg(process.pid, signal.SIGKILL)
            raise
    assert out == "Interrupted: the runs that were finished are kept.\n[0, 1]\n", err
    assert process.returncode == 0
    assert {record["square"] for record in read_records(file)} == {0, 1}
    # Two finished, two interrupted, two taken up by the workers, three already in their queue.
    assert len(list(tmp_path.glob("begun *"))) <= 9


def run_cells(*sources):
    """Run the cells of a notebook in a kernel of its own; return the text that each prints."""
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    notebook = nbformat.v4.new_notebook(cells=cells)
    NotebookClient(notebook, timeout=300, kernel_name="python3").execute()
    return [
        "".join(output.text for output in cell.outputs if output.get("name") == "stdout")
        for cell in notebook.cells
    ]


LEARNERS = """
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import numpy as np

from gdlib.experiments import sweep

factor, images = 3, np.zeros(2_000_000, np.uint8)


def helper(i):
    return factor * i


def train_one(i):
    return {"result": helper(i)}


def greedy(i):
    return {"sum": images.sum()}


def with_workers(method, function):
    with ProcessPoolExecutor(2, get_context(method)) as executor:
        return sweep(function, {"i": range(3)}, executor, progress=False)
"""
REFUSED = """
try:
    with_workers("spawn", greedy)
except ValueError as error:
    print(error)
"""


def test_a_function_of_a_notebook_runs_in_workers():
    ask = "print([record.get('result') for record in with_workers({!r}, train_one)])"
    *printed, refused = run_cells(LEARNERS, *map(ask.format, METHODS), REFUSED)
    assert printed == ["", *["[0, 3, 6]\n"] * 3]
    assert refused.startswith("greedy would carry 2 MB to every worker, at most 1 MB is expected")


def foreign(block):
    return block.startswith("# needs your cluster\n")


@pytest.mark.parametrize("package", ["concurrent.futures", "dask", "ipyparallel"])
def test_the_code_of_the_page_runs(package):
    pytest.importorskip(package, reason=f"{package} is {EXTRA}")
    first, *others = BLOCKS
    (block,) = [b for b in others if re.search(rf"(from|import) {package}", b) and not foreign(b)]
    count = "print(len(records), [record['error'] for record in records])"
    *_, printed = run_cells(first, block, count)
    assert printed == "4 ['', '', '', '']\n"


def test_all_code_of_the_page_is_run_or_says_why_not():
    text = PAGE.read_text(encoding="utf8")
    assert text.count("```") == 2 * len(BLOCKS)
    assert sum(not foreign(block) for block in BLOCKS) == 1 + 3
    for block in filter(foreign, BLOCKS):
        compile(block, PAGE.name, "exec")


@pytest.mark.skipif(not hasattr(os, "killpg"), reason="this system has no process groups")
def test_an_interrupt_arrives_also_where_the_test_run_ignores_it(tmp_path):
    """As in the background of a shell: children inherit that interrupts are ignored."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        test_an_interrupt_keeps_what_is_finished_and_leaves_no_process("spawn", tmp_path)
    finally:
        signal.signal(signal.SIGINT, before)
