"""Free text: kept apart from the other answers from the moment a response is made, so it has no packed form."""

import unicodedata
from collections.abc import Iterator, Sequence

from survey.core.items.kind import Kind, Mistake, Values
from survey.core.questionnaire.model import Item
from survey.errors import Problem
from survey.messages import say

USUAL, MOST = 500, 2000
"""Characters: the limit where an item sets none, and the highest it may set."""
_REFUSED = {"Cc", "Cs"}
_KEPT = {"\n", "\t"}


class FreeText(Kind):
    """Packs to nothing at all: not even whether it was answered stays with a response."""

    name = "text"
    called = "a text item"
    template = "text"
    scoring = "never"
    takes = ("max_length",)

    def take(self, item: Item, values: Sequence[str], language: str) -> Values:
        text = "\n".join(values).replace("\r\n", "\n").replace("\r", "\n").strip()
        if any(unicodedata.category(char) in _REFUSED and char not in _KEPT for char in text):
            raise Mistake(say("Your answer has a character that cannot be kept. Type it again rather than pasting it"))
        most = item.max_length or USUAL
        if len(text) > most:
            raise Mistake(
                say("Your answer must be %(most)s characters or fewer (it is %(long)s)", most=most, long=len(text))
            )
        return (text,) if text else ()

    def width(self, item: Item) -> int:
        return 0

    def pack(self, item: Item, values: Values) -> bytes:
        return b""

    def unpack(self, item: Item, data: bytes) -> Values:
        return ()

    def longest(self, item: Item) -> int:
        """Four bytes are the most that a character takes in UTF-8."""
        return 5 + 4 * (item.max_length or USUAL)

    def needs(self, item: Item) -> Iterator[Problem]:
        if item.max_length is not None and not 1 <= item.max_length <= MOST:
            what = f"the limit can be 1 to {MOST} characters, not {item.max_length}."
            yield Problem("max_length", what, "Choose another.")
        for key in ("not_applicable", "dont_know"):
            if getattr(item, key) is not None:
                yield Problem(key, "a text item can simply be left empty.", "Delete it.")
