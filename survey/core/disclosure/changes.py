"""Change since an earlier round: which groups it can be told of, and by how much they changed.

A change is told only where both rounds show the score it is a change of. Readers are taken to know every shown mean
exactly, in either round (see `told`), so the difference of two of them tells nothing that they were not proved safe
against. Where the rounds asked different questions, both are scored again on those that they share: a new score, which
only some of the items of the old one make up. What it tells beside the old one rests on the people who answered more
than those; and what it tells beside a third, of a round that shares other questions with the same one, on those who
answered what only one of the two counts. So only large groups have it, in which each question was answered by many or
by nobody, whatever is taken from what: then no choice of questions, now or later, sets a few people apart.
"""

from collections.abc import Iterator, Sequence

import msgspec
import numpy as np

from survey.core.disclosure import cells, distributions, figures, keeping, pairing, pieces
from survey.core.disclosure.case import Case
from survey.core.disclosure.estimates import Estimates, estimates
from survey.core.disclosure.pairing import Pair
from survey.core.disclosure.pieces import Tree
from survey.core.disclosure.release import Cell, Change, Compared, Figure, GroupKind, Release, Why
from survey.core.disclosure.responses import Responses
from survey.core.disclosure.verdicts import Verdicts
from survey.core.frame import Frame
from survey.core.questionnaire.model import Questionnaire
from survey.core.rounds import Plan
from survey.core.scoring import linking, persons
from survey.core.scoring.change import Change as Moved
from survey.core.scoring.method import METHOD
from survey.core.scoring.moments import Moments, moments
from survey.core.scoring.persons import Bools, Ints

LINKED: tuple[GroupKind, ...] = ("organisation", "division")
"""The groups that changes are told of where only some of the questions are the same."""


class Round(msgspec.Struct, frozen=True, eq=False):
    """A round as changes look at it: what was asked of whom, and what they said. `heirs`, of an earlier one: where the
    people of units that have been merged since are now."""

    frame: Frame
    plan: Plan
    questionnaire: Questionnaire
    responses: Responses
    case: Case
    heirs: dict[str, str] = {}


class Side(msgspec.Struct, frozen=True, eq=False):
    """One round's scores on the items that both asked, by measure, and which groups may show each (groups,)."""

    found: Estimates
    allowed: tuple[Bools, ...]


def changes(now: Round, decided: Verdicts, before: Round, release: Release) -> Iterator[Change]:
    """One for every cell of this round's release, measure by measure within groups; `release` is the earlier one."""
    table = _Table.of(now, decided, before, release)
    columns = [_column(table, measure) for measure in range(len(decided))]
    for place in range(len(now.case.found.layout.groups)):
        yield from (column[place] for column in columns)


def compared(now: Questionnaire, before: Questionnaire, release: Release, digest: str) -> Compared:
    common = linking.alike(now, before)
    order = tuple(item.id for item in now.items if item.id in common)
    return Compared(release.round, release.number, digest, order, linking.whole(now, before))


class _Table(msgspec.Struct, frozen=True, eq=False):
    """Everything that a column of changes needs. `theirs`: the earlier round's position of each measure, if any."""

    now: Round
    before: Round
    decided: Verdicts
    shown_before: dict[tuple[str, str], Cell]
    pairs: tuple[Pair | None, ...]
    measures: tuple[str, ...]
    theirs: tuple[int | None, ...]
    whole: frozenset[str]
    sides: tuple[Side, Side] | None

    @classmethod
    def of(cls, now: Round, decided: Verdicts, before: Round, release: Release) -> "_Table":
        layouts = (now.case.found.layout, before.case.found.layout)
        measures = (*(vision.id for vision in now.questionnaire.visions), "overall")
        there = [measure.id for measure in release.measures]
        whole = frozenset(linking.whole(now.questionnaire, before.questionnaire))
        common = linking.alike(now.questionnaire, before.questionnaire)
        partly = bool(common) and len(whole) < len(measures)
        return cls(
            now,
            before,
            decided,
            {(cell.group, cell.measure): cell for cell in release.cells},
            pairing.pairs(layouts[0], now.frame, layouts[1], before.frame, before.heirs),
            measures,
            tuple(there.index(measure) if measure in there else None for measure in measures),
            whole,
            (_side(now, common), _side(before, common)) if partly else None,
        )


def _side(of: Round, common: frozenset[str]) -> Side:
    """A round scored on the common items. Samples: who has that score, who has the round's own, who answered each item;
    where somebody passed it by, which may cost them a score, nobody's answering looks like one person's."""
    questionnaire, given = of.questionnaire, of.responses
    layout, count = of.case.found.layout, len(of.frame.atoms)
    scored = moments(given.atoms, persons.scores(questionnaire, given.answers, only=common), count)
    found = estimates(layout, scored, of.plan.k)
    answered = [
        (item.vision, np.maximum(spread.answered, np.minimum(spread.skipped, 1)))
        for item, spread in distributions.items(layout, questionnaire, given.atoms, given.answers)
        if item.vision is not None
    ]
    visions: list[str | None] = [*(vision.id for vision in questionnaire.visions), None]
    allowed = [
        _allowed(found, scored, m, (of.case.found.n[:, m], *(n for name, n in answered if vision in {name, None})))
        for m, vision in enumerate(visions)
    ]
    return Side(found, tuple(allowed))


