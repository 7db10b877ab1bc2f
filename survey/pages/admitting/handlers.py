"""What answers under /accounts and /account."""

from uuid import UUID

from litestar import Response
from litestar.di import NamedDependency
from litestar.params import FromPath

from survey.errors import BadInput
from survey.operations import admitting, signing_in
from survey.operations.admitting import Account, Wish
from survey.operations.repeating import MadeAlready
from survey.pages.admitting import views
from survey.pages.admitting.views import Given
from survey.pages.console.desk import Desk


async def accounts(desk: NamedDependency[Desk]) -> Response[bytes]:
    async with desk.connection() as db:
        found = await admitting.list_all(db, desk.whose)
    return desk.send("admitting/accounts.html", views.accounts(desk, found))


async def account(desk: NamedDependency[Desk], account_id: FromPath[UUID]) -> Response[bytes]:
    return await _account(desk, account_id)


async def _account(
    desk: Desk,
    account_id: UUID,
    given: Given | None = None,
    bad: BadInput | None = None,
    again: MadeAlready | None = None,
) -> Response[bytes]:
    async with desk.connection() as db:
        found = await admitting.find(db, desk.whose, account_id)
        page = views.account(
            desk,
            found,
            await admitting.list_units(db, desk.whose),
            await admitting.list_sessions(db, desk.whose, account_id),
            given=given,
            bad=bad,
            done=_MADE_ALREADY if again else _done(desk, found),
        )
    refused = bad or again
    return desk.send("admitting/account.html", page, refused.status if refused else 200)


_MADE_ALREADY = (
    "Their link has been made already, and is not shown again. Nothing was made now. If you did not copy it, make "
    "another here."
)


def _done(desk: Desk, found: Account) -> str:
    if "saved" not in desk.request.query_params:
        return ""
    return "Saved." if found.roles else "Saved. They have no role, and see nothing here."


async def grant(desk: NamedDependency[Desk], account_id: FromPath[UUID]) -> Response[bytes]:
    """Give the account exactly the roles that are ticked."""
    given = _given(desk)
    try:
        wish = _wish(given)
        async with desk.recorded("account.grant", str(account_id), **_told(given)) as db:
            await admitting.grant(db, desk.whose, account_id, wish)
    except BadInput as bad:
        return await _account(desk, account_id, given, bad)
    return desk.go(f"{views.address(account_id)}?saved")


def _given(desk: Desk) -> Given:
    return Given(desk.one("name"), tuple(desk.visitor.form.get("roles", ())), desk.one("unit"))


def _wish(given: Given) -> Wish:
    try:
        return Wish(tuple(given.roles), UUID(given.unit) if given.unit else None)
    except ValueError:
        raise BadInput([admitting.no_such_unit()]) from None


def _told(given: Given) -> dict[str, str | None]:
    """What the audit log says of it."""
    return {"roles": ", ".join(given.roles) or "none", "unit": given.unit or None}


async def asking(desk: NamedDependency[Desk]) -> Response[bytes]:
    """The form by which somebody is invited."""
    return await _asking(desk, Given())


async def _asking(desk: Desk, given: Given, bad: BadInput | None = None) -> Response[bytes]:
    async with desk.connection() as db:
        units = await admitting.list_units(db, desk.whose)
    return desk.send("admitting/invite.html", views.invite(desk, units, given, bad), bad.status if bad else 200)


async def invite(desk: NamedDependency[Desk]) -> Response[bytes]:
    """A new account, and the link that opens it: on this page, and never again."""
    given, binds = _given(desk), desk.config.has_provider
    try:
        wish = _wish(given)
        async with desk.making("account.invite", **_told(given)) as (db, note):
            account_id, token = await admitting.invite(db, desk.whose, given.name, wish, binds=binds)
            note.subject = str(account_id)
    except BadInput as bad:
        return await _asking(desk, given, bad)
    except MadeAlready as again:
        return await _account(desk, UUID(again.made), again=again)
    return _link(desk, given.name, token, binds=binds)


async def link(desk: NamedDependency[Desk], account_id: FromPath[UUID]) -> Response[bytes]:
    """Another link for somebody who has no account at the provider."""
    binds = desk.config.has_provider
    try:
        async with desk.making("account.link", str(account_id)) as (db, _):
            one = await admitting.find(db, desk.whose, account_id)
            token = await admitting.link(db, desk.whose, account_id, binds=binds)
    except MadeAlready as again:
        return await _account(desk, account_id, again=again)
    return _link(desk, one.name, token, binds=binds)


def _link(desk: Desk, name: str, token: str, *, binds: bool) -> Response[bytes]:
    page = views.shown_link(desk, name, f"{desk.config.console}/sign-in/{token}", binds=binds)
    return desk.send("admitting/link.html", page)


async def remove(desk: NamedDependency[Desk], account_id: FromPath[UUID]) -> Response[bytes]:
    async with desk.recorded("account.remove", str(account_id)) as db:
        await admitting.remove(db, desk.whose, account_id)
    return desk.go("/accounts")


async def end_session(
    desk: NamedDependency[Desk], account_id: FromPath[UUID], session: FromPath[str]
) -> Response[bytes]:
    """An owner ends a session of one of the organisation's people."""
    await _end(desk, account_id, session)
    return desk.go(views.address(account_id))


async def own(desk: NamedDependency[Desk]) -> Response[bytes]:
    """Whoever is signed in: their roles, and where else they are signed in."""
    account_id = desk.visitor.who.account_id
    async with desk.connection() as db:
        one = await admitting.find(db, desk.whose, account_id)
        sessions = await admitting.list_sessions(db, desk.whose, account_id)
    return desk.send("admitting/own.html", views.own(desk, one, sessions, signing_in.hashed(desk.visitor.secret)))


async def end_own(desk: NamedDependency[Desk], session: FromPath[str]) -> Response[bytes]:
    await _end(desk, desk.visitor.who.account_id, session)
    return desk.go("/account")


async def _end(desk: Desk, account_id: UUID, session: str) -> None:
    async with desk.recorded("session.end", str(account_id)) as db:
        await admitting.end_session(db, desk.whose, account_id, session)
