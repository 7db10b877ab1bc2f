"""A questionnaire's texts on a page in a language that not all of them have been translated into.

One that was not is shown in the questionnaire's own language, and says so: a screen reader would read English with the
sounds of Welsh, and a page from right to left would scatter its full stops.
"""

from collections.abc import Callable

from markupsafe import Markup, escape

from survey import languages
from survey.core.questionnaire.model import Text, spoken


def other(text: Text, language: str, default: str = "en") -> str:
    """The language that the text is shown in, where it is not the page's; else empty."""
    found = spoken(text, language, default)
    return "" if found == language else found


def voiced(text: Text, language: str, made: Callable[[str], str] = str) -> Markup:
    """The text, and around it what language it is in where that is not the page's. `made` trims the text first."""
    found = spoken(text, language)
    said = escape(made(text[found]))
    if found == language:
        return said
    return Markup('<span lang="{}" dir="{}">{}</span>').format(found, languages.direction(found), said)
