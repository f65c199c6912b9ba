"""Commit on the picture, then see: in JupyterLab, by mouse, by keyboard, and without a kernel."""

import ast
import math
import re

import numpy as np
import pytest
from nbclient import NotebookClient

from gdlib.costs import ravine
from gdlib.descent import gradient_descent
from tools.lab_page import notebook_of, open_cells, open_lab, store, trust

pytestmark = pytest.mark.browser

SETUP = """
from gdlib import labs
from gdlib.costs import from_function, ravine, valley
parabola = from_function(lambda v: v[0] ** 2, ((-1.5, 1.5),))"""
LABS = {
    "step": "labs.ball(valley, (-0.9, 0.7), 0.1, 60, predict='step')",
    "end": "labs.ball(ravine, (-0.9, 0.7), 0.01, 60, predict='end')",
    "curve": "labs.ball(ravine, (-0.9, 0.7), 0.02, 60, predict='curve')",
    "direction": "labs.ball(ravine, (-0.7, 0.3), 0.01, 60, predict='direction')",
    "graph": "labs.ball(parabola, -1.2, 0.2, 20, predict='step')",
    "side": "labs.ball(parabola, -1.2, 0.2, 20, predict='direction')",
    "duel": "labs.duel(ravine, (-0.9, 0.7), (0.02, 0.125), 60, predict='end')",
}


@pytest.fixture(scope="module")
def notebook(server, browser):
    """A notebook of these labs, each followed by a cell that prints the answer it has."""
    sources = [SETUP]
    for name, source in LABS.items():
        sources += [f"{name} = {source}\n{name}", f"print('{name}', {name}.answer)"]
    with open_cells(server, browser, "JupyterLab Light", sources) as lab:
        yield lab


@pytest.fixture
def shown(notebook):
    """A function that brings a lab into view, its film hidden, and returns the page object."""

    def show(name):
        notebook.show(LABS[name])
        button(notebook, "reset to the start").click()
        if button(notebook, "hide what comes and predict again").is_visible():
            button(notebook, "hide what comes and predict again").click()
        notebook.wait_for_text(".gd-readout", "step 0v")
        return notebook

    return show


def button(lab, name):
    return lab.card().get_by_role("button", name=name, exact=True)


def said(lab):
    """Return what the lab says of the flag, the sketch or the arrow, or of the gap."""
    return lab.card().locator(".gd-gap").inner_text()


def numbers(text):
    """Return all numbers of a text."""
    found = re.findall(r"−?\d+\.?\d*(?:·10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?", text)
    powers = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
    return [float(n.replace("−", "-").replace("·10", "e").translate(powers)) for n in found]


def canvases(lab):
    return [lab.hash(canvas) for canvas in lab.card().locator("canvas").all()]


def asked(lab):
    return lab.card().locator(".gd-asked canvas")


def press(lab, *keys):
    """Press keys on the picture that takes the answer."""
    asked(lab).focus()
    for key in keys:
        lab.page.keyboard.press(key)


def set_eta(lab, value):
    """Bring the first slider to a learning rate that it holds."""
    slider = lab.card().locator(".gd-eta").first
    slider.focus()
    lab.page.keyboard.press("Home")
    output = lab.card().locator(".gd-row output").first
    for _ in range(121):
        if float(output.inner_text()) >= value:
            break
        lab.page.keyboard.press("ArrowRight")
    assert float(output.inner_text()) == value


def gap(lab):
    """Wait for the truth and return what is said of the gap."""
    lab.card().locator(".gd-gap").filter(has_text=re.compile("Your (flag|sketch|arrow)")).filter(
        has_not_text=re.compile("stands|^Your sketch at|points at")
    ).wait_for()
    lab.wait_for_text(".gd-play", "▶ play")
    return said(lab)


