"""What hands do that nobody planned: extremes, other buttons, and keys after a click."""

import numpy as np
import pytest
from gallery import SETUP

from gdlib.costs import COSTS
from tools.lab_page import open_cells

pytestmark = pytest.mark.browser

LABS = {
    "ball": "labs.ball(valley, start=(-0.9, 0.7), eta=0.1)",
    "line": "labs.ball(from_function(parabola, ((-1.5, 1.5),)), start=-1.2, steps=20)",
    "duel": "labs.duel(ravine, etas=(0.02, 0.12))",
    "ghost": "labs.ghost(ravine, eta=0.01)",
    "move": "labs.small_move(ravine, (0.6, -0.4), length=0.2, angle=150)",
    "runs": "labs.runs(sweep, epochs=2)",
    "choice": "labs.predict('Left?', 'yes', ['yes', 'no'])",
    "number": "labs.predict('How many?', 2.0, because='So it is.')",
}
# Whatever is handed to a canvas while one of its methods is watched.
RECORD = """() => {
  window.drawn = [];
  for (const method of ['lineTo', 'moveTo', 'arc', 'fillRect', 'createRadialGradient']) {
    const original = CanvasRenderingContext2D.prototype[method];
    CanvasRenderingContext2D.prototype[method] = function (...numbers) {
      window.drawn.push([this.canvas.closest?.('figure')?.className ?? '', method, ...numbers]);
      return original.apply(this, numbers);
    };
  }
  window.fills = new Set();
  const fill = CanvasRenderingContext2D.prototype.fill;
  CanvasRenderingContext2D.prototype.fill = function (...path) {
    window.fills.add(`${this.canvas.closest?.('figure')?.className} ${this.fillStyle}`);
    return fill.apply(this, path);
  };
}"""


@pytest.fixture(scope="module")
def notebook(server, browser):
    """A notebook of these labs, each followed by a cell that counts how often it ran."""
    sources = [f"{SETUP}\nfrom collections import Counter\nran = Counter()"]
    for name, source in LABS.items():
        sources += [source, f"ran['{name}'] += 1; print('ran {name}', ran['{name}'])"]
    with open_cells(server, browser, "JupyterLab Light", sources) as lab:
        lab.page.evaluate(RECORD)
        yield lab


@pytest.fixture
def shown(notebook):
    """A function that brings a lab into view and returns the page object."""

    def show(name):
        notebook.scroll_to(LABS[name])
        notebook.cell = notebook.page.locator(".jp-CodeCell", has_text=LABS[name]).first
        notebook.card().wait_for()
        return notebook

    return show


def set_slider(lab, slider, value):
    """Move a slider to a position, or to its end with "max"."""
    lab.card().locator(slider).first.evaluate(
        """(slider, value) => {
          slider.value = value === 'max' ? slider.max : value;
          for (const kind of ['input', 'change']) slider.dispatchEvent(new Event(kind));
        }""",
        value,
    )


def drawn(lab, act):
    """Return what an act made the lab draw: a list of [picture, method, numbers …]."""
    lab.page.evaluate("window.drawn = []")
    act()
    lab.page.wait_for_function("window.drawn.length > 0")
    return lab.page.evaluate("window.drawn")


@pytest.mark.parametrize("surface", COSTS)
def test_a_ball_at_the_largest_rate_plays_to_its_end_and_stays_in_every_picture(shown, surface):
    lab = shown("ball")
    lab.card().locator("select").select_option(surface)
    lab.wait_for_text(".gd-code", f"gradient_descent({surface}")
    set_slider(lab, ".gd-eta", "max")
    lab.card().get_by_role("button", name="speed of play").click(click_count=3)
    lab.card().get_by_role("button", name="reset to the start").click()
    lab.card().get_by_role("button", name="play or pause").click()
    lab.page.wait_for_function(
        """card => {
             const [k, end] = card.querySelector('.gd-readout b').textContent.split(' of ');
             return k === end && card.querySelector('.gd-play').textContent === '▶ play';
           }""",
        arg=lab.card().element_handle(),
        timeout=30_000,
    )
    lab.card().get_by_role("button", name="speed of play").click()
    for step in (1, 3, "max"):
        numbers = drawn(lab, lambda step=step: set_slider(lab, ".gd-step", step))
        assert all(np.isfinite(row[2:]).all() for row in numbers)
        for picture in ("valley", "map", "curve"):
            box = lab.picture(picture).bounding_box()
            # the ball is a round of this size; a ghost or the light on it does not count
            (x, y) = next(row[2:4] for row in numbers
                          if row[0] == f"gd-{picture}" and row[1] == "arc")  # fmt: skip
            assert 6 <= x <= box["width"] - 6, picture
            assert 0 <= y <= box["height"] - 6, picture


