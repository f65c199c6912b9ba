"""Every lab and every page of the site meets WCAG 2.2 AA, as far as axe-core sees, and the keyboard."""

import nbformat
import pytest
from test_site_live import PAGES, SITE, films

from tools import ROOT
from tools.lab_page import WATCH, files, jupyterlab, open_cells, open_lab, trust

AXE = ROOT / "tools" / "front" / "node_modules" / "axe-core" / "axe.min.js"
CHECK = """async (within) => {
  const levels = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
  const {passes, violations} = await axe.run({include: [within]}, {runOnly: levels});
  const wrong = violations.flatMap(({id, nodes}) =>
    nodes.map(({html, failureSummary}) => `${id}: ${html.slice(0, 200)} ${failureSummary}`));
  return [passes.map(({id}) => id), wrong];
}"""
# Presses keys on every picture and then every button, as someone does who tries all there is.
USE = """() => {
  const labs = [...document.querySelectorAll('.gd-lab')];
  const parts = (kind) => labs.flatMap((lab) => [...lab.querySelectorAll(kind)]);
  for (const picture of parts('[tabindex="0"]'))
    for (const key of ['ArrowRight', 'Enter'])
      picture.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true}));
  for (const button of parts('button'))
    if (button.checkVisibility()) button.click();
}"""
STOP = """lab => {
  const stop = document.activeElement;
  if (!lab.contains(stop) || stop === lab) return null;
  const {left, top, right, bottom} = stop.getBoundingClientRect();
  const {width, height} = (stop.closest('label') ?? stop).getBoundingClientRect();
  const {outlineStyle, outlineWidth} = getComputedStyle(stop);
  const name = stop.ariaLabel || stop.textContent || stop.className;
  return {name, left, top, right, bottom, width, height, outline: [outlineStyle, outlineWidth]};
}"""
LOST = "lab => !lab.contains(document.activeElement)"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not AXE.is_file(), reason="no axe-core: make test-browser fetches it"),
]
needs_site = pytest.mark.skipif(not (SITE / "index.html").is_file(), reason="no build/site")


def check(page, within):
    """Let axe-core check a part of a page, contrast included."""
    page.evaluate(AXE.read_text(encoding="utf8"))
    passed, wrong = page.evaluate(CHECK, within)
    assert wrong == []
    assert "color-contrast" in passed


@pytest.fixture(scope="module")
def site():
    with files(SITE) as address:
        yield address


@pytest.fixture
def visit(browser, site):
    """A function that opens a page of the site with its labs alive."""
    pages = []

    def visit(name, width=1280):
        page = browser.new_page(viewport={"width": width, "height": 900})
        pages.append(page)
        page.add_init_script(WATCH)
        assert page.goto(f"{site}/{name}.html").ok
        return page, list(films(page))

    yield visit
    for page in pages:
        page.close()


@needs_site
@pytest.mark.parametrize("name", ["index", "search", *(f"notebooks/{name}" for name in PAGES)])
def test_a_page_of_the_site_as_it_opens_in_use_and_in_the_dark(visit, name):
    page, _ = visit(name)
    check(page, "body")
    page.evaluate(USE)
    page.emulate_media(color_scheme="dark")
    check(page, "body")


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """The folder and the address of a JupyterLab with the notebooks as they were saved."""
    folder = tmp_path_factory.mktemp("saved")
    with jupyterlab(folder) as address:
        yield folder, address


@pytest.mark.parametrize("name", PAGES)
def test_the_labs_of_a_notebook_in_jupyterlab_light_and_dark(saved, browser, name):
    cells = nbformat.read(ROOT / "notebooks" / f"{name}.ipynb", as_version=4).cells
    labs = sum("image/png" in data and "widget-view" in str(data.keys()) for data in outputs(cells))
    asked = sum("labs.predict(" in cell.source for cell in cells if cell.cell_type == "code")
    folder, address = saved
    trust(folder / "work" / f"{name}.ipynb", folder)
    # all of it in view: what is out of sight JupyterLab does not draw
    with open_lab(address, browser, viewport={"width": 1400, "height": 16_000}) as lab:
        lab.open(f"{name}.ipynb")
        lab.page.wait_for_function(
            "count => document.querySelectorAll('.gd-lab').length === count", arg=labs + asked
        )
        # axe takes for hidden what a body without a height clips
        lab.page.add_style_tag(content="body { height: 100vh }")
        lab.use_theme("JupyterLab Light")
        check(lab.page, ".gd-lab")
        lab.page.evaluate(USE)
        lab.use_theme("JupyterLab Dark")
        check(lab.page, ".gd-lab")


def outputs(cells):
    return [
        output.get("data", {}) for cell in cells for output in cell.get("outputs", [])
    ]


@needs_site
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("name", PAGES)
def test_tab_goes_through_a_lab_as_the_eye_does(visit, name, width):
    page, labs = visit(f"notebooks/{name}", width)
    for film in labs:
        lab = film.locator(".gd-lab")
        lab.focus()
        stops = []
        while True:
            page.keyboard.press("Tab")
            stop = lab.evaluate(STOP)
            if stop is None:
                break
            stops.append(stop)
        assert len(stops) > 1
        for stop in stops:
            assert min(stop["width"], stop["height"]) >= 24, stop
            assert stop["outline"] == ["solid", "3px"], stop
        for before, after in zip(stops, stops[1:], strict=False):
            below = after["bottom"] > before["top"]
            assert below or after["left"] >= before["right"], (before, after)


@needs_site
@pytest.mark.parametrize("name", PAGES)
def test_no_key_in_a_lab_loses_the_focus(visit, name):
    page, labs = visit(f"notebooks/{name}")
    for film in labs:
        lab = film.locator(".gd-lab")
        for part in lab.locator("canvas[tabindex='0'], svg[tabindex='0'], button, select").all():
            if not part.is_visible() or not part.is_enabled():
                continue
            part.focus()
            for key in ["ArrowRight", "Enter"] * 13:
                page.keyboard.press(key)
                assert not lab.evaluate(LOST), (part, key)
                if not part.evaluate("part => part === document.activeElement"):
                    break
