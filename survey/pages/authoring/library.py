"""The library: every version with what it asks of people and where it was used, and the page of one."""

import re
from collections.abc import Iterable, Iterator, Sequence

import msgspec
from litestar import Response
from litestar.di import NamedDependency
from litestar.params import FromPath
from markupsafe import Markup

from survey.core.effort import AUDIENCES, effort
from survey.core.items import specials
from survey.core.questionnaire.model import Item, Questionnaire, words
from survey.db import Db
from survey.languages import times
from survey.operations import authoring, launching
from survey.operations.authoring import Version
from survey.operations.launching import Round
from survey.pages import replies
from survey.pages.authoring import saying
from survey.pages.console.desk import Desk
from survey.pages.console.entries import Option, Select
from survey.pages.console.frame import CSRF
from survey.pages.console.wording import listed
from survey.pages.rendering import Link, Shell

_TOLD = {
    "added": "The questionnaire has been added. This version never changes: what you change later is another version.",
    "there": "This questionnaire was here already, whatever its layout. Nothing was changed.",
}


class Book(msgspec.Struct, frozen=True):
    """A version in the list. `rounds`: where it was used, for those who may see rounds."""

    title: str
    href: str
    version: str
    added: str
    asks: str
    minutes: str
    languages: str
    rounds: tuple[Link, ...]


class Ready(msgspec.Struct, frozen=True):
    """A questionnaire that comes with the service and is not in the library."""

    name: str
    title: str
    asks: str
    minutes: str


class LibraryPage(msgspec.Struct, frozen=True):
    """`may_add` and `sees_rounds` are the visitor's rights."""

    shell: Shell
    title: str
    csrf: Markup
    may_add: bool
    sees_rounds: bool
    books: tuple[Book, ...]
    ready: tuple[Ready, ...]


class Question(msgspec.Struct, frozen=True):
    """An item as authors read it. `facts`: its kind, whom it is asked of, what it counts towards, what it waits for."""

    id: str
    text: str
    hint: str
    options: tuple[str, ...]
    facts: tuple[str, ...]


class Section(msgspec.Struct, frozen=True):
    heading: str
    questions: tuple[Question, ...]


class VersionPage(msgspec.Struct, frozen=True):
    """`others` are versions to compare it with, the likeliest first."""

    shell: Shell
    title: str
    notice: str
    back: Link
    address: str
    preparing: str
    may_launch: bool
    mission: str
    rows: tuple[tuple[str, str], ...]
    rounds: tuple[Link, ...]
    sees_rounds: bool
    others: Select | None
    sections: tuple[Section, ...]


async def index(desk: NamedDependency[Desk]) -> Response[bytes]:
    async with desk.connection() as db:
        versions = await authoring.list_all(db, desk.whose)
        rounds = await _rounds(desk, db)
    known = {version.questionnaire_hash for version in versions}
    page = LibraryPage(
        shell=desk.shell,
        title="Questionnaires",
        csrf=CSRF,
        may_add=desk.may("manage_questionnaires"),
        sees_rounds=desk.may("manage_rounds"),
        books=tuple(_book(version, rounds, desk.zone) for version in versions),
        ready=tuple(_ready(known)),
    )
    return desk.send("authoring/library.html", page)


async def _rounds(desk: Desk, db: Db) -> Sequence[Round]:
    """A draft is nobody's business but its managers'."""
    return await launching.list_all(db, desk.whose) if desk.may("manage_rounds") else ()


def _book(version: Version, rounds: Iterable[Round], zone: str) -> Book:
    questionnaire = authoring.content(version)
    return Book(
        title=version.title,
        href=f"/questionnaires/{version.questionnaire_hash}",
        version=version.questionnaire_hash[:8],
        added=times.day(version.added_at, zone),
        asks=saying.asks(questionnaire),
        minutes=saying.minutes(questionnaire),
        languages=saying.spoken(questionnaire),
        rounds=tuple(_used(version, rounds)),
    )


def _used(version: Version, rounds: Iterable[Round]) -> Iterator[Link]:
    for one in rounds:
        if one.questionnaire_hash == version.questionnaire_hash:
            yield Link(one.name, f"/rounds/{one.round_id}")


