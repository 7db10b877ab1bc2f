"""Who a round's channels do not reach, and why. It says nothing of who has answered."""

from uuid import UUID

from survey.core import population
from survey.core.merging import Member
from survey.db import Db
from survey.operations import reaching
from survey.operations.reaching import Missed
from survey.store import people, units
from survey.store.rounds import Round


async def missed(db: Db, round_: Round) -> list[Missed]:
    """Of a draft: of those it would ask; afterwards, of those it asks. By team."""
    reach, whose = round_.reaching, round_.organisation_id
    of_round = round_.round_id if round_.launched_at is not None else None
    rows = await people.unreached(db, whose, "email" in reach.channels, "sms" in reach.channels, of_round)
    if of_round is None:
        members = [Member(row.person_id, row.unit, row.staff_group, row.clinical) for row in rows]
        asked: set[UUID] = {
            member.person_id for member in population.asked(round_.asks, await units.tree(db, whose), members)
        }
        rows = [row for row in rows if row.person_id in asked]
    return [Missed(row.employee_number, row.team, reaching.why(row)) for row in rows]
