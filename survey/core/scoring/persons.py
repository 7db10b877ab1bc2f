"""One person's scores: the mean of the items answered per vision, and the mean of all visions."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from survey.core import answers as packed
from survey.core.items import DONT_KNOW, KINDS, NOT_APPLICABLE, NOT_ASKED
from survey.core.questionnaire.model import Item, Questionnaire
from survey.core.scoring.method import METHOD, Method

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Bytes = NDArray[np.uint8]

_AT_ONCE = 16_384
"""Persons scored at a time: what is worked on then stays in the processor's cache, in half the time."""
_APPLIES = ~np.isin(np.arange(256), [NOT_ASKED, DONT_KNOW, NOT_APPLICABLE])
"""By state byte."""


def scores(
    questionnaire: Questionnaire, answers: Bytes, method: Method = METHOD, *, only: frozenset[str] | None = None
) -> Floats:
    """Packed answers (n, width) -> points 0 to 100 (n, visions + 1), the overall score last; nan where missing.
    `only`: from these items alone."""
    found = np.empty((len(answers), len(questionnaire.visions) + 1))
    for start in range(0, len(answers), _AT_ONCE):
        some = slice(start, start + _AT_ONCE)
        for vision, items in enumerate(_scored(questionnaire, only)):
            found[some, vision] = _vision(items, answers[some], method)
        found[some, -1] = overall(found[some, :-1])
    return found


@lru_cache(maxsize=64)
def _scored(questionnaire: Questionnaire, only: frozenset[str] | None) -> tuple[tuple[tuple[Item, slice], ...], ...]:
    """Per vision, its scored items and where their packed answers stand."""
    places = packed.columns(questionnaire)
    return tuple(
        tuple(
            (item, places[item.id])
            for item in questionnaire.items
            if item.vision == vision.id and (only is None or item.id in only)
        )
        for vision in questionnaire.visions
    )


def _vision(items: tuple[tuple[Item, slice], ...], answers: Bytes, method: Method) -> Floats:
    if not items:
        return np.full(len(answers), np.nan)
    points = np.array([KINDS[item.kind].score(item, answers[:, place]) for item, place in items]).T
    states = np.array([answers[:, place.start] for _, place in items]).T
    return combine(points, _APPLIES[states], method)


def combine(points: Floats, applicable: Bools, method: Method = METHOD) -> Floats:
    """Mean of the answered items (n, items) per person (n,), nan where too few were answered.

    With a items applicable (asked, and neither "not part of my role" nor "don't know") and b of them answered:
    a >= 1 and b >= max(min(2, a), ceil(3a/5)). A skip stays in a; nothing is imputed. Source: the rule of the NHS
    Staff Survey's composite scores (5 of 7), at 0.6.
    """
    answered = applicable & ~np.isnan(points)
    a, b = applicable.sum(axis=1), answered.sum(axis=1)
    above, below = method.share_answered
    needed = np.maximum(np.minimum(method.fewest_answered, a), -(-above * a // below))
    total = np.where(answered, points, 0.0).sum(axis=1)
    enough = (a >= 1) & (b >= needed)
    mean: Floats = np.divide(total, b, out=np.full(len(points), np.nan), where=enough)
    return mean


def overall(visions: Floats) -> Floats:
    """Mean over all visions (n, visions) per person; nan where any is missing."""
    mean: Floats = visions.mean(axis=1)
    return mean