@pytest.mark.parametrize("name", LABS)
def test_nothing_of_the_future_shows_before_the_answer(shown, name):
    lab = shown(name)
    before = canvases(lab)
    last = lab.card().locator(".gd-eta").last
    for key in ("Home", "End", "ArrowLeft"):
        last.focus()
        lab.page.keyboard.press(key)
        lab.page.wait_for_timeout(50)
        assert canvases(lab) == before
    button(lab, "play or pause").click()
    assert "first: " in lab.card().locator(".gd-message").inner_text()
    lab.card().locator(".gd-step").focus()
    lab.page.keyboard.press("End")
    button(lab, "one step").click()
    assert canvases(lab) == before
    assert lab.card().locator(".gd-step").input_value() == "0"
    text = lab.card().inner_text()
    assert not re.search(r"converges|diverges|crawls|oscillates|\d of \d|λ_max|zoomed", text)
    assert "actual ΔC = ?" in text.replace("\n", " ")


def test_a_flag_by_mouse_is_measured_against_gradient_descent(shown):
    lab = shown("end")
    set_eta(lab, 0.01)
    box = asked(lab).bounding_box()
    asked(lab).click(position={"x": 0.55 * box["width"], "y": 0.4 * box["height"]})
    lab.wait_for_text(".gd-gap", "Your flag stands at")
    flag = numbers(said(lab))
    button(lab, "That is my answer").click()
    said_flag, truth, (steps, apart, share) = np.split(numbers(gap(lab)), [2, 4])
    path = gradient_descent(ravine, (-0.9, 0.7), 0.01, 60).v
    assert list(said_flag) == flag
    assert steps == 60
    assert truth == pytest.approx(path[-1], abs=0.006)
    assert apart == pytest.approx(math.dist(flag, path[-1]), abs=0.01)
    assert share == pytest.approx(100 * apart / math.dist(path[0], path[-1]), abs=1)
    lab.wait_for_text(".gd-readout", "step 60 of 60")


def test_a_flag_by_keyboard_and_python_knows_the_answer(shown):
    lab = shown("step")
    set_eta(lab, 0.1)
    press(lab, *["ArrowRight"] * 4, *["ArrowDown"] * 3, "Enter")
    text = gap(lab)
    # each arrow key is a fortieth of the picture: (−0.9 + 0.2, 0.7 − 0.15); one step leads to 0.8 v
    assert "stood at (−0.70, 0.55), the ball came to (−0.72, 0.56) after one step" in text
    assert numbers(text)[-2:] == pytest.approx([math.hypot(0.02, 0.01), 10], abs=0.001)
    lab.wait_for_text(".gd-readout", "step 1 of 60")
    lab.page.keyboard.press("Shift+Enter")  # the next cell prints what Python has
    expected = "step {'surface': 'valley', 'start': [-0.9, 0.7], 'eta': 0.1, 'flag': [-0.7, 0.55]}"
    lab.page.get_by_text(expected).wait_for()


def test_a_flag_on_the_graph(shown):
    lab = shown("graph")
    set_eta(lab, 0.2)
    press(lab, *["ArrowRight"] * 8, "Enter")
    assert "stood at −0.60, the ball came to −0.72 after one step: 0.120 apart, 25 %" in gap(lab)


@pytest.mark.parametrize("hand", ["mouse", "keyboard"])
def test_a_sketch_is_measured_against_c_of_the_path(shown, hand):
    lab = shown("curve")
    set_eta(lab, 0.02)
    if hand == "mouse":
        box = asked(lab).bounding_box()
        points = [(share * box["width"], (0.2 + share / 2) * box["height"]) for share in (0.2, 0.9)]
        lab.drag(asked(lab), *points)
    else:
        press(lab, "ArrowRight", *["ArrowDown"] * 5, "ArrowRight", "ArrowRight", "ArrowDown")
    lab.wait_for_text(".gd-gap", "Your sketch at step")
    press(lab, "Enter")
    text = gap(lab)
    lab.page.keyboard.press("Shift+Enter")
    lab.page.get_by_text("curve {'surface'").wait_for()
    printed = lab.page.get_by_text("curve {'surface'").inner_text()
    sketch = ast.literal_eval(printed.removeprefix("curve "))["sketch"]
    assert sketch["steps"] == [*range(0, 61, 6)]
    assert len(set(sketch["C"])) > 2
    C = gradient_descent(ravine, (-0.9, 0.7), 0.02, 60).C[sketch["steps"]]
    factors = np.exp(np.abs(np.log(C / sketch["C"])))
    worst = int(factors.argmax())
    step, drawn, truth, factor, alike, pieces = numbers(text)
    assert step == sketch["steps"][worst]
    assert [drawn, truth, factor] == pytest.approx(
        [sketch["C"][worst], C[worst], factors[worst]], rel=0.01
    )
    assert pieces == 10
    if hand == "keyboard":  # level but for two falls, and the truth never is
        assert alike == 2


