"""The staff list: reading a file, telling what it would change, and applying it whole or not at all."""

import asyncio
import hashlib
from collections.abc import Iterator, Sequence
from itertools import groupby
from uuid import UUID

import msgspec

from survey import errors, sealing
from survey.core.staff import entries as reading
from survey.core.staff import mapping as columns
from survey.core.staff import units as places
from survey.core.staff.changes import Changes, Known, Path, compare
from survey.core.staff.differences import Difference, differences
from survey.core.staff.entries import Entry, Reading, Rules
from survey.core.staff.mapping import Field, Mapping
from survey.core.staff.notes import closed_units, closing_units, moved_paths, notes
from survey.core.staff.table import Table
from survey.core.staff.units import Place
from survey.core.steps import Step, silent
from survey.db import Db
from survey.errors import Problem
from survey.operations import spreadsheets, telling
from survey.operations.spreadsheets import File
from survey.store import organisations, people, units

__all__ = ["Answer", "OutOfDate", "Wishes", "apply", "digest", "preview", "read", "remembered"]


class OutOfDate(errors.Refused):
    """The staff list has changed since this file was checked. Look again at what it would change now."""


class Wishes(msgspec.Struct, frozen=True):
    """How a file is to be taken. `columns` maps fields to columns by name, an empty name leaving a field out; what is
    not told is as in the last import. `leavers`: people missing from the file have left. `skip_rejected`: take the
    sound rows although others are not. `sheet`: that of a spreadsheet, where it is not the likeliest."""

    columns: dict[Field, str] = {}
    separator: str | None = None
    leavers: bool = False
    skip_rejected: bool = False
    allow_unreachable: bool = False
    sheet: str | None = None


class Answer(msgspec.Struct, frozen=True):
    """What a file would do, or has done. `units` are the paths of units that are new; `rejected` names every mistake
    with its row, `rejected_rows` how many rows have one."""

    mapping: Mapping
    changes: Changes
    units: tuple[Path, ...]
    rejected: tuple[Problem, ...]
    rejected_rows: int
    notes: tuple[str, ...]
    differences: tuple[Difference, ...]


def digest(answer: Answer) -> str:
    """Two answers of one digest would change the same."""
    return hashlib.sha256(msgspec.msgpack.encode((answer.changes, answer.units))).hexdigest()


class _Tree(msgspec.Struct, frozen=True):
    """The units by id, and the ids of the open ones by path. `former`: paths that units had before. `closed`: paths of
    closed units, `closing`: of those whose closing is planned."""

    paths: dict[str, Path]
    ids: dict[Path, UUID]
    former: dict[Path, Path]
    closed: frozenset[Path]
    closing: frozenset[Path]

    @property
    def standing(self) -> dict[str, Path]:
        """The paths of the open units, by id."""
        return {str(unit): path for path, unit in self.ids.items()}

    def current(self, entry: Entry) -> Entry:
        path = places.current(entry.path, self.ids, self.former)
        return entry if path == entry.path else msgspec.structs.replace(entry, path=path)


_LOOKED_BACK = 40
"""How many changes of the tree a file may be behind."""


async def _tree(db: Db, organisation_id: UUID) -> _Tree:
    now: list[Place] = await units.arranged(db, organisation_id)
    before = await units.former(db, organisation_id, _LOOKED_BACK)
    earlier = [[row.place for row in rows] for _, rows in groupby(before, key=lambda row: row.at)]
    paths = places.paths(now)
    ids = {paths[place.id]: UUID(place.id) for place in now if place.open}
    closed = frozenset(paths[place.id] for place in now if place.closed and place.merged_into is None)
    closing = frozenset(paths[place.id] for place in now if place.open and place.closes_at)
    return _Tree(paths, ids, places.former_paths(now, earlier), closed, closing)


def _new_units(entries: Sequence[Entry], tree: _Tree) -> tuple[Path, ...]:
    """Paths that have to be made, parents before children."""
    wanted = {path[:depth] for path in {entry.path for entry in entries} for depth in range(1, len(path) + 1)}
    return tuple(sorted(wanted - tree.ids.keys()))


async def remembered(db: Db, organisation_id: UUID) -> Mapping | None:
    """What the columns of the last list held that was applied."""
    document = await organisations.staff_mapping(db, organisation_id)
    return None if document is None else msgspec.json.decode(document, type=Mapping)


def read(data: bytes, sheet: str | None, last: Mapping | None) -> File:
    """The file's table: where no sheet is named, that of the sheet whose columns are those of the last list, or can be
    told by their names."""
    return spreadsheets.read(data, sheet, lambda header: columns.suits(header, last))


class _Plan(msgspec.Struct, frozen=True):
    """An answer with what applying it needs."""

    answer: Answer
    reading: Reading
    tree: _Tree


async def _plan(db: Db, organisation_id: UUID, data: bytes, wishes: Wishes, step: Step) -> _Plan:
    """What takes long runs beside the loop, so that whoever waits can be told how far it is."""
    step("Reading the file", 0, 0)
    last = await remembered(db, organisation_id)
    sheet = (await asyncio.to_thread(read, data, wishes.sheet, last)).table
    mapping = columns.settle(sheet.header, wishes.columns, last, wishes.separator)
    name = (await organisations.find(db, organisation_id)).name
    rules = Rules(name, wishes.allow_unreachable)
    given = await asyncio.to_thread(
        reading.read, sheet, mapping, rules, lambda done: step(_CHECKING, done, len(sheet.rows))
    )
    step("Comparing with the people who are known", 0, 0)
    known: list[Known] = await people.known(db, organisation_id)
    tree = await _tree(db, organisation_id)
    return await asyncio.to_thread(_compared, sheet, mapping, given, known, tree, wishes)


