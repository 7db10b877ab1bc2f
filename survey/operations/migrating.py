"""The schema and the deployment under it: bringing a database up to date, and refusing to serve on a wrong one.

Migrations are files `sql/migrations/NNNN_name.sql`, forward only, each in a transaction of its own. An applied file is
never changed afterwards: its checksum is kept, and a difference is refused rather than guessed at.
"""

import hashlib
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from survey import errors
from survey.db import Db
from survey.sql import FOLDER
from survey.store import deployments, migrations
from survey.store.deployments import Deployment, Kind, Server
from survey.store.migrations import Applied

__all__ = ["Applied", "Kind", "Migration", "check_ready", "found", "kind", "migrate", "pending", "read"]

OLDEST = 15
"""The oldest Postgres whose SQL we use (`unique nulls not distinct`)."""
SKEW = timedelta(seconds=2)
_NAME = re.compile(r"(\d{4})_([a-z0-9_]+)\.sql")
_HOW = "Run: python3 -m survey migrate"


class Migration(msgspec.Struct, frozen=True):
    """One file: `applied` is how the database remembers it."""

    applied: Applied
    text: str


def read(folder: Path = FOLDER / "migrations") -> list[Migration]:
    """All migrations in order. Raises Misconfigured for a strange name and for a gap in the numbers."""
    found = [_read_one(path) for path in sorted(folder.glob("*.sql"))]
    for expected, migration in enumerate(found, start=1):
        if migration.applied.number != expected:
            raise errors.Misconfigured(f"The migrations have no file number {expected:04}, or two of them.")
    return found


def _read_one(path: Path) -> Migration:
    named = _NAME.fullmatch(path.name)
    if named is None:
        raise errors.Misconfigured(f"“{path.name}” is no name for a migration. One looks like 0007_api_keys.sql.")
    content = path.read_bytes()
    return Migration(Applied(int(named[1]), named[2], hashlib.sha256(content).hexdigest()), content.decode())


def _missing(files: list[Migration], applied: list[Applied]) -> list[Migration]:
    """What is still to be applied. Raises Misconfigured when the past is not what the files say."""
    if len(applied) > len(files):
        raise errors.Misconfigured("The database's schema is newer than this program. Start the newer program.")
    for file, past in zip(files, applied, strict=False):
        if file.applied.number != past.number:
            raise errors.Misconfigured(f"Migration {file.applied.number:04} was passed over in this database.")
        if file.applied.checksum != past.checksum:
            raise errors.Misconfigured(
                f"Migration {past.number:04}_{past.name} was changed after it had been applied to this database. "
                "Put the file back as it was, and make the change in a new migration."
            )
    return files[len(applied) :]


async def pending(db: Db, folder: Path = FOLDER / "migrations") -> list[Applied]:
    """What `migrate` would apply."""
    return [one.applied for one in _missing(read(folder), await migrations.applied(db))]


async def migrate(db: Db, folder: Path = FOLDER / "migrations") -> list[Applied]:
    """Apply what is missing, in order; what was applied. Two at once are safe: the second finds nothing to do."""
    files, done = read(folder), []
    async with db.transaction():
        await migrations.lock(db)
        await migrations.make_table(db)
    while (migration := await _apply_next(db, files)) is not None:
        done.append(migration)
    return done


async def _apply_next(db: Db, files: list[Migration]) -> Applied | None:
    async with db.transaction():
        await migrations.lock(db)
        missing = _missing(files, await migrations.applied(db))
        if not missing:
            return None
        await db.execute(missing[0].text)
        await migrations.add(db, missing[0].applied)
        return missing[0].applied


async def found(db: Db, kind: Kind, secret_fingerprint: bytes) -> None:
    """Say for good what this database is, and which secret it belongs to. Refused when it is something else already."""
    await deployments.add(db, kind, secret_fingerprint)
    deployment = await _deployment(db)
    if deployment.kind != kind:
        raise errors.Misconfigured(f"This is a {deployment.kind} database, and stays one. It cannot become {kind}.")
    _check_secret(deployment, secret_fingerprint)


async def kind(db: Db) -> Kind | None:
    """What this database was founded as; None before that."""
    deployment = await deployments.find(db)
    return None if deployment is None else deployment.kind


async def check_ready(db: Db, secret_fingerprint: bytes) -> None:
    """Raises Misconfigured, with what to do, unless it is right to serve from this database with this secret."""
    server = await deployments.server(db)
    if server.version < OLDEST * 10_000:
        raise errors.Misconfigured(f"The database is Postgres {server.release}; {OLDEST} or newer is needed.")
    if not await migrations.applied(db):
        raise errors.Misconfigured(f"The database is empty. {_HOW}")
    if missing := await pending(db):
        raise errors.Misconfigured(f"The database's schema is {len(missing)} migration(s) behind. {_HOW}")
    deployment = await _deployment(db)
    _check_secret(deployment, secret_fingerprint)
    _check_clock(server)
    if deployment.kind != "test":
        _check_durable(server)


async def _deployment(db: Db) -> Deployment:
    deployment = await deployments.find(db)
    if deployment is None:
        raise errors.Misconfigured(f"The database does not say whose it is. {_HOW}")
    return deployment


def _check_secret(deployment: Deployment, secret_fingerprint: bytes) -> None:
    if deployment.secret_fingerprint != secret_fingerprint:
        raise errors.Misconfigured(
            "SURVEY_SECRET is not the secret this database was set up with. With a wrong one no round could be closed, "
            "so nothing starts. Set the right one."
        )


def _check_clock(server: Server) -> None:
    skew = abs(datetime.now(UTC) - server.now)
    if skew > SKEW:
        raise errors.Misconfigured(
            f"This machine's clock and the database's differ by {skew.total_seconds():.0f} seconds. "
            "Set them by the same time source: rounds open and close by the database's."
        )


def _check_durable(server: Server) -> None:
    """An acknowledged answer must survive a power cut. No test can see that it would not."""
    for name in ("fsync", "full_page_writes", "synchronous_commit"):
        if getattr(server, name) == "off":
            raise errors.Misconfigured(f"The database has {name} = off: answers could be lost. Turn it on.")
