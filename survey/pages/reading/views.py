"""The scores of a release, each page as the one object that its template prints: a round, a vision, a unit."""

from collections.abc import Iterator, Sequence

import msgspec

from survey.core.disclosure.release import Group, Measure
from survey.languages import times
from survey.operations.reading import Edition
from survey.pages.charts import Chart
from survey.pages.console import frame
from survey.pages.reading import changing, downloads, figures, keys, prioritising, tables
from survey.pages.reading import funnel as funnels
from survey.pages.reading.funnel import Funnel
from survey.pages.reading.index import Index
from survey.pages.reading.keys import Key
from survey.pages.reading.prioritising import Ranking
from survey.pages.reading.tables import Table
from survey.pages.rendering import Link, Shell


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


def rounds(organisation: str, editions: Sequence[Edition], zone: str, ahead: Link | None) -> RoundsPage:
    """`ahead`: where somebody sees what is under way, who may."""
    lines = tuple(
        RoundLine(
            edition.name,
            f"/results/{edition.round_id}",
            f"{times.day(edition.opens_at, zone)} to {times.day(edition.closes_at, zone)}",
            times.day(edition.published_at, zone),
        )
        for edition in editions
    )
    return RoundsPage(frame.shell(organisation), "Results", lines, ahead)


def a_round(index: Index, zone: str, order: str = "") -> RoundPage:
    return RoundPage(
        shell=frame.shell(index.release.organisation),
        title=index.edition.name,
        back=Link("All results", "/results"),
        round=index.edition.name,
        facts=tuple(_facts(index, zone)),
        more=tuple(_more(index)),
        downloads=tuple(Link(title, f"{index.address}/files/{name}") for name, title in downloads.offered(index)),
        whole=figures.of_group(index, index.whole, "whole") if index.whole else None,
        glance=tables.glance(index, "The organisation and its divisions"),
        units=tables.units(index, "Every unit", order),
        abridged=tables.abridged(index),
        groups=tables.staff_groups(index, "Staff groups across the organisation"),
        key=keys.key(index),
    )


def _facts(index: Index, zone: str) -> list[str]:
    edition = index.edition
    facts = [index.title, f"Open from {times.day(edition.opens_at, zone)} to {times.day(edition.closes_at, zone)}"]
    if index.whole:
        facts.append(f"{tables.people(index.whole)} could answer")
    facts.append(f"Published on {times.day(edition.published_at, zone)}")
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


def a_vision(index: Index, measure: Measure, order: str = "") -> VisionPage:
    name = index.words(measure.name)
    return VisionPage(
        shell=frame.shell(index.release.organisation),
        title=name,
        back=Link(index.edition.name, index.address),
        round=index.edition.name,
        others=tuple(Link(index.words(m.name), index.measure_address(m)) for m in index.measures if m.id != measure.id),
        glance=tables.glance(index, f"{name}: the organisation and its divisions", measure),
        chart=figures.across(index, measure, "units"),
        table=tables.of_measure(index, measure, f"{name}: every unit", order),
        abridged=tables.abridged(index),
        groups_chart=figures.of_staff_groups(index, measure, "staff-groups"),
        groups=tables.staff_groups_of_measure(index, measure, f"{name}: staff groups"),
        funnel=funnels.funnel(index, measure),
        key=keys.key(index),
    )


def a_unit(index: Index, group: Group) -> UnitPage:
    compared = (group, *_above(index, group))
    return UnitPage(
        shell=frame.shell(index.release.organisation),
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
        key=keys.key(index),
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


def _above(index: Index, group: Group) -> list[Group]:
    """The group directly above, then the organisation, each once."""
    above = [index.parent(group), index.whole]
    kept = [one for one in above if one is not None and one.id != group.id]
    return list({one.id: one for one in kept}.values())
