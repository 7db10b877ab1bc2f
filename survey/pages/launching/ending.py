"""Closing: ending a round at once, and opening its answers with two of the key's holders at the screen.

A share is in the memory of a request and, wrapped, in the form that waits for the second: nowhere else.
"""

import msgspec
from litestar import Response
from litestar.di import NamedDependency
from litestar.params import FromPath
from markupsafe import Markup

from survey import errors
from survey.core import rounds as rules
from survey.languages import times
from survey.operations import closing, custody, launching, recording, telling
from survey.operations.launching import Round
from survey.pages.console import mistakes
from survey.pages.console.desk import Desk
from survey.pages.console.entries import Field
from survey.pages.console.frame import CSRF
from survey.pages.rendering import Link, Shell


class EndingPage(msgspec.Struct, frozen=True):
    """`holder`: 1 or 2, whose share the form asks for; 0: it asks only whether to end the round. `early`: it is still
    open, and closes with this."""

    shell: Shell
    title: str
    csrf: Markup
    back: Link
    action: str
    early: bool
    closes: str
    holder: int
    share: Field
    carried: str
    problems: tuple[Link, ...]


async def show(desk: NamedDependency[Desk], round_id: FromPath[str]) -> Response[bytes]:
    async with desk.connection() as db:
        round_ = await launching.find(db, desk.whose, round_id)
    if not _may_close(round_):
        return desk.go(f"/rounds/{round_id}")
    return _send(desk, round_, 1 if _is_split(round_) else 0)


def _is_split(round_: Round) -> bool:
    return round_.settings.custody == "split"


def _may_close(round_: Round) -> bool:
    """Whether it can still be ended, or opened by its holders."""
    waits = _is_split(round_) and round_.state in rules.ALLOWED["close"] and round_.opened_answers_at is None
    return waits or round_.state in rules.ALLOWED["end"]


async def take(desk: NamedDependency[Desk], round_id: FromPath[str]) -> Response[bytes]:
    async with desk.connection() as db:
        round_ = await launching.find(db, desk.whose, round_id)
    if not _may_close(round_):
        return desk.go(f"/rounds/{round_id}")
    if not _is_split(round_):
        async with desk.recorded("round.end", round_id) as db:
            await closing.end_now(db, desk.whose, round_id)
        return desk.go(f"/rounds/{round_id}")
    return await _with_holders(desk, round_)


async def _with_holders(desk: Desk, round_: Round) -> Response[bytes]:
    carried, share = desk.one("carried"), desk.one("share")
    first = custody.held_back(desk.secret, round_.round_id, carried) if carried else ""
    if told := _wrong_with(share, first):
        return _send(desk, round_, 2 if carried else 1, carried, told)
    if not carried:
        return _send(desk, round_, 2, custody.hold_back(desk.secret, round_.round_id, share))
    shares = [first, share]
    try:
        await _open(desk, round_, shares)
    except errors.BadInput as wrong:
        told = " ".join(mistakes.sentence(problem) for problem in wrong.problems)
        return _send(desk, round_, 1, "", f"Begin again with the first holder. {told}")
    return desk.go(f"/rounds/{round_.round_id}")


def _wrong_with(share: str, first: str) -> str:
    """What can be told of one share before there are two, so that only its holder has to enter it again."""
    words = share.lower().split()
    if len(words) != 33:
        return f"Enter all 33 words of the share: this has {len(words)}."
    if words == first.lower().split():
        return "This is the share that the first holder entered. It takes the share of a different holder."
    try:
        custody.check(share)
    except errors.BadInput as wrong:
        return " ".join(mistakes.sentence(problem) for problem in wrong.problems)
    return ""


async def _open(desk: Desk, round_: Round, shares: list[str]) -> None:
    """Shares that do not fit must not end the round. The log tells of it before and after: keys go after commit."""
    key = (desk.whose, round_.round_id)
    async with desk.unhurried() as db:
        await custody.combine(db, *key, shares)
        await recording.record(db, desk.visitor.actor, "round.close", round_.round_id, {"holders": 2})
        await closing.end_now(db, *key)
        async with telling.of_round(desk.connection, *key) as step:
            await closing.open_answers(db, desk.keys, *key, shares=shares, step=step)
        await recording.record(db, desk.visitor.actor, "round.closed", round_.round_id)


def _send(desk: Desk, round_: Round, holder: int, carried: str = "", error: str = "") -> Response[bytes]:
    early = round_.state in rules.ALLOWED["end"]
    title = "Close this round now?" if early else "Open the answers"
    page = EndingPage(
        shell=desk.shell,
        title=mistakes.title(title, error),
        csrf=CSRF,
        back=Link(round_.name, f"/rounds/{round_.round_id}"),
        action=f"/rounds/{round_.round_id}/close",
        early=early,
        closes=times.spoken(round_.closes_at, desk.zone),
        holder=holder,
        share=Field("share", "Your 33 words", "", "With spaces between. They are not shown.", error, kind="password"),
        carried=carried,
        problems=(Link(error, "#share"),) if error else (),
    )
    return desk.send("launching/close.html", page, errors.BadInput.status if error else 200)
