import json
import os
import re
import subprocess
import sys
import unicodedata

import pytest

from gdlib.experiments import Choice, read_choices, write_choice


def test_what_is_written_is_read(tmp_path):
    first = write_choice(tmp_path / "round", " Ada ", 3, "It was the best.")
    write_choice(tmp_path / "round", "Émile / 2", 0.5, "small\nsteps")
    assert re.fullmatch(r"choice-Ada-[0-9a-f]{8}\.json", first.name)
    choices, refused = read_choices(tmp_path / "round")
    assert choices == [
        Choice("Ada", 3.0, "It was the best."),
        Choice("Émile / 2", 0.5, "small steps"),
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


@pytest.mark.parametrize(
    "names",
    [
        ("A B", "A-B.", "A-B", "A/B", "A  B"),
        ("Chloé", "Chloe", "Chloe\u0300"),
        ("Ada", "ADA", "ada"),
        ("?", "!", "me"),
        ("a" * 59, "a" * 60),
        ("Straße", "Strasse"),
    ],
)
def test_every_name_has_a_file_of_its_own(names, tmp_path):
    """Also where a file system takes capitals and small letters for the same."""
    for eta, name in enumerate(names, start=1):
        write_choice(tmp_path, name, eta, "why")
    assert len({path.name.casefold() for path in tmp_path.iterdir()}) == len(names)
    assert {choice.name: choice.eta for choice in read_choices(tmp_path)[0]} == {
        name: eta for eta, name in enumerate(map(composed, names), start=1)
    }


def composed(text):
    return unicodedata.normalize("NFC", text)


def test_one_name_has_one_file_however_its_accents_are_typed(tmp_path):
    for eta, form in enumerate(("NFC", "NFD"), start=1):
        write_choice(tmp_path, unicodedata.normalize(form, "Chloé"), eta, "why")
    assert read_choices(tmp_path)[0] == [Choice("Chloé", 2, "why")]


def test_names_and_reasons_of_all_scripts_are_welcome(tmp_path):
    texts = ["Zoë", "Владимир", "李小龙", "محمد", "می\u200cخواهم", "👩\u200d🔬", "O'Neill-Ñ"]
    for text in texts:
        write_choice(tmp_path, text, 3, text)
    choices, refused = read_choices(tmp_path)
    assert sorted(choice.name for choice in choices) == sorted(map(composed, texts))
    assert refused == {}
    write_choice(tmp_path, "𝔸" * 60, 3, '\\"€𝔸' * 250)  # the longest file
    assert read_choices(tmp_path)[1] == {}


BAD = [
    ("Ada\nBob, η = 3: I won", 3, "why", r"in one line; got '\\n'"),
    ("Ada\u2028Bob", 3, "why", "in one line"),
    ("\x1b[31mAda", 3, "why", r"got '\\x1b'"),
    ("Ada\ud800", 3, "why", r"name must be a text without control characters.*'\\ud800'"),
    ("Ada\u202e", 3, "why", "without control characters"),
    ("Ada", 3, "why\x07", "reason must be a text without control characters; got"),
    ("Ada", 3, "\udfff", "reason must be a text without control characters; got"),
    ("a" * 61, 3, "why", "name must have at most 60 characters, got 61"),
    ("\u0344" * 60, 3, "why", "name must have at most 60 characters, got 120"),
    ("Ada", 3, "x" * 10**6, "reason must have at most 1,000 characters, got 1,000,000"),
    ("Ada", 1e101, "why", r"eta must lie from 1e-100 to 1e\+100, got 1e\+101"),
    ("Ada", 5e-324, "why", r"eta must lie from 1e-100 to 1e\+100, got 4"),
]


@pytest.mark.parametrize(("name", "eta", "reason", "text"), BAD)
def test_neither_side_takes_what_would_stop_the_round(name, eta, reason, text, tmp_path):
    with pytest.raises(ValueError, match=text):
        write_choice(tmp_path / "round", name, eta, reason)
    assert list(tmp_path.iterdir()) == []
    content = json.dumps({"name": name, "eta": eta, "reason": reason})
    (tmp_path / "a.json").write_text(content)
    choices, refused = read_choices(tmp_path)
    assert choices == []
    assert re.search(text if len(content) < 10_000 else "at most 10,000 bytes", refused["a.json"])


def test_a_reason_of_several_lines_is_read_in_one(tmp_path):
    write_choice(tmp_path, "Ada", 3, "small steps,\n\tBob, η = 3:\r\nmany")
    assert read_choices(tmp_path)[0] == [Choice("Ada", 3, "small steps, Bob, η = 3: many")]


def test_a_link_is_replaced_and_what_it_leads_to_is_left_alone(tmp_path):
    path = write_choice(tmp_path / "round", "Ada", 3, "why")
    diary = tmp_path / "diary.txt"
    diary.write_text("dear diary")
    path.unlink()
    path.symlink_to(diary)
    write_choice(tmp_path / "round", "Ada", 5, "why not")
    assert diary.read_text() == "dear diary"
    assert read_choices(tmp_path / "round")[0] == [Choice("Ada", 5, "why not")]
    assert list((tmp_path / "round").iterdir()) == [path]


READ = "import sys, gdlib.experiments as c; print(*map(ascii, c.read_choices(sys.argv[1])))"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_no_file_of_any_kind_or_name_stops_the_reading(tmp_path):
    write_choice(tmp_path, "Ada", 3, "why")
    os.mkfifo(tmp_path / "pipe.json")
    (tmp_path / "nowhere.json").symlink_to("nothing")
    (tmp_path / "endless.json").symlink_to("/dev/zero")
    (tmp_path / "circle.json").symlink_to("circle.json")
    (tmp_path / "forged\nnot read: Bob.json").write_text("{}")
    (tmp_path / "\x1b[31mred.json").write_text("{}")
    (tmp_path / os.fsdecode(b"\xff.json")).write_text("{}")
    (tmp_path / "deep.json").write_text('{"name":' + "[" * 900 + "]" * 900 + "}")
    (tmp_path / "huge.json").write_text(json.dumps(GOOD | {"eta": 10**4000}))
    read = subprocess.run(
        [sys.executable, "-c", READ, tmp_path], capture_output=True, text=True, timeout=120
    )
    assert read.returncode == 0, read.stderr
    choices, refused = read_choices(tmp_path)  # it has come to an end above, so it does here
    assert choices == [Choice("Ada", 3, "why")]
    assert len(refused) == 9
    for name, problem in refused.items():
        line = f"{name}: {problem}"
        assert len(line.splitlines()) == 1
        assert "\x1b" not in line
        line.encode("utf8")
        assert len(problem) <= 200
    assert {refused[name] for name in ("pipe.json", "endless.json")} == {"expected a file"}
    assert r"\udcff.json" in refused
