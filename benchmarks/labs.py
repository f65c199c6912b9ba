"""From a slider's key press to the changed picture: this project's lab beside its peers.

Run: python -m benchmarks.labs (needs Chromium). All peers show the same descent on the same
surface and are measured in one JupyterLab in one run:

    interact     ipywidgets' interact, matplotlib inline, the picture drawn anew each time
    ipympl       an interactive matplotlib figure; only what moves is drawn (blit)
    Agg → Image  matplotlib draws what moves in memory, sent as PNG to an Image widget

For each: median and 90th percentile of 40 key presses, different pictures per second while it
plays, while the slider is dragged and while the surface is turned, and the bytes that one key
press sends through the socket, both ways.
"""

import tempfile
import textwrap
import time
from functools import partial
from pathlib import Path

import nbformat
import numpy as np

from benchmarks.common import WATCH, Table, answer
from tools import ROOT
from tools.lab_page import PANEL, chromium, jupyterlab, notebook_of, open_lab

PRESSES, SECONDS = 40, 3

SETUP = """
import io
import ipywidgets as widgets
import matplotlib.pyplot as plt
import numpy as np
from PIL import Image
from gdlib import labs, plots
from gdlib.costs import valley
from gdlib.descent import gradient_descent
from gdlib.labs.scales import three_decades
plots.use_style()
ETAS = three_decades(2.0)
AXES = {"2-D": {}, "3-D": {"projection": "3d"}}

def backdrop(kind, fig):
    ax = fig.add_subplot(**AXES[kind])
    (plots.contour if kind == "2-D" else plots.surface)(ax, valley)
    return ax

def points(kind, eta):
    d = gradient_descent(valley, (-0.9, 0.7), eta, 100)
    inside = (abs(d.v) <= 1).all(axis=1)
    return (*d.v[inside].T, d.C[inside])[: 2 if kind == "2-D" else 3]

def sliders():
    slider = widgets.SelectionSlider(options=ETAS, index=40, continuous_update=True)
    play = widgets.Play(max=120, interval=15)
    widgets.jslink((play, "value"), (slider, "index"))
    return slider, widgets.HBox([play, slider])
"""

INTERACT = """
def draw(eta):
    ax = backdrop({kind!r}, plt.figure(figsize=(4, 3.6)))
    ax.plot(*points({kind!r}, eta), "o-", color="white", markersize=3)
    plt.show()
slider, box = sliders()
display(box, widgets.interactive_output(draw, {{"eta": slider}}))
"""

BLIT = """
fig = plt.figure(figsize=(4, 3.6))
ax = backdrop({kind!r}, fig)
line, = ax.plot(*points({kind!r}, 0.1), "o-", color="white", markersize=3, animated=True)
slider, box = sliders()
state = {{}}

def keep(event):
    state["under"] = fig.canvas.copy_from_bbox(fig.bbox)
    ax.draw_artist(line)

def move(change):
    data = points({kind!r}, change["new"])
    line.set_data_3d(*data) if len(data) == 3 else line.set_data(*data)
    fig.canvas.restore_region(state["under"])
    ax.draw_artist(line)
    show()
fig.canvas.mpl_connect("draw_event", keep)
slider.observe(move, "value")
"""

IPYMPL = (
    BLIT
    + """
def show():
    fig.canvas.blit(fig.bbox)
fig.canvas.header_visible = fig.canvas.toolbar_visible = False
display(widgets.VBox([box, fig.canvas]))
"""
)

AGG = (
    BLIT
    + """
picture = widgets.Image(format="png")

def show():
    png = io.BytesIO()
    Image.fromarray(np.asarray(fig.canvas.buffer_rgba())).save(png, format="png", compress_level=1)
    picture.value = png.getvalue()
fig.canvas.draw()
show()
display(widgets.VBox([box, picture]))
"""
)


def cell(source, kind, magic=""):
    """Return a cell that runs the source with names of its own."""
    body = textwrap.indent(source.format(kind=kind), "    ")
    return f"{magic}\ndef lab():{body}\nlab()"


CELLS = [
    ("this project", "2-D and 3-D", "labs.ball(valley, start=(-0.9, 0.7), eta=0.02)"),
    ("interact", "2-D", cell(INTERACT, "2-D")),
    ("interact", "3-D", cell(INTERACT, "3-D")),
    ("Agg → Image", "2-D", cell(AGG, "2-D", "%matplotlib agg")),
    ("Agg → Image", "3-D", cell(AGG, "3-D")),
    ("ipympl", "2-D", cell(IPYMPL, "2-D", "%matplotlib widget\nplt.ioff()")),
    ("ipympl", "3-D", cell(IPYMPL, "3-D")),
]


