"""A class in one room: how long it waits, and what the teacher's kernel takes for it.

Run: python -m benchmarks.room [--pages 30] [--clients 200]. The teacher's lab is in a JupyterLab,
and each student's page a Chromium page of its own, with a store and a line of its own, all on this
machine. They join one after another, answer as fast as they can be told to, lose their line, come
back, and see the balls. Then as many clients as a room holds do the same without a browser. Times
are read from the clock of the pages, which is that of the machine.
"""

import asyncio
import contextlib
import json
import tempfile
import threading
import time
from pathlib import Path

import numpy as np
import psutil
from tornado.websocket import websocket_connect

from benchmarks.common import Table, options, run, timed
from tools.lab_page import chromium, jupyterlab, open_cells

ROOM = """import os
from gdlib import labs
from gdlib.costs import ravine
room = labs.room(ravine, (-0.9, 0.7), 20)
room"""
WHERE = "print(room.address, room.session.code, os.getpid())"
PART = """for line in list(room.server.connections):
    room.server.loop.call_soon_threadsafe(line.close)"""
# On the page of a student: when it was let in, when an answer was counted, when its line was lost
# and came back, and when a picture of the end was drawn that is not the first.
WATCH = """
window.gdSeen = {};
const note = (name) => (window.gdSeen[name] ??= Date.now());
new MutationObserver(() => {
  const text = (name) => document.querySelector(name)?.textContent ?? '';
  if (text('.gd-status').startsWith('You are in')) note('ready');
  if (text('.gd-sent').includes('Counted')) note('counted');
  if (text('.gd-status').includes('lost')) note('lost');
  if (window.gdSeen.lost && text('.gd-status').startsWith('Answer')) note('back');
}).observe(document, {childList: true, characterData: true, subtree: true});
const draw = CanvasRenderingContext2D.prototype.drawImage;
let drawn = 0;
CanvasRenderingContext2D.prototype.drawImage = function (...all) {
  draw.apply(this, all);
  if (document.querySelector('.gd-rolls') && ++drawn > 2) note('moving');
};
"""
# On the page of the teacher: when the count reached each number, and when "go on" was pressed.
COUNTS = """() => {
  window.gdCounts = {};
  const count = document.querySelector('.gd-count');
  const look = () => (window.gdCounts[count.textContent.match(/\\d+/)] ??= Date.now());
  new MutationObserver(look).observe(count, {childList: true, characterData: true, subtree: true});
}"""


def percentiles(milliseconds):
    """Return the median, the 95th percentile and the longest, in whole milliseconds."""
    return [f"{x:.0f}" for x in np.percentile(milliseconds, [50, 95, 100])]


def press(lab, name):
    """Press a button of the teacher's lab; return when, in milliseconds."""
    lab.cell.get_by_role("button", name=name, exact=True).click()
    return time.time() * 1000


def in_pages(lab, browser, count, table):
    """A class of pages, from the door to the end."""
    lab.cell = lab.page.locator(".jp-CodeCell").first
    address, code, pid = run(lab, WHERE).split()
    kernel, pages = psutil.Process(int(pid)), []
    before, used = kernel.memory_info().rss, sum(kernel.cpu_times()[:2])
    for _ in range(count):
        page = browser.new_context(viewport={"width": 390, "height": 844}).new_page()
        page.add_init_script(WATCH)
        page.goto(f"{address}#{code}", wait_until="commit")
        pages.append(page)
    seen = [wait_for(page, "ready") for page in pages]
    opened = [page.evaluate("performance.timeOrigin") for page in pages]
    table.row("join to ready", *percentiles(np.subtract(seen, opened)))
    press(lab, "ask this question")
    for page in pages:
        page.locator(".gd-eta").wait_for()
    lab.page.evaluate(COUNTS)
    sent = [page.evaluate(answer(i)) for i, page in enumerate(pages)]
    seen = [wait_for(page, "counted") for page in pages]
    table.row("answer to “counted” on the phone", *percentiles(np.subtract(seen, sent)))
    lab.page.wait_for_function(f"{len(pages)} in window.gdCounts")
    counts = lab.page.evaluate("window.gdCounts")
    reached = [
        min(at for number, at in counts.items() if int(number) >= i) for i in range(1, count + 1)
    ]
    table.row("answer to count on the projector", *percentiles(np.subtract(reached, sorted(sent))))
    run(lab, PART)
    lost = [wait_for(page, "lost") for page in pages]
    back = [wait_for(page, "back") for page in pages]
    table.row("line lost to line regained", *percentiles(np.subtract(back, lost)))
    press(lab, "go on")
    press(lab, "go on")
    lab.page.wait_for_timeout(1000)
    start = press(lab, "go on")
    seen = [wait_for(page, "moving") for page in pages]
    table.row("reveal to first moving picture", *percentiles(np.subtract(seen, start)))
    tell_costs(kernel, before, used)
    for page in pages:
        page.context.close()


