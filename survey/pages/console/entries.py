"""What the console's forms are made of, in nhsuk-frontend's markup: `components/entries.html` prints it."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import msgspec

from survey.core import rounds
from survey.errors import Problem
from survey.pages.rendering import Link


class Field(msgspec.Struct, frozen=True):
    """A line, or with `rows` some lines, to type in. `width` in characters: 2, 3, 4, 5, 10, 20, or 0: the whole."""

    name: str
    label: str
    value: str = ""
    hint: str = ""
    error: str = ""
    width: int = 0
    rows: int = 0
    suffix: str = ""
    numeric: bool = False
    hidden: bool = False
    """What is typed is not shown."""

    @property
    def described_by(self) -> str:
        return _described_by(self.name, self.hint, self.error)


class Option(msgspec.Struct, frozen=True):
    value: str
    label: str
    hint: str = ""
    chosen: bool = False


class Choices(msgspec.Struct, frozen=True):
    """Radios, or with `many` checkboxes. `id` of the first option is the name: where an error's link leads."""

    name: str
    legend: str
    options: tuple[Option, ...]
    hint: str = ""
    error: str = ""
    many: bool = False
    small: bool = False

    @property
    def described_by(self) -> str:
        return _described_by(self.name, self.hint, self.error)


class Moment(msgspec.Struct, frozen=True):
    """A day and a time: four fields, called NAME-day, NAME-month, NAME-year and NAME-time."""

    name: str
    legend: str
    day: str = ""
    month: str = ""
    year: str = ""
    time: str = ""
    hint: str = ""
    error: str = ""

    @property
    def described_by(self) -> str:
        return _described_by(self.name, self.hint, self.error)


PARTS = ("day", "month", "year", "time")
_TIME = re.compile(r"(\d{1,2})(?:[:.](\d\d))? ?(am|pm)?", re.IGNORECASE | re.ASCII)


def _described_by(name: str, hint: str, error: str) -> str:
    return " ".join([f"{name}-hint"] * bool(hint) + [f"{name}-error"] * bool(error))


def moment(name: str, legend: str, typed: Mapping[str, str], hint: str = "", error: str = "") -> Moment:
    """With what was typed, by the names of its parts."""
    day, month, year, time = (typed.get(part, "") for part in PARTS)
    return Moment(name, legend, day, month, year, time, hint, error)


def parts_of(at: datetime, zone: str) -> dict[str, str]:
    local = rounds.to_local(at, zone)
    return {"day": str(local.day), "month": str(local.month), "year": str(local.year), "time": f"{local:%H:%M}"}


def instant(typed: Mapping[str, str], zone: str, place: str) -> datetime:
    """Raises BadInput for what is no date and time there."""
    day, month, year = (typed[part] for part in PARTS[:3])
    date = f"{year}-{month.zfill(2)}-{day.zfill(2)}" if day and month and year else ""
    return rounds.from_local(f"{date} {_clock(typed['time'])}", zone, place)


def _clock(text: str) -> str:
    """ "17:30" for what people write: 5.30pm, 17:30, 9am."""
    found = _TIME.fullmatch(text.strip())
    if found is None:
        return text
    hour, minutes, half = int(found[1]), found[2] or "00", (found[3] or "").lower()
    if half and 1 <= hour <= 12:
        hour = hour % 12 + (12 if half == "pm" else 0)
    return f"{hour:02}:{minutes}"


def by_field(problems: Iterable[Problem], fields: Mapping[str, str]) -> dict[str, str]:
    """What to say at each field. `fields` tells which field a problem's place is; the first one takes the others."""
    told: dict[str, list[str]] = {}
    for problem in problems:
        field = fields.get(problem.place, next(iter(fields.values())))
        told.setdefault(field, []).append(sentence(problem))
    return {field: " ".join(sentences) for field, sentences in told.items()}


def sentence(problem: Problem) -> str:
    said = f"{problem.what} {problem.mend}".strip()
    return said[:1].upper() + said[1:]


def links(told: Mapping[str, str], ids: Mapping[str, str] | None = None) -> tuple[Link, ...]:
    """For the summary on top of a page. `ids` where a field's element is not called as the field is."""
    return tuple(Link(said, f"#{(ids or {}).get(field, field)}") for field, said in told.items())


def listed(words: Sequence[str]) -> str:
    """ "a, b and c"."""
    return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))
