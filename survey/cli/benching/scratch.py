"""A deployment to measure on: an embedded Postgres that writes to disk as in production, its own secret and keys."""

import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from uuid import UUID

import msgspec

from survey import config as configuration
from survey import db as database
from survey import errors
from survey.config import Config, Secret
from survey.db import Db
from survey.operations import administering, migrating
from survey.postgres import Server, holding
from survey.sealing import KeyRing, fingerprint

STARTING = 20.0
"""Seconds for the service to answer."""


class Scratch(msgspec.Struct, frozen=True):
    """The deployment, and the process id of its Postgres."""

    config: Config
    url: str
    db: Db
    organisation_id: UUID
    postgres: int

    @property
    def keys(self) -> KeyRing:
        return KeyRing(self.config.key_directory(), self.config.secret_bytes())


@contextmanager
def _counting(folder: Path, binaries: Path | None) -> Iterator[Server]:
    """A server that counts its statements: the library for that is loaded at the second start."""
    for preparing in (True, False):
        with Server(folder, bin=binaries) as server:
            if not preparing:
                yield server
            else:
                _load_statistics(server)


def _load_statistics(server: Server) -> None:
    with (server.cluster / "postgresql.auto.conf").open("a", encoding="ascii") as settings:
        settings.write("shared_preload_libraries = 'pg_stat_statements'\n")


@asynccontextmanager
async def scratch(kind: migrating.Kind = "live") -> AsyncIterator[Scratch]:
    """A founded deployment with one organisation. All of it is gone afterwards. The clock of a test one can be set."""
    given = configuration.read()
    with tempfile.TemporaryDirectory(prefix="survey-bench-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        settings = _settings(given, folder)
        with _counting(folder / "postgres", given.postgres_bin) as server:
            async with database.connect(server.url(), **database.UNHURRIED) as db:
                await migrating.migrate(db)
                await migrating.found(db, kind, fingerprint(settings.secret_bytes()))
                await db.execute("create extension pg_stat_statements")
                whose = (await administering.add(db, "BENCH", "Trust of the Bench")).organisation_id
                yield Scratch(settings, server.url(), db, whose, _pid(server))


def _settings(given: Config, folder: Path) -> Config:
    port = _free_port()
    return Config(
        secret=Secret(secrets.token_urlsafe(32).encode()),
        keys=folder / "keys",
        data=folder,
        base_url=f"http://127.0.0.1:{port}",
        port=port,
        pool_size=given.pool_size,
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _pid(server: Server) -> int:
    found = holding.status(server.cluster)
    assert found is not None
    return found[0]


def environment(deployment: Scratch) -> dict[str, str]:
    settings = deployment.config
    ours = {
        "DATABASE_URL": deployment.url,
        "SECRET": settings.secret_bytes().decode(),
        "KEYS": str(settings.key_directory()),
        "BASE_URL": settings.base_url,
        "PORT": str(settings.port),
        "POOL_SIZE": str(settings.pool_size),
        "LOG_FORMAT": "json",
    }
    others = {name: value for name, value in os.environ.items() if not name.startswith("SURVEY_")}
    return others | {f"SURVEY_{name}": value for name, value in ours.items()} | {"SURVEY_NO_BOOTSTRAP": "1"}


@contextmanager
def served(deployment: Scratch) -> Iterator[int]:
    """`survey serve` as a process of its own, for the length of the block; its process id. Its log goes to a file."""
    log = deployment.config.data / "serve.log"
    with log.open("wb") as file:
        child = subprocess.Popen(
            [sys.executable, "-m", "survey", "serve"],
            cwd=Path(__file__).parents[3],
            env=environment(deployment),
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=file,
        )
    try:
        _wait(child, deployment.config, log)
        yield child.pid
    finally:
        child.terminate()
        child.wait()


def _wait(child: "subprocess.Popen[bytes]", settings: Config, log: Path) -> None:
    deadline = time.monotonic() + STARTING
    while child.poll() is None and time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex((settings.host, settings.port)) == 0:
                return
        time.sleep(0.05)
    said = log.read_text(encoding="utf-8", errors="replace").strip()[-500:]
    raise errors.Misconfigured(f"The service did not start: {said or 'it said nothing.'}")
