"""A launched round with people to answer it, made by the operations a Trust would use."""

from datetime import UTC, datetime, timedelta

from survey.cli.benching import staff_lists
from survey.cli.benching.scratch import Scratch
from survey.core.rounds import Plan
from survey.operations import authoring, launching, staffing
from survey.operations.launching import Link


async def launch(on: Scratch, people: int, questionnaire: str) -> tuple[str, list[Link]]:
    """An open round of `people` with this questionnaire file; its id and everybody's link."""
    whose = on.organisation_id
    await staffing.apply(on.db, whose, staff_lists.make(people).encode(), staffing.Wishes())
    version = await authoring.add(on.db, whose, questionnaire)
    now = datetime.now(UTC)
    window = (now - timedelta(hours=1), now + timedelta(days=7))
    drafted = await launching.draft(on.db, whose, "Bench", version.questionnaire_hash, *window, Plan())
    await launching.launch(on.db, on.keys, whose, drafted.round_id)
    return drafted.round_id, await launching.links(on.db, on.keys, whose, drafted.round_id)
