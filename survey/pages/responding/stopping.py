"""Ending reminders: the address in every e-mail's header and below its text.

Looking changes nothing, as everywhere. What mail programs send when somebody presses their own button (RFC 8058) has no
cookie and no form token; all it can do is to spare its owner reminders, and it says the same for every link.
"""

from typing import Any

from litestar import Request, Response
from litestar.di import NamedDependency
from litestar.params import FromPath

from survey.messages import say
from survey.operations import sending
from survey.pages import rendering
from survey.pages.responding.arriving import Plain
from survey.pages.responding.call import Call

_ASKED = (b"List-Unsubscribe=One-Click", b"stop=yes")
_PARTS = (b'name="List-Unsubscribe"', b"One-Click")
"""The same as a mail program may also write it, in parts."""


async def provide(request: Request[Any, Any, Any], round_id: FromPath[str]) -> Call:
    """Whatever kind of form it is: only its bytes are looked at."""
    state = request.app.state
    call = Call(request, state.config, state.database, await state.views.get(state.database, round_id), {})
    request.scope["state"]["shell"] = call.shell
    return call


async def ask(call: NamedDependency[Call], token: FromPath[str]) -> Response[bytes]:
    """The same bytes for every link of a round."""
    page = Plain(call.shell, call.tell(say("Stop reminders of this survey")), call.closes)
    return call.html(rendering.page("responding/stop.html", page))


async def stop(call: NamedDependency[Call], token: FromPath[str]) -> Response[bytes]:
    """An empty form changes nothing: some mail scanners send every form they find."""
    body = await call.request.body()
    if not (any(asked in body for asked in _ASKED) or all(part in body for part in _PARTS)):
        return await ask(call, token)
    async with call.database.connection() as db:
        await sending.stop(db, call.view.round_id, token)
    page = Plain(call.shell, call.tell(say("You will get no more reminders of this survey")), call.closes)
    return call.html(rendering.page("responding/stopped.html", page))
