"""Uploading a staff list: the file, looking after it until it is settled, and the history of imports.

An import has one address. What stands there follows from how far the import is; while a worker is at it, the page says
so and renews itself.
"""

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
from survey.db import Database
from survey.errors import BadInput, Problem
from survey.operations import recording, signing_in, uploading
from survey.operations.uploading import Counts, Import, Sender
from survey.pages import replies
from survey.pages.console import frame
from survey.pages.console.fields import Mistake
from survey.pages.rendering import Shell
from survey.pages.staffing import mapping, outcomes, words
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
        href=words.import_address(line.import_id),
        counts=_brief(told) if told and line.state == "applied" else "",
    )


def _brief(counts: Counts) -> str:
    told = [f"{count.number} {count.what}" for count in outcomes.counted(counts) if count.number != "0"]
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
    return replies.redirect(words.import_address(import_id))


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
                page = await mapping.page(db, visitor, found)
                return frame.send(request, visitor, "staffing/columns.html", page)
            case "checked":
                return frame.send(request, visitor, "staffing/checked.html", outcomes.checked(visitor, found))
            case _:
                return frame.send(request, visitor, "staffing/settled.html", outcomes.settled(visitor, found))


def _waiting(request: Asked, visitor: Visitor, found: Import) -> Response[bytes]:
    now = uploading.progress(found)
    page = WaitingPage(
        shell=frame.shell(visitor.who),
        title=_STATES[found.state],
        file=found.file_name,
        what=f"{now.what}: {now.done:,} of {now.of:,}" if now and now.of else now.what if now else "Waiting to begin",
        share=round(100 * now.done / now.of) if now and now.of else None,
        here=words.import_address(found.import_id),
    )
    return frame.send(request, visitor, "staffing/waiting.html", page, headers={"refresh": RENEW})


async def apply(
    database: NamedDependency[Database], visitor: NamedDependency[Visitor], import_id: FromPath[UUID]
) -> Response[bytes]:
    """Sent twice, it is done once."""
    skip = visitor.value("skip") == "yes"
    async with database.connection() as db:
        await uploading.apply(db, visitor.who.organisation_id, import_id, skip_rejected=skip)
    return replies.redirect(words.import_address(import_id))


async def discard(
    database: NamedDependency[Database], visitor: NamedDependency[Visitor], import_id: FromPath[UUID]
) -> Response[bytes]:
    async with database.connection() as db:
        await uploading.discard(db, visitor.who.organisation_id, import_id)
    return replies.redirect("/staff/imports")


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
