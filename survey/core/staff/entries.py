"""The rows of a staff list as entries, each whole, and the rows that cannot be used with every reason."""

from collections.abc import Callable, Iterable
from typing import TypeVar

import msgspec

from survey.core.staff import cells, groups
from survey.core.staff.cells import Mistake
from survey.core.staff.mapping import LEVELS, Field, Mapping, positions
from survey.core.staff.table import Row, Table
from survey.errors import Problem

_T = TypeVar("_T")
_OFTEN = 200


class Entry(msgspec.Struct, frozen=True):
    """A person as the file tells of them. `row` is the spreadsheet's number, `path` the unit's names from the top."""

    row: int
    employee_number: str
    path: tuple[str, ...]
    staff_group: str
    clinical: bool
    site: str | None
    email: str | None
    mobile: str | None
    language: str | None


class Rules(msgspec.Struct, frozen=True):
    """`organisation` is a name that paths may begin with, as ESR's do: it is no unit of its own tree.
    `allow_unreachable` takes people with neither e-mail nor mobile."""

    organisation: str
    allow_unreachable: bool = False


class Reading(msgspec.Struct, frozen=True):
    """`entries` in the file's order; `rejected` every mistake, by row; `numbers` all employee numbers in the file, also
    those of rejected rows; `unnumbered` how many rows have none that can be read; `rejected_rows` how many rows have
    mistakes."""

    entries: tuple[Entry, ...]
    rejected: tuple[Problem, ...]
    numbers: frozenset[str]
    unnumbered: int
    rejected_rows: int


class _Reader:
    """Reads row after row, and remembers every mistake with its row."""

    def __init__(self, table: Table, mapping: Mapping, rules: Rules) -> None:
        self.mapping, self.rules, self.width = mapping, rules, len(table.header)
        self.where = positions(mapping, table.header)
        self.levels: tuple[Field, ...] = tuple(level for level in LEVELS if level in self.where)
        self.mistakes: list[tuple[int, Problem]] = []
        self.rows_by_number: dict[str, list[int]] = {}

    def blame(self, row: Row, field: Field, mistake: Mistake) -> None:
        place = f"Row {row.number}, column “{self.mapping.columns[field]}”"
        self.mistakes.append((row.number, Problem(place, mistake.what, mistake.mend)))

    def text(self, row: Row, field: Field) -> str:
        """The cell, tidied; empty where there is none or it is past mending, which is then blamed."""
        place = self.where.get(field, self.width)
        cell = row.cells[place] if place < len(row.cells) else ""
        try:
            return cells.tidy(cell, cells.longest(field)) if cell else ""
        except Mistake as mistake:
            self.blame(row, field, mistake)
            return ""

    def optional(self, row: Row, field: Field, read: Callable[[str], _T]) -> _T | None:
        text = self.text(row, field)
        try:
            return read(text) if text else None
        except Mistake as mistake:
            self.blame(row, field, mistake)
            return None

    def required(self, row: Row, field: Field, read: Callable[[str], _T]) -> _T | None:
        """Like optional, but an empty cell is a mistake. None is then blamed already."""
        before = len(self.mistakes)
        value = self.optional(row, field, read)
        if value is None and len(self.mistakes) == before:
            self.blame(row, field, Mistake("it is empty."))
        return value

    def path(self, row: Row) -> tuple[str, ...]:
        if "unit" in self.where:
            names = self.required(row, "unit", lambda text: cells.path(text, self.mapping.separator)) or ()
        elif "team" in self.where:
            names = tuple(self.required(row, field, str) or "" for field in ("division", "team"))
        else:
            names = self.level_names(row)
        named_after_trust = len(names) > 1 and names[0].casefold() == self.rules.organisation.casefold()
        return names[1:] if named_after_trust else names

    def level_names(self, row: Row) -> tuple[str, ...]:
        """Lower levels may be empty, for teams that sit higher up; a gap or an empty first level may not."""
        names = [self.text(row, level) for level in self.levels]
        while len(names) > 1 and not names[-1]:
            names.pop()
        for level, name in zip(self.levels, names, strict=False):
            if not name:
                self.blame(
                    row,
                    level,
                    Mistake("it is empty." if names == [""] else "it is empty, but a level below it is not."),
                )
        return tuple(names)

    def number(self, row: Row) -> str | None:
        number = self.required(row, "employee_number", cells.employee_number)
        if number is not None:
            self.rows_by_number.setdefault(number, []).append(row.number)
        return number

    def contacts(self, row: Row) -> tuple[str | None, str | None]:
        """E-mail and mobile. Neither is a mistake of its own, unless one is there and cannot be read."""
        before = len(self.mistakes)
        email, mobile = self.optional(row, "email", cells.email), self.optional(row, "mobile", cells.mobile)
        if not (email or mobile or self.rules.allow_unreachable) and len(self.mistakes) == before:
            mend = "Give one, or import with --allow-unreachable and hand out printed links."
            place = f"Row {row.number}"
            self.mistakes.append(
                (row.number, Problem(place, "it has neither e-mail nor mobile: no way to reach.", mend))
            )
        return email, mobile

    def entry(self, row: Row) -> Entry | None:
        """The row as an entry; None for one with mistakes."""
        before = len(self.mistakes)
        if any(cell.strip() for cell in row.cells[self.width :]):
            mend = "A text with the separating mark in it needs quotation marks."
            problem = Problem(f"Row {row.number}", "it has more cells than there are columns.", mend)
            self.mistakes.append((row.number, problem))
            return None
        number, path = self.number(row), self.path(row)
        group = self.required(row, "staff_group", cells.staff_group)
        told = self.optional(row, "clinical", cells.clinical)
        email, mobile = self.contacts(row)
        site, language = self.optional(row, "site", str), self.optional(row, "language", cells.language)
        if number is None or group is None or len(self.mistakes) > before:
            return None
        clinical = groups.CLINICAL[group] if told is None else told
        return Entry(row.number, number, path, group, clinical, site, email, mobile, language)

    def blame_duplicates(self) -> None:
        column = self.mapping.columns["employee_number"]
        for rows in self.rows_by_number.values():
            for row in rows if len(rows) > 1 else ():
                others = _listed(other for other in rows if other != row)
                what = f"it is the same employee number as in {others}."
                mend = "Keep one row for each person, that of the main assignment."
                self.mistakes.append((row, Problem(f"Row {row}, column “{column}”", what, mend)))


def _listed(rows: Iterable[int]) -> str:
    numbers = [str(row) for row in rows]
    if len(numbers) == 1:
        return f"row {numbers[0]}"
    shown = numbers if len(numbers) <= 5 else [*numbers[:4], f"{len(numbers) - 4} more"]
    return f"rows {', '.join(shown[:-1])} and {shown[-1]}"


def read(table: Table, mapping: Mapping, rules: Rules, step: Callable[[int], object] = int) -> Reading:
    """Every row of the table, told apart into entries and mistakes. `step` is told now and then how many are done."""
    reader = _Reader(table, mapping, rules)
    entries: list[Entry] = []
    for done, row in enumerate(table.rows):
        if done % _OFTEN == 0:
            step(done)
        if (entry := reader.entry(row)) is not None:
            entries.append(entry)
    reader.blame_duplicates()
    bad = {row for row, _ in reader.mistakes}
    return Reading(
        tuple(entry for entry in entries if entry.row not in bad),
        tuple(problem for _, problem in sorted(reader.mistakes, key=lambda mistake: mistake[0])),
        frozenset(reader.rows_by_number),
        len(table.rows) - sum(map(len, reader.rows_by_number.values())),
        len(bad),
    )
