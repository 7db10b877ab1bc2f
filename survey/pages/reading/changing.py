"""Change since an earlier round, in the words of a page: by how much, how sure, and what it would have taken."""

from collections.abc import Iterator, Sequence
from typing import assert_never

import msgspec

from survey.core.disclosure.release import Change, Group, Words
from survey.core.disclosure.release import Why as Reason
from survey.pages.charts import Band, Chart, Row
from survey.pages.reading import tables
from survey.pages.reading.cells import SYMBOL
from survey.pages.reading.index import Index
from survey.pages.reading.tables import Column, Section, Table
from survey.pages.reading.tables import Row as Line

SIGNS: dict[Words, str] = {"improved": "▲", "declined": "▼", "no clear change": "", "not comparable": ""}
"""Beside the words, for those who look over a page: never in their place."""


class Moved(msgspec.Struct, frozen=True):
    """What a template prints of a change. Comparable: everything but `why`, where `change` is "+4". Not comparable:
    `why`, with the sign of what is withheld where that is the reason, and nothing else."""

    change: str = ""
    sign: str = ""
    words: str = ""
    margin: str = ""
    detectable: str = ""
    sides: str = ""
    linked: str = ""
    why: str = ""

    @property
    def kind(self) -> str:
        return "change"

    @property
    def short(self) -> str:
        """For a chart: "+4, no clear change"."""
        return f"{self.change}, {self.words.lower()}" if self.change else self.why

    @property
    def sentence(self) -> str:
        if not self.change:
            return f"not comparable: {self.why}"
        return f"{self.change} points, {self.words.lower()}; {self.margin}; {self.detectable}"


def moved(one: Change | None) -> Moved:
    if one is None:
        return Moved(why=BRIEFLY["not_there_before"])
    if one.difference is None:
        return Moved(why=BRIEFLY[one.why or "other_questions"])
    assert one.margin is not None and one.detectable is not None, "a change that is told is whole"
    assert one.now is not None and one.before is not None
    low, high = one.difference - one.margin, one.difference + one.margin
    return Moved(
        change=signed(one.difference),
        sign=SIGNS[one.words],
        words=one.words[:1].upper() + one.words[1:],
        margin=f"between {signed(low)} and {signed(high)}",
        detectable=f"{one.detectable} or more would be clear",
        sides=f"{one.before.value} then, {one.now.value} now",
        linked="same questions only" if one.items == "common" else "",
    )


def signed(points: int) -> str:
    """ "+4", "−4", "0"."""
    return f"{points:+d}".replace("-", "−") if points else "0"


BRIEFLY: dict[Reason, str] = {
    "withheld": f"{SYMBOL} score withheld",
    "withheld_before": f"{SYMBOL} score withheld then",
    "not_there_before": "not there then",
    "other_people": "too many other people",
    "other_questions": "other questions",
    "at_an_end": "too near an end",
    "few_answers": "too few answers",
}


def explained(reason: Reason) -> str:
    """A reason as the legend explains it."""
    match reason:
        case "withheld" | "withheld_before":
            return (
                "One of the two scores is withheld to keep people’s answers confidential, and so is their difference."
            )
        case "not_there_before":
            return "There was no such unit or group in the earlier round."
        case "other_people":
            return "By headcount of teams and staff groups, too few of its people were there in both rounds."
        case "other_questions":
            return "The questions were not the same in both rounds."
        case "at_an_end":
            return "One of the two scores is so high or so low that only that much is told of it."
        case "few_answers":
            return "Too few people answered the questions that both rounds asked."
        case _:
            assert_never(reason)


def reasons(index: Index, groups: Sequence[Group]) -> tuple[tuple[str, str], ...]:
    """Those that occur where these groups are told of, each with its explanation."""
    told = {group.id for group in groups}
    found = dict.fromkeys(one.why for one in index.release.changes if one.why and one.group in told)
    return tuple((BRIEFLY[why], explained(why)) for why in found)


def table(index: Index, groups: Sequence[Group], caption: str) -> Table:
    """Groups side by side, one row for each measure. The first is the one whose page this is."""
    heads = tuple(Column(group.name, index.unit_address(group) if place else "") for place, group in enumerate(groups))
    rows = tuple(
        Line(
            name=index.words(measure.name),
            href=index.measure_address(measure),
            people="",
            depth=1,
            strong=False,
            cells=tuple(moved(index.change(group, measure)) for group in groups),
        )
        for measure in index.measures
    )
    return Table(caption, "Vision", heads, (Section("change", "", rows),))


def everywhere(index: Index, caption: str) -> Table:
    """Every group, every measure, in the order of the tree."""

    def line(group: Group, depth: int, name: str = "") -> Line:
        return msgspec.structs.replace(
            tables.row(index, group, (), depth, name=name),
            people="",
            cells=tuple(moved(index.change(group, measure)) for measure in index.measures),
        )

    whole = (Section("whole", "", (line(index.whole, 0),)),) if index.whole else ()
    return Table(caption, "Unit", tables.columns(index), whole + tables.arranged(index, line))


def chart(index: Index, groups: Sequence[Group], chart_id: str) -> Chart:
    """The first of the groups beside those above it, measure by measure. The dotted frame is what is not told from
    chance; the dashed line is no change."""
    own, reach = groups[0], _reach(index, groups)
    pairs = [(index.words(measure.name), moved(index.change(own, measure))) for measure in index.measures]
    return Chart(
        id=chart_id,
        title=f"{own.name}: change since {index.result.before}, in points",
        description=" ".join(f"{name}: {one.sentence}." for name, one in pairs),
        rows=tuple(_rows(index, groups)),
        bands=(Band(-reach, "Lower than then"), Band(0, "Higher than then")),
        reference=0,
        scale=(-reach, reach),
        ticks=(-reach, -reach / 2, 0, reach / 2, reach),
    )


def _rows(index: Index, groups: Sequence[Group]) -> Iterator[Row]:
    for measure in index.measures:
        yield Row(index.words(measure.name), heading=True)
        for place, group in enumerate(groups):
            yield _row(group.name, index.change(group, measure), strong=place == 0)


def _row(label: str, one: Change | None, *, strong: bool) -> Row:
    said = moved(one).short
    if one is None or one.difference is None or one.margin is None or one.detectable is None:
        return Row(label, said, strong=strong)
    low, high = one.difference - one.margin, one.difference + one.margin
    return Row(label, said, one.difference, low, high, strong=strong, zone=(-one.detectable, one.detectable))


def _reach(index: Index, groups: Sequence[Group]) -> int:
    """The scale's end: whole tens that hold everything."""
    found = [index.change(group, measure) for group in groups for measure in index.measures]
    ends = [
        max(abs(one.difference) + (one.margin or 0), one.detectable or 0)
        for one in found
        if one is not None and one.difference is not None
    ]
    return 10 * -(-max([20, *ends]) // 10)


def standing_out(index: Index) -> list[tuple[str, str, str]]:
    """Who clearly changed on what, in the order of the tree: name, address, what. Never in the order of how much."""
    order = [index.whole, *(group for group, _ in index.below_top()), *index.staff_groups]
    return [
        (
            group.name,
            index.unit_address(group),
            f"{index.words(measure.name)}: {moved(one).words.lower()}, {signed(one.difference)}",
        )
        for group in order
        if group is not None
        for measure in index.measures
        if (one := index.change(group, measure)) is not None and one.difference is not None
        if one.words in {"improved", "declined"}
    ]
