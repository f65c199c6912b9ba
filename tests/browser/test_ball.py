"""The ball lab of notebook 01, which rolls by a learner's rule, in a real JupyterLab."""

import nbformat
import pytest

from tools import ROOT
from tools.lab_page import open_lab, open_run, store, trust

pytestmark = pytest.mark.browser


STUB, RULE = "eta): ...  # return the new v", "eta): return v - eta * nabla_C"


def read(name):
    return nbformat.read(ROOT / "notebooks" / name, as_version=4)


@pytest.fixture(scope="module")
def notebook(server, browser):
    """Notebook 01, run with the rule written."""
    notebook = read("01_valley.ipynb")
    for cell in notebook.cells:
        cell.source = cell.source.replace(STUB, RULE)
    with open_run(server, browser, "JupyterLab Light", notebook) as lab:
        yield lab


@pytest.fixture
def valley(notebook):
    """The page object with a new ball of notebook 01 in view."""
    notebook.run("labs.ball(valley")
    notebook.show("labs.ball(valley")
    return notebook


def slider(lab, name):
    return lab.card().locator(f".gd-{name}")


def readout(lab):
    """Return the numbers of the readout by name, as text."""
    return lab.card().evaluate(
        """card => Object.fromEntries([...card.querySelectorAll('.gd-readout div > span')].map(
             cell => [cell.firstChild.textContent.trim(), cell.querySelector('b').textContent]))"""
    )


def test_the_whole_notebook_runs(notebook):
    notebook.show("labs.ball(valley")
    assert notebook.page.locator(".jp-OutputArea-output[data-mime-type*=error]").count() == 0
    notebook.show("egg_box")
    assert "gradient_descent(egg," in notebook.card().locator("code").inner_text()


def test_the_eta_slider_changes_every_picture_by_keyboard(valley):
    slider(valley, "eta").focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowLeft"):
        before = {name: valley.hash(valley.picture(name)) for name in ("valley", "map", "curve")}
        valley.page.keyboard.press(key)
        for name, old in before.items():
            valley.wait_for_change(valley.picture(name), old)
    assert "eta=0.106" in valley.card().locator("code").inner_text()
    valley.page.keyboard.press("End")
    valley.wait_for_text(".gd-word", "✗ diverges")
    assert slider(valley, "eta").get_attribute("aria-valuetext") == "2, diverges"


def test_steps_forward_back_and_reset(valley):
    button = lambda name: valley.card().get_by_role("button", name=name, exact=True)  # noqa: E731
    for _ in range(3):
        button("one step").click()
    valley.wait_for_text(".gd-readout", "step 3 of 60")
    # three steps of the factor 0.8 from (−0.9, 0.7), worked out by hand
    assert readout(valley)["v ="] == "(−0.461, 0.358)"
    assert readout(valley)["C ="] == "0.341"
    button("one step back").click()
    valley.wait_for_text(".gd-readout", "step 2 of 60")
    button("reset to the start").click()
    valley.wait_for_text(".gd-readout", "step 0 of 60")
    assert readout(valley) == {
        "step": "0 of 60",
        "v =": "(−0.900, 0.700)",
        "C =": "1.30",
        "‖∇C‖ =": "2.28",
        "promised ΔC = −η‖∇C‖² =": "−0.520",
        "actual ΔC =": "−0.468",
    }
    slider(valley, "step").focus()
    valley.page.keyboard.press("End")
    valley.wait_for_text(".gd-readout", "step 60 of 60")


