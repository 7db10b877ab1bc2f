"""How answers to one item are spread: which options are told together, who chose which, and who chose none."""

from collections.abc import Iterator

import msgspec
import numpy as np

from survey.core.items import DONT_KNOW, KINDS, NOT_ANSWERED, NOT_APPLICABLE, NOT_ASKED
from survey.core.items.choice import Choice
from survey.core.questionnaire.model import Item
from survey.core.scoring.persons import Bytes, Ints

QUARTERS = 4
"""The bands of a number's range."""


class Spread(msgspec.Struct, frozen=True, eq=False):
    """Per atom: people asked, those who answered, skipped it, do not know, say that it does not apply; and how many
    chose each option (atoms, options), which for several choices add up to more than answered."""

    asked: Ints
    answered: Ints
    skipped: Ints
    dont_know: Ints
    not_applicable: Ints
    chosen: Ints


def spread(item: Item, columns: Bytes, atoms: Ints, count: int) -> Spread:
    """Packed answers (n, width) of people in `atoms` (n,), each of 0..count-1."""
    states = np.bincount(atoms * 256 + columns[:, 0], minlength=256 * count).reshape(count, 256).astype(np.int64)
    asked = states.sum(axis=1) - states[:, NOT_ASKED]
    skipped, dont_know, not_applicable = (states[:, state] for state in (NOT_ANSWERED, DONT_KNOW, NOT_APPLICABLE))
    answered = asked - skipped - dont_know - not_applicable
    return Spread(asked, answered, skipped, dont_know, not_applicable, _chosen(item, columns, atoms, count, states))


def _chosen(item: Item, columns: Bytes, atoms: Ints, count: int, states: Ints) -> Ints:
    kind = KINDS[item.kind]
    if isinstance(kind, Choice):
        return states[:, 1 : len(kind.states(item)) + 1]
    said = columns[:, 0] == 1
    options = (
        np.vstack(list(_flags(item, columns))) if item.kind in {"several", "number"} else np.zeros((0, len(atoms)))
    )
    found = [np.bincount(atoms[said & (flags > 0)], minlength=count) for flags in options]
    return np.array(found, np.int64).reshape(len(options), count).T


def _flags(item: Item, columns: Bytes) -> Iterator[Bytes]:
    """Per option, who chose it."""
    if item.kind == "several":
        yield from np.unpackbits(columns[:, 1:], axis=1, bitorder="little").T[: len(item.options)]
        return
    above = columns[:, 1:5] @ np.array([1 << 24, 1 << 16, 1 << 8, 1], np.int64)
    width = (item.maximum or 0) - (item.minimum or 0) + 1
    yield from np.eye(QUARTERS, dtype=np.uint8)[np.minimum(QUARTERS * above // width, QUARTERS - 1)].T
