"""Comments: what people wrote in their own words, and what of it others may read.

A reviewer sees a comment with what might tell on somebody already marked, [[like this]], and moves the marks. What
stands between marks is taken out before anybody else reads it. Marks are suggested from the staff list (names are in
e-mail addresses only) and from patterns; a suggestion that is wrong costs a moment, one that is missing a person.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Literal

import msgspec

from survey.core.questionnaire.model import Text
from survey.errors import BadInput, Problem

OPEN, CLOSE, REMOVED = "[[", "]]", "[removed]"
Kind = Literal["name", "unit", "role", "address", "number", "date"]
CALLED: dict[Kind, str] = {
    "name": "a person’s name",
    "unit": "a unit, a site or a staff group",
    "role": "a role",
    "address": "an e-mail or web address",
    "number": "a telephone or staff number",
    "date": "a date",
}


class Mark(msgspec.Struct, frozen=True):
    """A stretch of a comment, from `start` to before `end`, and what it seems to be."""

    start: int
    end: int
    kind: Kind


class Known(msgspec.Struct, frozen=True, dict=True):
    """What the staff list says that could tell on somebody: e-mail addresses, employee numbers, and the names of units,
    sites and staff groups."""

    addresses: tuple[str, ...]
    numbers: tuple[str, ...]
    places: tuple[str, ...]

    @cached_property
    def names(self) -> frozenset[str]:
        """Parts of addresses that are words: "aisha.khan12@trust.example" has two."""
        words = (word for address in self.addresses for word in _WORD.findall(address.partition("@")[0]))
        return frozenset(word.casefold() for word in words if len(word) >= SHORTEST_NAME)

    @cached_property
    def staff_numbers(self) -> frozenset[str]:
        return frozenset(number.casefold() for number in self.numbers)

    @cached_property
    def place_pattern(self) -> re.Pattern[str] | None:
        """The longest name first, so that "Ward 12" is not found as "Ward 1"."""
        names = sorted({place for place in self.places if len(place) >= SHORTEST_NAME}, key=len, reverse=True)
        return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, names))})(?!\w)", re.IGNORECASE) if names else None


class Shown(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A question and the comments that answered it, in an order of their own."""

    item: str
    question: Text
    comments: tuple[str, ...]


class CommentRelease(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What of a round's comments everybody may read. `number` counts from 1 within the round."""

    round: str
    number: int
    questions: tuple[Shown, ...]


SHORTEST_NAME = 3
_WORD = re.compile(r"[^\W\d_]+")
_MONTH = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]{0,6}"
_TITLE = r"(?:Mr|Mrs|Ms|Miss|Mx|Dr|Doctor|Prof|Professor|Sister|Matron|Nurse|Sir|Dame)"
_ROLE = (
    r"(?:(?:ward|line|team|service|practice|general|office|operations|project|programme|department|unit|matron)[ -]"
    r"(?:manager|leader|lead|sister|clerk)|(?:charge|lead|chief|specialist|research|head) nurse|ward sister|matron"
    r"|head of [a-z]+|clinical (?:lead|director)|(?:medical|finance|executive|managing|nursing) director"
    r"|chief (?:executive|pharmacist|information officer)|consultant|registrar|band \d[a-d]?)"
)
PATTERNS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("address", re.compile(r"[\w.+'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}")),
    ("address", re.compile(r"(?:https?://|www\.)\S{1,200}", re.IGNORECASE)),
    ("number", re.compile(r"(?<!\w)\+?\(?\d(?:[ ()-]{0,2}\d){6,14}(?!\w)")),
    ("number", re.compile(r"(?<!\w)\d{5,20}(?!\w)")),
    ("date", re.compile(r"(?<!\w)\d{1,2}[/.-]\d{1,2}[/.-](?:\d{4}|\d\d)(?!\w)")),
    ("date", re.compile(rf"(?<!\w)\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {_MONTH}(?!\w)(?: \d{{4}})?", re.IGNORECASE)),
    ("date", re.compile(rf"(?<!\w){_MONTH} \d{{1,2}}(?:st|nd|rd|th)?(?!\w)(?:,? \d{{4}})?", re.IGNORECASE)),
    ("name", re.compile(rf"(?<!\w){_TITLE}\.? [A-Z][\w'’-]{{0,30}}(?: [A-Z][\w'’-]{{0,30}})?")),
    ("role", re.compile(rf"(?<!\w){_ROLE}s?(?!\w)", re.IGNORECASE)),
)


