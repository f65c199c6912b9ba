"""Film the lab of the rolling ball in a real JupyterLab, for README.md: docs/ball-lab.gif.

Run: python -m tools.film. Needs Chromium, as the browser tests do. About half a minute.
"""

import io
import tempfile
from pathlib import Path

from PIL import Image

from tools import ROOT
from tools.lab_page import chromium, jupyterlab, open_cells

CELL = """
from gdlib import labs
from gdlib.costs import ravine
labs.ball(ravine, start=(-0.9, 0.35), eta=0.01)
"""
WIDTH, COLOURS, PAUSE = 900, 128, 90  # pixels; of the palette; milliseconds for each frame


def film(lab):
    """Return the frames: η grows from crawling to flying away, then a good one, played, turned."""
    lab.show("labs.ball")
    eta, frames = lab.card().locator(".gd-eta"), []

    def keep(times=1):
        frames.extend([Image.open(io.BytesIO(lab.card().screenshot()))] * times)

    def press(key, times, every=1):
        for number in range(times):
            before = lab.hash(lab.picture("map"))
            eta.press(key)
            lab.wait_for_change(lab.picture("map"), before)
            if number % every == 0:
                keep()

    keep(8)
    press("ArrowRight", 46, every=2)  # to 2/λ_max and beyond
    keep(8)
    press("ArrowLeft", 16)
    keep(6)
    lab.card().get_by_role("button", name="reset to the start").click()
    step = lab.card().get_by_role("button", name="one step", exact=True)
    for _ in range(12):
        step.click()
        keep(2)
    valley, x = lab.picture("valley"), 100
    for _ in range(14):
        before = lab.hash(valley)
        lab.drag(valley, (x, 120), (x + 10, 120))
        lab.wait_for_change(valley, before)
        keep()
    keep(10)
    return frames


def main():
    """Write the film as a GIF whose frames share one palette."""
    with (
        tempfile.TemporaryDirectory() as folder,
        chromium() as browser,
        jupyterlab(Path(folder)) as server,
        open_cells(server, browser, "JupyterLab Light", [CELL]) as lab,
    ):
        frames = film(lab)
    size = WIDTH, round(WIDTH * frames[0].height / frames[0].width)
    frames = [frame.convert("RGB").resize(size, Image.Resampling.LANCZOS) for frame in frames]
    # the ball is small: keep its orange
    palette = frames[len(frames) // 2].quantize(COLOURS, Image.Quantize.MAXCOVERAGE)
    first, *others = [frame.quantize(palette=palette, dither=Image.Dither.NONE) for frame in frames]
    path = ROOT / "docs" / "ball-lab.gif"
    first.save(path, save_all=True, append_images=others, duration=PAUSE, loop=0, optimize=True)
    print(f"{path.name}: {len(frames)} frames, {path.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
