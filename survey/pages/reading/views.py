"""The pages of a release, each as the one object that its template prints."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec

from survey.core.comments import REMOVED, CommentRelease
from survey.core.disclosure.release import Group, Measure, Reason
from survey.core.questionnaire.model import words
from survey.core.rounds import Plan
from survey.core.scoring.method import METHOD
from survey.operations import proving
from survey.operations.reading import Edition
from survey.pages import explaining
from survey.pages.charts import Chart
from survey.pages.explaining import Explained, Level
from survey.pages.reading import cells, figures, tables
from survey.pages.reading.index import Index
from survey.pages.reading.tables import Table
from survey.pages.rendering import Link, Shell

SERVICE = "Digital maturity results"


class Key(msgspec.Struct, frozen=True):
    """What signs, shades and words mean in these results; only reasons that occur are explained."""

    levels: tuple[Level, ...]
    shades: tuple[str, ...]
    reasons: tuple[tuple[str, str], ...]
    symbol: str
    method: str
    k: int
    bounded: bool
    unplaced: bool
    covered: bool


class RoundLine(msgspec.Struct, frozen=True):
    name: str
    href: str
    when: str
    published: str


class RoundsPage(msgspec.Struct, frozen=True):
    shell: Shell
    title: str
    rounds: tuple[RoundLine, ...]


class RoundPage(msgspec.Struct, frozen=True):
    """The heat map. `whole` is the organisation's own chart, where the plan publishes it."""

    shell: Shell
    title: str
    back: Link
    round: str
    facts: tuple[str, ...]
    whole: Chart | None
    glance: Table
    units: Table
    groups: Table | None
    key: Key


class VisionPage(msgspec.Struct, frozen=True):
    shell: Shell
    title: str
    back: Link
    round: str
    others: tuple[Link, ...]
    chart: Chart
    table: Table
    groups_chart: Chart | None
    groups: Table | None
    key: Key


class UnitPage(msgspec.Struct, frozen=True):
    """One group. `above` are the groups it is compared with, the nearest first."""

    shell: Shell
    title: str
    back: Link
    round: str
    people: str
    above: tuple[Link, ...]
    chart: Chart
    table: Table
    below: Table | None
    key: Key


class CommentsQuestion(msgspec.Struct, frozen=True):
    text: str
    comments: tuple[str, ...]


class CommentsPage(msgspec.Struct, frozen=True):
    """`questions` is empty until comments have been released."""

    shell: Shell
    title: str
    back: Link
    round: str
    questions: tuple[CommentsQuestion, ...]
    removed: str
    fewest: int


class MethodPage(msgspec.Struct, frozen=True):
    shell: Shell
    title: str
    back: Link
    round: str
    method: Explained


def shell(organisation: str) -> Shell:
    return Shell(organisation, SERVICE)


def rounds(organisation: str, editions: Sequence[Edition], zone: str) -> RoundsPage:
    lines = tuple(
        RoundLine(
            edition.name,
            f"/results/{edition.round_id}",
            f"{day(edition.opens_at, zone)} to {day(edition.closes_at, zone)}",
            day(edition.published_at, zone),
        )
        for edition in editions
    )
    return RoundsPage(shell(organisation), "Results", lines)


def day(at: datetime, zone: str) -> str:
    """ "9 December 2026", as calendars in the zone have it."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{local.day} {local:%B %Y}"


def a_round(index: Index, zone: str) -> RoundPage:
    return RoundPage(
        shell=shell(index.release.organisation),
        title=index.title,
        back=Link("All results", "/results"),
        round=index.edition.name,
        facts=tuple(_facts(index, zone)),
        whole=figures.of_group(index, index.whole, "whole") if index.whole else None,
        glance=tables.glance(index, "The organisation and its divisions"),
        units=tables.units(index, "Every unit"),
        groups=tables.staff_groups(index, "Staff groups across the organisation"),
        key=key(index),
    )


def _facts(index: Index, zone: str) -> list[str]:
    edition = index.edition
    facts = [f"Open from {day(edition.opens_at, zone)} to {day(edition.closes_at, zone)}"]
    if index.whole:
        facts.append(f"{tables.people(index.whole)} could answer")
    facts.append(f"Published on {day(edition.published_at, zone)}")
    return facts + ([f"Corrected: release {edition.number}"] if edition.number > 1 else [])


def a_vision(index: Index, measure: Measure) -> VisionPage:
    name = index.words(measure.name)
    return VisionPage(
        shell=shell(index.release.organisation),
        title=name,
        back=Link("The heat map", index.address),
        round=index.edition.name,
        others=tuple(Link(index.words(m.name), index.measure_address(m)) for m in index.measures if m.id != measure.id),
        chart=figures.across(index, measure, "units"),
        table=tables.of_measure(index, measure, f"{name}: every unit"),
        groups_chart=figures.of_staff_groups(index, measure, "staff-groups"),
        groups=tables.staff_groups_of_measure(index, measure, f"{name}: staff groups"),
        key=key(index),
    )


def a_unit(index: Index, group: Group) -> UnitPage:
    compared = (group, *_above(index, group))
    return UnitPage(
        shell=shell(index.release.organisation),
        title=group.name,
        back=Link("The heat map", index.address),
        round=index.edition.name,
        people=tables.people(group),
        above=tuple(Link(other.name, index.unit_address(other)) for other in compared[1:]),
        chart=figures.compared(index, compared, "unit"),
        table=tables.compared(index, compared, f"{group.name}: every vision"),
        below=tables.below(index, group, f"Units of {group.name}"),
        key=key(index),
    )


def method(index: Index) -> MethodPage:
    release = index.release
    return MethodPage(
        shell=shell(release.organisation),
        title="How these results are worked out",
        back=Link("The heat map", index.address),
        round=index.edition.name,
        method=explaining.explain(
            index.result.questionnaire,
            release.plan or Plan(k=release.k),
            release=release,
            digest=index.edition.digest,
            coverage=proving.coverage(),
        ),
    )


def comments(organisation: str, edition: Edition, released: CommentRelease | None) -> CommentsPage:
    return CommentsPage(
        shell=shell(organisation),
        title="Comments",
        back=Link("The heat map", f"/results/{edition.round_id}"),
        round=edition.name,
        questions=tuple(
            CommentsQuestion(words(question.question, "en"), question.comments)
            for question in (released.questions if released else ())
        ),
        removed=REMOVED,
        fewest=METHOD.fewest_comments,
    )


def _above(index: Index, group: Group) -> list[Group]:
    """The group directly above, then the organisation, each once."""
    above = [index.parent(group), index.whole]
    kept = [one for one in above if one is not None and one.id != group.id]
    return list({one.id: one for one in kept}.values())


def key(index: Index) -> Key:
    reasons: dict[Reason, None] = dict.fromkeys(cell.reason for cell in index.release.cells if cell.reason)
    return Key(
        levels=explaining.levels(index.result.questionnaire, index.language),
        shades=tuple(
            f"{step * 10} to {step * 10 + (10 if step == cells.STEPS - 1 else 9)}" for step in range(cells.STEPS)
        ),
        reasons=tuple((cells.BRIEFLY[reason], cells.why(reason, index.release.k)) for reason in reasons),
        symbol=cells.SYMBOL,
        method=f"{index.address}/method",
        k=index.release.k,
        bounded=any(cell.bound in {"or_more", "or_less"} for cell in index.release.cells),
        unplaced=any(cell.reason is None and not cell.levels for cell in index.release.cells),
        covered=any(group.coverage not in (None, 100) for group in index.release.groups),
    )
