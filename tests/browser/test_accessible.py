"""WCAG 2.2 AA, as far as axe-core sees it, and the keyboard: every lab, every page of the site."""

import itertools

import nbformat
import pytest
from test_site_live import PAGES, SITE, films

from tools import ROOT
from tools.lab_page import WATCH, files, jupyterlab, open_cells, open_lab, trust
from tools.site import PLAYED

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
  const {x, y} = lab.getBoundingClientRect(); // the page scrolls along
  const box = stop.getBoundingClientRect();
  const {width, height} = (stop.closest('label') ?? stop).getBoundingClientRect();
  const {outlineStyle, outlineWidth} = getComputedStyle(stop);
  const name = stop.ariaLabel || stop.textContent || stop.className;
  const [left, top, right, bottom] = [box.left - x, box.top - y, box.right - x, box.bottom - y];
  return {name, left, top, right, bottom, width, height, outline: [outlineStyle, outlineWidth]};
}"""
# For labs that run: where keys are pressed, which, and what is said at the end.
TO_THE_END = {
    "labs.hidden_valley(1)": [(".gd-map canvas", ["ArrowRight", "Enter"] * 12, "gradient descent")],
    "labs.fewest_steps()": [("[aria-label^=run]", ["Enter"] * 6, "Par (▲)")],
    "labs.read_curves()": [
        (f"[aria-label^='curve {number}']", ["Enter"], f"of {number} read right")
        for number in (1, 2)
    ],
    "labs.beat_the_gradient()": [
        ("canvas", ["ArrowLeft"] * 5, "Δv points to 25°"),
        ("[aria-label^=try]", ["Enter"], "try 1: "),
        ("[aria-label^=luck]", ["Enter"] * 5, "best of 10,000 random moves"),
        ("[aria-label^=show]", ["Enter"], "the gradient, 2 partial derivatives: 100 %"),
    ],
    "labs.backprop()": [
        ("[aria-label='② nudge']", ["Enter"], "1 of "),
        ("[aria-label='one step']", ["Enter"] * 9, "So ΔC/Δw = "),
    ],
    "labs.ball(valley, start=(0.5, 0.5))": [(".gd-map canvas", ["ArrowRight"], "(0.550, 0.500)")],
    "labs.ball(valley, start=(0.5, 0.4), predict='step')": [
        (".gd-asked canvas", ["ArrowLeft", "Enter"], "Your flag stood at"),
    ],
    "labs.predict('Left?', 'yes', ['yes', 'no'])": [
        ("[aria-label=no]", ["Enter"], "The answer: yes.")
    ],
}
FRONTS = [front for front, _ in PLAYED.values()]
LOST = "lab => !lab.contains(document.activeElement)"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not AXE.is_file(), reason="no axe-core: make test-browser fetches it"),
]
needs_site = pytest.mark.skipif(not (SITE / "index.html").is_file(), reason="no build/site")


def check(page, within):
    """Let axe-core check a part of a page, contrast included."""
    page.evaluate(AXE.read_text(encoding="utf8"))
    for _ in range(5):
        passed, wrong = page.evaluate(CHECK, within)
        assert wrong == []
        if "color-contrast" in passed:
            return
        page.wait_for_timeout(1000)  # of what is moving it cannot tell
    pytest.fail("axe-core could not tell any contrast")


@pytest.fixture(scope="module")
def site():
    with files(SITE) as address:
        yield address


@pytest.fixture
def open_page(browser, site):
    """A function that opens a page of the site."""
    pages = []

    def open_page(name):
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        pages.append(page)
        page.add_init_script(WATCH)
        assert page.goto(f"{site}/{name}.html").ok
        return page

    yield open_page
    for page in pages:
        page.close()


def first(page, front):
    """Return the first lab of a page that has this front end, alive."""
    place = page.locator(f"[data-front={front}]").first
    place.scroll_into_view_if_needed()
    place.locator(".gd-lab").wait_for()
    return place.locator(".gd-lab")


@needs_site
@pytest.mark.parametrize("name", ["index", "search", *(f"notebooks/{name}" for name in PAGES)])
def test_a_page_of_the_site_as_it_opens_in_use_and_in_the_dark(open_page, name):
    page = open_page(name)
    alive = len(list(films(page)))
    assert alive == page.content().count("data-film=")
    assert alive or name == "search" or name == "notebooks/07_training"
    check(page, "body")
    page.evaluate(USE)
    page.emulate_media(color_scheme="dark")
    check(page, "body")


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """The address of a JupyterLab with the notebooks as they were saved."""
    folder = tmp_path_factory.mktemp("saved")
    with jupyterlab(folder) as address:
        settings = (
            folder / "CONFIG" / "lab" / "user-settings" / "@jupyterlab" / "notebook-extension"
        )
        settings.mkdir()
        # else JupyterLab draws no cell that is out of sight
        (settings / "tracker.jupyterlab-settings").write_text('{"windowingMode": "none"}')
        yield address


@pytest.mark.parametrize("name", PAGES)
def test_the_labs_of_a_notebook_in_jupyterlab_light_and_dark(saved, browser, name):
    cells = nbformat.read(ROOT / "notebooks" / f"{name}.ipynb", as_version=4).cells
    labs = sum("image/png" in data and "widget-view" in str(data.keys()) for data in outputs(cells))
    asked = sum("labs.predict(" in cell.source for cell in cells if cell.cell_type == "code")
    trust(saved, f"{name}.ipynb")
    with open_lab(saved, browser) as lab:
        lab.open(f"{name}.ipynb")
        lab.page.wait_for_function(
            "count => document.querySelectorAll('.gd-lab').length === count",
            arg=labs + asked,
            timeout=90_000,  # so large a page takes its time
        )
        # axe takes for hidden what a body without a height clips
        lab.page.add_style_tag(content="body { height: 100vh }")
        lab.use_theme("JupyterLab Light")
        check(lab.page, ".gd-lab")
        lab.page.evaluate(USE)
        lab.use_theme("JupyterLab Dark")
        check(lab.page, ".gd-lab")


def outputs(cells):
    return [output.get("data", {}) for cell in cells for output in cell.get("outputs", [])]


@needs_site
@pytest.mark.parametrize("name", PAGES)
def test_tab_goes_through_a_lab_as_the_eye_does(open_page, name):
    page = open_page(f"notebooks/{name}")
    html = page.content()
    fronts = [front for front in FRONTS if f'data-front="{front}"' in html]
    for width, front in itertools.product((1280, 390), fronts):
        page.set_viewport_size({"width": width, "height": 900})
        lab = first(page, front)
        lab.focus()
        stops = []
        while len(stops) < 60:
            page.keyboard.press("Tab")
            stop = lab.evaluate(STOP)
            if stop is None:
                break
            stops.append(stop)
        assert 1 < len(stops) < 60
        for stop in stops:
            assert min(stop["width"], stop["height"]) >= 24, stop
            assert stop["outline"] == ["solid", "3px"], stop
        for before, after in itertools.pairwise(stops):
            below = after["bottom"] > before["top"]
            assert below or after["left"] >= before["right"], (before, after)


@needs_site
@pytest.mark.parametrize("front", FRONTS)
def test_no_key_in_a_lab_loses_the_focus(open_page, front):
    pages = {name: (SITE / "notebooks" / f"{name}.html").read_text("utf8") for name in PAGES}
    name = next(name for name, html in pages.items() if f'data-front="{front}"' in html)
    page = open_page(f"notebooks/{name}")
    lab = first(page, front)
    for part in lab.locator("canvas[tabindex='0'], svg[tabindex='0'], button, select").all():
        if not part.is_visible() or not part.is_enabled():
            continue
        part.focus()
        is_button = part.evaluate("part => part.tagName === 'BUTTON'")
        for key in ["Enter"] * 10 if is_button else ["ArrowRight", "Enter"] * 13:
            page.keyboard.press(key)
        assert not lab.evaluate(LOST), part


@pytest.fixture(scope="module")
def running(server, browser):
    """A notebook with these labs, each followed by a cell that counts how often it ran."""
    sources = ["from gdlib import labs\nfrom gdlib.costs import valley\nruns = [0] * 9"]
    for i, source in enumerate(TO_THE_END):
        sources += [source, f"runs[{i}] += 1\nprint('cell {i} ran', runs[{i}])"]
    with open_cells(server, browser, "JupyterLab Light", sources) as lab:
        yield lab


@pytest.mark.parametrize("source", TO_THE_END)
def test_a_lab_is_used_to_its_end_by_keyboard_and_shift_and_enter_go_on(running, source):
    running.scroll_to(source)
    running.cell = running.page.locator(".jp-CodeCell", has_text=source).first
    running.card().wait_for()
    running.card().focus()
    for target, keys, said in TO_THE_END[source]:
        for _ in range(60):
            running.page.keyboard.press("Tab")
            if running.page.evaluate("target => document.activeElement.matches(target)", target):
                break
        else:
            pytest.fail(f"Tab does not come to {target}")
        for key in keys:
            running.page.keyboard.press(key)
        running.card().get_by_text(said).first.wait_for(timeout=10_000)
        assert not running.card().evaluate(LOST)
    running.page.keyboard.press("Shift+Enter")
    running.page.get_by_text(f"cell {[*TO_THE_END].index(source)} ran 2").wait_for()
    running.page.add_style_tag(content="body { height: 100vh }")
    check(running.page, ".gd-lab")
