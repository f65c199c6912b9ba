import gzip
import shutil
from pathlib import Path

import numpy as np
import pytest

from gdlib.mnist import DATA, load_mnist, one_hot, read_idx

FILES = [
    f"{part}-{kind}-ubyte.gz"
    for part in ("train", "t10k")
    for kind in ("images-idx3", "labels-idx1")
]


def idx(array, header=None):
    """Return an array as the bytes of an IDX file."""
    sizes = b"".join(int(n).to_bytes(4) for n in array.shape)
    return (header or bytes([0, 0, 8, array.ndim])) + sizes + array.astype(np.uint8).tobytes()


def gzipped(content):
    """Return the same bytes at any time of day: they name tests, which all workers must find."""
    return gzip.compress(content, mtime=0)


SOUND = idx(np.arange(24).reshape(2, 3, 4))


@pytest.fixture
def folder(tmp_path):
    """A small, sound data folder: 6 training and 4 test images, without checksums."""
    for part, n in [("train", 6), ("t10k", 4)]:
        images = np.arange(n * 784).reshape(n, 28, 28) % 256
        (tmp_path / f"{part}-images-idx3-ubyte.gz").write_bytes(gzip.compress(idx(images)))
        (tmp_path / f"{part}-labels-idx1-ubyte.gz").write_bytes(gzip.compress(idx(np.arange(n))))
    return tmp_path


def test_the_real_thing():
    train, test = load_mnist()
    assert (train.images.shape, test.images.shape) == ((60_000, 784), (10_000, 784))
    assert train.images.dtype == train.labels.dtype == np.uint8
    # counts that anyone can look up
    assert np.bincount(train.labels).tolist() == [
        5923,
        6742,
        5958,
        6131,
        5842,
        5421,
        5918,
        6265,
        5851,
        5949,
    ]
    assert np.bincount(test.labels).tolist() == [
        980,
        1135,
        1032,
        1010,
        982,
        892,
        958,
        1028,
        974,
        1009,
    ]
    assert train.labels[:5].tolist() == [5, 0, 4, 1, 9]
    assert train.images.mean() == pytest.approx(33.318, abs=1e-3)


def test_a_small_folder_is_read_as_written(folder):
    train, test = load_mnist(folder)
    assert train.images[1, :3].tolist() == [784 % 256, 785 % 256, 786 % 256]
    assert test.labels.tolist() == [0, 1, 2, 3]


def test_unpacked_files_are_shared(folder):
    before = load_mnist(folder)
    for name in FILES:
        (folder / name.removesuffix(".gz")).write_bytes(
            gzip.decompress((folder / name).read_bytes())
        )
        (folder / name).unlink()
    after = load_mnist(folder)
    np.testing.assert_array_equal(after[0].images, before[0].images)
    np.testing.assert_array_equal(after[1].labels, before[1].labels)
    maps = Path("/proc/self/maps")
    if maps.exists():
        assert str(folder / "train-images-idx3-ubyte") in maps.read_text()


def test_an_unpacked_file_has_a_checksum_too(tmp_path):
    for name in [*FILES, "SHA256SUMS"]:
        shutil.copy(DATA / name, tmp_path)
    labels = gzip.decompress((DATA / "t10k-labels-idx1-ubyte.gz").read_bytes())
    (tmp_path / "t10k-labels-idx1-ubyte").write_bytes(labels)
    load_mnist(tmp_path)
    (tmp_path / "t10k-labels-idx1-ubyte").write_bytes(labels[:-1])
    with pytest.raises(ValueError, match=r"t10k-labels-idx1-ubyte is damaged or another file"):
        load_mnist(tmp_path)


@pytest.mark.parametrize("content", [SOUND[:-1], SOUND + b"\0", SOUND[:16], SOUND[:6], b""])
def test_an_unpacked_file_that_is_not_what_it_should_be(tmp_path, content):
    (tmp_path / "digits").write_bytes(content)
    with pytest.raises(
        ValueError,
        match=r"cannot reshape array of size \d+ into shape \(2, ?3, ?4\)|starts with|offset",
    ):
        read_idx(tmp_path / "digits")


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file(folder, name):
    (folder / name).unlink()
    with pytest.raises(
        FileNotFoundError, match=f"expected the MNIST file {name} in .*{folder.name}"
    ):
        load_mnist(folder)


