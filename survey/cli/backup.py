"""Saving the database and the key directory."""

from pathlib import Path

import click
from rich.console import Console

from survey.cli.running import deployment, run
from survey.operations import keeping
from survey.postgres import find_binaries


@click.command()
@click.argument("target", type=click.Path(path_type=Path))
@click.option("--without-keys", is_flag=True, help="Leave the key directory out.")
@run
async def command(target: Path, without_keys: bool) -> None:
    """Save the database and the key directory to TARGET, a new file or a folder to put one in.

    The service may go on meanwhile. Whoever has this file and SURVEY_SECRET can read the answers of the rounds that
    are open now, for as long as the file exists: keep the two apart, and delete old backups. Without the keys the file
    opens no answers, and rounds that are open now can be closed only where the key directory itself survives.
    """
    async with deployment() as d:
        keys = None if without_keys else d.config.key_directory()
        with Console(stderr=True).status("Saving …"):
            saved = await keeping.backup(d.db, d.url, find_binaries(d.config.postgres_bin), keys, target)
    click.echo(f"Saved to {saved.path} ({saved.size / 1e6:,.1f} MB, readable by this account only).")
    if saved.keys is None:
        click.echo("The keys were left out: back up SURVEY_KEYS in another place, or open rounds cannot be closed.")
    else:
        click.echo(f"With {saved.keys} key files: this file and SURVEY_SECRET together open answers. Keep them apart.")
