"""The lab of live training in a real JupyterLab: it runs, obeys while it runs, and keeps."""

import pytest

from gdlib.labs.lab import style_sheet
from tools.lab_page import open_cells

pytestmark = pytest.mark.browser

CELLS = [
    """
import numpy as np
from gdlib import labs
from gdlib.mnist import load_mnist
from gdlib.network import Network
train, test = load_mnist()
def lab(seed):
    network = Network([784, 30, 10], np.random.default_rng(seed))
    return labs.train(network, train, test, np.random.default_rng(seed))
""",
    "first = lab(1)\nfirst",
    "second = lab(2)\nsecond",
    "print('steps', first._steps > 0, second._steps)",
]
STEPS = "card => +card.querySelector('.gd-readout').textContent.match(/([\\d,]+) steps/)[1].replace(',', '')"  # noqa: E501


@pytest.fixture(scope="module")
def page(server, browser):
    with open_cells(server, browser, "JupyterLab Light", CELLS) as lab:
        yield lab


@pytest.fixture
def first(page):
    show(page, "first = lab(1)")
    yield page
    if "pause" in page.card().locator(".gd-play").inner_text():
        press(page, "start or pause")
        page.wait_for_text(".gd-play", "start")


def show(page, source):
    page.scroll_to(source)
    page.cell = page.page.locator(".jp-CodeCell", has_text=source).first
    page.card().wait_for()


def press(page, name):
    page.card().get_by_role("button", name=name).click()


def steps(page):
    return page.card().evaluate(STEPS)


def wait_for_steps(page, more_than):
    page.page.wait_for_function(
        f"([card, least]) => ({STEPS})(card) > least",
        arg=[page.card().element_handle(), more_than],
        polling="raf",
    )


def test_it_starts_obeys_while_it_runs_and_pauses(first):
    press(first, "start or pause")
    wait_for_steps(first, 100)
    first.card().locator(".gd-size").press("Home")
    first.wait_for_text(".gd-readout", "on 1 of 60,000 images")
    first.card().locator(".gd-rate").press("Home")
    first.wait_for_text(".gd-readout", "the last with η = 0.001 ")
    press(first, "start or pause")
    first.wait_for_text(".gd-play", "start")
    done = steps(first)
    press(first, "train on one mini-batch")
    wait_for_steps(first, done)
    assert steps(first) == done + 1


def test_one_mini_batch_one_epoch_and_reset(first):
    first.card().locator(".gd-size").press("End")
    press(first, "reset to the same start")
    first.wait_for_text(".gd-readout", "epoch 0.00 · 0 steps")
    press(first, "one epoch: train to its end")
    first.wait_for_text(".gd-readout", "epoch 1.00 · 60 steps")
    first.wait_for_text(".gd-play", "start")
    press(first, "reset to the same start")
    first.wait_for_text(".gd-readout", "epoch 0.00 · 0 steps")


def test_it_says_that_it_froze_and_an_earlier_run_stays(first):
    assert first.card().bounding_box()["height"] < 600  # with a screen of 1280 × 720 in mind
    first.card().locator(".gd-rate").press("End")
    press(first, "start or pause")
    first.wait_for_text(".gd-readout", "Frozen: where outputs are wrong, σ is flat")
    first.wait_for_text(".gd-charts", "output 100 %")
    press(first, "start or pause")
    first.wait_for_text(".gd-play", "start")
    press(first, "reset to the same start")
    first.wait_for_text(".gd-readout", "It can learn")
    first.wait_for_text(".gd-readout", "η 100, size 10")


def test_a_digit_written_further_down_leaves_it_as_it_was(first):
    boxes = """card => [...card.querySelectorAll('*')].map(part => {
      const {width, height} = part.getBoundingClientRect();
      return `${part.className}: ${width} × ${height}`;
    })"""
    before = first.card().evaluate(boxes)
    later = first.page.add_style_tag(content=style_sheet("card.css", "network.css"))
    after = first.card().evaluate(boxes)
    later.evaluate("style => style.remove()")
    assert after == before


def test_a_neuron_is_chosen_by_key_and_by_click_while_it_trains(first):
    picture = first.card().locator(".gd-flow canvas")
    press(first, "start or pause")
    wait_for_steps(first, 10)
    picture.press("ArrowLeft")
    first.wait_for_text(".gd-flow", "Hidden neuron")
    picture.press("Home")  # no key of this picture
    for _ in range(40):
        picture.press("ArrowUp")
    first.wait_for_text(".gd-flow", "Hidden neuron 0: a = ")
    box = picture.bounding_box()
    picture.click(position={"x": box["width"] - 62, "y": box["height"] - 20})
    first.wait_for_text(".gd-flow", "Output 9: a = ")
    assert "lit in layer 1: " in picture.get_attribute("aria-label")


def test_two_labs_run_side_by_side_and_the_kernel_answers(first):
    press(first, "start or pause")
    wait_for_steps(first, 10)
    show(first, "second = lab(2)")
    press(first, "start or pause")
    wait_for_steps(first, 10)
    press(first, "start or pause")
    first.wait_for_text(".gd-play", "start")
    show(first, "first = lab(1)")
    before = steps(first)
    wait_for_steps(first, before + 10)  # the first still runs
    assert "pause" in first.card().locator(".gd-play").inner_text()


def test_running_its_cell_again_stops_the_old_one(first):
    press(first, "start or pause")
    wait_for_steps(first, 10)
    first.run("first = lab(1)")
    first.wait_for_text(".gd-readout", "epoch 0.00 · 0 steps")
    first.wait_for_text(".gd-play", "start")


def test_an_interrupt_pauses_it_and_what_was_learned_stays(first):
    press(first, "start or pause")
    wait_for_steps(first, 100)
    first.command("notebook:interrupt-kernel")
    first.wait_for_text(".gd-play", "start")
    done = steps(first)
    assert done > 100
    press(first, "train on one mini-batch")
    wait_for_steps(first, done)
