"""Which column of the staff list means what: told, remembered from the last import, or recognised by its name."""

import difflib
from collections.abc import Mapping as Map
from collections.abc import Sequence
from typing import Literal, get_args

import msgspec

from survey.errors import BadInput, Problem

Field = Literal[
    "employee_number", "unit", "division", "team",
    "level_1", "level_2", "level_3", "level_4", "level_5", "level_6", "level_7", "level_8",
    "staff_group", "clinical", "site", "email", "mobile", "language",
]  # fmt: skip
FIELDS: tuple[Field, ...] = get_args(Field)
LEVELS: tuple[Field, ...] = FIELDS[4:12]

NAMES: dict[Field, str] = {field: field.replace("_", " ") for field in FIELDS} | {
    "unit": "unit path",
    "clinical": "clinical (yes or no)",
    "email": "e-mail",
}
"""What the fields are called in messages."""

KNOWN_AS: dict[Field, tuple[str, ...]] = {
    "employee_number": ("employee number", "employee no", "employee id", "emp no", "esr number", "staff number",
                        "payroll number"),
    "unit": ("unit path", "organisation path", "org path", "hierarchy"),
    "division": ("division", "directorate", "care group", "business unit"),
    "team": ("team", "department", "ward", "cost centre description", "unit"),
    **{level: (f"level {n}", f"unit level {n}", f"org l{n + 1}") for n, level in enumerate(LEVELS, start=1)},
    "staff_group": ("staff group", "staff group name", "esr staff group"),
    "clinical": ("clinical", "is clinical", "clinical staff", "clinical yes no"),
    "site": ("site", "site name", "location", "work location", "base", "location description"),
    "email": ("email", "email address", "e mail", "e mail address", "work email", "work email address",
              "nhs email", "office email address"),
    "mobile": ("mobile", "mobile number", "mobile phone", "work mobile", "mobile telephone", "mobile telephone number"),
    "language": ("language", "preferred language", "survey language"),
}  # fmt: skip
"""Names of columns that are recognised, best first: those of ESR's standard reports, and what Trusts write.
ESR's Org L1 is the Trust itself, so the first level below it is Org L2."""


class Mapping(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The column for each field that has one, by the column's name; `separator` divides a unit path in one column."""

    columns: dict[Field, str]
    separator: str = ">"


def plain(name: str) -> str:
    """A column's name without case, marks and spacing: “E-mail_Address ” is “e mail address”."""
    words = "".join(letter if letter.isalnum() else " " for letter in name.casefold())
    return " ".join(words.split())


def field_named(name: str) -> Field:
    """The field somebody means. Raises BadInput for a name that is none."""
    wanted = plain(name).replace(" ", "_")
    for field in FIELDS:
        if wanted == field:
            return field
    near = difflib.get_close_matches(wanted, FIELDS, n=1, cutoff=0.5)
    mend = f"Did you mean {near[0]}?" if near else f"The fields are {', '.join(FIELDS)}."
    raise BadInput([Problem(f"“{name}”", "it is not a field of the staff list.", mend)])


def _one_way(found: dict[Field, str]) -> dict[Field, str]:
    """Keeps, of the ways in which units could be recognised, the one that says most."""
    levels = [found.pop(level) for level in LEVELS if level in found]
    if "unit" in found:
        return {field: name for field, name in found.items() if field not in {"division", "team"}}
    if len(levels) >= 2:
        rest = {field: name for field, name in found.items() if field not in {"division", "team"}}
        return rest | dict(zip(LEVELS, levels, strict=False))
    if "division" not in found and plain(found.get("team", "")) == "unit":
        found["unit"] = found.pop("team")
    return found


def recognised(header: Sequence[str]) -> dict[Field, str]:
    """The fields whose columns can be told by their names."""
    by_name = {plain(name): name for name in reversed(header)}
    return _one_way(
        {
            field: by_name[known]
            for field in FIELDS
            if (known := next((name for name in KNOWN_AS[field] if name in by_name), None))
        }
    )


def _ways_of_giving_units(columns: Map[Field, str]) -> list[Problem]:
    """A unit is given as one path, as division and team, or as levels from the top without a gap; not in two ways."""
    levels = [field for field in LEVELS if field in columns]
    pair = [field for field in ("division", "team") if field in columns]
    ways = ("unit" in columns) + bool(levels) + bool(pair)
    mend = "Name a column for the unit, for division and team, or for level 1, level 2 and so on: one way of the three."
    if ways > 1:
        return [Problem("The mapping", "it gives the unit in more than one way.", mend)]
    if ways == 0 or len(pair) == 1 or levels != list(LEVELS[: len(levels)]):
        return [Problem("The mapping", "it does not give the whole unit.", mend)]
    return []


def _problems(mapping: Mapping, header: Sequence[str]) -> list[Problem]:
    names = [plain(name) for name in header]
    problems = [
        Problem("The mapping", f"it has no column for {NAMES[field]}.", f"Give one with --map {field}=COLUMN.")
        for field in ("employee_number", "staff_group")
        if field not in mapping.columns
    ]
    for field, column in mapping.columns.items():
        copies = names.count(plain(column))
        if copies == 0:
            mend = f"Give another with --map {field}=COLUMN, or leave {NAMES[field]} out with --map {field}="
            problems.append(
                Problem(f"The column “{column}”", f"it is to hold {NAMES[field]} and is not in this file.", mend)
            )
        elif copies > 1:
            problems.append(Problem(f"The column “{column}”", "it stands in this file more than once.", "Rename one."))
    if not mapping.separator.strip():
        problems.append(Problem("The separator", "it cannot be empty or a space."))
    return problems + _ways_of_giving_units(mapping.columns)


def settle(
    header: Sequence[str], told: Map[Field, str], remembered: Mapping | None, separator: str | None = None
) -> Mapping:
    """The mapping for a file: what is told wins over what is remembered; only with nothing remembered are columns
    recognised by name. An empty name leaves a field out. Raises BadInput with everything that is missing.
    """
    given: dict[Field, str] = {field: name for field, name in told.items() if name.strip()}
    base: dict[Field, str] = dict(remembered.columns) if remembered else recognised(header)
    if given.keys() & {"unit", "division", "team", *LEVELS}:
        base = {field: name for field, name in base.items() if field not in {"unit", "division", "team", *LEVELS}}
    columns = {field: name for field, name in (base | given).items() if told.get(field, name).strip()}
    mapping = Mapping(columns, separator or (remembered.separator if remembered else ">"))
    problems = _problems(mapping, header)
    if problems:
        raise BadInput(problems)
    return mapping


def suits(header: Sequence[str], remembered: Mapping | None) -> int:
    """How likely a table of these columns is the staff list: 2 with all the columns of the last import, 1 where they
    can be told by their names, else 0."""
    names = {plain(name) for name in header}
    if remembered is not None and names.issuperset(map(plain, remembered.columns.values())):
        return 2
    return int({"employee_number", "staff_group"} <= recognised(header).keys())


def positions(mapping: Mapping, header: Sequence[str]) -> dict[Field, int]:
    """Where in a row each mapped field stands."""
    names = [plain(name) for name in header]
    return {field: names.index(plain(column)) for field, column in mapping.columns.items()}
