"""A user gone wild: random acts on every lab, until something breaks (make wild).

As PhET does with its simulations: drag, click, type and play without sense, on the site
(build/site) and in JupyterLab, with saved labs and with living kernels. After each act: no error
of a script, no message that is not meant, no empty picture, nothing gone from the notebook. Now
and then, and after every act that is a risk, a probe asks whether the lab still answers.

    python tests/browser/wild.py                           2,000 acts
    python tests/browser/wild.py --seed 7 --acts 10000     the long run: other acts, more kernels
    python tests/browser/wild.py --seconds 120             a short one
    python tests/browser/wild.py --site --lab 01_valley    some of the labs
    python tests/browser/wild.py --lab site/01_valley:5 --trail ends.8,play.1      once more

Labs are called place/notebook:number; the place is `site`, `saved` (JupyterLab without a kernel)
or `live` (with one: a sample of the notebooks, chosen by the seed, that grows with the run).
An act is a name and a number: the number decides all that is left to chance in it, so that a
trail of acts can be cut and replayed. What breaks a lab is replayed on a fresh one with fewer and
fewer acts; the shortest trail found is printed, and a picture is kept in build/wild.
The exit code is 1 if anything broke.
"""

import argparse
import contextlib
import json
import re
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from random import Random

import nbformat
from lab_page import PANEL, ROOT, Lab, chromium, files, jupyterlab, trust
from playwright.sync_api import Error
from wild_acts import ACTS, DESK, RISKS, Broken, User

SITE, SHOTS = ROOT / "build" / "site", ROOT / "build" / "wild"
VIEW = "application/vnd.jupyter.widget-view+json"
SETTINGS = {"docmanager-extension/plugin": {"autosave": False},
            "notebook-extension/tracker": {"autoStartDefaultKernel": False}}  # fmt: skip
SHARES = {"film": 10, "training": 10, "pad": 6, "prediction": 2}  # of the acts
REPLAYS = 24  # of a trail that broke a lab, to shorten it


@dataclass(frozen=True)
class Toy:
    """A lab to play with: where it is, and the JavaScript that finds it on its page."""

    place: str
    notebook: str
    number: int
    cell: int
    kind: str
    source: str
    root: str

    @property
    def name(self):
        return f"{self.place}/{self.notebook}:{self.number}"


def toys():
    """Return every lab of every notebook, at each place where it can be played with."""
    index = "document.querySelector('[data-film] .gd-lab')"
    found = [Toy("site", "index", 1, 0, "film", "the ball of notebook 01", index)]
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        number = asked = 0
        page = SITE / "notebooks" / f"{path.stem}.html"
        page = page.read_text("utf8") if page.is_file() else ""
        for i, cell in enumerate(nbformat.read(path, as_version=4).cells):
            shown = [o.data for o in cell.get("outputs", []) if VIEW in o.get("data", {})]
            if not shown or not shown[0].get("text/plain", "").startswith(("Lab, ", "Predict. ")):
                continue  # a progress bar is no lab
            calls = {"labs.predict(": "prediction", "labs.train(": "training"}
            calls |= {"labs.write_digit(": "pad", "labs.": "film"}
            call, kind = next(item for item in calls.items() if item[0] in cell.source)
            source = next(line for line in cell.source.split("\n") if call in line)
            number += 1
            toy = path.stem, number, i, kind, source
            inside = ".widget-vbox" if kind == "prediction" else ".gd-lab"
            for place in ("saved", "live"):
                found.append(Toy(place, *toy, f"wild.cell({i}, '{inside}')"))
            film = f'[data-film="{path.stem}-{cell.id}"]'
            if kind == "prediction":
                root, asked = f"document.querySelectorAll('.gd-asks')[{asked}]", asked + 1
            else:
                root = f"document.querySelector('{film} .gd-lab')"
            if page and (kind == "prediction" or film[1:-1] in page):
                found.append(Toy("site", *toy, root))
    return found


class SitePage(User):
    """A user of the site."""

    def open(self, toy):
        folder = "" if toy.notebook == "index" else "notebooks/"
        self.page.goto(f"{self.address}/{folder}{toy.notebook}.html")

    def theme(self, dark):
        self.page.emulate_media(color_scheme="dark" if dark else "light")

    def bring(self, toy):
        place = toy.root.removesuffix(" .gd-lab')") + ("')" if ".gd-lab" in toy.root else "")
        self.page.evaluate(f"{place}.scrollIntoView({{block: 'center'}})")


