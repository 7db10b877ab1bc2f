"""Numbers and lists as the console says them."""

from collections.abc import Sequence


def people(count: int) -> str:
    return "1 person" if count == 1 else f"{count:,} people"


def units(count: int) -> str:
    return "1 reporting unit" if count == 1 else f"{count:,} reporting units"


def rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"


def listed(words: Sequence[str]) -> str:
    """ "a, b and c"."""
    return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))
