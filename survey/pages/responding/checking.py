"""Checking all answers, sending them, and what can be done after: change, withdraw."""

import msgspec
from litestar import Response
from litestar.di import NamedDependency

from survey.core import answers as packing
from survey.core import journey
from survey.messages import say
from survey.operations.responding import Visit
from survey.pages import rendering
from survey.pages.rendering import Shell
from survey.pages.responding import summary
from survey.pages.responding.arriving import Plain, first_open
from survey.pages.responding.call import Call

_SENT = say("Your answers have been sent")


class Check(msgspec.Struct, frozen=True):
    """`unanswered` counts questions; `refused` says that an empty set of answers was to be sent."""

    shell: Shell
    title: str
    heading: str
    back: str
    sections: tuple[summary.Section, ...]
    answered: int
    unanswered: int
    sent: bool
    unsent: bool
    refused: bool
    first: str
    closes: str
    csrf: str


class Sent(msgspec.Struct, frozen=True):
    shell: Shell
    title: str
    unsent: bool
    closes: str
    csrf: str
    by_code: bool = False
    """Whether they came by a slip, whose code opens nothing more by now."""


async def check(call: NamedDependency[Call]) -> Response[bytes]:
    async with call.database.connection() as db:
        visit = await call.visit(db)
    return call.html(_check(call, visit))


async def submit(call: NamedDependency[Call]) -> Response[bytes]:
    """Send the answers. An empty set is refused: programs that press every button on a page must not answer."""
    call.check_form()
    async with call.database.connection() as db:
        visit = await call.visit(db)
        if not visit.answers:
            return call.html(_check(call, visit, refused=True), 422)
        await call.submit(db, visit)
    return call.saved("sent")


async def sent(call: NamedDependency[Call]) -> Response[bytes]:
    async with call.database.connection() as db:
        visit = await call.visit(db)
    if not visit.sent:
        return call.go("check")
    page = Sent(call.shell, call.tell(_SENT), visit.unsent, call.closes, call.csrf, call.by_slip)
    return call.html(rendering.page("responding/sent.html", page))


async def withdraw(call: NamedDependency[Call]) -> Response[bytes]:
    call.check_form()
    async with call.database.connection() as db:
        await call.withdraw(db)
    return call.go("withdrawn")


async def withdrawn(call: NamedDependency[Call]) -> Response[bytes]:
    async with call.database.connection() as db:
        visit = await call.visit(db)
    if visit.sent:
        return call.go("sent")
    page = Plain(call.shell, call.tell(say("Your answers have been withdrawn")), call.closes, call.csrf, call.by_slip)
    return call.html(rendering.page("responding/withdrawn.html", page))


async def back_to_check(call: NamedDependency[Call]) -> Response[bytes]:
    """The address of a form's POST, opened by itself."""
    return call.go("check")


def _check(call: Call, visit: Visit, *, refused: bool = False) -> bytes:
    way = (call.questionnaire, visit.atom.audience, visit.answers)
    asked = packing.asked(*way)
    answered = sum(item.id in visit.answers for item in asked)
    heading = call.tell(_SENT if visit.sent and not visit.unsent else say("Check your answers"))
    page = Check(
        shell=call.shell,
        title=call.tell(say("Error: %(title)s", title=heading)) if refused else heading,
        heading=heading,
        back="sent" if visit.sent else f"q/{journey.pages(*way)[-1] + 1}",
        sections=summary.sections(call.questionnaire, asked, visit.answers, call.language),
        answered=answered,
        unanswered=len(asked) - answered,
        sent=visit.sent,
        unsent=visit.unsent,
        refused=refused,
        first=first_open(call, visit),
        closes=call.closes,
        csrf=call.csrf,
    )
    return rendering.page("responding/check.html", page)
