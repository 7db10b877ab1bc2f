"""Rows under the division that they belong to, as pages that list a round's reporting units show them."""

from collections.abc import Callable, Iterable
from typing import TypeVar

Row = TypeVar("Row")

NONE = "Across divisions"
MOST_OPEN = 100
"""Units that a page shows all at once; of more, a division's are shown when it is asked for."""


def apart(rows: Iterable[Row], division: Callable[[Row], str]) -> list[tuple[str, list[Row]]]:
    """In the order in which divisions first occur; rows that belong to none alone, under an empty name, are last."""
    within: dict[str, list[Row]] = {}
    for row in rows:
        within.setdefault(division(row), []).append(row)
    return sorted(within.items(), key=lambda one: not one[0])
