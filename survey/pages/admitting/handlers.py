"""What answers under /accounts and /account."""

from typing import Any
from uuid import UUID

from litestar import Request, Response
from litestar.di import NamedDependency
from litestar.params import FromPath

from survey.config import Config
from survey.db import Database, Db
from survey.errors import BadInput
from survey.operations import admitting, recording, signing_in
from survey.operations.admitting import Wish
from survey.pages import replies
from survey.pages.admitting import views
from survey.pages.admitting.views import Given
from survey.pages.console import frame
from survey.pages.visiting import Visitor

Asked = Request[Any, Any, Any]


async def accounts(
    request: Asked,
    config: NamedDependency[Config],
    database: NamedDependency[Database],
    visitor: NamedDependency[Visitor],
) -> Response[bytes]:
    async with database.connection() as db:
        found = await admitting.list_all(db, visitor.who.organisation_id)
    page = views.accounts(visitor, found, config.clock_zone)
    return frame.send(request, visitor, "admitting/accounts.html", page)


async def account(
    request: Asked,
    config: NamedDependency[Config],
    database: NamedDependency[Database],
    visitor: NamedDependency[Visitor],
    account_id: FromPath[UUID],
) -> Response[bytes]:
    async with database.connection() as db:
        return await _account(request, config, db, visitor, account_id)


async def _account(
    request: Asked,
    config: Config,
    db: Db,
    visitor: Visitor,
    account_id: UUID,
    given: Given | None = None,
    bad: BadInput | None = None,
) -> Response[bytes]:
    whose = visitor.who.organisation_id
    page = views.account(
        visitor,
        await admitting.find(db, whose, account_id),
        await admitting.list_units(db, whose),
        await admitting.list_sessions(db, whose, account_id),
        config.clock_zone,
        given=given,
        bad=bad,
        done="Saved." if "saved" in request.query_params else "",
    )
    return frame.send(request, visitor, "admitting/account.html", page, 422 if bad else 200)


async def grant(
    request: Asked,
    config: NamedDependency[Config],
    database: NamedDependency[Database],
    visitor: NamedDependency[Visitor],
    account_id: FromPath[UUID],
) -> Response[bytes]:
    """Give the account exactly the roles that are ticked."""
    given, whose = _given(visitor), visitor.who.organisation_id
    async with database.connection() as db:
        try:
            wish = _wish(given)
            told = {"roles": ", ".join(given.roles), "unit": given.unit or None}
            async with recording.recorded(db, visitor.actor, "account.grant", str(account_id), told):
                await admitting.grant(db, whose, account_id, wish)
        except BadInput as bad:
            return await _account(request, config, db, visitor, account_id, given, bad)
    return replies.redirect(f"{views.address(account_id)}?saved")


def _given(visitor: Visitor) -> Given:
    return Given(visitor.value("name"), tuple(visitor.form.get("roles", ())), visitor.value("unit"))


def _wish(given: Given) -> Wish:
    try:
        return Wish(tuple(given.roles), UUID(given.unit) if given.unit else None)
    except ValueError:
        raise BadInput([admitting.no_such_unit()]) from None


async def asking(
    request: Asked, database: NamedDependency[Database], visitor: NamedDependency[Visitor]
) -> Response[bytes]:
    """The form by which somebody is invited."""
    async with database.connection() as db:
        return await _asking(request, db, visitor, Given())


async def _asking(
    request: Asked, db: Db, visitor: Visitor, given: Given, bad: BadInput | None = None
) -> Response[bytes]:
    page = views.invite(visitor, await admitting.list_units(db, visitor.who.organisation_id), given, bad)
    return frame.send(request, visitor, "admitting/invite.html", page, 422 if bad else 200)


async def invite(
    request: Asked,
    config: NamedDependency[Config],
    database: NamedDependency[Database],
    visitor: NamedDependency[Visitor],
) -> Response[bytes]:
    """A new account, and the link that opens it: on this page, and never again."""
    given, binds = _given(visitor), config.has_provider
    async with database.connection() as db:
        try:
            wish = _wish(given)
            told = {"roles": ", ".join(given.roles), "unit": given.unit or None}
            async with recording.recorded(db, visitor.actor, "account.invite", details=told) as note:
                account_id, token = await admitting.invite(
                    db, visitor.who.organisation_id, given.name, wish, binds=binds
                )
                note.subject = str(account_id)
        except BadInput as bad:
            return await _asking(request, db, visitor, given, bad)
    return _link(request, config, visitor, given.name, token, binds=binds)


async def link(
    request: Asked,
    config: NamedDependency[Config],
    database: NamedDependency[Database],
    visitor: NamedDependency[Visitor],
    account_id: FromPath[UUID],
) -> Response[bytes]:
    """Another link for somebody who has no account at the provider."""
    whose, binds = visitor.who.organisation_id, config.has_provider
    async with database.connection() as db, recording.recorded(db, visitor.actor, "account.link", str(account_id)):
        one = await admitting.find(db, whose, account_id)
        token = await admitting.link(db, whose, account_id, binds=binds)
    return _link(request, config, visitor, one.name, token, binds=binds)


def _link(request: Asked, config: Config, visitor: Visitor, name: str, token: str, *, binds: bool) -> Response[bytes]:
    page = views.shown_link(visitor, name, f"{config.console}/sign-in/{token}", binds=binds)
    return frame.send(request, visitor, "admitting/link.html", page)


async def remove(
    database: NamedDependency[Database], visitor: NamedDependency[Visitor], account_id: FromPath[UUID]
) -> Response[bytes]:
    async with database.connection() as db, recording.recorded(db, visitor.actor, "account.remove", str(account_id)):
        await admitting.remove(db, visitor.who.organisation_id, account_id)
    return replies.redirect("/accounts")


async def end_session(
    database: NamedDependency[Database],
    visitor: NamedDependency[Visitor],
    account_id: FromPath[UUID],
    session: FromPath[str],
) -> Response[bytes]:
    """An owner ends a session of one of the organisation's people."""
    await _end(database, visitor, account_id, session)
    return replies.redirect(views.address(account_id))


async def own(
    request: Asked,
    config: NamedDependency[Config],
    database: NamedDependency[Database],
    visitor: NamedDependency[Visitor],
) -> Response[bytes]:
    """Whoever is signed in: their roles, and where else they are signed in."""
    whose, account_id = visitor.who.organisation_id, visitor.who.account_id
    async with database.connection() as db:
        one = await admitting.find(db, whose, account_id)
        sessions = await admitting.list_sessions(db, whose, account_id)
    page = views.own(visitor, one, sessions, config.clock_zone, signing_in.hashed(visitor.secret))
    return frame.send(request, visitor, "admitting/own.html", page)


async def end_own(
    database: NamedDependency[Database], visitor: NamedDependency[Visitor], session: FromPath[str]
) -> Response[bytes]:
    await _end(database, visitor, visitor.who.account_id, session)
    return replies.redirect("/account")


async def _end(database: Database, visitor: Visitor, account_id: UUID, session: str) -> None:
    async with database.connection() as db, recording.recorded(db, visitor.actor, "session.end", str(account_id)):
        await admitting.end_session(db, visitor.who.organisation_id, account_id, session)
