"""All answers of one person as they read when they are shown back, with a Change link each."""

from functools import lru_cache
from itertools import groupby

import msgspec
from markupsafe import Markup

from survey import languages
from survey.core.answers import Answers
from survey.core.items import specials
from survey.core.items.kind import Values
from survey.core.questionnaire.model import Item, Questionnaire
from survey.messages import say
from survey.pages.rendering import Memo, render
from survey.pages.responding import parts
from survey.pages.responding.voices import voiced

_TYPED = {"text", "number"}
_kept = Memo[Markup](8_000)


class Row(msgspec.Struct, frozen=True):
    """One question and its answer: several lines for several choices, none for no answer."""

    question: str
    answer: tuple[str, ...]
    ordered: bool
    href: str


class Section(msgspec.Struct, frozen=True):
    heading: str
    rows: Markup


@lru_cache(maxsize=64)
def _places(questionnaire: Questionnaire, language: str) -> dict[str, tuple[str, int]]:
    """The section each item is shown under, and the number of its page."""
    return {
        item: (voiced(page.section, language) if page.section else "", number)
        for number, page in enumerate(questionnaire.pages, 1)
        for item in page.items
    }


def sections(
    questionnaire: Questionnaire, items: tuple[Item, ...], answers: Answers, language: str
) -> tuple[Section, ...]:
    places = _places(questionnaire, language)
    other = languages.tell(say("Other questions"), language) if any(places[item.id][0] for item in items) else ""
    grouped = groupby(items, lambda item: places[item.id][0] or other)
    return tuple(
        Section(
            heading, Markup("").join(_row(questionnaire, item, answers.get(item.id, ()), language) for item in here)
        )
        for heading, here in grouped
    )


def _row(questionnaire: Questionnaire, item: Item, values: Values, language: str) -> Markup:
    def make() -> Markup:
        page = _places(questionnaire, language)[item.id][1]
        row = Row(
            voiced(item.text, language), reads(item, values, language), item.kind == "ranking", f"q/{page}?change=1"
        )
        return Markup(render("responding/row.html", row, language))  # noqa: S704 - the template has escaped it

    if values and item.kind in _TYPED:
        return make()
    return _kept.get((questionnaire.hash, item.id, values, language), make)


def reads(item: Item, values: Values, language: str) -> tuple[str, ...]:
    """An answer in words, one per line."""
    offered = specials(item)
    return tuple(
        voiced(offered[value], language) if value in offered else _read(item, value, language) for value in values
    )


def _read(item: Item, value: str, language: str) -> str:
    if item.kind in _TYPED:
        return value
    if item.kind == "zero_to_ten":
        end = {"0": item.options[0], "10": item.options[1]}.get(value)
        if end:
            return Markup("{} – {}").format(value, voiced(end, language, parts.end_label))
        return languages.tell(say("%(value)s out of 10", value=value), language)
    return voiced(item.options[int(value) - 1], language)
