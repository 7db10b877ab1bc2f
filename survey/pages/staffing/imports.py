"""Uploading a staff list: the file, its columns, what it would change, applying it; and the history of imports.

An import has one address. What stands there follows from how far the import is; while a worker is at it, the page says
so and renews itself.
"""

import textwrap
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any
from urllib.parse import quote
from uuid import UUID

import msgspec
from litestar import Request, Response
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.exceptions import ClientException
from litestar.params import FromPath
from markupsafe import Markup

from survey import errors
from survey.config import Config
from survey.core.staff import mapping as columns
from survey.core.staff.mapping import Field as ListField
from survey.core.staff.mapping import Mapping
from survey.db import Database, Db
from survey.errors import BadInput, Problem
from survey.operations import recording, signing_in, uploading
from survey.operations.staffing import Wishes
from survey.operations.uploading import Counts, Described, Difference, Import, Outcome, Sender
from survey.pages import replies
from survey.pages.console import fields, frame
from survey.pages.console.fields import Choice, Field, Mistake, Option
from survey.pages.rendering import Shell
from survey.pages.staffing import words
from survey.pages.visiting import Visitor

Asked = Request[Any, Any, Any]
RENEW = "3"
"""Seconds after which a waiting page looks again. A header does that, which needs no script."""
_STATES = {
    "received": "Being read",
    "described": "Waiting for its columns",
    "to_check": "Being checked",
    "checked": "Waiting to be applied",
    "to_apply": "Being applied",
    "applied": "Applied",
    "failed": "Could not be read",
    "discarded": "Discarded",
    "expired": "Given up after a day",
}
_KINDS = {
    "new": "New",
    "moved": "Moved to another unit",
    "changed": "Changed in other details",
    "returned": "Back after having left",
    "left": "Left",
}
_ORDER: tuple[ListField, ...] = (
    "employee_number", "staff_group", "unit", "division", "team", *columns.LEVELS, "clinical", "site", "email",
    "mobile", "language",
)  # fmt: skip


class Past(msgspec.Struct, frozen=True):
    """A line of the history."""

    when: str
    who: str
    file: str
    hash: str
    state: str
    href: str
    counts: str


class HistoryPage(msgspec.Struct, frozen=True):
    shell: Shell
    title: str
    csrf: Markup
    mistakes: tuple[Mistake, ...]
    error: str
    most: str
    past: tuple[Past, ...]
    following: str
    first: bool


class WaitingPage(msgspec.Struct, frozen=True):
    """`share` is how much of it is done, of 100; None where that is not known."""

    shell: Shell
    title: str
    file: str
    what: str
    share: int | None
    here: str


class Column(msgspec.Struct, frozen=True):
    """A column of the file: what its first rows hold, and what it may be said to mean."""

    name: str
    sample: str
    choice: Choice


class ColumnsPage(msgspec.Struct, frozen=True):
    """`wrong`: why the sheet that was read cannot be used; then there are no columns, but other sheets."""

    shell: Shell
    title: str
    csrf: Markup
    mistakes: tuple[Mistake, ...]
    file: str
    rows: str
    here: str
    wrong: str
    sheets: Choice | None
    columns: tuple[Column, ...]
    separator: Field
    leavers: bool
    unreachable: bool


class Count(msgspec.Struct, frozen=True):
    what: str
    number: str


class Group(msgspec.Struct, frozen=True):
    """Differences of one kind; `more` are not shown."""

    kind: str
    rows: tuple[Difference, ...]
    more: str


class CheckedPage(msgspec.Struct, frozen=True):
    shell: Shell
    title: str
    csrf: Markup
    file: str
    here: str
    notice: str
    counts: tuple[Count, ...]
    missing: str
    notes: tuple[str, ...]
    units: tuple[str, ...]
    more_units: str
    groups: tuple[Group, ...]
    mistakes: tuple[str, ...]
    mistakes_in_all: str
    rejected: str
    button: str


class SettledPage(msgspec.Struct, frozen=True):
    shell: Shell
    title: str
    state: str
    file: str
    why: tuple[str, ...]
    counts: tuple[Count, ...]


def _here(import_id: UUID) -> str:
    return f"/staff/imports/{import_id}"


async def history(
    request: Asked,
    config: NamedDependency[Config],
    database: NamedDependency[Database],
    visitor: NamedDependency[Visitor],
) -> Response[bytes]:
    return await _history(request, config, database, visitor)


