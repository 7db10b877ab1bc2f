"""The pages of a release, each as the one object that its template prints."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec

from survey import errors
from survey.core.comments import REMOVED, CommentRelease
from survey.core.disclosure.release import Group, Measure, Reason
from survey.core.questionnaire.model import words
from survey.core.rounds import Plan
from survey.core.scoring.method import METHOD
from survey.operations import proving
from survey.operations.reading import Edition
from survey.pages import explaining
from survey.pages.charts import Chart
from survey.pages.console import frame
from survey.pages.explaining import Explained, Level
from survey.pages.reading import (
    cells,
    changing,
    downloads,
    figures,
    prioritising,
    questions,
    tables,
)
from survey.pages.reading import funnel as funnels
from survey.pages.reading.funnel import Funnel
from survey.pages.reading.index import Index
from survey.pages.reading.prioritising import Branch, Ranking
from survey.pages.reading.questions import Part, Unknowing
from survey.pages.reading.tables import Table
from survey.pages.rendering import Link, Shell


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
    ahead: Link | None


class RoundPage(msgspec.Struct, frozen=True):
    """The heat map. `whole` is the organisation's own chart, where the plan publishes it. `abridged`: why not every
    unit is here."""

    shell: Shell
    title: str
    back: Link
    round: str
    facts: tuple[str, ...]
    more: tuple[Link, ...]
    downloads: tuple[Link, ...]
    whole: Chart | None
    glance: Table
    units: Table
    abridged: str
    groups: Table | None
    key: Key


class VisionPage(msgspec.Struct, frozen=True):
    """`glance` is what a phone shows first, which folds the chart of every unit."""

    shell: Shell
    title: str
    back: Link
    round: str
    others: tuple[Link, ...]
    glance: Table
    chart: Chart
    table: Table
    abridged: str
    groups_chart: Chart | None
    groups: Table | None
    funnel: Funnel | None
    key: Key


class Since(msgspec.Struct, frozen=True):
    """Change since an earlier round. `reasons`: why some of it cannot be told."""

    before: str
    chart: Chart
    table: Table
    reasons: tuple[tuple[str, str], ...]


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
    since: Since | None
    rankings: tuple[Ranking, ...]
    questions: str
    below: Table | None
    key: Key


class ChangesPage(msgspec.Struct, frozen=True):
    """Change everywhere. `standing`: name, address and what, of those who clearly changed."""

    shell: Shell
    title: str
    back: Link
    round: str
    chart: Chart | None
    standing: tuple[tuple[str, str, str], ...]
    wrong: str
    table: Table
    abridged: str
    reasons: tuple[tuple[str, str], ...]
    method: str


class Rank(msgspec.Struct, frozen=True):
    """A question that ranks: the organisation's ranking, where there is one, and what leads in every unit."""

    question: str
    whole: Ranking | None
    branches: tuple[Branch, ...]


class PrioritiesPage(msgspec.Struct, frozen=True):
    shell: Shell
    title: str
    back: Link
    round: str
    ranks: tuple[Rank, ...]
    abridged: str
    reasons: tuple[tuple[str, str], ...]


class QuestionsPage(msgspec.Struct, frozen=True):
    """Question by question, for a group that is large enough."""

    shell: Shell
    title: str
    back: Link
    round: str
    unit: str
    people: str
    unknowing_chart: Chart | None
    unknowing: tuple[Unknowing, ...]
    held: Chart | None
    parts: tuple[Part, ...]
    reasons: tuple[tuple[str, str], ...]
    method: str


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
    return Shell(organisation, frame.SERVICE)


def rounds(organisation: str, editions: Sequence[Edition], zone: str, ahead: Link | None) -> RoundsPage:
    """`ahead`: where somebody sees what is under way, who may."""
    lines = tuple(
        RoundLine(
            edition.name,
            f"/results/{edition.round_id}",
            f"{day(edition.opens_at, zone)} to {day(edition.closes_at, zone)}",
            day(edition.published_at, zone),
        )
        for edition in editions
    )
    return RoundsPage(shell(organisation), "Results", lines, ahead)


