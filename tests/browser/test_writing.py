"""The lab of your own handwriting, in JupyterLab's light and dark theme; twenty written digits."""

import re

import numpy as np
import pytest
from handwriting import written

from tools.lab_page import open_cells

pytestmark = pytest.mark.browser

SETUP = """
import numpy as np
from gdlib import labs
from gdlib.mnist import DATA
from gdlib.network import Network
network = Network.load(DATA / "network.npz")
rng = np.random.default_rng(1)
deep, large = Network([784, 8, 9, 10], rng), Network([784, 99, 10], rng)
"""
LAB = "lab = labs.write_digit(network)\nlab"
OTHERS = ["labs.write_digit(deep)", "labs.write_digit(large)"]
BROKEN = "broken = labs.write_digit(network)\nbroken.respond = lambda request: 1 / 0\nbroken"


@pytest.fixture(scope="module")
def desk(server, browser):
    """A notebook with the lab, run, in a small window."""
    window = {"viewport": {"width": 900, "height": 720}, "has_touch": True}
    cells = (SETUP, LAB, BROKEN, *OTHERS)
    with open_cells(server, browser, "JupyterLab Light", cells, **window) as lab:
        yield lab


@pytest.fixture(params=["JupyterLab Dark", "JupyterLab Light"])
def theme(request, desk):
    """One of the themes, which the notebook is in."""
    desk.use_theme(request.param)


def bring(lab, source):
    """Bring the lab of a cell into view."""
    lab.scroll_to(source)
    lab.cell = lab.page.locator(".jp-CodeCell", has_text=source.split("\n")[0]).first
    lab.card().wait_for()


def test_the_pad_has_the_colour_of_paper_before_anyone_touches_it(theme, desk):
    bring(desk, LAB)
    desk.page.wait_for_function(
        """card => {
          const paper = getComputedStyle(card.querySelector('.gd-readout')).backgroundColor;
          return [...card.querySelectorAll('.gd-pad canvas')].every(canvas => {
            const [r, g, b] = canvas.getContext('2d').getImageData(1, 1, 1, 1).data;
            return `rgb(${r}, ${g}, ${b})` === paper;
          });
        }""",
        arg=desk.card().element_handle(),
        timeout=5000,
    )


@pytest.fixture
def pad(desk):
    """The page object, the lab in view and its pad cleared."""
    bring(desk, LAB)
    desk.card().get_by_role("button", name="clear the pad").click()
    desk.wait_for_text(".gd-readout", "Nothing is written yet.")
    return desk


def write(lab, strokes, left=40, top=40):
    """Draw the strokes with the mouse, in pixels from a corner of the pad."""
    canvas = lab.picture("pad")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    for stroke in strokes:
        (x, y), *rest = ((box["x"] + left + x, box["y"] + top + y) for x, y in stroke)
        lab.page.mouse.move(x, y)
        lab.page.mouse.down()
        for x, y in rest:
            lab.page.mouse.move(x, y)
        lab.page.mouse.up()


def outputs(lab):
    """Return the ten outputs that the picture of the network tells; [] while nothing is read."""
    told = lab.picture("flow").get_attribute("aria-label")
    return [float(a) for a in re.findall(r"\d: ([\d.]+)", told.partition("outputs ")[2])]


def settled(lab):
    """Wait until Python has read all that was written; return the ten outputs on show."""
    lab.page.wait_for_function(
        "card => card.querySelector('.gd-pad').ariaBusy === 'false'",
        arg=lab.card().element_handle(),
        polling="raf",
    )
    return outputs(lab)


def test_the_outputs_and_the_image_follow_the_mouse_while_it_draws(pad):
    seen = pad.picture("flow")
    assert outputs(pad) == []
    box = pad.picture("pad").bounding_box()
    empty, mouse = pad.hash(seen), pad.page.mouse
    mouse.move(box["x"] + 140, box["y"] + 40)
    mouse.down()
    mouse.move(box["x"] + 135, box["y"] + 120, steps=5)
    pad.wait_for_change(seen, empty)  # before the mouse is up
    before = pad.hash(seen)
    mouse.move(box["x"] + 200, box["y"] + 240, steps=5)
    pad.wait_for_change(seen, before)
    mouse.up()
    assert len(settled(pad)) == 10


def test_undo_takes_the_last_stroke_and_clear_all(pad):
    _, (first, second) = written(2, 3)[8]  # a four
    write(pad, [first])
    one, look = settled(pad), pad.hash(pad.picture("pad"))
    write(pad, [second])
    assert settled(pad) != one
    assert pad.hash(pad.picture("pad")) != look
    undo = pad.card().get_by_role("button", name="undo the last stroke")
    undo.focus()
    pad.page.keyboard.press("Enter")
    assert settled(pad) == one
    assert pad.hash(pad.picture("pad")) == look
    write(pad, [second])
    settled(pad)
    pad.card().get_by_role("button", name="clear the pad").click()
    assert settled(pad) == []
    pad.wait_for_text(".gd-readout", "Nothing is written yet.")


