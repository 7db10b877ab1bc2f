"""What people would do next: the options of a ranking, with the points that a group gave each."""

from collections.abc import Iterable, Iterator, Sequence
from typing import assert_never

import msgspec

from survey.core.disclosure.release import Group, Priority, Withheld
from survey.pages.charts import QUARTERS, Chart, Row
from survey.pages.reading.cells import SYMBOL, grouped
from survey.pages.reading.index import Index

WITHHELD: dict[Withheld, str] = {
    "few_answers": "too few answers",
    "few_eligible": "too few people",
    "protects_others": "protects others",
    "all_alike": "nearly all alike",
}


class Option(msgspec.Struct, frozen=True):
    """An option as a table tells it. Withheld: only `option` and `withheld`."""

    option: str
    points: str = ""
    margin: str = ""
    withheld: str = ""


class Ranking(msgspec.Struct, frozen=True):
    """One group's ranking: the options by points, or all withheld, in the order in which they were asked; `withheld`
    then says why, and there is nothing to draw."""

    question: str
    withheld: str
    answers: str
    chart: Chart
    options: tuple[Option, ...]


class Leading(msgspec.Struct, frozen=True):
    """A group and the options to which it gave most points; or why there are none."""

    name: str
    href: str
    depth: int
    options: tuple[Option, ...]
    withheld: str


class Branch(msgspec.Struct, frozen=True):
    heading: str
    groups: tuple[Leading, ...]


def explained(reason: Withheld, k: int) -> str:
    """A reason as the legend explains it. `k`: the round's threshold."""
    match reason:
        case "few_answers":
            return "Too few people answered this here to tell it without telling on some of them."
        case "few_eligible":
            return "So few people work here that any result would tell how nearly all of them answered."
        case "protects_others":
            return f"Enough people answered, but beside other results this one would tell on fewer than {k}."
        case "all_alike":
            return "Nearly everybody answered the same, so that it would tell how each one did."
        case _:
            assert_never(reason)


def reasons(index: Index, found: Iterable[Withheld | None]) -> tuple[tuple[str, str], ...]:
    """Those that occur, each with its explanation."""
    given = dict.fromkeys(reason for reason in found if reason)
    return tuple((withheld(reason), explained(reason, index.release.k)) for reason in given)


MOST = 3
"""Options told of each group where many stand together."""


def withheld(reason: Withheld) -> str:
    return f"{SYMBOL} {WITHHELD[reason]}"


def rankings(index: Index, group: Group) -> tuple[Ranking, ...]:
    return tuple(
        _ranking(index, group, item, index.priorities(group, item))
        for item in index.rankings
        if index.priorities(group, item)
    )


def _ranking(index: Index, group: Group, item: str, found: Sequence[Priority]) -> Ranking:
    ordered = _ordered(found)
    told = [_option(index, one) for one in ordered]
    return Ranking(
        question=index.question(item),
        withheld=told[0].withheld,
        answers=f"{grouped(ordered[0].answers)} people ranked something" if ordered[0].answers else "",
        chart=Chart(
            id=f"priorities-{item.lower()}",
            title=f"{group.name}: priorities, with their margins",
            description=" ".join(f"{one.option}: {_sentence(one)}." for one in told),
            rows=tuple(
                Row(one.option, _short(one), priority.value, priority.low or 0, priority.high or 0)
                for one, priority in zip(told, ordered, strict=True)
            ),
            bands=QUARTERS,
            reference=50,
        ),
        options=tuple(told),
    )


def _ordered(found: Sequence[Priority]) -> list[Priority]:
    """Of one group, the most wanted first; where nothing may be told, the order tells nothing either."""
    return sorted(found, key=lambda one: (-(one.value or 0), one.option))


def _option(index: Index, one: Priority) -> Option:
    name = index.option(one.item, one.option)
    if one.reason is not None:
        return Option(name, withheld=withheld(one.reason))
    return Option(name, f"{one.value}", f"between {one.low} and {one.high}")


def _short(one: Option) -> str:
    return one.withheld or f"{one.points} ({one.margin.removeprefix('between ').replace(' and ', ' to ')})"


def _sentence(one: Option) -> str:
    return one.withheld or f"{one.points} points, {one.margin}"


def leading(index: Index, item: str) -> tuple[Branch, ...]:
    """Of every unit the options it gave most points to, in the order of the tree; of very many, of those at the top."""
    tops = index.children(index.whole)
    if index.is_large:
        return (Branch("Divisions", tuple(one for top in tops for one in _leading(index, item, top, 0))),)
    branches = [Branch(top.name, tuple(_below(index, item, top))) for top in tops if index.children(top)]
    loose = tuple(one for top in tops if not index.children(top) for one in _leading(index, item, top, 0))
    heading = "Not in any one division" if branches else "Units"
    return tuple(branch for branch in (*branches, Branch(heading, loose)) if branch.groups)


def _below(index: Index, item: str, top: Group) -> Iterator[Leading]:
    yield from _leading(index, item, top, 0, f"All of {top.name}")
    for group, depth in index.below(top):
        yield from _leading(index, item, group, depth)


def _leading(index: Index, item: str, group: Group, depth: int, name: str = "") -> Iterator[Leading]:
    found = _ordered(index.priorities(group, item))
    if found:
        told = tuple(_option(index, one) for one in found[:MOST])
        kept = told[0].withheld
        yield Leading(name or group.name, index.unit_address(group), depth, () if kept else told, kept)
