"""The built site: its labs live without Python, on a desk and on a phone, and ask no other host."""

import json
import re

import nbformat
import pytest

from tools import ROOT
from tools.lab_page import PANEL, WATCH, files

SITE = ROOT / "build" / "site"
PYODIDE = SITE / "lab" / "static" / "pyodide"
PAGES = sorted(path.stem for path in (ROOT / "notebooks").glob("*.ipynb"))
PICTURES = """film => [...film.querySelectorAll('canvas')].map(window.gdHash)
  .concat([...film.querySelectorAll('svg')].map(sketch => sketch.outerHTML)).join()"""

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not (SITE / "index.html").is_file(), reason="no build/site: make site"),
]


@pytest.fixture(scope="module")
def address():
    with files(SITE) as address:
        yield address


@pytest.fixture
def visit(browser, address):
    """A function that opens a page of the site; at the end, nothing may have gone wrong."""
    pages, wrong = [], []

    def visit(path, home=address, **options):
        page = browser.new_page(**{"viewport": {"width": 1280, "height": 900}, **options})
        pages.append(page)
        page.add_init_script(WATCH)

        def failed(request):
            scripts = options.get("java_script_enabled", True)
            if scripts or request.resource_type != "script":  # else the browser refuses them
                wrong.append(f"failed: {request.url}")

        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda m: wrong.append(m.text) if m.type == "error" else None)
        page.on("requestfailed", failed)
        page.on("response", lambda r: wrong.append(r.url) if r.status >= 400 else None)

        def elsewhere(route):
            wrong.append(f"another host: {route.request.url}")
            return route.abort()

        def expose(route):  # window.jupyterapp, as a real JupyterLab has it in these tests
            settings = route.fetch().json()
            settings["jupyter-config-data"]["exposeAppInBrowser"] = True
            return route.fulfill(json=settings)

        here = home if home.startswith("http") else "file:"
        page.route(re.compile(f"^(?!{here}/|data:|blob:)"), elsewhere)
        page.route("**/jupyter-lite.json*", expose)
        page.goto(f"{home}/{path}")
        return page

    yield visit
    for page in pages:
        page.close()
    assert wrong == []


def films(page):
    """Bring the films of a page to life one after another, those in folded answers too."""
    page.evaluate("document.querySelectorAll('details').forEach(folded => (folded.open = true))")
    for film in page.locator("[data-film]").all():
        film.scroll_into_view_if_needed()
        film.locator(".gd-lab").wait_for()
        page.wait_for_function(
            "film => [...film.querySelectorAll('canvas')].every(c => window.gdHash(c) !== 0)",
            arg=film.element_handle(),
        )
        yield film


def wait_for_change(page, film, before):
    """Wait until a film no longer shows what its pictures were before."""
    page.wait_for_function(
        f"([film, before]) => ({PICTURES})(film) !== before", arg=[film.element_handle(), before]
    )


STEPPING = re.compile("^one step$"), "reset to the start"


def moves(page, film):
    """Move every slider of a film, and go one step; return how many of them there are.

    Each must change a picture.
    """
    if film.get_by_text("Does it end with return?").count():
        return 0  # it waits for a rule of the learner's own
    if film.locator(".gd-asked canvas").count():  # it shows no more before an answer
        film.locator(".gd-asked canvas").first.press("ArrowRight")
        film.get_by_role("button", name="That is my answer").click()
        film.locator(".gd-asked").first.wait_for(state="detached")
    sliders = film.locator("input[type=range]").all()
    step, reset = (film.get_by_role("button", name=name) for name in STEPPING)
    if reset.count():
        reset.click()
    for slider in sliders:
        before = film.evaluate(PICTURES)
        slider.focus()
        page.keyboard.press("ArrowRight" if slider.input_value() == "0" else "ArrowLeft")
        run = film.get_by_role("button", name="run gradient descent on")
        if run.count():
            run.click()  # a try shows no more before it
        wait_for_change(page, film, before)
    if step.count():
        before = film.evaluate(PICTURES)
        step.click()
        wait_for_change(page, film, before)
    return len(sliders) + step.count()


@pytest.mark.parametrize("name", PAGES)
def test_every_slider_and_a_step_move_the_pictures_in_the_light_and_in_the_dark(visit, name):
    page, moved = visit(f"notebooks/{name}.html"), 0
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for film in films(page):
            moved += moves(page, film)
            shade = film.locator(".gd-lab").evaluate("lab => getComputedStyle(lab).backgroundColor")
            assert (int(shade[4:].split(",")[0]) < 128) == (scheme == "dark")
    assert moved >= 1 or page.get_by_text("computes in Python").count()
    assert page.locator("mjx-container").count() > 0
    assert page.locator("mjx-merror").count() == 0


