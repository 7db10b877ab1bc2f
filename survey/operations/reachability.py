"""Who a round's channels do not reach, and why. It says nothing of who has answered."""

from collections.abc import Collection
from uuid import UUID

from survey.db import Db
from survey.operations import launching, reaching
from survey.operations.reaching import Missed
from survey.store import people
from survey.store.rounds import Round


async def missed(db: Db, round_: Round, asked: Collection[UUID] | None = None) -> list[Missed]:
    """Of a draft: of those it would ask (`asked`, where they are known already); afterwards, of those it asks. By
    team. Nobody where the Trust sends the links by itself."""
    reach, whose = round_.reaching, round_.organisation_id
    if not reach.channels:
        return []
    of_round = round_.round_id if round_.launched_at is not None else None
    rows = await people.unreached(db, whose, "email" in reach.channels, "sms" in reach.channels, of_round)
    if of_round is None:
        if asked is None:
            _, members = await launching.asked(db, whose, round_.asks)
            asked = {member.person_id for member in members}
        rows = [row for row in rows if row.person_id in asked]
    return [Missed(row.employee_number, row.team, reaching.why(row)) for row in rows]
