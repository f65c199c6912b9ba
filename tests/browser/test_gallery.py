"""Every lab: keyboard, mouse, play, drop, and what goes wrong."""

import re

import pytest
from gallery import LABS, SETUP
from pasting import compare

from tools.lab_page import open_cells

pytestmark = pytest.mark.browser

DRAWN = [name for name, (_, pictures) in LABS.items() if pictures]


@pytest.fixture(scope="module")
def gallery(server, browser):
    """A notebook with all labs, run."""
    sources = [SETUP, *(source for source, _ in LABS.values())]
    with open_cells(server, browser, "JupyterLab Light", sources) as lab:
        yield lab


@pytest.fixture
def shown(gallery):
    """A function that brings a lab into view and returns the page object."""

    def show(name):
        gallery.show(LABS[name][0])
        return gallery

    return show


@pytest.mark.parametrize("name", [name for name in (*DRAWN, "network") if name != "rates"])
def test_the_caption_pasted_into_a_cell_gives_what_the_lab_shows(shown, name):
    """The balls of "rates" stop where their rule fails, and so does the caption."""
    card, here = shown(name).card(), {}
    exec(SETUP, here)
    same = eval(LABS[name][0], here)
    sliders = card.locator("input[type=range]").all()
    opened = [slider.input_value() for slider in sliders]
    for slider in sliders:
        for _ in range(3):
            slider.press("ArrowRight")
    if sliders:
        *places, step = [int(slider.input_value()) for slider in sliders]
        same.show(sliders=places, step=step)
    assert compare(same, card.locator(".gd-code code").last.text_content(), here) > 0
    for slider, value in zip(sliders, opened, strict=True):
        slider.fill(value)  # the next test finds the lab as it opened


@pytest.mark.parametrize("name", DRAWN)
def test_sliders_and_steps_by_keyboard_change_the_pictures(shown, name):
    lab = shown(name)
    if name == "nudge":  # its zoom has four positions, and may be at the last
        lab.card().get_by_role("button", name="reset to the start").click()
    for number, slider in enumerate(lab.card().locator("input[type=range]").all()):
        if name == "duel" and number == 2:  # the step
            break
        if (name == "real" and number == 0) or (name == "runs" and number == 1):
            continue  # moves nothing on the map
        if "gd-step" in slider.get_attribute("class"):
            slider.press("Home")  # there are steps enough from there
        for picture in LABS[name][1].split():
            canvas = lab.picture(picture)
            before = lab.hash(canvas)
            slider.focus()
            lab.page.keyboard.press("ArrowRight")
            lab.wait_for_change(canvas, before)
        assert slider.get_attribute("aria-valuetext")
        assert slider.evaluate("slider => getComputedStyle(slider).outlineStyle") == "solid"


@pytest.mark.parametrize("name", DRAWN)
def test_play_moves_the_pictures_and_stops(shown, name):
    lab = shown(name)
    lab.card().get_by_role("button", name="reset to the start").click()
    play = lab.card().get_by_role("button", name="play or pause")
    canvas = lab.picture(LABS[name][1].split()[-1]).element_handle()
    canvas.evaluate(  # a short film may be over before another look from here
        """canvas => {
          const seen = window.seen = new Set();
          const look = () => {
            if (seen.add(window.gdHash(canvas)).size < 3) requestAnimationFrame(look);
          };
          look();
        }"""
    )
    play.click()
    lab.page.wait_for_function("window.seen.size === 3")
    play.click()
    lab.wait_for_text(".gd-play", "▶ play")


@pytest.mark.parametrize(
    "name",
    [n for n in DRAWN if "map" in LABS[n][1] and n not in ("real", "runs", "factors")],
)
def test_the_map_answers_to_mouse_and_keys_and_the_valley_turns(shown, name):
    lab = shown(name)
    canvas, code = lab.picture("map"), lab.card().locator("code")
    for act in (
        lambda: canvas.click(position={"x": 120, "y": 90}),
        lambda: (canvas.focus(), lab.page.keyboard.press("ArrowLeft")),
    ):
        before, line = lab.hash(canvas), code.inner_text()
        act()
        lab.wait_for_change(canvas, before)
        if name not in ("move", "circle"):
            lab.page.wait_for_function(
                "([code, line]) => code.textContent !== line", arg=[code.element_handle(), line]
            )
    if name != "rates":
        valley = lab.picture("lens" if name == "move" else "valley")
        before = lab.hash(valley)
        lab.drag(valley, (150, 120), (200, 130))
        lab.wait_for_change(valley, before)


