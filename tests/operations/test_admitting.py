"""Accounts: invited, given roles, limited to a unit, never without an owner; and what somebody may after each."""

import asyncio
from uuid import UUID

import pytest

from survey import errors, sealing
from survey.core.identity import Identity
from survey.db import Database, Db
from survey.operations import admitting, signing_in
from survey.operations.admitting import Wish
from survey.store import organisations
from survey.store.organisations import Organisation
from tests import cast

SAM = Identity("https://login.example", "subject-1", "Sam Jones")


async def _owner(db: Db, whose: UUID, name: str = "Olu") -> tuple[UUID, str]:
    secret = await signing_in.sign_in(db, await signing_in.invite(db, whose, "owner", name))
    return (await signing_in.who(db, secret)).account_id, secret


async def test_a_role_taken_away_is_gone_at_the_next_request(db: Db, organisation: Organisation) -> None:
    whose = organisation.organisation_id
    await _owner(db, whose)
    other, secret = await _owner(db, whose, "Ola")
    await admitting.grant(db, whose, other, Wish(("reviewer", "reader")))
    assert (await signing_in.who(db, secret)).roles == ("reader", "reviewer")
    await admitting.grant(db, whose, other, Wish(()))
    assert (await signing_in.who(db, secret)).roles == ("waiting",)


async def test_the_last_owner_stays(db: Db, organisation: Organisation) -> None:
    whose = organisation.organisation_id
    mine, _ = await _owner(db, whose)
    await signing_in.invite(db, whose, "owner", "Never signed in")
    with pytest.raises(errors.Refused, match="only owner"):
        await admitting.grant(db, whose, mine, Wish(("reader",)))
    await admitting.grant(db, whose, mine, Wish(("owner", "reader")))


async def test_two_owners_cannot_both_go_at_once(database: Database, organisation: Organisation) -> None:
    whose = organisation.organisation_id
    async with database.connection() as db:
        both = [(await _owner(db, whose, name))[0] for name in ("Olu", "Ola")]

    async def leave(account_id: UUID) -> bool:
        async with database.connection() as db:
            try:
                await admitting.grant(db, whose, account_id, Wish(()))
            except errors.Refused:
                return False
            return True

    assert sorted(await asyncio.gather(*map(leave, both))) == [False, True]


WRONG = [
    (Wish(("admin",)), "roles"),
    (Wish(("reader",), sealing.random_id()), "unit"),
    (Wish(("waiting",)), "roles"),
]


@pytest.mark.parametrize(("wish", "place"), WRONG)
async def test_a_wrong_wish_is_named(db: Db, organisation: Organisation, wish: Wish, place: str) -> None:
    account_id, _ = await _owner(db, organisation.organisation_id)
    with pytest.raises(errors.BadInput) as refused:
        await admitting.grant(db, organisation.organisation_id, account_id, wish)
    assert [problem.place for problem in refused.value.problems] == [place]


async def test_a_unit_limits_a_reader_and_nobody_who_may_see_all(db: Db, organisation: Organisation) -> None:
    whose = organisation.organisation_id
    await cast.trust(db, organisation)
    unit = UUID((await admitting.list_units(db, whose))[0].id)
    await _owner(db, whose)
    other, secret = await _owner(db, whose, "Ola")
    await admitting.grant(db, whose, other, Wish(("reader",), unit))
    assert (await signing_in.who(db, secret)).unit_id == unit
    await admitting.grant(db, whose, other, Wish(("reader", "manager"), unit))
    assert (await signing_in.who(db, secret)).unit_id is None
    with pytest.raises(errors.BadInput, match="limits a results reader"):
        await admitting.grant(db, whose, other, Wish(("manager",), unit))


async def test_another_organisations_accounts_are_out_of_reach(db: Db, organisation: Organisation) -> None:
    other = sealing.random_id()
    await organisations.add(db, other, "OTH", "Another Trust")
    mine, secret = await _owner(db, organisation.organisation_id)
    session = admitting.session_id(signing_in.hashed(secret))
    assert await admitting.list_all(db, other) == []
    for refused in (
        admitting.find(db, other, mine),
        admitting.grant(db, other, mine, Wish(("owner",))),
        admitting.link(db, other, mine, binds=False),
        admitting.remove(db, other, mine),
        admitting.end_session(db, other, mine, session),
    ):
        with pytest.raises(errors.NotFound):
            await refused
    assert await signing_in.who(db, secret)


async def test_sessions_are_listed_and_ended(db: Db, organisation: Organisation) -> None:
    whose = organisation.organisation_id
    mine, here = await _owner(db, whose)
    _, there = await _owner(db, whose)
    listed = await admitting.list_sessions(db, whose, mine)
    assert {one.session_hash for one in listed} == {signing_in.hashed(here), signing_in.hashed(there)}
    await admitting.end_session(db, whose, mine, admitting.session_id(signing_in.hashed(there)))
    with pytest.raises(errors.NotSignedIn):
        await signing_in.who(db, there)
    assert await signing_in.who(db, here)
    for nothing in ("", "%", "0" * 16, "g" * 16):
        with pytest.raises(errors.NotFound):
            await admitting.end_session(db, whose, mine, nothing)


