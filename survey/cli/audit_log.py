"""The audit log on the command line."""

import sys

import click

from survey.cli.running import deployment, organisation, organisation_option, run
from survey.operations import tracing
from survey.operations.tracing import Wanted
from survey.sealing import signer

MOST = 20_000
"""Entries that are printed in one go."""


@click.group()
def command() -> None:
    """Read the log of who did what, and verify that it is whole."""


@command.command("list")
@click.option("--about", metavar="NOUN", help="Only what was done to this: round, account, key …")
@click.option("--last", type=click.IntRange(1, MOST), default=50, show_default=True, help="How many.")
@organisation_option
@run
async def list_entries(about: str | None, last: int, code: str | None) -> None:
    """Print the last entries, the newest at the end."""
    async with deployment() as d:
        whose = await organisation(d, code)
        lines = await tracing.read(d.db, whose.organisation_id, Wanted(noun=about), most=last)
    for line in reversed(lines):
        who = line.account or line.actor
        click.echo(f"{line.number}  {line.at:%Y-%m-%d %H:%M:%S}Z  {who}  {line.action}  {line.subject}  {line.details}")


@command.command()
@click.option("--checkpoint", metavar="NUMBER:MAC", help="What an earlier verification printed, kept elsewhere.")
@organisation_option
@run
async def verify(checkpoint: str | None, code: str | None) -> None:
    """Find out whether any entry was changed, removed or moved.

    The checkpoint that it prints names the log as it is now. Kept outside the database, it also tells of a database
    that was put back to an earlier state as a whole.
    """
    async with deployment() as d:
        whose = await organisation(d, code)
        found = await tracing.verify(d.db, whose.organisation_id, signer(d.config.secret_bytes()), checkpoint)
    for fault in found.faults:
        click.secho(fault, fg="red", err=True)
    if found.faults:
        click.echo(f"The log of {whose.name} is not what was written.", err=True)
        sys.exit(1)
    click.echo(f"{found.entries} entries, each as it was written and in its place.")
    click.echo(f"Checkpoint: {found.checkpoint}")