def _allowed(found: Estimates, scored: Moments, measure: int, others: Sequence[Ints]) -> Bools:
    """The groups that may show the mean of the common items, exact as a difference may tell it. `others`: who has the
    round's own score, and who answered each item."""
    n, stratum, least = scored.n[:, measure], found.weights[measure].stratum, METHOD.smallest_item
    kept = keeping.kept(found.layout, (n, *others), stratum, LINKED, least)
    fair = keeping.fair(kept, [row[measure] for row in found.rollups])
    only = tuple(
        reason if group.kind in LINKED else "few_answers"
        for group, reason in zip(found.layout.groups, fair, strict=True)
    )
    total = (n * scored.mean[:, measure])[:, None]
    safe = pieces.settled(Tree(found.layout, n, found.weights[measure], total), only, least)
    return np.array([reason is None for reason in safe], bool)


def _column(table: _Table, measure: int) -> list[Change]:
    """Every group's change of one measure. Words last: they look at all of them."""
    drafts = [_draft(table, place, measure) for place in range(len(table.pairs))]
    told = [place for place, draft in enumerate(drafts) if draft.why is None]
    found = [_statistics(drafts[place]) for place in told]
    for place, of, words in zip(told, found, figures.words(found), strict=True):
        drafts[place] = msgspec.structs.replace(
            drafts[place], words=words, margin=figures.margin(of), detectable=figures.detectable(of)
        )
    return drafts


def _statistics(draft: Change) -> Moved:
    assert draft.now is not None and draft.before is not None and draft.difference is not None
    return figures.compared(draft.now, draft.before, draft.difference)


def _draft(table: _Table, place: int, measure: int) -> Change:
    """A change without its words; or why there is none."""
    group, name = table.now.case.found.layout.groups[place], table.measures[measure]
    pair = table.pairs[place]
    why = _obstacle(table, place, measure)
    known = (group.id, name)
    if pair is None:
        return Change(*known, why=why)
    there = table.before.case.found.layout.groups[pair.before].id
    sides = None if why else _figures(table, place, measure)
    if isinstance(sides, tuple):
        mine, theirs, difference = sides
        return Change(
            *known,
            group_before=there,
            overlap=pair.overlap,
            items="all" if name in table.whole else "common",
            now=mine,
            before=theirs,
            difference=difference,
        )
    return Change(*known, why=why or sides, group_before=there, overlap=pair.overlap)


def _obstacle(table: _Table, place: int, measure: int) -> Why | None:
    """What stands against a change, whatever the scores are."""
    pair, name = table.pairs[place], table.measures[measure]
    if pair is None:
        return "not_there_before"
    if pair.overlap < 100 * METHOD.least_overlap:
        return "other_people"
    if table.decided[measure][place] is not None:
        return "withheld"
    theirs = table.before.case.found.layout.groups[pair.before].id
    if table.theirs[measure] is None:
        return "other_questions"
    return "withheld_before" if table.shown_before[theirs, name].reason is not None else None


def _figures(table: _Table, place: int, measure: int) -> tuple[Figure, Figure, int] | Why:
    pair, there = table.pairs[place], table.theirs[measure]
    assert pair is not None and there is not None
    if table.measures[measure] in table.whole:
        found: tuple[Estimates, Estimates] = (table.now.case.found, table.before.case.found)
    elif table.sides is None or table.now.case.found.layout.groups[place].kind not in LINKED:
        return "other_questions"
    elif not (table.sides[0].allowed[measure][place] and table.sides[1].allowed[there][pair.before]):
        return "few_answers"
    else:
        found = (table.sides[0].found, table.sides[1].found)
    places = ((place, measure), (pair.before, there))
    shown = [_cell(estimate, *where) for estimate, where in zip(found, places, strict=True)]
    if any(cell.bound != "exact" for cell in shown):
        return "at_an_end"
    now, before = (
        figures.figure(cell, estimate.layout.groups[where[0]].eligible)
        for cell, estimate, where in zip(shown, found, places, strict=True)
    )
    later, earlier = (estimate.rollup(*where).mean for estimate, where in zip(found, places, strict=True))
    return now, before, cells.whole(later - earlier)


def _cell(found: Estimates, place: int, measure: int) -> Cell:
    return cells.cell(found.layout.groups[place], "", found.rollup(place, measure), found.pooled[measure], (0.0,))
