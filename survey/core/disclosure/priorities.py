"""What people would do next, told along the tree: the organisation, divisions and reporting units.

All options of a ranking item share one verdict, and are attacked together, for everybody's points add up to the same.
Along a tree that needs no programme (see `pieces`). Staff groups cross it, and have no priorities.
"""

from collections.abc import Iterator

import msgspec
import numpy as np

from survey.core import answers as packed
from survey.core.disclosure import cells, keeping, pieces
from survey.core.disclosure.estimates import Estimates, estimates
from survey.core.disclosure.groups import Layout
from survey.core.disclosure.pieces import Tree
from survey.core.disclosure.release import Priority, Withheld
from survey.core.questionnaire.model import Item, Questionnaire
from survey.core.scoring.method import METHOD, Method
from survey.core.scoring.moments import moments
from survey.core.scoring.persons import Bytes, Floats, Ints
from survey.core.scoring.priorities import borda, least


class Ranked(msgspec.Struct, frozen=True, eq=False):
    """A ranking item's points, before anything is withheld: `found` has a measure per option. `n` (atoms,) ranked, of
    whom each gave every option `floor` points or more; `total` (atoms, options)."""

    item: Item
    found: Estimates
    n: Ints
    total: Floats
    floor: float

    @property
    def span(self) -> float:
        return 100 - self.floor


def ranked(layout: Layout, questionnaire: Questionnaire, atoms: Ints, answers: Bytes, k: int) -> Iterator[Ranked]:
    places = packed.columns(questionnaire)
    for item in questionnaire.items:
        if item.kind == "ranking":
            columns = answers[:, places[item.id]]
            orders = np.where(columns[:, :1] == 1, columns[:, 1:], 0).astype(np.int64)
            found = moments(atoms, borda(orders, len(item.options)), len(layout.places))
            n = found.n[:, 0]
            yield Ranked(
                item, estimates(layout, found, k), n, n[:, None] * found.mean, least(len(item.options), item.top or 1)
            )


def priorities(of: Ranked, k: int) -> Iterator[Priority]:
    """One per group of the tree and option."""
    layout, method = of.found.layout, _method(of)
    reasons = verdicts(of, k)
    for place, group in enumerate(layout.groups):
        if group.kind in pieces.KINDS:
            for option in range(len(of.item.options)):
                reason = reasons[place]
                yield (
                    _priority(of, place, option, method)
                    if reason is None
                    else Priority(group.id, of.item.id, option + 1, reason=reason)
                )


def _method(of: Ranked) -> Method:
    """Nothing tells how near to nobody, or to everybody, those are who put an option among the first."""
    edge = METHOD.lowest * of.span / 100
    return msgspec.structs.replace(METHOD, lowest=round(of.floor + edge), highest=round(100 - edge))


def _priority(of: Ranked, group: int, option: int, method: Method) -> Priority:
    found = of.found
    cell = cells.cell(found.layout.groups[group], "", found.rollup(group, option), found.pooled[option], (0.0,), method)
    return Priority(
        cell.group, of.item.id, option + 1, cell.value, cell.bound, cell.low, cell.high, cell.answers, cell.effective
    )


def verdicts(of: Ranked, k: int) -> tuple[Withheld | None, ...]:
    """Threshold and safe-add, nobody with over a tenth of a weighted mean; then the attack."""
    layout, stratum = of.found.layout, of.found.weights[0].stratum
    enough = keeping.kept(layout, (of.n,), stratum, pieces.KINDS, k)
    fair = keeping.fair(enough, [row[0] for row in of.found.rollups])
    return pieces.settled(Tree(layout, of.n, stratum, of.total, of.floor, shares=True), fair, k)
