"""The forms by which a unit is renamed, moved, merged or closed from a day on, and by which that is undone."""

from datetime import date, datetime
from typing import get_args
from uuid import UUID

import msgspec
from litestar import Response
from litestar.di import NamedDependency
from litestar.params import FromPath
from markupsafe import Markup

from survey import errors
from survey.core.staff import units
from survey.core.staff.units import Kind, Place
from survey.errors import BadInput, Problem
from survey.operations import arranging
from survey.operations.arranging import Change, Forest
from survey.pages.console import mistakes, wording
from survey.pages.console.desk import Desk
from survey.pages.console.entries import Field, Option, Select
from survey.pages.console.frame import CSRF
from survey.pages.rendering import Link, Shell
from survey.pages.staffing import words

TOP = "top"
_TITLES: dict[Kind, str] = {"rename": "Rename", "move": "Move", "merge": "Merge", "close": "Close"}
_WHAT: dict[Kind, str] = {
    "rename": "Results of earlier rounds keep the old name. Trends go on: it is the same unit.",
    "move": "It moves with everybody in it and below it. Rounds that have been launched keep it where it was.",
    "merge": "Its people, and the units below it, belong to the other unit from then on. Trends go on there.",
    "close": "Nobody can be put into it from then on. To carry its results on in another unit, merge it instead.",
}
_BUTTONS: dict[Kind, str] = {"rename": "Rename it", "move": "Move it", "merge": "Merge it", "close": "Close it"}


class ChangePage(msgspec.Struct, frozen=True):
    """`makes`: there is another unit after it, so that being sent twice must not make two."""

    shell: Shell
    title: str
    csrf: Markup
    problems: tuple[Link, ...]
    action: str
    back: str
    unit: str
    what: str
    name: Field | None
    target: Select | None
    day: Field | None
    button: str
    makes: bool = False


async def ask(desk: NamedDependency[Desk], unit_id: FromPath[str], kind: FromPath[str]) -> Response[bytes]:
    async with desk.connection() as db:
        forest = await arranging.forest(db, desk.whose)
    place = _open(forest, unit_id)
    return desk.send("staffing/change.html", _page(desk, forest, place, _kind(kind), None))


async def do(desk: NamedDependency[Desk], unit_id: FromPath[str], kind: FromPath[str]) -> Response[bytes]:
    wanted = _kind(kind)
    try:
        async with desk.noted(f"unit.{wanted}", unit_id) as (db, note):
            on = _day(desk.one("day"))
            note.details["from"] = on.isoformat() if on else "now"
            await arranging.change(db, desk.whose, unit_id, _change(desk, wanted), on, desk.zone)
    except (BadInput, errors.Refused) as bad:
        async with desk.connection() as db:
            forest = await arranging.forest(db, desk.whose)
        page = _page(desk, forest, _open(forest, unit_id), wanted, bad)
        return desk.send("staffing/change.html", page, bad.status)
    return desk.go(words.address(unit_id))


def _kind(text: str) -> Kind:
    for kind in get_args(Kind):
        if kind == text:
            return kind  # type: ignore[no-any-return]
    raise errors.NotFound


def _open(forest: Forest, unit_id: str) -> Place:
    place = forest.find(unit_id)
    if not place.open:
        raise errors.Refused(f"“{place.name}” is closed or merged already.")
    return place


def _change(desk: Desk, kind: Kind) -> Change:
    target = desk.one("target")
    match kind:
        case "rename":
            return Change(kind, name=desk.one("name"))
        case "move" if not target:
            raise BadInput([Problem("unit", "it is not chosen.", "Choose one from the list.")])
        case _:
            return Change(kind, target=None if target in {"", TOP} else target)


def _day(text: str) -> date | None:
    """None: from now on."""
    if not text:
        return None
    for form in _FORMS:
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - a day as calendars have it
        except ValueError:
            continue
    raise BadInput([Problem("date", "it is not a day.", "Write it like 1/4/2027.")])


_FORMS = ("%d/%m/%Y", "%Y-%m-%d", "%d %B %Y", "%d.%m.%Y")


_PLACES = {"unit": "target", "date": "day"}
"""What the operation calls a field, and what the form does."""


def _page(desk: Desk, forest: Forest, place: Place, kind: Kind, bad: BadInput | errors.Refused | None) -> ChangePage:
    wrong = said(bad)
    name = Field("name", "New name", desk.one("name") or place.name, error=wrong.get("name", ""))
    target = _target(desk, forest, place, kind, wrong.get("target", ""))
    day = Field(
        "day",
        "From which day",
        desk.one("day"),
        "For example 1/4/2027: it takes effect by itself on that day. Leave it empty to do it now.",
        wrong.get("day", ""),
        10,
    )
    shown = [one for one in (name if kind == "rename" else None, target, day) if one]
    problems = mistakes.links(wrong, *shown)
    title = f"{_TITLES[kind]} “{place.name}”"
    return ChangePage(
        shell=desk.shell,
        title=mistakes.title(title, problems),
        csrf=CSRF,
        problems=problems,
        action=f"{words.address(place.id)}/{kind}",
        back=words.address(place.id),
        unit=title,
        what=_WHAT[kind] if kind != "close" else f"{_WHAT[kind]}{_still_there(forest.sitting.get(place.id, 0))}",
        name=name if kind == "rename" else None,
        target=target,
        day=day,
        button=_BUTTONS[kind],
    )


def _still_there(count: int) -> str:
    if not count:
        return ""
    if count == 1:
        return " 1 person is in it: choose the day by which they will have been moved, or move them first."
    people = wording.people(count)
    return f" {people} are in it: choose the day by which they will have been moved, or move them first."


def said(bad: BadInput | errors.Refused | None) -> dict[str, str]:
    """By the form's field; what is wrong with the tree is said above all fields, with its place."""
    if bad is None:
        return {}
    if not isinstance(bad, BadInput):
        return {mistakes.TOP: str(bad)}
    return {
        _PLACES.get(problem.place, problem.place): mistakes.sentence(_in_full(problem))
        for problem in reversed(bad.problems[:20])
    }


def _in_full(problem: Problem) -> Problem:
    """What is wrong with the tree says with which unit."""
    if problem.place in {"name", *_PLACES}:
        return problem
    return Problem(problem.place, f"{problem.place}: {problem.what}", problem.mend)


def _target(desk: Desk, forest: Forest, place: Place, kind: Kind, error: str) -> Select | None:
    chosen = desk.one("target")
    if kind == "merge":
        options = (Option("", "Choose a unit"), *words.choices(forest, chosen, desk.zone, [place.id]))
        return Select("target", "Merge it into", options, error=error)
    if kind == "move":
        without = units.subtree(forest.places, place.id)
        top = Option(TOP, f"{desk.organisation} (the top of the tree)", chosen=chosen == TOP)
        return Select(
            "target",
            "Move it to stand below",
            (Option("", "Choose a unit"), top, *words.choices(forest, chosen, desk.zone, without)),
            error=error,
        )
    return None


async def undo(desk: NamedDependency[Desk], change_id: FromPath[UUID]) -> Response[bytes]:
    async with desk.noted("unit.undo") as (db, note):
        found = await arranging.undo(db, desk.whose, change_id)
        note.subject = found.unit
        note.details["what"] = found.kind
    return desk.go(words.address(found.unit))
