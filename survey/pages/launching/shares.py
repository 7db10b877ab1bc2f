"""Handing out the shares of a split key: each holder comes to the screen, sees theirs once, and writes it down.

What waits for the next holder travels in the form, wrapped: no page can be asked for that shows a share again.
"""

import msgspec
from litestar import Response
from litestar.di import NamedDependency
from litestar.params import FromPath
from markupsafe import Markup

from survey import errors
from survey.core.rounds import HANDED
from survey.operations import custody, launching
from survey.operations.launching import Round
from survey.pages.console.desk import Desk
from survey.pages.console.frame import CSRF
from survey.pages.rendering import Link, Shell
from survey.sealing import HOLDERS


class SharesPage(msgspec.Struct, frozen=True):
    """`stage`: "begin", "next" (a holder is called to the screen), "words" (theirs are on it), "done". `again`: some
    were handed out before, which handing out anew makes worthless."""

    shell: Shell
    title: str
    csrf: Markup
    back: Link
    action: str
    stage: str
    number: int
    holders: int
    words: tuple[str, ...]
    carried: str
    again: bool


async def show(desk: NamedDependency[Desk], round_id: FromPath[str]) -> Response[bytes]:
    async with desk.connection() as db:
        round_ = await launching.find(db, desk.whose, round_id)
    if round_.state != "draft" or round_.settings.custody != "split":
        return desk.go(f"/rounds/{round_id}")
    return _send(desk, round_, "done" if round_.shares_handed >= HANDED else "begin")


async def take(desk: NamedDependency[Desk], round_id: FromPath[str]) -> Response[bytes]:
    carried, number = desk.one("carried"), desk.one("number")
    async with desk.connection() as db:
        await launching.find(db, desk.whose, round_id)
    match desk.one("step"):
        case "begin":
            async with desk.recorded("round.split_key", round_id) as db:
                carried = await custody.begin(db, desk.secret, desk.whose, round_id)
                round_ = await launching.find(db, desk.whose, round_id)
            return _send(desk, round_, "next", 1, carried)
        case "show":
            async with desk.connection() as db:
                share = await custody.show(db, desk.secret, desk.whose, round_id, carried)
                round_ = await launching.find(db, desk.whose, round_id)
            return _send(desk, round_, "words", share.number, carried, share.words)
        case "confirm" if number in {"1", "2", "3"}:
            async with desk.recorded("round.hand_share", round_id, holder=int(number)) as db:
                done = await custody.confirm(db, desk.whose, round_id, int(number))
                round_ = await launching.find(db, desk.whose, round_id)
            if done:
                return desk.go(f"/rounds/{round_id}/shares")
            return _send(desk, round_, "next", int(number) + 1, carried)
    raise errors.Refused("This page is out of date. Go back to the round and begin this step again.")


def _send(
    desk: Desk, round_: Round, stage: str, number: int = 0, carried: str = "", words: tuple[str, ...] = ()
) -> Response[bytes]:
    titles = {
        "begin": "Hand out the shares of the key",
        "next": f"Holder {number} of {HOLDERS}, come to the screen",
        "words": f"Share of holder {number} of {HOLDERS}",
        "done": "All shares are handed out",
    }
    page = SharesPage(
        shell=desk.shell,
        title=titles[stage],
        csrf=CSRF,
        back=Link(round_.name, f"/rounds/{round_.round_id}"),
        action=f"/rounds/{round_.round_id}/shares",
        stage=stage,
        number=number,
        holders=HOLDERS,
        words=words,
        carried=carried,
        again=round_.shares_handed > 0,
    )
    return desk.send("launching/shares.html", page)