class JupyterPage(User):
    """A user of JupyterLab, with a kernel or without."""

    def __init__(self, page, address):
        super().__init__(page, address)
        self.lab = Lab(page, address)

    def open(self, toy):
        self.lab.open(f"{toy.notebook}.ipynb", kernel=False)
        self.page.wait_for_function(f"{PANEL}.isReady")
        if toy.place == "live":
            self.page.evaluate(f"{PANEL}.changeKernel({{name: 'python3'}})")
            self.run("notebook:run-all-cells")

    def run(self, command):
        self.lab.command(command)
        self.page.wait_for_function(
            f"{PANEL}.session?.kernel?.status === 'idle'", timeout=300_000, polling=100
        )

    def refresh(self, toy):
        """Bring back a lab as it was, with as little work as will do."""
        if toy.place == "live" and not self.restarted:
            self.page.evaluate(
                f"window.jupyterapp.shell.currentWidget.content.activeCellIndex = {toy.cell}"
            )
            self.run("notebook:run-cell")
        else:
            self.open(toy)

    def theme(self, dark):
        self.lab.use_theme(f"JupyterLab {'Dark' if dark else 'Light'}")

    def bring(self, toy):
        self.page.evaluate(
            f"window.jupyterapp.shell.currentWidget.content.scrollToItem({toy.cell}, 'start')"
        )


def same(why):
    """Return what two failures of the same kind have in common."""
    return re.sub(r"[-−\d.]+", "#", why)[:60]


def replay(user, toy, trail):
    """Do the acts of a trail on a fresh lab: (how many were done, what they were, what broke)."""
    words = []
    user.refresh(toy)
    user.start(toy)
    for number, act in enumerate(trail, 1):
        try:
            words.append(user.do(act))
        except Broken as broken:
            return number, [*words, f"{act.split('.')[0]} …"], str(broken)
    return len(trail), words, None


def shorten(user, toy, trail, why, replays=REPLAYS):
    """Return the shortest trail found that breaks the lab likewise, its words, and the replays."""
    best, left, seen = None, [replays], set()

    def breaks(acts):
        nonlocal best
        if not acts or not left[0] or tuple(acts) in seen:
            return False
        seen.add(tuple(acts))
        left[0] -= 1
        done, words, what = replay(user, toy, acts)
        if what and same(what) == same(why):
            best = acts[:done], words
        return bool(what) and same(what) == same(why)

    any(breaks(trail[-n:]) for n in (1, 2, 4, 8, 16, len(trail)))
    size = len(best[0]) // 2 if best else 0
    while size:
        cuts = range(0, len(best[0]), size)
        if not any(breaks(best[0][:i] + best[0][i + size :]) for i in cuts):
            size //= 2
        size = min(size, len(best[0]) - 1)
    return *(best or (trail, [])), replays - left[0]


class Run:
    """What was done, and what broke."""

    def __init__(self, options):
        self.options, self.acts, self.broken = options, Counter(), {}
        self.began, self.names, self.idle = time.monotonic(), Counter(), 0

    def play(self, user, toy, enough):
        """Play with a lab until `enough(acts)`; at the end, every probe once."""
        options, trail, failures = self.options, [], Counter()
        random = Random(f"{options.seed}/{toy.name}")
        names = [name for name in ACTS if user.can(name, toy)]
        weights = [ACTS[name][0] for name in names]
        probes = [name for name in names if name.startswith("probe")]
        given = options.trail.split(",") if options.trail else None
        queue, last = list(given or []), [f"{probe}.0" for probe in probes]
        user.start(toy)
        while True:
            if not queue and (given or enough(self.acts[toy.name])):
                if given or not last:
                    return
                queue, last = last, []
            if not queue:
                name = random.choices(names, weights)[0]
                queue = [f"{name}.{random.randrange(1000)}"]
                queue += [f"{random.choice(probes or [0])}.{random.randrange(1000)}"] * (name in RISKS and bool(probes))
            act = queue.pop(0)
            trail.append(act)
            self.acts[toy.name] += 1
            self.names[act.split(".")[0]] += 1
            try:
                words = user.do(act)
                self.idle += words is None
                if given:
                    print(f"  {act}: {words or 'nothing to do it to'}", flush=True)
            except Broken as broken:
                failures[same(str(broken))] += 1
                if failures[same(str(broken))] == 1:
                    self.report(user, toy, trail, str(broken), shrink=not given)
                if given or failures.total() == 5:  # enough of this lab
                    return
                user.refresh(toy)
                user.start(toy)
                queue, trail = [], []

    def report(self, user, toy, trail, why, shrink=True):
        """Say what broke, by which trail."""
        SHOTS.mkdir(parents=True, exist_ok=True)
        self.broken.setdefault(toy.name, []).append(why)
        name = toy.name.translate(str.maketrans("/:", "--"))
        shot = SHOTS / f"{name}-{len(self.broken[toy.name])}.png"
        with contextlib.suppress(Error):
            user.page.screenshot(path=shot)
        print(f"\nBROKEN {toy.name}: {toy.source}\n  {why}", flush=True)
        if not shrink:
            return
        best, words, replays = shorten(user, toy, trail, why)
        print("  " + ("; ".join(words) or "It did not come again: a matter of time, or of luck."))
        print(f"  {len(best)} of {len(trail)} acts, {replays} replays, seed {self.options.seed}. "
              f"Picture: {shot.relative_to(ROOT)}. Again:\n"
              f'  make wild WILD="--lab {toy.name} --trail {",".join(best)}"', flush=True)  # fmt: skip

    def summary(self):
        """Print what was done, and return whether nothing broke."""
        seconds, acts = time.monotonic() - self.began, self.acts.total()
        print(f"\n{acts} acts ({self.idle} of them had nothing to act on) on {len(self.acts)} "
              f"labs in {seconds:.0f} s, seed {self.options.seed}")  # fmt: skip
        print(", ".join(f"{name} {n}" for name, n in self.names.most_common()))
        print(f"{len(self.broken)} of {len(self.acts)} labs broke")
        for name, whys in self.broken.items():
            print(f"  {name}: {'; '.join(why[:150] for why in whys)}")
        return not self.broken


