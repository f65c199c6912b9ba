"""Hear the labs: what the accessibility tree tells, and what is said while a film plays."""

import re

import numpy as np
import pytest

from gdlib.costs import ravine, two_valleys
from gdlib.derivatives import sharpness
from gdlib.descent import gradient_descent
from gdlib.labs.sayings import ground
from tools.lab_page import open_cells

pytestmark = pytest.mark.browser

SETUP = "from gdlib import labs\nfrom gdlib.costs import ravine, two_valleys"
BALL = "labs.ball(ravine, start=(-0.9, 0.7), eta=0.05, steps=60)"
DUEL = "labs.duel(ravine, start=(-0.9, 0.7), etas=(0.02, 0.095))"
ASKS = "labs.ball(two_valleys, (-1.2, 0.8), 0.1, 60, predict='end')"


@pytest.fixture(scope="module")
def notebook(server, browser):
    sources = [SETUP, BALL, DUEL, ASKS]
    with open_cells(server, browser, "JupyterLab Light", sources) as lab:
        lab.tree = lab.page.context.new_cdp_session(lab.page)
        yield lab


def nodes(lab):
    """Return the accessibility tree in the order of the page: (role, name, description, has)."""
    tree = lab.tree.send("Accessibility.getFullAXTree")["nodes"]
    by_number, found = {node["nodeId"]: node for node in tree}, []
    waiting = [tree[0]["nodeId"]]
    while waiting:
        node = by_number.get(waiting.pop())
        if node is None:
            continue
        waiting += reversed(node.get("childIds", []))
        if not node.get("ignored"):
            texts = (
                node.get(part, {}).get("value", "") for part in ("role", "name", "description")
            )
            has = {each["name"]: each["value"].get("value") for each in node.get("properties", [])}
            found.append((*texts, has))
    return found


def key(lab, name):
    """Press a key, and let the page draw what comes of it."""
    lab.page.keyboard.press(name)
    lab.page.evaluate("new Promise(done => requestAnimationFrame(() => setTimeout(done, 20)))")


def tab_to(lab, role, name):
    """Press Tab, from the top of the lab on show, until the focus is on what has this name."""
    lab.card().focus()
    for _ in range(40):
        key(lab, "Tab")
        if lab.page.evaluate("document.activeElement.ariaLabel") == name:
            break
    focused = [
        node[:2] for node in nodes(lab) if node[3].get("focused") and node[0] != "RootWebArea"
    ]
    assert (role, name) in focused


def told(lab):
    """Return the number and the word that stand beside the slider that has the focus."""
    tree = nodes(lab)
    start = next(
        i for i, (role, *_, has) in enumerate(tree) if role == "slider" and "focused" in has
    )
    texts = []
    for role, name, *_ in tree[start + 1 :]:
        if role == "slider":
            *_, number, word, _ = texts  # the last is the name of the next slider
            return float(number), word
        if role == "StaticText":
            texts.append(name)
    raise AssertionError("no slider follows")


def said(lab):
    return lab.card().locator(".gd-voice").inner_text()


def press(lab, name):
    """Press the button of this name by keyboard."""
    tab_to(lab, "button", name)
    key(lab, "Enter")


def test_which_eta_diverges_and_where_the_limit_is_by_keyboard_from_the_tree_alone(notebook):
    notebook.show(BALL)
    tab_to(notebook, "slider", "learning rate η")
    key(notebook, "End")
    above, word = below, _ = told(notebook)
    assert word == "✗ diverges"
    while word == "✗ diverges":
        above = below
        key(notebook, "ArrowLeft")
        below, word = told(notebook)
    limit = 2 / sharpness(ravine, [0.0, 0.0], np.random.default_rng(0))
    assert below <= limit * 1.01
    assert limit <= above
    assert above / below < 1.07  # they are next to each other on the slider
    marks = [name for role, name, _, _ in nodes(notebook) if "2/λ_max" in name]
    assert any(float(mark.split("=")[1]) == pytest.approx(limit, rel=0.01) for mark in marks)


def test_each_step_on_request_is_said_with_its_numbers(notebook):
    notebook.show(BALL)
    tab_to(notebook, "slider", "learning rate η")
    key(notebook, "Home")
    press(notebook, "reset to the start")
    assert said(notebook) == "The ball lies at (−0.900, 0.700), where C = 5.71."
    press(notebook, "one step")
    assert re.fullmatch(
        r"Step 1 leads to \(−0\.9\d*, 0\.\d+\): C goes from 5.71 to .*", said(notebook)
    )
    tab_to(notebook, "slider", "step")
    key(notebook, "End")
    assert said(notebook).startswith("The end, at step 60. It crawls. C = ")


def test_while_it_plays_only_news_is_said_and_then_the_end(notebook):
    descent = gradient_descent(ravine, (-0.9, 0.7), 0.095, 60)
    notebook.show(DUEL)
    button = notebook.card().get_by_role("button", name="reset to the start", exact=True)
    button.click()
    notebook.page.evaluate(
        """card => { window.heard = []; const voice = card.querySelector('.gd-voice');
           new MutationObserver(() => heard.push(voice.textContent))
             .observe(voice, {childList: true, characterData: true, subtree: true}); }""",
        notebook.card().element_handle(),
    )
    for _ in range(3):
        notebook.card().get_by_role("button", name="speed of play").click()
    notebook.card().get_by_role("button", name="play or pause").click()
    notebook.page.wait_for_function("window.heard.some(text => text.includes('The end'))")
    heard = notebook.page.evaluate("window.heard")
    assert heard[0].startswith("other: Step 2 crosses the valley and turns back")
    assert len(heard) < 6
    assert f"other: The end, at step 60. It {descent.regime}." in heard[-1]
    assert "one: The end, at step 60. It crawls." in heard[-1]


def test_nothing_is_said_of_what_a_prediction_hides(notebook):
    notebook.show(ASKS)
    notebook.card().get_by_role("button", name="one step", exact=True).click()
    notebook.card().get_by_role("button", name="play or pause").click()
    assert said(notebook).startswith("The ball lies at (−1.20, 0.800), where C = ")


def test_the_tree_says_where_the_hills_and_the_valleys_of_a_picture_lie(notebook):
    notebook.show(ASKS)
    told = [about for role, _, about, _ in nodes(notebook) if about == ground(two_valleys)]
    assert len(told) >= 2  # of the valley and of the map
