"""A question page: its items, and the page around them."""

from collections.abc import Mapping, Sequence

import msgspec
from markupsafe import Markup

from survey import languages
from survey.core import answers as packing
from survey.core.items import KINDS
from survey.core.journey import Progress
from survey.core.questionnaire.model import Item, Questionnaire, words
from survey.messages import Message, say
from survey.pages.rendering import Cut, Link, Memo, Shell, cut, hole, render
from survey.pages.responding import parts
from survey.pages.responding.voices import voiced

_STICKY = {"radios", "scale"}
"""Forms in which a browser cannot take back a choice: a button does."""
_kept = Memo[Cut](4_000)


class Sheet(msgspec.Struct, frozen=True):
    """What a question page follows from. `number` counts the questionnaire's pages from 1; `given` are the answers,
    or, where `mistakes` or `notice` say why the page is shown again, the values a form sent. Without `progress` the
    page does not say how far it is."""

    shell: Shell
    questionnaire: Questionnaire
    items: tuple[Item, ...]
    given: Mapping[str, Sequence[str]]
    number: int
    back: str
    progress: Progress | None = None
    change: bool = False
    mistakes: Mapping[str, str] = {}
    notice: str = ""
    were: str = ""
    """Traces of the answers as they are stored, where `given` are not those."""

    @property
    def again(self) -> bool:
        return bool(self.mistakes or self.notice)


class QuestionPage(msgspec.Struct, frozen=True):
    """`clearable` are the items whose answer a button takes away; `shown` lists the items, for when they cannot be
    looked up."""

    shell: Shell
    title: str
    back: str
    place: str
    section: str
    heading: str
    action: str
    shown: str
    clearable: tuple[Link, ...]
    problems: tuple[Link, ...]
    notice: str
    csrf: Markup = hole("csrf")
    items: Markup = hole("items")
    were: Markup = hole("were")


def page(sheet: Sheet, csrf: str) -> bytes:
    """The page's bytes."""
    were = sheet.were or packing.traces(sheet.items, sheet.given)
    return _surround(sheet).fill({"csrf": csrf.encode(), "items": _items(sheet), "were": were.encode()})


def _items(sheet: Sheet) -> bytes:
    alone, language = len(sheet.items) == 1, sheet.shell.language
    if sheet.again:
        made = [
            parts.fresh(
                item, sheet.given.get(item.id, ()), language, alone=alone, error=sheet.mistakes.get(item.id, "")
            )
            for item in sheet.items
        ]
    else:
        made = [
            parts.markup(sheet.questionnaire, item, sheet.given.get(item.id, ()), language, alone=alone)
            for item in sheet.items
        ]
    return b"".join(made)


def _surround(sheet: Sheet) -> Cut:
    if sheet.again:
        return _cut(sheet)
    answered = tuple(item.id for item in sheet.items if item.id in sheet.given)
    asked = tuple(item.id for item in sheet.items)
    key = (
        sheet.questionnaire.hash,
        sheet.number,
        sheet.progress,
        sheet.back,
        sheet.change,
        asked,
        answered,
        sheet.shell,
    )
    return _kept.get(key, lambda: _cut(sheet))


def _cut(sheet: Sheet) -> Cut:
    language, heading = sheet.shell.language, _heading(sheet)
    own = sheet.questionnaire.pages[sheet.number - 1].section
    section = voiced(own, language) if own else Markup("")
    place = languages.tell(_place(sheet.progress), language) if sheet.progress else ""
    title = f"{heading} – {place}" if place else heading
    return cut(
        render(
            "responding/question.html",
            QuestionPage(
                shell=sheet.shell,
                title=languages.tell(say("Error: %(title)s", title=title), language) if sheet.again else title,
                back=sheet.back,
                place=place,
                section=section,
                heading="" if len(sheet.items) == 1 else section or heading,
                action=f"{sheet.number}?change=1" if sheet.change else str(sheet.number),
                shown=" ".join(item.id for item in sheet.items),
                clearable=_clearable(sheet),
                problems=tuple(Link(said, f"#{parts.html_id(item)}") for item, said in sheet.mistakes.items()),
                notice=sheet.notice,
            ),
            language,
        )
    )


def _heading(sheet: Sheet) -> str:
    """Plain, as a page's title is."""
    own = sheet.items[0].text if len(sheet.items) == 1 else sheet.questionnaire.pages[sheet.number - 1].section
    return words(own, sheet.shell.language) if own else sheet.shell.service


def _place(progress: Progress) -> Message:
    first, last, of = progress
    if first == last:
        return say("Question %(number)s of %(of)s", number=first, of=of)
    if last == first + 1:
        return say("Questions %(first)s and %(last)s of %(of)s", first=first, last=last, of=of)
    return say("Questions %(first)s to %(last)s of %(of)s", first=first, last=last, of=of)


def _clearable(sheet: Sheet) -> tuple[Link, ...]:
    language = sheet.shell.language
    return tuple(
        Link(voiced(item.text, language), item.id)
        for item in sheet.items
        if KINDS[item.kind].template in _STICKY and sheet.given.get(item.id)
    )
