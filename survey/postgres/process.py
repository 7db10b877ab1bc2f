"""Running Postgres's programs: as whom, in which environment, and until when."""

import ctypes
import os
import pwd
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, NamedTuple

from survey import errors

_PR_SET_PDEATHSIG = 1


class Account(NamedTuple):
    uid: int
    gid: int


class Folder(NamedTuple):
    """A folder under a name that programs we start can use; `passed` is what must be passed to them for it."""

    name: str
    passed: tuple[int, ...] = ()


@contextmanager
def folder(path: Path) -> Iterator[Folder]:
    """On Linux its name is that of an open file, which needs no way through the parents of the folder: they may be
    closed to the account that runs Postgres."""
    if sys.platform != "linux":
        yield Folder(str(path))
        return
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield Folder(f"/proc/self/fd/{descriptor}", (descriptor,))
    finally:
        os.close(descriptor)


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


def run(command: Sequence[str], folder: Folder, who: Account | None) -> None:
    """Run one program to its end. Raises Misconfigured with the last of what it said."""
    done = subprocess.run(  # noqa: S603
        command,
        cwd="/",
        env=environment(Path(command[0]).parent),
        pass_fds=folder.passed,
        capture_output=True,
        text=True,
        check=False,
        **_as(who),
    )
    if done.returncode:
        raise errors.Misconfigured(f"{Path(command[0]).name} failed: {(done.stderr or done.stdout).strip()[-500:]}")


def spawn(command: Sequence[str], folder: Folder, who: Account | None, log: IO[bytes]) -> "subprocess.Popen[bytes]":
    """Start a server that stops when we do. In a session of its own: Ctrl-C is for us, we then stop it."""
    return subprocess.Popen(  # noqa: S603
        command,
        cwd="/",
        env=environment(Path(command[0]).parent),
        pass_fds=folder.passed,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        start_new_session=True,
        preexec_fn=_dies_with_parent(),  # noqa: PLW1509  one system call, no lock taken
        **_as(who),
    )
