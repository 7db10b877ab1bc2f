"""Putting a backup back."""

from pathlib import Path

import click
from rich.console import Console

from survey.cli.running import deployment, run
from survey.operations import keeping
from survey.postgres import find_binaries
from survey.sealing import fingerprint


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@run
async def command(file: Path) -> None:
    """Put the backup FILE into an empty database and an empty key directory. Refused where either holds anything."""
    async with deployment(ready=False) as d:
        secret, keys = fingerprint(d.config.secret_bytes()), d.config.key_directory()
        with Console(stderr=True).status("Restoring …"):
            kept = await keeping.restore(d.db, d.url, find_binaries(d.config.postgres_bin), keys, file, secret)
    click.echo(f"Restored the {kept.manifest.kind} database as it was at {kept.manifest.made_at}.")
    if kept.manifest.with_keys:
        click.echo(
            "Its keys are in the key directory again. Rounds that were closed since then are open here once more."
        )
    else:
        click.echo("The backup holds no keys: put the key directory back too, or its open rounds cannot be closed.")
    click.echo("Next: python3 -m survey migrate, then serve.")
