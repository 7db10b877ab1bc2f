"""A bare server in a process of its own: what somebody waits for it is how busy the machine is, and nothing of ours."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

_ANSWER = b"HTTP/1.1 200 OK\r\ncontent-length: 2000\r\n\r\n" + b" " * 2000


@contextmanager
def served(host: str) -> Iterator[int]:
    """Its port, for the length of the block."""
    command = [sys.executable, "-c", f"from {__name__} import run; run({host!r})"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:  # noqa: S603
        assert child.stdout is not None
        try:
            yield int(child.stdout.readline())
        finally:
            child.terminate()


def run(host: str) -> None:
    asyncio.run(_serve(host))


async def _serve(host: str) -> None:
    server = await asyncio.start_server(_answer, host, 0)
    print(server.sockets[0].getsockname()[1], flush=True)  # noqa: T201
    await server.serve_forever()


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while not reader.at_eof():
        if await reader.readline() == b"\r\n":
            writer.write(_ANSWER)
            await writer.drain()
    writer.close()
