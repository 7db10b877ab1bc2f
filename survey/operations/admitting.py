"""Who may come in: accounts, the roles they have, the invitations that open them, and the sessions they are in."""

import re
from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

import msgspec

from survey import errors, sealing
from survey.core import access
from survey.core.merging import Unit
from survey.db import Db
from survey.errors import Problem
from survey.operations import signing_in
from survey.store import accounts, sessions, units
from survey.store.accounts import Account
from survey.store.sessions import Listed

__all__ = ["Account", "Listed", "end_session", "find", "grant", "invite", "list_all", "list_sessions", "remove"]

INVITATION_LIFETIME = timedelta(days=7)
"""Of an invitation that works only together with the provider's sign-in."""
LINK_LIFETIME = timedelta(days=1)
"""Of a link that opens an account by itself."""
LONGEST_NAME = 100
_SESSION = re.compile(r"[0-9a-f]{16}", re.ASCII)


class Wish(msgspec.Struct, frozen=True):
    """What an account is to have. `unit_id`: where the results begin that a reader may see."""

    roles: tuple[str, ...]
    unit_id: UUID | None = None


async def list_all(db: Db, organisation_id: UUID) -> list[Account]:
    """Everybody who may sign in, those who wait for a role first."""
    return await accounts.list_all(db, organisation_id)


async def list_units(db: Db, organisation_id: UUID) -> list[Unit]:
    """What a reader can be limited to."""
    return await units.tree(db, organisation_id)


async def find(db: Db, organisation_id: UUID, account_id: UUID) -> Account:
    """Raises NotFound, for another organisation's account too."""
    found = await accounts.find(db, organisation_id, account_id)
    if found is None:
        raise errors.NotFound("There is no such account.")
    return found


async def named(db: Db, organisation_id: UUID, name: str) -> Account:
    """The one account of that name or id, for commands. Raises NotFound, or Refused where there are several."""
    everybody = await accounts.list_all(db, organisation_id)
    found = [one for one in everybody if name in (one.name, str(one.account_id))]
    if not found:
        raise errors.NotFound(f"There is no account “{name}”. List them with: python3 -m survey account list")
    if len(found) > 1:
        raise errors.Refused(f"There are {len(found)} accounts called “{name}”. Give the id of one.")
    return found[0]


async def grant(db: Db, organisation_id: UUID, account_id: UUID, wish: Wish) -> None:
    """Give an account these roles and no others. Raises BadInput, and Refused where nobody would be left as owner."""
    await _must_be_sound(db, organisation_id, wish)
    async with db.transaction():
        if "owner" not in wish.roles:
            await _must_not_be_the_last(db, organisation_id, account_id)
        await find(db, organisation_id, account_id)
        await accounts.grant(db, organisation_id, account_id, _ordered(wish.roles), wish.unit_id)


def _ordered(roles: Collection[str]) -> list[str]:
    return [role for role in access.GRANTED if role in roles]


async def _must_be_sound(db: Db, organisation_id: UUID, wish: Wish) -> None:
    problems = [
        Problem("roles", f"“{role}” is not a role.", f"Choose from {', '.join(access.GRANTED)}.")
        for role in wish.roles
        if role not in signing_in.ROLES
    ]
    if wish.unit_id is not None:
        known = {unit.id for unit in await units.tree(db, organisation_id)}
        if str(wish.unit_id) not in known:
            problems.append(no_such_unit())
        elif "reader" not in wish.roles:
            problems.append(Problem("unit", "a unit limits a results reader.", "Choose that role, or no unit."))
    if problems:
        raise errors.BadInput(problems)


def no_such_unit() -> Problem:
    return Problem("unit", "there is no such unit.", "Choose one from the list.")


async def _must_not_be_the_last(db: Db, organisation_id: UUID, account_id: UUID) -> None:
    if await accounts.owners(db, organisation_id) == [account_id]:
        raise errors.Refused(
            "This is the only owner who has signed in. Make somebody else an owner first, and let them sign in once."
        )


async def invite(db: Db, organisation_id: UUID, name: str, wish: Wish, *, binds: bool) -> tuple[UUID, str]:
    """A new account, and the token of the link that opens it once. It is told here and never again.

    `binds`: the link works only together with the provider's sign-in, which is then the account's for good.
    """
    problems = [] if 1 <= len(name.strip()) <= LONGEST_NAME else [_unnamed()]
    problems += [] if wish.roles else [Problem("roles", "choose at least one role.")]
    if problems:
        raise errors.BadInput(problems)
    await _must_be_sound(db, organisation_id, wish)
    account_id = sealing.random_id()
    async with db.transaction():
        if not await accounts.add(
            db, organisation_id, account_id, name.strip(), _ordered(wish.roles), unit_id=wish.unit_id
        ):
            raise errors.BadInput([Problem("name", "somebody of that name has been invited.", "Tell the two apart.")])
        return account_id, await link(db, organisation_id, account_id, binds=binds)


def _unnamed() -> Problem:
    return Problem("name", f"give a name of at most {LONGEST_NAME} characters.")


async def link(db: Db, organisation_id: UUID, account_id: UUID, *, binds: bool) -> str:
    """The token of another link to an account that has none at the provider."""
    account = await find(db, organisation_id, account_id)
    if account.issuer is not None:
        raise errors.Refused("They sign in with their account at the provider, and need no link.")
    return await signing_in.new_link(
        db, organisation_id, account_id, INVITATION_LIFETIME if binds else LINK_LIFETIME, binds=binds
    )


async def remove(db: Db, organisation_id: UUID, account_id: UUID) -> None:
    """Forget somebody who has no role. Their sessions and links end with it."""
    async with db.transaction():
        account = await find(db, organisation_id, account_id)
        if account.roles:
            raise errors.Refused("Take their roles away first.")
        await accounts.remove(db, organisation_id, account_id)


async def list_sessions(db: Db, organisation_id: UUID, account_id: UUID) -> list[Listed]:
    """Where an account is signed in, the most recently used first."""
    return await sessions.list_of(db, organisation_id, account_id, signing_in.IDLE)


async def end_session(db: Db, organisation_id: UUID, account_id: UUID, session_id: str) -> None:
    """From the next request on it is over. Raises NotFound when there is no such session of theirs."""
    if not _SESSION.fullmatch(session_id) or not await sessions.end(db, organisation_id, account_id, session_id):
        raise errors.NotFound("This session has ended already.")


def session_id(session_hash: bytes) -> str:
    """What names a session on a page, and gives nothing away."""
    return session_hash.hex()[:16]
