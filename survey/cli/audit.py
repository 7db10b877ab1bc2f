"""Auditing a release: the attack that any reader could make, made here first."""

import click
from rich.console import Console
from rich.table import Table

from survey.cli import releases
from survey.cli.running import deployment, organisation_option, run
from survey.operations import auditing
from survey.operations.auditing import Audit, Release

_WIDTH = 120
"""Columns of the table where the output is no terminal."""


@click.command()
@click.argument("release", metavar="RELEASE")
@click.option("--number", type=click.IntRange(min=1), help="Which release of a round; its latest unless told.")
@click.option("--digest", metavar="HEX", help="The digest it was published under, or the first 16 characters of it.")
@organisation_option
@run
async def command(release: str, number: int | None, digest: str | None, code: str | None) -> None:
    """Attack a published RELEASE with nothing but itself, as its reader would.

    RELEASE is a JSON file, “-” for standard input, or a round. Says how closely each withheld group can be bounded and
    which rules hold. Ends with 1 where a rule is broken, with 2 where this is not a release.
    """
    with releases.refusing():
        found = releases.given(release, digest)
        if found is None:
            async with deployment() as d:
                found = await releases.stored(d, release, number, code)
    audit = auditing.attack(found)
    _tell(found, audit)
    if not audit.passed:
        raise click.exceptions.Exit(1)


def _tell(release: Release, audit: Audit) -> None:
    click.echo(
        f"Release {release.number} of round {release.round}, {release.organisation}: {len(release.groups)} groups, "
        f"{len(release.cells)} cells, {sum(cell.reason is not None for cell in release.cells)} of them withheld."
    )
    click.echo(f"Questionnaire {release.questionnaire[:16]}, method {release.method}, k = {release.k}.")
    click.echo(f"Digest {auditing.digest(release)}. The method page of the results tells it, too.\n")
    if audit.bounds:
        console = Console()
        console.print(_bounds(audit), width=None if console.is_terminal else _WIDTH)
    for rule, meaning in auditing.RULES.items():
        click.echo(f"{'holds ' if audit.keeps(rule) else 'BROKEN'}  {meaning}")
    for breach in audit.broken:
        click.echo(f"        {breach.what}")


def _bounds(audit: Audit) -> Table:
    """Every withheld group and measure, the most closely bounded first."""
    table = Table(title="What a reader can work out about withheld groups", title_justify="left")
    table.add_column("Group")
    for heading in ("Measure", "Withheld because", "Mean at least", "at most", "Width"):
        numeric = heading not in {"Measure", "Withheld because"}
        table.add_column(heading, justify="right" if numeric else "left", no_wrap=True)
    table.add_column("")
    for one in sorted(audit.bounds, key=lambda bound: (bound.width, bound.group, bound.measure)):
        ends = (f"{value:.0f}" for value in (one.low, one.high, one.width))
        table.add_row(one.name, one.measure, one.reason.replace("_", " "), *ends, one.note)
    return table
