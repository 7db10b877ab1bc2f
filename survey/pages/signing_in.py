"""Signing in to the console, and out. A link is only looked at by GET; the button on its page uses it up."""

from typing import Any

import msgspec
from litestar import Request, Response
from litestar.di import NamedDependency
from litestar.params import FromPath

from survey import errors, sealing
from survey.config import Config
from survey.core import access
from survey.core.access import Actor
from survey.db import Database
from survey.operations import recording, signing_in
from survey.operations.signing_in import SignedIn
from survey.pages import forms, rendering, replies
from survey.pages.rendering import Shell

Asked = Request[Any, Any, Any]
_TITLE = "Sign in"


class Visitor(msgspec.Struct, frozen=True):
    """Whoever is signed in, the secret of their session, and who the audit log says they are."""

    who: SignedIn
    secret: str
    actor: Actor

    @property
    def form_token(self) -> str:
        return signing_in.form_token(self.secret)


class Page(msgspec.Struct, frozen=True):
    shell: Shell
    title: str


def cookie_name(config: Config) -> str:
    return "__Host-session" if config.tls else "session"


def _cookie(config: Config, value: str, seconds: int) -> dict[str, str]:
    """`__Host-` binds it to this host and to https; scripts never see it, and no other site's form sends it."""
    secure = "; Secure" if config.tls else ""
    parts = f"{cookie_name(config)}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}"
    return {"set-cookie": parts}


async def provide(request: Asked, config: NamedDependency[Config], database: NamedDependency[Database]) -> Visitor:
    """Whoever asks, where the route is for them. Raises NotSignedIn or NotAllowed."""
    secret = request.cookies.get(cookie_name(config), "")
    async with database.connection() as db:
        who = await signing_in.who(db, secret)
    access.must_allow(who.roles, request.method, request.scope["path_template"])
    return Visitor(who, secret, actor(config, who))


def actor(config: Config, who: SignedIn) -> Actor:
    return Actor("account", who.organisation_id, who.account_id, sealing.signer(config.secret_bytes()))


def _page(request: Asked, template: str, status: int = 200) -> Response[bytes]:
    shell = Shell("Digital maturity survey", "")
    return replies.html(request, rendering.page(f"signing_in/{template}.html", Page(shell, _TITLE)), status)


async def link(request: Asked, database: NamedDependency[Database], token: FromPath[str]) -> Response[bytes]:
    """The page with the button. Mail scanners open every link, so this changes nothing."""
    async with database.connection() as db:
        await signing_in.must_be_usable(db, token)
    return _page(request, "link")


async def use(
    request: Asked, config: NamedDependency[Config], database: NamedDependency[Database], token: FromPath[str]
) -> Response[bytes]:
    """Use the link up: a session, and on to what its owner came for."""
    _must_be_our_button(request, config)
    async with database.connection() as db, db.transaction():
        secret = await signing_in.sign_in(db, token)
        who = await signing_in.who(db, secret)
        await recording.record(db, actor(config, who), "account.sign_in", str(who.account_id), {"by": "link"})
    cookie = _cookie(config, secret, int(signing_in.SESSION_LIFETIME.total_seconds()))
    return replies.redirect(_first_page(who), cookie)


def _first_page(who: SignedIn) -> str:
    """Somebody who may only read results has come for them."""
    return "/results" if who.roles == ("reader",) else "/"


def _must_be_our_button(request: Asked, config: Config) -> None:
    """Another site must not sign people in as somebody of its choosing."""
    try:
        forms.check_origin(request, config.base_url)
    except forms.NotOurs:
        raise errors.NotAllowed("Open the sign-in link itself and press the button there.") from None


async def sign_out(
    request: Asked,
    config: NamedDependency[Config],
    database: NamedDependency[Database],
    visitor: NamedDependency[Visitor],
) -> Response[bytes]:
    """End the session, here and in the database."""
    form = await forms.read(request)
    signing_in.must_carry(form.get("csrf", [""])[0], visitor.secret)
    async with database.connection() as db:
        await signing_in.sign_out(db, visitor.secret)
    gone = _cookie(config, "", 0) | {"clear-site-data": '"cache"'}
    return replies.redirect("/sign-in", gone)


async def how(request: Asked) -> Response[bytes]:
    """How to sign in. Where signing out leads, too."""
    return _page(request, "how")


def needed(request: Asked) -> Response[bytes]:
    """The same page, for somebody who asked for what only people who are signed in may see."""
    return _page(request, "how", errors.NotSignedIn.status)
