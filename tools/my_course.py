"""Open the learner's own copy of the course in JupyterLab (make lab), or start over (make fresh).

The copy is the folder my_course/. Its notebooks hold no outputs, so no question is answered before
it is asked. What a learner saved is never written over: a notebook that has changed in the course
since then is put beside theirs, as NAME_2.ipynb. The file .handed_out.json in the folder remembers
what was handed out, so that a notebook which is still as it was can be brought up to date.

Run: python -m tools.my_course [--fresh] [options of JupyterLab]
"""

import hashlib
import json
import re
import sys
from itertools import count, takewhile
from pathlib import Path

import nbformat

from tools import ROOT

FOLDER = ROOT / "my_course"
# Our JupyterLab says in plain words why a lab is gone, and what brings it back.
CUSTOM = {"static_custom_path": [str(ROOT / "tools" / "custom")]}
WORDS = ["--custom-css", f"--ServerApp.tornado_settings={CUSTOM}"]
# It does not ask whether to fetch news: the question would lie on top of the labs.
QUIET = f"--LabApp.app_settings_dir={ROOT / 'tools' / 'settings'}"
RECORD = ".handed_out.json"  # {name of a notebook: digest of what was written there}


def without_outputs(notebook):
    """Return a copy of a notebook as nobody has run it: no outputs, no counts, no widgets."""
    notebook = nbformat.from_dict(notebook)
    notebook.metadata.pop("widgets", None)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return notebook


def course():
    """Return what is handed out, {name: bytes}, in the order of the course."""
    paths = sorted(ROOT.glob("notebooks/*.ipynb"))
    notebooks = {path.name: nbformat.read(path, as_version=4) for path in paths}
    return {
        name: f"{nbformat.writes(without_outputs(notebook))}\n".encode()
        for name, notebook in notebooks.items()
    }


def digest(content):
    """Return the same short text for the same bytes, and another for any others."""
    return hashlib.sha256(content).hexdigest()


def places(path):
    """Yield the path, and then names beside it: NAME_2, NAME_3, and so on."""
    yield path
    for k in count(2):
        yield path.with_name(f"{path.stem}_{k}{path.suffix}")


def handed_out(folder):
    """Return the record of a folder; it is empty if there is none that can be read."""
    try:
        return json.loads((folder / RECORD).read_text(encoding="utf8"))
    except (OSError, ValueError):
        return {}


def saved(folder):
    """Return the notebooks of a folder in which something was saved since they were handed out."""
    record = handed_out(folder)
    return [
        path
        for path in sorted(folder.glob("*.ipynb"))
        if digest(path.read_bytes()) != record.get(path.name)
    ]


def hand_out(course, folder):
    """Write into the folder what it lacks of a course {name: bytes}.

    A notebook goes where there is none, or where nobody has saved anything since it was handed out;
    else beside, once for each change of the course. One that the course no longer has is removed
    if nobody has saved anything in it. Returns three lists of names: those brought up to date,
    those put beside, those removed.
    """
    folder.mkdir(exist_ok=True)
    record, theirs = handed_out(folder), saved(folder)
    renewed, beside, removed = [], [], []
    for name, content in course.items():
        taken = list(takewhile(Path.exists, places(folder / name)))
        known = {record.get(path.name) for path in taken}
        known |= {digest(path.read_bytes()) for path in taken}
        if digest(content) not in known:
            place = next(path for path in places(folder / name) if path not in theirs)
            if place.name != name:
                beside.append(place.name)
            elif taken:
                renewed.append(name)
            place.write_bytes(content)
            record[place.name] = digest(content)
    for path in set(folder.glob("*.ipynb")) - set(theirs):
        if re.sub(r"_\d+\.ipynb$", ".ipynb", path.name) not in course:
            path.unlink()
            removed.append(path.name)
    (folder / RECORD).write_text(json.dumps(record, indent=1), encoding="utf8")
    return renewed, beside, sorted(removed)


def started_over(folder):
    """Give the folder another name, and return it: nothing is lost."""
    old = next(path for path in places(folder.with_name("my_course_old")) if not path.exists())
    return folder.rename(old)


def to_open(folder, first):
    """Return the notebook that the learner saved last, or else the one named first."""
    return max(saved(folder), key=lambda path: path.stat().st_mtime, default=folder / first)


def prepared(folder, fresh=False):
    """Bring the learner's copy up to date, or make a fresh one; return (notebook to open, news)."""
    news = []
    if fresh and folder.exists():
        news.append(f"Your old copy is kept in {started_over(folder).name}/.")
    if not folder.exists():
        news.append(f"Your own copy of the course is in {folder.name}/. It is yours to change.")
    handed = course()
    renewed, beside, removed = hand_out(handed, folder)
    if renewed or beside or removed:
        news.append("The course has changed since you got your copy.")
    if renewed:
        news.append(f"Brought up to date, as you had saved nothing in them: {', '.join(renewed)}.")
    if beside:
        news.append(f"New, beside your own, which stays as it is: {', '.join(beside)}.")
    if removed:
        news.append(f"No longer part of it, and taken away: {', '.join(removed)}.")
    return to_open(folder, next(iter(handed))), news


def main(arguments):
    """Prepare the copy, say what is new, and open it; the options go to JupyterLab."""
    from jupyterlab.labapp import LabApp

    options = [argument for argument in arguments if argument != "--fresh"]
    notebook, news = prepared(FOLDER, fresh="--fresh" in arguments)
    print("\n", *(f"  {line}\n" for line in [*news, f"Opening {notebook.name}."]), flush=True)
    LabApp.launch_instance([*WORDS, QUIET, *options, str(notebook)])


if __name__ == "__main__":
    main(sys.argv[1:])
