"""The catalogue of every text that respondents read, by language, and how a language is chosen.

The sources are English; `survey/data/locales/<language>/LC_MESSAGES/survey.po` has the others, read once at start, with
no step of compiling. A text that a language lacks is told in English; tests see to it that none is lacking.
"""

import gettext
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path

import msgspec
from babel import Locale
from babel.messages import pofile

from survey.messages import Message, filled

FOLDER = Path(__file__).parents[1] / "data" / "locales"
SOURCE = "en"
"""The language that the texts are written in."""
_LONGEST = 200
"""Characters of an Accept-Language header that are looked at."""
_TAG = re.compile(r"\s*([A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*)\s*(?:;\s*q=([01](?:\.\d{1,3})?))?\s*")


class Catalogue(msgspec.Struct, frozen=True):
    """One language. `texts` has each English text's wordings: one, or as many as the language has plural forms, of
    which `form` names the one for a number."""

    language: str
    direction: str
    name: str
    """What its speakers call it."""
    texts: Mapping[str, Sequence[str]]
    form: Callable[[int], int]

    def one(self, text: str) -> str:
        found = self.texts.get(text)
        return found[0] if found else text

    def many(self, text: str, many: str, count: int) -> str:
        found = self.texts.get(text)
        return found[self.form(count)] if found else (text if count == 1 else many)


def _made(language: str, texts: Mapping[str, Sequence[str]], plural: str) -> Catalogue:
    locale = Locale.parse(language, sep="-")
    return Catalogue(language, locale.text_direction, locale.display_name or language, texts, gettext.c2py(plural))


def read(language: str, path: Path) -> Catalogue:
    """From a .po file: what has been translated, as it stands there."""
    with path.open("rb") as file:
        catalogue = pofile.read_po(file, locale=language)
    return _made(language, dict(_wordings(catalogue)), catalogue.plural_expr)


def _wordings(entries: Iterable[object]) -> Iterable[tuple[str, tuple[str, ...]]]:
    for entry in entries:
        source, said = entry.id, entry.string  # type: ignore[attr-defined]
        wordings = (said,) if isinstance(said, str) else tuple(said)
        if source and all(wordings):
            yield source if isinstance(source, str) else source[0], wordings


@cache
def known() -> dict[str, Catalogue]:
    """Every language that the service speaks."""
    found = {SOURCE: _made(SOURCE, {}, "n != 1")}
    for path in sorted(FOLDER.glob("*/LC_MESSAGES/survey.po")):
        language = path.parts[-3]
        found[language] = read(language, path)
    return found


def find(language: str) -> Catalogue:
    """The language's catalogue; the English one for a language that only a questionnaire has."""
    return known().get(language) or known()[SOURCE]


def name(language: str) -> str:
    """What its speakers call it."""
    if language in known():
        return known()[language].name
    return Locale.parse(language, sep="-").display_name or language


def direction(language: str) -> str:
    """How it is written, whether the service speaks it or not: "ltr" or "rtl"."""
    if language in known():
        return known()[language].direction
    return Locale.parse(language, sep="-").text_direction


def tell(said: Message | str, language: str) -> str:
    """A text in a language."""
    catalogue = find(language)
    if isinstance(said, str):
        return catalogue.one(said)
    text = catalogue.many(said.text, said.many, said.count) if said.many else catalogue.one(said.text)
    values = {key: tell(value, language) if isinstance(value, Message) else value for key, value in said.values.items()}
    return filled(text, values)


@lru_cache(maxsize=512)
def preferred(header: str, offered: tuple[str, ...]) -> str | None:
    """Which of the offered languages an Accept-Language header likes best, if any."""
    parts = [found for part in header[:_LONGEST].split(",") if (found := _TAG.fullmatch(part)) is not None]
    wishes = [(float(part[2] or 1), part[1].lower()) for part in parts]
    for weight, wish in sorted(wishes, key=lambda one: -one[0]):
        if not weight:
            break
        for language in offered:
            if wish == language.lower() or wish.partition("-")[0] == language.lower():
                return language
    return None
