"""Measuring, on this machine: what a response costs, how long an import takes, how long closing a round takes.

Each command checks what it measured and fails when something is missing or wrong, never because it was slow.
"""

from collections.abc import Callable, Coroutine, Iterable, Iterator
from contextlib import contextmanager
from itertools import chain
from operator import attrgetter
from typing import Any, Literal, TypeVar

import click
import uvloop
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
from rich.progress import Progress as Bars

from survey import errors
from survey.cli.benching import attacker as attackers
from survey.cli.benching import closings, console, imports, journeys, layouts, machine, reports, sendings, share_margins
from survey.cli.benching import coverage as coverage_
from survey.cli.benching import enumeration as enumerations
from survey.cli.benching import example as examples
from survey.cli.benching import landing as landings
from survey.cli.benching import pages as pages_
from survey.cli.benching import release as releases
from survey.cli.benching import scoring as scoring_
from survey.cli.benching.progress import Progress
from survey.cli.benching.scratch import Scratch, scratch
from survey.operations import proving

Measured = TypeVar("Measured")


class Amiss(errors.SurveyError):
    """What was measured is not what was done."""

    title = "The measurement does not hold"


@click.group()
def command() -> None:
    """Measure on a scratch deployment of its own: an embedded Postgres that writes every commit through to disk."""


@contextmanager
def _bars() -> Iterator[Progress]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Bars(*columns, console=Console(stderr=True), refresh_per_second=2) as bars:

        def step(what: str, total: int) -> Callable[[], None]:
            task = bars.add_task(what, total=total)
            return lambda: bars.advance(task)

        yield step


def _run(
    measure: Callable[[Scratch, Progress], Coroutine[Any, Any, Measured]],
    report: Callable[[Measured], Iterable[str]],
    proof: str,
    *,
    kind: Literal["live", "test"] = "live",
    amiss: Callable[[Measured], list[str]] = attrgetter("amiss"),
) -> None:
    """Measure on a deployment of its own and say what came of it. On the faster event loop, so that the client takes
    little of the machine."""

    async def work() -> Measured:
        async with scratch(kind) as on:
            for fact in await machine.facts(on.db, on.config.data):
                click.echo(fact)
            with _bars() as progress:
                return await measure(on, progress)

    measured = uvloop.run(work())
    _judge(report(measured), amiss(measured), proof)


def _judge(report: Iterable[str], amiss: list[str], proof: str) -> None:
    """Print a report, and below it what was proved. Raises Amiss where that does not hold."""
    click.echo("\n".join(report))
    if amiss:
        raise Amiss("\n".join(amiss[:20]))
    click.echo(f"\n{proof}")


@command.command()
@click.option("--respondents", type=click.IntRange(1, 100_000), help="[default: 600, or 150 with one item a page]")
@click.option("--at-once", type=click.IntRange(1, 500), default=16, show_default=True, help="Respondents at a time.")
@click.option("--layout", type=click.Choice(list(layouts.LAYOUTS)), default="three-pages", show_default=True)
@click.option("--seconds", type=click.FloatRange(0.1, 30), default=2.0, show_default=True, help="Per single request.")
def journey(respondents: int | None, at_once: int, layout: str, seconds: float) -> None:
    """Let respondents answer thirty items through the real pages, and look for every answer afterwards."""
    people = respondents or (600 if layout == "three-pages" else 150)
    wishes = journeys.Wishes(people, at_once, layouts.layout(layout), seconds)
    proof = "Every acknowledged submission was found under seal and, after closing, among the responses."
    _run(lambda on, progress: journeys.measure(on, wishes, progress), reports.journey, proof)


@command.command()
@click.option("--requests", type=click.IntRange(1, 10_000_000), default=50_000, show_default=True)
@click.option("--at-once", type=click.IntRange(1, 200), default=8, show_default=True, help="Connections.")
def landing(requests: int, at_once: int) -> None:
    """Open the landing page as often as can be, and count what the database is asked for it: nothing."""
    _press(requests, at_once, ("GET",))


@command.command()
@click.option("--requests", type=click.IntRange(1, 10_000_000), default=1_000_000, show_default=True)
@click.option("--at-once", type=click.IntRange(1, 200), default=8, show_default=True, help="Connections.")
def scanners(requests: int, at_once: int) -> None:
    """Press 50 links a million times as mail scanners do, and see that nothing is written and every link works."""
    _press(requests, at_once, ("GET", "HEAD", "OPTIONS"))


def _press(requests: int, at_once: int, methods: tuple[str, ...]) -> None:
    proof = "No row was written and no cookie set, every answer to a method was the same, and every link still works."
    _run(lambda on, progress: landings.measure(on, requests, at_once, methods, progress), landings.report, proof)


@command.command()
@click.option("--tries", type=click.IntRange(20, 100_000), default=2_000, show_default=True)
def enumeration(tries: int) -> None:
    """Ask for people's links, and see whether the answer or its time tells who is on the staff list."""
    proof = "Every answer was the same, and every request was written down."
    _run(lambda on, progress: enumerations.measure(on, tries, progress), enumerations.report, proof)


@command.command("import")
@click.option("--rows", type=click.IntRange(1, 500_000), default=25_000, show_default=True, help="People on the list.")
def import_(rows: int) -> None:
    """Import an invented staff list, five levels deep: a dry run, the import, and the same file again."""
    proof = "Everybody on the list is in the database, and the second time changed nothing."
    _run(lambda on, progress: imports.measure(on, rows, progress), reports.import_, proof)


