import shutil

import pytest

from gdlib.labs.lab import style_sheet
from tools import site
from tools.lab_page import WATCH, chromium, files, jupyterlab, open_lab


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """The address of a JupyterLab that serves a fresh copy of the notebooks."""
    with jupyterlab(tmp_path_factory.mktemp("lab")) as address:
        yield address


@pytest.fixture(scope="session")
def browser():
    with chromium() as browser:
        yield browser


@pytest.fixture
def lab(server, browser):
    """A `Lab`; the test fails if its page logged an error."""
    with open_lab(server, browser) as lab:
        yield lab
        assert lab.errors == []


@pytest.fixture
def alone(browser, tmp_path):
    """A function that shows a lab alone on a page as the site does, and returns the page.

    The first script of the page is `before`. The test fails if the page logged an error.
    """
    wrong, pages = [], []
    (tmp_path / "films").mkdir()
    (tmp_path / "card.css").write_text(style_sheet("card.css"), encoding="utf8")
    (tmp_path / "player.js").write_text(site.front("player"), encoding="utf8")
    shutil.copy(site.WEBSITE / "labs.js", tmp_path)
    (tmp_path / "index.html").write_text(PAGE, encoding="utf8")

    def note(message):
        if message.type == "error" or "AudioContext" in message.text:  # made before any click
            wrong.append(message.text)

    def show(lab, before="", **options):
        (tmp_path / "films" / "lab.js").write_bytes(site.film("lab", lab._get_embed_state()))
        page = browser.new_page(**{"viewport": {"width": 1100, "height": 800}, **options})
        pages.append(page)
        page.add_init_script(WATCH + before)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", note)
        page.goto(f"{address}/index.html")
        page.locator(".gd-lab canvas").first.wait_for()
        return page

    with files(tmp_path) as address:
        yield show
        for page in pages:
            page.close()
    assert wrong == []


PAGE = """<!doctype html><meta charset="utf-8"><title>A lab</title><link rel="icon" href="data:,">
<link rel="stylesheet" href="card.css">
<body><div data-film="lab" data-front="player"></div><script src="labs.js"></script></body>"""
