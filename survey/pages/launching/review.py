"""A draft's review: what would happen if it were launched now, what is missing, and what had better be known."""

from collections.abc import Iterator

import msgspec
from litestar import Response
from markupsafe import Markup

from survey.core import rounds as rules
from survey.db import Db
from survey.languages import times
from survey.operations import foreseeing
from survey.operations.foreseeing import Review
from survey.operations.launching import Overview
from survey.pages.console import wording
from survey.pages.console.desk import Desk
from survey.pages.console.frame import CSRF
from survey.pages.launching import contacting, waiting, wizard
from survey.pages.launching.listing import TAGS, TOLD, Tag
from survey.pages.launching.steps import Said
from survey.pages.launching.waiting import SOON, Waiting
from survey.pages.rendering import Link, Shell


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


async def page(desk: Desk, db: Db, round_: Overview) -> Response[bytes]:
    seen = await foreseeing.review(db, desk.organisation, round_)
    names = {round_.questionnaire_hash: round_.title} | seen.names
    address = f"/rounds/{round_.round_id}"
    waits = waiting.for_launch(round_)
    made = ReviewPage(
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
    return desk.send("launching/review.html", made, headers=SOON if waits else None)


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
        when = f"{times.day(clash.opens_at, zone)} to {times.day(clash.closes_at, zone)}"
        yield f"{people} asked by “{clash.name}” too, which runs from {when}."


def _stranded(seen: Review) -> Iterator[str]:
    for one in seen.stranded:
        people = f"{wording.people(one.people)} {'is' if one.people == 1 else 'are'}"
        yield (
            f"{people} still in “{one.unit}”, which has been closed. They are asked, and counted there: "
            "move them first, on the unit’s page, if they work elsewhere now."
        )


def _notes(desk: Desk, round_: Overview) -> Iterator[str]:
    if round_.has_namesake:
        yield f"Another round is called “{round_.name}”, too. In lists and results they look the same."
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
