"""Seconds per epoch, memory and accuracy of this project's training beside others.

Run: python benchmarks/training.py [--epochs 30]. One thread on one core, the same 50,000 images,
[784, 30, 10], mini-batches of 10, η = 3. Each peer trains in a process of its own, so that the
memory is its own. They take turns, epoch by epoch, so that a slow moment of the machine meets
all of them; the median of the seconds is printed, and the median of the ratios to this project
within each round. A row says which peer is not installed.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path

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
    from peers import PEERS

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
        start = time.perf_counter()
        seconds = epoch()  # this project says what it spent on steps, without measuring C
        seconds = seconds or time.perf_counter() - start
        result = [seconds, accuracy(), memory("VmHWM"), memory("VmRSS")]
        print(json.dumps(result), flush=True)


def start(name):
    """Return the process of a peer, or None if the peer is not installed."""
    process = subprocess.Popen(
        [sys.executable, __file__, "--peer", name],
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
    import numpy as np
    from peers import PEERS

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--peer", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.peer:
        work(options.peer)
        return
    processes = {name: start(name) for name in PEERS}
    rounds = [
        {name: one_epoch(process) for name, process in processes.items() if process}
        for _ in range(options.epochs)
    ]
    print(
        f"{'':32}{'s/epoch':>8}{'fastest':>9}{'ratio':>7}"
        f"{'peak MB':>9}{'at end':>8}{'epoch 1':>9}{f'epoch {options.epochs}':>10}"
    )
    for name, process in processes.items():
        if process is None:
            print(f"{name:32}not installed")
            continue
        process.stdin.close()
        process.wait()
        seconds = np.array([results[name][0] for results in rounds])
        ratio = np.median(seconds / [results["this project"][0] for results in rounds])
        first, (_, accuracy, peak, resident) = rounds[0][name], rounds[-1][name]
        line = f"{name:32}{np.median(seconds):8.3f}{seconds.min():9.3f}{ratio:7.2f}"
        line += f"{peak:9.0f}{resident:8.0f}" if peak else f"{'–':>9}{'–':>8}"
        line += f"{first[1]:9.2%}{accuracy:10.2%}" if accuracy else ""
        print(line)


if __name__ == "__main__":
    main()
