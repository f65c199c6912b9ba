"""Put one fault at a time into a copy of gdlib, and see whether the notebooks alone notice it.

    make mutants                      all faults of faults.txt, as many at once as there are cores
    make mutants FAULTS=sgd           those whose place or description holds a word
    python -m tools.mutants --fit     only say which faults do not fit the code, in a second

A fault says where it goes, which notebook should notice it first, what is wrong, and what is
replaced by what:

    costs._valley 01: the valley has a stray ½
        v[0] ** 2 + v[1] ** 2  ->  (v[0] ** 2 + v[1] ** 2) / 2

The place is a module of gdlib, or a function or class in it. There the code on the left, an
expression or statements, must stand once. Code is compared as Python understands it, so line
breaks, comments and brackets do not matter. A fault that no longer fits is one that nobody notices.
"""

import argparse
import ast
import os
import re
import shutil
import subprocess
import sys
import tempfile
import textwrap
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from tools import ROOT

GDLIB, FAULTS = ROOT / "gdlib", Path(__file__).with_name("faults.txt")
ENVIRONMENT = {
    "OPENBLAS_NUM_THREADS": "1",
    "PYTHONDONTWRITEBYTECODE": "",
    "PYTHONPYCACHEPREFIX": "",
}
NAMED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


class Fault(NamedTuple):
    """A fault: where it goes, which notebook to try first, what it is, and the code."""

    place: str
    notebook: str
    what: str
    old: str
    new: str


def read_faults(text):
    """Return every Fault of a table, whose blocks are divided by empty lines; # begins a comment.

    Raises ValueError for a block that is none, and SyntaxError for code that is none.
    """
    text = re.sub(r"^#.*\n", "", text, flags=re.M)
    found = []
    for block in filter(None, re.split(r"\n\s*\n", text.strip())):
        title, _, code = block.partition("\n")
        words = re.fullmatch(r"(\S+) (\d\d): (.+)", title)
        old, arrow, new = textwrap.dedent(code).partition("->")
        if not words or not arrow:
            raise ValueError(f"expected 'PLACE NOTEBOOK: WHAT' and 'CODE -> CODE', got:\n{block}")
        old, new = (textwrap.dedent(part.strip("\n")).strip() for part in (old, new))
        for part in (old, new):
            ast.parse(part)
        found.append(Fault(*words.groups(), old, new))
    return found


def mutated(fault, package=GDLIB):
    """Return the path of the module that the fault is in, and its text with the fault.

    Raises ValueError unless the place is there, and the code to replace stands in it once.
    """
    path, names = _module(fault.place, package)
    source = path.read_text(encoding="utf8")
    tree = scope = ast.parse(source)
    for name in names:
        inner = [node for node in _definitions(scope) if node.name == name]
        if len(inner) != 1:
            raise ValueError(f"there are {len(inner)} functions and classes {name} in {path.name}")
        (scope,) = inner
    found = _places_of(fault.old, scope)
    if len(found) != 1:
        raise ValueError(f"in {fault.place} this stands {len(found)} times:\n{fault.old}")
    start, end = found[0]
    new = fault.new or "pass"
    if isinstance(start, ast.expr):
        new = f"({new})"
    lines = source.encode().splitlines(keepends=True)  # Python counts columns in bytes
    before = b"".join(lines[: start.lineno - 1]) + lines[start.lineno - 1][: start.col_offset]
    after = lines[end.end_lineno - 1][end.end_col_offset :] + b"".join(lines[end.end_lineno :])
    text = before.decode() + new.replace("\n", "\n" + " " * start.col_offset) + after.decode()
    if ast.dump(ast.parse(text)) == ast.dump(tree):
        raise ValueError(f"in {fault.place} this changes nothing:\n{fault.new}")
    return path, text


def _module(place, package):
    """Return the path of a module, and the names of what a place is inside of."""
    parts = place.split(".")
    for length in range(len(parts), 0, -1):
        path = package.joinpath(*parts[:length]).with_suffix(".py")
        if path.is_file():
            return path, parts[length:]
    raise ValueError(f"{package.name} has no module for {place}")


def _definitions(scope):
    """Yield the functions and classes in a scope, without those that these hold."""
    for node in ast.iter_child_nodes(scope):
        if isinstance(node, NAMED):
            yield node
        else:
            yield from _definitions(node)


