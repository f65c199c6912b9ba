"""Backprop you can hold: by keyboard, by mouse, and by hand."""

import pytest

from tools.lab_page import open_cells

pytestmark = pytest.mark.browser
SOURCE = "from gdlib import labs\nlabs.backprop()"


def test_the_three_passes_and_values_by_hand(server, browser):
    with open_cells(server, browser, "JupyterLab Dark", [SOURCE]) as lab:
        card = lab.page.locator(".gd-lab")
        picture, words = card.locator(".gd-circuit"), card.locator(".gd-words")
        picture.focus()
        for _ in range(9):
            lab.page.keyboard.press("ArrowRight")
        assert "C = ½ (y − a)² = 0.176" in words.inner_text()
        picture.locator("text", has_text="w²₁₂").click()
        assert "Move w²₁₂ a little" in words.inner_text()
        for _ in range(5):
            card.get_by_role("button", name="one step", exact=True).click()
        assert "So ΔC/Δw = 0.0143" in words.inner_text()
        assert picture.locator(".gd-edge.gd-lit").count() == 3
        card.get_by_role("button", name="backward").click()
        picture.focus()
        for _ in range(5):
            lab.page.keyboard.press("ArrowRight")
        assert "∂C/∂w²₁₂ = 0.3 · 0.0475 = 0.014265. " in words.inner_text()
        assert words.inner_text() in picture.get_attribute("aria-label")
        card.get_by_role("checkbox").check()
        assert "0.3 · 6.46·10⁻⁶" in words.inner_text()
        card.locator("summary").click()
        field = card.get_by_label("w³₁₁")
        field.fill("1000")
        field.press("Enter")
        card.locator(".gd-message", has_text="Write a number from −100 to 100").wait_for()
        field.fill("0")
        field.press("Enter")
        picture.locator("text", has_text="w³₁₁ = 0").wait_for()
        assert_saturation_shows(card, picture)
        lab.shut_kernel_down()
        field.fill("1")
        field.press("Enter")
        card.locator(".gd-message", has_text="Python is not running").wait_for()
        assert picture.locator("text", has_text="w³₁₁ = 0").count() == 1
        card.get_by_role("button", name="play or pause").click()
        words.filter(has_text="(BP1)").wait_for()


def test_a_number_that_is_being_written_stays_when_python_answers(server, browser):
    with open_cells(server, browser, "JupyterLab Light", [SOURCE]) as lab:
        card = lab.page.locator(".gd-lab")
        card.locator("summary").click()
        first, second = card.get_by_label("w²₁₁").last, card.get_by_label("w²₁₂").last
        first.evaluate(
            """(first, second) => {
              first.value = "0.5";
              first.dispatchEvent(new Event("change"));
              second.value = "7";
            }""",
            second.element_handle(),
        )
        card.locator(".gd-circuit text", has_text="w²₁₁ = 0.5").wait_for()
        assert second.input_value() == "7"
        second.press("Enter")
        card.locator(".gd-circuit text", has_text="w²₁₂ = 7").wait_for()
        assert first.input_value() == "0.5"


def assert_saturation_shows(card, picture):
    """The ball of the first hidden neuron lies on the flat end of its σ, and on the slope else."""
    card.get_by_role("button", name="backward").click()
    places = picture.locator(".gd-place")
    assert places.count() == picture.locator(".gd-sigmoid").count() == 3

    def along():  # how far along its curve the ball lies, from 0 to 1
        ball = places.first.bounding_box()
        curve = picture.locator(".gd-sigmoid").first.bounding_box()
        return (ball["x"] + ball["width"] / 2 - curve["x"]) / curve["width"]

    card.get_by_role("checkbox").uncheck()
    assert 0.4 < along() < 0.6
    card.get_by_role("checkbox").check()
    assert along() > 0.9
