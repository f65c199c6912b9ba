import pytest

from tools.lab_page import chromium, jupyterlab, open_lab


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
