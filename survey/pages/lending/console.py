"""Lending devices: a list, a button for a unit, a button to take one back. A link is only on the page that made it."""

from uuid import UUID

import msgspec
from litestar import Response
from litestar.di import NamedDependency
from litestar.params import FromPath
from markupsafe import Markup

from survey.languages import times
from survey.operations import lending, printing
from survey.operations.repeating import MadeAlready
from survey.pages.console.desk import Desk
from survey.pages.console.entries import Option, Select
from survey.pages.console.frame import CSRF
from survey.pages.printing import sheets
from survey.pages.rendering import Link, Shell


class Line(msgspec.Struct, frozen=True):
    id: str
    unit: str
    since: str


class DevicesPage(msgspec.Struct, frozen=True):
    """`made` is the new link, on the one page that shows it."""

    shell: Shell
    title: str
    csrf: Markup
    back: Link
    here: str
    devices: tuple[Line, ...]
    unit: Select
    made: str
    qr: Markup
    notice: str


async def devices(desk: NamedDependency[Desk], round_id: FromPath[str]) -> Response[bytes]:
    return await _page(desk, round_id)


async def lend(desk: NamedDependency[Desk], round_id: FromPath[str]) -> Response[bytes]:
    """A new device's link, which this page alone shows."""
    given = desk.one("unit")
    number = int(given) if given.isascii() and given.isdigit() and len(given) < 5 else -1
    try:
        async with desk.making("round.lend_device", round_id, unit=number) as (db, _):
            _, token = await lending.lend(db, desk.whose, round_id, number)
    except MadeAlready as again:
        return await _page(desk, round_id, notice=_MADE_ALREADY, status=again.status)
    return await _page(desk, round_id, f"{desk.config.base_url}/kiosk/{round_id}/{token}")


async def take_back(desk: NamedDependency[Desk], round_id: FromPath[str], device_id: FromPath[UUID]) -> Response[bytes]:
    async with desk.recorded("round.take_back_device", round_id, device=str(device_id)) as db:
        await lending.take_back(db, desk.whose, round_id, device_id)
    return desk.go(f"/rounds/{round_id}/devices")


_MADE_ALREADY = (
    "The link has been made already, and is not shown again. Nothing was made now. If no device has it, take it back, "
    "and make another."
)


async def _page(desk: Desk, round_id: str, made: str = "", notice: str = "", status: int = 200) -> Response[bytes]:
    async with desk.connection() as db:
        round_, units = await printing.units(db, desk.whose, round_id)
        lent = await lending.lent(db, desk.whose, round_id)
    options = tuple(Option(str(unit.number), unit.name) for unit in units)
    page = DevicesPage(
        shell=desk.shell,
        title="Shared devices",
        csrf=CSRF,
        back=Link(round_.name, f"/rounds/{round_.round_id}"),
        here=f"/rounds/{round_.round_id}/devices",
        devices=tuple(
            Line(str(one.device_id), units[one.reporting_unit].name, times.spoken(one.added_at, desk.zone))
            for one in lent
        ),
        unit=Select("unit", "Which unit has it?", options),
        made=made,
        qr=sheets.qr(made) if made else Markup(""),
        notice=notice,
    )
    return desk.send("lending/devices.html", page, status)
