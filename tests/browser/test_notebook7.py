"""The rolling ball in Notebook 7, which nbgrader brings along: make test-extras."""

import nbformat
import pytest

from tools.lab_page import PANEL, jupyterlab, notebook_of, open_lab

pytest.importorskip("notebook", reason="needs Notebook 7, from make test-extras")
pytestmark = pytest.mark.browser
BALL = "labs.ball(ravine, start=(-0.9, 0.7), eta=0.02, steps=60)"


@pytest.fixture(scope="module")
def lab(tmp_path_factory, browser):
    folder = tmp_path_factory.mktemp("notebook7")
    with jupyterlab(folder, server="notebook") as address:
        sources = ["from gdlib import labs\nfrom gdlib.costs import ravine", BALL, "print(1)"]
        nbformat.write(notebook_of(sources), folder / "work" / "cells.ipynb")
        with open_lab(address, browser) as lab:
            lab.page.goto(f"{address}/notebooks/cells.ipynb")
            lab.page.wait_for_function(
                f"{PANEL}?.session?.kernel?.status === 'idle'", timeout=60_000
            )
            lab.errors.clear()  # what Notebook 7 logs while it starts is its own
            lab.run_all()
            lab.show(BALL)
            yield lab
            assert lab.errors == []


def test_the_ball_rolls_and_obeys_its_slider(lab):
    lab.card().get_by_role("slider", name="learning rate η").press("End")
    lab.wait_for_text(".gd-word", "diverges")
    lab.card().get_by_role("slider", name="learning rate η").press("Home")
    lab.wait_for_text(".gd-word", "crawls")
    lab.card().get_by_role("button", name="play or pause").click()
    lab.wait_for_text(".gd-readout", "step 3 of 60")
    lab.card().get_by_role("button", name="reset to the start").click()
    lab.wait_for_text(".gd-readout", "step 0 of 60")


def test_a_click_on_the_map_drops_the_ball(lab):
    before = lab.hash(lab.picture("map"))
    lab.picture("map").click(position={"x": 120, "y": 90})
    lab.wait_for_change(lab.picture("map"), before)


def test_shift_and_enter_go_on_to_the_next_cell(lab):
    lab.card().get_by_role("slider", name="learning rate η").press("Shift+Enter")
    lab.page.locator(".jp-CodeCell").nth(2).locator(".jp-InputPrompt", has_text="[4]").wait_for()


def test_after_a_restart_the_lab_says_so(lab):
    lab.page.evaluate(f"{PANEL}.session.kernel.restart()")
    lab.page.wait_for_function(f"{PANEL}.session.kernel.status === 'idle'")
    lab.picture("map").click(position={"x": 90, "y": 120})
    lab.wait_for_text(".gd-message", "Python was restarted, and what it held is gone")