def _places_of(code, scope):
    """Return where this code stands in the scope: its first and its last node, for each time."""
    wanted = ast.parse(code).body
    if len(wanted) == 1 and isinstance(wanted[0], ast.Expr):
        same = ast.dump(wanted[0].value)
        nodes = (node for node in ast.walk(scope) if isinstance(node, ast.expr))
        return [(node, node) for node in nodes if ast.dump(node) == same]
    found, same = [], [*map(ast.dump, wanted)]
    for node in ast.walk(scope):
        for _, block in ast.iter_fields(node):
            if isinstance(block, list) and block and isinstance(block[0], ast.stmt):
                dumps = [*map(ast.dump, block)]
                for i in range(len(block) - len(same) + 1):
                    if dumps[i : i + len(same)] == same:
                        found.append((block[i], block[i + len(same) - 1]))
    return found


def caught(fault):
    """Return what notices the fault, or None; without a fault, what is wrong with a notebook."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        shutil.copy(ROOT / "pyproject.toml", copy)
        shutil.copytree(ROOT / "notebooks", copy / "notebooks")
        (copy / "tests").mkdir()
        shutil.copy(ROOT / "tests" / "measured.cfg", copy / "tests")
        shutil.copytree(GDLIB, copy / "gdlib", ignore=shutil.ignore_patterns("__pycache__"))
        (copy / "data").symlink_to(ROOT / "data")
        notebooks = sorted((copy / "notebooks").glob("*.ipynb"))
        module = copy / "gdlib" / "descent.py"
        if fault:
            module, text = mutated(fault, copy / "gdlib")
            module.write_text(text, encoding="utf8")
            notebooks.sort(key=lambda path: path.name[:2] != fault.notebook)
        run = subprocess.run(
            [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *notebooks],
            cwd=copy, env=os.environ | ENVIRONMENT | {"PYTHONPATH": folder},
            capture_output=True, text=True,
        )  # fmt: skip
        compiled = f"__pycache__/{module.stem}.*.pyc"  # only a kernel can have left it there
        if run.returncode not in (0, 1) or not list(module.parent.glob(compiled)):
            raise RuntimeError(f"the notebooks did not run on the copy:\n{run.stdout}{run.stderr}")
    failed = re.search(r"(\w+)\.ipynb::Cell (\d+)", run.stdout)
    return f"{failed[1]}, cell {failed[2]}" if run.returncode else None


def divided(faults):
    """Return the faults that fit the code, and those that do not, {fault: why}."""
    wrong = {}
    for fault in faults:
        try:
            mutated(fault)
        except ValueError as error:
            wrong[fault] = str(error)
    return [fault for fault in faults if fault not in wrong], wrong


def main():
    """Try the faults, and print who notices each and the score."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("word", nargs="?", default="", help="only faults with this word")
    parser.add_argument("--fit", action="store_true", help="only say which faults do not fit")
    options = parser.parse_args()
    chosen = [
        fault
        for fault in read_faults(FAULTS.read_text(encoding="utf8"))
        if options.word in f"{fault.place} {fault.what}"
    ]
    fitting, wrong = divided(chosen)
    for fault, why in wrong.items():
        print(f"DOES NOT FIT: {fault.place}: {fault.what}\n{textwrap.indent(why, '    ')}")
    if options.fit:
        print(f"{len(fitting)} of {len(chosen)} faults fit.")
        return
    begin, survivors = time.perf_counter(), list(wrong)
    if failure := caught(None):
        sys.exit(f"Without any fault the notebooks fail already: {failure}.")
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for fault, by in zip(fitting, pool.map(caught, fitting), strict=True):
            print(f"{by or 'NOT CAUGHT':30} {fault.place}: {fault.what}", flush=True)
            if not by:
                survivors.append(fault)
    minutes, noticed = (time.perf_counter() - begin) / 60, len(chosen) - len(survivors)
    print(
        f"\nThe notebooks caught {noticed} of {len(chosen)} faults, "
        f"{noticed / max(1, len(chosen)):.0%}, in {minutes:.0f} minutes."
    )
    for fault in survivors:
        how = "does not fit" if fault in wrong else "survived"
        print(f"{how}: {fault.place}: {fault.what}")


if __name__ == "__main__":
    main()
