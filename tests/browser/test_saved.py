"""A notebook that was saved by hand and is opened again: the labs live, or say what helps."""

import pytest

from tools.lab_page import ask, notebook_of, open_lab, store

pytestmark = pytest.mark.browser

SOURCE = "from gdlib import labs\nfrom gdlib.costs import ravine\nlabs.ball(ravine, eta=0.05)"
WORDS = "node => getComputedStyle(node, '::before').content"


def test_a_lab_that_was_not_saved_says_what_brings_it_back(server, browser):
    name = store(server, notebook_of([SOURCE]))
    with open_lab(server, browser) as lab:
        lab.open(name)
        lab.run_all()
        lab.show("labs.ball")
        lab.command("docmanager:save")
        lab.page.wait_for_function("!window.jupyterapp.shell.currentWidget.content.model.dirty")
        lab.shut_kernel_down()
    saved = ask(server, "GET", f"contents/{name}")["content"]
    assert saved["cells"][0]["outputs"]
    assert "widgets" not in saved["metadata"]
    with open_lab(server, browser) as lab:
        lab.open(name)
        lost = lab.page.locator(".jp-OutputArea-output.jupyter-widgets")
        lost.wait_for()
        assert "run the cells from the top" in lost.evaluate(WORDS)
        assert lost.evaluate("node => getComputedStyle(node).fontSize") == "0px"
        lab.run_all()
        lab.show("labs.ball")
        assert lost.count() == 0
