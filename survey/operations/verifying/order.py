"""What order and transactions tell: whether rows of answers lie as they were written, or as people are listed."""

from collections.abc import Iterator, Sequence
from math import sqrt

import numpy as np

from survey.operations.verifying.findings import Verdict, judged, passed
from survey.operations.verifying.scene import Scene
from survey.store import catalogue, comments, responses
from survey.store.catalogue import Transactions

FEWEST = 20
"""Rows below which an order says nothing either way."""
UNLIKELY = 5.0
"""Standard deviations from what shuffled rows give: once in two million looks."""


async def transactions(scene: Scene) -> Verdict:
    """Rows that were written one by one carry the order in which they were, in a hidden column."""
    found = await catalogue.transactions(scene.db)
    rounds = len({one.round_id for one in found})
    return judged(_scattered(found), f"The answers of each of {rounds} rounds were written in one transaction.")


def _scattered(found: Sequence[Transactions]) -> Iterator[str]:
    for one in found:
        if one.transactions > 1:
            yield (
                f"The {one.rows} rows of {one.relation} in round {one.round_id} were written in {one.transactions} "
                f"transactions, of which {one.with_people} also wrote a row that names a person."
            )


async def places(scene: Scene) -> Verdict:
    """Whether the order of rows in the file follows their ids or their reporting units."""
    amiss: list[str] = []
    looked = 0
    for one in scene.opened:
        rows = await responses.placed(scene.db, one.organisation_id, one.round_id)
        texts = await comments.placed(scene.db, one.organisation_id, one.round_id)
        if len(rows) >= FEWEST:
            looked += 1
            amiss += _ordered(one.round_id, "responses", [row.id.int for row in rows], [row.atom for row in rows])
        if len(texts) >= FEWEST:
            amiss += _ordered(one.round_id, "comments", [id_.int for id_ in texts])
        if any(id_.version != 4 for id_ in [*texts, *(row.id for row in rows)]):
            amiss.append(f"Round {one.round_id} has ids that are not random: they may tell a time.")
    if not looked and not amiss:
        return passed(f"No opened round has as many as {FEWEST} responses, and all ids are random.")
    return judged(amiss, f"The rows of {looked} opened rounds lie in no order that their ids or their units tell.")


def _ordered(round_id: str, what: str, ids: Sequence[int], atoms: Sequence[int] = ()) -> Iterator[str]:
    if surprise(ids) > UNLIKELY:
        yield f"The {what} of round {round_id} lie in the order of their ids."
    if atoms and (surprise(atoms) > UNLIKELY or clustering(atoms) > UNLIKELY):
        yield f"The {what} of round {round_id} lie unit by unit, as if in the order in which people answered."


def surprise(values: Sequence[int]) -> float:
    """How many standard deviations Spearman's rank correlation of the values with their places lies from chance:
    |r| sqrt(n - 1). 0 where all values are the same."""
    _, inverse, counts = np.unique(np.array(values, dtype=object), return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    if ranks.std() == 0:
        return 0.0
    return abs(float(np.corrcoef(np.arange(len(ranks)), ranks)[0, 1])) * float(np.sqrt(len(ranks) - 1))


def clustering(values: Sequence[int]) -> float:
    """How many standard deviations more neighbours are alike than if the values were shuffled.

    Then their number is about Poisson, with mean sum c (c - 1) / n over the values' counts c; its square root has a
    standard deviation of a half (Anscombe 1948), or less where few values make it less than Poisson.
    """
    given = np.array(values)
    _, counts = np.unique(given, return_counts=True)
    expected = float((counts * (counts - 1)).sum()) / len(given)
    alike = int((given[1:] == given[:-1]).sum())
    return 2 * (sqrt(alike + 3 / 8) - sqrt(expected + 3 / 8))
