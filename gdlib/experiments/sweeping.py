"""A sweep: one training function, run for every combination of settings, here or on a cluster."""

import functools
import inspect
import itertools
import json
import platform
import time
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future, as_completed

import cloudpickle
import numpy as np
from threadpoolctl import threadpool_limits
from tqdm.auto import tqdm

import gdlib
from gdlib.experiments.fingerprints import fingerprint
from gdlib.experiments.records import OWN, RecordsFile, plain
from gdlib.mnist import load_mnist

LARGEST = 1_000_000  # bytes that a training function may carry to a worker


@functools.cache
def digits():
    """Return load_mnist(): train and test, read only once in each process."""
    return load_mnist()


def sweep(train_one, grid, executor=None, progress=True, file=None):
    """Run train_one(**settings) for all combinations in the grid; return a list of records.

    `train_one` returns a dictionary of results: numbers, texts, or lists of them. All that
    decides a run must be among its settings, the seed too. `grid` maps the name of each setting
    to its values, such as {"eta": [0.3, 3], "mini_batch_size": [10], "seed": range(3)}.
    `executor` is any concurrent.futures.Executor; without one the runs take turns here. Each
    run computes on one core. Under an executor train_one is copied to the workers, so it must
    fetch large data itself: `digits()` returns (train, test), loaded once by each worker.

    A record is a dictionary of the settings, the results, `seconds`, `error` ("" if there was
    none), `function` (the name of train_one, and a fingerprint) and `versions`. A run that raises
    has its error recorded, and the others go on. With `file`, such as "my_sweep.jsonl", each
    record is appended to it, as a line of JSON, when its run is finished; and runs that the file
    already holds, without error and by the same function, are not done again. An interrupt
    (Ctrl-C, or the stop button) ends the sweep; like an end, it returns the finished runs, in the
    order of the grid.

    A function is the same while its source, the names of its settings, and the values of all
    variables that it reads from outside are the same, and likewise the functions and classes it
    uses that stand beside it. What it imports counts by its name: after a change there, take a
    new file.

    Raises TypeError or ValueError for a grid, a function or an executor that is none, a train_one
    that carries more than a megabyte, a file that no sweep wrote, or, with a file, a train_one
    that reads what cannot be compared, such as a lock; OSError if the file cannot be written when
    the sweep begins. If that happens later, there is a warning, and the records are returned.
    """
    if not inspect.isfunction(train_one):
        raise TypeError(f"train_one must be a function, got {train_one!r:.60}")
    if not isinstance(executor, Executor | None):
        raise TypeError(f"executor must be a concurrent.futures.Executor, got {executor!r:.60}")
    runs = _combinations(grid)
    same = {"function": _identity(train_one, grid, file), "versions": _versions()}
    kept = None if file is None else RecordsFile(file)
    finished = {}
    for record in kept.records if kept else []:
        if not record["error"] and record["function"] == same["function"]:
            finished[_key({name: record.get(name) for name in grid})] = record
    missing = [settings for settings in runs if _key(settings) not in finished]
    bar = tqdm(
        total=len(runs),
        initial=len(runs) - len(missing),
        desc="runs",
        bar_format="{desc} {n_fmt}/{total_fmt} {bar} {remaining} left",
        disable=not progress,
    )
    with bar, threadpool_limits(1):
        try:
            for settings, outcome in _outcomes(train_one, missing, executor):
                record = settings | outcome | same
                finished[_key(settings)] = record
                if kept:
                    kept.append(record)
                bar.update()
        except KeyboardInterrupt:
            print("Interrupted: the runs that were finished are kept.")
    records = [finished[key] for key in map(_key, runs) if key in finished]
    failed = [record for record in records if record["error"]]
    if failed:
        print(f"{len(failed)} of {len(runs)} runs failed. The first: {failed[0]['error']}")
    return records