def test_the_lens_zooms_by_keys_and_wheel_when_it_has_the_focus(shown):
    lab = shown("move")
    lens, slider = lab.picture("lens"), lab.card().locator(".gd-eta")
    slider.evaluate(
        """slider => {
          slider.value = 30;
          for (const kind of ['input', 'change']) slider.dispatchEvent(new Event(kind));
        }"""
    )

    def zoom(act, position):
        before = lab.hash(lens)
        act()
        lab.wait_for_change(lens, before)
        assert slider.input_value() == position

    lens.focus()
    zoom(lambda: lab.page.keyboard.press("+"), "29")
    zoom(lambda: lab.page.keyboard.press("-"), "30")
    lens.hover()
    zoom(lambda: lab.page.mouse.wheel(0, -100), "29")
    slider.focus()
    lens.hover()
    lab.page.mouse.wheel(0, -1)  # the page scrolls
    lab.page.wait_for_timeout(200)
    assert slider.input_value() == "29"
    assert "×: blue the surface" in lab.card().locator(".gd-lens figcaption").inner_text()


def test_a_curvature_changes_the_bars_the_ground_and_its_own_limit(shown):
    lab = shown("factors")
    lab.card().get_by_role("button", name="reset to the start").click()
    second, code = lab.card().locator(".gd-eta").nth(1), lab.card().locator("code")
    pictures = [lab.picture(name) for name in ("bars", "map")]
    before = [lab.hash(picture) for picture in pictures]
    second.press("Home")
    code.filter(has_text="quadratic([2, 0.5])").wait_for()
    for picture, hashed in zip(pictures, before, strict=True):
        lab.wait_for_change(picture, hashed)
    row = lab.card().locator(".gd-row").nth(1)
    row.filter(has_text="2/λ_max = 1").wait_for()
    assert second.get_attribute("aria-valuetext") == "0.5, 2/λ_max = 1"
    second.press("End")
    lab.card().locator(".gd-eta").first.press("End")
    lab.wait_for_text(".gd-readout", "1 − ηλ₂ = −24")
    lab.card().get_by_role("button", name="one step", exact=True).click()
    lab.wait_for_text(".gd-readout", "step 1 of 30")
    lab.wait_for_text(".gd-readout", "v = (−1.50, −24)")


def test_the_curve_of_a_neuron_is_moved_and_bent_by_mouse_and_keys(shown):
    lab = shown("neuron")
    canvas, code = lab.picture("data"), lab.card().locator("code")
    box = canvas.bounding_box()
    across, up = box["width"], box["height"]

    def starts():
        return [float(x) for x in re.search(r"v0=\((.*?)\)", code.inner_text())[1].split(",")]

    def after(act):
        line = code.inner_text()
        act()
        code.filter(has_not_text=line).wait_for()
        lab.page.wait_for_function("!document.querySelector('[aria-busy=true]')")
        return starts()

    before = after(lambda: lab.drag(canvas, (across / 2, up * 0.5), (across / 3, up * 0.4)))
    moved = after(lambda: lab.drag(canvas, (across / 3, up * 0.4), (across * 0.6, up * 0.4)))
    assert moved[0] == before[0]
    assert moved[1] / moved[0] < before[1] / before[0]  # the middle is at −b/w
    bent = after(lambda: lab.drag(canvas, (across * 0.8, up * 0.1), (across * 0.8, up * 0.25)))
    assert bent[0] != moved[0]
    assert bent[1] / bent[0] == pytest.approx(moved[1] / moved[0], abs=0.02)
    steeper = after(lambda: canvas.press("ArrowUp"))
    assert steeper[0] > bent[0]
    assert after(lambda: canvas.press("ArrowRight"))[0] == steeper[0]


def test_one_image_at_a_time_pulls_by_a_surface_of_its_own(shown):
    lab = shown("neuron")
    pictures = [lab.picture(name) for name in ("map", "data")]
    lab.card().locator("select").select_option("one")
    lab.wait_for_text(".gd-readout", "image 0")
    before = [lab.hash(picture) for picture in pictures]
    lab.card().get_by_role("button", name="one step", exact=True).click()
    lab.wait_for_text(".gd-readout", "image 1")
    for picture, hashed in zip(pictures, before, strict=True):
        lab.wait_for_change(picture, hashed)
    assert "that pulls now" in lab.card().locator(".gd-map figcaption").inner_text()
    lab.card().locator("select").select_option("all")
    lab.wait_for_text(".gd-map figcaption", "click or drag to drop the ball")


