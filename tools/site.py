"""Lay out what the site is built of: pages for Sphinx, and the files of JupyterLite (make site).

Run: python -m tools.site PAGES FILES, two folders to write anew.
"""

import base64
import html
import json
import re
import shutil
import struct
import sys
import zlib
from pathlib import Path

import nbformat

from gdlib.labs.backprop import Backprop
from gdlib.labs.beat_the_gradient import BeatTheGradient
from gdlib.labs.challenges import FewestSteps, ReadCurves
from gdlib.labs.factors import Factors
from gdlib.labs.hidden_valley import HiddenValley
from gdlib.labs.lab import Player, front_end, style_sheet
from gdlib.labs.network_picture import NetworkPicture
from gdlib.labs.nudge import Nudge
from gdlib.labs.pictures import DROP
from gdlib.labs.small_move import SmallMove
from gdlib.words import say
from tools import ROOT
from tools.guide import prediction
from tools.my_course import without_outputs

WEBSITE = ROOT / "website"
VIEW = "application/vnd.jupyter.widget-view+json"
STATE = "application/vnd.jupyter.widget-state+json"
LAB = '<a href="../lab/lab/index.html?path={}.ipynb">open this notebook in the browser</a>'
HOW = (
    '<p class="gd-how">The labs on this page move, from starts that are fixed. The code does not '
    "run. To run and change it, {} (nothing to install; it loads Python, so the start takes a "
    "while), or <a "
    'href="../index.html#run-it-yourself">install the course</a>.</p>'
)
POSTER = '<img src="../_static/films/{}.png" alt="{}" width="{}" height="{}" loading="lazy">'
PLACE = '<div class="gd-film" data-film="{}" data-front="{}">{}</div>'
# The first lab of a page comes as soon as can be, the others when they come near the screen.
EARLY = '<link rel="preload" as="script" fetchpriority="low" href="../_static/{}.js">'
LIVE = (
    "<p>This lab computes in Python all the time, so here it is only a picture. To use it, {}.</p>"
)
FIXED = say("the start is fixed on this page")
FILM = ("scene", "film", "sliders", "step", "message")
# The labs that live without Python: for the front end of each, its module and what it reads.
PLAYED = {
    Player._esm: ("player", FILM),
    Factors._esm: ("bars", FILM),
    Nudge._esm: ("nudge", FILM),
    SmallMove._esm: ("lens", FILM),
    HiddenValley._esm: ("hidden", ("grounds", "round", "probes_made")),
    FewestSteps._esm: ("fewest_steps", ("surfaces",)),
    ReadCurves._esm: ("read_curves", ("curves",)),
    BeatTheGradient._esm: ("beat_the_gradient", ("games",)),
    Backprop._esm: ("backprop", ("plan", "shown")),
    NetworkPicture._esm: ("network_lab", ("scene", "image", "neuron")),
}
SHEETS = (
    "card.css", "hidden.css", "challenges.css", "beat_the_gradient.css", "backprop.css",
    "network.css",
)  # fmt: skip
COLOURS = say(
    "Python computes the colours anew for each learning rate. Here they stay as they are."
)

OPENING = "labs.duel("  # the lab on the first page: it plays without a question before


def page(notebook, stem):
    """Return (page, files): a notebook as Sphinx is to show it, and {name: bytes} of its films."""
    notebook, files, lab = nbformat.from_dict(notebook), {}, LAB.format(stem)
    widgets = notebook.metadata.pop("widgets", {}).get(STATE, {}).get("state", {})
    for cell in notebook.cells:
        tags = cell.metadata.setdefault("tags", [])
        if cell.metadata.get("jupyter", {}).get("source_hidden"):
            tags.append("remove-input")
        if "answer" in tags:
            tags.append("hide-output")
        for output in list(cell.get("outputs", [])):
            view = output.get("data", {}).get(VIEW)
            if view is None:
                if "image/png" in output.get("data", {}):
                    cell.metadata["mystnb"] = {"image": output.metadata["image/png"]}  # its alt
                continue
            name, widget = f"{stem}-{cell.id}", widgets[view["model_id"]]
            if "labs.predict(" in cell.source:
                shown = question(name, **prediction(cell.source))
            elif "image/png" not in output.data:  # a progress bar: nothing to see when it is over
                cell.outputs.remove(output)
                continue
            else:
                png = files[f"{name}.png"] = base64.b64decode(output.data["image/png"])
                alt = html.escape(output.data["text/plain"])
                shown = POSTER.format(name, alt, *struct.unpack(">II", png[16:24]))
                if widget["state"]["_esm"] in PLAYED:
                    front, _ = PLAYED[widget["state"]["_esm"]]
                    shown = PLACE.format(name, front, shown)
                    if not any(file.endswith(".js") for file in files):
                        shown = early(shown)
                    files[f"{name}.js"] = film(name, widget)
                else:
                    shown = f'<div class="gd-film">{shown}{LIVE.format(lab)}</div>'
            output.data = {"text/html": shown}
    how = nbformat.v4.new_markdown_cell(HOW.format(lab), id="how-to-run")
    notebook.cells.insert(1, how)
    return notebook, files