def wait_for(page, name):
    """Wait until the page has seen this; return when, in milliseconds.

    Its policy of content lets no text be evaluated again and again, so this asks.
    """
    for _ in range(3000):
        if seen := page.evaluate(f"window.gdSeen.{name}"):
            return seen
        page.wait_for_timeout(20)
    raise TimeoutError(f"a page has not seen {name!r} within a minute")


def answer(number):
    """Return the script by which a page sends an answer; it returns when."""
    return f"""() => {{
      const slider = document.querySelector('.gd-eta');
      slider.value = {20 + 3 * (number % 30)};
      for (const kind of ['input', 'change']) slider.dispatchEvent(new Event(kind));
      const now = Date.now();
      document.querySelector('.gd-send button').click();
      return now;
    }}"""


def tell_costs(kernel, before, used):
    """Print what the kernel with the room took since."""
    memory = kernel.memory_info().rss
    seconds = sum(kernel.cpu_times()[:2]) - used
    print(f"the teacher's kernel: {memory / 1e6:.0f} MB, {(memory - before) / 1e6:+.0f} MB for the "
          f"class; {seconds:.1f} s of processor")  # fmt: skip


class Clients:
    """Students without a browser, in a loop of their own."""

    def __init__(self):
        self.loop, self.lines = asyncio.new_event_loop(), []
        threading.Thread(target=self.loop.run_forever, daemon=True).start()

    def all(self, act, *arguments):
        """Return what comes of an act of every student, each with its number, all at once."""

        async def acts():
            return await asyncio.gather(
                *(act(line, i, *arguments) for i, line in enumerate(self.lines))
            )

        return asyncio.run_coroutine_threadsafe(acts(), self.loop).result(120)

    def join(self, address, code, count):
        """Open a line for each, one after another."""

        async def join():
            for i in range(count):
                line = await websocket_connect(address.replace("http", "ws") + "live")
                await line.write_message(json.dumps({"code": code, "me": f"{i:032x}"}))
                await line.read_message()
                self.lines.append(line)

        asyncio.run_coroutine_threadsafe(join(), self.loop).result(120)


async def hears(line, _):
    """Wait for the next message; return when it came, in milliseconds, and what it says."""
    text = await line.read_message()
    return time.time() * 1000, json.loads(text)


async def answers(line, number):
    """Send an answer; return how long it took until it was counted, in milliseconds."""
    start = time.time() * 1000
    await line.write_message(json.dumps({"answer": 0.001 * (1 + number)}))
    return (await hears(line, number))[0] - start


def in_clients(lab, count, table):
    """The same without a browser, as many as a room holds."""
    address, code, pid = run(lab, WHERE).split()
    kernel, clients = psutil.Process(int(pid)), Clients()
    before, used = kernel.memory_info().rss, sum(kernel.cpu_times()[:2])
    seconds, _ = timed(clients.join, address, code, count)
    print(f"{count} clients have joined, one after another, in {seconds:.1f} s")
    run(lab, "room.ask()")
    clients.all(hears)
    table.row(f"{count} answers at once to “counted”", *percentiles(clients.all(answers)))
    for _ in range(2):
        run(lab, "room.go_on()")
        clients.all(hears)
    start = float(run(lab, "import time; print(time.time() * 1000); room.go_on()"))
    ends = clients.all(hears)
    assert all(end["film"] for _, end in ends)
    table.row(f"reveal to film, {count} times", *percentiles([at - start for at, _ in ends]))
    tell_costs(kernel, before, used)


def main():
    """Print how long a class waits, in pages and without."""
    given = options(__doc__, pages=30, clients=200)
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        browser = stack.enter_context(chromium())
        server = stack.enter_context(jupyterlab(folder))
        lab = stack.enter_context(
            open_cells(server, browser, "JupyterLab Light", [ROOM],
                       viewport={"width": 1280, "height": 720})
        )  # fmt: skip
        table = Table(36, "median ms", "95 % ms", "longest")
        in_pages(lab, browser, given.pages, table)
        run(lab, "room.leave()")
        run(lab, ROOM)
        in_clients(lab, given.clients, table)


if __name__ == "__main__":
    main()
