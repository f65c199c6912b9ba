"""Seconds per epoch, memory and accuracy of this project's training beside others.

Run: python -m benchmarks.training [--epochs 30]. One thread on one core, the same 50,000 images,
[784, 30, 10], mini-batches of 10, η = 3. Each peer trains in a process of its own, so that the
memory is its own. They take turns, epoch by epoch, so that a slow moment of the machine meets
all of them; the median of the seconds is printed, and the median of the ratios to this project
within each round. A row says which peer is not installed.
"""

import json
import os
import subprocess
import sys
from functools import partial
from pathlib import Path

from benchmarks.common import Table, compared, in_turns, options, timed

IMAGES = 50_000
ONE_THREAD = dict.fromkeys(["OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"], "1")


def memory(field):
    """Return MB from this process's status, VmHWM (peak) or VmRSS (resident); None off Linux."""
    status = Path("/proc/self/status")
    if status.exists():
        lines = dict(line.split(":", 1) for line in status.read_text().splitlines())
        return int(lines[field].split()[0]) / 1000


def work(name):
    """Be the process of one peer: an epoch, and a line of JSON about it, per line of input."""
    from benchmarks.peers import PEERS
    from gdlib.mnist import Digits, load_mnist

    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, [max(os.sched_getaffinity(0))])
    train, test = load_mnist()
    train = Digits(train.images[:IMAGES], train.labels[:IMAGES])
    try:
        epoch, accuracy = PEERS[name](train, test)
    except ImportError:
        print(json.dumps(None), flush=True)
        return
    print(json.dumps("ready"), flush=True)
    for _ in sys.stdin:
        seconds, own = timed(epoch)
        seconds = own or seconds  # this project says what it spent on steps, without measuring C
        result = [seconds, accuracy(), memory("VmHWM"), memory("VmRSS")]
        print(json.dumps(result), flush=True)


def start(name):
    """Return the process of a peer, or None if the peer is not installed."""
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.training", "--peer", name],
        env=os.environ | ONE_THREAD,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    return process if json.loads(process.stdout.readline()) else None


def one_epoch(process):
    """Let a peer train for an epoch; return seconds, accuracy, peak and resident memory."""
    process.stdin.write("\n")
    process.stdin.flush()
    return json.loads(process.stdout.readline())


def main():
    """Train in turns and print the table."""
    from benchmarks.peers import PEERS

    epochs = options(__doc__, epochs=5).epochs
    processes = {name: start(name) for name in PEERS}
    acts = {name: partial(one_epoch, process) for name, process in processes.items() if process}
    results = in_turns(acts, epochs)
    table = Table(
        32, "s/epoch", "fastest", "ratio", "peak MB", "at end", "epoch 1", f"epoch {epochs}"
    )
    times = {name: [seconds for seconds, *_ in result] for name, result in results.items()}
    for name, median, fastest, ratio in compared(times):
        processes[name].stdin.close()
        processes[name].wait()
        (_, first, *_), (_, last, *megabytes) = results[name][0], results[name][-1]
        megabytes = [f"{value:.0f}" if value else None for value in megabytes]
        accuracies = [f"{first:.2%}", f"{last:.2%}"] if last else []
        table.row(name, f"{median:.3f}", f"{fastest:.3f}", f"{ratio:.2f}", *megabytes, *accuracies)
    for name, process in processes.items():
        if process is None:
            table.row(f"{name}: not installed")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--peer"]:
        work(sys.argv[2])
    else:
        main()
