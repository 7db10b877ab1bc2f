"""What a questionnaire is, once it has been read and found whole.

Values of these types come only from `reading.read`, which refuses mistakes; nothing checks them again.
"""

import hashlib
from functools import cached_property
from typing import Literal

import msgspec

Text = dict[str, str]
"""A text in each language it has been written in, keyed by language code; the default language is always there."""

KindName = Literal["agreement", "frequency", "ladder", "zero_to_ten", "single", "several", "number", "ranking", "text"]
Audience = Literal["all", "clinical", "non_clinical"]


class Vision(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One of the organisation's digital visions, against which items are scored."""

    id: str
    name: Text


class ShowIf(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Show an item only when an earlier item has one of these answers (form values, such as "4" or "na")."""

    item: str
    answers: tuple[str, ...]


class Item(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One question. `options` are the labels in the order shown, already resolved from any shared scale.

    agreement, frequency, ladder: five labels; zero_to_ten: two end labels; single, several, ranking: the choices;
    number, text: none. `values` gives a scored single choice its 0 to 100 points per option.
    """

    id: str
    kind: KindName
    text: Text
    vision: str | None = None
    options: tuple[Text, ...] = ()
    hint: Text | None = None
    subtheme: str | None = None
    audience: Audience = "all"
    reverse: bool = False
    not_applicable: Text | None = None
    dont_know: Text | None = None
    pulse: bool = False
    show_if: ShowIf | None = None
    values: tuple[float, ...] | None = None
    minimum: int | None = None
    maximum: int | None = None
    max_length: int | None = None
    top: int | None = None
    wgll: str | None = None


class Page(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One screen of the journey: one or a few items, under the name of its section (a vision's, or its own)."""

    items: tuple[str, ...]
    section: Text | None = None


class Level(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A maturity level: it begins at `start` points (0 for the first) and ends where the next begins."""

    name: Text
    start: float


class Questionnaire(msgspec.Struct, frozen=True, forbid_unknown_fields=True, dict=True):
    """One immutable version of the questions and of how they score. Items stand in the order in which pages ask them.

    Two are equal when their hashes are, so that what follows from one can be memoised on it.
    """

    title: Text
    mission: Text
    visions: tuple[Vision, ...]
    items: tuple[Item, ...]
    pages: tuple[Page, ...]
    levels: tuple[Level, ...]
    languages: tuple[str, ...] = ("en",)
    """The first is the default."""

    @cached_property
    def canonical(self) -> bytes:
        """The content as bytes that are the same for the same content, whatever the file's layout.

        What an item does not say is left out: a field that a later release adds, empty by default, changes no hash.
        """
        return msgspec.json.encode(_said(msgspec.to_builtins(self)), order="sorted")

    @cached_property
    def hash(self) -> str:
        """sha256 of the canonical content, in hex: the version's identity."""
        return hashlib.sha256(self.canonical).hexdigest()

    @cached_property
    def by_id(self) -> dict[str, Item]:
        return {item.id: item for item in self.items}

    def __hash__(self) -> int:
        return hash(self.hash)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Questionnaire) and self.hash == other.hash


def _said(value: object) -> object:
    """Without the fields that are None, False or empty; zero is a value and stays."""
    if isinstance(value, dict):
        return {key: _said(inner) for key, inner in value.items() if not _is_unsaid(inner)}
    if isinstance(value, list | tuple):
        return [_said(inner) for inner in value]
    return value


def _is_unsaid(value: object) -> bool:
    return value is None or value is False or (isinstance(value, list | tuple) and not value)


def words(text: Text, language: str, default: str = "en") -> str:
    """The text in a language, or in the default one where it has not been translated."""
    return text[spoken(text, language, default)]


def spoken(text: Text, language: str, default: str = "en") -> str:
    """The language that `words` finds the text in."""
    return next((one for one in (language, default) if text.get(one)), next(iter(text)))
