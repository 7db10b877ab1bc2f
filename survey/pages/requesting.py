"""“Send me my link”: where posters lead. The page says the same to whoever is on the staff list and whoever is not."""

import time

import msgspec
from litestar import Response
from litestar.di import NamedDependency

from survey import errors
from survey.core import identifying
from survey.core.identifying import Identifier
from survey.messages import say
from survey.operations import crowding, requesting
from survey.pages import forms, rendering, replies
from survey.pages.rendering import Shell
from survey.pages.responding.call import Call

_TITLE = say("Get your link to the survey")
_EMPTY = say("Enter your work e-mail address, mobile number or employee number.")


_CROWD = say(
    "Very many links have been asked for from this network in the last hour. Try again in an hour, or with a phone "
    "that is not on it."
)


class AskPage(msgspec.Struct, frozen=True):
    """`error` stands beside the field and in the summary above."""

    shell: Shell
    title: str
    heading: str
    typed: str
    error: str


class AskedPage(msgspec.Struct, frozen=True):
    shell: Shell
    title: str
    back: str


async def ask(call: NamedDependency[Call]) -> Response[bytes]:
    call.must_be_open()
    return _page(call)


async def take(call: NamedDependency[Call]) -> Response[bytes]:
    """One row is written, for anybody. The answer is made of the round alone."""
    forms.check_origin(call.request, call.config.base_url)
    call.must_be_open()
    who = identifying.read(call.form.get("who", [""])[0])
    if who is None:
        return _page(call, call.tell(_EMPTY))
    _must_have_room(call, who)
    async with call.database.connection() as db:
        await requesting.ask(db, call.config.secret_bytes(), call.view.round_id, who)
    return replies.redirect(_address(call, "/asked"))


def _must_have_room(call: Call, who: Identifier) -> None:
    """Raises TooManyAttempts for more people than a whole Trust has, whoever they are."""
    client, view = call.request.client, call.view
    most = crowding.most(sum(atom.headcount for atom in view.frame.atoms))
    mark = msgspec.msgpack.encode(who)
    address = client.host if client else "unknown"
    if not call.request.app.state.crowds.admit(address, view.round_id, mark, most, time.monotonic()):
        raise errors.TooManyAttempts(_CROWD)


async def asked(call: NamedDependency[Call]) -> Response[bytes]:
    page = AskedPage(call.shell, call.tell(say("If we know you, your link is on its way")), _address(call))
    return call.html(rendering.page("requesting/asked.html", page))


def _address(call: Call, page: str = "") -> str:
    lang = f"?lang={call.language}" if call.shell.tongues else ""
    return f"/link/{call.view.round_id}{page}{lang}"


def _page(call: Call, error: str = "") -> Response[bytes]:
    heading = call.tell(_TITLE)
    page = AskPage(
        shell=call.shell,
        title=call.tell(say("Error: %(title)s", title=heading)) if error else heading,
        heading=heading,
        typed=call.form.get("who", [""])[0][: identifying.LONGEST] if error else "",
        error=error,
    )
    return call.html(rendering.page("requesting/ask.html", page), 422 if error else 200)
