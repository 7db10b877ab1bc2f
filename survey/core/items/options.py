"""What kinds with options have in common: how many there may be, and that no two read the same."""

from collections.abc import Iterator, Sequence
from functools import lru_cache

from survey.core.items.kind import Mistake
from survey.core.questionnaire.model import Item, Text
from survey.errors import Problem
from survey.messages import say

MOST = 30
_HOW = 'Write them as options = ["…", "…"], or name a list under [scales] as scale = "…".'


@lru_cache(maxsize=64)
def numbered(count: int, first: int = 1) -> dict[str, int]:
    """The form values of so many options, in order, each with its place counted from 1."""
    return {str(first + place): place + 1 for place in range(count)}


def positions(item: Item, values: Sequence[str]) -> list[int]:
    """The places of chosen options, counted from 1. Raises Mistake for what is not an option."""
    known = numbered(len(item.options))
    try:
        return [known[value] for value in values]
    except KeyError:
        raise Mistake(say("Choose from the options shown")) from None


def exactly(item: Item, count: int, spoken: str) -> Iterator[Problem]:
    """Problems unless there are `count` options; `spoken` says what they are."""
    if len(item.options) != count:
        yield Problem("options", f"this needs {spoken} and has {_or_none(len(item.options))}.", _HOW)
    yield from distinct(item)


def between(item: Item, least: int) -> Iterator[Problem]:
    """Problems unless there are `least` to MOST options."""
    if not least <= len(item.options) <= MOST:
        has = _or_none(len(item.options))
        yield Problem("options", f"this needs {least} to {MOST} options and has {has}.", _HOW)
    yield from distinct(item)


def _or_none(count: int) -> str:
    return str(count or "none")


def distinct(item: Item) -> Iterator[Problem]:
    """Problems where two options read the same in every language, but for case."""
    seen: dict[str, int] = {}
    for place, option in enumerate(item.options[:MOST], 1):
        first = seen.setdefault(_spoken(option), place)
        if first != place:
            yield Problem("options", f"options {first} and {place} read the same.", "Give each its own wording.")


def _spoken(option: Text) -> str:
    return "\n".join(f"{language} {wording.casefold()}" for language, wording in sorted(option.items()))
