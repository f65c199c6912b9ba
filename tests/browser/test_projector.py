"""Labs on a screen of 1280 × 720, where JupyterLab leaves 608 pixels to its notebook."""

import pytest

from tools.lab_page import open_cells

pytestmark = pytest.mark.browser

SETUP = """
import numpy as np
from gdlib import labs
from gdlib.costs import ravine
x = np.linspace(-1, 1, 20)
"""
FITS = [
    "labs.small_move(ravine, (0.6, -0.4), length=0.2, angle=150)",
    "labs.neuron(x, 1.0 * (x > 0), start=(0, 0), eta=20, steps=20, predict='end')",
    "labs.fewest_steps()",
    "labs.backprop()",
]
DUEL = "labs.duel(ravine, start=(-0.9, 0.7), etas=(0.02, 0.095))"
GAMES = {
    "labs.fewest_steps()": ("show par on the ravine", "run gradient descent on the ravine"),
    "labs.beat_the_gradient()": (
        "show the gradient in 2 dimensions",
        "try the move in 2 dimensions",
    ),
}


@pytest.fixture(scope="module")
def lab(server, browser):
    cells = [SETUP, *FITS, DUEL, "labs.beat_the_gradient()"]
    size = {"width": 1280, "height": 720}
    with open_cells(server, browser, "JupyterLab Light", cells, viewport=size) as lab:
        yield lab


def bring(lab, source):
    """Bring the lab of a cell into view."""
    lab.scroll_to(source)
    lab.cell = lab.page.locator(".jp-CodeCell", has_text=source).first
    lab.card().wait_for()


@pytest.mark.parametrize("source", FITS)
def test_all_of_a_lab_is_seen_at_once(lab, source):
    bring(lab, source)
    assert lab.card().bounding_box()["height"] < 608


def test_nothing_moves_when_play_becomes_pause(lab):
    bring(lab, DUEL)
    buttons = lab.card().locator(".gd-buttons button")
    before = [button.bounding_box() for button in buttons.all()]
    lab.card().get_by_role("button", name="play or pause").click()
    lab.wait_for_text(".gd-play", "pause")
    after = [button.bounding_box() for button in buttons.all()]
    assert [(box["x"], box["width"]) for box in after] == [
        (box["x"], box["width"]) for box in before
    ]


@pytest.mark.parametrize("source", GAMES)
def test_a_game_is_not_given_up_before_a_try(lab, source):
    bring(lab, source)
    given, tried = (
        lab.card().get_by_role("button", name=name, exact=True) for name in GAMES[source]
    )
    assert given.is_disabled()
    tried.click()
    given.click()
    assert given.is_disabled()
