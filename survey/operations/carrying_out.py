"""Long work that pages ask for: launching and publishing. It is written down, and the worker that has the keys does it.

Asking twice is asking once. What was refused says why, and may be asked for again.
"""

from collections.abc import Callable
from uuid import UUID

from survey import errors
from survey.core import rounds as rules
from survey.core.access import Actor
from survey.core.steps import Step
from survey.db import Db
from survey.operations import launching, publishing, recording, telling
from survey.operations.telling import Side
from survey.sealing import KeyRing
from survey.store import errands, rounds
from survey.store.errands import Errand, Kind

__all__ = ["Errand", "ask", "carry_out", "find", "waiting"]


async def ask(db: Db, account_id: UUID | None, organisation_id: UUID, round_id: str, kind: Kind) -> None:
    """Write down that this is to be done. Raises Refused where it would be refused now."""
    await launching.find(db, organisation_id, round_id)
    async with db.transaction():
        round_ = await rounds.hold(db, organisation_id, round_id)
        if kind == "launch":
            launching.must_be_ready(round_)
            await launching.must_reach_somebody(db, organisation_id)
        rules.must_allow(kind, round_.state)
        if kind == "publish" and round_.opened_answers_at is None:
            raise errors.Refused("You cannot publish this round: its answers are still sealed. Close it first.")
        note = await errands.find(db, organisation_id, round_id)
        if note is None or note.refused is not None:  # the worker may hold one that waits, and want the round next
            await errands.ask(db, organisation_id, round_id, kind, account_id)


async def find(db: Db, organisation_id: UUID, round_id: str) -> Errand | None:
    return await errands.find(db, organisation_id, round_id)


async def waiting(db: Db) -> list[Errand]:
    return await errands.waiting(db)


async def carry_out(db: Db, side: Side, keys: KeyRing, sign: Callable[[bytes], bytes], errand: Errand) -> None:
    """Do it in the name of whoever asked, with its note's removal in the same transaction: a kill leaves it waiting.
    Refusals are noted. `sign` signs the audit log; by `side` it is told how far it is."""
    scope = (errand.organisation_id, errand.round_id)
    await errands.begin(db, *scope)
    actor = Actor("account" if errand.asked_by else "command line", errand.organisation_id, errand.asked_by, sign)
    try:
        async with telling.of_round(side, *scope) as step, db.transaction():
            if await errands.hold(db, *scope) is None:
                return
            await _do(db, keys, errand, step)
            await errands.delete(db, *scope)
            await recording.record(db, actor, f"round.{errand.kind}", errand.round_id)
    except errors.SurveyError as refused:
        await errands.refuse(db, *scope, str(refused))


async def _do(db: Db, keys: KeyRing, errand: Errand, step: Step) -> None:
    if errand.kind == "launch":
        await launching.launch(db, keys, errand.organisation_id, errand.round_id, step)
    else:
        correction = errand.kind == "correct"
        await publishing.publish(db, errand.organisation_id, errand.round_id, correction=correction, step=step)
