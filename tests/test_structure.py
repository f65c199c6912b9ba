"""The layers: core, then plots, then labs, then check; and what importing costs."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from gdlib.labs.lab import FRONT, IMPORT

GDLIB = Path(__file__).resolve().parent.parent / "gdlib"
ALLOWED = {
    "core": {"numpy", "gdlib"},
    "experiments": {"numpy", "gdlib", "cloudpickle", "threadpoolctl", "tqdm"},
    "check": {"numpy", "gdlib", "IPython"},
    "room": {"numpy", "gdlib", "tornado"},
    "plots": {"numpy", "gdlib", "matplotlib"},
    "labs": {
        "numpy",
        "gdlib",
        "matplotlib",
        "contourpy",
        "anywidget",
        "ipywidgets",
        "traitlets",
        "IPython",
        "threadpoolctl",
        "segno",
        "tornado",
    },
}
BELOW = {
    "core": set(),
    "experiments": {"core"},
    "check": {"core", "plots", "labs"},
    "room": {"core"},
    "plots": {"core"},
    "labs": {"core", "plots", "room"},
}
DOORS = {("room/__init__.py", "gdlib.labs.join")}  # `join` calls a lab that stands on its package


def layer(module):
    """Return the layer of a module of gdlib, given as "plots.style" or "costs"."""
    first = module.split(".")[0]
    return first if first in ALLOWED else "core"


def imports(path):
    """Return the full names of all modules that a file imports, wherever it does so."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            if node.module == "gdlib":
                yield from (f"gdlib.{alias.name}" for alias in node.names)
            else:
                yield node.module


@pytest.mark.parametrize(
    "path", sorted(GDLIB.rglob("*.py")), ids=lambda p: str(p.relative_to(GDLIB))
)
def test_no_module_imports_from_a_layer_above(path):
    here = layer(".".join(path.relative_to(GDLIB).with_suffix("").parts))
    for name in imports(path):
        package, _, rest = name.partition(".")
        assert package in ALLOWED[here] or package in sys.stdlib_module_names, f"{name} in {here}"
        if package == "gdlib" and rest and (path.relative_to(GDLIB).as_posix(), name) not in DOORS:
            assert layer(rest) in BELOW[here] | {here}, f"{here} must not import {name}"


@pytest.mark.parametrize(
    ("module", "absent"),
    [
        ("gdlib", {"numpy", "matplotlib", "anywidget"}),
        ("gdlib.sgd", {"matplotlib", "anywidget", "ipywidgets"}),
        ("gdlib.plots", {"anywidget", "ipywidgets"}),
        ("gdlib.labs", {"tornado.web", "tornado.httpserver", "segno"}),  # a browser has neither
        ("gdlib.room", {"matplotlib", "anywidget", "tornado"}),
    ],
)
def test_importing_a_layer_loads_nothing_from_above(module, absent):
    code = f"import sys, {module}; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120
    )
    assert not absent & set(loaded.stdout.split())


@pytest.mark.slow
def test_the_labs_keep_the_linear_algebra_of_a_kernel_to_one_core():
    code = """if True:
        import numpy
        from threadpoolctl import threadpool_info
        before = {library["num_threads"] for library in threadpool_info()}
        import gdlib.labs
        print(before, {library["num_threads"] for library in threadpool_info()})"""
    run = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"OPENBLAS_NUM_THREADS": "2"},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    assert run.stdout == "{2} {1}\n"


@pytest.mark.parametrize(
    "path", sorted(GDLIB.rglob("*.py")), ids=lambda p: str(p.relative_to(GDLIB))
)
def test_every_module_opens_with_one_sentence(path):
    first = ast.get_docstring(ast.parse(path.read_text())).splitlines()[0]
    assert first.endswith(".")


def test_there_is_one_update_rule():
    """`v − eta * nabla_C` is computed in descent.step, and besides only as a known mistake."""
    found = [
        path.name
        for path in GDLIB.rglob("*.py")
        if path.parent.name != "check"
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.BinOp | ast.AugAssign)
        and isinstance(node.op, ast.Sub)
        and "eta *" in ast.unparse(node.value if isinstance(node, ast.AugAssign) else node.right)
    ]
    assert found == ["descent.py"]


def modules_of(name):
    """Return {module: its text} of a module of the front end and all that it imports."""
    text = (FRONT / name).read_text(encoding="utf8")
    others = [modules_of(other) for other in IMPORT.findall(text)]
    return {name: text} | {module: text for found in others for module, text in found.items()}


@pytest.mark.parametrize("name", sorted(path.name for path in FRONT.glob("*.js")))
def test_the_modules_of_a_front_end_share_no_name(name):
    """They are joined into one text, in which a name twice is a syntax error."""
    where = {}
    for module, text in modules_of(name).items():
        for declared in re.findall(r"^(?:export )?(?:const|let|class|function) (\w+)", text, re.M):
            where.setdefault(declared, []).append(module)
    assert {name: found for name, found in where.items() if len(found) > 1} == {}
