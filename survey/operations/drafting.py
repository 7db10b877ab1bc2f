"""Preparing a round step by step: a stored draft that several people may change, each noticing what the others did."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from survey import errors
from survey.core import reaching
from survey.core import rounds as rules
from survey.core.population import Population, Scope
from survey.core.reaching import Reach
from survey.core.rounds import Plan
from survey.db import Db
from survey.operations import launching
from survey.store import errands, people, questionnaires, rounds
from survey.store.rounds import Round

__all__ = ["Overtaken", "begin", "change", "clone", "discard", "left_out", "like", "numbers"]


class Overtaken(errors.Refused):
    """Somebody else has changed this draft since you opened it. Nothing of theirs or yours is lost."""

    def __init__(self, current: Round) -> None:
        self.current = current
        super().__init__()


async def begin(db: Db, organisation_id: UUID, name: str, questionnaire_hash: str, zone: str) -> Round:
    """A new draft with the usual dates and settings."""
    opens_at, closes_at = rules.usual_window(await rounds.clock(db), zone)
    return await launching.draft(db, organisation_id, name, questionnaire_hash, opens_at, closes_at, Plan())


async def change(
    db: Db,
    organisation_id: UUID,
    round_id: str,
    version: int,
    *,
    name: str | None = None,
    questionnaire_hash: str | None = None,
    window: tuple[datetime, datetime] | None = None,
    plan: Plan | None = None,
    population: Population | None = None,
    reach: Reach | None = None,
) -> Round:
    """Change some of a draft. `version`: the one that was looked at; Overtaken where it is no longer the latest."""
    async with db.transaction():
        now = await _held(db, organisation_id, round_id)
        if now.version != version:
            raise Overtaken(now)
        new_name, (opens_at, closes_at) = (name or now.name).strip(), window or (now.opens_at, now.closes_at)
        problems = rules.draft_problems(now.name if name is None else name, opens_at, closes_at, plan or now.settings)
        problems += reaching.problems(reach or now.reaching)
        if problems:
            raise errors.BadInput(problems)
        chosen = questionnaire_hash or now.questionnaire_hash
        await questionnaires.find(db, organisation_id, chosen)
        await rounds.change(
            db,
            organisation_id,
            round_id,
            version,
            new_name,
            chosen,
            plan or now.settings,
            (opens_at, closes_at),
            population or now.asks,
            reach or now.reaching,
        )
    return await launching.find(db, organisation_id, round_id)


async def _held(db: Db, organisation_id: UUID, round_id: str) -> Round:
    await launching.find(db, organisation_id, round_id)
    round_ = await rounds.hold(db, organisation_id, round_id)
    rules.must_allow("change", round_.state)
    errand = await errands.find(db, organisation_id, round_id)
    if errand is not None and errand.refused is None:
        raise errors.Refused("This round is being launched: it cannot be changed any more.")
    return round_


async def discard(db: Db, organisation_id: UUID, round_id: str) -> None:
    """Forget a draft. A round that was launched stays for good."""
    async with db.transaction():
        await _held(db, organisation_id, round_id)
        await errands.delete(db, organisation_id, round_id)
        await rounds.discard(db, organisation_id, round_id)


async def clone(db: Db, organisation_id: UUID, round_id: str, zone: str) -> Round:
    """A new draft with everything of this round but its dates. Its key will be its own."""
    old = await launching.find(db, organisation_id, round_id)
    rules.must_allow("clone", old.state)
    return await like(db, old, f"{old.name}, again", rules.usual_window(old.now, zone))


async def like(db: Db, old: Round, name: str, window: tuple[datetime, datetime]) -> Round:
    """A new draft of that name and window with everything else of a round."""
    whose = old.organisation_id
    async with db.transaction():
        new = await launching.draft(db, whose, name, old.questionnaire_hash, *window, old.settings)
        return await change(db, whose, new.round_id, new.version, population=old.asks, reach=old.reaching)


async def left_out(
    db: Db, organisation_id: UUID, scope: Scope, units: Sequence[str], groups: Sequence[str], numbers: Sequence[str]
) -> Population:
    """A population, its people named by employee number. Raises BadInput for numbers nobody has."""
    found = {row.employee_number: row.person_id for row in await people.numbered(db, organisation_id, numbers)}
    problems = [
        errors.Problem("people left out", f"nobody on the staff list has the employee number {number}.")
        for number in numbers
        if number not in found
    ]
    if scope != "everyone" and not units:
        problems.append(errors.Problem("units", "choose at least one unit, or ask everyone."))
    if problems:
        raise errors.BadInput(problems)
    kept = () if scope == "everyone" else tuple(sorted(units))
    return Population(scope, kept, tuple(sorted(groups)), tuple(sorted(set(found.values()))))


async def numbers(db: Db, organisation_id: UUID, population: Population) -> list[str]:
    """The employee numbers of those left out; of somebody whose details were erased, none."""
    return await people.numbers(db, organisation_id, population.people) if population.people else []
