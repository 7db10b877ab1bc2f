"""What can be done with a round at the press of a button. Each leads back to the round's page, pressed once or more."""

from typing import Literal

from litestar import Response
from litestar.di import NamedDependency
from litestar.params import FromPath

from survey import errors
from survey.core import rounds as rules
from survey.operations import carrying_out, drafting, launching, pausing
from survey.operations.launching import Round
from survey.pages.console import mistakes
from survey.pages.console.desk import Desk
from survey.pages.console.frame import CSRF
from survey.pages.launching import dating
from survey.pages.launching.dating import Body
from survey.pages.launching.wizard import StepPage
from survey.pages.rendering import Link


async def launch(desk: NamedDependency[Desk], round_id: FromPath[str]) -> Response[bytes]:
    """The worker does it. Of a round that was launched before, the page says so."""
    round_ = await _find(desk, round_id)
    if round_.state != "draft":
        return desk.go(f"/rounds/{round_id}?told=launched")
    async with desk.recorded("round.ask_launch", round_id) as db:
        await carrying_out.ask(db, desk.visitor.who.account_id, desk.whose, round_id, "launch")
    return desk.go(f"/rounds/{round_id}")


async def publish(desk: NamedDependency[Desk], round_id: FromPath[str]) -> Response[bytes]:
    """Publishing, or of a published round a correction."""
    round_ = await _find(desk, round_id)
    correction = desk.one("correction") == "1"
    if round_.state == "published" and not correction:
        return desk.go(f"/rounds/{round_id}?told=published")
    kind: Literal["correct", "publish"] = "correct" if correction else "publish"
    async with desk.recorded(f"round.ask_{kind}", round_id) as db:
        await carrying_out.ask(db, desk.visitor.who.account_id, desk.whose, round_id, kind)
    return desk.go(f"/rounds/{round_id}")


async def pause(desk: NamedDependency[Desk], round_id: FromPath[str]) -> Response[bytes]:
    if (await _find(desk, round_id)).state != "paused":
        async with desk.recorded("round.pause", round_id) as db:
            await pausing.pause(db, desk.whose, round_id)
    return desk.go(f"/rounds/{round_id}")


async def resume(desk: NamedDependency[Desk], round_id: FromPath[str]) -> Response[bytes]:
    if (await _find(desk, round_id)).state != "open":
        async with desk.recorded("round.resume", round_id) as db:
            await pausing.resume(db, desk.whose, round_id)
    return desk.go(f"/rounds/{round_id}")


async def discard(desk: NamedDependency[Desk], round_id: FromPath[str]) -> Response[bytes]:
    async with desk.recorded("round.discard", round_id) as db:
        await drafting.discard(db, desk.whose, round_id)
    return desk.go("/rounds?told=discarded")


async def clone(desk: NamedDependency[Desk], round_id: FromPath[str]) -> Response[bytes]:
    async with desk.recorded("round.clone", round_id) as db:
        made = await drafting.clone(db, desk.whose, round_id, desk.zone)
    return desk.go(f"/rounds/{made.round_id}/draft/questions")


async def _find(desk: Desk, round_id: str) -> Round:
    async with desk.connection() as db:
        return await launching.find(db, desk.whose, round_id)


async def dates(desk: NamedDependency[Desk], round_id: FromPath[str]) -> Response[bytes]:
    """Other dates for a round that was launched."""
    round_ = await _find(desk, round_id)
    if round_.state == "draft" or round_.state not in rules.ALLOWED["reschedule"]:
        return desk.go(f"/rounds/{round_id}")
    moves = round_.state == "scheduled"
    return desk.send(
        "launching/when.html", _dates(desk, round_, dating.form(desk, round_, {}, again=False, moves=moves))
    )


async def reschedule(desk: NamedDependency[Desk], round_id: FromPath[str]) -> Response[bytes]:
    round_ = await _find(desk, round_id)
    if round_.state == "draft":
        return desk.go(f"/rounds/{round_id}")
    moves = round_.state == "scheduled"
    try:
        window = dating.read(desk, moves=moves)
        async with desk.recorded("round.reschedule", round_id) as db:
            await launching.reschedule(db, desk.whose, round_id, *window)
    except errors.BadInput as wrong:
        told = mistakes.by_field(wrong.problems, dating.STEP.fields)
        body = dating.form(desk, round_, told, again=True, moves=moves)
        return desk.send("launching/when.html", _dates(desk, round_, body, told), wrong.status)
    return desk.go(f"/rounds/{round_id}?told=moved")


def _dates(desk: Desk, round_: Round, body: Body, told: dict[str, str] | None = None) -> StepPage:
    heading = "Change the dates" if body.opens else "Extend or shorten the round"
    return StepPage(
        shell=desk.shell,
        title=mistakes.title(heading, told or ()),
        csrf=CSRF,
        back=Link(round_.name, f"/rounds/{round_.round_id}"),
        place="",
        heading=heading,
        action=f"/rounds/{round_.round_id}/dates",
        version=round_.version,
        origin="",
        problems=mistakes.links(told or {}),
        overtaken=False,
        differences=(),
        body=body,
    )
