"""The learner's code in a real JupyterLab: a rule rolls the ball, a mistake moves."""

import pytest

from tools.lab_page import open_cells

pytestmark = pytest.mark.browser

CELLS = [
    "from gdlib import check, labs\nfrom gdlib.costs import valley",
    """
def half(v, nabla_C, eta):
    if abs(v[0]) >= abs(v[1]):
        return v - eta * nabla_C / 2
labs.ball(valley, (0.8, 0.4), 0.1, 20, rule=half)""",
    """
def uphill(v, nabla_C, eta):
    return v + eta * nabla_C
check.rule(uphill)""",
]


@pytest.fixture(scope="module")
def page(server, browser):
    with open_cells(server, browser, "JupyterLab Dark", CELLS) as lab:
        yield lab


def drop(page, x, y):
    """Click on the map, in shares of it."""
    box = page.picture("map").bounding_box()
    page.picture("map").click(position={"x": x * box["width"], "y": y * box["height"]})


def test_a_rule_that_fails_somewhere_is_told_there_and_lives_elsewhere(page):
    page.show("def half")
    assert "rule=half)" in page.card().locator("code").inner_text()
    assert page.card().locator(".gd-message").inner_text() == ""
    page.card().get_by_role("button", name="one step", exact=True).click()
    page.wait_for_text(".gd-readout", "v = (0.720, 0.360)")  # half of the step of 0.2 · 0.8
    drop(page, 0.55, 0.2)
    page.wait_for_text(".gd-message", "got None. Does it end with return?")
    assert "def half(v, nabla_C, eta):" in page.card().locator(".gd-message").inner_text()
    drop(page, 0.8, 0.5)
    page.wait_for_text(".gd-readout", "of 20")
    assert page.card().locator(".gd-message").inner_text() == ""


def test_a_mistake_moves_beside_the_right_rule_from_where_they_part(page):
    page.show("def uphill")
    assert "You walk uphill" in page.cell.inner_text()
    page.wait_for_text("header", "yours and the right one part at step 1")
    page.wait_for_text(".gd-readout", "right")
    page.wait_for_text(".gd-readout", "step 1 of 10")
    thumb = page.card().locator(".gd-step")
    mark = page.card().locator(".gd-marks .gd-after")
    assert mark.inner_text() == "they part"
    box, place = thumb.bounding_box(), mark.bounding_box()
    at = box["x"] + 8 + (box["width"] - 16) / 10
    assert place["x"] == pytest.approx(at + 6, abs=2)
    before = page.hash(page.picture("map"))
    page.card().get_by_role("button", name="one step", exact=True).click()
    page.wait_for_change(page.picture("map"), before)
