"""The audit log as a page to read and filter, and as a file."""

import csv
import io
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from litestar import Response
from litestar.di import NamedDependency
from litestar.response import Stream

from survey.core.sheets import harmless
from survey.db import Db
from survey.errors import BadInput, Problem
from survey.operations import admitting, launching, recording, tracing
from survey.operations.admitting import Account
from survey.operations.launching import Round
from survey.operations.tracing import Line, Wanted
from survey.pages.console import mistakes, ordering
from survey.pages.console.desk import Desk
from survey.pages.console.entries import Field, Option, Select
from survey.pages.console.ordering import Column, Head, Order
from survey.pages.rendering import Link, Shell

A_PAGE = 50
ADDRESS = "/audit-log"
COLUMNS = (
    Column[None]("No.", number=True),
    Column[None]("When", "when"),
    Column[None]("Who"),
    Column[None]("What"),
    Column[None]("On what"),
)
NOUNS = {
    "account": "Accounts and sign-ins",
    "session": "Sessions",
    "key": "API keys",
    "staff": "Staff list",
    "person": "People on the staff list",
    "unit": "Units",
    "questionnaire": "Questionnaires",
    "round": "Rounds",
    "sending": "Sending",
    "comment": "Comments",
    "release": "Results",
    "export": "Exports",
    "audit_log": "This log",
    "organisation": "Organisation",
}
"""What actions are about, by the word before their dot."""
_ACTORS = {"command line": "Command line", "service": "The service itself", "key": "An API key"}
_COLUMNS = ("number", "time", "actor", "account_id", "account", "action", "subject", "details")


class Row(msgspec.Struct, frozen=True):
    number: int
    when: str
    who: str
    what: str
    subject: str
    details: tuple[tuple[str, str], ...]


class LogPage(msgspec.Struct, frozen=True):
    """`more` leads to the entries beyond these; `file` to all that match, as CSV."""

    shell: Shell
    title: str
    rows: tuple[Row, ...]
    about: Select
    who: Select
    since: Field
    until: Field
    problems: tuple[Link, ...]
    filtered: bool
    order: str
    heads: tuple[Head, ...]
    more: Link | None
    everything: str
    file: str


async def log(desk: NamedDependency[Desk]) -> Response[bytes]:
    asked, bad = dict(desk.request.query_params), None
    order = ordering.chosen(COLUMNS, desk.asked("order"), "-when")
    try:
        wanted, beyond = _wanted(asked, desk.zone), _beyond(asked)
    except BadInput as said:
        wanted, beyond, bad = Wanted(), None, said
    async with desk.connection() as db:
        people = await admitting.list_all(db, desk.whose)
        rounds = await launching.list_all(db, desk.whose)
        lines = [] if bad else await _read(db, desk.whose, wanted, order, beyond)
    page = _page(desk, asked, people, rounds, lines, order, bad)
    return desk.send("tracing/log.html", page, bad.status if bad else 200)


async def _read(db: Db, whose: UUID, wanted: Wanted, order: Order[None], beyond: int | None) -> list[Line]:
    """One entry more than a page shows, where there are more."""
    if order.descending:
        return await tracing.read(db, whose, wanted, before=beyond, most=A_PAGE + 1)
    return await tracing.read_up(db, whose, wanted, after=beyond, most=A_PAGE + 1)


def _wanted(asked: Mapping[str, str], zone: str) -> Wanted:
    """Raises BadInput, with all that is wrong."""
    problems: list[Problem] = []
    about, who = asked.get("about") or None, asked.get("who") or None
    since, until = (_day(asked.get(name, ""), name, problems) for name in ("since", "until"))
    if about not in {None, *NOUNS}:
        problems.append(Problem("about", "choose one from the list."))
    account_id = None
    try:
        account_id = UUID(who) if who else None
    except ValueError:
        problems.append(Problem("who", "choose one from the list."))
    if problems:
        raise BadInput(problems)
    return Wanted(about, account_id, _start(since, zone), _start(until, zone, timedelta(days=1)))


def _day(text: str, place: str, problems: list[Problem]) -> date | None:
    try:
        return date.fromisoformat(text.strip()) if text.strip() else None
    except ValueError:
        problems.append(Problem(place, "give a day like 2027-03-01."))
        return None


def _start(day: date | None, zone: str, later: timedelta = timedelta()) -> datetime | None:
    """The beginning of a day as clocks in the zone have it."""
    if day is None or not 1970 <= day.year < 9999:
        return None
    day += later
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone))


