"""The list of rounds, and the page of one: a draft's review, or where a round stands and what can be done with it."""

from collections import Counter
from collections.abc import Iterator

import msgspec
from litestar import Response
from litestar.di import NamedDependency
from litestar.params import FromPath
from markupsafe import Markup

from survey.core import rounds as rules
from survey.core.disclosure.audits import RULES
from survey.core.disclosure.release import Reason
from survey.core.rounds import State
from survey.db import Db
from survey.languages import times
from survey.operations import following, foreseeing, launching, reading
from survey.operations.foreseeing import Review
from survey.operations.launching import Overview, Round
from survey.pages.console import wording
from survey.pages.console.desk import Desk
from survey.pages.console.frame import CSRF
from survey.pages.launching import contacting, waiting, wizard
from survey.pages.launching.steps import Said
from survey.pages.launching.waiting import Waiting
from survey.pages.reading.views import day
from survey.pages.rendering import Link, Shell

_SOON, _LATER = {"refresh": "2"}, {"refresh": "5"}
"""Headers by which a page that waits for work, or tells of it, looks again."""
TAGS: dict[State, tuple[str, str]] = {
    "draft": ("Draft", "grey"),
    "scheduled": ("Scheduled", "blue"),
    "open": ("Open", "green"),
    "paused": ("Paused", "yellow"),
    "closed": ("Closed", "purple"),
    "published": ("Published", "aqua-green"),
}
TOLD = {
    "launched": "This round has been launched already. Nothing was changed.",
    "published": "The results of this round have been published already. Nothing was changed.",
    "moved": "The dates have been changed.",
    "discarded": "The draft has been thrown away.",
    "called_off": "The round has been called off. This draft has its settings.",
}


class Tag(msgspec.Struct, frozen=True):
    text: str
    colour: str


class RoundLine(msgspec.Struct, frozen=True):
    name: str
    href: str
    tag: Tag
    when: str


class RoundsPage(msgspec.Struct, frozen=True):
    shell: Shell
    title: str
    notice: str
    rounds: tuple[RoundLine, ...]


class Part(msgspec.Struct, frozen=True):
    """A step's settings in the review."""

    name: str
    rows: Said
    change: str


class ReviewPage(msgspec.Struct, frozen=True):
    """`missing` is what has to be done before a launch; `notes` what should be known. `waits`: for its launch."""

    shell: Shell
    title: str
    csrf: Markup
    back: Link
    tag: Tag
    address: str
    notice: str
    waits: Waiting | None
    refused: str
    missing: tuple[Link, ...]
    notes: tuple[str, ...]
    unreached: str
    figures: tuple[tuple[str, str], ...]
    parts: tuple[Part, ...]
    trials: tuple[Link, ...]
    words: str


class Release(msgspec.Struct, frozen=True):
    """What was published, and that an attack on it failed. `reasons`: how many results are withheld, by why; `rules`:
    what it was held to, for nothing is published that breaks one."""

    number: int
    when: str
    digest: str
    shown: str
    withheld: str
    k: int
    href: str
    reasons: tuple[tuple[str, str], ...]
    rules: tuple[str, ...]


class RoundPage(msgspec.Struct, frozen=True):
    """`may` are the steps that may be taken now: a button that is there works."""

    shell: Shell
    title: str
    csrf: Markup
    back: Link
    tag: Tag
    address: str
    sending: str
    notice: str
    waits: Waiting | None
    refused: str
    opens: str
    closes: str
    questionnaire: str
    split: bool
    opened: bool
    may: frozenset[str]
    rate: str
    rate_when: str
    release: Release | None


def line(round_: Round, href: str, zone: str) -> RoundLine:
    when = f"{day(round_.opens_at, zone)} to {day(round_.closes_at, zone)}"
    return RoundLine(round_.name, href, Tag(*TAGS[round_.state]), when)


async def index(desk: NamedDependency[Desk]) -> Response[bytes]:
    async with desk.connection() as db:
        found = await launching.list_all(db, desk.whose)
    lines = tuple(line(one, f"/rounds/{one.round_id}", desk.zone) for one in found)
    page = RoundsPage(desk.shell, "Rounds", TOLD.get(desk.asked("told"), ""), lines)
    return desk.send("launching/rounds.html", page)


async def show(desk: NamedDependency[Desk], round_id: FromPath[str]) -> Response[bytes]:
    async with desk.connection() as db:
        round_ = await launching.overview(db, desk.whose, round_id)
        if round_.state == "draft":
            return await _review(desk, db, round_)
        return await _round(desk, db, round_)


