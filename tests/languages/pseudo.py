"""Languages for tests that are made from the English: whatever is not in brackets was never given to be translated.

`ar-XB` is written from right to left. A questionnaire can be made to speak them, too.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from survey import languages
from survey.core.questionnaire.model import Questionnaire
from survey.languages import Catalogue

BRACKETED = re.compile("⟦[^⟦⟧]*⟧")


def bracketed(text: str) -> str:
    return f"⟦{text}⟧"


def outside(text: str) -> str:
    """What stands in no brackets."""
    while (without := BRACKETED.sub("", text)) != text:
        text = without
    return text


class Texts(Mapping[str, tuple[str, str]]):
    """Every text there may be."""

    def __getitem__(self, text: str) -> tuple[str, str]:
        return (bracketed(text), bracketed(text))

    def get(self, text: str, default: Any = None) -> Any:
        return self[text]

    def __iter__(self) -> Iterator[str]:
        raise NotImplementedError

    def __len__(self) -> int:
        raise NotImplementedError


MIRRORED = Catalogue("ar-XB", "rtl", "RTL", Texts(), lambda count: int(count != 1))


def known() -> dict[str, Catalogue]:
    """What the service speaks, and ar-XB: in place of `languages.known`."""
    return {**_real(), MIRRORED.language: MIRRORED}


_real = languages.known


def speaking(questionnaire: Questionnaire, *, in_part: bool = False) -> Questionnaire:
    """The same questionnaire in English, Welsh (what is missing made up) and ar-XB; or, `in_part`, with nothing said in
    the other two but that it is."""
    plain = msgspec.to_builtins(questionnaire)
    spoken = plain if in_part else _translated(plain)
    return msgspec.convert(spoken | {"languages": ["en", "cy", "ar-XB"]}, Questionnaire)


def _translated(value: Any) -> Any:
    if isinstance(value, dict) and isinstance(value.get("en"), str):
        english = value["en"]
        return {"en": english, "cy": value.get("cy", f"({english})"), "ar-XB": bracketed(english)}
    if isinstance(value, dict):
        return {key: _translated(inner) for key, inner in value.items()}
    return [_translated(inner) for inner in value] if isinstance(value, list | tuple) else value