def chosen(options):
    """Return the toys of this run, page by page."""
    found = toys()
    if options.site or options.jupyterlab:
        found = [toy for toy in found if (toy.place == "site") == options.site]
    if options.lab:
        exact = [toy for toy in found if toy.name == options.lab]
        found = exact or [toy for toy in found if options.lab in toy.name]
    if not (options.lab and ("live" in options.lab or options.trail)):
        notebooks = sorted({toy.notebook for toy in found if toy.place == "live"})
        size = options.seconds / 120 if options.seconds else options.acts / 1000
        Random(options.seed).shuffle(notebooks)
        sample = notebooks[: max(1, int(size))]
        found = [toy for toy in found if toy.place != "live" or toy.notebook in sample]
    order = ["site", "saved", "live"]
    return sorted(found, key=lambda toy: (order.index(toy.place), toy.notebook, toy.number))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--acts", type=int, default=2000)
    parser.add_argument("--seconds", type=float, help="instead of --acts")
    parser.add_argument("--lab", help="only labs with this in their name")
    parser.add_argument("--trail", help="acts to replay on that lab")
    parser.add_argument("--site", action="store_true", help="only the site")
    parser.add_argument("--jupyterlab", action="store_true", help="only JupyterLab")
    options = parser.parse_args()
    todo, run = chosen(options), Run(options)
    shares = [SHARES[toy.kind] for toy in todo]
    with contextlib.ExitStack() as stack:
        browser = stack.enter_context(chromium())
        user = opened = None
        for i, toy in enumerate(todo):
            if (toy.place, toy.notebook) != opened:
                if user is None or isinstance(user, SitePage) != (toy.place == "site"):
                    user = enter(stack, browser, toy.place)
                opened = toy.place, toy.notebook
                user.open(toy)
            left = sum(shares[i:])
            most = max(3, round(options.acts * shares[i] / sum(shares)))
            if options.seconds:
                now = time.monotonic()
                end = now + (run.began + options.seconds - now) * shares[i] / left
                run.play(user, toy, lambda n, end=end: n >= 3 and time.monotonic() > end)
            else:
                run.play(user, toy, lambda n, most=most: n >= most)
    sys.exit(0 if run.summary() else 1)


def enter(stack, browser, place):
    """Return a user of the site or of JupyterLab, which are served until the stack unwinds."""
    page = browser.new_page(viewport=DESK)
    if place == "site":
        return SitePage(page, stack.enter_context(files(SITE)))
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
    for name, settings in SETTINGS.items():
        path = folder / f"CONFIG/lab/user-settings/@jupyterlab/{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(settings))
    address = stack.enter_context(jupyterlab(folder))
    for notebook in (folder / "work").glob("*.ipynb"):
        trust(notebook, folder)
    return JupyterPage(page, address)


if __name__ == "__main__":
    main()
