"""The words of the labs: every text goes through `say`, and every language has them all."""

import json
import os
import re
import string
import subprocess
import sys

import pytest
import spoken

from gdlib import labs
from gdlib.labs.lab import FRONT, NO_WORDS, front_end, said
from gdlib.words import LANGUAGES, catalogue, grouped, say

TEXTS, OTHERS = spoken.texts()
# Texts that are looked up in English first: the words of a film, of the core, and of a surface.
LOOKED_UP = {
    "film.py: str(text)",
    "plain.py: _word(film, here)",
    "descents.py: name",
    "challenges.py: cost.name",
    "challenges.py: paths[LEAVE].regime",
    "room_pictures.py: path.regime",
    "room_pictures.py: word",
    *(f"{lab}.py: d.regime" for lab in ("challenges", "descents", "factors", "neuron", "rates")),
}


def names_in(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def run(language, code):
    """Return what a Python with this language prints."""
    environment = os.environ | {"GDLIB_LANGUAGE": language}
    command = [sys.executable, "-c", f"from gdlib import labs\n{code}"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    return done.stdout + done.stderr


def test_texts_are_written_out_where_they_are_said():
    assert set(OTHERS) <= LOOKED_UP


@pytest.mark.parametrize("path", sorted(FRONT.glob("*.css")), ids=lambda path: path.stem)
def test_no_style_sheet_says_anything_itself(path):
    assert not re.search(r'content: *"[^"]', path.read_text(encoding="utf8"))


@pytest.mark.parametrize("path", sorted(LANGUAGES.glob("*.json")), ids=lambda path: path.stem)
def test_a_language_has_every_text_and_no_other_with_the_same_braces(path):
    words = json.loads(path.read_text(encoding="utf8"))
    needed = TEXTS | spoken.words_of_the_core()
    assert {text for text in needed if text not in words} == set()
    assert {text for text in words if text not in needed} == set()
    for text, translated in words.items():
        assert translated
        assert names_in(translated) == names_in(text), text


def test_english_says_what_is_written_and_a_saved_lab_carries_no_words():
    assert say("Step {step}: {C:.2f}", step=3, C=1.234) == "Step 3: 1.23"
    assert say("as {it} is") == "as {it} is"
    assert say("nobody translates this") == "nobody translates this"
    assert grouped(1234567) == "1,234,567"
    assert NO_WORDS in front_end("player.js")


def test_german_labs_speak_german_and_still_tell_good_from_bad():
    code = "from gdlib.costs import ravine\nlab = labs.ball(ravine, eta=0.5)\n"
    code += "print(lab.summary(), lab.film['texts'])"
    text = run("de", code)
    assert text.startswith("Labor, die rollende Kugel: gradient_descent(ravine, v0=")
    assert "['✗', 'divergiert'], " in text
    assert "['✓', 'konvergiert'], " in text
    assert "['~', 'kriecht'], " in text


def test_a_front_end_carries_the_words_that_it_says():
    code = "from gdlib.labs.lab import front_end\nprint(front_end('predict.js'))"
    text = run("de", code)
    (line,) = (line for line in text.splitlines() if line.startswith("const WORDS = {"))
    words = json.loads(line.removeprefix("const WORDS = ").removesuffix(";"))
    assert set(words) == set(said(text))
    assert words["That is my answer"] == "Das ist meine Antwort"


def test_what_javascript_says_is_read_as_it_reads_it():
    assert said('say("one") + say(\n  "two " +\n    "\\"three\\" {n}",\n  { n },\n)') == [
        "one",
        'two "three" {n}',
    ]
    assert said('stage.say("no"); essay("no"); say(name)') == []


@pytest.mark.parametrize("language", ["fr", "german", "../labs", "missing.json"])
def test_a_language_that_there_is_not_is_refused_with_those_that_there_are(language):
    with pytest.raises(ValueError, match=f"must be one of en, de, or .* got '{language}'"):
        catalogue(language)


def test_english_needs_no_catalogue():
    assert catalogue("en") == catalogue("") == {}


@pytest.mark.slow
def test_no_text_of_a_lab_that_needs_no_page_escapes(tmp_path):
    found = spoken.speak(tmp_path)
    everything = " ".join(lab["source"] for lab in found.values())
    assert {name for name in labs.__all__ if f"labs.{name}(" not in everything} == {
        "show",
        "room",  # whose texts a page shows
    }
    for name, lab in found.items():
        assert any("⟦" in text for text in lab["texts"]), name
        for text in lab["texts"]:
            assert spoken.unmarked(text, lab["source"]) == [], (name, text)