@command.command("console-import")
@click.option("--rows", type=click.IntRange(10, 200_000), default=25_000, show_default=True, help="People on the list.")
def console_import(rows: int) -> None:
    """Import a staff list through the console's pages, with somebody else at another page; then ask for the pages."""
    proof = "Everybody on the list is in the database."
    _run(lambda on, progress: console.measure(on, rows, progress), console.report, proof)


@command.command("console")
@click.option(
    "--people", type=click.IntRange(300, 100_000), default=1_900, show_default=True, help="On the staff list."
)
@click.option("--entries", type=click.IntRange(1, 100_000), default=5_000, show_default=True, help="In the log.")
def console_(people: int, entries: int) -> None:
    """Ask for every page of the console and of the results, in an organisation with something on each of them."""
    proof = "Every page was there."
    _run(lambda on, progress: pages_.measure(on, people, entries, progress), pages_.report, proof, kind="test")


@command.command()
@click.option("--staff", type=click.IntRange(10, 100_000), default=1_900, show_default=True, help="People invited.")
@click.option("--answers", type=click.IntRange(0, 100_000), default=950, show_default=True, help="People who answer.")
def close(staff: int, answers: int) -> None:
    """Close a round that invented staff have answered: open every answer, score, publish."""
    proof = "Every answer that was sent is among the responses once, and every way back to its link is gone."
    _run(lambda on, progress: closings.measure(on, staff, answers, progress), reports.closing, proof)


@command.command()
@click.option("--provider", type=click.Choice(["notify", "smtp"]), default="notify", show_default=True)
@click.option("--people", type=click.IntRange(1, 1_000_000), default=100_000, show_default=True, help="People invited.")
@click.option("--kill-every", type=click.FloatRange(0.2, 600), default=2.0, show_default=True, help="Seconds.")
@click.option("--workers", type=click.IntRange(1, 8), default=2, show_default=True)
def sending(provider: Literal["notify", "smtp"], people: int, kill_every: float, workers: int) -> None:
    """Send invitations through a stand-in that fails, while workers are killed, one after the other."""
    wishes = sendings.Wishes(provider, people, kill_every, workers=workers)
    proof = "Everybody got the message; nobody got it twice but whom the outbox has marked."
    _run(lambda on, progress: sendings.measure(on, wishes, progress), reports.sending, proof, kind="test")


@command.command()
@click.option(
    "--responses", type=click.IntRange(1, 5_000_000), default=1_400_000, show_default=True, help="A nation's."
)
def scoring(responses: int) -> None:
    """Score stored responses to thirty items: each person, then number, mean and variance of each unit."""
    proof = "Every response is there, and the units that were looked at agree with scoring their people one by one."
    _run(lambda on, progress: scoring_.measure(on, responses, progress), scoring_.report, proof)


@command.command()
@click.option("--staff", type=click.IntRange(10, 100_000), default=1_900, show_default=True, help="People invited.")
@click.option("--response", type=click.FloatRange(1, 100), default=50, show_default=True, help="Per cent who answer.")
def release(staff: int, response: float) -> None:
    """Publish a closed round: scores, disclosure control, and the attack on what would be shown."""
    proof = "The release passes the attack, and computed again it is the same to the digit."
    _run(lambda on, progress: releases.measure(on, staff, response / 100, progress), releases.report, proof)


@command.command()
@click.option(
    "--simulations",
    type=click.IntRange(100, 1_000_000),
    default=coverage_.SIMULATIONS,
    show_default=True,
    help="Teams of each kind.",
)
@click.option("--write", is_flag=True, help="Also make it the table that the service shows: survey/data/coverage.json.")
def coverage(simulations: int, write: bool) -> None:
    """Simulate teams, and count how often the margin that would be published holds the truth; for shares, in every
    sample there is."""
    with _bars() as progress:
        table = coverage_.measure(simulations, progress)
    shares = share_margins.measure()
    amiss = [*coverage_.amiss(table), *share_margins.amiss(shares)]
    if write and not amiss:
        proving.COVERAGE.write_bytes(proving.encode(table))
    proof = (
        f"Every published margin holds the truth in at least {coverage_.BAR:.0%} of teams, and that of a share in at "
        f"least {share_margins.BAR:.0%} of samples, whatever the truth is."
    )
    _judge(chain(coverage_.report(table), share_margins.report(shares)), amiss, proof)


@command.command()
@click.option("--units", type=click.IntRange(200, 100_000), default=attackers.UNITS, show_default=True)
def attacker(units: int) -> None:
    """Try to tell from published margins and bands whether everybody answered, and how far apart people stand."""
    measured = attackers.measure(units)
    amiss = attackers.amiss(measured)
    proof = "Nobody can tell from what is published whether everybody answered, nor read a spread back to the digit."
    _judge(attackers.report(measured), amiss, proof)


@command.command()
def example() -> None:
    """Publish the example Trust at 40, 50 and 60 % response: who has a result of their own, and who is found out."""
    proof = "No withheld group can be placed within 25 points, but for those that are nearly all of a shown one."
    _run(examples.measure, examples.report, proof, amiss=examples.amiss)