async def _review(desk: Desk, db: Db, round_: Overview) -> Response[bytes]:
    seen = await foreseeing.review(db, desk.organisation, round_)
    names = {round_.questionnaire_hash: round_.title} | seen.names
    address = f"/rounds/{round_.round_id}"
    waits = waiting.for_launch(round_)
    page = ReviewPage(
        shell=desk.shell,
        title=round_.name,
        csrf=CSRF,
        back=Link("All rounds", "/rounds"),
        tag=Tag(*TAGS["draft"]),
        address=address,
        notice=TOLD.get(desk.asked("told"), ""),
        waits=waits,
        refused=round_.refused or "",
        missing=tuple(_missing(round_, seen, address)),
        notes=(*_stranded(seen), *_clashes(seen, desk.zone), *_notes(desk, round_)),
        unreached=_unreached(seen),
        figures=tuple(_figures(seen)),
        parts=tuple(
            Part(step.short, step.said(round_, desk, names), f"{address}/draft/{step.key}?from=review")
            for step in wizard.STEPS
        ),
        trials=(
            Link("As clinical staff", f"/questionnaires/{round_.questionnaire_hash}/preview?as=clinical"),
            Link("As non-clinical staff", f"/questionnaires/{round_.questionnaire_hash}/preview?as=non_clinical"),
        ),
        words=f"/sending/{round_.round_id}/words",
    )
    return desk.send("launching/review.html", page, headers=_SOON if waits else None)


def _missing(round_: Overview, seen: Review, address: str) -> Iterator[Link]:
    if seen.preview is None:
        yield Link("There is nobody to ask: load the staff list, or ask more units", f"{address}/draft/who?from=review")
    if round_.closes_at <= round_.now:
        yield Link("The closing date has passed", f"{address}/draft/when?from=review")
    if round_.settings.custody == "split" and round_.shares_handed < rules.HANDED:
        yield Link("The shares of the key are not handed out yet", f"{address}/shares")


def _clashes(seen: Review, zone: str) -> Iterator[str]:
    for clash in seen.clashes:
        people = "1 person is" if clash.people == 1 else f"{clash.people:,} people are"
        when = f"{day(clash.opens_at, zone)} to {day(clash.closes_at, zone)}"
        yield f"{people} asked by “{clash.name}” too, which runs from {when}."


def _stranded(seen: Review) -> Iterator[str]:
    for one in seen.stranded:
        people = f"{wording.people(one.people)} {'is' if one.people == 1 else 'are'}"
        yield (
            f"{people} still in “{one.unit}”, which has been closed. They are asked, and counted there: "
            "move them first, on the unit’s page, if they work elsewhere now."
        )


def _notes(desk: Desk, round_: Overview) -> Iterator[str]:
    if round_.opens_at <= round_.now < round_.closes_at:
        yield "Its opening date has passed: it opens as soon as it is launched."
    if told := contacting.silent(round_.reaching, desk.config.sends_by):
        yield told


def _unreached(seen: Review) -> str:
    count = seen.missing.count
    return "" if not count else "1 person" if count == 1 else f"{count:,} people"


def _figures(seen: Review) -> Iterator[tuple[str, str]]:
    if seen.preview is None:
        return
    yield f"{seen.preview.headcount:,}", "people are asked"
    yield f"{len(seen.preview.outlooks):,}", "reporting units"
    yield f"{round(100 * seen.preview.publishable)}%", "of staff are in a unit that can expect a result of its own"


async def _round(desk: Desk, db: Db, round_: Overview) -> Response[bytes]:
    state = round_.state
    status = await following.status(db, desk.whose, round_.round_id, desk.zone, round_)
    may = frozenset(step for step, states in rules.ALLOWED.items() if state in states)
    opened = round_.opened_answers_at is not None
    waits = waiting.after_launch(round_)
    page = RoundPage(
        shell=desk.shell,
        title=round_.name,
        csrf=CSRF,
        back=Link("All rounds", "/rounds"),
        tag=Tag(*TAGS[state]),
        address=f"/rounds/{round_.round_id}",
        sending=f"/sending/{round_.round_id}",
        notice=TOLD.get(desk.asked("told"), ""),
        waits=waits,
        refused=round_.refused or "",
        opens=times.spoken(round_.opens_at, desk.zone),
        closes=times.spoken(round_.closes_at, desk.zone),
        questionnaire=round_.title,
        split=round_.settings.custody == "split",
        opened=opened,
        may=may,
        rate=_capital(status.rates[0].rate or "") if status.rates else "",
        rate_when=times.spoken(status.divisions[-1].taken_at, desk.zone) if status.divisions else "",
        release=await _release(desk, db, round_) if state == "published" else None,
    )
    soon = round_.waits_for or (waits and waits.doing)
    return desk.send("launching/round.html", page, headers=(_SOON if soon else _LATER) if waits else None)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


async def _release(desk: Desk, db: Db, round_: Overview) -> Release:
    result = await reading.find(db, desk.whose, round_.round_id, None)
    withheld = Counter(cell.reason for cell in result.release.cells if cell.reason is not None)
    shown = len(result.release.cells) - withheld.total()
    return Release(
        result.edition.number,
        times.spoken(result.edition.published_at, desk.zone),
        result.edition.digest[:16],
        f"{shown:,}",
        f"{withheld.total():,}",
        result.release.k,
        f"/results/{round_.round_id}",
        tuple((f"{count:,}", _REASONS[why]) for why, count in withheld.most_common()),
        tuple(RULES.values()),
    )


_REASONS: dict[Reason, str] = {
    "few_answers": "because too few answered",
    "few_eligible": "because the group is too small, however many answer",
    "protects_others": "so that another group cannot be worked out from it",
    "overall_incomplete": "overall, because one of their visions is withheld",
}
