"""Measuring, on this machine: what a response costs, how long an import takes, how long closing a round takes.

Each command checks what it measured and fails when something is missing or wrong, never because it was slow.
"""

from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any

import click
import uvloop
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from survey import errors
from survey.cli.benching import journeys, layouts, machine, reports
from survey.cli.benching.scratch import scratch


class Amiss(errors.SurveyError):
    """What was measured is not what was done."""

    title = "The measurement does not hold"


@click.group()
def command() -> None:
    """Measure on a scratch deployment of its own: an embedded Postgres that writes every commit through to disk."""


@contextmanager
def _bars() -> Iterator[journeys.Progress]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), refresh_per_second=2) as bars:

        def step(what: str, total: int) -> Callable[[], None]:
            task = bars.add_task(what, total=total)
            return lambda: bars.advance(task)

        yield step


def _run(work: Coroutine[Any, Any, list[str]]) -> None:
    """Run a measurement on the faster event loop, so that the client takes little of the machine; then the verdict."""
    amiss = uvloop.run(work)
    if amiss:
        raise Amiss("\n".join(amiss[:20]))


@command.command()
@click.option("--respondents", type=click.IntRange(1, 100_000), help="[default: 600, or 150 with one item a page]")
@click.option("--at-once", type=click.IntRange(1, 500), default=16, show_default=True, help="Respondents at a time.")
@click.option("--layout", type=click.Choice(list(layouts.LAYOUTS)), default="three-pages", show_default=True)
@click.option("--seconds", type=click.FloatRange(0.1, 30), default=2.0, show_default=True, help="Per single request.")
def journey(respondents: int | None, at_once: int, layout: str, seconds: float) -> None:
    """Let respondents answer thirty items through the real pages, and look for every answer afterwards."""
    people = respondents or (600 if layout == "three-pages" else 150)
    _run(_journey(journeys.Wishes(people, at_once, layouts.layout(layout), seconds)))


async def _journey(wishes: journeys.Wishes) -> list[str]:
    async with scratch() as on:
        for fact in await machine.facts(on.db, on.config.data):
            click.echo(fact)
        with _bars() as progress:
            measured = await journeys.measure(on, wishes, progress)
    click.echo("\n".join(reports.journey(measured)))
    if not measured.amiss:
        click.echo("\nEvery acknowledged submission was found under seal and, after closing, among the responses.")
    return measured.amiss