async def test_a_session_that_is_not_used_is_over(db: Db, organisation: Organisation) -> None:
    _, secret = await _owner(db, organisation.organisation_id)
    await db.execute("update session set used_at = used_at - interval '1 hour 59 minutes'")
    assert await signing_in.who(db, secret)
    await db.execute("update session set used_at = used_at - interval '1 hour 59 minutes'")
    assert await signing_in.who(db, secret), "using it counted"
    await db.execute("update session set used_at = used_at - interval '2 hours'")
    with pytest.raises(errors.NotSignedIn):
        await signing_in.who(db, secret)


# With the provider


async def test_somebody_unknown_waits_until_an_owner_grants(db: Db, organisation: Organisation) -> None:
    whose = organisation.organisation_id
    secret = await signing_in.enter(db, SAM)
    who = await signing_in.who(db, secret)
    assert (who.roles, who.name) == (("waiting",), "Sam Jones")
    (waiting,) = await admitting.list_all(db, whose)
    assert (waiting.issuer, waiting.subject) == (SAM.issuer, SAM.subject)
    await admitting.grant(db, whose, waiting.account_id, Wish(("manager",)))
    assert (await signing_in.who(db, secret)).roles == ("manager",)
    assert (await signing_in.who(db, await signing_in.enter(db, SAM))).account_id == who.account_id


async def test_same_name_other_subject_or_issuer_is_somebody_else(db: Db, organisation: Organisation) -> None:
    identities = [SAM, Identity(SAM.issuer, "subject-2", SAM.name), Identity("https://other.example", "subject-1", "")]
    found = [(await signing_in.who(db, await signing_in.enter(db, one))).account_id for one in identities]
    assert len(set(found)) == 3


async def test_an_invitation_ties_the_account_to_whoever_uses_it_first(db: Db, organisation: Organisation) -> None:
    whose = organisation.organisation_id
    account_id, token = await admitting.invite(db, whose, "Sam", Wish(("manager",)), binds=True)
    with pytest.raises(errors.UnknownLink):
        await signing_in.sign_in(db, token)
    who = await signing_in.who(db, await signing_in.enter(db, SAM, token))
    assert (who.account_id, who.roles, who.name) == (account_id, ("manager",), "Sam Jones")
    with pytest.raises(errors.UnknownLink):
        await signing_in.enter(db, Identity(SAM.issuer, "subject-2", "Eve"), token)
    with pytest.raises(errors.Refused, match="need no link"):
        await admitting.link(db, whose, account_id, binds=True)


async def test_an_invitation_gives_an_account_that_is_there_what_it_promises(
    db: Db, organisation: Organisation
) -> None:
    whose = organisation.organisation_id
    mine = (await signing_in.who(db, await signing_in.enter(db, SAM))).account_id
    invited, token = await admitting.invite(db, whose, "Sam", Wish(("reader", "owner")), binds=True)
    who = await signing_in.who(db, await signing_in.enter(db, SAM, token))
    assert (who.account_id, who.roles) == (mine, ("owner", "reader"))
    with pytest.raises(errors.NotFound):
        await admitting.find(db, whose, invited)


async def test_with_two_organisations_nobody_waits(db: Db, organisation: Organisation) -> None:
    await organisations.add(db, sealing.random_id(), "OTH", "Another Trust")
    with pytest.raises(errors.NotAllowed, match="invitation"):
        await signing_in.enter(db, SAM)
    assert await admitting.list_all(db, organisation.organisation_id) == []


async def test_an_invitation_of_another_organisation_is_not_for_its_neighbours_people(
    db: Db, organisation: Organisation
) -> None:
    await signing_in.enter(db, SAM)
    other = sealing.random_id()
    await organisations.add(db, other, "OTH", "Another Trust")
    _, token = await admitting.invite(db, other, "Sam", Wish(("owner",)), binds=True)
    with pytest.raises(errors.NotAllowed, match="another organisation"):
        await signing_in.enter(db, SAM, token)


async def test_only_who_has_no_role_is_removed(db: Db, organisation: Organisation) -> None:
    whose = organisation.organisation_id
    secret = await signing_in.enter(db, SAM)
    account_id = (await signing_in.who(db, secret)).account_id
    await admitting.grant(db, whose, account_id, Wish(("reader",)))
    with pytest.raises(errors.Refused):
        await admitting.remove(db, whose, account_id)
    await admitting.grant(db, whose, account_id, Wish(()))
    await admitting.remove(db, whose, account_id)
    with pytest.raises(errors.NotSignedIn):
        await signing_in.who(db, secret)


@pytest.mark.parametrize("name", ["", "  ", "x" * 101])
async def test_an_invitation_needs_a_name_and_a_role(db: Db, organisation: Organisation, name: str) -> None:
    with pytest.raises(errors.BadInput) as refused:
        await admitting.invite(db, organisation.organisation_id, name, Wish(()), binds=False)
    assert [problem.place for problem in refused.value.problems] == ["name", "roles"]
