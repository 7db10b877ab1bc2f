"""The audit log's chain: whatever is done to it behind the service's back is told (S14)."""

from collections.abc import Sequence

import pytest

from survey import errors
from survey.db import Db
from survey.operations import recording, tracing
from survey.operations.tracing import Verified, Wanted
from survey.sealing import signer
from survey.store.organisations import Organisation
from tests import cast
from tests.conftest import SECRET

ENTRIES = 12


async def _fill(db: Db, organisation: Organisation, entries: int = ENTRIES) -> None:
    for number in range(1, entries + 1):
        actor = cast.actor(organisation.organisation_id)
        await recording.record(db, actor, "round.try", f"round{number}", {"number": number})


async def _verify(db: Db, organisation: Organisation, checkpoint: str | None = None) -> Verified:
    return await tracing.verify(db, organisation.organisation_id, signer(SECRET), checkpoint)


async def _behind_its_back(db: Db, statements: Sequence[str]) -> None:
    """As somebody who owns the database and has switched the triggers off."""
    for table in ("audit_entry", "audit_head"):
        await db.execute(f"alter table {table} disable trigger user")
    for statement in statements:
        await db.execute(statement)


async def test_a_log_that_was_left_alone_is_whole(db: Db, organisation: Organisation) -> None:
    await _fill(db, organisation)
    found = await _verify(db, organisation)
    assert (found.entries, found.faults) == (ENTRIES, ())
    assert found.checkpoint.startswith(f"{ENTRIES}:")


async def test_a_log_in_which_nothing_happened_is_whole(db: Db, organisation: Organisation) -> None:
    assert (await _verify(db, organisation)).faults == ()


COLUMNS = {
    "at": "at + interval '1 microsecond'",
    "actor": "'service'",
    "account_id": "gen_random_uuid()",
    "action": "'round.trx'",
    "subject": "'round6'",
    "details": """'{"number": 5}'""",
    "mac": "set_byte(mac, 7, get_byte(mac, 7) # 1)",
}
TAMPERING = {
    **{f"{name} changed": [f"update audit_entry set {name} = {to} where number = 5"] for name, to in COLUMNS.items()},
    "a row deleted": ["delete from audit_entry where number = 5"],
    "the first row deleted": ["delete from audit_entry where number = 1"],
    "three rows deleted": ["delete from audit_entry where number between 4 and 6"],
    "two rows swapped": [
        "update audit_entry set number = 1000 where number = 4",
        "update audit_entry set number = 4 where number = 7",
        "update audit_entry set number = 7 where number = 1000",
    ],
    "a row deleted and the others moved up": [
        "delete from audit_entry where number = 5",
        *(f"update audit_entry set number = {number - 1} where number = {number}" for number in range(6, ENTRIES + 1)),
        f"update audit_head set number = {ENTRIES - 1}",
    ],
    "the tail cut off": ["delete from audit_entry where number > 9"],
    "the last row cut off": [f"delete from audit_entry where number = {ENTRIES}"],
    "the tail cut off and the end moved": [
        "delete from audit_entry where number > 9",
        "update audit_head set number = 9, mac = (select mac from audit_entry where number = 9)",
    ],
    "an entry added by hand": [
        """insert into audit_entry select organisation_id, 13, at, actor, account_id, action, subject, details, mac
        from audit_entry where number = 12""",
        f"update audit_head set number = {ENTRIES + 1}",
    ],
    "the end removed": ["delete from audit_head"],
    "the end's seal changed": ["update audit_head set seal = set_byte(seal, 3, get_byte(seal, 3) # 16)"],
    "everything removed but the end": ["delete from audit_entry"],
}


@pytest.mark.parametrize("name", TAMPERING)
async def test_tampering_is_told(db: Db, organisation: Organisation, name: str) -> None:
    await _fill(db, organisation)
    await _behind_its_back(db, TAMPERING[name])
    assert (await _verify(db, organisation)).faults


async def test_every_bit_of_an_entrys_mac_counts(db: Db, organisation: Organisation) -> None:
    await _fill(db, organisation, 2)
    await _behind_its_back(db, [])
    for bit in range(256):
        flip = f"update audit_entry set mac = set_bit(mac, {bit}, 1 - get_bit(mac, {bit})) where number = 1"
        await db.execute(flip)
        assert (await _verify(db, organisation)).faults, bit
        await db.execute(flip)
    assert not (await _verify(db, organisation)).faults


async def test_emptying_it_is_told_where_somebody_has_signed_in(db: Db, organisation: Organisation) -> None:
    await db.execute(
        "insert into account (organisation_id, account_id, name, roles, added_at, signed_in_at)"
        " values ($1, gen_random_uuid(), 'Sam', '{owner}', now(), now())",
        organisation.organisation_id,
    )
    await _fill(db, organisation)
    await _behind_its_back(db, ["delete from audit_entry", "delete from audit_head"])
    assert "no log of it" in (await _verify(db, organisation)).faults[0]


async def test_a_log_put_back_as_a_whole_is_told_by_a_checkpoint_kept_elsewhere(
    db: Db, organisation: Organisation
) -> None:
    await _fill(db, organisation, 5)
    early = (await _verify(db, organisation)).checkpoint
    saved = await db.fetchrow("select number, mac, seal from audit_head")
    await _fill(db, organisation, 5)
    late = (await _verify(db, organisation)).checkpoint
    assert not (await _verify(db, organisation, early)).faults
    await _behind_its_back(db, ["delete from audit_entry where number > 5"])
    await db.execute("update audit_head set number = $1, mac = $2, seal = $3", *saved)
    assert not (await _verify(db, organisation)).faults, "from within nothing can be told"
    assert "before the checkpoint" in (await _verify(db, organisation, late)).faults[0]
    await _fill(db, organisation, 7)
    assert "not the one that the checkpoint names" in (await _verify(db, organisation, late)).faults[0]


@pytest.mark.parametrize("text", ["", "5", "5:xyz", "x" * 100, f"-1:{'a' * 64}"])
async def test_what_is_no_checkpoint_is_refused(db: Db, organisation: Organisation, text: str) -> None:
    with pytest.raises(errors.BadInput):
        await _verify(db, organisation, text)


async def test_another_secret_makes_another_chain(db: Db, organisation: Organisation) -> None:
    await _fill(db, organisation, 1)
    found = await tracing.verify(db, organisation.organisation_id, signer(b"another"))
    assert len(found.faults) == 2


async def test_it_is_read_by_what_and_whom_the_last_first(db: Db, organisation: Organisation) -> None:
    await _fill(db, organisation, 3)
    actor = cast.actor(organisation.organisation_id)
    await recording.record(db, actor, "rounds.try")
    await recording.record(db, actor, "account.grant")

    async def numbers(**wanted: object) -> list[int]:
        lines = await tracing.read(db, organisation.organisation_id, Wanted(**wanted))  # type: ignore[arg-type]
        return [line.number for line in lines]

    assert await numbers() == [5, 4, 3, 2, 1]
    assert await numbers(noun="round") == [3, 2, 1]
    assert await numbers(account_id=organisation.organisation_id) == []
    lines = await tracing.read(db, organisation.organisation_id, Wanted(), before=4, most=2)
    assert [line.number for line in lines] == [3, 2]
    assert await numbers(since=lines[0].at) == [5, 4, 3]
    assert await numbers(until=lines[0].at) == [2, 1]
