"""Texts for people as a file writes them: a plain string in the default language, or a table keyed by language."""

import re
import unicodedata
from typing import NamedTuple

from survey.core.questionnaire.model import Text

_BLANK = re.compile(r"[ \t\r\n]+")
_MOST = 50
"""Languages looked at in one text."""


class Wording(NamedTuple):
    """What a text may be: in these languages, the default one first, and so many characters long."""

    languages: tuple[str, ...]
    most: int


class Said(NamedTuple):
    """A text, or None and what is wrong with it: pairs of what and how to mend it."""

    said: Text | None
    mistakes: list[tuple[str, str]]


def word(value: object, wording: Wording) -> Said:
    """Read one text. Line breaks and runs of blanks become one blank: the file's layout says nothing."""
    default = wording.languages[0]
    if isinstance(value, str):
        value = {default: value}
    if not isinstance(value, dict):
        what = "this should be a text in quotes, or a table of them by language."
        return Said(None, [(what, f'Write "…", or {{ {default} = "…" }}.')])
    text = {language: _BLANK.sub(" ", said).strip() for language, said in value.items() if isinstance(said, str)}
    mistakes = [
        mistake for language in list(value)[:_MOST] for mistake in _mistakes(language, text.get(language), wording)
    ]
    if default not in value:
        mistakes.append((f"the wording in the default language, {default}, is missing.", f'Write {default} = "…".'))
    return Said(None if mistakes else text, mistakes)


def _mistakes(language: str, said: str | None, wording: Wording) -> list[tuple[str, str]]:
    if language not in wording.languages:
        mend = f"Add it to languages = [{', '.join(wording.languages)}, …], or delete it."
        return [(f"‘{language[:20]}’ is not one of the file's languages.", mend)]
    if said is None:
        return [(f"the wording in {language} should be a text in quotes.", "")]
    if not said:
        return [("this text is empty.", "Write it, or delete the key.")]
    if len(said) > wording.most:
        return [(f"this text has {len(said)} characters; {wording.most} are the most.", "Shorten it.")]
    refused = next((char for char in said if unicodedata.category(char) == "Cc"), None)
    if refused is not None:
        return [(f"this text has the control character U+{ord(refused):04X}.", "Delete it.")]
    return []