def test_what_is_wrong_with_a_learning_rate_stays_in_the_card(shown):
    lab = shown("rates")
    lab.wait_for_text(".gd-message", "at step 9 it returned None")
    lab.picture("map").click(position={"x": 150, "y": 120})
    lab.page.wait_for_function(
        "card => card.closest('.jupyter-widgets, .jp-OutputArea').querySelector('[aria-busy=true]')"
        " === null",
        arg=lab.card().element_handle(),
    )
    lab.wait_for_text(".gd-message", "def own_rate(k, v, nabla_C):")


def test_a_click_and_an_arrow_on_the_map_of_a_sweep_choose_its_runs(shown):
    lab = shown("runs")
    canvas, code = lab.picture("map"), lab.card().locator("code")
    box = canvas.bounding_box()
    for act, runs in (
        (
            lambda: canvas.click(position={"x": box["width"] - 60, "y": 40}),
            "== (10, 100)}",
        ),
        (lambda: lab.page.keyboard.press("ArrowLeft"), "== (1, 100)}"),
    ):
        act()
        code.filter(has_text=runs).wait_for()
    assert "after epoch 2" in lab.card().locator(".gd-readout div").first.inner_text()


def test_the_run_falls_on_its_shadow_and_the_real_valley_turns(shown):
    lab = shown("real")
    valley, curve, rows = lab.picture("valley"), lab.picture("curve"), ".gd-readout div"
    lab.card().get_by_role("button", name="reset to the start").click()
    assert "distance from the plane = 0" not in lab.card().locator(rows).last.inner_text()
    before = lab.hash(valley), lab.hash(curve)
    lab.card().locator(".gd-eta").press("Home")
    lab.wait_for_change(valley, before[0])
    lab.wait_for_change(curve, before[1])
    lab.card().locator(rows).last.filter(has_text="distance from the plane = 0").wait_for()
    before = lab.hash(valley)
    lab.drag(valley, (150, 120), (200, 130))
    lab.wait_for_change(valley, before)


def test_in_one_variable_a_click_on_the_graph_drops_the_ball(shown):
    lab = shown("one")
    canvas = lab.picture("graph")
    before = lab.hash(canvas)
    canvas.click(position={"x": 400, "y": 60})
    lab.wait_for_change(canvas, before)
    assert "v0=(0." in lab.card().locator("code").inner_text()


def test_an_error_in_the_own_function_is_shown_and_the_lab_lives(shown):
    lab = shown("own")
    canvas = lab.picture("map")
    box = canvas.bounding_box()
    canvas.click(position={"x": box["width"] * 0.8, "y": box["height"] * 0.4})
    lab.wait_for_text(".gd-message", "C(v0) of half must be a finite number from -1e+100")
    before = lab.hash(canvas)
    canvas.click(position={"x": box["width"] * 0.4, "y": box["height"] * 0.3})
    lab.wait_for_change(canvas, before)
    lab.page.wait_for_function(
        "card => card.querySelector('.gd-message').textContent === ''",
        arg=lab.card().element_handle(),
    )


@pytest.mark.parametrize("theme", ["JupyterLab Dark", "JupyterLab Light"])
def test_the_card_is_legible_in_each_theme(shown, theme):
    lab = shown("ball")
    lab.use_theme(theme)
    text, ground = lab.card().evaluate(
        """card => ['color', 'backgroundColor'].map(name => {
             const [r, g, b] = getComputedStyle(card)[name].match(/[\\d.]+/g).map(Number);
             return 0.2126 * r + 0.7152 * g + 0.0722 * b;
           })"""
    )
    assert (text > ground) == lab.dark
    assert abs(text - ground) > 150


def test_predictions_unlock_by_keyboard(gallery):
    gallery.scroll_to(LABS["number"][0])
    choice = gallery.page.locator(".jp-Cell", has_text="Left?").locator("button", has_text="no")
    choice.focus()
    gallery.page.keyboard.press("Enter")
    gallery.page.get_by_text("The answer: yes.").wait_for()
    cell = gallery.page.locator(".jp-Cell", has_text="How many?")
    cell.locator("input").fill("3")
    cell.locator("input").press("Tab")
    assert gallery.page.get_by_text("The answer: 2.").count() == 0
    gallery.page.keyboard.press("Enter")
    gallery.page.get_by_text("You said: 3. The answer: 2.").wait_for()


def test_the_basins_follow_the_learning_rate_when_the_slider_rests(shown):
    lab = shown("basins")
    slider, map_ = lab.card().locator(".gd-eta"), lab.card().locator(".gd-map")
    assert "blue: to (−1.02, 0.00)" in map_.inner_text()
    slider.press("End")  # twice the limit: nothing holds
    map_.filter(has_text="black: far away").wait_for()
    assert slider.evaluate("slider => slider === document.activeElement")  # the focus stays
    slider.press("Home")
    map_.filter(has_text="grey: not in a minimum").filter(has_not_text="black").wait_for()


