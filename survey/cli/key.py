"""API keys on the command line."""

import click

from survey.cli.running import deployment, organisation, organisation_option, run
from survey.core import rounds as rules
from survey.operations import granting


@click.group()
def command() -> None:
    """Make, list and revoke API keys."""


@command.command()
@click.option("--name", required=True, help="What will use the key, for example “Power BI”.")
@click.option("--days", type=click.IntRange(1, granting.MOST_DAYS), default=90, show_default=True, help="Its lifetime.")
@organisation_option
@run
async def new(name: str, days: int, code: str | None) -> None:
    """Make a key that reads published results, and print it: once, and never again."""
    async with deployment() as d:
        whose = await organisation(d, code)
        made = await granting.new_key(d.db, whose.organisation_id, name, days)
    until = rules.in_words(made.key.expires_at, d.config.clock_zone)
    click.echo(f"Key {made.key.id} for {made.key.name}, until {until}. Keep it safe: it is not shown again.", err=True)
    click.echo(made.secret)


@command.command("list")
@organisation_option
@run
async def list_all(code: str | None) -> None:
    """List the keys: their ids, what they are for, and until when they work."""
    async with deployment() as d:
        whose = await organisation(d, code)
        for key in await granting.list_keys(d.db, whose.organisation_id):
            until = rules.in_words(key.expires_at, d.config.clock_zone)
            click.echo(f"{key.id}  {key.name}  {'expired' if key.expired else 'until'} {until}")


@command.command()
@click.argument("key_id", metavar="ID")
@organisation_option
@run
async def revoke(key_id: str, code: str | None) -> None:
    """Take the key with this ID back. It stops working at once."""
    async with deployment() as d:
        whose = await organisation(d, code)
        await granting.revoke(d.db, whose.organisation_id, key_id)
    click.echo(f"Key {key_id} no longer works.")
