import json

import pytest

from gdlib.choices import Choice, read_choices, write_choice


def test_what_is_written_is_read(tmp_path):
    first = write_choice(tmp_path / "round", " Ada ", 3, "It was the best.")
    write_choice(tmp_path / "round", "Émile / 2", 0.5, "small\nsteps")
    assert first.name == "choice-Ada.json"
    choices, refused = read_choices(tmp_path / "round")
    assert choices == [
        Choice("Ada", 3.0, "It was the best."),
        Choice("Émile / 2", 0.5, "small\nsteps"),
    ]
    assert refused == {}


def test_writing_again_replaces_the_first_choice(tmp_path):
    for eta in (1, 2):
        write_choice(tmp_path, "Ada", eta, "why not")
    assert [choice.eta for choice in read_choices(tmp_path)[0]] == [2]


@pytest.mark.parametrize(
    ("name", "eta", "reason", "kind", "text"),
    [
        ("", 3, "why", ValueError, "name must be a text, got ''"),
        (..., 3, "why", ValueError, "name must be a text"),
        ("Ada", "3", "why", TypeError, "eta must be a number, got '3'"),
        ("Ada", -3, "why", ValueError, "eta must be positive and finite, got -3"),
        ("Ada", 3, "  ", ValueError, "reason must be a text"),
    ],
)
def test_a_choice_must_be_whole(tmp_path, name, eta, reason, kind, text):
    with pytest.raises(kind, match=text):
        write_choice(tmp_path, name, eta, reason)
    assert list(tmp_path.iterdir()) == []


GOOD = {"name": "Ada", "eta": 3, "reason": "why"}


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"", "expected JSON"),
        (b"\xff\xfe", "expected JSON"),
        (b"[" * 5000, "expected JSON"),
        (b" " * 20_000, "at most 10,000 bytes"),
        (b"[1, 2]", "expected name, eta and reason"),
        (b'{"name": "Ada"}', "expected name, eta and reason"),
        (json.dumps(GOOD | {"eta": None}).encode(), "eta must be a number"),
        (json.dumps(GOOD | {"eta": float("nan")}).encode(), "positive and finite"),
        (json.dumps(GOOD | {"eta": True}).encode(), "eta must be a number"),
        (json.dumps(GOOD | {"eta": 10**400}).encode(), "positive and finite"),
        (json.dumps(GOOD | {"reason": 7}).encode(), "reason must be a text"),
    ],
)
def test_a_broken_file_is_named_and_the_others_are_read(tmp_path, content, text):
    write_choice(tmp_path, "Ada", 3, "why")
    (tmp_path / "a broken one.json").write_bytes(content)
    (tmp_path / "a folder.json").mkdir()
    (tmp_path / "notes.txt").write_text("no choice")
    choices, refused = read_choices(tmp_path)
    assert choices == [Choice("Ada", 3, "why")]
    assert list(refused) == ["a broken one.json", "a folder.json"]
    assert text in refused["a broken one.json"]


def test_there_must_be_a_folder(tmp_path):
    with pytest.raises(FileNotFoundError, match="expected a folder with the files of the class"):
        read_choices(tmp_path / "round")
