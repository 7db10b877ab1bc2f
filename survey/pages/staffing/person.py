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

from survey.operations import arranging, correcting, erasing
from survey.operations.correcting import Person, Seat
from survey.pages.console.desk import Desk
from survey.pages.console.frame import CSRF
from survey.pages.rendering import Link, Shell
from survey.pages.staffing import words


class Detail(msgspec.Struct, frozen=True):
    name: str
    value: str


class PersonPage(msgspec.Struct, frozen=True):
    shell: Shell
    title: str
    csrf: Markup
    address: str
    unit: Link
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


async def _page(desk: Desk, person_id: UUID) -> PersonPage:
    async with desk.connection() as db:
        found = await correcting.find(db, desk.whose, person_id)
        seats = await correcting.seats(db, desk.whose, person_id)
        forest = await arranging.forest(db, desk.whose)
    return PersonPage(
        shell=desk.shell,
        title=f"Employee {found.employee_number}",
        csrf=CSRF,
        address=words.person_address(person_id),
        unit=Link(words.path(forest, found.unit), words.address(found.unit)),
        details=_details(found),
        reached=words.reached(found.email, found.mobile),
        left=words.day(found.left_at, desk.zone) if found.left_at else "",
        seats=tuple(_seat(seat, desk.zone) for seat in seats),
        counting=any(seat.counting for seat in seats),
    )


def _seat(seat: Seat, zone: str) -> str:
    return f"{seat.name}, launched on {words.day(seat.launched_at, zone)}" if seat.launched_at else seat.name


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
    async with desk.recorded("person.return", str(person_id)) as db:
        await correcting.come_back(db, desk.whose, person_id)
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
