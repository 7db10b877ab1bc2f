"""One person's page: how they can be reached, to which rounds they were invited, and that they left, are back, or are
to be forgotten.

Whether they answered is not known to it, and no page may tell.
"""

from uuid import UUID

import msgspec
from litestar import Response
from litestar.di import NamedDependency
from litestar.params import FromPath
from markupsafe import Markup

from survey.errors import BadInput
from survey.languages import times
from survey.operations import arranging, correcting, erasing
from survey.operations.arranging import Forest
from survey.operations.correcting import Person, Seat
from survey.pages.console import mistakes
from survey.pages.console.desk import Desk
from survey.pages.console.entries import Option, Select
from survey.pages.console.frame import CSRF
from survey.pages.rendering import Link, Shell
from survey.pages.staffing import words


class Detail(msgspec.Struct, frozen=True):
    name: str
    value: str


class PersonPage(msgspec.Struct, frozen=True):
    """`closing`: that their unit is closed, or will be. `back_in`: the units to choose from when they come back and
    theirs has been closed."""

    shell: Shell
    title: str
    csrf: Markup
    problems: tuple[Link, ...]
    heading: str
    address: str
    unit: Link
    closing: str
    back_in: Select | None
    details: tuple[Detail, ...]
    reached: str
    left: str
    seats: tuple[str, ...]
    counting: bool


class ErasedPage(msgspec.Struct, frozen=True):
    shell: Shell
    title: str


async def show(desk: NamedDependency[Desk], person_id: FromPath[UUID]) -> Response[bytes]:
    return desk.send("staffing/person.html", await _page(desk, person_id))


async def _page(desk: Desk, person_id: UUID, bad: BadInput | None = None) -> PersonPage:
    async with desk.connection() as db:
        found = await correcting.find(db, desk.whose, person_id)
        seats = await correcting.seats(db, desk.whose, person_id)
        forest = await arranging.forest(db, desk.whose)
    back_in = _back_in(desk, forest, found, bad)
    problems = mistakes.links(mistakes.by_place(bad), back_in) if bad and back_in else ()
    return PersonPage(
        shell=desk.shell,
        title=mistakes.title(f"Employee {found.employee_number}", problems),
        csrf=CSRF,
        problems=problems,
        heading=f"Employee {found.employee_number}",
        address=words.person_address(person_id),
        unit=Link(words.path(forest, found.unit), words.address(found.unit)),
        closing=_closing(forest, found, desk.zone),
        back_in=back_in,
        details=_details(found),
        reached=words.reached(found.email, found.mobile),
        left=times.day(found.left_at, desk.zone) if found.left_at else "",
        seats=tuple(_seat(seat, desk.zone) for seat in seats),
        counting=any(seat.counting for seat in seats),
    )


def _closing(forest: Forest, found: Person, zone: str) -> str:
    place = forest.find(found.unit)
    if found.left_at is not None or (place.open and place.closes_at is None):
        return ""
    if place.closes_at is None:
        return "Their unit has been closed. Change their details to say where they work now."
    return f"Their unit will be closed on {times.day(place.closes_at, zone)}. They must be moved by then."


def _back_in(desk: Desk, forest: Forest, found: Person, bad: BadInput | None) -> Select | None:
    if found.left_at is None or forest.find(found.unit).open:
        return None
    options = (Option("", "Choose a unit"), *words.choices(forest, desk.one("unit"), desk.zone))
    hint = "The unit they left has been closed."
    return Select("unit", "Where they work now", options, hint, mistakes.by_place(bad).get("unit", ""))


def _seat(seat: Seat, zone: str) -> str:
    return f"{seat.name}, launched on {times.day(seat.launched_at, zone)}" if seat.launched_at else seat.name


def _details(found: Person) -> tuple[Detail, ...]:
    given = (
        ("Employee number", found.employee_number),
        ("Staff group", found.staff_group),
        ("Clinical", "Yes" if found.clinical else "No"),
        ("Site", found.site),
        ("E-mail", found.email),
        ("Mobile", found.mobile),
        ("Language", found.language),
    )
    return tuple(Detail(name, value or "–") for name, value in given)


async def leave(desk: NamedDependency[Desk], person_id: FromPath[UUID]) -> Response[bytes]:
    async with desk.recorded("person.leave", str(person_id)) as db:
        await correcting.leave(db, desk.whose, person_id)
    return desk.go(words.person_address(person_id))


async def come_back(desk: NamedDependency[Desk], person_id: FromPath[UUID]) -> Response[bytes]:
    try:
        async with desk.recorded("person.return", str(person_id)) as db:
            await correcting.come_back(db, desk.whose, person_id, desk.one("unit") or None)
    except BadInput as bad:
        return desk.send("staffing/person.html", await _page(desk, person_id, bad), bad.status)
    return desk.go(words.person_address(person_id))


async def ask_to_erase(desk: NamedDependency[Desk], person_id: FromPath[UUID]) -> Response[bytes]:
    return desk.send("staffing/erase.html", await _page(desk, person_id))


async def erase(desk: NamedDependency[Desk], person_id: FromPath[UUID]) -> Response[bytes]:
    """The audit log tells that somebody was erased, not who: their old id would still be in its earlier entries."""
    async with desk.recorded("person.erase") as db:
        await erasing.erase(db, desk.whose, person_id)
    return desk.go("/staff/people/erased")


async def erased(desk: NamedDependency[Desk]) -> Response[bytes]:
    return desk.send("staffing/erased.html", ErasedPage(desk.shell, "The details have been erased"))
