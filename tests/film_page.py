"""The example of docs/player.md, run."""

import re
from pathlib import Path

TEXT = (Path(__file__).resolve().parent.parent / "docs" / "player.md").read_text(encoding="utf8")


def example():
    """Return the code of the page, its names when it was run, and the lab that it ends with."""
    (code,) = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
    *lines, last = code.rstrip().split("\n")
    names = {}
    exec("\n".join(lines), names)
    return code, names, eval(last, names)