def _ready(known: set[str]) -> Iterator[Ready]:
    for name, (questionnaire, _) in authoring.shipped().items():
        if questionnaire.hash not in known:
            title = words(questionnaire.title, questionnaire.languages[0])
            yield Ready(name, title, saying.asks(questionnaire), saying.minutes(questionnaire))


async def show(desk: NamedDependency[Desk], version: FromPath[str]) -> Response[bytes]:
    async with desk.connection() as db:
        found = await authoring.find(db, desk.whose, version)
        others = await authoring.list_all(db, desk.whose)
        rounds = await _rounds(desk, db)
    questionnaire = authoring.content(found)
    page = VersionPage(
        shell=desk.shell,
        title=found.title,
        notice=_TOLD.get(desk.asked("told"), ""),
        back=Link("All questionnaires", "/questionnaires"),
        address=f"/questionnaires/{version}",
        preparing=f"/rounds/new?questionnaire={version}",
        may_launch=desk.may("manage_rounds"),
        mission=words(questionnaire.mission, questionnaire.languages[0]),
        rows=tuple(_rows(found, questionnaire, desk.zone)),
        rounds=tuple(_used(found, rounds)),
        sees_rounds=desk.may("manage_rounds"),
        others=_others(found, others, desk.zone),
        sections=tuple(_sections(questionnaire)),
    )
    return desk.send("authoring/version.html", page)


def _rows(version: Version, questionnaire: Questionnaire, zone: str) -> Iterator[tuple[str, str]]:
    yield "Version", f"{version.questionnaire_hash[:8]}, added on {times.day(version.added_at, zone)}"
    for audience in AUDIENCES:
        yield saying.PEOPLE[audience], saying.effort_of(effort(questionnaire, audience))
    yield "Languages", saying.spoken(questionnaire)
    yield "Visions", listed([words(one.name, questionnaire.languages[0]) for one in questionnaire.visions])
    yield "Levels", ", ".join(words(one.name, questionnaire.languages[0]) for one in questionnaire.levels)


def _others(version: Version, all_: Iterable[Version], zone: str) -> Select | None:
    """Other versions: those of the same title first, each the newest first. None where there are none."""
    others = [one for one in all_ if one.questionnaire_hash != version.questionnaire_hash]
    others.sort(key=lambda one: one.title != version.title)
    options = tuple(Option(one.questionnaire_hash, saying.version(one, zone)) for one in others)
    return Select("since", "See what changed since", options) if options else None


def _sections(questionnaire: Questionnaire) -> Iterator[Section]:
    """The items in the order in which pages ask them, under the names of their sections."""
    first, found = questionnaire.languages[0], list[tuple[str, list[Question]]]()
    for page in questionnaire.pages:
        heading = words(page.section, first) if page.section else "Other questions"
        if not found or found[-1][0] != heading:
            found.append((heading, []))
        found[-1][1].extend(_question(questionnaire, questionnaire.by_id[item_id]) for item_id in page.items)
    for heading, questions in found:
        yield Section(heading, tuple(questions))


def _question(questionnaire: Questionnaire, item: Item) -> Question:
    first = questionnaire.languages[0]
    offered = (*item.options, *specials(item).values())
    return Question(
        item.id,
        words(item.text, first),
        words(item.hint, first) if item.hint else "",
        tuple(words(option, first) for option in offered),
        tuple(saying.facts(questionnaire, item)),
    )


async def file(desk: NamedDependency[Desk], version: FromPath[str]) -> Response[bytes]:
    """The file as it was given."""
    async with desk.connection() as db:
        found = await authoring.find(db, desk.whose, version)
        text = await authoring.source(db, desk.whose, version)
    return replies.file(_name(found), "application/toml; charset=utf-8", text)


def _name(version: Version) -> str:
    """Letters, digits and hyphens: nothing of a title can break out of a header or a folder."""
    plain = re.sub(r"[^a-z0-9]+", "-", version.title.lower()).strip("-")[:60] or "questionnaire"
    return f"{plain}-{version.questionnaire_hash[:8]}.toml"
