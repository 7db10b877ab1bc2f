"""Tables of results: which groups stand in them, in which order, and what each cell says."""

from collections.abc import Iterable, Sequence
from typing import Protocol

import msgspec

from survey.core.disclosure.release import Group, Measure
from survey.pages.console.ordering import Order
from survey.pages.reading import sorting
from survey.pages.reading.cells import shown
from survey.pages.reading.index import Index
from survey.pages.reading.sorting import Presses


class Column(msgspec.Struct, frozen=True):
    """A measure or a group, and where its own page is (empty: this one)."""

    name: str
    href: str


class Cell(Protocol):
    """What a column says of a row: a score, or a change."""

    @property
    def kind(self) -> str: ...


class Row(msgspec.Struct, frozen=True):
    """A group and its cells, one for each column. `depth` counts from the top of its section."""

    name: str
    href: str
    people: str
    depth: int
    strong: bool
    cells: tuple[Cell, ...]


class Section(msgspec.Struct, frozen=True):
    """Rows that belong together, under a heading (empty: none) with an id to jump to."""

    id: str
    heading: str
    rows: tuple[Row, ...]


class Table(msgspec.Struct, frozen=True):
    caption: str
    first: str
    columns: tuple[Column, ...]
    sections: tuple[Section, ...]
    presses: Presses | None = None


def columns(index: Index) -> tuple[Column, ...]:
    return tuple(Column(index.words(measure.name), index.measure_address(measure)) for measure in index.measures)


def row(index: Index, group: Group, measures: Iterable[Measure], depth: int = 0, *, name: str = "") -> Row:
    return Row(
        name=name or group.name,
        href=index.unit_address(group),
        people=people(group),
        depth=depth,
        strong=depth == 0,
        cells=tuple(shown(index.cell(group, measure)) for measure in measures),
    )


def people(group: Group) -> str:
    """ "1,900 people"; for a staff group, of which part of it they are."""
    told = f"{group.eligible:,} {'person' if group.eligible == 1 else 'people'}"
    return told if group.coverage in (None, 100) else f"{told}, {group.coverage}% of this staff group"


class Line(Protocol):
    """What makes a row of a group: its depth in its section, and its name where that is not its own."""

    def __call__(self, group: Group, depth: int, name: str = "") -> Row: ...


def sections(index: Index, measures: tuple[Measure, ...], given: Order[Group]) -> tuple[Section, ...]:
    def line(group: Group, depth: int, name: str = "") -> Row:
        return row(index, group, measures, depth, name=name)

    return arranged(index, line, given)


def arranged(index: Index, line: Line, given: Order[Group] | None = None) -> tuple[Section, ...]:
    """Every unit, under the division at the top of its branch; then units that belong to none. Of very many only those
    at the top. An order is within a division, whose own row stays the first."""
    tops = index.children(index.whole)
    if index.is_large:
        return (Section("divisions", "", tuple(line(top, 1) for top in _ordered(tops, given))),)
    branches = [top for top in tops if index.children(top)]
    loose = _ordered([top for top in tops if not index.children(top)], given)
    made = [_branch(index, top, line, place, given) for place, top in enumerate(branches, start=1)]
    if loose:
        heading = "Not in any one division" if branches else "Units"
        made.append(Section("loose", heading, tuple(line(unit, 1) for unit in loose)))
    return tuple(made)


def _ordered(groups: Sequence[Group], given: Order[Group] | None) -> Sequence[Group]:
    return groups if given is None else given.arrange(groups)


def _branch(index: Index, top: Group, line: Line, place: int, given: Order[Group] | None) -> Section:
    """Indented as the tree is, and flat in any other order."""
    below = list(index.below(top))
    if given is not None and given.by:
        below = [(group, 1) for group in given.arrange(group for group, _ in below)]
    rows = [line(top, 0, f"All of {top.name}")]
    rows += [line(group, depth) for group, depth in below]
    return Section(f"division-{place}", top.name, tuple(rows))


def abridged(index: Index) -> str:
    """What to say where not every unit is on the page; empty where they are."""
    if not index.is_large:
        return ""
    count = sum(group.kind == "reporting_unit" for group in index.release.groups)
    return f"There are {count:,} units. The page of each division has those below it, the tables to take away have all."


def glance(index: Index, caption: str, only: Measure | None = None) -> Table:
    """The organisation and what is directly below it, where that is made of several units; of every measure, or one."""
    measures = index.measures if only is None else (only,)
    heads = columns(index) if only is None else (_here(index, only),)
    tops = [top for top in index.children(index.whole) if index.children(top)]
    rows = [row(index, index.whole, measures)] if index.whole else []
    rows += [row(index, top, measures, 1) for top in tops]
    return Table(caption, "Division", heads, (Section("glance", "", tuple(rows)),))


def units(index: Index, caption: str, asked: str = "") -> Table:
    """Every unit, in the order `asked` for, if it is one."""
    given = sorting.order(asked)
    presses = sorting.presses(given, index.address)
    return Table(caption, "Unit", columns(index), sections(index, index.measures, given), presses)


def staff_groups(index: Index, caption: str) -> Table | None:
    """None where the plan publishes no staff groups."""
    if not index.staff_groups:
        return None
    rows = tuple(row(index, group, index.measures, 1) for group in index.staff_groups)
    return Table(caption, "Staff group", columns(index), (Section("staff-groups", "", rows),))


def below(index: Index, group: Group, caption: str) -> Table | None:
    """What is directly below a group; None where there is nothing."""
    rows = tuple(row(index, child, index.measures, 1) for child in index.children(group))
    return Table(caption, "Unit", columns(index), (Section("below", "", rows),)) if rows else None


def of_measure(index: Index, measure: Measure, caption: str, asked: str = "") -> Table:
    """One measure, every unit."""
    given = sorting.order(asked)
    whole = (Section("whole", "", (row(index, index.whole, (measure,)),)),) if index.whole else ()
    presses = sorting.presses(given, index.measure_address(measure))
    return Table(caption, "Unit", (_here(index, measure),), whole + sections(index, (measure,), given), presses)


def staff_groups_of_measure(index: Index, measure: Measure, caption: str) -> Table | None:
    if not index.staff_groups:
        return None
    rows = tuple(row(index, group, (measure,), 1) for group in index.staff_groups)
    return Table(caption, "Staff group", (_here(index, measure),), (Section("staff-groups", "", rows),))


def _here(index: Index, measure: Measure) -> Column:
    return Column(index.words(measure.name), "")


def compared(index: Index, groups: Sequence[Group], caption: str) -> Table:
    """Groups side by side, one row for each measure. The first is the one whose page this is."""
    heads = tuple(Column(group.name, index.unit_address(group) if place else "") for place, group in enumerate(groups))
    rows = tuple(
        Row(
            name=index.words(measure.name),
            href=index.measure_address(measure),
            people="",
            depth=1,
            strong=False,
            cells=tuple(shown(index.cell(group, measure)) for group in groups),
        )
        for measure in index.measures
    )
    return Table(caption, "Vision", heads, (Section("visions", "", rows),))