def day(at: datetime, zone: str) -> str:
    """ "9 December 2026", as calendars in the zone have it."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{local.day} {local:%B %Y}"


def a_round(index: Index, zone: str) -> RoundPage:
    return RoundPage(
        shell=shell(index.release.organisation),
        title=index.edition.name,
        back=Link("All results", "/results"),
        round=index.edition.name,
        facts=tuple(_facts(index, zone)),
        more=tuple(_more(index)),
        downloads=tuple(Link(title, f"{index.address}/files/{name}") for name, title in downloads.offered(index)),
        whole=figures.of_group(index, index.whole, "whole") if index.whole else None,
        glance=tables.glance(index, "The organisation and its divisions"),
        units=tables.units(index, "Every unit"),
        abridged=tables.abridged(index),
        groups=tables.staff_groups(index, "Staff groups across the organisation"),
        key=key(index),
    )


def _facts(index: Index, zone: str) -> list[str]:
    edition = index.edition
    facts = [index.title, f"Open from {day(edition.opens_at, zone)} to {day(edition.closes_at, zone)}"]
    if index.whole:
        facts.append(f"{tables.people(index.whole)} could answer")
    facts.append(f"Published on {day(edition.published_at, zone)}")
    return facts + ([f"Corrected: release {edition.number}"] if edition.number > 1 else [])


def _more(index: Index) -> Iterator[Link]:
    """What else there is of the round, as far as its release has it."""
    if index.result.before:
        yield Link(f"Change since {index.result.before}", f"{index.address}/changes")
    if index.rankings:
        yield Link("Priorities", f"{index.address}/priorities")
    if index.whole and (index.answers(index.whole) or index.rates(index.whole)):
        yield Link("Question by question", f"{index.unit_address(index.whole)}/questions")
    yield Link("Comments", f"{index.address}/comments")
    yield Link("How these results are worked out", f"{index.address}/method")


def a_vision(index: Index, measure: Measure) -> VisionPage:
    name = index.words(measure.name)
    return VisionPage(
        shell=shell(index.release.organisation),
        title=name,
        back=Link(index.edition.name, index.address),
        round=index.edition.name,
        others=tuple(Link(index.words(m.name), index.measure_address(m)) for m in index.measures if m.id != measure.id),
        glance=tables.glance(index, f"{name}: the organisation and its divisions", measure),
        chart=figures.across(index, measure, "units"),
        table=tables.of_measure(index, measure, f"{name}: every unit"),
        abridged=tables.abridged(index),
        groups_chart=figures.of_staff_groups(index, measure, "staff-groups"),
        groups=tables.staff_groups_of_measure(index, measure, f"{name}: staff groups"),
        funnel=funnels.funnel(index, measure),
        key=key(index),
    )


def a_unit(index: Index, group: Group) -> UnitPage:
    compared = (group, *_above(index, group))
    return UnitPage(
        shell=shell(index.release.organisation),
        title=group.name,
        back=Link(index.edition.name, index.address),
        round=index.edition.name,
        people=tables.people(group),
        above=tuple(Link(other.name, index.unit_address(other)) for other in compared[1:]),
        chart=figures.compared(index, compared, "unit"),
        table=tables.compared(index, compared, f"{group.name}: every vision"),
        since=_since(index, compared),
        rankings=prioritising.rankings(index, group),
        questions=f"{index.unit_address(group)}/questions" if index.answers(group) or index.rates(group) else "",
        below=tables.below(index, group, f"Units of {group.name}"),
        key=key(index),
    )


def _since(index: Index, groups: Sequence[Group]) -> Since | None:
    """None for a round that is compared with no earlier one."""
    before = index.result.before
    if not before:
        return None
    name = groups[0].name
    return Since(
        before=before,
        chart=changing.chart(index, groups, "change"),
        table=changing.table(index, groups, f"{name}: change since {before}"),
        reasons=changing.reasons(index, groups),
    )


def changes(index: Index) -> ChangesPage:
    """Raises NotFound for a round that is compared with no earlier one."""
    before = index.result.before
    if not before:
        raise errors.NotFound("These results are not compared with an earlier round.")
    return ChangesPage(
        shell=shell(index.release.organisation),
        title=f"Change since {before}",
        back=Link(index.edition.name, index.address),
        round=index.edition.name,
        chart=changing.chart(index, [index.whole], "change") if index.whole else None,
        standing=tuple(changing.standing_out(index)),
        wrong=explaining.percent(METHOD.false_discoveries),
        table=changing.everywhere(index, f"Change since {before}: every unit, every vision"),
        abridged=tables.abridged(index),
        reasons=changing.reasons(index, index.release.groups),
        method=f"{index.address}/method#change",
    )


def priorities(index: Index) -> PrioritiesPage:
    """Raises NotFound for a round that asked for none, or that cannot tell any."""
    if not index.rankings:
        raise errors.NotFound("These results have no priorities.")
    whole = prioritising.rankings(index, index.whole) if index.whole else ()
    return PrioritiesPage(
        shell=shell(index.release.organisation),
        title="Priorities",
        back=Link(index.edition.name, index.address),
        round=index.edition.name,
        ranks=tuple(
            Rank(
                index.question(item),
                next((one for one in whole if one.question == index.question(item)), None),
                prioritising.leading(index, item),
            )
            for item in index.rankings
        ),
        abridged=tables.abridged(index),
        reasons=prioritising.reasons(index, (one.reason for one in index.release.priorities)),
    )


def questions_of(index: Index, group: Group) -> QuestionsPage:
    """Raises NotFound for a group of which no single questions are told."""
    if not index.answers(group) and not index.rates(group):
        raise errors.NotFound("Single questions are told of large groups only: the organisation, its divisions.")
    return QuestionsPage(
        shell=shell(index.release.organisation),
        title=f"{group.name}: question by question",
        back=Link(group.name, index.unit_address(group)),
        round=index.edition.name,
        unit=group.name,
        people=tables.people(group),
        unknowing_chart=questions.unknowing_chart(index, group),
        unknowing=questions.unknowing(index, group),
        held=questions.held(index, group),
        parts=questions.parts(index, group),
        reasons=prioritising.reasons(index, questions.reasons(index, group)),
        method=f"{index.address}/method",
    )


def method(index: Index) -> MethodPage:
    release = index.release
    return MethodPage(
        shell=shell(release.organisation),
        title="How these results are worked out",
        back=Link(index.edition.name, index.address),
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
        back=Link(edition.name, f"/results/{edition.round_id}"),
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
