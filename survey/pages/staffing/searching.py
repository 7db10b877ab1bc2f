"""The people on the staff list: looking for one of them."""

import msgspec
from litestar import Response
from litestar.di import NamedDependency

from survey.core.staff import groups
from survey.operations import arranging, correcting
from survey.operations.arranging import Forest
from survey.operations.correcting import Found, Ranking
from survey.pages.console import ordering
from survey.pages.console.desk import Desk
from survey.pages.console.ordering import Column, Head, Order
from survey.pages.rendering import Shell
from survey.pages.staffing import words

ADDRESS = "/staff/people"
COLUMNS = (
    Column[None]("Employee number", "number"),
    Column[None]("Unit", "unit"),
    Column[None]("Staff group", "group"),
    Column[None]("Reached by"),
)


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
    order: str
    heads: tuple[Head, ...]
    rows: tuple[Row, ...]
    following: str
    first: str


async def people(desk: NamedDependency[Desk]) -> Response[bytes]:
    searched, unit_id = desk.asked("q").strip()[:100], desk.asked("unit")
    leavers, after = desk.asked("leavers") == "yes", desk.asked("after") or None
    order = ordering.chosen(COLUMNS, desk.asked("order"), "number")
    async with desk.connection() as db:
        forest = await arranging.forest(db, desk.whose)
        place = forest.find(unit_id) if unit_id else None
        found = await correcting.search(
            db,
            desk.whose,
            searched,
            place.id if place else None,
            after,
            leavers=leavers,
            down=order.descending,
            ranking=_ranking(order, forest, desk.asked("in")),
        )
    asked = {"q": searched, "unit": unit_id, "leavers": "yes" if leavers else ""}
    here = {**asked, "order": order.kept}
    rows = found[: correcting.PAGE]
    page = PeoplePage(
        shell=desk.shell,
        title=f"People in {place.name}" if place else "People",
        searched=searched,
        unit=words.path(forest, place.id) if place else "",
        unit_id=unit_id,
        leavers=leavers,
        order=order.kept,
        heads=order.heads(ADDRESS, asked, at="people"),
        rows=tuple(_row(forest, one, desk.zone) for one in rows),
        following=ordering.link(ADDRESS, {**here, **_last(order, rows[-1])}) if len(found) > len(rows) else "",
        first=ordering.link(ADDRESS, here) if after else "",
    )
    return desk.send("staffing/people.html", page)


def _ranking(order: Order[None], forest: Forest, begun: str) -> Ranking | None:
    """Units by their way from the top, as it is shown. None: by number."""
    match order.by:
        case "unit":
            ways = {place.id: tuple(map(ordering.natural, forest.paths.get(place.id, ()))) for place in forest.places}
            keys = sorted(ways, key=lambda unit: (ways[unit], unit), reverse=order.descending)
        case "group":
            keys = sorted(groups.CLINICAL, key=ordering.natural, reverse=order.descending)
        case _:
            return None
    return Ranking(tuple(keys), order.by == "group", begun)


def _last(order: Order[None], last: Found) -> dict[str, str]:
    """Where the next page goes on."""
    within = {"unit": last.unit, "group": last.staff_group}.get(order.by, "")
    return {"in": within, "after": last.employee_number}


def _row(forest: Forest, one: Found, zone: str) -> Row:
    return Row(
        one.employee_number,
        words.person_address(one.person_id),
        words.marked(forest, one.unit, zone),
        one.staff_group,
        words.reached(one.email, one.mobile),
        one.has_left,
    )
