"""Keeping what must not be lost: a backup of the database and the key directory, and putting one back.

A backup with keys can be opened by whoever also has the deployment's secret: it is as confidential as both together,
and prolongs the time for which answers of an open round could be read. `with_keys=False` leaves the keys out, and with
them the ability to close the rounds that are open now.
"""

import tempfile
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from survey import errors
from survey.db import Db
from survey.operations.keeping import archive, programs
from survey.operations.keeping.archive import Archive
from survey.store import deployments, migrations

__all__ = ["Saved", "backup", "restore"]


class Saved(msgspec.Struct, frozen=True):
    """A backup as written. `size`: bytes. `keys`: how many files of the key directory are in it; None: left out."""

    path: Path
    size: int
    keys: int | None


async def backup(db: Db, url: str, bin: Path, keys: Path | None, target: Path) -> Saved:  # noqa: A002
    """Save everything to `target`, a new file or a directory to put one in. `bin`: where pg_dump is."""
    programs.check(bin, (await deployments.server(db)).release)
    now = datetime.now(UTC)
    deployment = await deployments.find(db)
    if deployment is None:
        raise errors.Misconfigured("There is nothing to save: this database was never set up.")
    return _save(url, bin, keys, _path(target, now), now.isoformat(timespec="seconds"), deployment.kind)


def _path(target: Path, now: datetime) -> Path:
    path = target / f"survey-{now:%Y%m%d-%H%M%S}.backup.tar" if target.is_dir() else target
    if not path.parent.is_dir():
        raise errors.Refused(f"There is no folder {path.parent}.")
    return path


def _save(url: str, bin: Path, keys: Path | None, path: Path, made_at: str, kind: str) -> Saved:  # noqa: A002
    """Keys are read before and after the dump: a round may be launched or closed while it is made, and whichever side
    of that the dump shows, its keys are there."""
    found = _files(keys)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".survey-backup-") as folder:
        dump = Path(folder) / archive.DATABASE
        programs.dump(bin, url, dump)
        found |= _files(keys)
        archive.write(path, dump, found, made_at, kind, with_keys=keys is not None)
    return Saved(path, path.stat().st_size, None if keys is None else len(found))


def _files(keys: Path | None) -> dict[str, bytes]:
    if keys is None or not keys.is_dir():
        return {}
    return {path.name: path.read_bytes() for path in sorted(keys.iterdir()) if path.is_file()}


async def restore(db: Db, url: str, bin: Path, keys: Path | None, source: Path, secret: bytes) -> Archive:  # noqa: A002
    """Put a backup into an empty database and an empty key directory. `secret`: the fingerprint of the one that is set.

    Raises Refused, and changes nothing, where either holds something or the backup is damaged.
    """
    programs.check(bin, (await deployments.server(db)).release)
    kept = archive.read(source)
    if not await migrations.nothing_there(db):
        raise errors.Refused("This database is not empty. A backup is restored into an empty one, and nowhere else.")
    if kept.manifest.with_keys and (keys is None or _files(keys)):
        raise errors.Refused(f"The key directory {keys} is not empty. A backup's keys go into an empty one.")
    with kept.database() as content:
        programs.restore(bin, url, content)
    if kept.manifest.with_keys and keys is not None:
        _put(keys, kept.keys())
    await _check(db, secret)
    return kept


def _put(keys: Path, files: dict[str, bytes]) -> None:
    keys.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name, content in files.items():
        path = keys / name
        path.touch(mode=0o600, exist_ok=False)
        path.write_bytes(content)


async def _check(db: Db, secret: bytes) -> None:
    """After the fact: the backup is in place, and useless to open rounds under another secret."""
    deployment = await deployments.find(db)
    if deployment is not None and deployment.secret_fingerprint != secret:
        raise errors.Misconfigured(
            "The backup is restored, but SURVEY_SECRET is not the secret it was made under. Set that one: "
            "nothing starts without it."
        )
