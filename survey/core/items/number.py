"""A whole number between two bounds."""

import re
from collections.abc import Iterator, Sequence

import numpy as np

from survey.core.items.kind import Columns, Kind, Mistake, Points, Values
from survey.core.questionnaire.model import Item
from survey.errors import Problem
from survey.messages import say

_WHOLE = re.compile(r"[+-]?[0-9]{1,12}")
_FURTHEST = 1_000_000_000
_PLACES = np.array([1 << 24, 1 << 16, 1 << 8, 1], dtype=np.int64)


class Number(Kind):
    """State 1, then how far it lies above the minimum, in four bytes. Scored, it is its place between the bounds."""

    name = "number"
    called = "a number item"
    template = "number"
    scoring = "optional"
    takes = ("minimum", "maximum")

    def take(self, item: Item, values: Sequence[str], language: str) -> Values:
        given = {value.strip() for value in values} - {""}
        if not given:
            return ()
        low, high = bounds(item)
        text = given.pop()
        if given or not _WHOLE.fullmatch(text) or not low <= int(text) <= high:
            raise Mistake(say("Enter a whole number between %(low)s and %(high)s", low=low, high=high))
        return (str(int(text)),)

    def width(self, item: Item) -> int:
        return 5

    def put(self, item: Item, values: Values) -> bytes:
        return b"\1" + (int(values[0]) - bounds(item)[0]).to_bytes(4, "big")

    def get(self, item: Item, data: bytes) -> Values:
        return (str(bounds(item)[0] + int.from_bytes(data[1:5], "big")),)

    def score(self, item: Item, columns: Columns) -> Points:
        if item.vision is None:
            return super().score(item, columns)
        low, high = bounds(item)
        points = 100 * (columns[:, 1:5] @ _PLACES) / (high - low)
        return np.where(columns[:, 0] == 1, 100 - points if item.reverse else points, np.nan)

    def longest(self, item: Item) -> int:
        return 1 + len(str(-_FURTHEST))

    def possible(self, item: Item, answer: str) -> bool:
        low, high = bounds(item)
        whole = _WHOLE.fullmatch(answer) is not None and str(int(answer)) == answer
        return (whole and low <= int(answer) <= high) or super().possible(item, answer)

    def needs(self, item: Item) -> Iterator[Problem]:
        if item.minimum is None or item.maximum is None:
            missing = "minimum" if item.minimum is None else "maximum"
            yield Problem(missing, "a number item needs both bounds.", "Write minimum = 0 and maximum = 40, say.")
        elif item.minimum >= item.maximum:
            yield Problem("maximum", f"{item.maximum} is not above the minimum, {item.minimum}.", "Raise it.")
        for key, bound in (("minimum", item.minimum), ("maximum", item.maximum)):
            if bound is not None and abs(bound) > _FURTHEST:
                yield Problem(key, "bounds lie within a thousand million of zero.", "Choose a nearer one.")


def bounds(item: Item) -> tuple[int, int]:
    return item.minimum or 0, item.maximum or 0