def early(shown):
    """Return what shows the first lab of a page, with word to fetch at once what it needs."""
    film, front = re.search('data-film="(.+?)" data-front="(.+?)"', shown).groups()
    return EARLY.format(f"films/{film}") + EARLY.format(front) + shown


def film(name, widget):
    """Return the script of a film: the saved state of a lab, without what only Python can do.

    It is a text, since a page that was opened as a file may read nothing but scripts: in base64,
    compressed by zlib, one line of JSON, then the bytes of the buffers one after another. The line
    has the path and the length of each.
    """
    _, keys = PLAYED[widget["state"]["_esm"]]
    state = {key: widget["state"][key] for key in keys if key in widget["state"]}
    for picture in state.get("scene", {}).get("pictures", []):
        if picture["on"] == "start":
            picture |= {"on": None, "hint": picture["hint"].replace(DROP, FIXED)}
    fixed = COLOURS if widget["state"]["_anywidget_id"].endswith(".Basins") else ""
    buffers = widget.get("buffers", [])
    parts = [base64.b64decode(buffer["data"]) for buffer in buffers]
    lengths = [[buffer["path"], len(part)] for buffer, part in zip(buffers, parts, strict=True)]
    line = json.dumps({"state": state, "buffers": lengths, "fixed": fixed}).encode()
    content = base64.b64encode(zlib.compress(b"\n".join([line, b"".join(parts)]), 9)).decode()
    return f"(window.gdFilms ??= {{}})[{name!r}] = {content!r};\n".encode()


def question(name, question, choices=None, truth=None, because=""):
    """Return a prediction as a form; its answer is folded, and opens after a choice."""
    fields = [
        f'<label><input type="radio" name="{name}"> {html.escape(choice)}</label>'
        for choice in choices or ()
    ] or ['<label>Your answer: <input type="number" step="any" required></label>']
    truth = f"{truth:g}".replace("-", "−") if isinstance(truth, float | int) else truth
    answer = f"<b>{html.escape(truth)}</b>." if truth else "The next cell shows it."
    return (
        f'<fieldset class="gd-asks"><p><b>Predict.</b> {html.escape(question)}</p>{"".join(fields)}'
        f"<details><summary>Answer</summary><p>{answer} {html.escape(because)}</p></details>"
        "</fieldset>"
    )


def front(name):
    """Return a front end as a plain script, which also works from a file."""
    text = front_end(f"{name}.js", "return { render };")
    return f"(window.gdFronts ??= {{}}).{name} = (() => {{\n{text}}})();\n"


def prepare_pages(folder):
    """Write all that Sphinx needs into this folder, anew."""
    shutil.rmtree(folder, ignore_errors=True)
    static = folder / "_static"
    (static / "films").mkdir(parents=True)
    (folder / "notebooks").mkdir()
    for name in ("conf.py", "favicon.svg"):
        shutil.copy(WEBSITE / name, folder)
    for name in ("labs.js", "site.css"):
        shutil.copy(WEBSITE / name, static)
    for name, _ in PLAYED.values():
        (static / f"{name}.js").write_text(front(name), encoding="utf8")
    (static / "card.css").write_text(style_sheet(*SHEETS), encoding="utf8")
    shutil.copy(ROOT / "README.md", folder)
    copy("gdlib", folder)
    opening = []
    for path in sorted(ROOT.glob("notebooks/*.ipynb")):
        notebook, files = page(nbformat.read(path, as_version=4), path.stem)
        opening += [cell.outputs[0] for cell in notebook.cells if OPENING in cell.source]
        nbformat.write(notebook, folder / "notebooks" / path.name)
        for name, content in files.items():
            (static / "films" / name).write_bytes(content)
    lab = early(opening[0].data["text/html"]).replace("../", "")
    index = (WEBSITE / "index.md").read_text(encoding="utf8").replace("{lab}", lab)
    (folder / "index.md").write_text(index, encoding="utf8")


def prepare_files(folder):
    """Write what the learner has at hand in JupyterLite into this folder, anew."""
    shutil.rmtree(folder, ignore_errors=True)
    copy("gdlib", folder)
    copy("data", folder)
    for path in sorted(ROOT.glob("notebooks/*.ipynb")):
        notebook = without_outputs(nbformat.read(path, as_version=4))
        # JupyterLite takes text as it finds it: lines must not be items of a list
        nbformat.write(notebook, folder / path.name, split_lines=False)


def copy(name, folder):
    """Copy a folder of the project into this one."""
    shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))


if __name__ == "__main__":
    prepare_pages(Path(sys.argv[1]))
    prepare_files(Path(sys.argv[2]))