def test_the_path_of_a_ball_that_diverges_is_one_straight_line_on_the_round_valley(shown):
    lab = shown("ball")
    lab.card().locator("select").select_option("valley")
    lab.wait_for_text(".gd-code", "gradient_descent(valley")
    set_slider(lab, ".gd-eta", "max")
    for step in (1, 2, 5, 30, "max"):
        numbers = drawn(lab, lambda step=step: set_slider(lab, ".gd-step", step))
        places = np.array([row[2:4] for row in numbers
                           if row[0] == "gd-map" and row[1] in ("lineTo", "moveTo")])  # fmt: skip
        ball = next(row[2:4] for row in numbers if row[:2] == ["gd-map", "arc"])
        box = lab.picture("map").bounding_box()
        near = (np.abs(places) < 2 * box["width"]).all(axis=1)
        away = places[near] - ball
        # how far from the line through the ball and the start, (-0.88, 0.72), and the middle
        off = np.abs(away @ [0.72, -0.88]) / np.hypot(0.88, 0.72)
        assert off.max() < 6  # half the head of the arrow
        assert np.median(off) < 0.2
        lab.wait_for_text(".gd-map figcaption", "zoomed out")


def test_play_begins_at_its_step_though_the_first_frame_is_older_than_the_click(shown):
    lab = shown("ball")
    lab.card().get_by_role("button", name="reset to the start").click()
    lab.page.evaluate(
        """() => {
          const now = performance.now.bind(performance);
          window.restore = () => { performance.now = now; };
          performance.now = () => now() + 40;
        }"""
    )
    try:
        lab.card().get_by_role("button", name="play or pause").click()
        lab.page.wait_for_function(
            "card => card.querySelector('.gd-readout').textContent.includes('step 2 of')",
            arg=lab.card().element_handle(),
            polling="raf",  # a step shows for a quarter of a second
        )
    finally:
        lab.page.evaluate("window.restore()")
        lab.card().get_by_role("button", name="reset to the start").click()
    assert lab.errors == []


@pytest.mark.parametrize("button", ["right", "middle"])
def test_only_the_first_button_drops_the_ball(shown, button):
    lab = shown("ball")
    line = lab.card().locator("code").inner_text()
    for picture in ("map", "curve", "valley"):
        lab.picture(picture).click(position={"x": 150, "y": 120}, button=button)
    lab.page.keyboard.press("Escape")
    lab.page.wait_for_timeout(300)
    assert lab.card().locator("code").inner_text() == line


def test_shift_and_click_on_the_curve_does_nothing(shown):
    for name in ("ball", "runs", "move"):
        lab = shown(name)
        line = lab.card().locator("code").inner_text()
        lab.picture("curve").click(position={"x": 120, "y": 150}, modifiers=["Shift"])
        lab.page.wait_for_timeout(300)
        assert lab.card().locator("code").inner_text() == line


def test_reset_brings_a_small_move_back_as_it_was(shown):
    lab = shown("move")
    readout = lab.card().locator(".gd-readout")
    before = readout.inner_text()
    canvas = lab.picture("map")
    canvas.click(position={"x": 100, "y": 120}, modifiers=["Shift"])
    lab.page.wait_for_function("([node, text]) => node.innerText !== text",
                               arg=[readout.element_handle(), before])  # fmt: skip
    canvas.click(position={"x": 160, "y": 80})
    lab.card().get_by_role("button", name="reset to the start").click()
    lab.page.wait_for_function("([node, text]) => node.innerText === text",
                               arg=[readout.element_handle(), before])  # fmt: skip


def test_two_rates_have_sliders_of_one_width_and_arrows_and_marks_of_their_own_colour(shown):
    lab = shown("duel")
    sliders = lab.card().locator(".gd-eta")
    sliders.nth(0).press("Home")  # "crawls" is short, "overshoots but converges" long
    assert len({slider.bounding_box()["width"] for slider in sliders.all()}) == 1
    sliders.nth(0).press("End")
    sliders.nth(1).press("End")
    colours = lab.card().evaluate(
        """card => ['ball', 'ghost'].map(
             name => getComputedStyle(card).getPropertyValue(`--gd-${name}`))"""
    )
    for picture, step in (("map", 0), ("curve", 2)):
        lab.page.evaluate("window.fills.clear()")
        drawn(lab, lambda step=step: set_slider(lab, ".gd-step", step))
        filled = lab.page.evaluate("[...window.fills]")
        assert {f"gd-{picture} {colour}" for colour in colours} <= set(filled)