def test_the_nudge_moves_another_variable_and_its_old_curve_is_gone_at_once(shown):
    lab = shown("nudge")
    card, cost, read = lab.card(), lab.picture("cost"), lab.picture("read")
    before = lab.hash(cost)
    seen = card.locator("select").evaluate(
        """(menu, value) => {
          menu.value = value;
          menu.dispatchEvent(new Event("change"));
          const canvas = menu.closest(".gd-lab").querySelector(".gd-cost canvas");
          return getComputedStyle(canvas).visibility;
        }""",
        "−∇C",
    )
    assert seen == "hidden"
    card.locator("code").filter(has_text="direction /= np.linalg.norm(direction)").wait_for()
    cost.wait_for()  # until it is seen again
    lab.wait_for_change(cost, before)
    assert card.locator(".gd-message").inner_text() == ""
    before = lab.hash(read)
    card.locator(".gd-eta").press("End")
    lab.wait_for_change(read, before)
    assert card.locator(".gd-row output").first.inner_text() == "0.004"
    card.get_by_role("button", name="reset to the start").click()
    lab.wait_for_text("output", "4")


def test_the_nudge_walks_by_keys_by_mouse_and_by_play(shown):
    lab = shown("nudge")
    card, neurons = lab.card(), lab.picture("neurons")
    card.get_by_role("button", name="reset to the start").click()
    t = card.locator(".gd-row output").last
    for key, number in [("ArrowRight", "0.1"), ("ArrowDown", "0"), ("ArrowLeft", "−0.1")]:
        before = lab.hash(neurons)
        lab.picture("cost").press(key)
        t.filter(has_text=number).wait_for()
        lab.wait_for_change(neurons, before)
    box = lab.picture("read").bounding_box()
    lab.picture("read").click(position={"x": box["width"] - 3, "y": 40})
    t.filter(has_text=re.compile("^4$")).wait_for()
    card.get_by_role("button", name="play or pause").click()  # from the lowest t again
    t.filter(has_text=re.compile("^−[23]")).wait_for()
    card.get_by_role("button", name="play or pause").click()
    assert card.locator(".gd-row output").first.inner_text() == "4"  # the zoom rests


def test_a_neuron_of_the_network_is_chosen_by_click_and_keys_and_images_turn(shown):
    lab = shown("network")
    card = lab.card()
    pictures = card.locator("canvas")
    network, weights, curve = (pictures.nth(i) for i in range(3))
    status = card.locator(".gd-readout")

    def after(act, text, *changed):
        before = [lab.hash(picture) for picture in changed]
        act()
        status.filter(has_text=text).wait_for()
        for picture, hashed in zip(changed, before, strict=True):
            lab.wait_for_change(picture, hashed)

    all_three = network, weights, curve
    box = network.bounding_box()
    top = {"x": box["width"] - 62, "y": box["height"] * 0.07}
    after(lambda: network.click(position=top), "Output 0: b = ")
    after(lambda: network.press("ArrowDown"), "Output 1: b = ", *all_three)
    after(lambda: network.press("ArrowLeft"), "Hidden neuron 0: b = ", *all_three)
    after(lambda: network.press("ArrowUp"), "Hidden neuron 0: b = ")
    assert "one for each pixel" in weights.get_attribute("aria-label")
    after(lambda: network.press("PageDown"), "Image 2 of 3, a ", network)
    after(card.get_by_role("button", name="next image").click, "Image 3 of 3, a ", network)
    after(card.get_by_role("button", name="next image").click, "Image 1 of 3, a ", network)
    after(card.get_by_role("button", name="previous image").click, "Image 3 of 3, a ", network)
    assert "lit in layer 1: " in network.get_attribute("aria-label")
    assert "its place on σ: z = " in curve.get_attribute("aria-label")


def test_with_the_kernel_dead_the_sliders_live(shown):
    lab = shown("ghost")
    lab.shut_kernel_down()
    slider = lab.card().locator(".gd-eta").first
    slider.focus()
    before = lab.hash(lab.picture("map"))
    lab.page.keyboard.press("ArrowLeft")
    lab.wait_for_change(lab.picture("map"), before)
    # ipywidgets itself logs that it cannot tell Python where the slider rests; nothing else may
    lab.errors[:] = [e for e in lab.errors if "Could not send widget sync message" not in e]