def _combinations(grid):
    """Return the settings of all runs as dictionaries of plain Python values."""
    if not isinstance(grid, dict) or not grid:
        raise TypeError(
            f"grid must be a dictionary from names to lists of values, got {grid!r:.60}"
        )
    lists = []
    for name, values in grid.items():
        if not isinstance(name, str) or not name.isidentifier():
            raise TypeError(f"each key of grid must be the name of a setting, got {name!r:.60}")
        if name in OWN:
            raise ValueError(f"a record has its own entry {name}; give the setting another name")
        if isinstance(values, str) or not hasattr(values, "__iter__"):
            raise TypeError(f"grid[{name!r}] must be a list of values, got {values!r}")
        lists.append([plain(value) for value in values])
        if not lists[-1] or len(set(map(json.dumps, lists[-1]))) < len(lists[-1]):
            raise ValueError(f"grid[{name!r}] must hold values, each once; got {lists[-1]}")
    return [dict(zip(grid, values, strict=True)) for values in itertools.product(*lists)]


def _key(settings):
    return json.dumps(settings, sort_keys=True)


def _identity(train_one, grid, file):
    """Return what a record says of its function: the name, and what tells it from others."""
    try:
        return f"{train_one.__name__} {fingerprint(train_one, grid)}"
    except TypeError as error:
        if file is None:  # then there is nothing to compare it with
            return f"{train_one.__name__} unknown"
        raise TypeError(
            "with a file, train_one may read only what can be compared with what an earlier "
            f"sweep read; but {error}"
        ) from None


def _versions():
    return f"gdlib {gdlib.__version__}, numpy {np.__version__}, Python {platform.python_version()}"


def _outcomes(train_one, missing, executor):
    """Yield each run's settings and what came of it, as the runs finish."""
    if executor is None:
        for settings in missing:
            yield settings, _run(train_one, settings)
        return
    carried = cloudpickle.dumps(train_one)
    if len(carried) > LARGEST:
        raise ValueError(
            f"{train_one.__name__} would carry {len(carried) / 1e6:.0f} MB to every worker, at "
            "most 1 MB is expected: let it fetch its data itself, as digits() of "
            "gdlib.experiments does"
        )
    futures = {}
    try:
        for settings in missing:
            futures[_submit(executor, carried, settings)] = settings
        for future in as_completed(futures):
            error = CancelledError("by the cluster") if future.cancelled() else future.exception()
            if isinstance(error, KeyboardInterrupt):  # the workers may hear of it before we do
                raise error
            outcome = {"seconds": 0.0, "error": _text(error)} if error else future.result()
            yield futures.pop(future), outcome  # one that is kept, Dask would redo
    finally:
        waiting = [future for future in futures if future.cancel()]
        if waiting and hasattr(executor, "view"):  # ipyparallel's engines know nothing of cancel
            executor.view.abort(waiting)


def _submit(executor, carried, settings):
    try:
        return executor.submit(_run, carried, settings)
    except BrokenExecutor as error:  # a worker died while we were still handing out runs
        future = Future()
        future.set_exception(error)
        return future


def _run(train_one, settings):
    """Return the results of one run, with its seconds and its error. This is what a worker does."""
    threadpool_limits(1)
    start = time.perf_counter()
    try:
        if isinstance(train_one, bytes):
            train_one = cloudpickle.loads(train_one)
        results, error = plain(train_one(**settings)), ""
        if not isinstance(results, dict):
            raise TypeError(f"expected a dictionary of results, got {results!r:.60}")
        if taken := {*settings, *OWN} & set(results):
            raise ValueError(f"a result must have a name of its own, not {', '.join(taken)}")
    except (Exception, SystemExit) as raised:  # whatever the learner's function raises
        results, error = {}, _text(raised)
    return results | {"seconds": round(time.perf_counter() - start, 3), "error": error}


def _text(error):
    text = " ".join(f"{type(error).__name__}: {error}".split())
    return text.encode("utf8", "backslashreplace").decode()  # half a character cannot be printed
