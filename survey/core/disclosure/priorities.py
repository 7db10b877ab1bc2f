"""What people would do next, told along the tree: the organisation, divisions and reporting units.

The options of a ranking item share a verdict and are attacked together (see `rankings`), for everybody's points add up
to the same. Staff groups cross the tree, and have no priorities.
"""

from collections.abc import Iterator

import msgspec
import numpy as np

from survey.core import answers as packed
from survey.core.disclosure import cells, keeping, pieces, rankings
from survey.core.disclosure.estimates import Estimates, estimates
from survey.core.disclosure.groups import Layout
from survey.core.disclosure.pieces import Tree
from survey.core.disclosure.release import Priority, Withheld
from survey.core.questionnaire.model import Item, Questionnaire
from survey.core.scoring.method import METHOD
from survey.core.scoring.moments import moments
from survey.core.scoring.persons import Bytes, Floats, Ints
from survey.core.scoring.priorities import borda, least

_FREE = msgspec.structs.replace(METHOD, lowest=0, highest=100)
"""No mean is held within bounds: options of which it would tell too much are not told at all."""


class Ranked(msgspec.Struct, frozen=True, eq=False):
    """A ranking item's points, before anything is withheld: `found` has a measure per option. `n` (atoms,) ranked, of
    whom each gave every option `floor` points or more; `total` (atoms, options)."""

    item: Item
    found: Estimates
    n: Ints
    total: Floats
    floor: float


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
    layout = of.found.layout
    reasons = verdicts(of, k)
    tree = Tree(layout, of.n, of.found.weights[0], of.total, of.floor)
    told = rankings.told(tree, [reason is None for reason in reasons], k)
    for place, group in enumerate(layout.groups):
        if group.kind in pieces.KINDS:
            for option in range(len(of.item.options)):
                reason = reasons[place] or (None if told[place, option] else "all_alike")
                if reason is None:
                    yield _priority(of, place, option)
                else:
                    yield Priority(group.id, of.item.id, option + 1, reason=reason)


def verdicts(of: Ranked, k: int) -> tuple[Withheld | None, ...]:
    """Threshold and safe-add, nobody with over a tenth of a weighted mean."""
    enough = keeping.kept(of.found.layout, (of.n,), of.found.weights[0].stratum, pieces.KINDS, k)
    return keeping.fair(enough, [row[0] for row in of.found.rollups])


def _priority(of: Ranked, group: int, option: int) -> Priority:
    found = of.found
    cell = cells.cell(found.layout.groups[group], "", found.rollup(group, option), found.pooled[option], (0.0,), _FREE)
    return Priority(cell.group, of.item.id, option + 1, cell.value, cell.low, cell.high, cell.answers, cell.effective)
