"""How long a release takes, from the responses of a closed round to what may be shown: scores, disclosure control, the
attack on the result."""

import time
from collections.abc import Iterator

import msgspec

from survey.cli.benching import answering, cpu, layouts, rounds
from survey.cli.benching.progress import Progress
from survey.cli.benching.scratch import Scratch
from survey.core.disclosure.release import Release
from survey.operations import auditing, publishing, recomputing


class Measured(msgspec.Struct, frozen=True):
    """Seconds: to publish, in which the release is computed and attacked; `attacking` is that attack by itself. `cpu`
    is what publishing cost this process and Postgres. `closest`: points between which a reader can place the mean of a
    withheld group, at the least. `reach`: the share of staff whose unit has a result of its own."""

    staff: int
    responses: int
    teams: int
    reporting_units: int
    publishing: float
    attacking: float
    cpu: float
    cells: int
    withheld: int
    closest: float | None
    reach: float
    amiss: list[str]


async def measure(on: Scratch, staff: int, response: float, progress: Progress) -> Measured:
    whose = on.organisation_id
    step = progress("Launch, answer, publish, compute again", 4)
    round_id, links = await rounds.launch(on, staff, layouts.DEFAULT.read_text(encoding="utf-8"))
    step()
    responses = await answering.close_with_answers(on, round_id, response)
    step()
    before, began = cpu.spent(0, on.postgres), time.perf_counter()
    release = (await publishing.publish(on.db, whose, round_id)).release
    published, spent = time.perf_counter(), cpu.spent(0, on.postgres) - before
    step()
    audit = auditing.attack(release)
    attacked = time.perf_counter()
    again = await recomputing.recompute(on.db, whose, release)
    step()
    return Measured(
        staff=staff,
        responses=responses,
        teams=len({(link.team, link.reporting_unit) for link in links}),
        reporting_units=sum(group.kind == "reporting_unit" for group in release.groups),
        publishing=published - began,
        attacking=attacked - published,
        cpu=spent.client + spent.postgres,
        cells=len(release.cells),
        withheld=sum(cell.reason is not None for cell in release.cells),
        closest=min((bound.width for bound in audit.bounds), default=None),
        reach=reach(release),
        amiss=[*map(str, audit.broken), *([] if again.is_same else ["Computed again, the release is another one."])],
    )


def reach(release: Release) -> float:
    """The share of staff who are in a reporting unit whose overall score is shown."""
    shown = {cell.group for cell in release.cells if cell.measure == "overall" and cell.reason is None}
    units = [group for group in release.groups if group.kind == "reporting_unit"]
    return sum(group.eligible for group in units if group.id in shown) / sum(group.eligible for group in units)


def report(measured: Measured) -> Iterator[str]:
    yield (
        f"{measured.responses:,} responses of {measured.staff:,} staff in {measured.teams:,} teams, "
        f"merged into {measured.reporting_units:,} reporting units"
    )
    yield ""
    seconds = {
        "seconds to publish: score, protect, attack, store": measured.publishing,
        "    of CPU, this process and Postgres": measured.cpu,
        "    of which the attack on the release": measured.attacking,
    }
    yield from (f"  {name:<52}{value:>12,.2f}" for name, value in seconds.items())
    yield f"  {'results published':<52}{measured.cells - measured.withheld:>12,}"
    yield f"  {'results withheld':<52}{measured.withheld:>12,}"
    yield f"  {'% of staff in a unit with a result of its own':<52}{100 * measured.reach:>12.1f}"
    if measured.closest is not None:
        yield f"  {'points between which a reader can place one, at least':<52}{measured.closest:>11,.0f}"
