"""A real JupyterLab and a real Chromium, with a page object that speaks of notebooks."""

import contextlib
import functools
import http.server
import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.request
import uuid

from nbformat.v4 import new_code_cell, new_notebook
from playwright.sync_api import TimeoutError, sync_playwright

from tools import ROOT
from tools.my_course import WORDS

CHROMIUM = (
    shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
)
PANEL = "window.jupyterapp?.shell.currentWidget?.sessionContext"
NOISE = ("favicon", "/lsp", "the server responded with a status of 404", "ResizeObserver loop")


@contextlib.contextmanager
def jupyterlab(folder, token="", server="jupyterlab"):
    """Serve a copy of the notebooks from `folder`, with settings, state and trust of its own.

    With the server "notebook", Notebook 7 does, whose pages are at /notebooks.
    """
    shutil.copytree(ROOT / "notebooks", folder / "work")
    settings = folder / "CONFIG" / "lab" / "user-settings" / "@jupyterlab" / "apputils-extension"
    settings.mkdir(parents=True)
    # no question whether to fetch news: it would lie on top of the labs
    (settings / "notification.jupyterlab-settings").write_text('{"fetchNews": "false"}')
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    private = {f"JUPYTER_{name}_DIR": str(folder / name) for name in ("CONFIG", "RUNTIME", "DATA")}
    command = [sys.executable, "-m", server, "--no-browser", "--allow-root", f"--port={port}",
               "--ServerApp.port_retries=0", "--expose-app-in-browser",
               f"--IdentityProvider.token={token}", "--ServerApp.disable_check_xsrf=True",
               f"--ServerApp.root_dir={folder / 'work'}", *WORDS]  # fmt: skip
    with (folder / "server.log").open("w") as log:
        process = subprocess.Popen(command, env={**os.environ, **private}, stdout=log, stderr=log)
        try:
            address = f"http://127.0.0.1:{port}"
            for _ in range(300):
                with contextlib.suppress(OSError):
                    urllib.request.urlopen(f"{address}/api", timeout=2).close()
                    break
                time.sleep(0.2)
            else:
                raise RuntimeError(f"Jupyter did not start: {(folder / 'server.log').read_text()}")
            yield address
        finally:
            process.terminate()
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:  # it may wait for a kernel; kernels end without it
                process.kill()
                process.wait(timeout=60)


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves files, and does not tell of each."""

    def log_message(self, *_):
        """Say nothing."""


@contextlib.contextmanager
def files(folder):
    """Serve the files of a folder; the address is that of this machine alone."""
    handler = functools.partial(Quiet, directory=folder)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def ask(address, method, path, content=None):
    """Send a request to the API of a Jupyter server; return its answer."""
    data = None if content is None else json.dumps(content).encode()
    request = urllib.request.Request(f"{address}/api/{path}", data, method=method)
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.loads(answer.read() or "null")


def store(address, notebook):
    """Write a notebook into the folder of a Jupyter server; return the name that it has there."""
    name = f"{uuid.uuid4().hex}.ipynb"
    ask(address, "PUT", f"contents/{name}", {"type": "notebook", "content": notebook})
    return name


def trust(address, name):
    """Sign a notebook of a Jupyter server, so that its saved labs live."""
    ask(address, "POST", f"contents/{name}/trust")


@contextlib.contextmanager
def chromium():
    """Start Debian's Chromium, without a window."""
    if CHROMIUM is None:
        raise RuntimeError("these tests need Chromium; on Debian: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield browser
        browser.close()


@contextlib.contextmanager
def open_lab(server, browser, **options):
    """Give a `Lab` in a page of its own, which is closed at the end."""
    page = browser.new_page(**{"viewport": {"width": 1400, "height": 1500}, **options})
    try:
        yield Lab(page, server)
    finally:
        page.close()


def notebook_of(sources):
    """Return a notebook with a code cell for each source."""
    notebook = new_notebook(cells=[new_code_cell(source) for source in sources])
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3"}
    return notebook


@contextlib.contextmanager
def open_run(server, browser, theme, notebook, **options):
    """Open a notebook in a theme of JupyterLab, run it, and mind the console; its kernel ends."""
    name = store(server, notebook)
    try:
        with open_lab(server, browser, **options) as lab:
            lab.open(name)
            lab.use_theme(theme)
            lab.run_all()
            yield lab
            assert lab.errors == [], lab.errors
    finally:
        for session in ask(server, "GET", "sessions"):
            if session["path"] == name:
                ask(server, "DELETE", f"sessions/{session['id']}")


def open_cells(server, browser, theme, sources, **options):
    """Do the same with a notebook that has a code cell for each source."""
    return open_run(server, browser, theme, notebook_of(sources), **options)


class Lab:
    """JupyterLab as a person sees it: open a notebook, run it, and take hold of its labs."""

    def __init__(self, page, address):
        self.page, self.address, self.errors = page, address, []
        page.on("pageerror", lambda error: self.errors.append(str(error.stack)))
        page.on("console", self._on_console)
        page.add_init_script(WATCH)

    def _on_console(self, message):
        if message.type == "error" and not any(noise in message.text for noise in NOISE):
            self.errors.append(message.text)

    def open(self, notebook, kernel=True):
        """Open a notebook of the server's folder and wait until its kernel, if any, is idle."""
        self.page.goto(f"{self.address}/doc/tree/{notebook}?reset")
        self.page.wait_for_function(PANEL)
        if kernel:
            self.page.wait_for_function(
                f"{PANEL}?.session?.kernel?.status === 'idle'", timeout=60_000
            )

    def use_theme(self, theme):
        """Change to a theme, "JupyterLab Light" or "JupyterLab Dark"."""
        self.page.evaluate(
            "theme => window.jupyterapp.commands.execute('apputils:change-theme', {theme})", theme
        )
        self.dark = theme.endswith("Dark")
        light = str(not self.dark).lower()
        self.page.wait_for_selector(f"body[data-jp-theme-light='{light}']", state="attached")
        # JupyterLab itself stumbles if the next one comes while its splash screen is up
        self.page.wait_for_selector("#jupyterlab-splash", state="detached")

    def command(self, name):
        """Run a command of JupyterLab."""
        self.page.evaluate("name => window.jupyterapp.commands.execute(name)", name)

    def run_all(self):
        """Run all cells; return when the last one is done and its lab, if any, is drawn."""
        self.command("notebook:run-all-cells")
        self.page.wait_for_function(f"{PANEL}.session.kernel.status === 'idle'")

    def run(self, source):
        """Run the first cell whose source holds a text; return when it is done."""
        self.scroll_to(source)
        self.page.evaluate(
            """source => {
              const notebook = window.jupyterapp.shell.currentWidget.content;
              const holds = cell => cell.model.sharedModel.getSource().includes(source);
              notebook.activeCellIndex = notebook.widgets.findIndex(holds);
              return window.jupyterapp.commands.execute('notebook:run-cell');
            }""",
            source,
        )

    def run_until(self, source, text):
        """Run a cell until it says a text, because Python may hear late of what a lab did."""
        cell = self.page.locator(".jp-CodeCell", has_text=source).first
        for _ in range(20):
            self.run(source)
            with contextlib.suppress(TimeoutError):
                return cell.get_by_text(text).wait_for(timeout=1_000)
        raise AssertionError(f"The cell does not say {text!r}, but {cell.inner_text()!r}.")

    def shut_kernel_down(self):
        """Shut the kernel of the notebook down; return when it is gone."""
        self.page.evaluate(f"{PANEL}.shutdown()")
        self.page.wait_for_function(f"!{PANEL}.session?.kernel")

    def card(self):
        """Return the lab that is on show."""
        return self.cell.locator(".gd-lab")

    def scroll_to(self, source):
        """Scroll to the first cell whose source holds a text; cells out of sight are not drawn."""
        self.page.evaluate(
            """source => {
              const notebook = window.jupyterapp.shell.currentWidget.content;
              const holds = cell => cell.model.sharedModel.getSource().includes(source);
              return notebook.scrollToItem(notebook.widgets.findIndex(holds), 'start');
            }""",
            source,
        )

    def show(self, source):
        """Scroll to the cell whose source holds a text, and wait until its lab is drawn."""
        self.cell = self.page.locator(".jp-CodeCell", has_text=source).first
        for _ in range(10):  # what is drawn above it may move it out of sight again
            self.scroll_to(source)
            with contextlib.suppress(TimeoutError):
                self.card().wait_for(timeout=3_000)
                break
        self.card().wait_for()
        self.page.wait_for_function(
            "canvas => canvas.width > 50 && window.gdHash(canvas) !== 0",
            arg=self.card().locator("canvas").last.element_handle(),
        )

    def picture(self, name):
        """Return the canvas of a picture ("valley", "map", "curve") of the lab on show."""
        return self.card().locator(f".gd-{name} canvas")

    def drag(self, canvas, start, end):
        """Drag on a canvas from one point to another, given in pixels from its corner."""
        canvas.hover(position={"x": start[0], "y": start[1]})  # waits until the canvas lies still
        box = canvas.bounding_box()
        self.page.mouse.down()
        self.page.mouse.move(box["x"] + end[0], box["y"] + end[1], steps=5)
        self.page.mouse.up()

    def wait_for_text(self, selector, text):
        """Wait until a part of the lab on show holds a text."""
        self.card().locator(selector).filter(has_text=text).wait_for()

    def hash(self, canvas):
        """Return a number that tells what a canvas shows from anything else."""
        return canvas.evaluate("canvas => window.gdHash(canvas)")

    def wait_for_change(self, canvas, before, timeout=10_000):
        """Wait, frame by frame, until the canvas no longer shows what hashed to `before`."""
        handle = canvas.element_handle()
        self.page.wait_for_function(
            "([canvas, before]) => window.gdHash(canvas) !== before",
            arg=[handle, before],
            timeout=timeout,
            polling="raf",
        )


WATCH = """
window.gdHash = (canvas) => {
  const {data} = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  let hash = 0;
  for (let i = 0; i < data.length; i += 4)
    hash = (hash * 31 + data[i] * 7 + data[i + 1] * 3 + data[i + 2]) | 0;
  return hash;
};
"""
