"""A form's fields as templates print them, and mistakes beside the field they are about and in the summary above."""

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from survey.errors import BadInput
from survey.pages.forms import Form


class Field(msgspec.Struct, frozen=True):
    """One line, or several, of text. `width`: characters it is drawn for: nhsuk-frontend has 2, 3, 4, 5, 10, 20, 30."""

    id: str
    label: str
    value: str = ""
    hint: str = ""
    error: str = ""
    width: str = ""
    kind: str = "text"
    rows: int = 1

    @property
    def described_by(self) -> str:
        parts = ((self.hint, f"{self.id}-hint"), (self.error, f"{self.id}-error"))
        return " ".join(name for shown, name in parts if shown)


class Option(msgspec.Struct, frozen=True):
    value: str
    label: str
    chosen: bool = False
    hint: str = ""


class Choice(msgspec.Struct, frozen=True):
    """One of several (a select or radios), or any of several (checkboxes): the template's macro decides."""

    id: str
    label: str
    options: tuple[Option, ...]
    hint: str = ""
    error: str = ""

    @property
    def described_by(self) -> str:
        parts = ((self.hint, f"{self.id}-hint"), (self.error, f"{self.id}-error"))
        return " ".join(name for shown, name in parts if shown)


class Mistake(msgspec.Struct, frozen=True):
    """A line of the error summary: it says what stands beside the field, and which field that is, and leads there."""

    text: str
    href: str


def value(form: Form, name: str) -> str:
    return form.get(name, [""])[0].strip()


def by_place(bad: BadInput | None) -> dict[str, str]:
    """What to say beside each field: the first mistake of each place, as a sentence."""
    said: dict[str, str] = {}
    for problem in bad.problems if bad else ():
        said.setdefault(problem.place, sentence(problem.what, problem.mend))
    return said


def sentence(what: str, mend: str) -> str:
    text = f"{what} {mend}".strip()
    return text[:1].upper() + text[1:]


def mistakes(said: Mapping[str, str], fields: Iterable[Field | Choice]) -> tuple[Mistake, ...]:
    """The summary, in the order of the fields. A choice's first option is where its line leads."""
    known = {field.id: field for field in fields}
    ordered = sorted(said.items(), key=lambda one: list(known).index(one[0]) if one[0] in known else len(known))
    return tuple(_line(text, known.get(place)) for place, text in ordered)


def _line(text: str, field: Field | Choice | None) -> Mistake:
    """Beside the field “It is empty.” is enough; far from it the line says what is."""
    if field is None:
        return Mistake(text, "#maincontent")
    where = f"{field.id}-1" if isinstance(field, Choice) else field.id
    label = field.label.removesuffix(" (optional)")
    return Mistake(f"{label}: {text[0].lower()}{text[1:]}" if text.startswith("It ") else text, f"#{where}")


def title(text: str, problems: Sequence[Mistake]) -> str:
    return f"Error: {text}" if problems else text
