"""A phone: fingers, a narrow screen, and two pixels of the screen for each of the page."""

import pytest

from tools.lab_page import open_cells

pytestmark = pytest.mark.browser

SETUP = """import numpy as np
from gdlib import labs
from gdlib.costs import ravine
from gdlib.mnist import load_mnist
from gdlib.network import Network
train, test = load_mnist()
rng = np.random.default_rng(2)
network = Network([784, 10, 10], rng)"""
LABS = {
    "ball": "labs.ball(ravine, start=(-0.9, 0.7), eta=0.02, steps=60)",
    "train": "labs.train(network, train, test, rng, eta=3.0, mini_batch_size=10)",
    "pad": "labs.write_digit(network)",
    "hidden": "labs.hidden_valley()",
}
PHONE = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "has_touch": True,
    "is_mobile": True,
}


@pytest.fixture(scope="module")
def phone(server, browser):
    with open_cells(server, browser, "JupyterLab Light", [SETUP, *LABS.values()], **PHONE) as lab:
        lab.page.evaluate("window.jupyterapp.shell.collapseLeft()")
        lab.touch = lab.page.context.new_cdp_session(lab.page)
        yield lab


def swipe(lab, start, end, steps=8):
    """Lay a finger on the page, draw it to another place, and lift it."""

    def touch(kind, *points):
        points = [{"x": x, "y": y} for x, y in points]
        lab.touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", start)
    for k in range(1, steps + 1):
        share = k / steps
        touch("touchMove", [a + share * (b - a) for a, b in zip(start, end, strict=True)])
        lab.page.wait_for_timeout(20)
    touch("touchEnd")


def middle(canvas):
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, box["width"]


def scrolled(lab):
    """Return how far the notebook has been scrolled."""
    return lab.page.evaluate("document.querySelector('.jp-WindowedPanel-outer').scrollTop")


def show(lab, name):
    """Bring a lab into view."""
    lab.scroll_to(LABS[name])
    lab.cell = lab.page.locator(".jp-CodeCell", has_text=LABS[name]).first
    lab.page.wait_for_function(
        "canvas => canvas.clientWidth > 50 && window.gdHash(canvas) !== 0",
        arg=lab.card().locator("canvas").first.element_handle(),
    )


@pytest.mark.parametrize("name", LABS)
def test_nothing_is_wider_than_the_screen_and_each_canvas_is_sharp(phone, name):
    show(phone, name)
    full, seen = phone.card().evaluate("card => [card.scrollWidth, card.clientWidth]")
    assert full <= seen
    drawn = phone.card().locator(
        "canvas:visible:not(.gd-tiles *, [width='28'])"
    )  # not of big pixels
    sizes = drawn.evaluate_all("all => all.map(canvas => [canvas.width, canvas.clientWidth])")
    assert sizes
    assert all(real >= 2 * wide - 2 for real, wide in sizes), sizes
    for button in phone.card().locator("button:visible").all():
        assert button.bounding_box()["height"] >= 24


def test_a_finger_on_the_map_drops_the_ball_and_the_page_stays(phone):
    show(phone, "ball")
    canvas = phone.picture("map")
    x, y, width = middle(canvas)
    before, place = phone.hash(canvas), scrolled(phone)
    swipe(phone, (x, y), (x + width / 8, y - width / 8))
    phone.wait_for_change(canvas, before)
    assert scrolled(phone) == place


def test_a_finger_turns_the_valley(phone):
    show(phone, "ball")
    canvas = phone.picture("valley")
    x, y, width = middle(canvas)
    before = phone.hash(canvas)
    swipe(phone, (x, y), (x + width / 4, y))
    phone.wait_for_change(canvas, before)


def test_a_finger_writes_on_the_pad(phone):
    show(phone, "pad")
    canvas = phone.card().locator(".gd-pad canvas")
    x, y, width = middle(canvas)
    place = scrolled(phone)
    swipe(phone, (x, y - width / 4), (x, y + width / 4))
    phone.wait_for_text(".gd-readout", "The network")
    assert scrolled(phone) == place


def test_a_finger_probes_the_hidden_valley(phone):
    show(phone, "hidden")
    canvas = phone.picture("map")
    x, y, _ = middle(canvas)
    phone.page.touchscreen.tap(x, y)
    phone.card().filter(has_text="11 probes left").wait_for()


def test_a_finger_beside_the_pictures_scrolls_the_page(phone):
    show(phone, "ball")
    title = phone.card().locator(".gd-readout")
    title.scroll_into_view_if_needed()
    box = title.bounding_box()
    place = scrolled(phone)
    swipe(phone, (box["x"] + 20, box["y"] + 10), (box["x"] + 20, box["y"] - 200))
    phone.page.wait_for_timeout(500)
    assert scrolled(phone) > place
