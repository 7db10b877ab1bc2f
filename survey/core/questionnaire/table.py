"""A TOML table while it is read: hands out values of the type asked for, and notes every mistake with its place."""

import datetime
import difflib
from collections.abc import Collection, Mapping
from typing import TypeVar

from survey.core.questionnaire.model import Text
from survey.core.questionnaire.wording import Wording, word
from survey.errors import Problem

T = TypeVar("T")

ALIASES = {
    "anchors": "options",
    "answers": "options",
    "labels": "options",
    "choices": "options",
    "question": "text",
    "label": "text",
    "type": "kind",
    "na": "not_applicable",
    "dk": "dont_know",
    "reversed": "reverse",
    "min": "minimum",
    "max": "maximum",
    "cutpoints": "cuts",
    "questions": "items",
}
"""What people write for a key, and which one they mean."""
MOST_UNKNOWN, MOST_ENTRIES = 20, 1000
"""How many unknown keys of a table are named, and how long a list is looked at, at all."""
LARGEST = 10**12
_SPOKEN: dict[type, str] = {
    str: "a text in quotes",
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    list: "a list in [brackets]",
    dict: "a table",
    datetime.datetime: "a date",
    datetime.date: "a date",
    datetime.time: "a time",
}


class Notes:
    """The mistakes found so far, and the languages that texts may be written in, the default one first."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.languages: tuple[str, ...] = ("en",)

    def add(self, place: str, what: str, mend: str = "") -> None:
        self.problems.append(Problem(place, what, mend))


class Table:
    """`place` names it for people; the file's top has none. `mistaken` are the keys that something was said about."""

    def __init__(self, data: Mapping[str, object], place: str, notes: Notes) -> None:
        self.data, self.place, self.notes = data, place, notes
        self.mistaken: set[str] = set()

    def note(self, key: str, what: str, mend: str = "") -> None:
        self.mistaken.add(key)
        self.notes.add(self.at(key), what, mend)

    def at(self, key: str) -> str:
        return f"{self.place}, {short(key)}" if self.place else short(key)

    def only(self, known: Collection[str]) -> None:
        """Note every key that is not among those known."""
        unknown = [key for key in self.data if key not in known]
        for key in unknown[:MOST_UNKNOWN]:
            meant = ALIASES.get(key)
            mend = f"Write ‘{meant}’." if meant in known else near(key, known)
            self.note(key, "this key is not known here.", mend)
        if len(unknown) > MOST_UNKNOWN:
            self.notes.add(self.place or "the file", f"{len(unknown) - MOST_UNKNOWN} more keys are not known here.")

    def value(self, key: str, wanted: type[T], *, required: bool = False) -> T | None:
        """The value of a key, where it has the type; true is not a number here, nor a whole number a fraction."""
        found = self.data.get(key)
        if found is None:
            if required:
                self.note(key, "this is missing.", f"Write it as {_SPOKEN[wanted]}.")
            return None
        if type(found) is wanted:
            return found if self._bounded(key, found) else None
        self.note(key, f"this should be {_SPOKEN[wanted]}, and is {_SPOKEN.get(type(found), 'something else')}.")
        return None

    def _bounded(self, key: str, found: object) -> bool:
        if isinstance(found, int) and abs(found) > LARGEST:
            self.note(key, "this number is too large.")
        elif isinstance(found, list | dict) and len(found) > MOST_ENTRIES:
            self.note(key, f"there are {len(found):,} of these; {MOST_ENTRIES:,} are the most.")
        else:
            return True
        return False

    def text(self, key: str, most: int, *, required: bool = False) -> Text | None:
        """A text for people: plain, in the default language, or a table of them by language."""
        if key not in self.data:
            if required:
                self.note(key, "this is missing.", f'Write {key} = "…".')
            return None
        return self.worded(key, self.data[key], most)

    def worded(self, key: str, value: object, most: int) -> Text | None:
        text = word(value, Wording(self.notes.languages, most))
        for what, mend in text.mistakes:
            self.note(key, what, mend)
        return text.said

    def texts(self, key: str, most: int) -> tuple[Text, ...] | None:
        """A list of texts; None where there is none, or where one of them cannot be taken."""
        found = self.value(key, list)
        if found is None:
            return None
        said = [self.worded(key, value, most) for value in found]
        return None if key in self.mistaken else tuple(text for text in said if text is not None)

    def strings(self, key: str, *, required: bool = False) -> list[str]:
        """A list of plain strings; those that are not are noted and left out."""
        found = self.value(key, list, required=required) or []
        if any(not isinstance(value, str) for value in found):
            self.note(key, "everything in this list should be a text in quotes.")
        return [value for value in found if isinstance(value, str)]

    def numbers(self, key: str) -> tuple[float, ...] | None:
        """A list of finite numbers; None where there is none, or where one is not such a number."""
        found = self.value(key, list)
        if found is None:
            return None
        if any(type(value) not in {int, float} or not abs(value) <= LARGEST for value in found):
            self.note(key, "everything in this list should be a number.")
            return None
        return tuple(float(value) for value in found)

    def one_of(self, key: str, allowed: Collection[str], spoken: str, *, required: bool = False) -> str | None:
        """A string that should be one of those allowed; it is handed out even when it is not, and noted."""
        found = self.value(key, str, required=required)
        if found is not None and found not in allowed:
            self.note(key, f"‘{short(found)}’ is not {spoken}.", near(found, allowed))
        return found

    def tables(self, key: str) -> list[Mapping[str, object]] | None:
        """The entries of [[key]]; None where there are none."""
        found = self.value(key, list)
        if found is None:
            return None
        if any(not isinstance(entry, dict) for entry in found):
            self.note(key, "each of these should be a table.", f"Begin each with [[{key}]].")
            return None
        return found


def near(word: str, known: Collection[str]) -> str:
    """How to mend a name that is not known: the likeliest of those that are, or all of them where they are few."""
    close = difflib.get_close_matches(word[:64], known, 1)
    if close:
        return f"Did you mean ‘{close[0]}’?"
    return f"Choose from: {', '.join(known)}." if 0 < len(known) <= 12 else ""


def short(word: str) -> str:
    """A name from a file as a message can carry it."""
    printable = "".join(char if char.isprintable() else "?" for char in word) or '""'
    return printable if len(printable) <= 40 else printable[:39] + "…"
