"""A real JupyterLab on loopback and a real Chromium, with a page object that speaks of notebooks."""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
NOISE = ("favicon", "/lsp", "the server responded with a status of 404", "ResizeObserver loop")


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """Start JupyterLab on a fresh copy of the notebooks; yield its address."""
    with jupyterlab(tmp_path_factory.mktemp("lab")) as address:
        yield address


@contextlib.contextmanager
def jupyterlab(folder):
    """Serve a copy of the notebooks from `folder`, with settings, state and trust of its own."""
    shutil.copytree(ROOT / "notebooks", folder / "work")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    private = {name: str(folder / name) for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR", "HOME")}
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", f"--port={port}",
               "--ServerApp.port_retries=0", "--expose-app-in-browser", "--IdentityProvider.token=", "--LabApp.news_url=None",
               "--ServerApp.disable_check_xsrf=True", f"--ServerApp.root_dir={folder / 'work'}"]  # fmt: skip
    with (folder / "server.log").open("w") as log:
        server = subprocess.Popen(command, env={**os.environ, **private}, stdout=log, stderr=log)
        try:
            address = f"http://127.0.0.1:{port}"
            for _ in range(300):
                with contextlib.suppress(OSError):
                    urllib.request.urlopen(f"{address}/api/status", timeout=2).close()
                    break
                time.sleep(0.2)
            else:
                raise RuntimeError(f"JupyterLab did not start: {(folder / 'server.log').read_text()}")
            yield address
        finally:
            server.terminate()
            server.wait(timeout=20)


@pytest.fixture(scope="session")
def browser():
    if CHROMIUM is None:
        raise RuntimeError("these tests need Chromium; on Debian: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield browser
        browser.close()


@pytest.fixture
def lab(server, browser):
    """Yield a `Lab`; afterwards, fail the test if the page logged an error."""
    with open_lab(server, browser) as lab:
        yield lab
        assert lab.errors == []


@contextlib.contextmanager
def open_lab(server, browser, **viewport):
    page = browser.new_page(viewport={"width": 1400, "height": 1500, **viewport})
    try:
        yield Lab(page, server)
    finally:
        page.close()


class Lab:
    """JupyterLab as a person sees it: open a notebook, run it, and take hold of its labs."""

    def __init__(self, page, address):
        self.page, self.address, self.errors = page, address, []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", self._on_console)
        page.add_init_script(WATCH)

    def _on_console(self, message):
        if message.type == "error" and not any(noise in message.text for noise in NOISE):
            self.errors.append(message.text)

    def open(self, notebook, kernel=True):
        """Open a notebook of the server's folder and wait until its kernel, if any, is idle."""
        self.page.goto(f"{self.address}/doc/tree/{notebook}?reset")
        self.page.wait_for_function("window.jupyterapp?.shell.currentWidget?.sessionContext")
        if kernel:
            self.page.wait_for_function(
                "window.jupyterapp.shell.currentWidget.sessionContext.session?.kernel?.status === 'idle'",
                timeout=60_000,
            )

    def command(self, name):
        self.page.evaluate("name => window.jupyterapp.commands.execute(name)", name)

    def run_all(self):
        """Run all cells; return when the last one is done."""
        self.command("notebook:run-all-cells")
        self.page.wait_for_function(
            """() => [...window.jupyterapp.shell.currentWidget.content.widgets]
               .filter(c => c.model.type === 'code' && c.model.sharedModel.getSource().trim())
               .every(c => c.model.executionCount && c.model.executionState !== 'running')
               && window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.status === 'idle'""",
            timeout=300_000,
        )

    def cards(self):
        return self.page.locator(".gd-lab")

    def picture(self, name, nth=0):
        """Return the canvas of a picture ("valley", "map", "curve") of the nth lab."""
        return self.cards().nth(nth).locator(f".gd-{name} canvas")

    def hash(self, canvas):
        return canvas.evaluate("canvas => window.gdHash(canvas)")

    def wait_for_change(self, canvas, before, timeout=10_000):
        """Wait, frame by frame, until the canvas no longer shows what hashed to `before`."""
        handle = canvas.element_handle()
        self.page.wait_for_function(
            "([canvas, before]) => window.gdHash(canvas) !== before", arg=[handle, before],
            timeout=timeout, polling="raf",
        )


WATCH = """
window.gdHash = (canvas) => {
  const {data} = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  let hash = 0;
  for (let i = 0; i < data.length; i += 4) hash = (hash * 31 + data[i] * 7 + data[i + 1] * 3 + data[i + 2]) | 0;
  return hash;
};
"""
