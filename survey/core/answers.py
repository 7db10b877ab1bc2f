"""A respondent's answers: which items they are asked, how a page of them is read, how they are packed.

Packed answers are one run of bytes per response, equally long for all responses of a questionnaire version: every
item in its order, asked or not, in the width its kind gives it.
"""

import zlib
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from survey.core.frame import Audience
from survey.core.items import KINDS, NOT_ASKED, Kind, Mistake
from survey.core.questionnaire.model import Item, Page, Questionnaire
from survey.messages import Message

Answers = dict[str, tuple[str, ...]]
"""Item id -> normalised form values; an item that was not answered is not there."""

_HEADER = 128
"""Bytes left for what surrounds answers when they are encrypted: atom, field names, lengths."""
_STEP = 256


@lru_cache(maxsize=256)
def for_audience(questionnaire: Questionnaire, audience: Audience) -> tuple[Item, ...]:
    """The items for this audience, before any skip rule. "everyone" is asked those of both others."""
    if audience == "everyone":
        return questionnaire.items
    return tuple(item for item in questionnaire.items if item.audience in {"all", audience})


@lru_cache(maxsize=256)
def is_conditional(questionnaire: Questionnaire, audience: Audience) -> bool:
    """Whether an answer can show or hide an item of this audience's."""
    return any(item.show_if is not None for item in for_audience(questionnaire, audience))


def asked(questionnaire: Questionnaire, audience: Audience, answers: Answers) -> tuple[Item, ...]:
    """The items that this person is asked, in order. An item that waits for one that is not asked is not asked."""
    mine = for_audience(questionnaire, audience)
    return _shown(mine, answers) if is_conditional(questionnaire, audience) else mine


def _shown(items: tuple[Item, ...], answers: Answers) -> tuple[Item, ...]:
    live: Answers = {}
    shown = []
    for item in items:
        rule = item.show_if
        if rule is None or any(value in rule.answers for value in live.get(rule.item, ())):
            live[item.id] = answers.get(item.id, ())
            shown.append(item)
    return tuple(shown)


@lru_cache(maxsize=64)
def _layout(questionnaire: Questionnaire) -> tuple[tuple[Item, Kind, bytes], ...]:
    """Each item with its kind and the bytes that say it was not asked: none at all for one that packs to nothing."""
    rows = []
    for item in questionnaire.items:
        kind = KINDS[item.kind]
        size = kind.width(item)
        rows.append((item, kind, bytes([NOT_ASKED]).ljust(size, b"\0")[:size]))
    return tuple(rows)


def pack(questionnaire: Questionnaire, audience: Audience, answers: Answers) -> bytes:
    """The answers in `width(questionnaire)` bytes. Those to items that are not asked (any more) are dropped."""
    live = {item.id for item in asked(questionnaire, audience, answers)}
    return b"".join(
        [
            kind.pack(item, answers.get(item.id, ())) if item.id in live else unasked
            for item, kind, unasked in _layout(questionnaire)
        ]
    )


def unpack(questionnaire: Questionnaire, packed: bytes) -> Answers:
    """What `pack` kept: everything but texts."""
    where = columns(questionnaire)
    values = {item.id: kind.unpack(item, packed[where[item.id]]) for item, kind, _ in _layout(questionnaire)}
    return {item_id: value for item_id, value in values.items() if value}


def width(questionnaire: Questionnaire) -> int:
    """Bytes of one packed response."""
    return sum(len(unasked) for _, _, unasked in _layout(questionnaire))


@lru_cache(maxsize=64)
def columns(questionnaire: Questionnaire) -> dict[str, slice]:
    """Where each item's bytes stand in a packed response; an empty slice for a text."""
    where, start = {}, 0
    for item, _, unasked in _layout(questionnaire):
        where[item.id] = slice(start, start + len(unasked))
        start += len(unasked)
    return where


def parse_page(
    questionnaire: Questionnaire, page: Page, form: Mapping[str, Sequence[str]], language: str
) -> tuple[Answers, dict[str, Message]]:
    """A submitted page: the answers that can be taken, and a message for each item whose answer cannot.

    An item in neither was left empty. Fields of other pages are not looked at.
    """
    taken: Answers = {}
    mistakes: dict[str, Message] = {}
    for item_id in page.items:
        item = questionnaire.by_id[item_id]
        kind = KINDS[item.kind]
        try:
            values = kind.parse(item, kind.gather(item, form), language)
        except Mistake as mistake:
            mistakes[item_id] = mistake.said
        else:
            taken |= {item_id: values} if values else {}
    return taken, mistakes


def replaced(page: Page, before: Answers, given: Answers) -> Answers:
    """All answers after a page was submitted: its items' old ones give way, even to no answer."""
    return {item_id: values for item_id, values in before.items() if item_id not in page.items} | given


def traces(items: Iterable[Item], answers: Mapping[str, Sequence[str]]) -> str:
    """Goes with a page's form and tells, when it comes back, which of its items had been answered otherwise since: an
    item's answer in eight letters, which say nothing that the page does not."""
    return " ".join(_trace(answers.get(item.id, ())) for item in items)


def _trace(values: Sequence[str]) -> str:
    return f"{zlib.crc32(repr(tuple(values)).encode()):08x}"


def overtaken(page: Page, shown: str, were: str, now: Answers, given: Answers) -> set[str]:
    """The items of a page that was sent late whose answer is another by now than when the page was shown, and another
    than it would make it. `shown` are the page's items, and `were` their traces, as the form brought them back."""
    before = dict(zip(shown.split(), were.split(), strict=False))
    return {
        item
        for item in page.items
        if item in before and _trace(now.get(item, ())) != before[item] and now.get(item) != given.get(item)
    }


def texts(questionnaire: Questionnaire, answers: Answers, audience: Audience = "everyone") -> list[tuple[str, str]]:
    """The free texts among the answers, by item; those to items that are not asked are dropped."""
    items = asked(questionnaire, audience, answers)
    return [(item.id, answers[item.id][0]) for item in items if item.kind == "text" and answers.get(item.id)]


@lru_cache(maxsize=64)
def sealed_size(questionnaire: Questionnaire) -> int:
    """One plaintext size, in bytes, for everything encrypted under this version: no answers encode to more."""
    drafted = sum(5 + len(item.id) + kind.longest(item) for item, kind, _ in _layout(questionnaire))
    sent = sum(5 + len(item.id) + kind.longest(item) for item, kind, packed in _layout(questionnaire) if not packed)
    most = _HEADER + max(drafted, sent + width(questionnaire))
    return -(-most // _STEP) * _STEP