async def _history(
    request: Asked, config: Config, database: Database, visitor: Visitor, error: str = "", status: int = 200
) -> Response[bytes]:
    before = _before(request.query_params.get("before", ""))
    async with database.connection() as db:
        found = await uploading.history(db, visitor.who.organisation_id, before)
    shown = found[: uploading.PAGE]
    page = HistoryPage(
        shell=frame.shell(visitor.who),
        title="Error: Import a staff list" if error else "Import a staff list",
        csrf=frame.CSRF,
        mistakes=(Mistake(error, "#file"),) if error else (),
        error=error,
        most=f"{uploading.MOST_BYTES // 1_000_000} MB",
        past=tuple(_past(line, config.clock_zone) for line in shown),
        following=_after(shown[-1]) if len(found) > len(shown) else "",
        first=before is None,
    )
    return frame.send(request, visitor, "staffing/imports.html", page, status)


def _after(last: uploading.Past) -> str:
    return f"/staff/imports?before={quote(last.received_at.isoformat())}~{last.import_id}"


def _before(text: str) -> tuple[datetime, UUID] | None:
    at, _, import_id = text.partition("~")
    try:
        return (datetime.fromisoformat(at), UUID(import_id)) if text else None
    except ValueError:
        return None


def _past(line: uploading.Past, zone: str) -> Past:
    told = uploading.counts(line.counts)
    return Past(
        when=words.day(line.received_at, zone),
        who=line.actor,
        file=line.file_name,
        hash=line.file_hash[:12],
        state=_STATES[line.state],
        href=_here(line.import_id),
        counts=_brief(told) if told and line.state == "applied" else "",
    )


def _brief(counts: Counts) -> str:
    told = [f"{count.number} {count.what}" for count in _counts(counts) if count.number != "0"]
    return ", ".join(told)


async def upload(
    request: Asked,
    config: NamedDependency[Config],
    database: NamedDependency[Database],
    visitor: NamedDependency[Visitor],
) -> Response[bytes]:
    """The one form that may carry a file. It is written to a temporary file as it arrives."""
    try:
        form = await request.form()
    except errors.TooLarge:
        return await _history(request, config, database, visitor, f"The file is {_TOO_LARGE}", 413)
    except ClientException:
        raise BadInput([Problem("The form", "it could not be read.", "Go back, then try again.")]) from None
    file, token = form.get("file"), form.get("csrf")
    try:
        signing_in.must_carry(token if isinstance(token, str) else "", visitor.secret)
        if not isinstance(file, UploadFile):
            raise BadInput([Problem("The file", "has not been chosen.", "Choose the staff list first.")])
        return await _received(visitor, database, file)
    except BadInput as bad:
        first = bad.problems[0]
        said = f"{first.place} {first.what.removeprefix('it ')} {first.mend}"
        return await _history(request, config, database, visitor, said, bad.status)
    finally:
        if isinstance(file, UploadFile):
            await file.close()


_TOO_LARGE = (
    f"larger than {uploading.MOST_BYTES // 1_000_000} MB. Leave out columns that are not needed, then try again."
)


async def _received(visitor: Visitor, database: Database, file: UploadFile) -> Response[bytes]:
    who = visitor.who
    sender = Sender(who.name, who.account_id)
    async with database.connection() as db, recording.recorded(db, visitor.actor, "staff.upload") as note:
        import_id = await uploading.receive(db, who.organisation_id, sender, file.filename, file.file)
        note.subject = str(import_id)
    return replies.redirect(_here(import_id))


async def an_import(
    request: Asked,
    database: NamedDependency[Database],
    visitor: NamedDependency[Visitor],
    import_id: FromPath[UUID],
) -> Response[bytes]:
    async with database.connection() as db:
        found = await uploading.find(db, visitor.who.organisation_id, import_id)
        match found.state:
            case "received" | "to_check" | "to_apply":
                return _waiting(request, visitor, found)
            case "described":
                page = await _columns(db, visitor, found)
                return frame.send(request, visitor, "staffing/columns.html", page)
            case "checked":
                return frame.send(request, visitor, "staffing/checked.html", _checked(visitor, found))
            case _:
                return frame.send(request, visitor, "staffing/settled.html", _settled(visitor, found))


def _waiting(request: Asked, visitor: Visitor, found: Import) -> Response[bytes]:
    now = uploading.progress(found)
    page = WaitingPage(
        shell=frame.shell(visitor.who),
        title=_STATES[found.state],
        file=found.file_name,
        what=f"{now.what}: {now.done:,} of {now.of:,}" if now and now.of else now.what if now else "Waiting to begin",
        share=round(100 * now.done / now.of) if now and now.of else None,
        here=_here(found.import_id),
    )
    return frame.send(request, visitor, "staffing/waiting.html", page, headers={"refresh": RENEW})


