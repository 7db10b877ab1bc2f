"""The people on the staff list: looking for them, one person's page, and keeping their details right by hand.

A person's page tells how they can be reached and to which rounds they were invited. Whether they answered is not known
to it, and no page may tell.
"""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import msgspec
from litestar import Request, Response
from litestar.di import NamedDependency
from litestar.params import FromPath
from markupsafe import Markup

from survey import errors
from survey.config import Config
from survey.core.staff import groups
from survey.db import Database, Db
from survey.errors import BadInput
from survey.operations import arranging, correcting, erasing, recording
from survey.operations.arranging import Forest
from survey.operations.correcting import Found, Person, Seat, Typed
from survey.pages import replies
from survey.pages.console import fields, frame
from survey.pages.console.fields import Choice, Field, Mistake, Option
from survey.pages.rendering import Link, Shell
from survey.pages.staffing import words
from survey.pages.visiting import Visitor

Asked = Request[Any, Any, Any]


class Row(msgspec.Struct, frozen=True):
    number: str
    href: str
    unit: str
    group: str
    reached: str
    left: bool


class PeoplePage(msgspec.Struct, frozen=True):
    """`unit` is the one whose people are shown, empty for all; `following` and `first` lead through the pages."""

    shell: Shell
    title: str
    searched: str
    unit: str
    unit_id: str
    leavers: bool
    rows: tuple[Row, ...]
    following: str
    first: str


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


class FormPage(msgspec.Struct, frozen=True):
    """`seen` is the version of the person that the form was filled in from."""

    shell: Shell
    title: str
    csrf: Markup
    mistakes: tuple[Mistake, ...]
    heading: str
    action: str
    back: str
    seen: str
    number: Field
    unit: Choice
    group: Choice
    clinical: Choice
    site: Field
    email: Field
    mobile: Field
    language: Field
    button: str


def reached(email: str | None, mobile: str | None) -> str:
    match bool(email), bool(mobile):
        case True, True:
            return "E-mail and mobile"
        case True, False:
            return "E-mail"
        case False, True:
            return "Mobile"
        case _:
            return "A printed link only"


async def people(
    request: Asked, database: NamedDependency[Database], visitor: NamedDependency[Visitor]
) -> Response[bytes]:
    whose, asked = visitor.who.organisation_id, request.query_params
    searched, unit_id = asked.get("q", "").strip()[:100], asked.get("unit", "")
    leavers, after = asked.get("leavers") == "yes", asked.get("after") or None
    async with database.connection() as db:
        forest = await arranging.forest(db, whose)
        place = forest.find(unit_id) if unit_id else None
        found = await correcting.search(db, whose, searched, place.id if place else None, after, leavers=leavers)
    here = {"q": searched, "unit": unit_id, "leavers": "yes" if leavers else ""}
    rows = found[: correcting.PAGE]
    page = PeoplePage(
        shell=frame.shell(visitor.who),
        title=f"People in {place.name}" if place else "People",
        searched=searched,
        unit=words.path(forest, place.id) if place else "",
        unit_id=unit_id,
        leavers=leavers,
        rows=tuple(_row(forest, one) for one in rows),
        following=_address({**here, "after": rows[-1].employee_number}) if len(found) > len(rows) else "",
        first=_address(here) if after else "",
    )
    return frame.send(request, visitor, "staffing/people.html", page)


def _address(asked: dict[str, str]) -> str:
    told = urlencode({name: value for name, value in asked.items() if value})
    return f"/staff/people?{told}" if told else "/staff/people"


def _row(forest: Forest, one: Found) -> Row:
    return Row(
        one.employee_number,
        f"/staff/people/{one.person_id}",
        words.path(forest, one.unit),
        one.staff_group,
        reached(one.email, one.mobile),
        one.has_left,
    )


async def person(
    request: Asked,
    config: NamedDependency[Config],
    database: NamedDependency[Database],
    visitor: NamedDependency[Visitor],
    person_id: FromPath[UUID],
) -> Response[bytes]:
    async with database.connection() as db:
        page = await _person(db, visitor, person_id, config.clock_zone)
    return frame.send(request, visitor, "staffing/person.html", page)


