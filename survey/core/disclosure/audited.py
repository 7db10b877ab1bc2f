"""Verdicts that have passed the attack: what it exposes is protected by withdrawing the finest cell that helps it."""

from collections.abc import Collection, Iterator, Sequence

import msgspec
import numpy as np

from survey.core.disclosure import attack, containment, told
from survey.core.disclosure.attack import Row, System
from survey.core.disclosure.case import Case
from survey.core.disclosure.containment import Hidden
from survey.core.disclosure.verdicts import (
    Verdicts,
    overall_without_vision,
    primary,
    shown_too,
    smallest_group,
    withdrawn,
)
from survey.core.steps import Step, silent

Place = tuple[int, int]
"""A group and a measure, by position."""


class Attacked(msgspec.Struct, frozen=True, eq=False):
    """The shown cells, in the order of the rows of `system`, which holds what they tell."""

    places: tuple[Place, ...]
    system: System

    def without(self, gone: Collection[Place]) -> "Attacked":
        rows = [row for row, place in enumerate(self.places) if place in gone]
        return Attacked(tuple(place for place in self.places if place not in gone), self.system.without(rows))


def attacked(case: Case, decided: Verdicts) -> Attacked:
    places = [(g, m) for m, reasons in enumerate(decided) for g, reason in enumerate(reasons) if reason is None]
    return Attacked(tuple(places), attack.system(case.people, _rows(case, places)))


def _rows(case: Case, places: Sequence[Place]) -> list[Row]:
    if not places:
        return []
    shown = [case.cell(g, m, "") for g, m in places]
    true = [case.found.rollup(g, m).mean for g, m in places]
    low, high = told.means(shown, true)
    return [
        Row(case.found.person_weights(g, m), m, mean, float(first), float(last))
        for (g, m), mean, first, last in zip(places, true, low, high, strict=True)
    ]


def exposed(case: Case, decided: Verdicts) -> Iterator[Hidden]:
    """Those who must stay hidden and do not."""
    return containment.exposed(attacked(case, decided).system, _everybody(case, decided))


def _everybody(case: Case, decided: Verdicts, step: Step = silent) -> Iterator[Hidden]:
    is_withheld = np.array([[reason is not None for reason in reasons] for reasons in decided]).T
    yield from containment.withheld(case.found.layout, case.people, is_withheld, case.k, step)
    yield from containment.persons(case.found.layout, case.people, step)


def audited(case: Case, decided: Verdicts, step: Step = silent) -> Verdicts:
    """Verdicts under which nobody is exposed. To withdraw a cell exposes nobody else, so one pass is enough; then
    whatever turns out to have been withheld in vain is given back."""
    whole = attacked(case, decided)
    met: list[Hidden] = []
    gone: set[Place] = set()
    for hidden in containment.exposed(whole.system, _everybody(case, decided, step)):
        met.append(hidden)
        while (now := whole.without(gone)).places and containment.is_exposed(now.system, hidden):
            group, measure = _finest(case, now, hidden)
            gone |= {(group, measure), (group, len(decided) - 1)} & set(now.places)
    step("Making sure that no more is withheld than is needed", 0, 0)  # how much of it would say whether anything was
    needed = _needed(whole, met, gone, len(decided) - 1)
    for place in needed:
        decided = withdrawn(decided, *place)
    return _given_back(case, decided, needed) if needed else decided


def _needed(whole: Attacked, met: Sequence[Hidden], gone: set[Place], overall: int) -> list[Place]:
    """Of the cells withdrawn, those without which somebody would be exposed again; visions first, for an overall score
    needs all of them."""
    for group, measure in sorted(gone, key=lambda place: (place[1], place[0])):
        fewer = gone - {(group, measure)}
        if measure == overall and any((group, vision) in fewer for vision in range(overall)):
            continue
        now = whole.without(fewer)
        if not any(containment.is_exposed(now.system, hidden) for hidden in met):
            gone = fewer
    return sorted(gone, key=lambda place: (place[1], place[0]))


def _given_back(case: Case, decided: Verdicts, needed: Sequence[Place]) -> Verdicts:
    """With the cells that gave way to one which has itself been withdrawn since."""
    overall = len(decided) - 1
    for measure in sorted({overall, *(measure for _, measure in needed)}):
        for group, reason in enumerate(decided[measure]):
            wider = shown_too(decided, group, measure)
            if reason in {"protects_others", "overall_incomplete"} and (group, measure) not in needed:
                decided = wider if is_safe(case, wider, group, measure) else decided
    return decided


def is_safe(case: Case, decided: Verdicts, group: int, measure: int) -> bool:
    """Whether a cell that has been added breaks no rule beside the others."""
    if primary(case.found, measure, case.k)[group] is not None or overall_without_vision(decided)[group]:
        return False
    return smallest_group(case.found, decided, case.k) >= case.k and not any(True for _ in exposed(case, decided))


def _finest(case: Case, now: Attacked, hidden: Hidden) -> Place:
    """Of the cells that press on what is hidden the one with the fewest people eligible, the overall score first."""
    groups = case.found.layout.groups
    rows = now.system.pressing(hidden.target) or range(len(now.places))
    return min((now.places[row] for row in rows), key=lambda place: (groups[place[0]].eligible, -place[1], place[0]))
