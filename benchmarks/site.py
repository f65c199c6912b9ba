"""The site: how soon its pages are of use, how much they weigh, how fast its labs answer.

Run: make site, then python -m benchmarks.site (needs Chromium). Each page is opened with an empty
cache, from this machine, and once more as on a phone: 360 pixels wide, a processor four times
slower, 9 Mbit/s and 60 ms to the server. "text" is the first contentful paint, "lab" is the moment
when the first lab can be moved, after scrolling to it; both in ms after the click on the link.
"""

import sys
from functools import partial

import numpy as np

from benchmarks.common import WATCH, Table, answer
from tools import ROOT
from tools.lab_page import chromium, files

SITE, PRESSES, CANVAS = ROOT / "build" / "site", 20, "canvas"
DESK = {"viewport": {"width": 1280, "height": 900}}
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True}
ALIVE = """film => film.querySelector('.gd-lab canvas')?.width > 50"""


def opened(browser, address, phone=False):
    """Return a page in a context of its own, and the list that its bytes are counted in."""
    page, weights = browser.new_context(**(PHONE if phone else DESK)).new_page(), []
    page.add_init_script(WATCH)
    devtools = page.context.new_cdp_session(page)
    devtools.send("Network.enable")
    devtools.on("Network.loadingFinished", lambda e: weights.append(e["encodedDataLength"]))
    if phone:
        devtools.send("Emulation.setCPUThrottlingRate", {"rate": 4})
        speed = {"offline": False, "latency": 60, "downloadThroughput": 9e6 / 8}
        devtools.send("Network.emulateNetworkConditions", speed | {"uploadThroughput": 1e6 / 8})
    page.goto(address, wait_until="commit")
    return page, weights


def first_use(browser, address, phone):
    """Return the milliseconds until there is text, and until the first lab lives."""
    page, _ = opened(browser, address, phone)
    page.wait_for_function("performance.getEntriesByName('first-contentful-paint').length")
    film = page.locator("[data-film]").first
    lab = np.nan
    if film.count():
        film.evaluate("film => film.scrollIntoView()")
        page.wait_for_function(ALIVE, arg=film.element_handle(), polling="raf")
        lab = page.evaluate("performance.now()")
    text = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
    page.context.close()
    return text, lab


def latencies(page, film):
    """Return the milliseconds from key press to changed picture, one per press."""
    film.scroll_into_view_if_needed()
    page.wait_for_function(ALIVE, arg=film.element_handle())
    page.wait_for_timeout(300)
    film.locator("input[type=range]").first.focus()
    root, times = film.element_handle(), []
    at_the_start = film.locator("input[type=range]").first.input_value() == "0"
    for press in range(PRESSES):
        key = "ArrowLeft" if press % 2 == at_the_start else "ArrowRight"
        times.append(answer(page, "keydown", root, CANVAS, partial(page.keyboard.press, key)))
        page.wait_for_timeout(30)
    return times


def main():
    """Measure all pages and print the tables."""
    if not (SITE / "index.html").is_file():
        sys.exit("expected the site in build/site; make site writes it")
    paths = [SITE / "index.html", *sorted(SITE.glob("notebooks/*.html"))]
    times = []
    table = Table(29, "text ms", "lab ms", "on a phone", "lab ms", "kB at first", "kB, all films")
    with files(SITE) as address, chromium() as browser:
        for path in paths:
            name = path.relative_to(SITE).as_posix()
            soon = [first_use(browser, f"{address}/{name}", phone) for phone in (False, True)]
            page, weights = opened(browser, f"{address}/{name}")
            page.wait_for_load_state("networkidle")
            first = sum(weights)
            for film in page.locator("[data-film][data-front=player]").all():
                times += latencies(page, film)
            page.wait_for_load_state("networkidle")
            kilobytes = [f"{size / 1e3:,.0f}" for size in (first, sum(weights))]
            table.row(name, *(f"{ms:.0f}" for ms in np.ravel(soon)), *kilobytes)
            page.context.close()
    print(f"key press to changed picture, {len(times) // PRESSES} labs × {PRESSES} presses: median "
          f"{np.nanmedian(times):.0f} ms, p90 {np.nanpercentile(times, 90):.0f} ms, "
          f"without an answer {np.isnan(times).sum()}")  # fmt: skip


if __name__ == "__main__":
    main()
