"""MNIST's handwritten digits, read from the four files in data/."""

import gzip
import hashlib
import math
import zlib
from pathlib import Path
from typing import NamedTuple

import numpy as np

from gdlib.doors import MOST, check_real

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
    _check_sums(folder, (*train, *test))
    return _read_pair(*train), _read_pair(*test)


def read_idx(path):
    """Return the uint8 array that an IDX file holds, read-only.

    A file whose name ends in .gz is unpacked; any other is mapped into memory, so that all
    processes that read it share it. An IDX file starts with two zero bytes, 8 (for uint8), and
    the number of dimensions, then the dimensions as big-endian 32-bit numbers; then come the
    values. Raises ValueError if a .gz file is not gzip or is damaged, if the file has another
    header, or holds more or fewer values than the header says, or more than 100 million:
    whatever it claims, no more are unpacked.
    """
    path = Path(path)
    try:
        with (gzip.open if path.suffix == ".gz" else open)(path, "rb") as file:
            header = file.read(4)
            if len(header) < 4 or header[:3] != b"\0\0\x08" or not 1 <= header[3] <= 4:
                raise ValueError(
                    f"{path.name} should start with an IDX header for uint8, "
                    f"00 00 08 and 1 to 4 dimensions; it starts with {header.hex(' ') or 'nothing'}"
                )
            sizes = file.read(4 * header[3])
            shape = tuple(int.from_bytes(sizes[i : i + 4]) for i in range(0, len(sizes), 4))
            expected = math.prod(shape)
            if expected > MOST:
                raise ValueError(f"{path.name} says it holds {shape}, more than {MOST:,d} values")
            if path.suffix == ".gz":
                values = np.frombuffer(file.read(expected + 1), np.uint8)
            else:
                values = np.memmap(file, np.uint8, "r", offset=file.tell()).view(np.ndarray)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise ValueError(f"{path.name} is not a whole gzip file: {error}") from error
    if len(sizes) < 4 * header[3] or len(values) != expected:
        more = "more" if len(values) > expected else len(values)
        raise ValueError(f"{path.name} says it holds {shape} = {expected} values, it holds {more}")
    return values.reshape(shape)


def one_hot(labels, dtype=np.float32):
    """Return y(x) for labels (n,) from 0 to 9: shape (n, 10), a 1 at the label and 0 elsewhere.

    Raises ValueError for labels that are not whole numbers from 0 to 9.
    """
    labels = check_real("labels", labels)
    if labels.dtype.kind == "f" or (labels.size and not 0 <= labels.min() <= labels.max() < 10):
        raise ValueError(f"labels must be whole numbers from 0 to 9, got {labels}")
    return np.eye(10, dtype=dtype)[labels]


def _read_pair(images_path, labels_path):
    images, labels = read_idx(images_path), read_idx(labels_path)
    if images.ndim != 3 or images.shape[1:] != (28, 28) or labels.ndim != 1:
        raise ValueError(
            f"expected images of 28 × 28 and one label each, got shape {images.shape} in "
            f"{images_path.name} and {labels.shape} in {labels_path.name}"
        )
    if len(images) != len(labels):
        raise ValueError(
            f"{images_path.name} holds {len(images)} images, "
            f"but {labels_path.name} holds {len(labels)} labels"
        )
    if labels.size and labels.max() > 9:
        raise ValueError(f"{labels_path.name} should hold labels 0 to 9, it holds {labels.max()}")
    return Digits(images.reshape(len(images), 784), labels)


def _find(folder, name):
    """Return the path of the unpacked file of this name, or else of the compressed one."""
    path = folder / name
    if path.is_file():
        return path
    path = folder / f"{name}.gz"
    if not path.is_file():
        raise FileNotFoundError(
            f"expected the MNIST file {path.name} in {folder}, and it is not there; "
            "it comes with the project, so check that the checkout's data/ is complete"
        )
    return path


def _check_sums(folder, paths):
    sums = folder / "SHA256SUMS"
    if not sums.is_file():
        return
    expected = dict(line.split()[::-1] for line in sums.read_text().splitlines() if line.strip())
    for path in paths:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
        if expected.get(path.name) != found:
            raise ValueError(
                f"{path.name} in {folder} is damaged or another file: its SHA-256 is {found}, "
                f"SHA256SUMS says {expected.get(path.name, 'nothing about it')}"
            )
