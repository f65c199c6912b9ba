"""The class round: each student hands in a small file with a learning rate and the reason."""

import hashlib
import json
import re
import unicodedata
from pathlib import Path
from typing import NamedTuple

from gdlib.doors import check_eta
from gdlib.files import replacing

LARGEST = 10_000  # bytes of a file of this kind
LENGTHS = {"name": 60, "reason": 1000}  # characters, at most
SMALLEST_ETA, LARGEST_ETA = 1e-100, 1e100  # beyond, not even a picture can be drawn
JOINERS = "\u200c\u200d"  # invisible, and a part of some scripts and of some emoji


class Choice(NamedTuple):
    """Who chose which learning rate `eta`, and why; the texts are of one line each."""

    name: str
    eta: float
    reason: str


def write_choice(folder, name, eta, reason):
    """Write your choice into the folder, which is made if need be; return the path of the file.

    Its name is made from yours, so that writing again replaces your first choice, and nobody
    else's. A line break in the reason becomes a space. Raises TypeError or ValueError unless
    name and reason are texts of at most 60 and 1,000 characters, without control characters, and
    eta is a number from 1e-100 to 1e100.
    """
    choice = _checked({"name": name, "eta": eta, "reason": reason})
    readable = re.sub(r"\W+", "-", choice.name).strip("-")[:20] or "me"
    own = hashlib.sha256(choice.name.encode()).hexdigest()[:8]  # for names that look alike
    path = Path(folder) / f"choice-{readable}-{own}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as file:
        file.write(json.dumps(choice._asdict(), ensure_ascii=False, indent=1).encode())
    return path


def read_choices(folder):
    """Return (choices, refused) from the .json files of a folder, in the order of their names.

    `choices` is a list of Choice. `refused` maps the name of each file that is not a choice to
    what is wrong with it; both can be printed, whatever they came from. Raises FileNotFoundError
    if the folder is not there.
    """
    folder, choices, refused = Path(folder), [], {}
    if not folder.is_dir():
        raise FileNotFoundError(f"expected a folder with the files of the class, got {folder}")
    for path in sorted(folder.glob("*.json")):
        try:
            choices.append(_checked(_read(path)))
        except (OSError, TypeError, ValueError, RecursionError) as error:
            refused[_printable(path.name)] = _printable(str(error))[:200]
    return choices, refused


def _read(path):
    if not path.is_file():  # a pipe would never end
        raise ValueError("expected a file")
    with path.open("rb") as file:
        content = file.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise ValueError(f"expected at most {LARGEST:,d} bytes")
    try:
        return json.loads(content.decode("utf8"))
    except (ValueError, RecursionError) as error:
        raise ValueError(f"expected JSON; {error}") from None


def _checked(content):
    """Return the Choice in a dictionary; raise TypeError or ValueError unless it holds one."""
    if not isinstance(content, dict) or not set(Choice._fields) <= set(content):
        raise ValueError(f"expected name, eta and reason, got {content!r:.60}")
    eta = check_eta(content["eta"])
    if not SMALLEST_ETA <= eta <= LARGEST_ETA:
        raise ValueError(
            f"the learning rate eta must lie from {SMALLEST_ETA:g} to {LARGEST_ETA:g}, got {eta:g}"
        )
    name = _text("name", content["name"])
    return Choice(name, eta, _text("reason", content["reason"], several_lines=True))


def _text(field, value, several_lines=False):
    """Return a text in one line, letters with accents as one character each."""
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{field} must be a text, got {value!r:.60}")
    text = unicodedata.normalize("NFC", value).strip()
    if len(text) > LENGTHS[field]:
        raise ValueError(
            f"{field} must have at most {LENGTHS[field]:,d} characters, got {len(text):,d}"
        )
    if several_lines:
        text = " ".join(text.split())
    hidden = [c for c in text if _hidden(c)]
    if hidden:
        raise ValueError(
            f"{field} must be a text without control characters"
            f"{'' if several_lines else ', in one line'}; got {hidden[0]!r} in {text!r:.60}"
        )
    return text


def _hidden(c):
    """Return whether a character controls what is shown, or cannot be written."""
    return c not in JOINERS and unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp")


def _printable(text):
    return "".join(c.encode("unicode_escape").decode() if _hidden(c) else c for c in text)