@pytest.mark.parametrize("arrow", ["ArrowRight", "ArrowUp"])
def test_arrows_on_the_map_of_a_sweep_take_no_python(shown, arrow):
    lab = shown("runs")
    lab.picture("map").focus()
    code = lab.card().locator("code")
    before = code.inner_text()
    lab.page.keyboard.press(arrow)
    lab.page.wait_for_function("([node, text]) => node.textContent !== text",
                               arg=[code.element_handle(), before], timeout=3000)  # fmt: skip
    assert lab.card().locator(".gd-message").inner_text() == ""


def count(lab, source):
    """Return the number in front of the cell that holds a text, None while it runs."""
    return lab.page.evaluate(
        """source => window.jupyterapp.shell.currentWidget.content.widgets.find(
             w => w.model.sharedModel.getSource().includes(source)).model.executionCount""",
        source,
    )


def below(lab, name):
    """Return how often the kernel had run a cell when it last ran the one below a lab.

    By its number, not by what it printed: while the kernel is at work on a lab's request in a
    thread of its own, it may lose the output of a cell.
    """
    return count(lab, f"print('ran {name}'")


def runs_again(lab, name, before):
    """Say whether the cell below a lab runs once more within some seconds."""
    for _ in range(100):
        if below(lab, name) not in (None, before):
            return True
        lab.page.wait_for_timeout(100)
    return False


def click_button(lab):
    lab.card().get_by_role("button", name="one step", exact=True).click()


def drag_the_map(lab):
    lab.drag(lab.picture("map"), (120, 120), (160, 150))


def turn_the_valley(lab):
    lab.drag(lab.picture("valley"), (120, 120), (160, 150))


def click_a_slider(lab):
    lab.card().locator(".gd-eta").first.click()


def click_the_card(lab):
    lab.card().locator("header strong").click()


def choose_a_surface(lab):
    lab.card().locator("select").select_option("saddle")
    lab.card().locator("select").focus()


@pytest.mark.parametrize(
    "act",
    [click_button, drag_the_map, turn_the_valley, click_a_slider, click_the_card, choose_a_surface],
)
def test_shift_and_enter_go_on_to_the_next_cell_after_whatever_was_done_in_a_lab(shown, act):
    lab = shown("ball")
    before, own = below(lab, "ball"), count(lab, LABS["ball"])
    act(lab)
    lab.page.keyboard.press("Shift+Enter")
    assert runs_again(lab, "ball", before)
    assert count(lab, LABS["ball"]) == own, "the lab itself must not run anew"


def test_after_a_choice_or_a_number_shift_and_enter_go_on(shown):
    for name in ("choice", "number"):
        lab = shown(name)
        before = below(lab, name)
        if name == "choice":
            lab.card().get_by_role("button", name="no", exact=True).click()
            lab.card().get_by_text("You said: no. The answer: yes.").wait_for()
        else:
            lab.card().locator("input").fill("3")
            lab.page.keyboard.press("Enter")
            lab.card().get_by_text(
                "You said: 3. The answer: 2. Not what you expected? So it is."
            ).wait_for()
        lab.page.keyboard.press("Shift+Enter")
        assert runs_again(lab, name, before)
        assert lab.card().get_by_text("You said").count() == 1


def test_at_320_pixels_nothing_runs_past_its_card(shown):
    lab = shown("ball")
    size = lab.page.viewport_size
    lab.card().evaluate("card => { card.style.width = '300px'; }")
    try:
        over = lab.card().evaluate(
            """card => [...card.querySelectorAll('select, button, input, canvas, code')].filter(
                 part => part.getBoundingClientRect().right > card.getBoundingClientRect().right)
                 .map(part => part.outerHTML.slice(0, 80))"""
        )
        assert over == []
    finally:
        lab.card().evaluate("card => { card.style.width = ''; }")
        assert lab.page.viewport_size == size


def test_an_answer_that_takes_long_is_announced_and_then_taken(browser, server):
    slow = """
def draw():
    time.sleep(6)
    return plt.figure()

labs.predict("How many?", 2.0, picture=draw)"""
    imports = "import time\nimport matplotlib.pyplot as plt\nfrom gdlib import labs"
    with open_cells(server, browser, "JupyterLab Light", [imports, slow]) as lab:
        card = lab.page.locator(".gd-lab")
        card.locator("input").fill("3")
        card.locator("button").click()
        message = card.locator(".gd-message")
        message.get_by_text("Python is at work. Its answer comes when it is free.").wait_for()
        card.get_by_text("You said: 3. The answer: 2.").wait_for()
        assert message.inner_text() == ""
