"""What the labs say: the texts in the code, and labs in a language that marks every one of them.

Run: python tests/spoken.py FILE, with GDLIB_LANGUAGE set. It makes every lab of the course and
writes {name: what a page needs of it, and the texts that need no page} to the FILE, as JSON.
"""

import ast
import json
import os
import re
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
GDLIB = HERE.parent / "gdlib"
FRONT = GDLIB / "labs" / "front"
INNER = "[^()]*"
for _ in range(4):  # brackets in brackets
    INNER = rf"(?:[^()]|\({INNER}\))*"
CODE = re.compile(rf"\b[a-z_.]+\({INNER}\)(?: for m in .*\])?")
SYMBOLS = re.compile(r"\\\w+|λ_max|λ_\{|\bcos\b|\bnan\b")
# Beside those of the gallery.
MORE = {
    "hidden": "labs.hidden_valley(7)",
    "steps": "labs.fewest_steps()",
    "curves": "labs.read_curves()",
    "beat": "labs.beat_the_gradient(lambda v, C: -v)",
    "backprop": "labs.backprop()",
    "pad": "labs.write_digit(network, strokes=[[(60, 60), (135, 180), (118, 235)]])",
    "empty": "labs.write_digit(network)",
    "train": "labs.train(Network([784, 30, 10], rng), digits, digits, rng)",
    "deep": "labs.network(Network([784, 5, 4, 10], rng), images, labels)",
    "flag": "labs.ball(ravine, eta=0.02, steps=4, predict='end')",
    "sketch": "labs.duel(ravine, steps=4, predict='curve')",
    "arrow": "labs.ghost(ravine, steps=4, predict='direction')",
    "side": "labs.ball(from_function(parabola), steps=4, predict='direction')",
    "parting": "moving.rule(lambda v, nabla_C, eta: v - eta * nabla_C / 2)  # on the ravine",
}


def texts():
    """Return the texts that the code says: a set, and a list of those it does not write out."""
    from gdlib.labs.lab import said

    written, others = set(), []
    for path in (*GDLIB.rglob("*.py"), GDLIB.parent / "tools" / "site.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf8"))):
            if getattr(getattr(node, "func", None), "id", "") in ("say", "later"):
                (text, *_) = node.args
                if isinstance(text, ast.Constant):
                    written.add(text.value)
                else:
                    others.append(f"{path.name}: {ast.unparse(text)}")
    for path in FRONT.glob("*.js"):
        code = path.read_text(encoding="utf8")
        written |= set(said(code))
        calls = len(re.findall(r"(?<![\w.])(?<!function )say\(", code))
        others += [f"{path.name}: say(...)"] * (calls - len(said(code)))
    return written, others


def words_of_the_core():
    """Return the texts of the core that labs say: what a path does, and the surfaces' names."""
    from gdlib.costs import COSTS

    tree = ast.parse((GDLIB / "regime.py").read_text(encoding="utf8"))
    (regime,) = (node for node in tree.body if getattr(node, "name", "") == "regime")
    ends = [node.value for node in ast.walk(regime) if isinstance(node, ast.Return)]
    words = [
        node.value
        for end in ends
        for node in ast.walk(end)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    return {*words, *(name.replace("_", " ") for name in COSTS)}


def marked(text):
    """Return a text with marks around all that is written out in it, ⟦so⟧, but not its parts."""
    pieces = re.split(r"(\{+[^{}]*\}+)", text)
    return "".join(
        f"⟦{piece}⟧" if re.search("[A-Za-z]", piece) and piece[0] != "{" else piece
        for piece in pieces
    )


def unmarked(text, source):
    """Return the words of a text, of three letters or more, that stand outside of marks.

    Those in the source of the lab are names that its learner gave, or Python's.
    """
    text = re.sub(r"⟦[^⟦⟧]*⟧", " ", text)
    words = re.findall("[A-Za-z]{3,}", SYMBOLS.sub(" ", CODE.sub(" ", text)))
    return [word for word in words if word.lower() not in source.lower()]


def speak(folder):
    """Return what this module writes, run with a language that marks each text."""
    language, file = folder / "marks.json", folder / "labs.json"
    written, _ = texts()
    words = {text: marked(text) for text in written | words_of_the_core()}
    language.write_text(json.dumps(words), encoding="utf8")
    command = [sys.executable, __file__, str(file)]
    subprocess.run(command, check=True, env=os.environ | {"GDLIB_LANGUAGE": str(language)})
    return json.loads(file.read_text(encoding="utf8"))


def write(file):
    """Make all labs, and write of each its front end, its state, and its texts."""
    from gallery import LABS, SETUP

    names = {}
    exec(f"{SETUP}\nfrom gdlib.check import moving", names)
    sources = {name: source for name, (source, _) in LABS.items()} | MORE
    made = {name: eval(source, names) for name, source in sources.items()}
    found = {
        name: {"source": sources[name], "texts": _texts_of(lab), **_state_of(lab)}
        for name, lab in made.items()
    }
    Path(file).write_text(json.dumps(found), encoding="utf8")


def _texts_of(lab):
    """Return the texts that need no page: what stands for the lab where it cannot live."""
    import matplotlib.pyplot as plt
    from matplotlib.text import Text

    lab.message = ""  # what is wrong with a learner's code is said in Python's language
    bundle, _ = lab._repr_mimebundle_()
    figure = lab.poster()
    drawn = [text.get_text() for text in figure.findobj(Text)] if figure else []
    plt.close("all")
    return [bundle["text/plain"], re.sub(r"<[^>]*>", " ", bundle.get("text/html", "")), *drawn]


def _state_of(lab):
    """Return the saved state of a lab, with its bytes as [path, base64]."""
    saved = lab._get_embed_state()
    buffers = [[buffer["path"], buffer["data"]] for buffer in saved.get("buffers", [])]
    state = {name: value for name, value in saved["state"].items() if name[0] != "_"}
    layout = state.pop("layout", None)
    assert layout is None or isinstance(layout, str)
    return {"esm": lab._esm, "css": lab._css, "state": state, "buffers": buffers}


if __name__ == "__main__":
    write(sys.argv[1])
