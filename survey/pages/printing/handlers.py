"""Which units there are, a unit's poster, and its slips."""

from collections.abc import Sequence

import msgspec
from litestar import Response
from litestar.di import NamedDependency
from litestar.params import FromPath
from markupsafe import Markup

from survey.operations import printing, viewing
from survey.pages import replies
from survey.pages.console import divisions, ordering
from survey.pages.console.desk import Desk
from survey.pages.console.frame import CSRF
from survey.pages.console.ordering import Column, Head, Order
from survey.pages.printing import sheets
from survey.pages.rendering import Link, Shell

COLUMNS = (
    Column[printing.Unit]("Unit", "name", lambda unit: ordering.natural(unit.name)),
    Column[printing.Unit]("People", "people", lambda unit: unit.headcount, number=True),
    Column[printing.Unit]("Poster"),
    Column[printing.Unit]("Slips", "slips", lambda unit: unit.slips),
)


class Line(msgspec.Struct, frozen=True):
    """A reporting unit. `slips` of its people have neither e-mail nor mobile."""

    name: str
    people: str
    slips: int
    poster: str
    print: str


class Branch(msgspec.Struct, frozen=True):
    """The units of a division, or those that belong to none alone. `open`: its fold is, as its order was chosen in
    it."""

    id: str
    heading: str
    heads: tuple[Head, ...]
    units: tuple[Line, ...]
    open: bool


class UnitsPage(msgspec.Struct, frozen=True):
    """`folded`: so many units that a division's are shown when it is asked for."""

    shell: Shell
    title: str
    csrf: Markup
    back: Link
    address: str
    code_address: str
    silent: bool
    """No provider is set up: whoever asks for their link would get none."""
    branches: tuple[Branch, ...]
    folded: bool


async def units(desk: NamedDependency[Desk], round_id: FromPath[str]) -> Response[bytes]:
    async with desk.connection() as db:
        round_, found = await printing.units(db, desk.whose, round_id)
    here, order = f"/rounds/{round_.round_id}", ordering.chosen(COLUMNS, desk.asked("order"))
    page = UnitsPage(
        shell=desk.shell,
        title="Posters and slips",
        csrf=CSRF,
        back=Link(round_.name, here),
        address=sheets.typed(sheets.link_address(desk.config.base_url, round_.round_id)),
        code_address=sheets.typed(sheets.code_address(desk.config.base_url)),
        silent=not desk.config.sends_by,
        branches=_branches(found, here, order, desk.asked("open")),
        folded=len(found) > divisions.MOST_OPEN,
    )
    return desk.send("printing/units.html", page)


def _branches(
    found: Sequence[printing.Unit], here: str, order: Order[printing.Unit], opened: str
) -> tuple[Branch, ...]:
    made = []
    for place, (name, units) in enumerate(divisions.apart(found, lambda unit: unit.within), start=1):
        branch = f"units-{place}"
        heads = order.heads(f"{here}/paper", {"open": branch}, at=branch)
        lines = tuple(_line(one, here) for one in order.arrange(units))
        made.append(Branch(branch, name or divisions.NONE, heads, lines, opened == branch))
    return tuple(made)


def _line(one: printing.Unit, here: str) -> Line:
    paper = (f"{here}/posters/{one.number}", f"{here}/slips/{one.number}")
    return Line(one.name, f"{one.headcount:,}", one.slips, *paper)


def _back(round_id: str) -> Link:
    return Link("Posters and slips", f"/rounds/{round_id}/paper")


async def poster(desk: NamedDependency[Desk], round_id: FromPath[str], number: FromPath[int]) -> Response[bytes]:
    async with desk.connection() as db:
        _, unit = await printing.unit(db, desk.whose, round_id, number)
        view = await viewing.view(db, round_id)
    body = sheets.poster(view, unit.name, desk.config.base_url, desk.zone, _back(round_id))
    return replies.html(desk.request, body)


async def slips(desk: NamedDependency[Desk], round_id: FromPath[str], number: FromPath[int]) -> Response[bytes]:
    """The codes are on this page and nowhere else. A POST, because the audit log tells of each printing."""
    async with desk.recorded("round.print_slips", round_id, unit=number) as db:
        sheet = await printing.sheet(db, desk.keys, desk.whose, round_id, number)
        view = await viewing.view(db, round_id)
    body = sheets.slips(view, sheet, desk.config.base_url, desk.zone, _back(round_id))
    return replies.html(desk.request, body)
