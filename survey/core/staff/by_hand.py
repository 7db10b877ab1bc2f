"""One person's details as somebody typed them: the same rules as for a row of the staff list."""

from collections.abc import Callable
from typing import TypeVar

import msgspec

from survey.core.staff import cells, groups
from survey.errors import BadInput, Problem

_T = TypeVar("_T")


class Typed(msgspec.Struct, frozen=True):
    """What stands in the form. `clinical` is yes, no, or empty to go by the staff group."""

    employee_number: str = ""
    unit: str = ""
    staff_group: str = ""
    clinical: str = ""
    site: str = ""
    email: str = ""
    mobile: str = ""
    language: str = ""


class Details(msgspec.Struct, frozen=True):
    """What is meant. `unit` is the unit's id."""

    employee_number: str
    unit: str
    staff_group: str
    clinical: bool
    site: str | None
    email: str | None
    mobile: str | None
    language: str | None


def read(typed: Typed) -> Details:
    """Raises BadInput with every mistake; each problem's place is the name of its field."""
    problems: list[Problem] = []

    def one(field: str, reader: Callable[[str], _T]) -> _T | None:
        try:
            text = cells.tidy(getattr(typed, field))
            return reader(text) if text else None
        except cells.Mistake as mistake:
            problems.append(Problem(field, mistake.what, mistake.mend))
            return None

    def needed(field: str, reader: Callable[[str], str]) -> str:
        before = len(problems)
        value = one(field, reader)
        if value is None and len(problems) == before:
            problems.append(Problem(field, "it is empty.", _NEEDED[field]))
        return value or ""

    number = needed("employee_number", cells.employee_number)
    unit, group = needed("unit", str), needed("staff_group", cells.staff_group)
    told = one("clinical", cells.clinical)
    contacts = one("email", cells.email), one("mobile", cells.mobile)
    site, language = one("site", str), one("language", cells.language)
    if problems:
        raise BadInput(problems)
    clinical = groups.CLINICAL[group] if told is None else told
    return Details(number, unit, group, clinical, site, *contacts, language)


_NEEDED = {
    "employee_number": "It is how the next staff list finds this person again.",
    "unit": "Choose where this person works.",
    "staff_group": "Choose one of ESR's national staff groups.",
}
