"""The demo in one command: set up what is missing, serve, and say what to open."""

import contextlib
import secrets
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import msgspec
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from survey import config as configuration
from survey import db as database
from survey import logs, postgres
from survey.cli.running import run, server
from survey.cli.serve import listen, serve
from survey.config import Config, Secret
from survey.db import Db
from survey.operations import demonstrating, granting, migrating, signing_in
from survey.operations.demonstrating import Ready
from survey.sealing import KeyRing, fingerprint

WHOLE = "whole"
"""The file that says that the demo beside it was built to its end."""


@click.command()
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True, help="The port to listen on.")
@click.option("--links", type=click.Path(dir_okay=False, path_type=Path), help="Also write the links to a JSON file.")
@click.option("--reset", is_flag=True, help="Throw the demo's data away and begin again.")
@run
async def command(port: int, links: Path | None, reset: bool) -> None:
    """Set everything up with an invented Trust, serve it on this machine, and print the links to look at.

    Two earlier rounds are answered, closed and published; this year's is open. Ctrl-C stops everything.
    """
    logs.configure("console")
    given = configuration.read()
    if reset and given.database_url is not None:
        raise click.UsageError("--reset throws away the embedded database only, and SURVEY_DATABASE_URL names another.")
    listening = listen("127.0.0.1", port)
    if given.database_url is None:
        _clear(given.data / "demo", reset=reset)
    settings = _settings(given, port)
    with server(settings, share=False) as url:
        async with database.connect(url, **database.UNHURRIED) as db:
            show = await _prepare(settings, db)
        (settings.data / WHOLE).touch()
        await serve(settings, url, listening, _keys(settings), lambda: _tell(show, links))


def _clear(home: Path, *, reset: bool) -> None:
    """Throw away what is to be built again: everything on `reset`, and whatever an earlier start left half built.
    Raises Busy, and touches nothing, while another copy runs on it."""
    if home.exists() and (reset or not (home / WHOLE).exists()):
        postgres.erase(home / "postgres")
        shutil.rmtree(home)


def _settings(given: Config, port: int) -> Config:
    """The demo lives in a folder of its own, with a secret and a key directory made for it."""
    home = given.data / "demo"
    home.mkdir(parents=True, exist_ok=True)
    secret = home / "secret"
    if not secret.exists():
        secret.touch(mode=0o600)
        secret.write_text(secrets.token_urlsafe(32), encoding="ascii")
    return msgspec.structs.replace(
        given,
        data=home,
        secret=Secret(secret.read_bytes()),
        keys=home / "keys",
        base_url=f"http://127.0.0.1:{port}",
        host="127.0.0.1",
        port=port,
    )


def _keys(settings: Config) -> KeyRing:
    return KeyRing(settings.key_directory(), settings.secret_bytes())


async def _prepare(settings: Config, db: Db) -> dict[str, str]:
    """A database with the demo in it, and the links to print."""
    await migrating.migrate(db)
    await migrating.found(db, "demo", fingerprint(settings.secret_bytes()))
    ready = await demonstrating.find(db)
    if ready is None:
        with _bars() as progress:
            ready = await demonstrating.build(db, _keys(settings), datetime.now(UTC), progress)
    return await _links(settings, db, ready)


@contextlib.contextmanager
def _bars() -> Any:
    """Progress bars, one a step."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console) as bars:

        def step(what: str, total: int) -> Callable[[], None]:
            task = bars.add_task(what, total=total)
            return lambda: bars.advance(task)

        yield step


async def _links(settings: Config, db: Db, ready: Ready) -> dict[str, str]:
    shown = await demonstrating.links_to_show(db, _keys(settings), ready)
    base = settings.base_url
    return {
        **{f"respondent_{audience}": base + link.path for audience, link in shown.items()},
        "results": f"{base}/sign-in/{await signing_in.invite(db, ready.organisation_id, 'owner')}",
        "comments": f"{base}/sign-in/{await signing_in.invite(db, ready.organisation_id, 'reviewer')}",
        "api_key": (await granting.new_key(db, ready.organisation_id, "Demo", days=30)).secret,
        "api": f"{base}/api/v1/rounds/{ready.published.round_id}/scores",
    }


async def _tell(show: dict[str, str], links: Path | None) -> None:
    if links is not None:
        links.write_bytes(msgspec.json.format(msgspec.json.encode(show)))
    say = click.echo
    say("")
    if "respondent_clinical" in show:
        say(f"  Answer as clinical staff      {show['respondent_clinical']}")
        say(f"  Answer as non-clinical staff  {show['respondent_non_clinical']}")
    else:
        say("  The demo's open round has ended. Begin again with: python3 -m survey demo --reset")
    say(f"  Console (link works once)     {show['results']}")
    say(f"  Comments (link works once)    {show['comments']}")
    say(f"  Scores as JSON                curl -H 'Authorization: Bearer {show['api_key']}' {show['api']}")
    say("\n  Ctrl-C stops everything.\n")
