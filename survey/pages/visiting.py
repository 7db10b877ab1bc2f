"""Who asks for a page of the console: their session, from the cookie, with what the form they sent must carry.

A form's token is checked here, once for every form, so that none can forget to. What somebody had typed when their
session ended is put aside here, too.
"""

from typing import Any

import msgspec
from litestar import Request
from litestar.di import NamedDependency

from survey import errors, sealing
from survey.config import Config
from survey.core import access
from survey.core.access import Actor
from survey.db import Database, Db
from survey.operations import resuming, signing_in
from survey.operations.signing_in import SignedIn
from survey.pages import forms
from survey.pages.forms import Form

Asked = Request[Any, Any, Any]


class Visitor(msgspec.Struct, frozen=True):
    """Whoever is signed in, the secret of their session, who the audit log says they are, and what they sent: a form
    that carried their session's token, or nothing."""

    who: SignedIn
    secret: str
    actor: Actor
    form: Form = {}

    @property
    def form_token(self) -> str:
        return signing_in.form_token(self.secret)

    def value(self, name: str) -> str:
        """The one value of a field, without the space around it; empty where there is none."""
        return self.form.get(name, [""])[0].strip()


COOKIES = ("session", "__Host-session")
"""What a session's cookie is called: without TLS, and with it."""


def cookie_name(config: Config) -> str:
    return COOKIES[config.console_tls]


def cookie(config: Config, value: str, seconds: int) -> str:
    """`__Host-` binds it to this host and to https; scripts never see it, and no other site's form sends it."""
    secure = "; Secure" if config.console_tls else ""
    return f"{cookie_name(config)}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}"


def secret_of(request: Asked, config: Config) -> str:
    return request.cookies.get(cookie_name(config), "")


def actor(config: Config, who: SignedIn) -> Actor:
    return Actor("account", who.organisation_id, who.account_id, sealing.signer(config.secret_bytes()))


async def provide(request: Asked, config: NamedDependency[Config], database: NamedDependency[Database]) -> Visitor:
    """Whoever asks, where the route is for them. Raises NotSignedIn or NotAllowed.

    The form is read before anything can fail, so that an outage's page can offer to send it again.
    """
    form = await forms.read(request) if request.method == "POST" else {}
    secret = secret_of(request, config)
    async with database.connection() as db:
        who = await _who(request, db, secret, form)
    visitor = Visitor(who, secret, actor(config, who), form)
    if request.method == "POST":
        signing_in.must_carry(visitor.value("csrf"), secret)
    access.must_allow(who.roles, request.method, request.scope["path_template"])
    return visitor


async def provide_upload(
    request: Asked, config: NamedDependency[Config], database: NamedDependency[Database]
) -> Visitor:
    """The same for a route that takes a file: nothing has been read, and the handler checks the token itself, with
    `signing_in.must_carry`."""
    secret = secret_of(request, config)
    async with database.connection() as db:
        who = await signing_in.who(db, secret)
    access.must_allow(who.roles, request.method, request.scope["path_template"])
    return Visitor(who, secret, actor(config, who))


async def _who(request: Asked, db: Db, secret: str, form: Form) -> SignedIn:
    try:
        return await signing_in.who(db, secret)
    except errors.NotSignedIn:
        request.scope["state"]["kept"] = await _keep(request, db, secret, form)
        raise


async def _keep(request: Asked, db: Db, secret: str, form: Form) -> bool:
    """Whether what was sent is kept for when they have signed in again."""
    fields = tuple((name, value) for name, values in form.items() if name != "csrf" for value in values)
    if not fields or not forms.SECRET.isdisjoint(form):
        return False
    return await resuming.keep(db, secret, form.get("csrf", [""])[0], resuming.Form(request.scope["path"], fields))
