"""A backup's form: one tar file with a manifest, the database as pg_dump writes it, and the key directory's files.

Nothing is taken from such a file before every part of it has been compared with the manifest's checksums.
"""

import hashlib
import io
import os
import re
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import msgspec

from survey import errors

DATABASE = "database.dump"
_MANIFEST = "manifest.json"
_KEY = re.compile(r"keys/[A-Za-z0-9][A-Za-z0-9_.-]{0,100}")
_FORM = 1


class Manifest(msgspec.Struct, frozen=True):
    """`files`: SHA-256 in hexadecimal by name. `made_at`: UTC, ISO 8601. `form`: of this file, for later programs."""

    form: int
    made_at: str
    kind: str
    with_keys: bool
    files: dict[str, str]


class Archive(msgspec.Struct, frozen=True):
    """A backup whose parts are all there and unchanged."""

    path: Path
    manifest: Manifest

    def keys(self) -> dict[str, bytes]:
        """The files of the key directory by name."""
        names = [name for name in self.manifest.files if name != DATABASE]
        with tarfile.open(self.path) as tar:
            return {name.partition("/")[2]: _member(tar, name).read() for name in names}

    @contextmanager
    def database(self) -> Iterator[IO[bytes]]:
        """The dump, to be read once."""
        with tarfile.open(self.path) as tar:
            yield _member(tar, DATABASE)


def _member(tar: tarfile.TarFile, name: str) -> IO[bytes]:
    try:
        found = tar.extractfile(name)
    except KeyError:
        found = None
    if found is None:
        raise errors.Refused(f"This backup is damaged: {name} is missing. Nothing was restored.")
    return found


def write(path: Path, database: Path, keys: dict[str, bytes], made_at: str, kind: str, *, with_keys: bool) -> None:
    """Write a backup for its owner alone. Raises Refused where there is a file of that name."""
    parts = {f"keys/{name}": key for name, key in sorted(keys.items())}
    with database.open("rb") as dump:
        files = {DATABASE: hashlib.file_digest(dump, "sha256").hexdigest()}
    files |= {name: hashlib.sha256(content).hexdigest() for name, content in parts.items()}
    manifest = msgspec.json.format(msgspec.json.encode(Manifest(_FORM, made_at, kind, with_keys, files)))
    with _new(path) as file:
        with tarfile.open(fileobj=file, mode="w") as tar:
            for name, content in {_MANIFEST: manifest, **parts}.items():
                _add(tar, name, io.BytesIO(content), len(content))
            with database.open("rb") as dump:
                _add(tar, DATABASE, dump, database.stat().st_size)
        file.flush()
        os.fsync(file.fileno())


def _add(tar: tarfile.TarFile, name: str, content: IO[bytes], size: int) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode = size, 0o600
    tar.addfile(member, content)


@contextmanager
def _new(path: Path) -> Iterator[IO[bytes]]:
    """A file that appears under its name only when it is whole."""
    if path.exists():
        raise errors.Refused(f"There is a file {path} already. Give another name.")
    aside = path.with_name(path.name + ".part")
    aside.unlink(missing_ok=True)
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        yield file
    aside.rename(path)


def read(path: Path) -> Archive:
    """A backup, compared with its checksums. Raises Refused for anything that is not one, or not whole."""
    try:
        with tarfile.open(path) as tar:
            manifest = msgspec.json.decode(_member(tar, _MANIFEST).read(), type=Manifest)
            _check(tar, manifest)
    except (tarfile.TarError, msgspec.DecodeError, OSError, EOFError):
        raise errors.Refused(f"{path} is not a backup of this service, or is damaged. Nothing was restored.") from None
    return Archive(path, manifest)


def _check(tar: tarfile.TarFile, manifest: Manifest) -> None:
    if manifest.form != _FORM:
        raise errors.Refused("This backup was made by a newer program. Restore it with that one.")
    if DATABASE not in manifest.files or sorted(tar.getnames()) != sorted([_MANIFEST, *manifest.files]):
        raise errors.Refused("This backup is damaged: its parts are not those it lists. Nothing was restored.")
    for name, expected in manifest.files.items():
        if name != DATABASE and not _KEY.fullmatch(name):
            raise errors.Refused(f"This backup has a part with a strange name, {name}. Nothing was restored.")
        if _digest(_member(tar, name)) != expected:
            raise errors.Refused(f"This backup is damaged: {name} was changed. Nothing was restored.")


def _digest(content: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while chunk := content.read(1 << 20):
        digest.update(chunk)
    return digest.hexdigest()
