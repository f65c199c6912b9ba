"""The words that labs show, in the language that the environment variable GDLIB_LANGUAGE names.

The English text stands in the code, and is the key to the others: languages/ holds a catalogue for
each language, from English text to text.
"""

import json
import os
from pathlib import Path

LANGUAGES = Path(__file__).parent / "languages"


def catalogue(language):
    """Return the catalogue of a language, a dictionary, which for "en" or "" is empty.

    A language is the name of a file in languages/, such as "de", or the path of a catalogue of
    your own, which ends with ".json". Raises ValueError for one that there is not.
    """
    if language in ("", "en"):
        return {}
    own = language.endswith(".json")
    path = Path(language) if own else LANGUAGES / f"{language}.json"
    if not path.is_file():
        known = ", ".join(["en", *sorted(path.stem for path in LANGUAGES.glob("*.json"))])
        raise ValueError(
            f"GDLIB_LANGUAGE must be one of {known}, or a file of your own that ends with .json; "
            f"got {language!r}"
        )
    return json.loads(path.read_text(encoding="utf8"))


LANGUAGE = os.environ.get("GDLIB_LANGUAGE", "")
WORDS = catalogue(LANGUAGE)


def say(text, /, **parts):
    """Return an English text in the language of the labs, or as it is if that has no word for it.

    The `parts`, if any, are put where the text has their names in braces.
    """
    text = WORDS.get(text, text)
    return text.format(**parts) if parts else text


def later(text):
    """Return a text as it is, to be looked up in English first, and said by `say` in the end."""
    return text


def grouped(number):
    """Return a whole number with its thousands set apart: 10,000."""
    return f"{number:,d}".replace(",", say(","))
