"""MNIST's handwritten digits, read from the four files in data/."""

import gzip
import hashlib
import math
import zlib
from pathlib import Path
from typing import NamedTuple

import numpy as np

from gdlib.doors import MOST, check_real, check_whole

DATA = Path(__file__).resolve().parent.parent / "data"


class Digits(NamedTuple):
    """Images (n, 784), grey values 0 (paper) to 255 (ink) as uint8, and labels (n,), 0 to 9."""

    images: np.ndarray
    labels: np.ndarray


def load_mnist(folder=None):
    """Return (train, test): 60,000 and 10,000 Digits, from two disjoint groups of 250 writers.

    `folder` holds the four files under their usual names; by default it is the project's
    data/. A file that also lies there unpacked, without .gz, is shared by all processes that
    load it. Where the folder also holds SHA256SUMS, the files must match it. Raises
    FileNotFoundError for a missing file, ValueError for one that is not what it should be.
    """
    folder = DATA if folder is None else Path(folder)
    train, test = (
        (_find(folder, f"{part}-images-idx3-ubyte"), _find(folder, f"{part}-labels-idx1-ubyte"))
        for part in ("train", "t10k")
    )
    if (folder / "SHA256SUMS").is_file():
        _check_sums(folder, (*train, *test))
    return _read_pair(*train), _read_pair(*test)


def read_idx(path):
    """Return the uint8 array that an IDX file holds, read-only.

    A file whose name ends in .gz is unpacked; any other is mapped into memory, so that all
    processes that read it share it. An IDX file starts with two zero bytes, 8 (for uint8), and
    the number of dimensions, then the dimensions as big-endian 32-bit numbers; then come the
    values. Raises ValueError, with what is wrong, for any other file, for one that is damaged or
    holds more or fewer values than it says, and for one that says more than 100 million:
    whatever it claims, no more are unpacked. Raises OSError as `open` does.
    """
    path = Path(path)
    try:
        with (gzip.open if path.suffix == ".gz" else open)(path, "rb") as file:
            header = file.read(4)
            dimensions = int.from_bytes(header[3:])
            sizes = file.read(4 * dimensions)
            shape = tuple(int.from_bytes(sizes[i : i + 4]) for i in range(0, len(sizes), 4))
            n = math.prod(shape)
            sound = header[:3] == b"\0\0\x08" and 4 <= 4 * dimensions == len(sizes) <= 16
            if not sound or n > MOST:
                raise ValueError(f"it starts with {(header + sizes)[:20].hex(' ') or 'nothing'}")
            if path.suffix == ".gz":
                values = np.frombuffer(file.read(n + 1), np.uint8)  # one too many would tell
            else:
                values = np.memmap(file, np.uint8, "r", offset=file.tell()).view(np.ndarray)
        return values.reshape(shape)
    except (ValueError, EOFError, zlib.error, gzip.BadGzipFile) as error:
        expected = f"00 00 08, 1 to 4 dimensions, their sizes, then at most {MOST:,d} values"
        raise ValueError(f"{path.name} must be an IDX file ({expected}), but {error}") from error


def one_hot(labels, dtype=np.float32):
    """Return y(x) for labels (n,) from 0 to 9: shape (n, 10), a 1 at the label and 0 elsewhere.

    `dtype` is the type of its entries. Raises TypeError or ValueError for labels that are not
    whole numbers from 0 to 9.
    """
    labels = check_whole("labels", labels, None, 0, 9)
    return np.eye(10, dtype=dtype)[labels]


def _find(folder, name):
    """Return the path of the unpacked file of this name, or else of the compressed one."""
    for path in (folder / name, folder / f"{name}.gz"):
        if path.is_file():
            return path
    raise FileNotFoundError(
        f"expected the MNIST file {path.name} in {folder}, and it is not there; "
        "it comes with the project, so check that the checkout's data/ is complete"
    )


def _read_pair(images_path, labels_path):
    """Return the Digits that two files hold."""
    images, labels = read_idx(images_path), read_idx(labels_path)
    check_whole(labels_path.name, labels, ("n",), 0, 9)
    check_real(images_path.name, images, (len(labels), 28, 28))
    return Digits(images.reshape(len(images), 784), labels)


def _check_sums(folder, paths):
    """Raise ValueError unless the files are those that the folder's SHA256SUMS tells of."""
    words = (folder / "SHA256SUMS").read_text().split()
    told = dict(zip(words[1::2], words[::2], strict=True))
    for path in paths:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
        expected = told.get(path.name, "in SHA256SUMS")
        if found != expected:
            came = f"its SHA-256 must be {expected}, got {found}"
            raise ValueError(f"{path} is damaged or another file: {came}")
