"""The journey's measurements, in their order: everybody takes part; single requests; submissions against pgbench."""

import msgspec

from survey.cli.benching import costs, cpu, rounds, scratch, statements, storm, witness, yardstick
from survey.cli.benching.costs import Cost
from survey.cli.benching.cpu import Spent
from survey.cli.benching.ledger import Ledger
from survey.cli.benching.progress import Progress
from survey.cli.benching.respondents import Respondent, crowd
from survey.cli.benching.scratch import Scratch
from survey.cli.benching.statements import Statement
from survey.operations import closing


class Wishes(msgspec.Struct, frozen=True):
    """`seconds` is how long each of the smaller measurements lasts."""

    respondents: int
    at_once: int
    questionnaire: str
    seconds: float


class Measured(msgspec.Struct, frozen=True):
    """`amiss` is empty when every acknowledged submission was found again, as it was sent."""

    wishes: Wishes
    ledger: Ledger
    spent: Spent
    asked: list[Statement]
    costs: list[Cost]
    submits: float
    pgbench: float
    amiss: list[str]


async def measure(on: Scratch, wishes: Wishes, progress: Progress) -> Measured:
    """A launched round, answered, measured, closed and checked. The first people warm the service up, uncounted."""
    warming = 2 * wishes.at_once
    step = progress("Set up a Trust and launch its round", 1)
    round_id, links = await rounds.launch(on, wishes.respondents + warming, wishes.questionnaire)
    step()
    people = [Respondent(n, link.path, on.config.host, on.config.port) for n, link in enumerate(links)]
    with scratch.served(on) as app:
        await crowd(people[:warming], wishes.at_once, Ledger(), progress("Warm up", warming))
        answered = await _answered(on, app, people[warming:], wishes, progress)
        single, submits, pgbench = await _smaller(on, app, round_id, people, wishes, progress)
        step = progress("Look for every submission", 3)
        expected = await witness.while_open(on, round_id, people)
        step()
    await closing.end_now(on.db, on.organisation_id, round_id)
    step()
    amiss = [*expected.amiss, *await witness.after_closing(on, round_id, expected)]
    step()
    return Measured(wishes, *answered, single, submits, pgbench, amiss)


async def _answered(
    on: Scratch, app: int, people: list[Respondent], wishes: Wishes, progress: Progress
) -> tuple[Ledger, Spent, list[Statement]]:
    ledger, advance = Ledger(), progress("Staff answer", len(people))
    await statements.reset(on.db)
    before = cpu.spent(app, on.postgres)
    await crowd(people, wishes.at_once, ledger, advance)
    spent = cpu.spent(app, on.postgres) - before
    return ledger, spent, await statements.counted(on.db)


async def _smaller(
    on: Scratch, app: int, round_id: str, people: list[Respondent], wishes: Wishes, progress: Progress
) -> tuple[list[Cost], float, float]:
    through = [person for person in people if person.acknowledged]
    if not through:
        return [], 0.0, 0.0
    step = progress("Single requests, submissions, pgbench", 3)
    single = await costs.Loop(on, app, through[0], wishes.seconds).measure()
    step()
    submits, _ = await storm.submits(on.config, through, wishes.at_once, wishes.seconds * 2)
    step()
    at_most = max(1, round(wishes.seconds * 2))
    pgbench = await yardstick.measure(on, round_id, len(through), wishes.at_once, at_most)
    step()
    return single, submits, pgbench
