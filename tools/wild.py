"""A user gone wild: random acts on every lab, until something breaks (make wild).

As PhET does with its simulations: drag, click, type and play without sense, on the site
(build/site) and in JupyterLab, with saved labs and with living kernels. After each act: no error
of a script, no message that is not meant, no empty picture, nothing gone from the notebook. Now
and then, and after every act that is a risk, a probe asks whether the lab still answers.

    make wild                                               2,000 acts
    make wild WILD="--seed 7 --acts 10000"                  the long run: more kernels
    make wild WILD="--seconds 120"                          a short one
    make wild WILD="--site --lab 01_valley"                 some of the labs
    make wild WILD="--lab site/01_valley:5 --trail ends.8,play.1"      once more

Labs are called place/notebook:number; the place is `site`, `saved` (JupyterLab with the labs as
they were saved; in a run of seconds three notebooks) or `live` (with all cells run: a sample of the
notebooks, chosen by the seed, that grows with the run). An act is a name and a number: the number
decides all that is left to chance in it, so that a trail of acts can be cut and replayed. What
breaks a lab is replayed on a fresh one with fewer and fewer acts; the shortest trail found is
printed, and a picture of the moment kept in build/wild. The exit code is 1 if anything broke.
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
from nbformat.sign import NotebookNotary
from playwright.sync_api import Error

from tools import ROOT
from tools.lab_page import PANEL, Lab, chromium, files, jupyterlab
from tools.wild_acts import DESK, RISKS, Broken, User, acts_on

SITE, SHOTS = ROOT / "build" / "site", ROOT / "build" / "wild"
VIEW = "application/vnd.jupyter.widget-view+json"
KINDS = {"labs.predict(": "prediction", "labs.train(": "training", "labs.write_digit(": "pad",
         "labs.hidden_valley(": "hidden", "labs.fewest_steps(": "challenge",
         "labs.read_curves(": "challenge", "labs.beat_the_gradient(": "challenge",
         "labs.backprop(": "backprop", "labs.network(": "network", "labs.": "film"}  # fmt: skip
# the shares of the acts
SHARES = {"film": 10, "training": 10, "pad": 6, "hidden": 6, "challenge": 3, "backprop": 6,
          "network": 3, "prediction": 1, "site": 2, "saved": 1, "live": 2}  # fmt: skip
PATIENCE = {"site": 40, "saved": 60, "live": 60}  # seconds to look for a shorter trail
WIDGETS = "window.jupyterapp.shell.currentWidget.content"


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
    found = [Toy("site", "index", 1, 0, "film", "the duel of notebook 02", index)]
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        number = asked = 0
        page = SITE / "notebooks" / f"{path.stem}.html"
        page = page.read_text("utf8") if page.is_file() else ""
        for i, cell in enumerate(json.loads(path.read_text("utf8"))["cells"]):
            shown = [o["data"] for o in cell.get("outputs", []) if VIEW in o.get("data", {})]
            text = "".join(shown[0]["text/plain"]) if shown else ""
            if not text.startswith(("Lab, ", "Predict. ")):
                continue  # a progress bar is no lab
            if "Does it end with return?" in text:
                continue  # it waits for a rule of the learner's own, and rests until then
            source, film = "".join(cell["source"]), f'[data-film="{path.stem}-{cell["id"]}"]'
            call = next(call for call in KINDS if call in source)
            line = next(line for line in source.split("\n") if call in line)
            number, kind = number + 1, KINDS[call]
            if kind == "prediction":
                root, asked = f"document.querySelectorAll('.gd-asks')[{asked}]", asked + 1
            else:
                root = f"document.querySelector('{film} .gd-lab')"
            for place in ("saved", "live"):
                here = f"wild.cell({i}, '.gd-lab')"
                found.append(Toy(place, path.stem, number, i, kind, line, here))
            if page and (kind == "prediction" or film[1:-1] in page):
                found.append(Toy("site", path.stem, number, i, kind, line, root))
    return found


class SiteUser(User):
    """A user of the site."""

    def open(self, toy):
        folder = "" if toy.notebook == "index" else "notebooks/"
        self.page.goto(f"{self.address}/{folder}{toy.notebook}.html")
        unfold = "document.querySelectorAll('details').forEach(folded => (folded.open = true))"
        self.page.evaluate(unfold)  # labs in folded answers, too

    refresh = open

    def bring(self, toy):
        place = toy.root.replace(" .gd-lab", "")  # a film comes to life when it is near
        self.page.evaluate(f"{place}.scrollIntoView({{block: 'center', behavior: 'instant'}})")

    def theme(self, dark):
        self.page.emulate_media(color_scheme="dark" if dark else "light")


class JupyterUser(User):
    """A user of JupyterLab."""

    def __init__(self, page, address):
        super().__init__(page, address)
        self.lab = Lab(page, address)

    def open(self, toy):
        before = self.page.url
        if before.startswith(self.address) and toy.notebook not in before:
            self.page.evaluate(f"{PANEL}?.shutdown()")  # the kernel of the notebook before
        self.lab.open(f"{toy.notebook}.ipynb")
        self.restarted = False
        if toy.place == "live":
            self.run("notebook:run-all-cells")
        self.all = self.page.evaluate(f"{WIDGETS}.widgets.length")

    def run(self, command):
        self.page.evaluate("command => window.jupyterapp.commands.execute(command)", command)
        idle = f"{PANEL}.session?.kernel?.status === 'idle'"
        self.page.wait_for_function(idle, timeout=300_000, polling=100)

    def refresh(self, toy):
        """Bring back a lab as it was, with as little work as will do."""
        same = f"{WIDGETS}.widgets.length === {self.all}"
        if toy.place == "live" and not self.restarted and self.page.evaluate(same):
            self.page.evaluate(f"{WIDGETS}.activeCellIndex = {toy.cell}")
            self.run("notebook:run-cell")
        else:
            self.open(toy)

    def bring(self, toy):
        self.page.evaluate(f"{WIDGETS}.scrollToItem({toy.cell}, 'start')")

    def theme(self, dark):
        self.lab.use_theme(f"JupyterLab {'Dark' if dark else 'Light'}")


def enter(stack, browser, place):
    """Return a user of the site or of JupyterLab, which are served until the stack unwinds."""
    page = browser.new_page(viewport=DESK)
    if place == "site":
        return SiteUser(page, stack.enter_context(files(SITE)))
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
    settings = folder / "CONFIG/lab/user-settings/@jupyterlab/docmanager-extension"
    settings.mkdir(parents=True)
    (settings / "plugin.jupyterlab-settings").write_text('{"autosave": false}')
    address = stack.enter_context(jupyterlab(folder))
    notary = NotebookNotary(data_dir=str(folder / "DATA"))
    for path in (folder / "work").glob("*.ipynb"):
        notary.sign(nbformat.read(path, as_version=4))
    return JupyterUser(page, address)


def same(why):
    """Return what two failures of the same kind have in common."""
    return re.sub(r"[-−\d.]+", "#", why)[:60]


def replay(user, toy, trail):
    """Do the acts of a trail on a fresh lab; return what they were, and what broke, or None."""
    words = []
    try:
        user.refresh(toy)
        user.start(toy)
        for act in trail:
            words.append(act.split(".")[0] + " …")
            words[-1] = user.do(act)
        user.until("!s.running", 5)  # what began to play may break it later
        user.check(user.state())
    except Broken as broken:
        return words, str(broken)
    return words, None


def shorten(user, toy, trail, why):
    """Return the shortest trail found that breaks the lab likewise, its words, and the replays."""
    best, words, seen, end = None, [], set(), time.monotonic() + PATIENCE[toy.place]

    def breaks(acts):
        nonlocal best, words
        if not acts or tuple(acts) in seen or time.monotonic() > end:
            return False
        seen.add(tuple(acts))
        what, broke = replay(user, toy, acts)
        if not broke or same(broke) != same(why):
            return False
        best, words = acts[: len(what)], what
        return True

    any(breaks(trail[-n:]) for n in (1, 2, 4, 8, 16, len(trail)))
    size = len(best or ()) // 2
    while size:
        cuts = [best[:i] + best[i + size :] for i in range(0, len(best), size)]
        if not any(breaks(acts) for acts in cuts):
            size //= 2
        size = min(size, len(best) - 1)
    return best or trail, words, len(seen)


class Run:
    """A run: what was done, and what broke."""

    def __init__(self, options):
        self.options, self.broken, self.began = options, {}, time.monotonic()
        self.acts, self.names, self.idle, self.slowest = Counter(), Counter(), 0, (0, "", "")

    def play(self, user, toy, enough):
        """Play with a lab until `enough(acts)`, and then try every probe once, or at least one."""
        random, weights = Random(f"{self.options.seed}/{toy.name}"), acts_on(toy)
        probes = [name for name in weights if name.startswith("probe")]
        trail, failures, queue = [], Counter(), []
        last = [f"{probe}.0" for probe in probes]
        if self.options.seconds and probes:  # a short run
            last = [random.choice(last)]
        while True:
            try:
                if not trail:
                    user.start(toy)
                if not queue and enough(self.acts[toy.name]):
                    if not last:
                        return
                    queue, last = last, []
                elif not queue:
                    (name,) = random.choices(list(weights), weights.values())
                    names = [name, random.choice(probes)] if name in RISKS and probes else [name]
                    queue = [f"{name}.{random.randrange(1000)}" for name in names]
                act = queue.pop(0)
                trail.append(act)
                self.acts[toy.name] += 1
                self.names[act.split(".")[0]] += 1
                start = time.monotonic()
                words = user.do(act)
                self.idle += not words
                self.slowest = max(self.slowest, (time.monotonic() - start, toy.name, words or ""))
            except Broken as broken:
                failures[same(str(broken))] += 1
                if failures[same(str(broken))] == 1:
                    self.report(user, toy, trail, str(broken))
                if failures.total() == 4 or not trail:  # enough of this lab
                    return user.refresh(toy)
                user.refresh(toy)
                queue, trail = [], []

    def report(self, user, toy, trail, why):
        """Say what broke, and by which trail."""
        self.broken.setdefault(toy.name, []).append(why)
        shot = toy.name.translate(str.maketrans("/:", "--")) + f"-{len(self.broken[toy.name])}.png"
        SHOTS.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(Error):
            user.page.screenshot(path=SHOTS / shot)
        print(f"\nBROKEN {toy.name}: {toy.source}\n  {why}", flush=True)
        best, words, replays = shorten(user, toy, trail, why)
        print("  " + ("; ".join(map(str, words)) or "It did not come again: a matter of time?"))
        print(f"  {len(best)} of {len(trail)} acts, after {replays} replays; seed "
              f"{self.options.seed}; build/wild/{shot}; again:")  # fmt: skip
        print(f'  make wild WILD="--lab {toy.name} --trail {",".join(best)}"', flush=True)

    def once_more(self, user, toy):
        """Replay the trail that was given, act by act."""
        user.start(toy)
        words, why = replay(user, toy, self.options.trail.split(","))
        self.acts[toy.name] += len(words)
        print(toy.name, *words, sep="\n  ")
        if why:
            self.broken[toy.name] = [why]

    def summary(self):
        """Print what was done; return the exit code."""
        seconds, acts = time.monotonic() - self.began, self.acts.total()
        print(f"\n{acts} acts ({self.idle} of them found nothing to act on) on {len(self.acts)} "
              f"labs, seed {self.options.seed}, {seconds:.0f} s")  # fmt: skip
        print(", ".join(f"{name} {n}" for name, n in self.names.most_common()))
        print("the slowest act: {:.1f} s, on {}: {}".format(*self.slowest))
        print(f"{len(self.broken)} of {len(self.acts)} labs broke")
        for name, whys in self.broken.items():
            print(f"  {name}: {'; '.join(why[:150] for why in whys)}")
        return 1 if self.broken else 0


def chosen(options):
    """Return the toys of this run, page by page."""
    found = toys()
    if options.site or options.jupyterlab:
        found = [toy for toy in found if (toy.place == "site") == options.site]
    if options.lab:
        exact = [toy for toy in found if toy.name == options.lab]
        found = exact or [toy for toy in found if options.lab in toy.name]
    if not options.lab or not options.lab.startswith("live"):
        notebooks = sorted({toy.notebook for toy in found if toy.place == "live"})
        Random(options.seed).shuffle(notebooks)
        size = options.seconds / 300 if options.seconds else options.acts / 1000
        sample = notebooks[: max(1, int(size))]
        found = [toy for toy in found if toy.place != "live" or toy.notebook in sample]
        if options.seconds:  # three other notebooks as they were saved, and there what does a lot
            others = notebooks[len(sample) :][:3]
            found = [toy for toy in found if toy.place != "saved" or
                     (toy.notebook in others and toy.kind != "prediction")]  # fmt: skip
    places = ["site", "saved", "live"]
    return sorted(found, key=lambda toy: (places.index(toy.place), toy.notebook, toy.number))


def main():
    """Do what the command line asks for."""
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
    if not todo:
        parser.error(f"no lab is called {options.lab}")
    shares = [SHARES[toy.kind] * SHARES[toy.place] for toy in todo]
    with contextlib.ExitStack() as stack:
        browser, user, opened = stack.enter_context(chromium()), None, None
        for i, toy in enumerate(todo):
            if user is None or isinstance(user, SiteUser) != (toy.place == "site"):
                user = enter(stack, browser, toy.place)
            if (toy.place, toy.notebook) != opened or user.restarted:
                opened = toy.place, toy.notebook
                user.open(toy)
            share, now = shares[i] / sum(shares[i:]), time.monotonic()
            if options.trail:
                run.once_more(user, toy)
            elif options.seconds:
                end = now + (run.began + options.seconds - now) * share
                run.play(user, toy, lambda acts, end=end: acts > 2 and time.monotonic() > end)
            else:
                most = max(3, round((options.acts - run.acts.total()) * share))
                run.play(user, toy, lambda acts, most=most: acts >= most)
    return run.summary()


if __name__ == "__main__":
    sys.exit(main())