def test_play_runs_to_the_end_and_can_be_paused(valley):
    play = valley.card().get_by_role("button", name="play or pause")
    play.click()
    valley.page.wait_for_function(  # pauses it at once: a busy machine may be late with a click
        """card => parseInt(card.querySelector('.gd-readout b').textContent) >= 2
                   && (card.querySelector('.gd-play').click(), true)""",
        arg=valley.card().element_handle(),
        polling="raf",
    )
    valley.wait_for_text(".gd-play", "▶ play")
    paused = readout(valley)["step"]
    assert paused != "60 of 60"
    valley.page.wait_for_timeout(300)
    assert readout(valley)["step"] == paused
    slider(valley, "step").focus()
    valley.page.keyboard.press("End")
    valley.page.keyboard.press("ArrowLeft")
    play.click()
    valley.wait_for_text(".gd-readout", "step 60 of 60")
    valley.wait_for_text(".gd-play", "▶ play")


def test_turning_the_valley_by_mouse_and_by_keyboard_changes_only_the_valley(valley):
    canvas, top = valley.picture("valley"), valley.picture("map")
    before, unturned = valley.hash(canvas), valley.hash(top)
    valley.drag(canvas, (150, 100), (220, 120))
    valley.wait_for_change(canvas, before)
    before = valley.hash(canvas)
    valley.page.keyboard.press("ArrowUp")
    valley.wait_for_change(canvas, before)
    assert valley.hash(top) == unturned


def test_a_click_on_the_map_drops_the_ball(valley):
    canvas = valley.picture("map")
    before = valley.hash(canvas)
    box = canvas.bounding_box()
    canvas.click(position={"x": box["width"] * 0.7, "y": box["height"] * 0.3})
    valley.wait_for_change(canvas, before)
    valley.wait_for_text(".gd-readout", "step 0 of 60")
    v1, v2 = (float(x.replace("−", "-")) for x in readout(valley)["v ="].strip("()").split(", "))
    assert 0 < v1 < 1
    assert 0 < v2 < 1
    # Python knows: the next cell of the notebook sees the new start
    valley.card().locator("code").filter(has_text=f"v0=({v1:g}, {v2:g})").wait_for()
    canvas.focus()
    valley.page.keyboard.press("ArrowLeft")
    valley.card().locator("code").filter(has_text=f"v0=({v1 - 0.05:.3g}").wait_for()


def test_another_surface(valley):
    before = valley.hash(valley.picture("valley"))
    valley.card().locator("select").select_option("rosenbrock")
    valley.wait_for_text(".gd-code", "gradient_descent(rosenbrock")
    assert valley.card().locator(".gd-landmark").inner_text() == "2/λ_max = 0.002"
    valley.wait_for_change(valley.picture("valley"), before)


def test_reopened_and_untrusted_there_is_a_poster(lab):
    lab.open("01_valley.ipynb")
    lab.scroll_to("labs.ball(valley")
    poster = lab.page.locator(".jp-Cell", has_text="labs.ball(valley").locator("img").first
    poster.wait_for()
    assert poster.evaluate("img => img.naturalWidth") > 900
    assert lab.page.locator(".gd-lab").count() == 0


def test_reopened_trusted_and_without_a_kernel_the_sliders_live(server, browser):
    name = store(server, read("02_learning_rate.ipynb"))
    trust(server, name)
    with open_lab(server, browser) as lab:
        lab.open(name)
        lab.show("labs.ball(ravine")
        lab.shut_kernel_down()
        lab.card().locator(".gd-asked canvas").press("ArrowRight")  # a sketch, as an answer
        lab.card().get_by_role("button", name="That is my answer").click()
        lab.wait_for_text(".gd-readout", "step 60 of 60")
        slider(lab, "eta").focus()
        before = lab.hash(lab.picture("map"))
        lab.page.keyboard.press("ArrowRight")
        lab.wait_for_change(lab.picture("map"), before)
        slider(lab, "step").focus()
        before = lab.hash(lab.picture("valley"))
        lab.page.keyboard.press("ArrowLeft")
        lab.wait_for_change(lab.picture("valley"), before)
        lab.card().locator("select").select_option("valley")
        lab.wait_for_text(".gd-message", "Python is not running, and what it held is gone")
        assert lab.card().locator("select").input_value() == "ravine"