async def ask_columns(
    request: Asked,
    database: NamedDependency[Database],
    visitor: NamedDependency[Visitor],
    import_id: FromPath[UUID],
) -> Response[bytes]:
    """The columns once more, after a dry run."""
    async with database.connection() as db:
        found = await uploading.find(db, visitor.who.organisation_id, import_id)
        if found.state not in {"described", "checked"}:
            return replies.redirect(_here(import_id))
        page = await _columns(db, visitor, found)
    return frame.send(request, visitor, "staffing/columns.html", page)


async def _columns(db: Db, visitor: Visitor, found: Import, bad: BadInput | None = None) -> ColumnsPage:
    told = uploading.described(found)
    wished = _wishes(visitor) if visitor.form else uploading.wishes(found.wishes)
    known = await uploading.remembered(db, visitor.who.organisation_id, told.header)
    chosen = _said(visitor, told) if visitor.form else _meaning(told, wished, known)
    mistakes = tuple(Mistake(_sentence(problem), "#column-0-1") for problem in bad.problems) if bad else ()
    return ColumnsPage(
        shell=frame.shell(visitor.who),
        title=fields.title("What do the columns hold?", mistakes),
        csrf=frame.CSRF,
        mistakes=mistakes,
        file=found.file_name,
        rows=f"{told.rows:,}",
        here=_here(found.import_id),
        wrong=told.wrong,
        sheets=_sheets(told, found.sheet),
        columns=tuple(_column(told, place, chosen.get(place, "")) for place in range(len(told.header))),
        separator=Field(
            "separator",
            "What divides the levels, where one column holds the whole unit path",
            wished.separator or known.separator,
            width="2",
        ),
        leavers=wished.leavers,
        unreachable=wished.allow_unreachable,
    )


def _sentence(problem: Problem) -> str:
    """What the page offers differs from what the command line does."""
    return f"{problem.place}: {problem.what}" if "--map" in problem.mend else str(problem)


def _sheets(told: Described, chosen: str | None) -> Choice | None:
    if len(told.sheets) < 2:
        return None
    return Choice("sheet", "Sheet", tuple(Option(name, name, name == chosen) for name in told.sheets))


def _meaning(told: Described, wished: Wishes, known: Mapping) -> dict[int, str]:
    """What each column is taken for: as told for this file before, else as remembered or recognised."""
    by_field = {field: name for field, name in (wished.columns or known.columns).items() if name}
    names = [columns.plain(name) for name in told.header]
    return {names.index(columns.plain(name)): field for field, name in by_field.items() if columns.plain(name) in names}


def _column(told: Described, place: int, chosen: str) -> Column:
    name = told.header[place] or f"Column {place + 1}, which has no name"
    sample = dict.fromkeys(textwrap.shorten(row[place], 30, placeholder="…") for row in told.sample if place < len(row))
    options = (Option("", "Not used"), *(Option(field, _called(field), field == chosen) for field in _ORDER))
    choice = Choice(f"column-{place}", f"“{name}” holds", options if told.header[place] else options[:1])
    return Column(name, ", ".join(filter(None, sample)) or "Nothing in the first rows", choice)


def _called(field: ListField) -> str:
    name = columns.NAMES[field]
    return name[:1].upper() + name[1:]


def _said(visitor: Visitor, told: Described) -> dict[int, str]:
    return {place: visitor.value(f"column-{place}") for place in range(len(told.header))}


def _wishes(visitor: Visitor) -> Wishes:
    return Wishes(
        separator=visitor.value("separator") or None,
        leavers=visitor.value("leavers") == "yes",
        allow_unreachable=visitor.value("unreachable") == "yes",
    )


async def choose_sheet(
    database: NamedDependency[Database], visitor: NamedDependency[Visitor], import_id: FromPath[UUID]
) -> Response[bytes]:
    async with database.connection() as db:
        await uploading.choose_sheet(db, visitor.who.organisation_id, import_id, visitor.value("sheet"))
    return replies.redirect(_here(import_id))


async def map_columns(
    request: Asked,
    database: NamedDependency[Database],
    visitor: NamedDependency[Visitor],
    import_id: FromPath[UUID],
) -> Response[bytes]:
    whose = visitor.who.organisation_id
    async with database.connection() as db:
        found = await uploading.find(db, whose, import_id)
        if found.state not in {"described", "checked"}:
            return replies.redirect(_here(import_id))
        try:
            chosen = _chosen(uploading.described(found), _said(visitor, uploading.described(found)))
            await uploading.map_columns(db, whose, import_id, chosen, _wishes(visitor))
        except BadInput as bad:
            page = await _columns(db, visitor, found, bad)
            return frame.send(request, visitor, "staffing/columns.html", page, bad.status)
    return replies.redirect(_here(import_id))


