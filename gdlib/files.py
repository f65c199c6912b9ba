"""Files that are whole: the new one takes the place of the old one only when it is complete."""

import os
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def replacing(path):
    """Give a binary file to write to, which takes the place of `path` if nothing is raised.

    It lies beside `path` until then. A symbolic link is replaced, what it leads to is left alone.
    Raises OSError as `open` does.
    """
    path = Path(path)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    part.unlink(missing_ok=True)  # of a process that died and had this number
    try:
        with part.open("xb") as file:
            yield file
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
