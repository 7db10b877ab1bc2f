"""What commands share: settings, a database to talk to, and running a coroutine.

A command opens the deployment it acts on with `async with deployment() as d:` and then calls operations with `d.db`.
"""

import functools
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, ParamSpec

import click
import msgspec
import uvloop

from survey import config as configuration
from survey import db as database
from survey import errors, postgres
from survey.config import Config
from survey.core.access import Actor
from survey.db import Db
from survey.operations import administering, migrating
from survey.operations.administering import Organisation
from survey.sealing import KeyRing, fingerprint, signer

P = ParamSpec("P")


class Deployment(msgspec.Struct, frozen=True):
    """What a command acts on. `url` is where the database is, embedded or not."""

    config: Config
    db: Db
    url: str

    @property
    def keys(self) -> KeyRing:
        return KeyRing(self.config.key_directory(), self.config.secret_bytes())

    def actor(self, whose: Organisation) -> Actor:
        """Who the audit log says did it: nobody by name."""
        return Actor("command line", whose.organisation_id, None, signer(self.config.secret_bytes()))


def run(command: Callable[P, Coroutine[Any, Any, None]]) -> Callable[P, None]:
    """Makes an async function a click callback. On uvloop: a request costs half the CPU it costs on asyncio's own.

    A file or folder that the system refuses (the key directory, say) is told in a sentence."""

    @functools.wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            uvloop.run(command(*args, **kwargs))
        except OSError as refused:
            if refused.filename is None:
                raise
            raise errors.SurveyError(f"{refused.filename}: {refused.strerror}.") from refused

    return wrapped


@contextmanager
def server(config: Config, *, share: bool = True) -> Iterator[str]:
    """The address of the database: the one that was set, or an embedded one that runs for the length of the block
    (or longer, where another process of ours runs it already and `share` allows to use that)."""
    if config.database_url is not None:
        yield config.database_url
        return
    with postgres.running(config.data / "postgres", binaries=config.postgres_bin, share=share) as url:
        yield url


@asynccontextmanager
async def deployment(config: Config | None = None, *, ready: bool = True) -> AsyncIterator[Deployment]:
    """The deployment of this environment. `ready`: refuse an old schema, unsafe settings and a wrong secret."""
    settings = config or configuration.read()
    with server(settings) as url:
        async with database.connect(url, **database.UNHURRIED) as db:
            if ready:
                await migrating.check_ready(db, fingerprint(settings.secret_bytes()))
            yield Deployment(settings, db, url)


async def organisation(d: Deployment, code: str | None) -> Organisation:
    return await administering.find_one(d.db, code)


def organisation_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """The option by which every command says whose data it is about."""
    return click.option("--organisation", "code", metavar="CODE", help="ODS code; not needed when there is only one.")(
        command
    )