def _chosen(told: Described, said: dict[int, str]) -> dict[ListField, str]:
    """Raises BadInput where two columns are said to hold the same."""
    chosen: dict[ListField, str] = {}
    problems = []
    for place, name in said.items():
        if not name:
            continue
        field = columns.field_named(name)
        if field in chosen:
            mend = "Choose “Not used” for one of them."
            problems.append(Problem(_called(field), "more than one column is said to hold it.", mend))
        chosen[field] = told.header[place]
    if problems:
        raise BadInput(problems)
    return chosen


def _checked(visitor: Visitor, found: Import) -> CheckedPage:
    seen = uploading.outcome(found)
    assert seen is not None
    counts, rejected = seen.counts, seen.counts.rejected
    return CheckedPage(
        shell=frame.shell(visitor.who),
        title="What this file would change",
        csrf=frame.CSRF,
        file=found.file_name,
        here=_here(found.import_id),
        notice=found.failure or "",
        counts=tuple(_counts(counts)),
        missing=words.people(counts.missing) if counts.missing else "",
        notes=seen.notes,
        units=seen.units,
        more_units=f"{counts.units - len(seen.units):,}" if counts.units > len(seen.units) else "",
        groups=tuple(_groups(seen)),
        mistakes=seen.mistakes,
        mistakes_in_all=f"{seen.mistakes_in_all:,}",
        rejected="1 row" if rejected == 1 else f"{rejected:,} rows" if rejected else "",
        button=_button(counts),
    )


def _button(counts: Counts) -> str:
    """Empty where there is nothing to apply."""
    if counts.nothing and not counts.units:
        return ""
    return "Apply the rest" if counts.rejected else "Apply these changes"


def _counts(counts: Counts) -> Iterator[Count]:
    for kind, number in (
        ("new", counts.new),
        ("moved to another unit", counts.moved),
        ("changed in other details", counts.changed),
        ("back after having left", counts.returned),
        ("left", counts.left),
        ("unchanged", counts.unchanged),
        ("rejected", counts.rejected),
    ):
        yield Count(kind, f"{number:,}")


def _groups(seen: Outcome) -> Iterable[Group]:
    for kind, called in _KINDS.items():
        rows = tuple(one for one in seen.differences if one.kind == kind)
        more = getattr(seen.counts, kind) - len(rows)
        if rows:
            yield Group(called, rows, f"{more:,}" if more else "")


async def apply(
    database: NamedDependency[Database], visitor: NamedDependency[Visitor], import_id: FromPath[UUID]
) -> Response[bytes]:
    """Sent twice, it is done once."""
    skip = visitor.value("skip") == "yes"
    async with database.connection() as db:
        await uploading.apply(db, visitor.who.organisation_id, import_id, skip_rejected=skip)
    return replies.redirect(_here(import_id))


async def discard(
    database: NamedDependency[Database], visitor: NamedDependency[Visitor], import_id: FromPath[UUID]
) -> Response[bytes]:
    async with database.connection() as db:
        await uploading.discard(db, visitor.who.organisation_id, import_id)
    return replies.redirect("/staff/imports")


def _settled(visitor: Visitor, found: Import) -> SettledPage:
    told = uploading.counts(found.counts)
    return SettledPage(
        shell=frame.shell(visitor.who),
        title={"applied": "The staff list is up to date", "failed": "The file could not be used"}.get(
            found.state, "This import is over"
        ),
        state=found.state,
        file=found.file_name,
        why=tuple((found.failure or "").split("\n")[:20]) if found.failure else (),
        counts=tuple(_counts(told)) if told and found.state == "applied" else (),
    )


async def mistakes(
    database: NamedDependency[Database], visitor: NamedDependency[Visitor], import_id: FromPath[UUID]
) -> Response[bytes]:
    async with database.connection() as db:
        text = await uploading.mistakes(db, visitor.who.organisation_id, import_id)
    return replies.csv("mistakes.csv", text)


async def differences(
    database: NamedDependency[Database], visitor: NamedDependency[Visitor], import_id: FromPath[UUID]
) -> Response[bytes]:
    async with database.connection() as db:
        text = await uploading.differences(db, visitor.who.organisation_id, import_id)
    return replies.csv("differences.csv", text)


async def template(visitor: NamedDependency[Visitor]) -> Response[bytes]:
    """A staff list to fill in: the columns, and two rows that show what goes where."""
    return replies.csv("staff-list.csv", uploading.template())


async def template_workbook(visitor: NamedDependency[Visitor]) -> Response[bytes]:
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return replies.file("staff-list.xlsx", kind, uploading.template_workbook())
