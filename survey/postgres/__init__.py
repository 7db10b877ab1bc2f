"""An embedded Postgres: found, started, watched over and stopped by us, with nothing but the standard library.

Its data folder holds `cluster/` (Postgres's own, and its socket), `password`, `log` and `lock`. Only this account can
reach the socket, and only with the password; there is no network port. The server dies with the process that started
it, however that ends.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from survey.postgres import address, holding
from survey.postgres.binaries import find as find_binaries
from survey.postgres.holding import Busy
from survey.postgres.server import Server

__all__ = ["Busy", "Server", "find_binaries", "running"]


@contextmanager
def running(data: Path, *, binaries: Path | None = None, share: bool = True) -> Iterator[str]:
    """The URL of the server of `data`, for the length of the block.

    Where another process of ours runs it already, `share` uses that one; without it, Busy says who that is.
    """
    server = Server(data, bin=binaries)
    try:
        server.start()
    except Busy:
        if not share:
            raise
        holding.wait_until_ready(server.cluster)
        with address.reachable(server.cluster) as folder:
            yield address.url(folder, server.password())
        return
    try:
        yield server.url()
    finally:
        server.stop()
