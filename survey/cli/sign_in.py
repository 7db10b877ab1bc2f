"""Signing in to see results, from the command line."""

import click

from survey.cli.running import deployment, organisation, organisation_option, run
from survey.operations import signing_in


@click.command()
@click.option("--role", type=click.Choice(list(signing_in.ROLES)), default="reader", show_default=True)
@organisation_option
@run
async def command(role: str, code: str | None) -> None:
    """Print a link that signs one person in, once, within 15 minutes."""
    async with deployment() as d:
        whose = await organisation(d, code)
        token = await signing_in.invite(d.db, whose.organisation_id, role)
    click.echo(f"{d.config.base_url}/sign-in/{token}")
