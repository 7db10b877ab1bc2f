"""Erasing one person's details, without touching an answer.

The row with their details is deleted. In every round they were invited to, their seat stays: the size of their team
at launch is part of what was published or will be, and an answer they gave belongs to nobody any more. The seat gets
another id, which is nobody's and differs from round to round, so that nothing that remembers the old one (the audit log
of other acts, a backup) leads to it. While a round is open their link goes on working, for it is theirs and in their
hands, and they can withdraw with it. What was sent to them is forgotten, and reminders stop: there is no address left.
"""

from uuid import UUID

from survey import sealing
from survey.db import Db
from survey.store import messages, people

__all__ = ["erase"]


async def erase(db: Db, organisation_id: UUID, person_id: UUID) -> None:
    """All of it or nothing. Raises NotFound for somebody who is not there, or not any more."""
    async with db.transaction():
        await people.keep_out(db, organisation_id)
        await people.find(db, organisation_id, person_id)
        seats = await people.seats(db, organisation_id, person_id)
        rounds = [seat.round_id for seat in seats]
        await messages.forget(db, organisation_id, person_id)
        await people.leave_seats(db, organisation_id, person_id, rounds, sealing.random_ids(len(rounds)))
        await people.forget(db, organisation_id, person_id)
