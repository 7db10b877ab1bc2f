"""What the console's forms are made of, in nhsuk-frontend's markup: `components/entries.html` prints it.

The element that an error's link leads to is called as the field is: of radios and checkboxes, the first.
"""

from typing import Literal

import msgspec


class Field(msgspec.Struct, frozen=True):
    """A line, or with `rows` some lines, to type in. `width` in characters: 2, 3, 4, 5, 10, 20, 30, or 0: the whole.
    What is typed into a password's is not shown."""

    name: str
    label: str
    value: str = ""
    hint: str = ""
    error: str = ""
    width: int = 0
    rows: int = 0
    suffix: str = ""
    numeric: bool = False
    kind: Literal["text", "date", "password"] = "text"

    @property
    def described_by(self) -> str:
        return _described_by(self.name, self.hint, self.error)


class Option(msgspec.Struct, frozen=True):
    value: str
    label: str
    hint: str = ""
    chosen: bool = False


class Choices(msgspec.Struct, frozen=True):
    """Radios, or with `many` checkboxes."""

    name: str
    label: str
    options: tuple[Option, ...]
    hint: str = ""
    error: str = ""
    many: bool = False
    small: bool = False

    @property
    def described_by(self) -> str:
        return _described_by(self.name, self.hint, self.error)


class Select(msgspec.Struct, frozen=True):
    """One of a list that is too long for radios. Its options have no hints."""

    name: str
    label: str
    options: tuple[Option, ...]
    hint: str = ""
    error: str = ""

    @property
    def described_by(self) -> str:
        return _described_by(self.name, self.hint, self.error)


class Moment(msgspec.Struct, frozen=True):
    """A day and a time: four fields, called NAME-day, NAME-month, NAME-year and NAME-time."""

    name: str
    label: str
    day: str = ""
    month: str = ""
    year: str = ""
    time: str = ""
    hint: str = ""
    error: str = ""

    @property
    def described_by(self) -> str:
        return _described_by(self.name, self.hint, self.error)


Entry = Field | Choices | Select | Moment


def _described_by(name: str, hint: str, error: str) -> str:
    return " ".join([f"{name}-hint"] * bool(hint) + [f"{name}-error"] * bool(error))
