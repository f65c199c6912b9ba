"""The file of a sweep: a line of JSON for each run, appended when the run is finished.

A line holds all that is known of its run, and nothing is ever changed or removed. So a file that
was cut off has lost the last line at most, and two sweeps that write to one file lose nothing.
"""

import csv
import json
import os
import warnings
from pathlib import Path

import numpy as np

OWN = ("seconds", "error", "function", "versions")  # what a record holds beside settings, results
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet executes a text that begins so


def read_records(file):
    """Return the records in a file that `sweep` wrote, the failed ones too, as it wrote them.

    A line that was cut off is left out. Raises ValueError for any other file, and OSError as
    `open` does.
    """
    records = []
    content = Path(file).read_bytes().replace(b"\0", b"")  # a power failure may leave zeros
    for line in filter(None, content.splitlines()):
        try:
            record = json.loads(line)
        except (ValueError, RecursionError):  # cut off, perhaps inside a letter
            record = None
        if not line.startswith(b"{") or (record is not None and not set(OWN) <= set(record)):
            raise ValueError(
                f"{file} should be a file that sweep wrote, each line a run as JSON, with "
                f"{', '.join(OWN)} among others; but it holds {line[:80]!r}"
            )
        if record is not None:
            records.append(record)
    return records


def write_table(records, file):
    """Write records as a CSV file, for a spreadsheet: a column for each setting and result.

    A list is written as JSON. A text that a spreadsheet would execute, such as one that begins
    with =, gets a ' in front. Raises OSError as `open` does.
    """
    columns = list(dict.fromkeys(name for record in records for name in record))
    rows = [columns, *([record.get(name, "") for name in columns] for record in records)]
    with open(file, "w", newline="", encoding="utf8", errors="backslashreplace") as table:
        csv.writer(table, lineterminator="\n").writerows([*map(_cell, row)] for row in rows)


def _cell(value):
    text = value if isinstance(value, str) else json.dumps(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(FORMULA) else text


class RecordsFile:
    """The file of a sweep, open for more: `records` is what it holds."""

    def __init__(self, path):
        self._path = Path(path)
        self.records = read_records(path) if self._path.exists() else []
        with self._path.open("a"):  # whoever may not write here hears of it before the first run
            pass
        self._waiting, self._warned = [], False

    def append(self, record):
        """Write a record and all that still wait for room; warn once if that is impossible."""
        self._waiting.append(record)
        try:
            while self._waiting:
                self._write(json.dumps(self._waiting[0]).encode())
                del self._waiting[0]
        except OSError as error:
            if not self._warned:
                warnings.warn(
                    f"{self._path} cannot be written now: {error}. The sweep goes on and tries "
                    "again after each run; what sweep returns holds all records.",
                    stacklevel=3,
                )
            self._warned = True

    def _write(self, line):
        """Append this in one piece, as a line of its own even after one that was cut off."""
        line += b"\n"
        with self._path.open("ab+", buffering=0) as file:
            if file.tell() > 0:
                file.seek(-1, os.SEEK_END)
                line = line if file.read() == b"\n" else b"\n" + line
            if file.write(line) < len(line):
                raise OSError("there was no room for all of it")


def plain(value):
    """Return a value as plain Python data, 3.0 as 3. Raises TypeError if that is not possible."""
    try:
        return json.loads(json.dumps(value, default=_unpacked), parse_float=_number)
    except RecursionError:
        raise TypeError("expected lists within lists to some depth, not to any") from None


def _number(text):
    x = float(text)
    return int(x) if x.is_integer() and abs(x) < 1e15 else x


def _unpacked(value):
    if isinstance(value, np.ndarray | np.generic):
        return value.tolist()
    raise TypeError(f"expected a number, a text, or a list of them, got {value!r:.60}")
