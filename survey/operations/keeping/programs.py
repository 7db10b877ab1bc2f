"""pg_dump and pg_restore, which know how to save and restore a database of any size without holding it in memory."""

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO
from urllib.parse import unquote, urlsplit

from survey import errors


def _target(url: str) -> tuple[str, dict[str, str]]:
    """The address without its password, which goes in the environment: arguments can be seen by everyone."""
    parts = urlsplit(url)
    if parts.password is None:
        return url, dict(os.environ)
    plain = parts._replace(netloc=parts.netloc.replace(f":{parts.password}@", "@", 1)).geturl()
    return plain, {**os.environ, "PGPASSWORD": unquote(parts.password)}


def _tell(program: str, done: "subprocess.CompletedProcess[bytes]") -> None:
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip()[-500:]
        raise errors.Refused(f"{program} failed: {said}")


def check(programs: Path, release: str) -> None:
    """Raises Misconfigured unless the programs are of the server's own major version: only those know all it has."""
    said = subprocess.run([programs / "pg_dump", "--version"], capture_output=True, text=True, check=True)  # noqa: S603
    ours, theirs = (version.partition(".")[0] for version in (said.stdout.split()[2], release))
    if ours != theirs:
        raise errors.Misconfigured(
            f"The database is Postgres {theirs}, and the programs in {programs} are {ours}. "
            f"Set SURVEY_POSTGRES_BIN to the folder of Postgres {theirs}'s programs."
        )


def dump(programs: Path, url: str, file: Path) -> None:
    """Save the whole database to a new file, as of one moment."""
    plain, environment = _target(url)
    command = [str(programs / "pg_dump"), "--format=custom", "--no-owner", "--no-privileges", f"--file={file}", plain]
    _tell("pg_dump", subprocess.run(command, env=environment, capture_output=True, check=False))  # noqa: S603


def restore(programs: Path, url: str, content: IO[bytes]) -> None:
    """Put it into an empty database: all of it, or nothing."""
    plain, environment = _target(url)
    options = ["--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error", f"--dbname={plain}"]
    process = subprocess.Popen(  # noqa: S603
        [programs / "pg_restore", *options], env=environment, stdin=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdin is not None
    with contextlib.suppress(BrokenPipeError):  # it has given up, and says why
        shutil.copyfileobj(content, process.stdin, 1 << 20)
    _, said = process.communicate()
    _tell("pg_restore", subprocess.CompletedProcess([], process.returncode, b"", said))


@contextlib.contextmanager
def dumping(programs: Path, url: str, tables: Iterable[str] = ()) -> Iterator[IO[bytes]]:
    """What a dump of the database, or of these tables, says, as text; nothing is kept."""
    plain, environment = _target(url)
    command = [str(programs / "pg_dump"), "--format=plain", *(f"--table={table}" for table in tables), plain]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)  # noqa: S603
    assert process.stdout is not None
    with process.stdout as content:
        yield content
    _, said = process.communicate()
    _tell("pg_dump", subprocess.CompletedProcess([], process.returncode, b"", said))
