"""Execute every notebook in a fresh kernel and write it back in normal form (make notebooks).

Below the title comes the setup cell, the same in all. Two runs give the same bytes: ids of widgets
are numbered in order of appearance, metadata is reduced to what is needed, pieces of printed text
are joined, and pictures get a palette of 64 colours (a quarter of the size, hardly a visible
difference). Cells tagged `nbval-ignore-output`, whose output depends on the machine, keep the
output they have; to renew it, clear it first.
"""

import base64
import io
import json
import os
import re
import sys
import tomllib
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from PIL import Image

from tools import ROOT

WIDGETS = "application/vnd.jupyter.widget-state+json"
REPOSITORY = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["urls"]["Repository"]
SETUP = f"""\
# On Google Colab and in a browser's own Python this fetches what is missing. Elsewhere: nothing.
import sys

if sys.platform == "emscripten":
    %pip install -q anywidget cloudpickle matplotlib threadpoolctl tqdm
    import warnings

    warnings.filterwarnings("ignore", "JsProxy|tqdm:disabling monitor")  # no threads: no harm
elif "google.colab" in sys.modules:
    !test -d course || git clone --quiet --depth 1 {REPOSITORY} course
    sys.path.append("course")"""


def with_setup(notebook):
    """Return the notebook with the setup cell as its second cell, put in or brought up to date."""
    if notebook.cells[1].id != "setup":
        hidden = {"jupyter": {"source_hidden": True}}
        notebook.cells.insert(1, nbformat.v4.new_code_cell(id="setup", metadata=hidden))
    notebook.cells[1].source = SETUP
    return notebook


def joined(outputs):
    """Return the outputs with neighbouring pieces of the same stream in one."""
    result = []
    for output in outputs:
        if (
            result
            and output.output_type == "stream"
            and output.get("name") == result[-1].get("name")
        ):
            result[-1].text += output.text
        else:
            result.append(output)
    return result


def with_palette(png):
    """Return a base64 PNG with at most 64 colours."""
    image = Image.open(io.BytesIO(base64.b64decode(png)))
    if image.mode == "P":
        return png
    small = io.BytesIO()
    few = image.convert("RGB").quantize(64, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    few.save(small, format="png", optimize=True)
    return base64.b64encode(small.getvalue()).decode()


def normal_form(notebook):
    """Return the notebook with numbered widget ids and without metadata that varies."""
    metadata = {
        "kernelspec": {
            "name": "python3",
            "display_name": "Python 3 (ipykernel)",
            "language": "python",
        },
        "language_info": {"name": "python"},
    }
    if "widgets" in notebook.metadata:
        metadata["widgets"] = notebook.metadata.widgets
    notebook.metadata = nbformat.from_dict(metadata)
    for cell in notebook.cells:
        kept = {name: cell.metadata[name] for name in ("jupyter", "tags") if name in cell.metadata}
        cell.metadata = nbformat.from_dict(kept)
        if cell.cell_type == "code":
            cell.outputs = joined(cell.outputs)
            for output in cell.outputs:
                if "image/png" in output.get("data", {}):
                    output.data["image/png"] = with_palette(output.data["image/png"])
    text = nbformat.writes(notebook)
    state = metadata.get("widgets", {}).get(WIDGETS, {}).get("state", {})
    if state:
        numbers = {old: f"{i:032d}" for i, old in enumerate(in_order_of_appearance(text, state), 1)}
        text = re.sub("|".join(numbers), lambda match: numbers[match[0]], text)
    return nbformat.reads(text, as_version=4)


def in_order_of_appearance(text, state):
    """Return the ids of widgets: those in cells first, each followed by those it refers to."""
    order = []

    def visit(ids):
        for i in ids:
            if i in state and i not in order:
                order.append(i)
                visit(re.findall(r"IPY_MODEL_(\w{32})", json.dumps(state[i], sort_keys=True)))

    visit(re.findall(r'"model_id": "(\w{32})"', text))
    visit(sorted(state, key=lambda i: json.dumps(state[i], sort_keys=True)))
    return order


def refresh(path):
    """Execute one notebook and write it back."""
    before = with_setup(nbformat.read(path, as_version=4))
    after = nbformat.reads(nbformat.writes(before), as_version=4)
    os.environ["PYTHONHASHSEED"] = "0"  # ipywidgets walks through sets
    NotebookClient(
        after, timeout=600, kernel_name="python3", record_timing=False, store_widget_state=True,
        resources={"metadata": {"path": str(path.parent)}},
    ).execute()  # fmt: skip
    for old, new in zip(before.cells, after.cells, strict=True):
        if "nbval-ignore-output" in new.metadata.get("tags", []) and old.outputs:
            new.outputs = old.outputs
    nbformat.write(normal_form(after), path)


if __name__ == "__main__":
    every = [*sorted(ROOT.glob("notebooks/*.ipynb")), *ROOT.glob("classroom/*.ipynb")]
    for path in map(Path, sys.argv[1:]) if sys.argv[1:] else every:
        print(f"executing {path.name}", flush=True)
        refresh(path)
