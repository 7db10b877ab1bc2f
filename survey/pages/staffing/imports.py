"""Uploading a staff list: the file, looking after it until it is settled, and the history of imports.

An import has one address. What stands there follows from how far the import is; while a worker is at it, the page says
so and renews itself.
"""

from datetime import datetime
from uuid import UUID

import msgspec
from litestar import Response
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath
from markupsafe import Markup

from survey import errors
from survey.errors import BadInput, Problem
from survey.languages import times
from survey.operations import uploading
from survey.operations.uploading import Counts, Import, Sender
from survey.pages import replies
from survey.pages.console import doing, mistakes, ordering, uploads
from survey.pages.console.desk import Desk
from survey.pages.console.doing import Doing
from survey.pages.console.frame import CSRF
from survey.pages.console.ordering import Column, Head, Order
from survey.pages.rendering import Link, Shell
from survey.pages.staffing import mapping, outcomes, words

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

ADDRESS = "/staff/imports"
COLUMNS = (
    Column[None]("File"),
    Column[None]("When", "when"),
    Column[None]("By"),
    Column[None]("What became of it"),
)


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
    problems: tuple[Link, ...]
    error: str
    most: str
    heads: tuple[Head, ...]
    past: tuple[Past, ...]
    following: str
    first: str


class WaitingPage(msgspec.Struct, frozen=True):
    """`doing`: nothing, while no worker is at it."""

    shell: Shell
    title: str
    file: str
    doing: Doing | None
    here: str


async def history(desk: NamedDependency[Desk]) -> Response[bytes]:
    return await _history(desk)


async def _history(desk: Desk, error: str = "", status: int = 200) -> Response[bytes]:
    order = ordering.chosen(COLUMNS, desk.asked("order"), "-when")
    beyond = _beyond(desk.asked("beyond"))
    async with desk.connection() as db:
        found = await uploading.history(db, desk.whose, beyond, earliest_first=not order.descending)
    shown = found[: uploading.PAGE]
    page = HistoryPage(
        shell=desk.shell,
        title=mistakes.title("Import a staff list", error),
        csrf=CSRF,
        problems=(Link(error, "#file"),) if error else (),
        error=error,
        most=f"{uploading.MOST_BYTES // 1_000_000} MB",
        past=tuple(_past(line, desk.zone) for line in shown),
        heads=order.heads(ADDRESS, at="imports"),
        following=_further(order, shown[-1]) if len(found) > len(shown) else "",
        first=ordering.link(ADDRESS, {"order": order.kept}) if beyond else "",
    )
    return desk.send("staffing/imports.html", page, status)


def _further(order: Order[None], last: uploading.Past) -> str:
    told = {"order": order.kept, "beyond": f"{last.received_at.isoformat()}~{last.import_id}"}
    return ordering.link(ADDRESS, told)


def _beyond(text: str) -> tuple[datetime, UUID] | None:
    at, _, import_id = text.partition("~")
    try:
        return (datetime.fromisoformat(at), UUID(import_id)) if text else None
    except ValueError:
        return None


def _past(line: uploading.Past, zone: str) -> Past:
    told = uploading.counts(line.counts)
    return Past(
        when=times.spoken(line.received_at, zone),
        who=line.actor,
        file=line.file_name,
        hash=line.file_hash[:12],
        state=_STATES[line.state],
        href=words.import_address(line.import_id),
        counts=_brief(told) if told and line.state == "applied" else "",
    )


def _brief(counts: Counts) -> str:
    told = [f"{count.number} {count.what}" for count in outcomes.counted(counts) if count.number != "0"]
    return ", ".join(told)


async def upload(desk: NamedDependency[Desk]) -> Response[bytes]:
    """The one form that may carry a file. It is written to a temporary file as it arrives."""
    try:
        async with uploads.received(desk) as file:
            if file is None:
                raise BadInput([Problem("The file", "has not been chosen.", "Choose the staff list first.")])
            return await _received(desk, file)
    except errors.TooLarge:
        return await _history(desk, f"The file is {_TOO_LARGE}", 413)
    except BadInput as bad:
        first = bad.problems[0]
        said = f"{first.place} {first.what.removeprefix('it ')} {first.mend}"
        return await _history(desk, said, bad.status)


_TOO_LARGE = (
    f"larger than {uploading.MOST_BYTES // 1_000_000} MB. Leave out columns that are not needed, then try again."
)


async def _received(desk: Desk, file: UploadFile) -> Response[bytes]:
    who = desk.visitor.who
    async with desk.noted("staff.upload") as (db, note):
        sender = Sender(who.name, who.account_id)
        import_id = await uploading.receive(db, desk.whose, sender, file.filename, file.file)
        note.subject = str(import_id)
    return desk.go(words.import_address(import_id))


async def an_import(desk: NamedDependency[Desk], import_id: FromPath[UUID]) -> Response[bytes]:
    async with desk.connection() as db:
        found = await uploading.find(db, desk.whose, import_id)
        match found.state:
            case "received" | "to_check" | "to_apply":
                return _waiting(desk, found)
            case "described":
                return desk.send("staffing/columns.html", await mapping.page(db, desk, found))
            case "checked":
                return desk.send("staffing/checked.html", outcomes.checked(desk, found))
            case _:
                return desk.send("staffing/settled.html", outcomes.settled(desk, found))


def _waiting(desk: Desk, found: Import) -> Response[bytes]:
    page = WaitingPage(
        shell=desk.shell,
        title=_STATES[found.state],
        file=found.file_name,
        doing=doing.read(found.progress),
        here=words.import_address(found.import_id),
    )
    return desk.send("staffing/waiting.html", page, headers={"refresh": RENEW})


async def apply(desk: NamedDependency[Desk], import_id: FromPath[UUID]) -> Response[bytes]:
    """Sent twice, it is done once."""
    skip = desk.one("skip") == "yes"
    async with desk.connection() as db:
        await uploading.apply(db, desk.whose, import_id, skip_rejected=skip)
    return desk.go(words.import_address(import_id))


async def discard(desk: NamedDependency[Desk], import_id: FromPath[UUID]) -> Response[bytes]:
    async with desk.connection() as db:
        await uploading.discard(db, desk.whose, import_id)
    return desk.go("/staff/imports")


async def mistakes_file(desk: NamedDependency[Desk], import_id: FromPath[UUID]) -> Response[bytes]:
    async with desk.connection() as db:
        text = await uploading.mistakes(db, desk.whose, import_id)
    return replies.csv("mistakes.csv", text)


async def differences_file(desk: NamedDependency[Desk], import_id: FromPath[UUID]) -> Response[bytes]:
    async with desk.connection() as db:
        text = await uploading.differences(db, desk.whose, import_id)
    return replies.csv("differences.csv", text)


async def template(desk: NamedDependency[Desk]) -> Response[bytes]:
    """A staff list to fill in: the columns, and two rows that show what goes where."""
    return replies.csv("staff-list.csv", uploading.template())


async def template_workbook(desk: NamedDependency[Desk]) -> Response[bytes]:
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return replies.file("staff-list.xlsx", kind, uploading.template_workbook())
