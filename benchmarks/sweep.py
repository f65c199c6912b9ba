"""Seconds, efficiency and memory of one sweep, in turns and on two workers of each kind.

Run: python -m benchmarks.sweep [--epochs 12]. 24 runs of [784, 30, 10] on all 60,000 images, one
core each. The wall time includes the start of the workers, which is also printed alone.
Efficiency is the serial seconds over twice the wall seconds: 1 is the most that two workers can
give. Memory is the largest of a worker's: its unique set (what would be free without it) where
the system has /proc, else the most that was resident, `before` the images are read and `after` a
run. `reads` says how often a worker read the images. Load is the machine's, over the last minute.
A row says which package is not installed.
"""

import os
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context

import cloudpickle

from benchmarks.common import Table, options
from gdlib.experiments import sweep


def training(epochs):
    """Return the training function, which the workers get by value, as they would a notebook's."""

    def train_one(eta, mini_batch_size, seed):
        import os
        from pathlib import Path

        import numpy as np

        from gdlib.experiments import digits
        from gdlib.network import Network
        from gdlib.sgd import sgd

        def memory():
            rollup = Path("/proc/self/smaps_rollup")
            if rollup.exists():
                lines = [line.split() for line in rollup.read_text().splitlines()]
                return sum(int(line[1]) for line in lines if line[0].startswith("Private_")) / 1000
            import resource

            largest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            return largest / (1e6 if os.uname().sysname == "Darwin" else 1e3)

        before = None if digits.cache_info().misses else memory()
        train, test = digits()
        rng = np.random.default_rng(seed)
        network = Network([784, 30, 10], rng)
        *_, epoch = sgd(network, train, eta, mini_batch_size, epochs, rng, test)
        return {
            "cost": epoch.cost,
            "accuracy": epoch.accuracy,
            "worker": [os.getpid(), digits.cache_info().misses, before, memory()],
        }

    return train_one


@contextmanager
def serial():
    """Let the runs take turns in this process."""
    yield None


@contextmanager
def processes():
    """Start two of Python's own processes."""
    with ProcessPoolExecutor(2, get_context("spawn")) as executor:
        yield executor


@contextmanager
def dask_cluster():
    """Start a Dask cluster of two processes."""
    import dask
    from dask.distributed import Client, LocalCluster

    # By default its workers give each freed array back to the system at once: twice the time.
    dask.config.set({"distributed.nanny.pre-spawn-environ": {}})
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        Client(cluster) as client,
    ):
        yield client.get_executor(pure=False)


@contextmanager
def ipyparallel():
    """Start two engines of ipyparallel."""
    import ipyparallel

    with ipyparallel.Cluster(n=2, log_level=30) as client:
        yield client.executor()


WORKERS = {
    "in turns": serial,
    "two processes": processes,
    "Dask, two processes": dask_cluster,
    "ipyparallel, two engines": ipyparallel,
}


def measure(workers, train_one, grid):
    """Return the records and the seconds: all of them, and those until a worker first answered."""
    start = time.perf_counter()
    with workers() as executor:
        if executor:
            executor.submit(abs, 1).result()
        started = time.perf_counter() - start
        records = sweep(train_one, grid, executor, progress=False)
        return records, time.perf_counter() - start, started


def results(records):
    """Return the records without what may differ: the seconds, and who computed them."""
    return [{**record, "seconds": None, "worker": None} for record in records]


def main():
    """Run the sweep on each kind of workers and print the table."""
    train_one = training(options(__doc__, epochs=12).epochs)
    grid = {"eta": [0.3, 3], "mini_batch_size": [10, 30, 100], "seed": range(4)}
    print(f"a run carries {len(cloudpickle.dumps(train_one))} bytes to its worker")
    table = Table(
        26, "wall s", "start s", "efficiency", "identical", "reads", "MB before", "MB after", "load"
    )
    expected, serial_seconds = None, None
    for name, workers in WORKERS.items():
        try:
            records, wall, started = measure(workers, train_one, grid)
        except ModuleNotFoundError as error:
            table.row(f"{name:26}{error.name} is not installed")
            continue
        expected = expected or results(records)
        serial_seconds = serial_seconds or wall
        _, reads, before, after = zip(*(record["worker"] for record in records), strict=True)
        table.row(
            name, f"{wall:.1f}", f"{started:.1f}",
            f"{serial_seconds / (2 * wall):.2f}" if workers != serial else None,
            "yes" if results(records) == expected else "NO",
            max(reads), f"{max(filter(None, before)):.0f}", f"{max(after):.0f}",
            f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else None,
        )  # fmt: skip


if __name__ == "__main__":
    main()
