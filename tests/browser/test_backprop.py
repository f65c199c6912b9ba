"""Backprop you can hold, in the light and the dark theme: by keyboard, by mouse, and by hand."""

import pytest

from tools.lab_page import open_cells

pytestmark = pytest.mark.browser
SOURCE = "from gdlib import labs\nlabs.backprop()"


@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])
def test_the_three_passes_and_values_by_hand(tmp_path, browser, theme):
    with open_cells(tmp_path, browser, theme, [SOURCE]) as lab:
        card = lab.page.locator(".gd-lab")
        picture, words = card.locator(".gd-network"), card.locator(".gd-words")
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
        card.locator(".gd-message", has_text="v must lie in −100 to 100").wait_for()
        field.fill("0")
        field.press("Enter")
        picture.locator("text", has_text="w³₁₁ = 0").wait_for()
