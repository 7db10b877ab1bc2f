"""Signing in to the console, from the command line."""

import click

from survey.cli.running import deployment, organisation, organisation_option, run
from survey.operations import recording, signing_in


@click.command()
@click.option("--role", type=click.Choice(list(signing_in.ROLES)), default="owner", show_default=True)
@click.option("--name", help="Whose link it is: their account is made, or given the role.")
@organisation_option
@run
async def command(role: str, name: str | None, code: str | None) -> None:
    """Print a link that signs one person in, once, within 15 minutes."""
    async with deployment() as d:
        whose = await organisation(d, code)
        async with recording.recorded(d.db, d.actor(whose), "account.link", details={"role": role}):
            token = await signing_in.invite(d.db, whose.organisation_id, role, name)
    click.echo(f"{d.config.console}/sign-in/{token}")
