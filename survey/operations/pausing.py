"""Pausing an open round, and letting it go on. Its closing date stands: a pause adds nothing to it."""

from uuid import UUID

from survey.core import rounds as rules
from survey.db import Db
from survey.operations import launching
from survey.store import rounds


async def pause(db: Db, organisation_id: UUID, round_id: str) -> None:
    """From now on nothing is saved or sent, and no reminder goes out. Submissions under way are let through first."""
    await launching.find(db, organisation_id, round_id)
    async with db.transaction():
        await rounds.keep_out(db, round_id)
        rules.must_allow("pause", (await rounds.hold(db, organisation_id, round_id)).state)
        await rounds.pause(db, organisation_id, round_id)


async def resume(db: Db, organisation_id: UUID, round_id: str) -> None:
    await launching.find(db, organisation_id, round_id)
    async with db.transaction():
        rules.must_allow("resume", (await rounds.hold(db, organisation_id, round_id)).state)
        await rounds.resume(db, organisation_id, round_id)
