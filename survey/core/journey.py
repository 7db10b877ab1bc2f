"""The way through a questionnaire: which pages a person sees, which comes next, how far they are.

Nothing of it is stored: it follows from (questionnaire, audience, answers). Pages are named by their position in the
questionnaire. Where no skip rule applies to an audience, all of it is the same for everyone and is memoised.
"""

from functools import lru_cache
from typing import NamedTuple

from survey.core.answers import Answers, asked, is_conditional
from survey.core.frame import Audience
from survey.core.questionnaire.model import Item, Questionnaire


class Progress(NamedTuple):
    """A page holds questions `first` to `last`, counted among the `of` that this person is asked."""

    first: int
    last: int
    of: int


class _Route(NamedTuple):
    """The pages a person sees, in order, each with the items asked on it, and where its first one is counted."""

    items: dict[int, tuple[Item, ...]]
    before: dict[int, int]
    total: int


def _walk(questionnaire: Questionnaire, audience: Audience, answers: Answers) -> _Route:
    live = {item.id: item for item in asked(questionnaire, audience, answers)}
    items: dict[int, tuple[Item, ...]] = {}
    before: dict[int, int] = {}
    count = 0
    for position, page in enumerate(questionnaire.pages):
        here = tuple([live[item_id] for item_id in page.items if item_id in live])
        if here:
            items[position], before[position] = here, count
            count += len(here)
    return _Route(items, before, count)


@lru_cache(maxsize=256)
def _fixed(questionnaire: Questionnaire, audience: Audience) -> _Route:
    return _walk(questionnaire, audience, {})


def _route(questionnaire: Questionnaire, audience: Audience, answers: Answers) -> _Route:
    if is_conditional(questionnaire, audience):
        return _walk(questionnaire, audience, answers)
    return _fixed(questionnaire, audience)


def pages(questionnaire: Questionnaire, audience: Audience, answers: Answers) -> tuple[int, ...]:
    """The positions of the pages on which something is asked, in order."""
    return tuple(_route(questionnaire, audience, answers).items)


def items(questionnaire: Questionnaire, audience: Audience, answers: Answers, page: int) -> tuple[Item, ...]:
    """What is asked on a page; empty where the page is not part of this person's way."""
    return _route(questionnaire, audience, answers).items.get(page, ())


def first_unanswered(questionnaire: Questionnaire, audience: Audience, answers: Answers) -> int | None:
    """The first page with an item that has no answer; None when every one has."""
    for position, here in _route(questionnaire, audience, answers).items.items():
        if any(item.id not in answers for item in here):
            return position
    return None


def next_page(questionnaire: Questionnaire, audience: Audience, answers: Answers, page: int) -> int | None:
    """The page after this one; None after the last."""
    later = (position for position in _route(questionnaire, audience, answers).items if position > page)
    return next(later, None)


def previous_page(questionnaire: Questionnaire, audience: Audience, answers: Answers, page: int) -> int | None:
    """The page before this one; None before the first."""
    earlier = [position for position in _route(questionnaire, audience, answers).items if position < page]
    return earlier[-1] if earlier else None


def progress(questionnaire: Questionnaire, audience: Audience, answers: Answers, page: int) -> Progress:
    """How far a page of this person's way is. Raises KeyError for a page that is not on it."""
    route = _route(questionnaire, audience, answers)
    before = route.before[page]
    return Progress(before + 1, before + len(route.items[page]), route.total)
