"""A shared device: it is made one by a button, and begins anew after each person.

Somebody's cookie lives for some minutes there, and each of their forms renews it. Whoever goes away is asked whether
they are still there, with a script or without, and then the first page comes back. GET changes nothing: without a
script it is the cookie's own age that ends it.
"""

import msgspec
from litestar import Response
from litestar.di import NamedDependency
from litestar.params import FromPath

from survey import errors
from survey.messages import say
from survey.operations import lending
from survey.pages import cookies, forms, rendering, replies
from survey.pages.rendering import Shell
from survey.pages.responding.call import Call

_WIPED = {"clear-site-data": '"cache", "storage"'}


class KioskPage(msgspec.Struct, frozen=True):
    shell: Shell
    title: str
    here: str
    link: str = ""


def _here(call: Call) -> str:
    return f"/kiosk/{call.view.round_id}"


async def ask(call: NamedDependency[Call], device: FromPath[str]) -> Response[bytes]:
    """The page with the button that makes this device a shared one. The same for every link."""
    page = KioskPage(call.shell, call.tell(say("Use this device as a shared one")), _here(call))
    return call.html(rendering.page("lending/set_up.html", page))


async def set_up(call: NamedDependency[Call], device: FromPath[str]) -> Response[bytes]:
    forms.check_origin(call.request, call.config.base_url)
    async with call.database.connection() as db:
        await lending.must_be_lent(db, call.view.round_id, device)
    return replies.redirect(_here(call), cookies.lent(call.config, call.view.round_id, device))


async def start(call: NamedDependency[Call]) -> Response[bytes]:
    """Where each person begins. What the browser kept of the one before is cleared."""
    call.must_be_open()
    round_id, token = cookies.device(call.request, call.config)
    if round_id != call.view.round_id:
        raise errors.UnknownLink
    async with call.database.connection() as db:
        await lending.must_be_lent(db, round_id, token)
    page = KioskPage(
        shell=msgspec.structs.replace(call.shell, kiosk=""),
        title=call.tell(say("Answer here")),
        here=_here(call),
        link=f"/link/{round_id}",
    )
    response = call.html(rendering.page("lending/start.html", page))
    response.headers.update(_WIPED)
    return response


async def idle(call: NamedDependency[Call]) -> Response[bytes]:
    """Are you still there? Nothing of anybody's is on this page, and without an answer the first one follows."""
    page = KioskPage(
        shell=msgspec.structs.replace(call.shell, kiosk=""),
        title=call.tell(say("Are you still there?")),
        here=_here(call),
    )
    response = call.html(rendering.page("lending/idle.html", page))
    response.headers["refresh"] = f"{cookies.LENT_SECONDS - cookies.IDLE_SECONDS}; url={page.here}"
    return response


async def more(call: NamedDependency[Call]) -> Response[bytes]:
    """More time: the cookie is renewed. A script stays on its page, others go on where they had got to. Who has not
    entered a code yet begins anew."""
    forms.check_origin(call.request, call.config.base_url)
    if not cookies.is_there(call.request, call.config, call.view.round_id):
        return replies.redirect(_here(call))
    async with call.database.connection() as db:
        visit = await call.visit(db)
    return call.go("sent" if visit.sent else "check")


async def over(call: NamedDependency[Call]) -> Response[bytes]:
    """Nobody is there any more, or whoever is has finished."""
    forms.check_origin(call.request, call.config.base_url)
    return replies.redirect(_here(call), cookies.taken(call.config, call.view.round_id) | _WIPED)
