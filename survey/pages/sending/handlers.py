"""Which rounds are sent, how far one's sending has come, and the buttons: to hold it back, go on, and send again."""

from uuid import UUID

import msgspec
from litestar import Response
from litestar.di import NamedDependency
from litestar.params import FromPath

from survey.operations import launching, sending
from survey.pages.console import ordering
from survey.pages.console.desk import Desk
from survey.pages.launching.listing import RoundLine, line
from survey.pages.rendering import Shell
from survey.pages.sending import views


class RoundsPage(msgspec.Struct, frozen=True):
    """`silent`: no provider is set up, so nothing can be sent."""

    shell: Shell
    title: str
    silent: bool
    rounds: tuple[RoundLine, ...]


async def rounds(desk: NamedDependency[Desk]) -> Response[bytes]:
    """Those under way; of the others nothing is kept of what was sent."""
    async with desk.connection() as db:
        found = await launching.list_all(db, desk.whose)
    lines = tuple(
        line(one, f"/sending/{one.round_id}", desk.zone)
        for one in found
        if one.launched_at is not None and one.opened_answers_at is None
    )
    return desk.send("sending/rounds.html", RoundsPage(desk.shell, "Sending", not desk.config.sends_by, lines))


async def show(desk: NamedDependency[Desk], round_id: FromPath[str]) -> Response[bytes]:
    order = ordering.chosen(views.COLUMNS, desk.asked("order"), "lost")
    async with desk.connection() as db:
        now = await sending.status(db, desk.whose, round_id, desk.zone)
        missed = await sending.troubles(db, desk.whose, round_id, order.said)
    if now.round.state == "draft":
        return desk.go(f"/rounds/{round_id}")
    page = views.page(desk.shell, now, missed, desk.config.sends_by, desk.zone, desk.asked("told"), order)
    return desk.send("sending/round.html", page)


async def pause(desk: NamedDependency[Desk], round_id: FromPath[str]) -> Response[bytes]:
    async with desk.recorded("round.pause_sending", round_id) as db:
        await sending.pause(db, desk.whose, round_id, paused=True)
    return desk.go(f"/sending/{round_id}")


async def resume(desk: NamedDependency[Desk], round_id: FromPath[str]) -> Response[bytes]:
    async with desk.recorded("round.resume_sending", round_id) as db:
        await sending.pause(db, desk.whose, round_id, paused=False)
    return desk.go(f"/sending/{round_id}")


async def again(desk: NamedDependency[Desk], round_id: FromPath[str], person_id: FromPath[UUID]) -> Response[bytes]:
    """The invitation once more, to somebody whose details were corrected."""
    async with desk.recorded("round.send_again", round_id, person=str(person_id)) as db:
        sent = await sending.again(db, desk.whose, round_id, person_id, desk.config.sends_by)
    told = {"told": "again" if sent else "not", "order": desk.asked("order")}
    return desk.go(ordering.link(f"/sending/{round_id}", told))
