"""Who holds a data folder: one process at a time, which others can tell by name."""

import contextlib
import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from survey import errors

PATIENCE = 30.0
"""Seconds for a server to become ready, or to go away when it is told to."""


class Busy(errors.Refused):
    """Another process runs this database."""


def take(data: Path) -> IO[str]:
    """The lock of a data folder, held while the file stays open. Raises Busy with who holds it."""
    file = (data / "lock").open("a+", encoding="utf-8")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.seek(0)
        holder = file.read().strip() or "another process"
        file.close()
        raise Busy(f"The database in {data} is run by {holder}. Stop that first, or use another folder.") from None
    file.truncate(0)
    file.write(f"process {os.getpid()} ({_own_name()})")
    file.flush()
    return file


def _own_name() -> str:
    """The command line without its values: they may be secrets."""
    script = Path(sys.argv[0])
    return " ".join([script.parent.name if script.name == "__main__.py" else script.name, *sys.argv[1:2]])


def status(cluster: Path) -> tuple[int, bool] | None:
    """From Postgres's own note: the server's process id, and whether it says it is ready. A killed one leaves it."""
    try:
        lines = (cluster / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        return int(lines[0]), len(lines) > 7 and lines[7].strip() == "ready"
    except (OSError, ValueError, IndexError):
        return None


def is_ready(cluster: Path) -> bool:
    """Whether a living server of this cluster says it is ready."""
    found = status(cluster)
    return found is not None and found[1] and _is_server(found[0], cluster)


@contextlib.contextmanager
def using(data: Path) -> Iterator[None]:
    """Tell the owner of a server that somebody else uses it, for the length of the block."""
    with (data / "users").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_SH)
        yield


def wait_for_users(data: Path) -> None:
    """Return when no other process uses the server any more. Ctrl-C ends the wait."""
    with (data / "users").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Waiting for another command that uses the database. Ctrl-C: stop it now.", file=sys.stderr)  # noqa: T201
            fcntl.flock(file, fcntl.LOCK_EX)


def _is_server(pid: int, cluster: Path) -> bool:
    """Whether that process is this cluster's Postgres: after a reboot the number may be somebody else's."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            return Path(f"/proc/{pid}/cwd").samefile(cluster)
        return False
    else:  # noqa: RET505  the type checker reads one branch a platform
        command = ["/bin/ps", "-ww", "-o", "command=", "-p", str(pid)]
        shown = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
        return "postgres" in shown.stdout and str(cluster) in shown.stdout


def stop_stray(cluster: Path) -> None:
    """Stop a server whose supervisor was killed, if it has not stopped by itself. The caller holds the lock."""
    found = status(cluster)
    if found is None or not _is_server(found[0], cluster):
        return
    deadline = time.monotonic() + PATIENCE
    os.kill(found[0], signal.SIGINT)
    while _is_server(found[0], cluster):
        if time.monotonic() > deadline:
            raise Busy(f"A Postgres left over from an earlier run (process {found[0]}) does not stop.")
        time.sleep(0.02)