@pytest.mark.parametrize("name", ["index", *(f"notebooks/{name}" for name in PAGES)])
def test_a_phone_never_scrolls_sideways(visit, name):
    page = visit(f"{name}.html", viewport={"width": 360, "height": 740})
    for film in films(page):
        box = film.locator(".gd-lab").bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 360
    assert page.evaluate("document.documentElement.scrollWidth") == 360


def test_play_turn_and_the_button_of_the_theme(visit):
    page = visit("index.html", color_scheme="light")
    (film,) = films(page)
    canvas = film.locator(".gd-valley canvas")
    for act in (
        lambda: film.get_by_role("button", name="play or pause").click(),
        lambda: (canvas.focus(), page.keyboard.press("ArrowLeft")),
        lambda: page.locator(".theme-toggle:visible").first.click(click_count=2),
    ):
        before = canvas.evaluate("window.gdHash")
        act()
        page.wait_for_function(
            "([canvas, before]) => window.gdHash(canvas) !== before",
            arg=[canvas.element_handle(), before],
        )


def test_an_arrow_key_in_a_lab_stays_on_its_page(visit):
    page = visit("notebooks/02_learning_rate.html")
    (film, *_) = films(page)
    for part in (".gd-valley canvas", ".gd-graph canvas", ".gd-play", "select"):
        for place in film.locator(part).all():
            place.focus()
            page.keyboard.press("ArrowLeft")
    page.locator(".gd-asks summary").first.focus()
    page.keyboard.press("ArrowLeft")
    page.wait_for_timeout(500)
    assert page.url.endswith("02_learning_rate.html")


def test_arrows_on_the_map_of_a_sweep_choose_runs_without_python(visit):
    *_, film = films(visit("notebooks/09_experiments.html"))
    before = film.locator("code").inner_text()
    film.locator(".gd-map canvas").press("ArrowLeft")
    film.get_by_text("That takes Python").wait_for(state="detached")
    assert film.locator("code").inner_text() != before


def test_what_takes_python_says_so_once(visit):
    page = visit("notebooks/02_learning_rate.html")
    (film,) = [film for film in films(page) if film.get_by_text("A duel of two").count()]
    assert "the start is fixed on this page" in film.inner_text()
    film.locator("select").select_option("valley")
    film.get_by_text("That takes Python, and this page has none.").wait_for()
    assert film.locator("select").input_value() == "ravine"


def test_the_colours_of_the_basins_say_that_they_stay(visit):
    *_, film = films(visit("notebooks/03_many_variables.html"))
    film.locator(".gd-eta").press("ArrowLeft")
    film.get_by_text("Here they stay as they are.").wait_for()


def test_an_answer_shows_only_after_a_commitment(visit):
    form = visit("notebooks/02_learning_rate.html").locator(".gd-asks").first
    assert not form.get_by_text("Answer", exact=True).is_visible()
    form.locator("input").fill("1")
    form.get_by_text("Answer", exact=True).click()
    form.get_by_text("0.04").wait_for()


def readout(film):
    """Return the numbers below the pictures of a film, once they are there."""
    film.locator(".gd-readout b").first.wait_for()
    return film.locator(".gd-readout").inner_text()


def test_a_copied_link_restores_the_sliders_and_the_step(browser, visit):
    page = visit("index.html", permissions=["clipboard-read", "clipboard-write"])
    (film,) = films(page)
    before = readout(film)
    film.locator(".gd-eta").first.focus()
    for key in ("ArrowLeft", "ArrowLeft", "ArrowLeft"):
        page.keyboard.press(key)
    for _ in range(4):
        film.get_by_role("button", name="one step", exact=True).click()
    film.get_by_role("button", name="copy link").click()
    film.get_by_text("copied").wait_for()
    link = page.evaluate("navigator.clipboard.readText()")
    assert readout(film) != before
    (again,) = films(visit(link.rpartition("/")[2]))
    again.get_by_text("4 of").first.wait_for()
    assert readout(again) == readout(film)


@pytest.fixture(scope="module")
def as_it_is(browser, address):
    """The name of the lab of the first page, and its numbers as it opens."""
    with browser.new_page() as page:
        page.add_init_script(WATCH)
        page.goto(f"{address}/index.html")
        (film,) = films(page)
        yield film.get_attribute("data-film"), readout(film)


@pytest.mark.parametrize(
    "link",
    ["lab", "lab=no-such-lab&step=3", "lab={}&at=banana&at=1e999&step=-3", "lab={}&at=<b>&step=NaN",
     "lab=<img src=x onerror=alert(1)>", "lab={}&at=9&at=-1&step=99999", "%E0%A4%A", "lab={}"],
)  # fmt: skip
def test_a_link_of_nonsense_opens_the_lab_as_it_is(visit, as_it_is, link):
    name, numbers = as_it_is
    (film,) = films(visit(f"index.html#{link.format(name)}"))
    film.page.wait_for_timeout(300)
    assert readout(film) == numbers


