"""One item of a question page as form fields, in the markup of the NHS design system.

What follows from (item, chosen options, language) alone is kept between requests; what was typed never is.
"""

import re
from collections.abc import Sequence

import msgspec
from markupsafe import Markup

from survey import languages
from survey.core.items import KINDS, specials
from survey.core.items.ranking import PLACES, fields
from survey.core.items.text import USUAL
from survey.core.questionnaire.model import Item, Questionnaire, words
from survey.messages import Message, say
from survey.pages.rendering import Memo, render
from survey.pages.responding.voices import other, voiced

_NUMBERED = re.compile(r"^(?:0|10)\s*[-–—:]\s*")
_TYPED = {"text", "number"}
_kept = Memo[bytes](4_000)


class Choice(msgspec.Struct, frozen=True):
    id: str
    value: str
    label: str
    chosen: bool
    language: str = ""
    """That of the label, where no markup can say so and it is another than the page's."""


class Place(msgspec.Struct, frozen=True):
    """One place of a ranking: a select, or, named after the item itself, a special answer."""

    id: str
    field: str
    label: str
    choices: tuple[Choice, ...]


class Part(msgspec.Struct, frozen=True):
    """One item as its template needs it. `alone`: its text is the page's heading."""

    id: str
    name: str
    text: str
    alone: bool
    hint: str
    error: str
    choices: tuple[Choice, ...] = ()
    specials: tuple[Choice, ...] = ()
    places: tuple[Place, ...] = ()
    value: str = ""

    @property
    def described_by(self) -> str:
        hint, error = f"{self.id}-hint" if self.hint else "", f"{self.id}-error" if self.error else ""
        return f"{hint} {error}".strip()


def html_id(item_id: str) -> str:
    """Of the item's first field: where an error's link leads. No other id begins like this."""
    return f"q-{item_id}"


def markup(questionnaire: Questionnaire, item: Item, values: Sequence[str], language: str, *, alone: bool) -> bytes:
    """An item with the answer it has."""
    if values and item.kind in _TYPED:
        return fresh(item, values, language, alone=alone)
    key = (questionnaire.hash, item.id, tuple(values), language, alone)
    return _kept.get(key, lambda: fresh(item, values, language, alone=alone))


def fresh(item: Item, values: Sequence[str], language: str, *, alone: bool, error: str = "") -> bytes:
    """An item with whatever a form said, and what is wrong with it."""
    template = f"responding/items/{KINDS[item.kind].template}.html"
    return render(template, _part(item, values, language, alone=alone, error=error), language).encode()


def _part(item: Item, values: Sequence[str], language: str, *, alone: bool, error: str) -> Part:
    offered = specials(item)
    plain = [value for value in values if value not in offered]
    choices = _choices(item, language)
    said = [(value, voiced(wording, language)) for value, wording in offered.items()]
    return Part(
        id=html_id(item.id),
        name=item.id,
        text=voiced(item.text, language),
        alone=alone,
        hint=_hint(item, language),
        error=error,
        choices=_numbered(item, choices, plain, 1),
        specials=_numbered(item, said, values, (len(choices) or 1) + 2),
        places=_places(item, plain, language),
        value="\n".join(plain),
    )


def _choices(item: Item, language: str) -> list[tuple[str, str]]:
    """Form value and label of each option in order. The inner points of a 0 to 10 scale have no label."""
    if item.kind == "zero_to_ten":
        first, last = (voiced(option, language, end_label) for option in item.options)
        return [(str(point), label) for point, label in enumerate([first, *[""] * 9, last])]
    return [(str(place), voiced(option, language)) for place, option in enumerate(item.options, 1)]


def end_label(label: str) -> str:
    """The words for an end of the scale, without the number that authors often write before them."""
    return _NUMBERED.sub("", label)


def _numbered(item: Item, choices: Sequence[tuple[str, str]], chosen: Sequence[str], first: int) -> tuple[Choice, ...]:
    """Ids numbered as the design system does: none on the first field, and a divider counts."""
    return tuple(
        Choice(_nth(item, number), value, label, value in chosen)
        for number, (value, label) in enumerate(choices, first)
    )


def _nth(item: Item, number: int) -> str:
    return html_id(item.id) + (f"-{number}" if number > 1 else "")


def _places(item: Item, given: Sequence[str], language: str) -> tuple[Place, ...]:
    if item.kind != "ranking":
        return ()
    chosen = [*given, *[""] * (item.top or 0)]
    return tuple(
        Place(
            _nth(item, number),
            field,
            languages.tell(PLACES[number - 1], language),
            tuple(
                Choice(
                    "", str(value), words(option, language), str(value) == chosen[number - 1], other(option, language)
                )
                for value, option in enumerate(item.options, 1)
            ),
        )
        for number, field in enumerate(fields(item), 1)
    )


def _hint(item: Item, language: str) -> str:
    own = voiced(item.hint, language) if item.hint else Markup("")
    how = _how(item)
    return (own + " " + (languages.tell(how, language) if how else "")).strip()


def _how(item: Item) -> Message | None:
    """What the form cannot show by itself."""
    match item.kind:
        case "several":
            return say("Choose all that apply.")
        case "number":
            return say("Enter a whole number from %(low)s to %(high)s.", low=item.minimum, high=item.maximum)
        case "ranking":
            return say("You can choose fewer.") if (item.top or 0) > 1 else None
        case "text":
            return say("You can write up to %(most)s characters.", most=item.max_length or USUAL)
        case _:
            return None
