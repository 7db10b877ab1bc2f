"""A staff list on its way through the page: received, described, checked, applied; and the history of all of them.

Each step is asked for here and done by a worker (`digesting`), so that no request waits for a file to be read. What the
page shows between steps is kept in the database, and with the last step the file and every detail in it are deleted.
"""

import asyncio
import csv
import hashlib
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import IO
from uuid import UUID

import msgspec

from survey import errors, sealing
from survey.core.sheets import harmless
from survey.core.staff import mapping as columns
from survey.core.staff import table
from survey.core.staff import template as blank
from survey.core.staff.differences import Difference
from survey.core.staff.mapping import Field
from survey.core.staff.mapping import Mapping as Columns
from survey.db import Db
from survey.errors import Problem
from survey.operations import spreadsheets, staffing
from survey.operations.staffing import Answer, Wishes
from survey.store import staff_imports
from survey.store.staff_imports import Import, Past

__all__ = [
    "Counts", "Described", "Difference", "Import", "Outcome", "Past", "Sender", "apply", "choose_sheet", "counts",
    "described", "differences", "discard", "find", "history", "map_columns", "mistakes", "outcome", "receive",
    "remembered", "template", "template_workbook",
]  # fmt: skip

MOST_BYTES = 30_000_000
"""Bytes of a file that is uploaded: 200,000 people as CSV take 25 MB."""
SHOWN = 50
"""How many of each kind of difference, and how many mistakes, a page shows. The rest is in what can be downloaded."""
UNTOUCHED = timedelta(days=1)
"""For how long a file that nobody goes on with is kept."""
PAGE = 50
"""Lines of the history on one page."""
_PIECE = 1_000_000


class Sender(msgspec.Struct, frozen=True):
    """Who uploads: what the history says, and the account."""

    name: str
    account_id: UUID | None


class Described(msgspec.Struct, frozen=True):
    """What a file is: its sheets where it is a spreadsheet, its columns, the first rows of people and how many.
    `wrong`: why the sheet that was read cannot be used, where another may be."""

    sheets: tuple[str, ...]
    header: tuple[str, ...]
    sample: tuple[tuple[str, ...], ...]
    rows: int
    wrong: str = ""


class Counts(msgspec.Struct, frozen=True):
    """What an import changes, in numbers; all that the history keeps of it."""

    new: int = 0
    moved: int = 0
    changed: int = 0
    returned: int = 0
    left: int = 0
    missing: int = 0
    unchanged: int = 0
    rejected: int = 0
    units: int = 0

    @property
    def nothing(self) -> bool:
        return not (self.new or self.moved or self.changed or self.returned or self.left)


class Outcome(msgspec.Struct, frozen=True):
    """The beginning of what a file would change: of each kind a few."""

    counts: Counts
    mapping: Columns
    units: tuple[str, ...]
    notes: tuple[str, ...]
    differences: tuple[Difference, ...]
    mistakes: tuple[str, ...]
    mistakes_in_all: int


async def receive(db: Db, organisation_id: UUID, sender: Sender, name: str, file: IO[bytes]) -> UUID:
    """Keep a file to be worked on; the id of the import. The same bytes sent twice are one import. Raises BadInput for
    what is certainly no staff list, and for one that is too large."""
    head, size, hash_ = await asyncio.to_thread(_measured, file)
    _must_be_a_list(name, head, size)
    await staff_imports.expire(db, UNTOUCHED)
    async with db.transaction():
        await staff_imports.keep_out(db, organisation_id)
        if (same := await staff_imports.find_same(db, organisation_id, hash_)) is not None:
            return same
        import_id = sealing.random_id()
        file.seek(0)
        await staff_imports.add(
            db, organisation_id, import_id, sender.name, sender.account_id, _short(name), hash_, size
        )
        for number, piece in enumerate(_pieces(file)):
            await staff_imports.add_part(db, organisation_id, import_id, number, piece)
    return import_id


def _pieces(file: IO[bytes]) -> Iterable[bytes]:
    return iter(lambda: file.read(_PIECE), b"")


def _measured(file: IO[bytes]) -> tuple[bytes, int, str]:
    """How the file begins, its size, its hash."""
    head, size, total = file.read(16), 0, hashlib.sha256()
    file.seek(0)
    for piece in _pieces(file):
        total.update(piece)
        size += len(piece)
    return head, size, total.hexdigest()


def _must_be_a_list(name: str, head: bytes, size: int) -> None:
    if not size:
        what, mend = (
            ("is empty.", "Choose another.") if name else ("has not been chosen.", "Choose the staff list first.")
        )
        raise errors.BadInput([Problem("The file", what, mend)])
    if size > MOST_BYTES:
        raise errors.BadInput([Problem("The file", f"it is larger than {MOST_BYTES // 1_000_000} MB.")])
    table.check_kind(head)


def _short(name: str) -> str:
    """The name as the history shows it: without folders, without what cannot be printed."""
    plain = "".join(letter for letter in name.replace("\\", "/").rpartition("/")[2] if letter.isprintable())
    return plain if len(plain) <= 100 else f"{plain[:60]}…{plain[-30:]}"


async def find(db: Db, organisation_id: UUID, import_id: UUID) -> Import:
    return await staff_imports.find(db, organisation_id, import_id)


