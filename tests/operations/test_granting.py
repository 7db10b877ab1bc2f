"""API keys: shown once, hashed, expiring, revocable, each of one organisation."""

from datetime import UTC, datetime, timedelta

import pytest

from survey import errors, sealing
from survey.db import Db
from survey.operations import granting
from survey.store import organisations
from survey.store.organisations import Organisation


async def test_a_key_reads_its_organisations_results(db: Db, organisation: Organisation) -> None:
    made = await granting.new_key(db, organisation.organisation_id, " Power BI ", 90)
    assert made.secret.startswith("svy_") and len(made.secret) == 47
    assert await granting.holder(db, made.secret) == organisation.organisation_id
    left = made.key.expires_at - datetime.now(UTC)
    assert timedelta(days=89, hours=23) < left <= timedelta(days=90)
    assert await granting.list_keys(db, organisation.organisation_id) == [made.key]
    assert (made.key.name, made.key.expired) == ("Power BI", False)


async def test_an_expired_key_opens_nothing_and_says_so_in_the_list(db: Db, organisation: Organisation) -> None:
    made = await granting.new_key(db, organisation.organisation_id, "old", 1)
    await db.execute("update api_key set expires_at = survey_now()")
    with pytest.raises(errors.NotSignedIn):
        await granting.holder(db, made.secret)
    (key,) = await granting.list_keys(db, organisation.organisation_id)
    assert key.expired


async def test_a_revoked_key_opens_nothing(db: Db, organisation: Organisation) -> None:
    whose = organisation.organisation_id
    kept, gone = [await granting.new_key(db, whose, name, 1) for name in ("kept", "gone")]
    await granting.revoke(db, whose, gone.key.id)
    with pytest.raises(errors.NotSignedIn):
        await granting.holder(db, gone.secret)
    assert await granting.holder(db, kept.secret) == whose


async def test_another_organisation_neither_sees_nor_revokes_a_key(db: Db, organisation: Organisation) -> None:
    other = sealing.random_id()
    await organisations.add(db, other, "OTH", "Another Trust")
    made = await granting.new_key(db, organisation.organisation_id, "mine", 1)
    assert await granting.list_keys(db, other) == []
    with pytest.raises(errors.NotFound):
        await granting.revoke(db, other, made.key.id)
    assert await granting.holder(db, made.secret) == organisation.organisation_id


@pytest.mark.parametrize("key_id", ["", "%", "________", "abcdefg", "0123456789ab", "zzzzzzzzzzzz", "12345678%"])
async def test_what_names_no_key_revokes_none(db: Db, organisation: Organisation, key_id: str) -> None:
    await granting.new_key(db, organisation.organisation_id, "kept", 1)
    with pytest.raises(errors.NotFound):
        await granting.revoke(db, organisation.organisation_id, key_id)
    assert len(await granting.list_keys(db, organisation.organisation_id)) == 1


async def test_the_database_holds_no_key(db: Db, organisation: Organisation) -> None:
    made = await granting.new_key(db, organisation.organisation_id, "x", 1)
    kept = await db.fetchval("select k::text from api_key k")
    assert made.secret not in kept and made.secret.removeprefix("svy_") not in kept
    assert made.secret.encode().hex() not in kept


REFUSED = [("", 1, "name"), ("x" * 101, 1, "name"), ("ok", 0, "days"), ("ok", 731, "days")]


@pytest.mark.parametrize(("name", "days", "place"), REFUSED)
async def test_a_wrong_wish_is_named(db: Db, organisation: Organisation, name: str, days: int, place: str) -> None:
    with pytest.raises(errors.BadInput) as refused:
        await granting.new_key(db, organisation.organisation_id, name, days)
    assert [problem.place for problem in refused.value.problems] == [place]


@pytest.mark.parametrize(
    "secret", ["", "svy_", "svy_" + "a" * 43, "a" * 47, "svy_" + "\0" * 43, "svy_" + "a" * 100_000]
)
async def test_what_is_no_key_is_refused_in_the_same_words(db: Db, secret: str) -> None:
    with pytest.raises(errors.NotSignedIn, match="not known, or it has expired"):
        await granting.holder(db, secret)
