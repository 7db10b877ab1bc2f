"""The audit log: appended with what it tells of, in a chain, and never altered."""

import asyncio

import asyncpg
import pytest

from survey import errors, sealing
from survey.db import Database, Db
from survey.operations import administering, recording
from survey.store.organisations import Organisation
from tests import cast


async def _numbers(db: Db, organisation: Organisation) -> list[int]:
    rows = await db.fetch(
        "select number from audit_entry where organisation_id = $1 order by number", organisation.organisation_id
    )
    return [row["number"] for row in rows]


async def test_an_entry_is_there_with_what_it_tells_of_or_neither_is(db: Db, organisation: Organisation) -> None:
    actor = cast.actor(organisation.organisation_id)
    async with recording.recorded(db, actor, "organisation.add", details={"code": "NEW"}) as note:
        note.subject = (await administering.add(db, "NEW", "New Trust")).ods_code
    with pytest.raises(errors.Refused):
        async with recording.recorded(db, actor, "organisation.add"):
            await administering.add(db, "TOO", "Trust too")
            await administering.add(db, "NEW", "New Trust")
    assert await _numbers(db, organisation) == [1]
    row = await db.fetchrow("select actor, account_id, action, subject, details from audit_entry")
    assert tuple(row) == ("command line", None, "organisation.add", "NEW", '{"code":"NEW"}')
    assert [one.ods_code for one in await administering.list_all(db)] == ["NEW", "TST"]


async def test_many_at_once_make_one_chain(database: Database, organisation: Organisation) -> None:
    actor = cast.actor(organisation.organisation_id)

    async def append(number: int) -> None:
        async with database.connection() as db:
            await recording.record(db, actor, "test.try", str(number))

    await asyncio.gather(*(append(number) for number in range(30)))
    async with database.connection() as db:
        assert await _numbers(db, organisation) == list(range(1, 31))


CHANGES = [
    "update audit_entry set subject = 'x'",
    "delete from audit_entry",
    "truncate audit_entry",
    "delete from audit_head",
    "truncate audit_head",
]


@pytest.mark.parametrize("change", CHANGES)
async def test_entries_are_neither_changed_nor_removed(db: Db, organisation: Organisation, change: str) -> None:
    await recording.record(db, cast.actor(organisation.organisation_id), "test.try")
    with pytest.raises(asyncpg.RaiseError, match="only grows"):
        await db.execute(change)


@pytest.mark.parametrize("text", ["x" * 201, "a\0b", sealing.random_token(), f"svy_{sealing.random_token()}"])
async def test_what_is_long_or_looks_like_a_secret_stays_out(db: Db, organisation: Organisation, text: str) -> None:
    actor = cast.actor(organisation.organisation_id)
    for told in ((text, {}), ("", {"x": text})):
        with pytest.raises(ValueError, match="does not belong"):
            await recording.record(db, actor, "test.try", *told)
    assert await _numbers(db, organisation) == []


def test_who_acts_shows_no_key() -> None:
    assert b"secret" not in repr(cast.actor(sealing.random_id())).encode()