async def _person(db: Db, visitor: Visitor, person_id: UUID, zone: str) -> PersonPage:
    whose = visitor.who.organisation_id
    found = await correcting.find(db, whose, person_id)
    seats = await correcting.seats(db, whose, person_id)
    forest = await arranging.forest(db, whose)
    return PersonPage(
        shell=frame.shell(visitor.who),
        title=f"Employee {found.employee_number}",
        csrf=frame.CSRF,
        address=f"/staff/people/{person_id}",
        unit=Link(words.path(forest, found.unit), words.address(found.unit)),
        details=_details(found),
        reached=reached(found.email, found.mobile),
        left=words.day(found.left_at, zone) if found.left_at else "",
        seats=tuple(_seat(seat, zone) for seat in seats),
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


async def new(
    request: Asked, database: NamedDependency[Database], visitor: NamedDependency[Visitor]
) -> Response[bytes]:
    async with database.connection() as db:
        forest = await arranging.forest(db, visitor.who.organisation_id)
    typed = Typed(unit=request.query_params.get("unit", ""))
    return frame.send(request, visitor, "staffing/person_form.html", _form(visitor, forest, typed, None))


async def add(
    request: Asked, database: NamedDependency[Database], visitor: NamedDependency[Visitor]
) -> Response[bytes]:
    whose, typed = visitor.who.organisation_id, _typed(visitor)
    async with database.connection() as db:
        try:
            async with recording.recorded(db, visitor.actor, "person.add") as note:
                person_id = await correcting.add(db, whose, typed)
                note.subject = str(person_id)
        except BadInput as bad:
            forest = await arranging.forest(db, whose)
            page = _form(visitor, forest, typed, None, bad)
            return frame.send(request, visitor, "staffing/person_form.html", page, bad.status)
    return replies.redirect(f"/staff/people/{person_id}")


async def edit(
    request: Asked,
    database: NamedDependency[Database],
    visitor: NamedDependency[Visitor],
    person_id: FromPath[UUID],
) -> Response[bytes]:
    whose = visitor.who.organisation_id
    async with database.connection() as db:
        found = await correcting.find(db, whose, person_id)
        forest = await arranging.forest(db, whose)
    typed = Typed(
        found.employee_number,
        found.unit,
        found.staff_group,
        "yes" if found.clinical else "no",
        found.site or "",
        found.email or "",
        found.mobile or "",
        found.language or "",
    )
    return frame.send(request, visitor, "staffing/person_form.html", _form(visitor, forest, typed, found))


async def change(
    request: Asked,
    database: NamedDependency[Database],
    visitor: NamedDependency[Visitor],
    person_id: FromPath[UUID],
) -> Response[bytes]:
    whose, typed = visitor.who.organisation_id, _typed(visitor)
    async with database.connection() as db:
        try:
            async with recording.recorded(db, visitor.actor, "person.change", str(person_id)):
                await correcting.change(db, whose, person_id, typed, visitor.value("seen"))
        except (BadInput, errors.Refused) as bad:
            found = await correcting.find(db, whose, person_id)
            forest = await arranging.forest(db, whose)
            page = _form(visitor, forest, typed, found, bad)
            return frame.send(request, visitor, "staffing/person_form.html", page, bad.status)
    return replies.redirect(f"/staff/people/{person_id}")


def _typed(visitor: Visitor) -> Typed:
    return Typed(**{name: visitor.value(name)[:1000] for name in Typed.__struct_fields__})


def _form(
    visitor: Visitor,
    forest: Forest,
    typed: Typed,
    found: Person | None,
    bad: BadInput | errors.Refused | None = None,
) -> FormPage:
    said = fields.by_place(bad) if isinstance(bad, BadInput) else {"maincontent": str(bad)} if bad else {}

    def text(name: str, label: str, hint: str = "", width: str = "20") -> Field:
        return Field(name, label, getattr(typed, name), hint, said.get(name, ""), width)

    number = text("employee_number", "Employee number", "The number by which the staff list knows this person.", "10")
    unit = Choice(
        "unit", "Unit", (Option("", "Choose a unit"), *words.choices(forest, typed.unit)), error=said.get("unit", "")
    )
    group = Choice("staff_group", "Staff group", _groups(typed.staff_group), error=said.get("staff_group", ""))
    clinical = Choice("clinical", "Clinical", _clinical(typed.clinical), error=said.get("clinical", ""))
    site = text("site", "Site (optional)")
    email = text("email", "E-mail (optional)", "Without e-mail and mobile, this person needs a printed link.", "30")
    mobile = text("mobile", "Mobile number (optional)")
    language = text("language", "Language (optional)", "en for English, cy for Welsh.", "5")
    mistakes = fields.mistakes(said, (number, unit, group, clinical, site, email, mobile, language))
    heading = f"Change the details of employee {found.employee_number}" if found else "Add a person"
    address = f"/staff/people/{found.person_id}" if found else "/staff/people"
    return FormPage(
        shell=frame.shell(visitor.who),
        title=fields.title(heading, mistakes),
        csrf=frame.CSRF,
        mistakes=mistakes,
        heading=heading,
        action=f"{address}/edit" if found else "/staff/people/new",
        back=address,
        seen=correcting.version(found) if found else "",
        number=number,
        unit=unit,
        group=group,
        clinical=clinical,
        site=site,
        email=email,
        mobile=mobile,
        language=language,
        button="Save" if found else "Add this person",
    )


def _groups(chosen: str) -> tuple[Option, ...]:
    return (Option("", "Choose a staff group"), *(Option(name, name, name == chosen) for name in groups.CLINICAL))


def _clinical(chosen: str) -> tuple[Option, ...]:
    given = (("", "As the staff group says"), ("yes", "Yes"), ("no", "No"))
    return tuple(Option(value, label, value == chosen) for value, label in given)


async def leave(
    database: NamedDependency[Database], visitor: NamedDependency[Visitor], person_id: FromPath[UUID]
) -> Response[bytes]:
    async with database.connection() as db, recording.recorded(db, visitor.actor, "person.leave", str(person_id)):
        await correcting.leave(db, visitor.who.organisation_id, person_id)
    return replies.redirect(f"/staff/people/{person_id}")


async def come_back(
    database: NamedDependency[Database], visitor: NamedDependency[Visitor], person_id: FromPath[UUID]
) -> Response[bytes]:
    async with database.connection() as db, recording.recorded(db, visitor.actor, "person.return", str(person_id)):
        await correcting.come_back(db, visitor.who.organisation_id, person_id)
    return replies.redirect(f"/staff/people/{person_id}")


async def ask_to_erase(
    request: Asked,
    config: NamedDependency[Config],
    database: NamedDependency[Database],
    visitor: NamedDependency[Visitor],
    person_id: FromPath[UUID],
) -> Response[bytes]:
    async with database.connection() as db:
        page = await _person(db, visitor, person_id, config.clock_zone)
    return frame.send(request, visitor, "staffing/erase.html", page)


async def erase(
    request: Asked,
    database: NamedDependency[Database],
    visitor: NamedDependency[Visitor],
    person_id: FromPath[UUID],
) -> Response[bytes]:
    """The audit log tells that somebody was erased, not who: their old id would still be in its earlier entries."""
    async with database.connection() as db, recording.recorded(db, visitor.actor, "person.erase"):
        await erasing.erase(db, visitor.who.organisation_id, person_id)
    return replies.redirect("/staff/people/erased")


class ErasedPage(msgspec.Struct, frozen=True):
    shell: Shell
    title: str


async def erased(request: Asked, visitor: NamedDependency[Visitor]) -> Response[bytes]:
    page = ErasedPage(frame.shell(visitor.who), "The details have been erased")
    return frame.send(request, visitor, "staffing/erased.html", page)
