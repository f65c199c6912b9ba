"""What labs say in JupyterLab when their Python is busy, was restarted, or is gone."""

import nbclient
import pytest

from tools.lab_page import PANEL, notebook_of, open_cells, open_lab, store, trust

pytestmark = pytest.mark.browser

SETUP = """
import time
import numpy as np
from gdlib import labs
from gdlib.costs import valley
from gdlib.mnist import DATA, load_mnist
from gdlib.network import Network
network = Network.load(DATA / "network.npz")
"""
TRAIN = "labs.train(network, *load_mnist(), np.random.default_rng(0))"
PAD = "labs.write_digit(network, [[(60, 60), (200, 60), (120, 230)]])"
BALL = "labs.ball(valley, (1, 1), 0.1, 20)"
CELLS = SETUP, TRAIN, PAD, BALL
RUN = "Run the cells above (menu Run → Run All Above Selected Cell), then this one."


def bring(lab, source):
    """Bring the lab of a cell into view."""
    lab.scroll_to(source)
    lab.cell = lab.page.locator(".jp-CodeCell", has_text=source).first
    lab.card().wait_for()


def says(lab, *texts):
    """Wait until the message of the lab on show holds each of these texts."""
    for text in texts:
        lab.wait_for_text(".gd-message", text)


def start(lab):
    bring(lab, TRAIN)
    lab.card().get_by_role("button", name="start or pause").click()


def test_labs_that_live_say_at_once_that_python_was_restarted_and_others_when_asked(
    server, browser
):
    with open_cells(server, browser, "JupyterLab Light", CELLS) as lab:
        bring(lab, PAD)
        lab.wait_for_text(".gd-readout", "The network")
        reading = lab.card().locator(".gd-readout").inner_text()
        ink = lab.hash(lab.picture("pad"))
        start(lab)
        lab.wait_for_text(".gd-play", "pause")
        lab.page.evaluate(f"{PANEL}.session.kernel.restart()")
        says(lab, "Python was restarted", "gone: the network with all that it learned", RUN)
        lab.wait_for_text(".gd-play", "start")  # nothing is learning any more
        bring(lab, PAD)
        says(lab, "Python was restarted", "gone: the network, and all other variables", RUN)
        assert lab.card().locator(".gd-readout").inner_text() == reading
        assert lab.hash(lab.picture("pad")) == ink
        bring(lab, BALL)
        assert lab.card().locator(".gd-message").inner_text() == ""  # all goes on
        lab.card().locator("select").select_option("ravine")
        says(lab, "Python was restarted", RUN, "The sliders and play work without it.")
        assert lab.card().locator("select").input_value() == "valley"
        lab.run_all()  # what the labs ask for is all that is needed
        start(lab)
        lab.wait_for_text(".gd-play", "pause")
        assert lab.card().locator(".gd-message").inner_text() == ""


def test_while_python_is_at_work_a_lab_says_so_and_then_does_what_was_asked(server, browser):
    with open_cells(server, browser, "JupyterLab Light", CELLS) as lab:
        lab.page.evaluate(f"void {PANEL}.session.kernel.requestExecute({{code: 'time.sleep(9)'}})")
        start(lab)
        says(lab, "Python is at work. Its answer comes when it is free.")
        lab.wait_for_text(".gd-play", "pause")
        assert lab.card().locator(".gd-message").inner_text() == ""


def test_a_saved_lab_says_that_its_python_has_ended_and_one_without_that_none_is_running(
    server, browser
):
    notebook = notebook_of(CELLS)
    nbclient.NotebookClient(notebook, timeout=300).execute()
    name = store(server, notebook)
    trust(server, name)
    with open_lab(server, browser) as lab:
        lab.open(name)
        start(lab)
        says(lab, "The Python that made this lab has ended", RUN)
        lab.wait_for_text(".gd-play", "start")
        lab.shut_kernel_down()
        bring(lab, PAD)
        says(lab, "Python is not running", "gone: the network, and all other variables", RUN)
