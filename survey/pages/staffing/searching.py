"""The people on the staff list: looking for one of them."""

from urllib.parse import urlencode

import msgspec
from litestar import Response
from litestar.di import NamedDependency

from survey.operations import arranging, correcting
from survey.operations.arranging import Forest
from survey.operations.correcting import Found
from survey.pages.console.desk import Desk
from survey.pages.rendering import Shell
from survey.pages.staffing import words


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


async def people(desk: NamedDependency[Desk]) -> Response[bytes]:
    searched, unit_id = desk.asked("q").strip()[:100], desk.asked("unit")
    leavers, after = desk.asked("leavers") == "yes", desk.asked("after") or None
    async with desk.connection() as db:
        forest = await arranging.forest(db, desk.whose)
        place = forest.find(unit_id) if unit_id else None
        found = await correcting.search(db, desk.whose, searched, place.id if place else None, after, leavers=leavers)
    here = {"q": searched, "unit": unit_id, "leavers": "yes" if leavers else ""}
    rows = found[: correcting.PAGE]
    page = PeoplePage(
        shell=desk.shell,
        title=f"People in {place.name}" if place else "People",
        searched=searched,
        unit=words.path(forest, place.id) if place else "",
        unit_id=unit_id,
        leavers=leavers,
        rows=tuple(_row(forest, one, desk.zone) for one in rows),
        following=_address({**here, "after": rows[-1].employee_number}) if len(found) > len(rows) else "",
        first=_address(here) if after else "",
    )
    return desk.send("staffing/people.html", page)


def _address(asked: dict[str, str]) -> str:
    told = urlencode({name: value for name, value in asked.items() if value})
    return f"/staff/people?{told}" if told else "/staff/people"


def _row(forest: Forest, one: Found, zone: str) -> Row:
    return Row(
        one.employee_number,
        words.person_address(one.person_id),
        words.marked(forest, one.unit, zone),
        one.staff_group,
        words.reached(one.email, one.mobile),
        one.has_left,
    )
