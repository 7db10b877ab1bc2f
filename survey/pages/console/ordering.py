"""The order of a table, chosen by a press on the head of a column: `?order=name`, and pressed again `?order=-name`.

A press is a link, as pages run without script; `components/ordering.html` prints it. What stands in the address and is
no order of the table is not an error: the table is in its own order then.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

import msgspec

Row = TypeVar("Row")
NAME = "order"
"""What the order is called in an address."""
_DIGITS = re.compile(r"([0-9]{1,18})")


class Column(msgspec.Struct, Generic[Row], frozen=True):
    """A column, and what of a row its order goes by; None: it is withheld, and stands last in either direction. A
    column without a `key` gives no order; one with a key and no `value` is put in order by the database."""

    text: str
    key: str = ""
    value: Callable[[Row], Any] | None = None
    number: bool = False


class Head(msgspec.Struct, frozen=True):
    """The head of a column. A press leads to `href`, or sends `value`. `sort`, as aria-sort says it: how the table
    stands by this column; empty where it does not."""

    text: str
    number: bool = False
    href: str = ""
    value: str = ""
    sort: str = ""


class Order(msgspec.Struct, Generic[Row], frozen=True):
    """A table's columns, and the key of the one whose order it is in; empty: an order that is no column's."""

    columns: tuple[Column[Row], ...]
    by: str = ""
    descending: bool = False
    default: str = ""

    @property
    def said(self) -> str:
        return f"-{self.by}" if self.descending else self.by

    @property
    def kept(self) -> str:
        """For the other links of the page: empty where it goes without saying."""
        return "" if self.said == self.default else self.said

    def arrange(self, rows: Iterable[Row]) -> list[Row]:
        """Rows that are equal keep the order they come in."""
        value = next((column.value for column in self.columns if column.key and column.key == self.by), None)
        if value is None:
            return list(rows)
        ranked = [(value(row), row) for row in rows]
        told = [one for one in ranked if one[0] is not None]
        told.sort(key=lambda one: one[0], reverse=self.descending)
        return [row for _, row in (*told, *(one for one in ranked if one[0] is None))]

    def heads(
        self, address: str = "", kept: Mapping[str, str] | None = None, *, name: str = NAME, at: str = ""
    ) -> tuple[Head, ...]:
        """`kept`: what else the address says; `at`: the table's id."""
        return tuple(self._head(column, address, kept or {}, name, at) for column in self.columns)

    def _head(self, column: Column[Row], address: str, kept: Mapping[str, str], name: str, at: str) -> Head:
        if not column.key:
            return Head(column.text, column.number)
        here = column.key == self.by
        pressed = f"-{column.key}" if here and not self.descending else column.key
        sort = ("descending" if self.descending else "ascending") if here else ""
        return Head(column.text, column.number, link(address, {**kept, name: pressed}, at), pressed, sort)


def chosen(columns: tuple[Column[Row], ...], asked: str, default: str = "") -> Order[Row]:
    """What an address asks for; `default`, a key or one with a minus, for what is none of the table's orders."""
    keys = {column.key for column in columns if column.key}
    said = asked if asked.removeprefix("-") in keys else default
    return Order(columns, said.removeprefix("-"), said.startswith("-"), default)


def link(address: str, told: Mapping[str, str], at: str = "") -> str:
    """An address with what is told in it; what is empty is left out."""
    query = urlencode({name: value for name, value in told.items() if value})
    return "".join((address, f"?{query}" if query else "", f"#{at}" if at else ""))


def natural(name: str) -> tuple[tuple[str | int, ...], str]:
    """Names as people order them: without regard to capitals and accents, "Reader 2" before "Reader 10"."""
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", name) if not unicodedata.combining(sign)).casefold()
    parts = _DIGITS.split(plain.strip())
    return tuple(int(part) if place % 2 else part for place, part in enumerate(parts)), name


def lower_end(band: str | None) -> int | None:
    """Where a rate or a band of numbers begins: "under 10%" at 0, "1,235 to 1,239" at 1,235. None: it is withheld."""
    if band is None:
        return None
    found = re.search(r"[0-9][0-9,]*", band)
    if found is None:
        return None
    return 0 if band.startswith(("under", "fewer")) else int(found[0].replace(",", ""))
