"""What every kind of item can do: take what a form sent, check how it was written, pack an answer, score it.

Packed, an answer is one state byte and, for some kinds, a payload of fixed width. The state byte is 0 for no answer,
one of the three named below, or a positive number that the kind gives its meaning.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from survey.core.questionnaire.model import Item, KindName, Text, words
from survey.errors import Problem
from survey.messages import Message, say

Columns = NDArray[np.uint8]
Points = NDArray[np.float64]
Values = tuple[str, ...]
"""One item's answer as normalised form values; empty for none."""
Scoring = Literal["always", "optional", "never"]

NOT_ANSWERED, NOT_ASKED, DONT_KNOW, NOT_APPLICABLE = 0, 253, 254, 255
SPECIAL = {"na": NOT_APPLICABLE, "dk": DONT_KNOW}
SPOKEN: dict[int, Values] = {NOT_ANSWERED: (), NOT_ASKED: (), NOT_APPLICABLE: ("na",), DONT_KNOW: ("dk",)}
SETTINGS = ("options", "values", "minimum", "maximum", "top", "max_length")
"""The keys of an item that only some kinds understand."""


class Mistake(Exception):
    """An answer that cannot be taken, in words for the person who gave it."""

    def __init__(self, said: Message) -> None:
        super().__init__(said)
        self.said = said


class Kind:
    """One kind of item. Stateless: an item's own settings come in with every call."""

    name: ClassVar[KindName]
    called: ClassVar[str]
    """As authors' messages say it: "an agreement item"."""
    template: ClassVar[str]
    """The form fragment that shows it."""
    scoring: ClassVar[Scoring]
    """Whether its items must have a vision, may have one, or never do."""
    takes: ClassVar[tuple[str, ...]]
    """Which of SETTINGS it understands."""

    def gather(self, item: Item, form: Mapping[str, Sequence[str]]) -> Sequence[str]:
        """The raw values in a form that belong to this item."""
        return form.get(item.id, ())

    def parse(self, item: Item, values: Sequence[str], language: str) -> Values:
        """Raw form values, normalised; empty when nothing was answered. Raises Mistake."""
        offered = specials(item)
        chosen = {value for value in values if value in offered}
        if not chosen:
            return self.take(item, values, language)
        if len(chosen) > 1 or any(value.strip() for value in values if value not in offered):
            spoken = words(offered[min(chosen)], language)
            raise Mistake(say("Either give an answer or choose ‘%(answer)s’, not both", answer=spoken))
        return tuple(chosen)

    def take(self, item: Item, values: Sequence[str], language: str) -> Values:
        """`parse` for values that are neither "na" nor "dk"."""
        raise NotImplementedError

    def width(self, item: Item) -> int:
        """Bytes of its packed answer, the state byte included: the same for every answer."""
        return 1

    def pack(self, item: Item, values: Values) -> bytes:
        """A parsed answer in exactly `width(item)` bytes."""
        if not values:
            return bytes(self.width(item))
        special = SPECIAL.get(values[0])
        if special is not None:
            return bytes((special,)).ljust(self.width(item), b"\0")
        return self.put(item, values)

    def put(self, item: Item, values: Values) -> bytes:
        """`pack` for values that are neither empty nor special."""
        raise NotImplementedError

    def unpack(self, item: Item, data: bytes) -> Values:
        """What `pack` was given; empty, too, for an item that was not asked."""
        spoken = SPOKEN.get(data[0])
        return self.get(item, data) if spoken is None else spoken

    def get(self, item: Item, data: bytes) -> Values:
        """`unpack` for a state that is the kind's own."""
        raise NotImplementedError

    def score(self, item: Item, columns: Columns) -> Points:
        """Points 0 to 100 for each row of packed answers (n, width); nan where there is nothing to score."""
        return np.full(len(columns), np.nan)

    def longest(self, item: Item) -> int:
        """Upper bound, in bytes, of its normalised values as MessagePack strings end to end."""
        return 3

    def possible(self, item: Item, answer: str) -> bool:
        """Whether `answer` can be among the item's values, so that another item may wait for it."""
        return answer in specials(item)

    def check(self, item: Item) -> list[Problem]:
        """What the item lacks or has too much of. Each problem's place is the key of the item that it is about."""
        return [*self._check_settings(item), *self._check_scoring(item), *self.needs(item)]

    def needs(self, item: Item) -> Iterator[Problem]:
        """The kind's own part of `check`."""
        yield from ()

    def _check_settings(self, item: Item) -> Iterator[Problem]:
        for key in SETTINGS:
            if key not in self.takes and getattr(item, key) not in (None, ()):
                yield Problem(key, f"{self.called} has no ‘{key}’.", "Delete it, or choose another kind.")

    def _check_scoring(self, item: Item) -> Iterator[Problem]:
        if self.scoring == "always" and item.vision is None:
            yield Problem("vision", f"{self.called} is scored, so it needs a vision.", "Name one from [visions].")
        if self.scoring == "never" and item.vision is not None:
            yield Problem("vision", f"{self.called} is never scored, so it has no vision.", "Delete it.")
        if item.reverse and item.vision is None:
            yield Problem("reverse", "only a scored item can be reversed, and this one has no vision.", "Delete it.")


def specials(item: Item) -> dict[str, Text]:
    """The special answers that an item offers, with their wording."""
    offered = {"na": item.not_applicable, "dk": item.dont_know}
    return {value: wording for value, wording in offered.items() if wording is not None}
