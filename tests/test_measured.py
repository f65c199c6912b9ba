"""Numbers behind ≈: each lies in its range, and nbval notices one that does not."""

import re
import subprocess
import sys

import nbformat
import pytest
from nbval.plugin import get_sanitize_patterns

from tools import ROOT

CONFIG = ROOT / "tests" / "measured.cfg"
PATTERNS = get_sanitize_patterns(CONFIG.read_text(encoding="ascii"))  # nbval opens it without utf8
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def printed(path):
    """Return all that the cells of a notebook print, and what their labs say in words."""
    cells = nbformat.read(path, as_version=4).cells
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    return "".join(output.get("text") or output.data["text/plain"] for output in outputs)


def compared(text):
    """Return what nbval compares of a text."""
    for regex, replacement in PATTERNS:
        text = re.sub(regex, replacement, text)
    return text


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_each_number_behind_the_sign_lies_in_its_range(path):
    assert "≈" not in compared(printed(path))


def test_no_range_is_left_over():
    everything = "".join(map(printed, NOTEBOOKS))
    assert [regex for regex, _ in PATTERNS if not re.search(regex, everything)] == []


@pytest.mark.parametrize("path", [NOTEBOOKS[4], NOTEBOOKS[6]], ids=lambda path: path.stem)
@pytest.mark.parametrize("wrong", ["≈ 999.9%", "≈ 9999 of", "≈ 0.9", "≈ nan%", "≈ -1.0%"])
def test_a_number_out_of_its_range_stays_and_is_compared(path, wrong):
    text = printed(path)
    broken, n = re.subn(r"≈ [\d.]+(%| of)?", wrong, text)
    assert compared(broken).count(wrong) == n > 0


@pytest.mark.slow
@pytest.mark.parametrize(("comes", "passed"), [("93.9%", True), ("84.9%", False)])
def test_nbval_takes_what_is_in_the_range_and_nothing_else(tmp_path, comes, passed):
    stored = nbformat.v4.new_output("stream", text="after the first epoch: ≈ 90.0%\n")
    code = f"print('after the first epoch: ≈ {comes}')"
    cell = nbformat.v4.new_code_cell(code, execution_count=1, outputs=[stored])
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    nbformat.write(nbformat.v4.new_notebook(cells=[cell], metadata=kernel), tmp_path / "a.ipynb")
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "-c",
        ROOT / "pyproject.toml",
    ]
    run = subprocess.run(
        [*command, tmp_path / "a.ipynb"], cwd=ROOT, capture_output=True, text=True, timeout=300
    )
    assert (" 1 passed" in f" {run.stdout.splitlines()[-1]}") == passed, run.stdout
