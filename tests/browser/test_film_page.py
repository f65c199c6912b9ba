"""The film lab that docs/player.md makes in ten lines, alone on a page without Python."""

import re

import pytest
from film_page import example

pytestmark = pytest.mark.browser


@pytest.fixture
def newton(alone):
    return alone(example()[2])


def readout(page):
    return page.locator(".gd-readout").inner_text().replace("\n", " ")


def test_it_shows_what_it_was_given_and_nothing_of_python(newton):
    assert re.sub(r"\s+", " ", readout(newton)) == "step 0 of 12 x = −1.50 f = 1.63 |f| = 1.63"
    assert newton.locator("output").all_inner_texts() == ["−1.5", "0"]
    assert newton.locator(".gd-code").is_hidden()
    assert newton.locator("figcaption").all_inner_texts() == [
        "f and its tangent",
        "how far f is from 0",
    ]


def test_its_sliders_move_its_pictures_by_keyboard_and_play_runs_to_the_end(newton):
    hashes = lambda: newton.locator("canvas").evaluate_all("all => all.map(gdHash)")  # noqa: E731
    sliders = newton.get_by_role("slider")
    for number in (0, 1):
        before = hashes()
        sliders.nth(number).press("ArrowRight")
        newton.wait_for_function(
            "before => [...document.querySelectorAll('canvas')].every("
            "(canvas, i) => gdHash(canvas) !== before[i])",
            arg=before,
        )
    assert newton.locator("output").all_inner_texts() == ["−1.45", "1"]
    newton.get_by_role("button", name="play or pause").click()
    newton.locator(".gd-readout", has_text="12 of 12").wait_for()
    assert "x = −1.77" in re.sub(r"\s+", " ", readout(newton))
    sliders.first.press("End")
    sliders.nth(1).press("Home")
    assert "x = 3" in re.sub(r"\s+", " ", readout(newton))


def test_it_fits_a_phone(alone):
    page = alone(example()[2], viewport={"width": 320, "height": 700})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
