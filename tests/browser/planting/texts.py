"""The corpus as it is planted: each text with a mark behind it, by which a page tells which field it shows."""

import re
from collections.abc import Iterator

from tests import xss

TEXTS = xss.STORABLE
_MARK = re.compile(r"//(\d+)\.([a-z_]+(?:\.[a-z_]+)+)")


def each(field: str) -> tuple[str, ...]:
    """The texts for a field, one by one. The mark behind each is a comment to a script."""
    return tuple(f"{text}//{number}.{field}" for number, text in enumerate(TEXTS))


def some(field: str, count: int) -> tuple[str, ...]:
    """So many, in which all the texts are."""
    texts = each(field)
    return tuple(" ".join(texts[start::count]) for start in range(count))


def all_of(field: str) -> str:
    return some(field, 1)[0]


def found(text: str) -> Iterator[tuple[str, int]]:
    """Fields and numbers of the texts that stand in a text as they were planted."""
    for mark in _MARK.finditer(text):
        field, number = mark[2], int(mark[1])
        if number < len(TEXTS) and text.endswith(TEXTS[number], 0, mark.start()):
            yield field, number
