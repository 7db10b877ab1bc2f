"""Calling off a round before it opens: asked first, because links that were handed out are lost with it."""

import msgspec
from litestar import Response
from litestar.di import NamedDependency
from litestar.params import FromPath
from markupsafe import Markup

from survey.core import rounds as rules
from survey.languages import times
from survey.operations import calling_off, launching
from survey.pages.console.desk import Desk
from survey.pages.console.frame import CSRF
from survey.pages.rendering import Link, Shell


class Page(msgspec.Struct, frozen=True):
    shell: Shell
    title: str
    csrf: Markup
    back: Link
    action: str
    opens: str
    split: bool


async def show(desk: NamedDependency[Desk], round_id: FromPath[str]) -> Response[bytes]:
    async with desk.connection() as db:
        round_ = await launching.find(db, desk.whose, round_id)
    here = f"/rounds/{round_id}"
    if round_.state not in rules.ALLOWED["call off"]:
        return desk.go(here)
    page = Page(
        shell=desk.shell,
        title=f"Call off “{round_.name}”",
        csrf=CSRF,
        back=Link(round_.name, here),
        action=f"{here}/call-off",
        opens=times.spoken(round_.opens_at, desk.zone),
        split=round_.settings.custody == "split",
    )
    return desk.send("launching/call_off.html", page)


async def take(desk: NamedDependency[Desk], round_id: FromPath[str]) -> Response[bytes]:
    """It leads to the draft that is left."""
    async with desk.recorded("round.call_off", round_id) as db:
        left = await calling_off.call_off(db, desk.whose, round_id)
    desk.keys.destroy(round_id)
    return desk.go(f"/rounds/{left.round_id}?told=called_off")
