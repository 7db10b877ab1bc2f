"""Choosing any number of options."""

from collections.abc import Iterator, Sequence

import numpy as np

from survey.core.items import options
from survey.core.items.kind import Columns, Kind, Points, Values
from survey.core.questionnaire.model import Item
from survey.errors import Problem


class Several(Kind):
    """State 1, then one bit per option, the first in the lowest bit. Scored, it is the share of options chosen."""

    name = "several"
    called = "a several-choices item"
    template = "checkboxes"
    scoring = "optional"
    takes = ("options",)

    def take(self, item: Item, values: Sequence[str], language: str) -> Values:
        chosen = options.positions(item, [value for value in values if value])
        return tuple(str(place) for place in sorted(set(chosen)))

    def width(self, item: Item) -> int:
        return 1 + (len(item.options) + 7) // 8

    def put(self, item: Item, values: Values) -> bytes:
        bits = sum(1 << (int(value) - 1) for value in values)
        return b"\1" + bits.to_bytes(self.width(item) - 1, "little")

    def get(self, item: Item, data: bytes) -> Values:
        bits = int.from_bytes(data[1:], "little")
        return tuple(str(place + 1) for place in range(len(item.options)) if bits >> place & 1)

    def score(self, item: Item, columns: Columns) -> Points:
        if item.vision is None:
            return super().score(item, columns)
        chosen = np.unpackbits(columns[:, 1:], axis=1).sum(axis=1)
        points = 100 * chosen / len(item.options)
        return np.where(columns[:, 0] == 1, 100 - points if item.reverse else points, np.nan)

    def longest(self, item: Item) -> int:
        return 3 * len(item.options)

    def possible(self, item: Item, answer: str) -> bool:
        return answer in options.numbered(len(item.options)) or super().possible(item, answer)

    def needs(self, item: Item) -> Iterator[Problem]:
        return options.between(item, 2)