def test_a_link_asks_before_it_shows_what_is_to_be_predicted(visit):
    page = visit("notebooks/02_learning_rate.html#lab=02_learning_rate-cell-15&at=0.02&step=7")
    film = page.locator("[data-film='02_learning_rate-cell-15']")
    film.get_by_text("0.02", exact=True).first.wait_for()
    assert film.get_by_role("button", name="That is my answer").is_visible()
    assert film.locator(".gd-step").input_value() == "0"
    assert "?" in readout(film)


def test_a_finger_that_scrolls_over_a_prediction_leaves_nothing_on_it(visit):
    window = {"width": 390, "height": 844}
    page = visit("notebooks/02_learning_rate.html", viewport=window, has_touch=True, is_mobile=True)
    film = page.locator("[data-film='02_learning_rate-cell-15']")
    film.scroll_into_view_if_needed()
    canvas = film.locator(".gd-curve.gd-asked canvas")
    canvas.evaluate("canvas => canvas.scrollIntoView({block: 'center', behavior: 'instant'})")
    page.wait_for_timeout(500)
    before, place = canvas.evaluate("canvas => gdHash(canvas)"), page.evaluate("scrollY")
    box, fingers = canvas.bounding_box(), page.context.new_cdp_session(page)
    for kind, *ways in ("touchStart", 0), *(("touchMove", way) for way in range(10, 110, 10)):
        at = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2 - ways[0]}
        fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [at]})
        page.wait_for_timeout(20)
    fingers.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    page.wait_for_timeout(500)
    assert page.evaluate("scrollY") > place + 50
    assert canvas.evaluate("canvas => gdHash(canvas)") == before


@pytest.mark.parametrize("width", [1280, 390])
def test_a_link_leads_to_the_top_of_its_lab_once_the_formulas_are_there(visit, width):
    name = "03_many_variables-cell-43"
    window = {"width": width, "height": 900}
    page = visit(f"notebooks/03_many_variables.html#lab={name}", viewport=window)
    page.locator("mjx-container").first.wait_for(state="attached")
    page.wait_for_timeout(1000)
    assert 0 <= page.locator(f"[data-film='{name}']").bounding_box()["y"] < 120


def test_a_link_pasted_into_an_open_page_works_too(visit):
    page = visit("index.html")
    (film,) = films(page)
    page.evaluate(
        "lab => { location.hash = `lab=${lab}&step=5`; }", film.get_attribute("data-film")
    )
    film.get_by_text("5 of").first.wait_for()


def test_it_works_as_files_too(visit):
    page = visit("notebooks/01_valley.html", home=SITE.as_uri())
    assert len(list(films(page))) > 2


def test_without_scripts_the_posters_show(visit):
    page = visit("notebooks/08_real_valley.html", java_script_enabled=False)
    for poster in page.locator(".gd-film img").all():
        poster.scroll_into_view_if_needed()
        assert poster.get_attribute("alt").startswith("Lab, ")
        assert poster.bounding_box()["width"] > 300


def test_the_lab_in_the_browser_has_all_files(visit):
    page = visit("lab/lab/index.html")
    for name in (*(f"{name}.ipynb" for name in PAGES), "gdlib", "data"):
        page.locator(".jp-DirListing-item", has_text=name).wait_for()
    settings = json.loads((SITE / "lab" / "jupyter-lite.json").read_text(encoding="utf8"))
    extensions = settings["jupyter-config-data"]["federated_extensions"]
    assert {"anywidget", "@jupyter-widgets/jupyterlab-manager"} <= {e["name"] for e in extensions}


def printed(notebook):
    """Return what each code cell printed, but for cells whose output depends on the machine."""
    return [
        "".join(output.text for output in cell.outputs if output.output_type == "stream")
        for cell in notebook.cells
        if cell.cell_type == "code"
        and "nbval-ignore-output" not in cell.metadata.get("tags", [])
        and "ProcessPoolExecutor" not in cell.source  # a browser has no processes
    ]


@pytest.mark.skipif(not list(PYODIDE.glob("numpy-*")), reason="needs PYODIDE=, a full release")
@pytest.mark.parametrize("name", PAGES)
def test_a_notebook_runs_to_its_end_in_the_browser(visit, name):
    page = visit(f"lab/lab/index.html?path={name}.ipynb")
    page.wait_for_function(f"{PANEL}?.session?.kernel?.status === 'idle'", timeout=120_000)
    assert page.evaluate("window.jupyterapp.commands.execute('notebook:run-all-cells')")
    ran = page.evaluate("window.jupyterapp.shell.currentWidget.content.model.toJSON()")
    committed = nbformat.read(ROOT / "notebooks" / f"{name}.ipynb", as_version=4)
    assert printed(nbformat.from_dict(ran)) == printed(committed)