_CHECKING = "Checking rows"


def _compared(sheet: Table, mapping: Mapping, given: Reading, known: list[Known], tree: _Tree, wishes: Wishes) -> _Plan:
    read = msgspec.structs.replace(given, entries=tuple(map(tree.current, given.entries)))
    changes = compare(read, known, tree.standing, leavers=wishes.leavers)
    told = (
        *((sheet.doubt,) if sheet.doubt else ()),
        *moved_paths(given.entries, read.entries),
        *closing_units(read.entries, tree.closing),
        *closed_units(read.entries, tree.closed - tree.ids.keys()),
        *notes(read.entries, changes, known, tree.paths),
    )
    new = _new_units(read.entries, tree)
    seen = tuple(differences(changes, known, tree.paths))
    return _Plan(Answer(mapping, changes, new, read.rejected, read.rejected_rows, told, seen), read, tree)


async def preview(db: Db, organisation_id: UUID, data: bytes, wishes: Wishes, step: Step = silent) -> Answer:
    """What applying the file would do. Changes nothing. Raises BadInput for a file that is no staff list."""
    return (await _plan(db, organisation_id, data, wishes, step)).answer


async def apply(
    db: Db, organisation_id: UUID, data: bytes, wishes: Wishes, step: Step = silent, expected: str | None = None
) -> Answer:
    """Apply the file in one transaction. Raises BadInput, and changes nothing, while rows are rejected, unless they
    are to be skipped; OutOfDate where it would change something else than the answer of the digest `expected`."""
    async with db.transaction():
        await people.keep_out(db, organisation_id)
        plan = await _plan(db, organisation_id, data, wishes, step)
        _must_be_sound(plan.reading, wishes)
        if expected is not None and expected != digest(plan.answer):
            raise OutOfDate
        await _remember(db, organisation_id, plan.answer.mapping)
        if not plan.answer.changes.nothing:
            step("Writing the changes", 0, 0)
            await _write(db, organisation_id, plan, step)
    return plan.answer


def _must_be_sound(read: Reading, wishes: Wishes) -> None:
    if read.rejected and not wishes.skip_rejected:
        raise errors.BadInput(read.rejected)
    if read.unnumbered and wishes.leavers:
        raise errors.Refused("Who has left cannot be told while rows have no employee number. Nothing was changed.")
    if not read.entries:
        raise errors.BadInput([Problem("The file", "it has no row that can be used.", "Check it to see why.")])


async def _remember(db: Db, organisation_id: UUID, mapping: Mapping) -> None:
    document = msgspec.json.encode(mapping, order="sorted").decode()
    if await remembered(db, organisation_id) != mapping:
        await organisations.set_staff_mapping(db, organisation_id, document)


async def _write(db: Db, organisation_id: UUID, plan: _Plan, step: Step) -> None:
    changes = plan.answer.changes
    ids = await _with_new_units(db, organisation_id, plan)
    persons = sealing.random_ids(len(changes.new))
    added = list(_added(organisation_id, persons, changes.new, ids))
    for some in telling.in_pieces(added, step, "Adding people"):
        await people.add_all(db, some)
    updated = list(_updated(changes, ids))
    for others in telling.in_pieces(updated, step, "Changing people"):
        await people.update_all(db, organisation_id, others)
    step("Settling the tree of units", 0, 0)
    if changes.left:
        await people.mark_left(db, organisation_id, changes.left)
    await _settle_sites(db, organisation_id)


async def _with_new_units(db: Db, organisation_id: UUID, plan: _Plan) -> dict[Path, UUID]:
    """The ids of all units by path, once those that are missing have been made."""
    new = plan.answer.units
    ids = plan.tree.ids | dict(zip(new, sealing.random_ids(len(new)), strict=True))
    if new:
        rows = [(ids[path], ids[path[:-1]] if len(path) > 1 else None, path[-1]) for path in new]
        await units.add_all(db, organisation_id, rows)
    return ids


async def _settle_sites(db: Db, organisation_id: UUID) -> None:
    """Each unit's site becomes that of most of its people."""
    before = {unit.id: unit.site for unit in await units.arranged(db, organisation_id)}
    rows = [
        (UUID(one.unit), one.site) for one in await units.sites(db, organisation_id) if before[one.unit] != one.site
    ]
    if rows:
        await units.set_sites(db, organisation_id, rows)


Text = str | None
_Details = tuple[UUID, str, bool, Text, Text, Text, Text]


def _details(entry: Entry, ids: dict[Path, UUID]) -> _Details:
    return (
        ids[entry.path],
        entry.staff_group,
        entry.clinical,
        entry.site,
        entry.email,
        entry.mobile,
        entry.language,
    )


def _updated(
    changes: Changes, ids: dict[Path, UUID]
) -> Iterator[tuple[UUID, UUID | None, str, bool, Text, Text, Text, Text]]:
    """Who did not move stays written down under a unit that was merged, so that undoing the merge finds them."""
    for update in changes.changed:
        yield update.person_id, None, *_details(update.entry, ids)[1:]
    for update in changes.moved + changes.returned:
        yield update.person_id, *_details(update.entry, ids)


def _added(
    organisation_id: UUID, persons: Sequence[UUID], new: Sequence[Entry], ids: dict[Path, UUID]
) -> Iterator[tuple[UUID, UUID, UUID, str, bool, str | None, str | None, str | None, str | None, str]]:
    for person, entry in zip(persons, new, strict=True):
        yield organisation_id, person, *_details(entry, ids), entry.employee_number
