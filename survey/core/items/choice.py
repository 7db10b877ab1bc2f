"""Choosing one of a row of options: agreement, frequency, ladder, and the plain single choice."""

from collections.abc import Iterator, Sequence
from typing import ClassVar

import numpy as np

from survey.core.items import options
from survey.core.items.kind import Columns, Kind, Mistake, Points, Scoring, Values
from survey.core.questionnaire.model import Item
from survey.errors import Problem
from survey.messages import say


class Choice(Kind):
    """One of k options, the state byte being its place; scored in equal steps from 0 to 100 (METHOD 1.1)."""

    template = "radios"
    scoring: ClassVar[Scoring] = "always"
    takes: ClassVar[tuple[str, ...]] = ("options",)

    def states(self, item: Item) -> dict[str, int]:
        """Each form value with its state byte, in the order shown."""
        return options.numbered(len(item.options))

    def points(self, item: Item) -> Sequence[float]:
        """Points per option, in the order shown."""
        count = len(self.states(item))
        steps = [100 * place / (count - 1) for place in range(count)]
        return steps[::-1] if item.reverse else steps

    def take(self, item: Item, values: Sequence[str], language: str) -> Values:
        given = set(values) - {""}
        if len(given) > 1 or not given <= self.states(item).keys():
            raise Mistake(say("Choose one of the options"))
        return tuple(given)

    def put(self, item: Item, values: Values) -> bytes:
        return bytes((self.states(item)[values[0]],))

    def get(self, item: Item, data: bytes) -> Values:
        return (tuple(self.states(item))[data[0] - 1],)

    def score(self, item: Item, columns: Columns) -> Points:
        table = np.full(256, np.nan)
        if item.vision is not None:
            table[1 : len(self.states(item)) + 1] = self.points(item)
        return table[columns[:, 0]]

    def possible(self, item: Item, answer: str) -> bool:
        return answer in self.states(item) or super().possible(item, answer)


class Agreement(Choice):
    name = "agreement"
    called = "an agreement item"

    def needs(self, item: Item) -> Iterator[Problem]:
        return options.exactly(item, 5, "five options from disagreement to agreement")


class Frequency(Choice):
    name = "frequency"
    called = "a frequency item"

    def needs(self, item: Item) -> Iterator[Problem]:
        return options.exactly(item, 5, "five options from never to always")


class Ladder(Choice):
    name = "ladder"
    called = "a ladder item"

    def needs(self, item: Item) -> Iterator[Problem]:
        return options.exactly(item, 5, "five described levels, the lowest first,")


class Single(Choice):
    """A choice among options of the author's own; scored only where `values` gives each option its points."""

    name = "single"
    called = "a single-choice item"
    scoring = "optional"
    takes = ("options", "values")

    def points(self, item: Item) -> Sequence[float]:
        return item.values or ()

    def needs(self, item: Item) -> Iterator[Problem]:
        yield from options.between(item, 2)
        if item.vision is not None or item.values is not None:
            yield from self._check_values(item)

    def _check_values(self, item: Item) -> Iterator[Problem]:
        if item.vision is None:
            yield Problem("values", "points need a vision to count towards.", "Name one, or delete ‘values’.")
        if item.reverse and item.vision is not None:
            yield Problem("reverse", "‘values’ says already how the options score.", "Turn their points round instead.")
        values = item.values or ()
        if len(values) != len(item.options):
            what = f"{len(item.options)} options need as many points, and there are {len(values) or 'none'}."
            yield Problem("values", what, "Give each option 0 to 100 points, as values = [0, 50, 100].")
        if any(not 0 <= value <= 100 for value in values):
            yield Problem("values", "points run from 0 to 100.", "Mend those outside.")