def test_a_wrong_checksum(tmp_path):
    for name in [*FILES, "SHA256SUMS"]:
        shutil.copy(DATA / name, tmp_path)
    load_mnist(tmp_path)
    labels = tmp_path / "t10k-labels-idx1-ubyte.gz"
    labels.write_bytes(gzip.compress(idx(np.zeros(10_000))))
    with pytest.raises(ValueError, match=r"t10k-labels-idx1-ubyte.gz is damaged or another file"):
        load_mnist(tmp_path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "starts with nothing"),
        (b"these are no digits", "Not a gzipped file"),
        (gzipped(SOUND)[:-9], "ended before the end-of-stream marker"),
        (
            gzipped(SOUND)[:20] + b"\xff" * 30,
            "at most 100,000,000 values.* it starts with .* 4f ff ff ff ff",
        ),
        (
            gzipped(idx(np.ones(3), b"\0\0\x0d\1")),
            "00 00 08, 1 to 4 dimensions.* it starts with 00 00 0d 01",
        ),
        (gzipped(b"\1" + SOUND[1:]), "00 00 08, 1 to 4 dimensions.* it starts with 01 00 08 03"),
        (gzipped(b"\0\0\x08\0"), "1 to 4 dimensions"),
        (gzipped(SOUND[:-1]), r"size 23 into shape \(2, ?3, ?4\)"),
        (gzipped(SOUND + b"\0"), r"size 25 into shape \(2, ?3, ?4\)"),
        (gzipped(SOUND[:6]), "it starts with 00 00 08 03 00 00$"),
        (
            gzipped(b"\0\0\x08\3" + b"\xff" * 12),
            "at most 100,000,000 values.* ff ff ff",
        ),  # claims 2⁹⁶
    ],
)
def test_files_that_are_not_what_they_should_be(tmp_path, content, message):
    path = tmp_path / "digits.gz"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=message):
        read_idx(path)


def test_a_sound_file(tmp_path):
    (tmp_path / "digits.gz").write_bytes(gzip.compress(SOUND))
    np.testing.assert_array_equal(read_idx(tmp_path / "digits.gz"), np.arange(24).reshape(2, 3, 4))


def test_counts_that_differ(folder):
    (folder / "train-labels-idx1-ubyte.gz").write_bytes(gzip.compress(idx(np.arange(5))))
    with pytest.raises(
        ValueError,
        match=r"train-images-idx3-ubyte.gz must be .* \(5, 28, 28\), got shape \(6, 28, 28\)",
    ):
        load_mnist(folder)


def test_images_of_another_size(folder):
    (folder / "t10k-images-idx3-ubyte.gz").write_bytes(gzip.compress(idx(np.ones((4, 20, 20)))))
    with pytest.raises(
        ValueError, match=r"t10k-images-idx3-ubyte.gz must be .* 28, 28\), got shape \(4, 20, 20\)"
    ):
        load_mnist(folder)


def test_one_hot():
    assert one_hot(np.array([6]))[0].tolist() == [0, 0, 0, 0, 0, 0, 1, 0, 0, 0]
    for wrong in ([10], [-1], [0.5]):
        with pytest.raises((TypeError, ValueError), match="labels must be whole numbers"):
            one_hot(np.array(wrong))


def test_a_label_out_of_range_is_never_read_as_another():
    for wrong in ([3, -1], [-1, 3], [0, 10, 5], np.array([255, 0], np.uint8), [2**70]):
        with pytest.raises((TypeError, ValueError), match=r"labels must be"):
            one_hot(wrong)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.uint8])
def test_one_hot_gives_the_kind_of_number_that_was_asked_for(dtype):
    y = one_hot(np.array([3, 0, 9], np.uint8), dtype)
    assert y.dtype == dtype
    assert y.tolist() == [[float(i == label) for i in range(10)] for label in (3, 0, 9)]
    assert one_hot([1]).dtype == np.float32


def test_a_file_with_labels_above_9_is_refused(folder):
    labels = np.array([0, 1, 17, 3])
    (folder / "t10k-labels-idx1-ubyte.gz").write_bytes(gzip.compress(idx(labels)))
    with pytest.raises(
        ValueError, match=r"t10k-labels-idx1-ubyte.gz must be whole numbers .* from 0 to 9, got 17"
    ):
        load_mnist(folder)


def test_a_file_of_which_the_sums_say_nothing_is_refused(tmp_path):
    for path in DATA.glob("*ubyte.gz"):
        shutil.copy(path, tmp_path)
    (tmp_path / "SHA256SUMS").write_text("")
    with pytest.raises(ValueError, match="its SHA-256 must be in SHA256SUMS, got"):
        load_mnist(tmp_path)
