"""One-time links and sessions: once, briefly, and never in clear in the database."""

import asyncio

import pytest

from survey import errors, sealing
from survey.db import Database, Db
from survey.operations import signing_in
from survey.store.organisations import Organisation


async def _age(db: Db, table: str, by: str) -> None:
    await db.execute(f"update {table} set expires_at = expires_at - '{by}'::interval")


async def test_a_link_becomes_a_session_of_its_role(db: Db, organisation: Organisation) -> None:
    for role in signing_in.ROLES:
        secret = await signing_in.sign_in(db, await signing_in.invite(db, organisation.organisation_id, role))
        who = await signing_in.who(db, secret)
        assert (who.organisation_id, who.organisation, who.roles) == (
            organisation.organisation_id,
            organisation.name,
            (role,),
        )


async def test_a_link_works_once(db: Db, organisation: Organisation) -> None:
    token = await signing_in.invite(db, organisation.organisation_id, "reader")
    await signing_in.sign_in(db, token)
    with pytest.raises(errors.UnknownLink, match="used, or it has expired"):
        await signing_in.sign_in(db, token)


async def test_looking_at_a_link_does_not_use_it_up(db: Db, organisation: Organisation) -> None:
    token = await signing_in.invite(db, organisation.organisation_id, "reader")
    for _ in range(3):
        await signing_in.must_be_usable(db, token)
    await signing_in.sign_in(db, token)
    with pytest.raises(errors.UnknownLink):
        await signing_in.must_be_usable(db, token)


async def test_of_many_at_once_one_gets_in(database: Database, organisation: Organisation) -> None:
    async with database.connection() as db:
        token = await signing_in.invite(db, organisation.organisation_id, "reader")

    async def press() -> str | None:
        async with database.connection() as db:
            try:
                return await signing_in.sign_in(db, token)
            except errors.UnknownLink:
                return None

    secrets = [secret for secret in await asyncio.gather(*(press() for _ in range(8))) if secret]
    assert len(secrets) == 1
    async with database.connection() as db:
        assert await db.fetchval("select count(*) from session") == 1


AGES = [("14 minutes", True), ("15 minutes", False)]


@pytest.mark.parametrize(("age", "works"), AGES)
async def test_a_link_lasts_15_minutes(db: Db, organisation: Organisation, age: str, works: bool) -> None:
    token = await signing_in.invite(db, organisation.organisation_id, "reader")
    await _age(db, "sign_in", age)
    if works:
        assert await signing_in.sign_in(db, token)
        return
    for use in (signing_in.must_be_usable, signing_in.sign_in):
        with pytest.raises(errors.UnknownLink):
            await use(db, token)


@pytest.mark.parametrize(("age", "works"), [("11 hours 59 minutes", True), ("12 hours", False)])
async def test_a_session_lasts_12_hours_however_much_it_is_used(
    db: Db, organisation: Organisation, age: str, works: bool
) -> None:
    secret = await signing_in.sign_in(db, await signing_in.invite(db, organisation.organisation_id, "reader"))
    await signing_in.who(db, secret)
    await _age(db, "session", age)
    if works:
        assert await signing_in.who(db, secret)
        return
    with pytest.raises(errors.NotSignedIn):
        await signing_in.who(db, secret)


async def test_signing_out_ends_one_session(db: Db, organisation: Organisation) -> None:
    here, there = [
        await signing_in.sign_in(db, await signing_in.invite(db, organisation.organisation_id, "reader")) for _ in "12"
    ]
    await signing_in.sign_out(db, here)
    with pytest.raises(errors.NotSignedIn):
        await signing_in.who(db, here)
    assert await signing_in.who(db, there)


async def test_what_has_expired_is_swept_away(db: Db, organisation: Organisation) -> None:
    whose = organisation.organisation_id
    await signing_in.sign_in(db, await signing_in.invite(db, whose, "reader"))
    await signing_in.invite(db, whose, "reader")
    for table in ("session", "sign_in"):
        await _age(db, table, "2 days")
    await signing_in.sign_in(db, await signing_in.invite(db, whose, "reader"))
    assert await db.fetchval("select count(*) from session") == 1
    assert await db.fetchval("select count(*) from sign_in") == 0


async def test_the_database_holds_no_secret(db: Db, organisation: Organisation) -> None:
    token = await signing_in.invite(db, organisation.organisation_id, "reader")
    used = await signing_in.invite(db, organisation.organisation_id, "owner")
    secret = await signing_in.sign_in(db, used)
    rows = await db.fetch("select s::text as row from session s union all select l::text from sign_in l")
    kept = " ".join(row["row"] for row in rows)
    assert len(rows) == 2
    assert not [one for one in (token, used, secret) if one in kept or one.encode().hex() in kept]


NO_SECRETS = ["", "x", "é" * 43, "a" * 42, "a" * 44, "a" * 43 + "\n", "\0" * 43, "a" * 100_000]


@pytest.mark.parametrize("text", NO_SECRETS)
async def test_what_cannot_be_a_secret_is_refused(db: Db, text: str) -> None:
    with pytest.raises(errors.NotSignedIn):
        await signing_in.who(db, text)
    for use in (signing_in.must_be_usable, signing_in.sign_in, signing_in.sign_out):
        with pytest.raises(errors.UnknownLink):
            await use(db, text)


async def test_a_link_and_a_session_do_not_stand_in_for_each_other(db: Db, organisation: Organisation) -> None:
    token = await signing_in.invite(db, organisation.organisation_id, "reader")
    with pytest.raises(errors.NotSignedIn):
        await signing_in.who(db, token)
    secret = await signing_in.sign_in(db, token)
    with pytest.raises(errors.UnknownLink):
        await signing_in.sign_in(db, secret)


async def test_an_unknown_role_is_refused(db: Db, organisation: Organisation) -> None:
    with pytest.raises(errors.BadInput, match="“admin” is not a role"):
        await signing_in.invite(db, organisation.organisation_id, "admin")


def test_a_form_must_carry_its_own_sessions_token() -> None:
    one, other = sealing.random_token(), sealing.random_token()
    signing_in.must_carry(signing_in.form_token(one), one)
    for given in ("", "é", signing_in.form_token(other), one):
        with pytest.raises(errors.NotAllowed):
            signing_in.must_carry(given, one)
