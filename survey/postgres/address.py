"""Where clients reach the server: a Unix socket inside its data folder, which only this account can enter."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

USER = "survey"
LONGEST = 103 - len("/.s.PGSQL.5432")
"""Bytes of a folder whose socket still fits the kernel's address structure (104 bytes on macOS, 108 on Linux)."""


def url(folder: Path, password: str, dbname: str = "postgres") -> str:
    return (
        f"postgresql://{USER}:{quote(password, safe='')}@/{quote(dbname, safe='')}?host={quote(str(folder), safe='/')}"
    )


@contextmanager
def reachable(cluster: Path) -> Iterator[Path]:
    """The folder to give clients: the cluster's own, or a short link to it where its path is too long for a socket."""
    if len(bytes(cluster)) <= LONGEST:
        yield cluster
        return
    folder = Path(tempfile.mkdtemp(prefix="survey-"))
    try:
        (folder / "s").symlink_to(cluster)
        yield folder / "s"
    finally:
        shutil.rmtree(folder, ignore_errors=True)
