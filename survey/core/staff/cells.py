"""One cell of the staff list at a time: what it must look like, and what is said when it does not.

Each reader takes a cell's text without spacing at its ends (never empty) and returns the value to store, or raises
Mistake. No message repeats a contact detail or a number of a person.
"""

import re
import unicodedata
from functools import lru_cache

from survey.core.staff import groups

MOST_LETTERS = 200
MOST_LEVELS = 8

_NO_WIDTH = dict.fromkeys((0x200B, 0xFEFF), " ")
_NAMED_LANGUAGES = {"english": "en", "welsh": "cy", "cymraeg": "cy", "polish": "pl", "romanian": "ro", "urdu": "ur"}
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}")
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_DOMAIN = re.compile(r"([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]([A-Za-z0-9-]{0,61}[A-Za-z0-9])")
_MARKS = re.compile(r"[\s().\-‐-―/]")
_UK_WITHOUT_PREFIX = re.compile(r"(0|\+?440?)?7[0-9]{9}")
_UK_MOBILE = re.compile(r"\+447([1-57-9][0-9]{8}|624[0-9]{6})")
_ABROAD = re.compile(r"\+(?!44)[1-9][0-9]{7,14}")
_ROUNDED = re.compile(r"[0-9](\.[0-9]+)?[Ee]\+?[0-9]+")
ROUNDED = "it was turned into a rounded number by a spreadsheet."
AS_TEXT = "Format the column as text and export again."
_CLINICAL = {
    "yes": True, "y": True, "true": True, "1": True, "clinical": True,
    "no": False, "n": False, "false": False, "0": False, "non clinical": False, "nonclinical": False,
}  # fmt: skip


class Mistake(Exception):
    """A cell that cannot be used: what is wrong with it, and how to mend it."""

    def __init__(self, what: str, mend: str = "") -> None:
        super().__init__(what)
        self.what, self.mend = what, mend


def longest(field: str) -> int:
    """How many letters a field's cell may have: a whole path may have as many names as it may have levels."""
    return MOST_LEVELS * MOST_LETTERS if field == "unit" else MOST_LETTERS


def tidy(cell: str, most: int = MOST_LETTERS) -> str:
    """The cell with single spaces, none at its ends, and its letters composed. Raises Mistake for what is no text."""
    if not cell.isascii():
        cell = unicodedata.normalize("NFC", cell).translate(_NO_WIDTH)
    text = " ".join(cell.split())
    if not text.isprintable():
        raise Mistake("it has a control character in it.", "Delete the cell and type it again.")
    if len(text) > most:
        raise Mistake(f"it is longer than {most} letters.", "Check that no row has slipped into the next.")
    return text


def employee_number(text: str) -> str:
    if len(text) > 40:
        raise Mistake("it is longer than 40 letters.")
    if _ROUNDED.fullmatch(text):
        raise Mistake(ROUNDED, AS_TEXT)
    return text


@lru_cache(maxsize=4096)
def path(text: str, separator: str) -> tuple[str, ...]:
    """A unit path in one cell: “Surgery > Theatres > Recovery”."""
    names = tuple(name.strip() for name in text.split(separator.strip()))
    if not all(names):
        raise Mistake("it has an empty level.", f"Write it as Division {separator.strip()} Team.")
    if len(names) > MOST_LEVELS:
        raise Mistake(f"it has more than {MOST_LEVELS} levels.", "Leave out the uppermost or the lowest ones.")
    if max(map(len, names)) > MOST_LETTERS:
        raise Mistake(f"it has a level longer than {MOST_LETTERS} letters.", "Check the mark between the levels.")
    return names


def staff_group(text: str) -> str:
    found = groups.find(text)
    if found is None:
        near = groups.nearest(text)
        mend = f"Did you mean “{near}”?" if near else f"The groups are {', '.join(groups.CLINICAL)}."
        raise Mistake(f"“{text[:60]}” is not one of ESR's national staff groups.", mend)
    return found


@lru_cache(maxsize=256)
def clinical(text: str) -> bool:
    plain = text.casefold().replace("-", " ")
    if plain not in _CLINICAL:
        raise Mistake("it is neither yes nor no.", "Write yes or no, or leave it empty to go by the staff group.")
    return _CLINICAL[plain]


def email(text: str) -> str:
    """The address with its domain in small letters. What is before the @ belongs to the other side and stays."""
    local, at, domain = text.removeprefix("mailto:").rpartition("@")
    sound = at and len(local) <= 64 and len(domain) <= 189 and _LOCAL.fullmatch(local) and _DOMAIN.fullmatch(domain)
    if not sound:
        raise Mistake("it is not an e-mail address.", "Write one address, like a.nurse@trust.nhs.uk.")
    return f"{local}@{domain.lower()}"


def mobile(text: str) -> str:
    """The number in international form, +44 for the UK, also where a spreadsheet ate the first 0."""
    if _ROUNDED.fullmatch(text):
        raise Mistake(ROUNDED, AS_TEXT)
    bare = _MARKS.sub("", text.replace("(0)", ""))
    if bare.startswith("00"):
        bare = f"+{bare[2:]}"
    if _UK_WITHOUT_PREFIX.fullmatch(bare):
        bare = f"+44{bare[-10:]}"
    if not (_UK_MOBILE.fullmatch(bare) or _ABROAD.fullmatch(bare)):
        raise Mistake("it is not a mobile number.", "Write it like 07700 900123 or +44 7700 900123.")
    return bare


@lru_cache(maxsize=256)
def language(text: str) -> str:
    code = _NAMED_LANGUAGES.get(text.casefold(), text.replace("_", "-"))
    head, dash, tail = code.partition("-")
    code = head.lower() + dash + tail
    if not _LANGUAGE.fullmatch(code):
        raise Mistake("it is not a language code.", "Write en for English, cy for Welsh.")
    return code