def described(found: Import) -> Described:
    """Raises Refused where the file has gone."""
    if found.described is None:
        raise errors.Refused("This import is over. Upload the file again.")
    return msgspec.json.decode(found.described, type=Described)


def outcome(found: Import) -> Outcome | None:
    return None if found.answer is None else msgspec.json.decode(found.answer, type=Outcome)


def counts(document: str | None) -> Counts | None:
    return None if document is None else msgspec.json.decode(document, type=Counts)


def wishes(document: str | None) -> Wishes:
    return Wishes() if document is None else msgspec.json.decode(document, type=Wishes)


async def remembered(db: Db, organisation_id: UUID, header: Sequence[str]) -> Columns:
    """Which column holds what, as far as it is known: from the last import where the file has those columns, else by
    their names."""
    last = await staffing.remembered(db, organisation_id)
    known = {columns.plain(name): name for name in header}
    if last is not None:
        kept = {
            field: known[columns.plain(name)] for field, name in last.columns.items() if columns.plain(name) in known
        }
        if len(kept) == len(last.columns):
            return Columns(kept, last.separator)
    return Columns(columns.recognised(header))


async def choose_sheet(db: Db, organisation_id: UUID, import_id: UUID, sheet: str) -> None:
    """Read another sheet of the spreadsheet."""
    found = await find(db, organisation_id, import_id)
    if sheet not in described(found).sheets:
        raise errors.BadInput([Problem("sheet", "it is not in this file.", "Choose one from the list.")])
    await staff_imports.wish(db, organisation_id, import_id, _OPEN, "received", None, sheet)


_OPEN: tuple[staff_imports.State, ...] = ("described", "checked")


async def map_columns(
    db: Db, organisation_id: UUID, import_id: UUID, chosen: Mapping[Field, str], wished: Wishes
) -> None:
    """Say which column holds what, and have the file checked. Raises BadInput for columns that do not make a list."""
    found = await find(db, organisation_id, import_id)
    told: dict[Field, str] = {field: chosen.get(field, "") for field in columns.FIELDS}
    columns.settle(described(found).header, told, None, wished.separator)
    document = msgspec.json.encode(msgspec.structs.replace(wished, columns=told, sheet=found.sheet)).decode()
    await staff_imports.wish(db, organisation_id, import_id, _OPEN, "to_check", document, found.sheet)


async def apply(db: Db, organisation_id: UUID, import_id: UUID, *, skip_rejected: bool) -> None:
    """Have a checked file applied. Asked for twice, it is done once."""
    found = await find(db, organisation_id, import_id)
    if found.state != "checked":
        return
    seen = outcome(found)
    assert seen is not None
    if seen.counts.rejected and not skip_rejected:
        raise errors.BadInput([Problem("rows", "some cannot be used.", "Mend the file, or leave those rows out.")])
    wished = msgspec.structs.replace(wishes(found.wishes), skip_rejected=skip_rejected)
    document = msgspec.json.encode(wished).decode()
    await staff_imports.wish(db, organisation_id, import_id, ["checked"], "to_apply", document, found.sheet)


async def discard(db: Db, organisation_id: UUID, import_id: UUID) -> None:
    """Forget a file that was not applied."""
    await find(db, organisation_id, import_id)
    before: list[staff_imports.State] = ["received", "described", "to_check", "checked"]
    await staff_imports.settle(db, organisation_id, import_id, before, "discarded")


async def mistakes(db: Db, organisation_id: UUID, import_id: UUID) -> str:
    """All mistakes as CSV, to be mended in the file. Raises NotFound where there are none any more."""
    return _there(await staff_imports.mistakes(db, organisation_id, import_id))


async def differences(db: Db, organisation_id: UUID, import_id: UUID) -> str:
    return _there(await staff_imports.differences(db, organisation_id, import_id))


def _there(text: str) -> str:
    if not text:
        raise errors.NotFound("This import has nothing to download any more.")
    return text


async def history(
    db: Db, organisation_id: UUID, beyond: tuple[datetime, UUID] | None = None, *, earliest_first: bool = False
) -> list[Past]:
    """One import more than a page shows, where there are more; those that come after the one told on."""
    if earliest_first:
        return await staff_imports.list_after(db, organisation_id, beyond, PAGE + 1)
    return await staff_imports.list_from(db, organisation_id, beyond, PAGE + 1)


async def note_applied(db: Db, organisation_id: UUID, actor: str, name: str, data: bytes, answer: Answer) -> None:
    """A line of the history for a file that another face applied."""
    document = msgspec.json.encode(counted(answer)).decode()
    hash_ = hashlib.sha256(data).hexdigest()
    await staff_imports.record_applied(
        db, organisation_id, sealing.random_id(), actor, _short(name), hash_, len(data), document
    )


def counted(answer: Answer) -> Counts:
    changes = answer.changes
    return Counts(
        len(changes.new),
        len(changes.moved),
        len(changes.changed),
        len(changes.returned),
        len(changes.left),
        changes.missing,
        changes.unchanged,
        answer.rejected_rows,
        len(answer.units),
    )


def written(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """CSV that a spreadsheet takes for text, whatever somebody put into a cell."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    return text.getvalue()


def template() -> str:
    """A staff list to fill in, as CSV."""
    return written(blank.HEADER, blank.ROWS)


def template_workbook() -> bytes:
    """The same as a spreadsheet."""
    return spreadsheets.written("Staff list", blank.HEADER, blank.ROWS)
