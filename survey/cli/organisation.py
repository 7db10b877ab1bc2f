"""Organisations on the command line."""

from pathlib import Path

import click

from survey.cli.running import deployment, organisation, organisation_option, run
from survey.operations import administering, authoring


@click.group()
def command() -> None:
    """Add or list the organisations this deployment serves, and set the texts that are theirs to write."""


@command.command()
@click.argument("code")
@click.argument("name")
@run
async def add(code: str, name: str) -> None:
    """Add an organisation: its ODS CODE and NAME."""
    async with deployment() as d:
        added = await administering.add(d.db, code, name)
    click.echo(f"Added {added.name} ({added.ods_code}).")


@command.command("list")
@run
async def list_all() -> None:
    """List the organisations."""
    async with deployment() as d:
        for one in await administering.list_all(d.db):
            click.echo(f"{one.ods_code}  {one.name}")


@command.command()
@click.argument("notice", type=click.Choice(administering.NOTICES))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--language", default="en", show_default=True, help="Which language the text is in.")
@organisation_option
@run
async def notice(notice: str, file: Path, language: str, code: str | None) -> None:
    """Set the text of a NOTICE page from a plain-text FILE.

    Blank lines part paragraphs; a line that begins with “## ” is a heading, lines that begin with “- ” are a list.
    """
    text = authoring.decode(file.read_bytes())
    async with deployment() as d:
        whose = await organisation(d, code)
        await administering.set_notice(d.db, whose, notice, language, text)
    click.echo(f"The {notice} page of {whose.name} now has your text.")
