"""Running Postgres's programs: as whom, in which environment, and until when."""

import ctypes
import os
import pwd
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, Any, NamedTuple

from survey import errors

_PR_SET_PDEATHSIG = 1
HERE = "/proc/self/cwd" if sys.platform == "linux" else None
"""A name for the working folder that needs no way through its parents: they may be closed to the server's account."""


class Account(NamedTuple):
    uid: int
    gid: int


def account() -> Account | None:
    """Who runs Postgres when we are root, which it refuses to be: nobody. None: ourselves."""
    if os.geteuid() != 0:
        return None
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError:
        raise errors.Misconfigured(
            "Postgres does not run as root, and there is no account “nobody” to run it. Start as another account."
        ) from None
    return Account(nobody.pw_uid, nobody.pw_gid)


def environment(programs: Path) -> dict[str, str]:
    """Nothing of ours: an ungenerated LC_ALL makes initdb fail, an unset one gives SQL_ASCII."""
    return {"PATH": f"{programs}:/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


def _as(who: Account | None) -> dict[str, Any]:
    return {} if who is None else {"user": who.uid, "group": who.gid, "extra_groups": []}


def _dies_with_parent() -> Callable[[], None] | None:
    """For the child, before it becomes Postgres: ask the kernel for a fast shutdown when we die, however we die."""
    if sys.platform != "linux":
        return None
    prctl, parent = ctypes.CDLL(None).prctl, os.getpid()

    def ask() -> None:
        prctl(_PR_SET_PDEATHSIG, signal.SIGINT)
        if os.getppid() != parent:
            os._exit(1)

    return ask


def run(command: Sequence[str], folder: Path, who: Account | None) -> None:
    """Run one program to its end in `folder`. Raises Misconfigured with the last of what it said."""
    programs = Path(command[0]).parent
    done = subprocess.run(  # noqa: S603
        command, cwd=folder, env=environment(programs), capture_output=True, text=True, check=False, **_as(who)
    )
    if done.returncode:
        raise errors.Misconfigured(f"{Path(command[0]).name} failed: {(done.stderr or done.stdout).strip()[-500:]}")


def spawn(command: Sequence[str], folder: Path, who: Account | None, log: IO[bytes]) -> "subprocess.Popen[bytes]":
    """Start a server in `folder` that stops when we do. In a session of its own: Ctrl-C is for us, we then stop it."""
    return subprocess.Popen(  # noqa: S603
        command,
        cwd=folder,
        env=environment(Path(command[0]).parent),
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        start_new_session=True,
        preexec_fn=_dies_with_parent(),  # noqa: PLW1509  one system call, no lock taken
        **_as(who),
    )
