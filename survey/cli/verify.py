"""Verifying, on the live deployment, what respondents are promised."""

from collections.abc import Callable
from pathlib import Path

import click

from survey import errors
from survey.cli.running import Deployment, deployment, run
from survey.operations import administering, verifying
from survey.operations.verifying import Scene, findings
from survey.operations.verifying.findings import Report
from survey.postgres import find_binaries

_WRITERS: dict[str, Callable[[Report], str]] = {".json": findings.document, ".md": findings.markdown}
"""How a report is written to a file, by its ending; plain text otherwise."""


@click.group()
def command() -> None:
    """Attack the live database as its administrator would."""


@command.command()
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="A file: .json, .md, or plain text.")
@click.option("--publish", is_flag=True, help="Let respondents read the report, from the first page of their survey.")
@click.option(
    "--log",
    "logs",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A log to look through: the service's, the proxy's. Again for more.",
)
@click.option("--role", "roles", multiple=True, metavar="NAME", help="A database role that is known to read all.")
@click.option("--no-dump", is_flag=True, help="Do not look through a dump of the database.")
@run
async def privacy(
    out: Path | None, publish: bool, logs: tuple[Path, ...], roles: tuple[str, ...], no_dump: bool
) -> None:
    """Try to join people and answers with all that the database's administrator can see, and say what came of it.

    Ends with 1 where anything failed. Changes nothing but, with --publish, the text that respondents can read.
    """
    if publish and no_dump:
        raise click.UsageError("What respondents read is the whole attack: leave out --no-dump, or --publish.")
    async with deployment() as d:
        scene = _scene(d, logs, roles, dump=not no_dump)
        report = await verifying.verify(scene, d.config.clock_zone)
        if publish:
            for whose in await administering.list_all(d.db):
                await verifying.publish(scene, whose, report)
    click.echo(findings.text(report), nl=False)
    if out is not None:
        out.write_text(_WRITERS.get(out.suffix, findings.text)(report), encoding="utf-8")
        click.echo(f"\nWrote {out}.")
    if report.failures:
        raise click.exceptions.Exit(1)


def _scene(d: Deployment, logs: tuple[Path, ...], roles: tuple[str, ...], *, dump: bool) -> Scene:
    """The embedded server's log is known; another's has to be named."""
    own = d.config.data / "postgres" / "log"
    named = (own, *logs) if d.config.database_url is None and own.is_file() else logs
    keys = None if d.config.keys is None else d.keys
    return Scene(
        d.db,
        keys,
        d.config.secret_bytes(),
        logs=named,
        roles=frozenset(roles),
        programs=_programs(d) if dump else None,
        url=d.url,
    )


def _programs(d: Deployment) -> Path | None:
    try:
        return find_binaries(d.config.postgres_bin)
    except errors.Misconfigured:
        return None
