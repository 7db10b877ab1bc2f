"""An embedded Postgres: found, started, watched over and stopped by us, with nothing but the standard library.

Its data folder holds `cluster/` (Postgres's own, and its socket), `password`, `log` and `lock`. Only this account can
reach the socket, and only with the password; there is no network port. The server dies with the process that started
it, however that ends.
"""

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from survey.postgres import address, holding
from survey.postgres.binaries import find as find_binaries
from survey.postgres.holding import Busy
from survey.postgres.server import Server

__all__ = ["Busy", "Server", "erase", "find_binaries", "running"]


@contextmanager
def running(data: Path, *, binaries: Path | None = None, share: bool = True) -> Iterator[str]:
    """The URL of the server of `data`, for the length of the block.

    Where another process of ours runs it already, `share` uses that one, and its owner waits for us before it stops
    it; without `share`, Busy says who that is.
    """
    server = Server(data, bin=binaries)
    if not _start(server, share):
        with holding.using(server.data), address.reachable(server.cluster) as folder:
            yield address.url(folder, server.password())
        return
    try:
        yield server.url()
    finally:
        try:
            holding.wait_for_users(server.data)
        finally:
            server.stop()


def _start(server: Server, share: bool) -> bool:
    """Whether we run it now; otherwise another process does, and it is ready. One that is stopping is waited for."""
    deadline = time.monotonic() + holding.PATIENCE
    while True:
        try:
            server.start()
            return True
        except Busy:
            if not share or time.monotonic() > deadline:
                raise
        if holding.is_ready(server.cluster):
            return False
        time.sleep(0.05)


def erase(data: Path) -> None:
    """Throw a server's data away for good. Raises Busy, and touches nothing, while another process runs it."""
    if not data.exists():
        return
    with holding.take(data):
        holding.stop_stray(data / "cluster")
        shutil.rmtree(data)
