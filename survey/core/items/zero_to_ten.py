"""A number from 0 to 10, with a word at either end."""

from collections.abc import Iterator

from survey.core.items import options
from survey.core.items.choice import Choice
from survey.core.questionnaire.model import Item
from survey.errors import Problem


class ZeroToTen(Choice):
    """Eleven options named by their number; the two labels belong to the ends."""

    name = "zero_to_ten"
    called = "a zero-to-ten item"
    template = "scale"

    def states(self, item: Item) -> dict[str, int]:
        return options.numbered(11, 0)

    def needs(self, item: Item) -> Iterator[Problem]:
        return options.exactly(item, 2, "two options, the words for 0 and for 10,")
