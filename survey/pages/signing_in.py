"""Signing in to the console, and out: with the organisation's own account, or by a one-time link.

A link is only looked at by GET; the button on its page uses it up. Signing in with an account begins with a button,
too: what this browser must bring back from the provider is made there, and the provider's answer is the one GET that
signs anybody in.
"""

import re
from typing import Any

import msgspec
from litestar import Request, Response
from litestar.di import NamedDependency
from litestar.params import FromPath

from survey import errors
from survey.config import Config
from survey.db import Database, Db
from survey.operations import identifying, recording, resuming, signing_in
from survey.operations.identifying import Provider
from survey.operations.signing_in import SignedIn
from survey.pages import devices, forms, rendering, replies, visiting
from survey.pages.console import frame
from survey.pages.console.desk import Desk
from survey.pages.rendering import Shell

Asked = Request[Any, Any, Any]
_TITLE = "Sign in"
_CALLBACK = "/sign-in/callback"
_PLACE = re.compile(r"(/[A-Za-z0-9_~.-]+)+|/", re.ASCII)
"""Where somebody can be sent after signing in: a path of ours, and nothing that a browser takes for another host."""


class Page(msgspec.Struct, frozen=True):
    """`provider`: whether one can sign in with one's own account. `token` is the invitation's, on its page; `place`
    where to go on; `kept`: what they sent waits for them."""

    shell: Shell
    title: str
    provider: bool
    place: str = ""
    token: str = ""
    kept: bool = False


class Going(msgspec.Struct, frozen=True):
    """On the way to the provider."""

    shell: Shell
    title: str
    address: str


_SHELL = Shell(frame.SERVICE, "")


def _page(request: Asked, template: str, status: int = 200, **more: Any) -> Response[bytes]:
    provider = request.app.state.provider is not None
    page = Page(_SHELL, _TITLE, provider, **more)
    return replies.html(request, rendering.page(f"signing_in/{template}.html", page), status)


async def how(request: Asked) -> Response[bytes]:
    """How to sign in. Where signing out leads, too."""
    return _page(request, "how")


def needed(request: Asked) -> Response[bytes]:
    """The same page, for somebody who asked for what only people who are signed in may see."""
    state, path = request.scope["state"], request.scope["path"]
    place = path if request.method == "GET" and _PLACE.fullmatch(path) else ""
    return _page(request, "how", errors.NotSignedIn.status, place=place, kept=state.get("kept", False))


async def link(request: Asked, database: NamedDependency[Database], token: FromPath[str]) -> Response[bytes]:
    """The page with the button. Mail scanners open every link, so this changes nothing."""
    async with database.connection() as db:
        invites = await signing_in.must_be_usable(db, token)
    return _page(request, "invitation" if invites else "link", token=token)


async def use(
    request: Asked, config: NamedDependency[Config], database: NamedDependency[Database], token: FromPath[str]
) -> Response[bytes]:
    """Use the link up: a session, and on to what its owner came for."""
    _must_be_our_button(request, config)
    async with database.connection() as db, db.transaction():
        secret = await signing_in.sign_in(db, token, devices.name(request.headers.get("user-agent", "")))
        return await _signed_in(request, config, db, secret, "link")


async def with_provider(request: Asked, config: NamedDependency[Config]) -> Response[bytes]:
    """Off to the provider. A page that goes on by itself, not a redirect: our policy lets forms lead to us alone."""
    _must_be_our_button(request, config)
    form = await forms.read(request)
    invitation, place = (form.get(name, [""])[0] for name in ("invitation", "place"))
    begun = await identifying.begin(
        _provider(request),
        config.secret_bytes(),
        config.console + _CALLBACK,
        invitation,
        place if _PLACE.fullmatch(place) else "",
    )
    page = Going(_SHELL, "Taking you to your organisation’s sign-in", begun.address)
    sent = {"set-cookie": _memory(config, begun.memory, identifying.LASTS)}
    return replies.html(request, rendering.page("signing_in/going.html", page), headers=sent)


async def callback(
    request: Asked, config: NamedDependency[Config], database: NamedDependency[Database]
) -> Response[bytes]:
    """The provider's answer: whoever that is gets a session, if it belongs to what this browser began."""
    asked = request.query_params
    finished = await identifying.finish(
        _provider(request),
        config.secret_bytes(),
        config.console + _CALLBACK,
        request.cookies.get(_memory_name(config), ""),
        asked.get("state", ""),
        asked.get("code", ""),
    )
    device = devices.name(request.headers.get("user-agent", ""))
    async with database.connection() as db, db.transaction():
        secret = await signing_in.enter(db, finished.identity, finished.invitation, device)
        by = "invitation" if finished.invitation else "provider"
        return await _signed_in(request, config, db, secret, by, finished.place)


def _provider(request: Asked) -> Provider:
    provider: Provider | None = request.app.state.provider
    if provider is None:
        raise errors.NotFound
    return provider


async def _signed_in(request: Asked, config: Config, db: Db, secret: str, by: str, place: str = "") -> Response[bytes]:
    """The session's cookie, and on. The browser's old session ends; what it had typed goes over to the new one."""
    who, before = await signing_in.who(db, secret), visiting.secret_of(request, config)
    carried = await resuming.carry(db, before, secret) if signing_in.is_secret(before) else False
    if signing_in.is_secret(before):
        await signing_in.sign_out(db, before)
    await recording.record(db, visiting.actor(config, who), "account.sign_in", str(who.account_id), {"by": by})
    lasts = int(signing_in.SESSION_LIFETIME.total_seconds())
    where = "/kept" if carried else place or _first_page(who)
    return replies.redirect(where, {"set-cookie": visiting.cookie(config, secret, lasts)})


def _first_page(who: SignedIn) -> str:
    """Somebody who may only read results has come for them."""
    return "/results" if who.roles == ("reader",) else "/"


def _must_be_our_button(request: Asked, config: Config) -> None:
    """Another site must not sign people in as somebody of its choosing."""
    try:
        forms.check_origin(request, config.console)
    except forms.NotOurs:
        raise errors.NotAllowed("Open the sign-in link itself and press the button there.") from None


def _memory_name(config: Config) -> str:
    return "__Host-sign-in" if config.console_tls else "sign-in"


def _memory(config: Config, value: str, seconds: int) -> str:
    """SameSite=Lax: the provider's answer comes from another site, and must find it."""
    secure = "; Secure" if config.console_tls else ""
    return f"{_memory_name(config)}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}"


async def sign_out(desk: NamedDependency[Desk]) -> Response[bytes]:
    """End the session, here and in the database."""
    async with desk.connection() as db:
        await signing_in.sign_out(db, desk.visitor.secret)
    gone = {"set-cookie": visiting.cookie(desk.config, "", 0), "clear-site-data": '"cache"'}
    return replies.redirect("/sign-in", gone)
