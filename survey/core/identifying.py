"""What somebody types to say who they are when they ask for their link: the three things a staff list knows them by."""

from collections.abc import Callable

import msgspec

from survey.core.staff import cells

LONGEST = 100


class Identifier(msgspec.Struct, frozen=True):
    """One text, as each of the three that it could be. It equals another that means the same."""

    email: str | None
    mobile: str | None
    number: str

    def __repr__(self) -> str:
        return "Identifier(…)"


def read(typed: str) -> Identifier | None:
    """None for nothing, and for what no staff list can have in it."""
    try:
        text = cells.tidy(typed, LONGEST).lower()
    except cells.Mistake:
        return None
    return Identifier(_or_none(cells.email, text), _or_none(cells.mobile, text), text) if text else None


def _or_none(reader: Callable[[str], str], text: str) -> str | None:
    try:
        return reader(text)
    except cells.Mistake:
        return None
