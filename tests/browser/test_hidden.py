"""The hidden valley in JupyterLab, by mouse and by keyboard, with a kernel and without."""

import numpy as np
import pytest
from pasting import run

from gdlib.descent import gradient_descent
from gdlib.labs.hidden_valley import ground, survey
from tools.lab_page import open_cells

pytestmark = pytest.mark.browser
LAB = "from gdlib import labs\nlab = labs.hidden_valley(7)\nlab"
ASK = "print(lab.round, lab.probes.round(2).tolist())"


@pytest.fixture(scope="module")
def desk(server, browser):
    """A notebook with the lab, run, in the dark."""
    window = {"viewport": {"width": 1000, "height": 900}}
    with open_cells(server, browser, "JupyterLab Dark", (LAB, ASK), **window) as lab:
        lab.scroll_to(LAB)
        lab.cell = lab.page.locator(".jp-CodeCell").first
        lab.card().wait_for()
        yield lab


def go_to(desk, number):
    """Open a round by its number, and wait until it is there."""
    box = desk.card().get_by_label("number of the round")
    box.fill(str(number))
    box.press("Enter")
    arrived = "([box, number]) => box.value === number"  # meanwhile it holds the round on show
    desk.page.wait_for_function(arrived, arg=[box.element_handle(), str(number)])
    if desk.card().locator(".gd-probes li").count() == 0:
        desk.wait_for_text("figcaption", "click anywhere")  # the map is drawn


def probe(desk, *keys):
    canvas = desk.card().locator(".gd-map canvas")
    canvas.focus()
    for key in keys:
        desk.page.keyboard.press(key)


def test_keys_probe_and_each_probe_is_said(desk):
    go_to(desk, 7)
    probe(desk, "ArrowRight", "ArrowRight", "Shift+ArrowUp", "Enter")
    v = np.array([0.2, 0.5])
    C, slope = ground(7).function(v), np.linalg.norm(ground(7).gradient(v))
    says = f"Probe 1 at (0.2, 0.5): height {C:.2f}, it falls towards the "
    desk.wait_for_text(".gd-readout", says)
    desk.wait_for_text(".gd-readout", f"with slope {slope:.2f}.")
    probe(desk, " ")
    desk.wait_for_text(".gd-readout", "You have probed (0.2, 0.5) before. That costs no probe.")
    desk.wait_for_text(".gd-left", "11 probes left")
    probe(desk, "ArrowDown", " ")
    desk.wait_for_text(".gd-left", "10 probes left")


def test_the_twelfth_probe_reveals_the_ground_and_tells_how_gradient_descent_did(desk):
    go_to(desk, 12)
    assert desk.card().locator(".gd-valley canvas").count() == 0
    assert "lowest at" not in desk.card().evaluate("card => card.outerHTML")  # nor to be heard
    probe(desk, *["Enter", "ArrowRight"] * 12)
    desk.wait_for_text(".gd-left", "12 of 12 probes made")
    valley = desk.card().locator(".gd-valley canvas")
    valley.wait_for()
    assert "lowest at" in valley.get_attribute("aria-description")
    start, data = np.zeros(2), survey(ground(12))
    d = gradient_descent(ground(12), start, data["eta"], 12)
    pasted = run(desk.card().locator(".gd-code code").text_content(), {})
    np.testing.assert_array_equal(pasted.v, d.v)
    line = np.stack([0.1 * np.arange(12), np.zeros(12)])
    mine, lowest = ground(12).function(line).min(), data["lowest"][2]
    for name, C in (("you", mine), ("gradient descent", d.C.min())):
        row = desk.card().locator(".gd-score", has_text=name).inner_text()
        share = (d.C[0] - C) / (d.C[0] - lowest)
        assert abs(int(row.split("%")[0].split()[-1]) - 100 * share) <= 1
        assert f"lowest {C:.2f}" in row
    before = desk.hash(desk.card().locator(".gd-map canvas"))
    desk.wait_for_change(desk.card().locator(".gd-map canvas"), before)  # it walks


def test_a_click_probes_where_the_cross_is_and_python_knows(desk):
    go_to(desk, 3)
    canvas = desk.card().locator(".gd-map canvas")
    box = canvas.bounding_box()
    desk.page.mouse.click(box["x"] + 0.5 * box["width"], box["y"] + 0.4 * box["height"])
    desk.wait_for_text(".gd-left", "11 probes left")
    place = desk.card().locator(".gd-probes li").inner_text().split(")")[0].strip("(")
    place = [float(x) for x in place.replace("−", "-").split(",")]
    assert max(map(abs, place)) < 1
    desk.run_until(ASK, f"3 [{place}]")


def test_without_a_kernel_the_rounds_that_it_carries_can_be_played(desk):
    go_to(desk, 20)
    desk.shut_kernel_down()
    desk.card().get_by_role("button", name="a new round").click()
    desk.wait_for_text(".gd-left", "12 probes left")
    probe(desk, "Enter")
    desk.wait_for_text(".gd-readout", f"height {ground(21).function(np.zeros(2)):.2f}")
    desk.card().get_by_role("button", name="reveal the ground").click()
    desk.wait_for_text(".gd-readout", "gradient descent")
    box = desk.card().get_by_label("number of the round")
    box.fill("500")
    box.press("Enter")
    desk.wait_for_text(".gd-message", "Here you have the rounds 20 and 21.")
    unsent = "Could not send widget sync message"  # JupyterLab says so of what needs a kernel
    desk.errors[:] = [error for error in desk.errors if unsent not in error]