def test_a_direction_by_keyboard_and_by_mouse(shown):
    lab = shown("direction")
    set_eta(lab, 0.01)
    step = gradient_descent(ravine, (-0.7, 0.3), 0.01, 1).v
    truth = math.degrees(math.atan2(step[1, 1] - step[0, 1], step[1, 0] - step[0, 0]))
    press(lab, "ArrowDown", *["ArrowLeft"] * 2)  # straight down, then ten degrees leftward
    lab.wait_for_text(".gd-gap", "at −80°")
    press(lab, "Enter")
    assert numbers(gap(lab)) == [round(abs(truth + 80))]
    lab = shown("direction")
    box = asked(lab).bounding_box()
    lab.drag(asked(lab), (0.3 * box["width"], 0.3 * box["height"]), (0.9 * box["width"], 20))
    lab.wait_for_text(".gd-gap", "points at")
    (angle,) = numbers(said(lab).split("°")[0])
    button(lab, "That is my answer").click()
    assert numbers(gap(lab))[0] == pytest.approx(abs(truth - angle), abs=1)


def test_a_direction_over_one_variable(shown):
    lab = shown("side")
    press(lab, "ArrowLeft", "Enter")
    lab.wait_for_text(".gd-gap", "points to the left. No: the first step of the ball goes to the r")


def test_a_ball_that_leaves_the_picture_is_told_as_that(shown):
    lab = shown("duel")
    press(lab, "ArrowRight", "Enter")
    text = gap(lab)
    assert "but the other ball has left the picture: after 60 steps it is at (" in text


def test_another_setting_asks_anew(shown):
    lab = shown("step")
    press(lab, "ArrowRight")
    lab.wait_for_text(".gd-gap", "Your flag stands at")
    lab.card().locator(".gd-eta").focus()
    lab.page.keyboard.press("End")
    lab.wait_for_text(".gd-commit", "at η = 2?")
    lab.wait_for_text(".gd-gap", "Plant your flag")
    before = lab.card().locator("code").inner_text()
    press(lab, "Shift+ArrowRight")  # moves the ball: Python computes another film
    lab.page.wait_for_function(
        "([code, before]) => code.textContent !== before",
        arg=[lab.card().locator("code").element_handle(), before],
    )
    assert button(lab, "That is my answer").is_visible()
    assert "of 60" not in lab.card().locator(".gd-readout").inner_text()
    press(lab, *["Shift+ArrowLeft"])
    lab.wait_for_text("code", before)


def test_with_reduced_motion_the_truth_comes_at_once(shown):
    lab = shown("end")
    lab.page.emulate_media(reduced_motion="reduce")
    try:
        press(lab, "ArrowRight", "Enter")
        lab.card().locator(".gd-readout", has_text="step 60 of 60").wait_for(timeout=3_000)
    finally:
        lab.page.emulate_media(reduced_motion="no-preference")


def test_a_saved_notebook_asks_without_a_kernel(server, browser):
    saved = notebook_of([SETUP, LABS["step"]])
    NotebookClient(saved, store_widget_state=True).execute()
    name = store(server, saved)
    trust(server, name)
    with open_lab(server, browser) as lab:
        lab.open(name)
        lab.show(LABS["step"])
        lab.shut_kernel_down()
        assert lab.card().locator(".gd-word").first.inner_text() == ""
        press(lab, "ArrowRight", "Enter")
        assert "the ball came to (−0.72, 0.56) after one step" in gap(lab)
        button(lab, "hide what comes and predict again").click()
        lab.wait_for_text(".gd-readout", "step 0v")
