"""The class round: each student hands in a small file with a learning rate and the reason."""

import json
import re
from pathlib import Path
from typing import NamedTuple

from gdlib.descent import check_eta

LARGEST = 10_000  # bytes of a file of this kind


class Choice(NamedTuple):
    """Who chose which learning rate `eta`, and why."""

    name: str
    eta: float
    reason: str


def write_choice(folder, name, eta, reason):
    """Write your choice into the folder, which is made if need be; return the path of the file.

    Its name is made from yours, so that writing again replaces your first choice. Raises
    TypeError or ValueError unless name and reason are texts and eta is positive and finite.
    """
    choice = _checked({"name": name, "eta": eta, "reason": reason})
    stem = re.sub(r"\W+", "-", choice.name).strip("-") or "me"
    path = Path(folder) / f"choice-{stem}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(choice._asdict(), ensure_ascii=False, indent=1), encoding="utf8")
    return path


def read_choices(folder):
    """Return (choices, refused) from the .json files of a folder, in the order of their names.

    `choices` is a list of Choice. `refused` maps the name of each file that is not a choice to
    what is wrong with it. Raises FileNotFoundError if the folder is not there.
    """
    folder, choices, refused = Path(folder), [], {}
    if not folder.is_dir():
        raise FileNotFoundError(f"expected a folder with the files of the class, got {folder}")
    for path in sorted(folder.glob("*.json")):
        try:
            choices.append(_checked(_read(path)))
        except (OSError, TypeError, ValueError) as error:
            refused[path.name] = str(error)
    return choices, refused


def _read(path):
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
    for field in ("name", "reason"):
        if not isinstance(content[field], str) or not content[field].strip():
            raise ValueError(f"{field} must be a text, got {content[field]!r:.60}")
    return Choice(content["name"].strip(), check_eta(content["eta"]), content["reason"].strip())