class Bench:
    """One cell of the benchmark's notebook, on show in a page."""

    def __init__(self, lab, number, selector):
        self.page, self.selector = lab.page, selector
        lab.page.evaluate(
            "i => window.jupyterapp.shell.currentWidget.content.scrollToItem(i, 'start')", number
        )
        self.cell = lab.page.locator(".jp-Notebook .jp-Cell").nth(number)
        self.cell.locator(selector).first.wait_for()
        self.page.wait_for_timeout(800)
        self.root = self.cell.element_handle()

    def latencies(self):
        """Return the milliseconds from key press to changed picture, one per press."""
        slider = self.cell.locator(".gd-eta, .noUi-handle").first
        # JupyterLab 4.6 keeps the arrow keys from ipywidgets' own sliders, so be kind to them.
        slider.evaluate("slider => { slider.dataset.lmSuppressShortcuts = '' }")
        slider.focus()
        times = []
        for _ in range(PRESSES):
            times.append(self.answer("keydown", lambda: self.page.keyboard.press("ArrowRight")))
            self.settle()
        return np.array(times)

    def answer(self, event, act):
        """Return the milliseconds from the event that `act` causes to the changed picture."""
        return answer(self.page, event, self.root, self.selector, act)

    def settle(self):
        """Wait until the picture and the kernel are at rest."""
        self.page.wait_for_timeout(150)
        self.page.wait_for_function(f"{PANEL}.session.kernel.status === 'idle'", timeout=120_000)

    def rate(self, act):
        """Return how many different pictures per second are seen while `act` goes on."""
        self.page.evaluate(
            """([root, selector, seconds]) => {
              window.rate = window.pictures(root, selector, seconds)
            }""",
            [self.root, self.selector, SECONDS],
        )
        act()
        rate = self.page.evaluate("window.rate")
        self.settle()
        return rate

    def drops(self):
        """Return the milliseconds from a click on the map to the changed picture, one per click."""
        box, times = self.cell.locator(self.selector).first.bounding_box(), []
        for i in range(20):
            x = box["x"] + (0.35 + 0.3 * (i % 5) / 4) * box["width"]
            y = box["y"] + (0.3 + 0.3 * (i // 5) / 3) * box["height"]
            times.append(self.answer("pointerdown", partial(self.page.mouse.click, x, y)))
            self.settle()
        return np.array(times)

    def play(self):
        """Press the button that starts or pauses the film."""
        self.cell.locator(".gd-play, .widget-play button").first.click()

    def drag(self, target, reach):
        """Drag from the middle of a part of the cell, to and fro, for as long as is measured."""
        box = self.cell.locator(target).first.bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        end = time.perf_counter() + SECONDS
        angle = 0
        while time.perf_counter() < end:
            angle += 0.06
            self.page.mouse.move(x + reach * np.sin(angle), y)
        self.page.mouse.up()


def measure(lab, number, name, kind, traffic, table):
    """Print a row for each picture of one technique; yield its name, its kind and the median."""
    ours = name == "this project"
    selectors = {"2-D": ".gd-map canvas", "3-D": ".gd-valley canvas"} if ours else {kind: None}
    for kind, selector in selectors.items():
        bench = Bench(
            lab, number, selector or ".jp-OutputArea-output img, .jupyter-matplotlib canvas"
        )
        before = traffic["bytes"]
        times = bench.latencies()
        sent = (traffic["bytes"] - before) / PRESSES
        dragging = bench.rate(partial(bench.drag, ".gd-eta, .noUi-handle", 60))
        turning = None
        if kind == "3-D" and name in ("this project", "ipympl"):
            turning = f"{bench.rate(partial(bench.drag, bench.selector, 40)):.0f}"
        if ours:
            bench.cell.get_by_role("button", name="reset to the start").click()
            if kind == "2-D":
                drops = bench.drops()
                spread = f"median {np.median(drops):.0f} ms, p90 {np.percentile(drops, 90):.0f} ms"
                print(f"{name:14} a click on the map to the new film shown: {spread}")
        playing = bench.rate(bench.play)
        bench.play()
        bench.settle()
        median, late = np.nanmedian(times), np.nanpercentile(times, 90)
        rates = f"{playing:.0f}", f"{dragging:.0f}", turning
        table.row(f"{name} {kind}", f"{median:.0f}", f"{late:.0f}", *rates, f"{sent:,.0f}")
        yield name, kind, median


def main():
    """Run all and print the table."""
    notebook = notebook_of([SETUP, *(source for _, _, source in CELLS)])
    with tempfile.TemporaryDirectory() as folder, jupyterlab(Path(folder)) as address:
        nbformat.write(notebook, Path(folder) / "work" / "bench.ipynb")
        with chromium() as browser, open_lab(address, browser) as lab:
            traffic = {"bytes": 0}

            def count(payload):
                traffic["bytes"] += len(payload)

            def on_socket(socket):
                socket.on("framesent", count)
                socket.on("framereceived", count)

            lab.page.on("websocket", on_socket)
            lab.page.add_init_script(WATCH)
            lab.open("bench.ipynb")
            lab.run_all()
            print("key press to picture; pictures per second; bytes for each key press")
            table = Table(20, "ms", "p90 ms", "playing", "dragging", "turning", "bytes")
            medians = {
                (name, kind): median
                for number, cell in enumerate(CELLS, start=1)
                for name, kind, median in measure(lab, number, *cell[:2], traffic, table)
            }
            for kind in ("2-D", "3-D"):
                ratios = ", ".join(
                    f"{name} {medians[name, kind] / medians['this project', kind]:.1f} ×"
                    for name in ("interact", "Agg → Image", "ipympl")
                )
                print(f"{kind}, slower than this project by: {ratios}")
        with chromium() as browser, open_lab(address, browser) as lab:
            for name in sorted(path.stem for path in (ROOT / "notebooks").glob("*.ipynb")):
                lab.open(f"{name}.ipynb")
                start = time.perf_counter()
                lab.run_all()
                print(f"{name}: Run All to the last cell done {time.perf_counter() - start:.1f} s")


if __name__ == "__main__":
    main()
