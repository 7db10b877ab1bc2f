"""What the columns of an uploaded staff list hold, and which sheet of a workbook it is."""

import textwrap
from uuid import UUID

import msgspec
from litestar import Response
from litestar.di import NamedDependency
from litestar.params import FromPath
from markupsafe import Markup

from survey.core.staff import mapping as columns
from survey.core.staff.mapping import Field as ListField
from survey.core.staff.mapping import Mapping
from survey.db import Db
from survey.errors import BadInput, Problem
from survey.operations import uploading
from survey.operations.staffing import Wishes
from survey.operations.uploading import Described, Import
from survey.pages.console import mistakes, wording
from survey.pages.console.desk import Desk
from survey.pages.console.entries import Field, Option, Select
from survey.pages.console.frame import CSRF
from survey.pages.rendering import Link, Shell
from survey.pages.staffing import words

_ORDER: tuple[ListField, ...] = (
    "employee_number", "staff_group", "unit", "division", "team", *columns.LEVELS, "clinical", "site", "email",
    "mobile", "language",
)  # fmt: skip


class ColumnsPage(msgspec.Struct, frozen=True):
    """`wrong`: why the sheet that was read cannot be used; then there are no columns, but other sheets."""

    shell: Shell
    title: str
    csrf: Markup
    problems: tuple[Link, ...]
    file: str
    rows: str
    here: str
    wrong: str
    sheets: Select | None
    columns: tuple[Select, ...]
    separator: Field
    leavers: bool
    unreachable: bool


async def ask(desk: NamedDependency[Desk], import_id: FromPath[UUID]) -> Response[bytes]:
    """The columns once more, after a dry run."""
    async with desk.connection() as db:
        found = await uploading.find(db, desk.whose, import_id)
        if found.state not in {"described", "checked"}:
            return desk.go(words.import_address(import_id))
        made = await page(db, desk, found)
    return desk.send("staffing/columns.html", made)


async def page(db: Db, desk: Desk, found: Import, bad: BadInput | None = None) -> ColumnsPage:
    told, typed = uploading.described(found), bool(desk.visitor.form)
    wished = _wishes(desk) if typed else uploading.wishes(found.wishes)
    known = await uploading.remembered(db, desk.whose, told.header)
    chosen = _said(desk, told) if typed else _meaning(told, wished, known)
    problems = tuple(Link(_sentence(problem), "#column-0") for problem in bad.problems) if bad else ()
    return ColumnsPage(
        shell=desk.shell,
        title=mistakes.title("What do the columns hold?", problems),
        csrf=CSRF,
        problems=problems,
        file=found.file_name,
        rows=wording.rows(told.rows),
        here=words.import_address(found.import_id),
        wrong=told.wrong,
        sheets=_sheets(told, found.sheet),
        columns=tuple(_column(told, place, chosen.get(place, "")) for place in range(len(told.header))),
        separator=Field(
            "separator",
            "What divides the levels, where one column holds the whole unit path",
            wished.separator or known.separator,
            width=2,
        ),
        leavers=wished.leavers,
        unreachable=wished.allow_unreachable,
    )


def _sentence(problem: Problem) -> str:
    """What the page offers differs from what the command line does."""
    if problem.place == "The mapping":
        what, mend = problem.what.replace("it", "the list", 1), "" if "--map" in problem.mend else problem.mend
        return mistakes.sentence(Problem(problem.place, what, mend))
    return f"{problem.place}: {problem.what}" if "--map" in problem.mend else str(problem)


def _sheets(told: Described, chosen: str | None) -> Select | None:
    if len(told.sheets) < 2:
        return None
    return Select("sheet", "Sheet", tuple(Option(name, name, chosen=name == chosen) for name in told.sheets))


def _meaning(told: Described, wished: Wishes, known: Mapping) -> dict[int, str]:
    """What each column is taken for: as told for this file before, else as remembered or recognised."""
    by_field = {field: name for field, name in (wished.columns or known.columns).items() if name}
    names = [columns.plain(name) for name in told.header]
    return {names.index(columns.plain(name)): field for field, name in by_field.items() if columns.plain(name) in names}


def _column(told: Described, place: int, chosen: str) -> Select:
    """What a column may be said to hold, with what its first rows do."""
    name = told.header[place] or f"Column {place + 1}, which has no name"
    sample = dict.fromkeys(textwrap.shorten(row[place], 30, placeholder="…") for row in told.sample if place < len(row))
    options = (Option("", "Not used"), *(Option(field, _called(field), chosen=field == chosen) for field in _ORDER))
    return Select(
        f"column-{place}",
        f"“{name}” holds",
        options if told.header[place] else options[:1],
        ", ".join(filter(None, sample)) or "Nothing in the first rows",
    )


def _called(field: ListField) -> str:
    name = columns.NAMES[field]
    return name[:1].upper() + name[1:]


def _said(desk: Desk, told: Described) -> dict[int, str]:
    return {place: desk.one(f"column-{place}") for place in range(len(told.header))}


def _wishes(desk: Desk) -> Wishes:
    return Wishes(
        separator=desk.one("separator") or None,
        leavers=desk.one("leavers") == "yes",
        allow_unreachable=desk.one("unreachable") == "yes",
    )


async def choose_sheet(desk: NamedDependency[Desk], import_id: FromPath[UUID]) -> Response[bytes]:
    async with desk.connection() as db:
        await uploading.choose_sheet(db, desk.whose, import_id, desk.one("sheet"))
    return desk.go(words.import_address(import_id))


async def take(desk: NamedDependency[Desk], import_id: FromPath[UUID]) -> Response[bytes]:
    async with desk.connection() as db:
        found = await uploading.find(db, desk.whose, import_id)
        if found.state not in {"described", "checked"}:
            return desk.go(words.import_address(import_id))
        told = uploading.described(found)
        try:
            await uploading.map_columns(db, desk.whose, import_id, _chosen(told, _said(desk, told)), _wishes(desk))
        except BadInput as bad:
            made = await page(db, desk, found, bad)
            return desk.send("staffing/columns.html", made, bad.status)
    return desk.go(words.import_address(import_id))


def _chosen(told: Described, said: dict[int, str]) -> dict[ListField, str]:
    """Raises BadInput where two columns are said to hold the same."""
    chosen: dict[ListField, str] = {}
    problems = []
    for place, name in said.items():
        if not name:
            continue
        field = columns.field_named(name)
        if field in chosen:
            mend = "Choose “Not used” for one of them."
            problems.append(Problem(_called(field), "more than one column is said to hold it.", mend))
        chosen[field] = told.header[place]
    if problems:
        raise BadInput(problems)
    return chosen
