"""Verdicts that have passed the attack: what it exposes is protected by withdrawing the finest cell that helps it."""

from collections.abc import Iterator, Sequence

import msgspec
import numpy as np

from survey.core.disclosure import attack, cells, containment, told
from survey.core.disclosure.attack import Row, System
from survey.core.disclosure.classes import Classes
from survey.core.disclosure.containment import Hidden
from survey.core.disclosure.estimates import Estimates
from survey.core.disclosure.verdicts import Verdicts, withdrawn

Place = tuple[int, int]
"""A group and a measure, by position."""


class Attacked(msgspec.Struct, frozen=True, eq=False):
    """The shown cells, in the order of the rows of `system`, which holds what they tell."""

    places: tuple[Place, ...]
    system: System

    def without(self, gone: set[Place]) -> "Attacked":
        rows = [row for row, place in enumerate(self.places) if place in gone]
        return Attacked(tuple(place for place in self.places if place not in gone), self.system.without(rows))


def attacked(found: Estimates, people: Classes, decided: Verdicts, starts: Sequence[float]) -> Attacked:
    places = [(g, m) for m, reasons in enumerate(decided) for g, reason in enumerate(reasons) if reason is None]
    return Attacked(tuple(places), attack.system(people, _rows(found, places, starts)))


def _rows(found: Estimates, places: Sequence[Place], starts: Sequence[float]) -> list[Row]:
    if not places:
        return []
    groups = [found.layout.groups[g] for g, _ in places]
    rollups = [found.rollup(g, m) for g, m in places]
    pooled = [found.pooled[m] for _, m in places]
    triples = list(zip(groups, rollups, pooled, strict=True))
    shown = [cells.cell(group, "", of, variance, starts) for group, of, variance in triples]
    made_of = [cells.basis(group, of, variance) for group, of, variance in triples]
    low, high = told.means(shown, made_of, [of.mean for of in rollups], starts)
    return [
        Row(found.person_weights(g, m), m, of.mean, float(first), float(last))
        for (g, m), of, first, last in zip(places, rollups, low, high, strict=True)
    ]


def everybody(found: Estimates, people: Classes, decided: Verdicts, k: int) -> Iterator[Hidden]:
    """All who must stay hidden under these verdicts."""
    is_withheld = np.array([[reason is not None for reason in reasons] for reasons in decided]).T
    yield from containment.withheld(found.layout, people, is_withheld, k)
    yield from containment.persons(found.layout, people)


def audited(found: Estimates, people: Classes, decided: Verdicts, k: int, starts: Sequence[float]) -> Verdicts:
    """Verdicts under which nobody is exposed. To withdraw a cell exposes nobody else, so one pass is enough."""
    now = attacked(found, people, decided, starts)
    for hidden in containment.exposed(now.system, list(everybody(found, people, decided, k))):
        while now.places and containment.is_exposed(now.system, hidden):
            group, measure = _finest(found, now, hidden)
            decided = withdrawn(decided, group, measure)
            now = now.without({(group, measure), (group, len(decided) - 1)})
    return decided


def _finest(found: Estimates, now: Attacked, hidden: Hidden) -> Place:
    """Of the cells that press on what is hidden the one with the fewest people eligible, the overall score first."""
    rows = now.system.pressing(hidden.target) or range(len(now.places))
    places = [now.places[row] for row in rows]
    return min(places, key=lambda place: (found.layout.groups[place[0]].eligible, -place[1], place[0]))
