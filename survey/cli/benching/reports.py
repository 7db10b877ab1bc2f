"""Reports: plain lines, one figure each, that read the same in a terminal and in a file."""

from collections.abc import Iterator, Sequence

from survey.cli.benching import closings, imports, sendings
from survey.cli.benching.journeys import Measured
from survey.cli.benching.statements import Statement

SLOW = ("question", "continue", "submit")
"""Kinds of request whose latencies are told: what a person waits for."""
MOST_STATEMENTS = 8


def journey(measured: Measured) -> Iterator[str]:
    people, ledger = measured.wishes.respondents, measured.ledger
    done = ledger.latency("sent").count or 1
    spent, wall = measured.spent, measured.spent.wall
    yield f"{done} of {people} responses in {wall:.1f} s, {measured.wishes.at_once} respondents at once"
    yield ""
    yield _figure("responses a second", done / wall, 1)
    yield _figure("requests a second", ledger.requests / wall, 0)
    yield _figure("requests a response", ledger.requests / done, 1)
    yield _figure("bytes a response, received", ledger.received / done, 0)
    yield _figure("bytes a response, sent", ledger.sent / done, 0)
    yield _figure("bytes of WAL a response", sum(one.wal for one in measured.asked) / done, 0)
    yield _figure("CPU ms a response, app and Postgres", 1000 * spent.server / done, 2)
    yield _figure("    of which app", 1000 * spent.app / done, 2)
    yield _figure("    of which Postgres", 1000 * spent.postgres / done, 2)
    yield _figure("CPU ms a response, this client (not counted above)", 1000 * spent.client / done, 2)
    yield from _latencies(measured)
    yield from _costs(measured)
    yield from _asked(measured.asked, done)
    yield from _submits(measured)


def sending(measured: sendings.Measured) -> Iterator[str]:
    wishes = measured.wishes
    yield f"{measured.taken:,} of {wishes.people:,} messages taken, {measured.kills} kills, {measured.seconds:.0f} s"
    yield ""
    yield _figure("people who got nothing", measured.lost, 0)
    yield _figure("messages taken twice", measured.twice, 0)
    if wishes.provider == "smtp":
        yield _figure("messages marked as perhaps sent twice", measured.marked, 0)
        yield _figure("    copies that are not marked", measured.unmarked, 0)
        return
    limit = wishes.people / sendings.PER_MINUTE
    yield _figure("minutes on the provider's clock", measured.minutes, 2)
    yield _figure("    of the least that its limit allows", measured.minutes / limit, 3)
    for what, count in sorted(measured.answers.items()):
        if "clock" not in what:
            yield _figure(f"answers: {what}", count, 0)


def _figure(name: str, value: float, places: int) -> str:
    return f"  {name:<52}{value:>12,.{places}f}"


def _latencies(measured: Measured) -> Iterator[str]:
    yield ""
    yield f"  {'ms until answered':<40}{'p50':>8}{'p95':>8}{'p99':>8}"
    for kind in SLOW:
        found = measured.ledger.latency(kind)
        yield f"  {kind:<40}{found.p50:>8.1f}{found.p95:>8.1f}{found.p99:>8.1f}"


def _costs(measured: Measured) -> Iterator[str]:
    yield ""
    yield f"  {'one warm request after another, CPU ms':<40}{'both':>8}{'app':>8}{'Postgres':>10}{'statements':>12}"
    for one in measured.costs:
        yield f"  {one.kind:<40}{one.both:>8.2f}{one.app:>8.2f}{one.postgres:>10.2f}{one.statements:>12.2f}"


def _asked(asked: Sequence[Statement], done: int) -> Iterator[str]:
    yield ""
    yield f"  {'statements a response':<64}{'calls':>8}{'ms each':>9}"
    for one in asked[:MOST_STATEMENTS]:
        yield f"  {one.short:<64}{one.calls / done:>8.2f}{one.milliseconds / one.calls:>9.3f}"


def _submits(measured: Measured) -> Iterator[str]:
    ratio = measured.submits / measured.pgbench if measured.pgbench else 0.0
    yield ""
    yield _figure("submissions a second, nothing else going on", measured.submits, 0)
    yield _figure("the same write by pgbench, a second", measured.pgbench, 0)
    yield _figure("ratio", ratio, 3)


def import_(measured: imports.Measured) -> Iterator[str]:
    yield f"{measured.rows:,} people in {measured.units:,} units, five levels deep; {measured.size / 1e6:.1f} MB"
    yield ""
    yield _figure("seconds to look (dry run)", measured.dry_run, 2)
    yield _figure("seconds to apply", measured.apply, 2)
    yield _figure("    of CPU, this process and Postgres", measured.cpu, 2)
    yield _figure("seconds for the same file again", measured.again, 2)


def closing(measured: closings.Measured) -> Iterator[str]:
    yield f"{measured.answers:,} answers of {measured.staff:,} staff in {measured.reporting_units:,} reporting units"
    yield ""
    yield _figure("ms to save and send one person's answers", 1000 * measured.answering / (measured.answers or 1), 2)
    yield _figure("seconds to close: open all answers, destroy the keys", measured.opening, 2)
    yield _figure("seconds to score and publish", measured.publishing, 2)
    yield _figure("seconds in all", measured.opening + measured.publishing, 2)
    yield _figure("    of CPU, this process and Postgres", measured.cpu, 2)
    yield _figure("results published", measured.cells - measured.withheld, 0)
    yield _figure("results withheld", measured.withheld, 0)
