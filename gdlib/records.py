"""The CSV file of a sweep: a line for each run, written as soon as the run is finished."""

import csv
import io
import json
import warnings
from pathlib import Path

import numpy as np

from gdlib.files import replacing

TEXTS = ("error", "function", "versions")
OWN = ("seconds", *TEXTS)  # what a record holds beside settings and results

csv.field_size_limit(2**31 - 1)  # a result may be a long list


def read_records(file):
    """Return the records in a CSV file that `sweep` wrote, the failed ones too, as it wrote them.

    A line that was cut off in the middle is left out. Raises ValueError for any other file, and
    OSError as `open` does.
    """
    return _parse(file)[1]


class Table:
    """The CSV file of a sweep: a line for each record, written as soon as it is there."""

    def __init__(self, path):
        self._path = Path(path)
        self._columns, self.records, whole = [], [], True
        if self._path.exists():
            self._columns, self.records, whole = _parse(path)
        with self._path.open("a"):  # whoever may not write here hears of it before the first run
            pass
        self._written = len(self.records) if whole else 0
        self._warned = False

    def append(self, record):
        """Write a record and all that still wait for room; warn once if that is impossible."""
        self.records.append(record)
        new = [name for name in record if name not in self._columns]
        try:
            self._write([*self._columns, *new])
        except OSError as error:
            if not self._warned:
                warnings.warn(
                    f"{self._path} cannot be written now: {error}. The sweep goes on and tries "
                    "again after each run; what sweep returns holds all records.",
                    stacklevel=3,
                )
            self._warned = True

    def _write(self, columns):
        if self._written == 0 or columns != self._columns:  # all of it, in a new file
            with replacing(self._path) as file:
                file.write(_lines([columns], self.records, columns))
        else:
            with self._path.open("ab", buffering=0) as file:
                end = file.tell()
                text = _lines([], self.records[self._written :], columns)
                try:
                    if file.write(text) < len(text):
                        raise OSError("there was no room for all of it")
                except OSError:
                    file.truncate(end)  # half a line is worse than none
                    raise
        self._columns, self._written = columns, len(self.records)


def plain(value):
    """Return a value as plain Python data, 3.0 as 3. Raises TypeError if that is not possible."""
    try:
        return _parsed(json.dumps(value, default=_unpacked))
    except RecursionError:
        raise TypeError("expected lists within lists to some depth, not to any") from None


def _parsed(text):
    return json.loads(text, parse_float=lambda x: int(float(x)) if _whole(float(x)) else float(x))


def _whole(x):
    return x.is_integer() and abs(x) < 1e15


def _unpacked(value):
    if isinstance(value, np.ndarray | np.generic):
        return value.tolist()
    raise TypeError(f"expected a number, a text, or a list of them, got {value!r:.60}")


def _lines(rows, records, columns):
    """Return these rows, then the records, as the bytes of a CSV file."""
    text = io.StringIO()
    cells = ([_cell(name, record) for name in columns] for record in records)
    csv.writer(text, lineterminator="\n").writerows([*rows, *cells])
    return text.getvalue().encode("utf8", "backslashreplace")


def _cell(name, record):
    """Return an entry of a record as text that `_entry` reads back: "" if it has none.

    A text that does not begin with a letter or a digit is written in quotes: a spreadsheet would
    execute one that begins with = + - or @.
    """
    value = record.get(name, "")
    if name in TEXTS or name not in record:
        return value
    plain = isinstance(value, str) and value[:1].isalnum() and value.isprintable()
    return value if plain and _entry("", value) == value else json.dumps(value)


def _entry(name, cell):
    if name in TEXTS:
        return cell
    try:
        return _parsed(cell)
    except (ValueError, RecursionError):  # lists in lists, deeper than Python can follow
        return cell


def _parse(path):
    """Return the columns and the records of a sweep's file, and whether all its lines are whole."""
    content = Path(path).read_bytes()
    end = content.rfind(b"\n") + 1  # what follows was cut off, perhaps inside a letter
    try:
        lines = content[:end].decode("utf8").split("\n")[:-1]
    except UnicodeDecodeError as error:
        raise ValueError(f"{path} should be a CSV file that sweep wrote; but: {error}") from None
    if not content:
        return [], [], True
    columns, *rows = [*map(_cells, lines)] or [[]]
    if not set(OWN) <= set(columns):
        raise ValueError(
            f"{path} should be a CSV file that sweep wrote, with the columns {', '.join(OWN)} "
            f"among others; it begins with {content[:80]!r}"
        )
    whole = [dict(zip(columns, row, strict=True)) for row in rows if len(row) == len(columns)]
    records = [
        {name: _entry(name, cell) for name, cell in row.items() if cell or name in TEXTS}
        for row in whole
    ]
    return columns, records, len(whole) == len(rows) and end == len(content)


def _cells(line):
    """Return the cells of a line of a CSV file, none if it is broken."""
    try:
        (cells,) = csv.reader([line], strict=True)
        return cells
    except csv.Error:
        return []