def test_the_keyboard_writes_a_one(pad):
    canvas, press = pad.picture("pad"), pad.page.keyboard.press
    canvas.focus()
    for key in ("ArrowUp",) * 12 + (" ",) + ("ArrowDown",) * 25 + (" ", "ArrowRight"):
        press(key)
    settled(pad)
    pad.wait_for_text(".gd-readout", "The network reads 1 (")
    assert canvas.evaluate("canvas => canvas === document.activeElement")
    assert canvas.evaluate("canvas => getComputedStyle(canvas).outlineStyle") == "solid"
    assert "lowers" in pad.card().locator(".gd-pad figcaption").inner_text()


def test_a_finger_draws_and_does_not_scroll(pad):
    canvas = pad.picture("pad")
    box, touch = canvas.bounding_box(), pad.page.context.new_cdp_session(pad.page)
    for kind, y in [("touchStart", 40), *(("touchMove", y) for y in range(50, 250, 10))]:
        point = {"x": box["x"] + 140, "y": box["y"] + y}
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [point]})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    settled(pad)
    pad.wait_for_text(".gd-readout", "The network reads 1 (")
    assert canvas.bounding_box() == box


def test_the_card_fits_and_is_legible(theme, pad):
    digit, strokes = written(2, 3)[12]
    write(pad, strokes)
    settled(pad)
    pad.wait_for_text(".gd-readout", f"The network reads {digit} (")
    card = pad.card().bounding_box()
    for part in pad.card().locator(":is(canvas, button, figcaption, code):visible").all():
        box = part.bounding_box()
        assert box["x"] >= card["x"]
        assert box["x"] + box["width"] <= card["x"] + card["width"]
    assert card["height"] <= 600
    reds = """canvas => [...canvas.getContext('2d').getImageData(0, 0, 560, 560).data]
                        .filter((_, i) => i % 4 === 0)"""
    paper, *others = pad.picture("pad").evaluate(reds)
    ink = max(others, key=lambda red: abs(red - paper))
    assert abs(ink - paper) > 120
    assert (ink > paper) == pad.dark  # dark on light paper, light on dark


def test_twenty_digits_written_in_the_browser_are_read(pad):
    wrong = []
    for digit, strokes in written(2, 3):
        pad.card().get_by_role("button", name="clear the pad").click()
        write(pad, strokes)
        answer = settled(pad)
        if np.argmax(answer) != digit:
            wrong.append((digit, int(np.argmax(answer)), max(answer)))
    print(f"\n{20 - len(wrong)} of 20 read; not read (digit, reading, output): {wrong}")
    assert len(wrong) <= 3


def test_a_neuron_of_the_network_beside_the_pad_is_chosen_by_keys_and_by_click(pad):
    flow = pad.picture("flow")
    flow.press("ArrowLeft")  # of an empty pad: the first output
    pad.wait_for_text(".gd-readout", "Nothing is written yet. Chosen: Output 0.")
    write(pad, written(2, 3)[12][1])
    settled(pad)
    pad.wait_for_text(".gd-readout", "Output 0: z = ")
    look = pad.hash(flow)
    flow.press("ArrowLeft")
    pad.wait_for_text(".gd-readout", "Hidden neuron 1: z = ")
    pad.wait_for_change(flow, look)
    box = flow.bounding_box()
    flow.click(position={"x": box["width"] - 62, "y": box["height"] * 0.85})
    pad.wait_for_text(".gd-readout", "Output 9: z = ")
    assert "lit in layer 1: " in flow.get_attribute("aria-label")


def test_a_dot_is_seen_on_the_pad(pad):
    empty = pad.hash(pad.picture("pad"))
    write(pad, [[(90, 100)]])
    assert pad.hash(pad.picture("pad")) != empty
    assert len(settled(pad)) == 10


def test_a_deep_network_is_drawn_and_one_too_large_shows_its_outputs_as_bars(desk):
    for source, drawn in zip(OTHERS, (True, False), strict=True):
        bring(desk, source)
        desk.wait_for_text(".gd-readout", "Nothing is written yet.")
        bars = desk.card().locator(".gd-bars")
        assert (desk.picture("flow").is_visible(), bars.is_visible()) == (drawn, not drawn)
        assert set(bars.locator("output").all_text_contents()) == {""}  # nothing is read
        assert bars.locator(".gd-most").count() == 0
        write(desk, written(2, 3)[12][1])
        desk.wait_for_text(".gd-readout", "next ")
        assert bars.locator(".gd-most").count() == 1


def test_an_error_in_python_is_shown_in_the_card(desk):
    bring(desk, BROKEN)
    write(desk, [[(0, 0), (50, 60)]])
    desk.wait_for_text(".gd-message", "ZeroDivisionError: division by zero")
    desk.wait_for_text(".gd-readout", "What you wrote has not been read.")


def test_without_a_kernel_the_pad_still_draws_and_says_what_is_needed(pad):
    write(pad, written(2, 3)[0][1])
    settled(pad)
    pad.shut_kernel_down()
    before, place = pad.hash(pad.picture("pad")), pad.picture("pad").bounding_box()
    write(pad, [[(0, 0), (50, 60)]])
    assert pad.hash(pad.picture("pad")) != before
    pad.wait_for_text(".gd-message", "Python is not running, and what it held is gone: the network")
    pad.wait_for_text(".gd-readout", "has not been read")
    assert pad.picture("pad").bounding_box() == place  # the message moves no paper under the pen
