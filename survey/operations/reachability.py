"""Who a round's channels do not reach, and why. It says nothing of who has answered."""

from collections.abc import Sequence

from survey.core import population
from survey.core.merging import Member, Unit
from survey.db import Db
from survey.operations import reaching
from survey.operations.reaching import Missed
from survey.store import people, units
from survey.store.rounds import Round


async def missed(db: Db, round_: Round, tree: Sequence[Unit] | None = None) -> list[Missed]:
    """Of a draft: of those it would ask (in this `tree`, where it is known already); afterwards, of those it asks. By
    team. Nobody where the Trust sends the links by itself."""
    reach, whose = round_.reaching, round_.organisation_id
    if not reach.channels:
        return []
    of_round = round_.round_id if round_.launched_at is not None else None
    rows = await people.unreached(db, whose, "email" in reach.channels, "sms" in reach.channels, of_round)
    if of_round is None:
        members = [Member(row.person_id, row.unit, row.staff_group, row.clinical) for row in rows]
        known = await units.tree(db, whose) if tree is None else tree
        asked = {member.person_id for member in population.asked(round_.asks, known, members)}
        rows = [row for row in rows if row.person_id in asked]
    return [Missed(row.employee_number, row.team, reaching.why(row)) for row in rows]
