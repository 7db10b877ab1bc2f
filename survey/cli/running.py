"""What commands share: settings, a database to talk to, and running a coroutine.

A command opens the deployment it acts on with `async with deployment() as d:` and then calls operations with `d.db`.
"""

import asyncio
import functools
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, ParamSpec

import msgspec

from survey import config as configuration
from survey import db as database
from survey.config import Config
from survey.db import Db
from survey.operations import migrating
from survey.postgres import Server
from survey.sealing import KeyRing, fingerprint
from survey.store import organisations

P = ParamSpec("P")


class Deployment(msgspec.Struct, frozen=True):
    """What a command acts on. `url` is where the database is, embedded or not."""

    config: Config
    db: Db
    url: str

    @property
    def keys(self) -> KeyRing:
        return KeyRing(self.config.key_directory(), self.config.secret_bytes())


def run(command: Callable[P, Coroutine[Any, Any, None]]) -> Callable[P, None]:
    """Makes an async function a click callback."""

    @functools.wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> None:
        asyncio.run(command(*args, **kwargs))

    return wrapped