def _beyond(asked: Mapping[str, str]) -> int | None:
    text = asked.get("beyond", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else None


def _page(
    desk: Desk,
    asked: Mapping[str, str],
    people: Sequence[Account],
    rounds: Sequence[Round],
    lines: Sequence[Line],
    order: Order[None],
    bad: BadInput | None,
) -> LogPage:
    said = mistakes.by_place(bad)
    about = _choice("about", "About", "Everything", NOUNS, asked, said)
    accounts = {str(one.account_id): one.name for one in people}
    names = accounts | {one.round_id: one.name for one in rounds}
    who = _choice("who", "By", "Everybody", accounts, asked, said)
    since, until = (_day_field(name, label, asked, said) for name, label in (("since", "From"), ("until", "Until")))
    problems = mistakes.links(said, about, who, since, until)
    kept = {name: value for name in ("about", "who", "since", "until") if (value := asked.get(name))}
    further = {**kept, "order": order.kept, "beyond": str(lines[A_PAGE - 1].number)} if len(lines) > A_PAGE else {}
    return LogPage(
        shell=desk.shell,
        title=mistakes.title("Audit log", problems),
        rows=tuple(_row(line, names, desk.zone) for line in lines[:A_PAGE]),
        about=about,
        who=who,
        since=since,
        until=until,
        problems=problems,
        filtered=bool(kept),
        order=order.kept,
        heads=order.heads(ADDRESS, kept, at="entries"),
        more=_more(order, further),
        everything=ordering.link(ADDRESS, {"order": order.kept}),
        file="/audit-log/file" + (f"?{urlencode(kept)}" if kept else ""),
    )


def _more(order: Order[None], told: Mapping[str, str]) -> Link | None:
    text = "Earlier entries" if order.descending else "Later entries"
    return Link(text, ordering.link(ADDRESS, told)) if told else None


def _day_field(name: str, label: str, asked: Mapping[str, str], said: dict[str, str]) -> Field:
    """What is no day stays as it was typed: a field for dates would not show it."""
    return Field(name, label, asked.get(name, ""), "", said.get(name, ""), 10, kind="text" if name in said else "date")


def _choice(
    name: str, label: str, everything: str, options: Mapping[str, str], asked: Mapping[str, str], said: dict[str, str]
) -> Select:
    chosen = asked.get(name, "")
    made = (Option(value, text, chosen=value == chosen) for value, text in options.items())
    return Select(name, label, (Option("", everything, chosen=not chosen), *made), error=said.get(name, ""))


def _row(line: Line, names: Mapping[str, str], zone: str) -> Row:
    """`names`: of the accounts and the rounds that are there, by their ids. The log itself holds ids only."""
    local = line.at.astimezone(ZoneInfo(zone))
    told: dict[str, Any] = msgspec.json.decode(line.details)
    noun, _, verb = line.action.partition(".")
    return Row(
        number=line.number,
        when=f"{local.day} {local:%B %Y, %H:%M:%S}",
        who=_who(line),
        what=f"{NOUNS.get(noun, noun)}: {verb.replace('_', ' ')}",
        subject=names.get(line.subject, line.subject),
        details=tuple((name.replace("_", " "), str(value)) for name, value in told.items() if value not in (None, "")),
    )


def _who(line: Line) -> str:
    if line.account_id is not None:
        return line.account or "An account that is no more"
    return _ACTORS.get(line.actor, line.actor)


async def file(desk: NamedDependency[Desk]) -> Stream:
    """All entries that match, as CSV, the last first. That somebody took them stands in the log, and so in the file."""
    wanted = _wanted(dict(desk.request.query_params), desk.zone)
    async with desk.recorded("audit_log.export", **_told(wanted)):
        pass
    headers = {"cache-control": "no-store", "content-disposition": 'attachment; filename="audit-log.csv"'}
    return Stream(_pieces(desk, wanted), media_type="text/csv; charset=utf-8", headers=headers)


async def _pieces(desk: Desk, wanted: Wanted) -> AsyncIterator[bytes]:
    """Piece by piece, so that a long log holds up nobody else. A byte-order mark tells Excel that it is UTF-8."""
    before: int | None = None
    yield ("\ufeff" + _sheet([_COLUMNS])).encode()
    while True:
        async with desk.connection() as db:
            lines = await tracing.read(db, desk.whose, wanted, before=before, most=tracing.PIECE)
        yield _sheet(_rows(lines)).encode()
        if len(lines) < tracing.PIECE:
            return
        before = lines[-1].number


def _told(wanted: Wanted) -> dict[str, recording.Detail]:
    return {
        "about": wanted.noun,
        "account": str(wanted.account_id) if wanted.account_id else None,
        "since": wanted.since.isoformat() if wanted.since else None,
        "until": wanted.until.isoformat() if wanted.until else None,
    }


def _sheet(rows: Iterable[Sequence[str | int]]) -> str:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue()


def _rows(lines: Iterable[Line]) -> Iterator[tuple[str | int, ...]]:
    """Who did what is the same few texts again and again; on what, and how, is not."""
    again, spelt = lru_cache(maxsize=512)(harmless), lru_cache(maxsize=512)(str)
    for one in lines:
        who = (spelt(one.account_id) if one.account_id else "", again(one.account or ""))
        what = (again(one.action), harmless(one.subject), harmless(one.details))
        yield one.number, one.at.isoformat(), again(one.actor), *who, *what
