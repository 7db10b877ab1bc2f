"""Recomputing a release: the same digits from what is stored, or each one that differs."""

import click

from survey.cli import releases
from survey.cli.running import deployment, organisation, organisation_option, run
from survey.operations import recomputing
from survey.operations.recomputing import Recomputed


@click.command()
@click.argument("release", metavar="RELEASE")
@click.option("--number", type=click.IntRange(min=1), help="Which release of a round; its latest unless told.")
@organisation_option
@run
async def command(release: str, number: int | None, code: str | None) -> None:
    """Compute a RELEASE again from the stored questionnaire, plan, frame and responses.

    RELEASE is a JSON file, “-” for standard input, or a round. Ends with 1 where a digit differs, with 2 where this is
    not a release.
    """
    with releases.refusing():
        found = releases.given(release, None)
        async with deployment() as d:
            whose = await organisation(d, code)
            found = found or await releases.stored(d, release, number, code)
            done = await recomputing.recompute(d.db, whose.organisation_id, found)
    _tell(found.round, done)
    if not done.is_same:
        raise click.exceptions.Exit(1)


def _tell(round_id: str, done: Recomputed) -> None:
    which = f"Release {done.number} of round {round_id}"
    if done.is_same:
        click.echo(f"{which} follows from what is stored, to the same digit. Digest {done.recomputed}.")
        return
    click.echo(f"{which} has digest {done.published}; what is stored gives {done.recomputed}.")
    for one in done.differences:
        click.echo(f"  {one.place or 'release'}: {one.field} {one.published}, recomputed {one.recomputed}")
