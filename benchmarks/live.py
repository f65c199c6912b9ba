"""The lab of live training, measured in a real JupyterLab: overhead, pictures, and obedience.

Run: python -m benchmarks.live (needs Chromium). The kernel trains without the lab and with it, in
turns, with the same settings; the ratio of steps per second is the overhead. A busy machine spoils
that, so it is also told in steps per second of the kernel's own processor time. Meanwhile the
browser counts the pictures, and times a key press on a slider until the lab shows a step that used
it. At last Python times what it does for a picture: to measure, and to hand over.
"""

import statistics
import tempfile
from pathlib import Path

from benchmarks.common import run
from tools.lab_page import chromium, jupyterlab, open_cells

ROUNDS, SECONDS, PRESSES = 5, 4, 20
CELLS = [
    """
import time
import numpy as np
from gdlib import labs
from gdlib.mnist import load_mnist
from gdlib.network import Network
from gdlib.sgd import steps

train, test = load_mnist()
network = Network([784, 30, 10], np.random.default_rng(2))
training = steps(network, train, 3.0, 10, np.random.default_rng(1))

def bare(seconds):
    number, end, used = 0, time.perf_counter() + seconds, time.process_time()
    while time.perf_counter() < end:
        next(training)
        number += 1
    return number / seconds, number / (time.process_time() - used)

def milliseconds(act, times=100):
    start = time.process_time()
    for _ in range(times):
        act()
    return 1000 * (time.process_time() - start) / times
""",
    """
lab = labs.train(Network([784, 30, 10], np.random.default_rng(2)), train, test,
                 np.random.default_rng(2))
lab
""",
]
NOW = "print(time.process_time(), lab.shown['steps'])"
EACH = """
epoch = lab.history[-1].epoch
print(milliseconds(lambda: lab._gauge.measure(epoch)), milliseconds(lab._show))
"""
COUNT = """([card, seconds]) => new Promise(resolve => {
  let pictures = 0;
  const steps = () => +card.querySelector('.gd-readout').textContent
    .match(/([\\d,]+) steps/)[1].replaceAll(',', '');
  const watcher = new MutationObserver(() => pictures++);
  watcher.observe(card.querySelector('.gd-readout'), {childList: true, characterData: true, subtree: true});
  const start = performance.now(), before = steps();
  setTimeout(() => {
    watcher.disconnect();
    const passed = (performance.now() - start) / 1000;
    resolve([pictures / passed, (steps() - before) / passed]);
  }, 1000 * seconds);
})"""  # noqa: E501
PRESS = """([card, key]) => new Promise(resolve => {
  const slider = card.querySelector('.gd-rate'), readout = card.querySelector('.gd-readout');
  const start = performance.now();
  slider.value = +slider.value + key;
  slider.dispatchEvent(new Event('input'));
  const wanted = `the last with η = ${card.querySelector('.gd-row output').textContent} on`;
  const look = () => readout.textContent.includes(wanted)
    ? resolve(performance.now() - start) : requestAnimationFrame(look);
  look();
})"""


def main():
    """Print steps per second with and without the lab, pictures per second, and the delays."""
    with (
        tempfile.TemporaryDirectory() as folder,
        chromium() as browser,
        jupyterlab(Path(folder)) as server,
        open_cells(server, browser, "JupyterLab Light", CELLS) as lab,
    ):
        measure(lab)


def measure(lab):
    """Measure in one open JupyterLab."""
    lab.cell = lab.page.locator(".jp-CodeCell").nth(1)
    lab.card().wait_for()
    card, button = lab.card().element_handle(), lab.card().get_by_role("button", name="start or")
    pictures, overheads, own = [], [], []
    for _ in range(ROUNDS):
        alone, alone_own = numbers(lab, f"print(*bare({SECONDS}))")
        button.click()
        lab.wait_for_text(".gd-play", "pause")
        used, first = numbers(lab, NOW)
        rate, steps = lab.page.evaluate(COUNT, [card, SECONDS])
        used_then, last = numbers(lab, NOW)
        button.click()
        lab.wait_for_text(".gd-play", "start")
        pictures.append(rate)
        overheads.append(alone / steps - 1)
        own.append(alone_own * (used_then - used) / (last - first) - 1)
        print(f"{alone:7,.0f} steps/s alone, {steps:7,.0f} in the lab, {rate:4.1f} pictures/s")
    button.click()
    lab.wait_for_text(".gd-play", "pause")
    delays = [lab.page.evaluate(PRESS, [card, (-1) ** k]) for k in range(PRESSES)]
    button.click()
    lab.wait_for_text(".gd-play", "start")
    measuring, showing = numbers(lab, EACH)
    print(f"overhead of the lab, median of {ROUNDS} pairs: {statistics.median(overheads):.0%}")
    print(f"the same in the kernel's processor time: {statistics.median(own):.0%}")
    print(f"pictures per second, median: {statistics.median(pictures):.1f}")
    print(
        f"slider to a step that used it and is shown: median {statistics.median(delays):.0f} ms, "
        f"p90 {statistics.quantiles(delays, n=10)[-1]:.0f} ms"
    )
    print(f"each picture: {measuring:.1f} ms to measure, {showing:.1f} ms with handing over")


def numbers(lab, code):
    """Run code in the kernel; return the numbers that it prints."""
    return [float(number) for number in run(lab, code).split()]


if __name__ == "__main__":
    main()
