"""The rolling ball in JupyterLab, and the site, in Firefox."""

import contextlib
import json
import shutil
import subprocess

import nbformat
import pytest

from gdlib.costs import ravine
from gdlib.descent import gradient_descent
from tools import ROOT
from tools.lab_page import PANEL, files, jupyterlab, notebook_of

FIREFOX = shutil.which("firefox-esr") or shutil.which("firefox")
DRIVER = ROOT / "tools" / "front"
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(FIREFOX is None, reason="needs Firefox; on Debian: firefox-esr"),
    pytest.mark.skipif(
        not (DRIVER / "node_modules" / "puppeteer-core").exists(), reason="needs make lint, for npm"
    ),
]
BALL = "labs.ball(ravine, start=(-0.9, 0.7), eta=0.02, steps=60)"
SITE = ROOT / "build" / "site"


class Firefox:
    """A page of Firefox, driven through tools/front/firefox.js."""

    def __init__(self, process):
        self.process = process

    def __getattr__(self, command):
        def run(*arguments):
            self.process.stdin.write(json.dumps([command, *arguments]) + "\n")
            self.process.stdin.flush()
            answer = json.loads(self.process.stdout.readline())
            assert "error" not in answer, answer["error"]
            return answer.get("result")

        return run

    def wait_for(self, script):
        self.wait(script, 60_000)

    def box(self, selector):
        """Return left, top, width and height of an element, in pixels of the page on show."""
        return self.evaluate(
            f"(() => {{ const element = document.querySelector({selector!r});"
            "element.scrollIntoView({block: 'center'});"
            "const { left, top, width, height } = element.getBoundingClientRect();"
            "return [left, top, width, height]; })()"
        )


@pytest.fixture(scope="module")
def firefox():
    command = ["node", DRIVER / "firefox.js", FIREFOX]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, **pipes) as process:
        yield Firefox(process)
        process.stdin.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=20)
        process.kill()


@pytest.fixture(scope="module")
def ball(firefox, tmp_path_factory):
    """Firefox at a notebook in JupyterLab, in which the lab of the rolling ball has been run."""
    folder = tmp_path_factory.mktemp("firefox")
    with jupyterlab(folder) as address:
        sources = ["from gdlib import labs\nfrom gdlib.costs import ravine", BALL]
        nbformat.write(notebook_of(sources), folder / "work" / "cells.ipynb")
        firefox.open(f"{address}/doc/tree/cells.ipynb?reset", 1400, 1200)
        firefox.wait_for(f"{PANEL}?.session?.kernel?.status === 'idle'")
        firefox.evaluate(
            "window.jupyterapp.commands.execute('notebook:run-all-cells').then(() => 1)"
        )
        firefox.wait_for("document.querySelector('.gd-map canvas')?.width > 50")
        yield firefox


def readout(firefox):
    return firefox.evaluate("document.querySelector('.gd-readout').innerText")


def test_the_slider_changes_the_descent_and_the_numbers_are_those_of_python(ball):
    ball.evaluate("document.querySelector('.gd-step').focus()")
    ball.press("End")
    ball.wait_for("document.querySelector('.gd-readout').innerText.includes('step 60 of 60')")
    descent = gradient_descent(ravine, (-0.9, 0.7), 0.02, 60)
    assert f"C = {descent.C[-1]:.3g}" in readout(ball)
    ball.evaluate("document.querySelector('.gd-eta').focus()")
    ball.press("End")
    ball.wait_for("document.querySelector('.gd-word').textContent.includes('diverges')")
    ball.press("Home")
    ball.wait_for("document.querySelector('.gd-word').textContent.includes('crawls')")


def test_play_plays_and_a_drag_drops_the_ball(ball):
    ball.evaluate("document.querySelector('[aria-label=\"reset to the start\"]').click()")
    ball.wait_for("document.querySelector('.gd-readout').innerText.includes('step 0 of')")
    ball.evaluate("document.querySelector('.gd-play').click()")
    ball.wait_for("/step [2-9] of/.test(document.querySelector('.gd-readout').innerText)")
    left, top, width, height = ball.box(".gd-map canvas")
    ball.drag([left + 0.5 * width, top + 0.5 * height], [left + 0.7 * width, top + 0.3 * height])
    code = "document.querySelector('.gd-code').innerText"  # unlike the readout, it does not play
    ball.wait_for(f"!{code}.includes('v0=(-0.9, 0.7)')")
    before = json.dumps(ball.evaluate(code))
    ball.press("ArrowLeft")
    ball.wait_for(f"{code} !== {before}")
    assert ball.errors() == []


@pytest.mark.parametrize("page", ["index", "notebooks/01_valley", "notebooks/04_neuron"])
@pytest.mark.skipif(not SITE.exists(), reason="needs make site")
def test_the_labs_of_the_site_live(firefox, page):
    with files(SITE) as address:
        firefox.open("about:blank", 1200, 900)
        firefox.errors()  # those of the page before, such as fonts that were on their way
        firefox.open(f"{address}/{page}.html", 1200, 900)
        firefox.wait_for("document.querySelector('[data-film]')")
        firefox.box("[data-film]")
        firefox.wait_for("document.querySelector('.gd-lab canvas')?.width > 50")
        if page == "index":  # the lab there plays without a question before
            before = json.dumps(readout(firefox))
            firefox.evaluate("document.querySelector('.gd-play').click()")
            firefox.wait_for(f"document.querySelector('.gd-readout').innerText !== {before}")
        assert firefox.errors() == []
