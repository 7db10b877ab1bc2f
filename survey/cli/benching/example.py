"""The example Trust's release at several responses: how many staff learn something of their own unit, and whether its
reader finds anybody out."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import msgspec

from survey.cli.benching import answering, layouts, raked
from survey.cli.benching.progress import Progress
from survey.cli.benching.release import reach
from survey.cli.benching.scratch import Scratch
from survey.core.disclosure.audits import CLOSE, Bound
from survey.core.disclosure.release import Release
from survey.core.rounds import Plan
from survey.operations import auditing, authoring, example, launching, publishing, staffing
from survey.operations.demonstrating import SEED

REACH = 0.85
"""The share of staff who must be in a unit with a result of its own, at the least, when half answer, as expected."""
CASES = [(0.5, 0.4), (0.5, 0.5), (0.5, 0.6), (0.4, 0.4), (0.6, 0.6)]
"""The response that the plan expects, by which teams are merged, and that there is."""


class Share(msgspec.Struct, frozen=True):
    """`withheld` and `shown` are cells; `close` the withheld groups that a reader can bound within 25 points,
    `contained` those of them that are nearly all of a shown group, which tells about them by itself; `others`, not
    counted, those that have enough answers and are withheld to protect others. `raked`: points by which an overall or
    vision score of the organisation would differ if answers were weighted to staff groups, too."""

    expected: float
    response: float
    units: int
    reach: float
    shown: int
    withheld: int
    close: tuple[Bound, ...]
    contained: tuple[Bound, ...]
    broken: tuple[str, ...]
    raked: float | None = None
    others: tuple[Bound, ...] = ()


async def settle(on: Scratch) -> str:
    """The example's staff and the shipped questionnaire; its hash."""
    await staffing.apply(on.db, on.organisation_id, example.staff_list(SEED).encode(), staffing.Wishes())
    version = await authoring.add(on.db, on.organisation_id, layouts.DEFAULT.read_text(encoding="utf-8"))
    return version.questionnaire_hash


async def publish(on: Scratch, questionnaire: str, expected: float, response: float) -> Release:
    now, whose = datetime.now(UTC), on.organisation_id
    window = (now - timedelta(hours=1), now + timedelta(hours=1))
    plan = Plan(expected_response=expected)
    drafted = await launching.draft(on.db, whose, "Example", questionnaire, *window, plan)
    await launching.launch(on.db, on.keys, whose, drafted.round_id)
    await answering.close_with_answers(on, drafted.round_id, response)
    return (await publishing.publish(on.db, whose, drafted.round_id)).release


def share(release: Release, expected: float, response: float) -> Share:
    audit = auditing.attack(release)
    within = [bound for bound in audit.bounds if bound.width < CLOSE]
    narrow = [bound for bound in within if bound.reason.startswith("few_")]
    withheld = sum(cell.reason is not None for cell in release.cells)
    return Share(
        expected,
        response,
        units=sum(group.kind == "reporting_unit" for group in release.groups),
        reach=reach(release),
        shown=len(release.cells) - withheld,
        withheld=withheld,
        close=tuple(bound for bound in narrow if bound.is_close),
        contained=tuple(bound for bound in narrow if not bound.is_close),
        broken=tuple(map(str, audit.broken)),
        others=tuple(bound for bound in within if bound not in narrow),
    )


async def measure(on: Scratch, progress: Progress) -> list[Share]:
    step, questionnaire, found = progress("Publish the example Trust", len(CASES)), await settle(on), []
    for expected, response in CASES:
        release = await publish(on, questionnaire, expected, response)
        apart = await raked.furthest(on, release.round)
        found.append(msgspec.structs.replace(share(release, expected, response), raked=apart))
        step()
    return found


def amiss(shares: list[Share]) -> list[str]:
    said = [words for one in shares for words in one.broken]
    for one in shares:
        at = f"At {one.response:.0%} response"
        said += [f"{at}, {bound.name}, {bound.measure}, can be placed within {CLOSE:g} points." for bound in one.close]
        if one.expected == one.response == 0.5 and one.reach < REACH:
            said.append(f"{at}, {one.reach:.0%} of staff are in a unit with a result of its own.")
    return said


def report(shares: list[Share]) -> Iterator[str]:
    yield (
        f"  {'response':>9}{'expected':>10}{'units':>7}{'% of staff with a result':>26}"
        f"{'shown':>7}{'withheld':>10}{'within 25':>11}{'raked, points':>15}"
    )
    for one in shares:
        figures = f"{one.response:>9.0%}{one.expected:>10.0%}{one.units:>7}{100 * one.reach:>26.1f}"
        apart = "cannot be" if one.raked is None else f"{one.raked:.2f}"
        yield f"  {figures}{one.shown:>7}{one.withheld:>10}{len(one.close):>11}{apart:>15}"
    for one in shares:
        for bound in (*one.contained, *one.others):
            narrow = f"{bound.low:.0f} to {bound.high:.0f}"
            yield f"  at {one.response:.0%}: {bound.name}, {bound.measure}, {narrow}: {bound.note}"
