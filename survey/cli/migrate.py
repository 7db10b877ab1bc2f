"""Bringing the database's schema up to date."""

import click

from survey.cli.running import deployment, run
from survey.operations import migrating
from survey.sealing import fingerprint


@click.command()
@click.option("--dry-run", is_flag=True, help="Only list what would be applied.")
@click.option(
    "--kind",
    type=click.Choice(["live", "demo", "test"]),
    help="What a new database is, for good: only a demo or test one can shift its clock.  [default: live]",
)
@run
async def command(dry_run: bool, kind: migrating.Kind | None) -> None:
    """Bring the database's schema up to date, and make a new database this deployment's.

    Make a backup first. Migrations go forward only, each in a transaction: all of one or nothing of it.
    """
    async with deployment(ready=False) as d:
        if dry_run:
            _list(await migrating.pending(d.db), "Would apply")
            return
        secret = fingerprint(d.config.secret_bytes())
        _list(await migrating.migrate(d.db), "Applied")
        await migrating.found(d.db, kind or await migrating.kind(d.db) or "live", secret)


def _list(migrations: list[migrating.Applied], done: str) -> None:
    for one in migrations:
        click.echo(f"{done} {one.number:04} {one.name.replace('_', ' ')}.")
    if not migrations:
        click.echo("The schema is up to date.")