def suggest(text: str, known: Known) -> tuple[Mark, ...]:
    """What had better be taken out, in the order of the text; stretches that touch or overlap are one."""
    found = [Mark(one.start(), one.end(), kind) for kind, pattern in PATTERNS for one in pattern.finditer(text)]
    if known.place_pattern is not None:
        found += [Mark(one.start(), one.end(), "unit") for one in known.place_pattern.finditer(text)]
    return tuple(_joined(text, sorted([*found, *_words(text, known)], key=lambda mark: (mark.start, -mark.end))))


def _words(text: str, known: Known) -> Iterator[Mark]:
    """Names are looked for where a capital says that a word may be one: "will" and "mark" are words, too."""
    for word in re.finditer(r"[^\W_]+", text):
        plain = word.group().casefold()
        if plain in known.staff_numbers:
            yield Mark(word.start(), word.end(), "number")
        elif plain in known.names and word.group()[0].isupper():
            yield Mark(word.start(), word.end(), "name")


def _joined(text: str, marks: Iterable[Mark]) -> Iterator[Mark]:
    last: Mark | None = None
    for mark in marks:
        if last is None:
            last = mark
        elif mark.start <= last.end or (mark.kind == last.kind == "name" and text[last.end : mark.start] == " "):
            last = Mark(last.start, max(last.end, mark.end), last.kind)
        else:
            yield last
            last = mark
    if last is not None:
        yield last


def marked(text: str, marks: Iterable[Mark]) -> str:
    """The text with each stretch between marks. What it had of such signs itself is dropped first by `plain`."""
    pieces: list[str] = []
    end = 0
    for mark in marks:
        pieces += (text[end : mark.start], OPEN, text[mark.start : mark.end], CLOSE)
        end = mark.end
    return "".join((*pieces, text[end:]))


def plain(text: str) -> str:
    """Without marks, and with the line ends that forms change put back. A comment is reviewed in this form, so that
    signs of its author's own cannot hide anything from the reviewer."""
    text = text.replace("\r\n", "\n")
    while OPEN in text or CLOSE in text:
        text = text.replace(OPEN, "").replace(CLOSE, "")
    return text.strip()


def confirmed(body: str, edited: str) -> str:
    """A comment as a reviewer has marked it. Raises BadInput where a mark is not closed, or where more than marks was
    changed: nobody's words are put into other words."""
    problems = []
    if plain(edited) != plain(body):
        what = "the comment’s own words were changed."
        problems.append(Problem("marked", what, f"Only put {OPEN} and {CLOSE} around what is to be taken out."))
    if not _WELL_MARKED.fullmatch(edited):
        what = f"a {OPEN} or {CLOSE} stands alone, or inside another."
        problems.append(Problem("marked", what, f"Put one {OPEN} before and one {CLOSE} after each part."))
    if problems:
        raise BadInput(problems)
    return edited.replace("\r\n", "\n").strip()


def shown(marked_text: str) -> str:
    """What others may read of a comment marked so."""
    return _MARKED.sub(REMOVED, marked_text)


_MARKED = re.compile(r"\[\[.*?\]\]", re.DOTALL)
_INSIDE = r"(?:(?!\[\[|\]\]).)"
_WELL_MARKED = re.compile(rf"(?:{_INSIDE}|\[\[{_INSIDE}+\]\])*", re.DOTALL)
