"""The form by which a person is added to the staff list by hand, and their details are kept right."""

from uuid import UUID

import msgspec
from litestar import Response
from litestar.di import NamedDependency
from litestar.params import FromPath
from markupsafe import Markup

from survey import errors
from survey.core.staff import groups
from survey.errors import BadInput
from survey.operations import arranging, correcting
from survey.operations.arranging import Forest
from survey.operations.correcting import Person, Typed
from survey.operations.repeating import MadeAlready
from survey.pages.console import mistakes
from survey.pages.console.desk import Desk
from survey.pages.console.entries import Field, Option, Select
from survey.pages.console.frame import CSRF
from survey.pages.rendering import Link, Shell
from survey.pages.staffing import words


class FormPage(msgspec.Struct, frozen=True):
    """`seen` is the version of the person that the form was filled in from."""

    shell: Shell
    title: str
    csrf: Markup
    problems: tuple[Link, ...]
    heading: str
    action: str
    back: str
    seen: str
    number: Field
    unit: Select
    group: Select
    clinical: Select
    site: Field
    email: Field
    mobile: Field
    language: Field
    button: str


async def new(desk: NamedDependency[Desk]) -> Response[bytes]:
    async with desk.connection() as db:
        forest = await arranging.forest(db, desk.whose)
    return desk.send("staffing/person_form.html", _form(desk, forest, Typed(unit=desk.asked("unit")), None))


async def add(desk: NamedDependency[Desk]) -> Response[bytes]:
    typed = _typed(desk)
    try:
        async with desk.making("person.add") as (db, note):
            person_id = await correcting.add(db, desk.whose, typed)
            note.subject = str(person_id)
    except BadInput as bad:
        async with desk.connection() as db:
            forest = await arranging.forest(db, desk.whose)
        return desk.send("staffing/person_form.html", _form(desk, forest, typed, None, bad), bad.status)
    except MadeAlready as again:
        person_id = UUID(again.made)
    return desk.go(words.person_address(person_id))


async def edit(desk: NamedDependency[Desk], person_id: FromPath[UUID]) -> Response[bytes]:
    async with desk.connection() as db:
        found = await correcting.find(db, desk.whose, person_id)
        forest = await arranging.forest(db, desk.whose)
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
    return desk.send("staffing/person_form.html", _form(desk, forest, typed, found))


async def change(desk: NamedDependency[Desk], person_id: FromPath[UUID]) -> Response[bytes]:
    typed = _typed(desk)
    try:
        async with desk.recorded("person.change", str(person_id)) as db:
            await correcting.change(db, desk.whose, person_id, typed, desk.one("seen"))
    except (BadInput, errors.Refused) as bad:
        async with desk.connection() as db:
            found = await correcting.find(db, desk.whose, person_id)
            forest = await arranging.forest(db, desk.whose)
        return desk.send("staffing/person_form.html", _form(desk, forest, typed, found, bad), bad.status)
    return desk.go(words.person_address(person_id))


def _typed(desk: Desk) -> Typed:
    return Typed(**{name: desk.one(name)[:1000] for name in Typed.__struct_fields__})


def _form(
    desk: Desk,
    forest: Forest,
    typed: Typed,
    found: Person | None,
    bad: BadInput | errors.Refused | None = None,
) -> FormPage:
    said = mistakes.by_place(bad) if isinstance(bad, BadInput) else {mistakes.TOP: str(bad)} if bad else {}

    def text(name: str, label: str, hint: str = "", width: int = 20) -> Field:
        return Field(name, label, getattr(typed, name), hint, said.get(name, ""), width)

    number = text("employee_number", "Employee number", "The number by which the staff list knows this person.", 10)
    unit = Select(
        "unit",
        "Unit",
        (Option("", "Choose a unit"), *words.choices(forest, typed.unit, desk.zone)),
        error=said.get("unit", ""),
    )
    group = Select("staff_group", "Staff group", _groups(typed.staff_group), error=said.get("staff_group", ""))
    clinical = Select("clinical", "Clinical", _clinical(typed.clinical), error=said.get("clinical", ""))
    site = text("site", "Site (optional)")
    email = text("email", "E-mail (optional)", "Without e-mail and mobile, this person needs a printed link.", 30)
    mobile = text("mobile", "Mobile number (optional)")
    language = text("language", "Language (optional)", "en for English, cy for Welsh.", 5)
    problems = mistakes.links(said, number, unit, group, clinical, site, email, mobile, language)
    heading = f"Change the details of employee {found.employee_number}" if found else "Add a person"
    address = words.person_address(found.person_id) if found else "/staff/people"
    return FormPage(
        shell=desk.shell,
        title=mistakes.title(heading, problems),
        csrf=CSRF,
        problems=problems,
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
    return (
        Option("", "Choose a staff group"),
        *(Option(name, name, chosen=name == chosen) for name in groups.CLINICAL),
    )


def _clinical(chosen: str) -> tuple[Option, ...]:
    given = (("", "As the staff group says"), ("yes", "Yes"), ("no", "No"))
    return tuple(Option(value, label, chosen=value == chosen) for value, label in given)
