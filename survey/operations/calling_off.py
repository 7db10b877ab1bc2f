"""Calling off a round that was launched too soon. Before it opens nobody can have answered, so that it may go whole."""

from uuid import UUID

from survey import errors
from survey.core import rounds as rules
from survey.db import Db
from survey.operations import drafting, launching
from survey.operations.launching import Round
from survey.store import devices, errands, invitations, link_requests, rounds

__all__ = ["call_off"]


async def call_off(db: Db, organisation_id: UUID, round_id: str) -> Round:
    """A draft with everything that the round had, its dates too; of the round nothing is left, and links and codes that
    were handed out open nothing. Raises Refused once it has opened.

    The draft is another round, with an address and a key of its own: what a process remembers of a round that was
    launched holds for ever. The caller destroys the old round's keys when this is committed; until then it is launched.
    """
    old = await launching.find(db, organisation_id, round_id)
    async with db.transaction():
        await rounds.keep_out(db, round_id)
        rules.must_allow("call off", (await rounds.hold(db, organisation_id, round_id)).state)
        left = await drafting.like(db, old, old.name, (old.opens_at, old.closes_at))
        await link_requests.delete_all(db, organisation_id, round_id)
        await devices.delete_all(db, organisation_id, round_id)
        await errands.delete(db, organisation_id, round_id)
        await invitations.delete_all(db, organisation_id, round_id)
        await invitations.delete_frame(db, organisation_id, round_id)
        if not await rounds.call_off(db, organisation_id, round_id):
            raise errors.Refused("This round has opened in this moment: it can no longer be called off. Pause it.")
    return left
