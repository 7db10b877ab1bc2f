"""A bad line: a TCP proxy before the server that can lose what a form sends, or what is answered to it."""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Literal
from urllib.parse import urlsplit

Fault = Literal["", "before", "after", "midway", "portal", "portal after"]
"""Lose a POST before the server has it, its answer after the server acted, or half of the answer. A portal answers 200
with a page of its own, before the server has it or after it acted."""
_PAGE = b"<!DOCTYPE html><title>Guest Wi-Fi</title><h1>Saved</h1><p>Log in to go on."
_PORTAL = b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: %d\r\n\r\n%s" % (len(_PAGE), _PAGE)

_RESET = struct.pack("ii", 1, 0)
"""Closing is a reset: nobody may take half an answer for a whole one, as nobody can under TLS."""


class Line:
    """`fault` holds for every POST until it is mended; `cut` counts them."""

    def __init__(self, base: str) -> None:
        self.fault: Fault = ""
        self.cut = 0
        self.base = ""
        self._host, self._port = urlsplit(base).hostname, urlsplit(base).port

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection of the browser's."""
        upstream, away = await asyncio.open_connection(self._host, self._port)
        try:
            while asked := await reader.read(65_536):
                if not await self._exchange(asked, upstream, away, writer):
                    break
        finally:
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            for end in (away, writer):
                end.close()

    async def _exchange(
        self,
        asked: bytes,
        upstream: asyncio.StreamReader,
        away: asyncio.StreamWriter,
        writer: asyncio.StreamWriter,
    ) -> bool:
        """Pass on what was asked and what is answered; False when the line broke over it."""
        fault = self.fault if asked.startswith(b"POST") else ""
        self.cut += bool(fault)
        if fault == "before":
            return False
        if fault == "portal":
            writer.write(_PORTAL)
            return True
        away.write(asked)
        answered = await upstream.read(262_144)
        if fault == "midway":
            writer.write(answered[: len(answered) // 2])
            await asyncio.sleep(0.05)
        if fault == "portal after":
            writer.write(_PORTAL)
            return True
        if fault:
            return False
        writer.write(answered)
        with suppress(TimeoutError):
            while more := await asyncio.wait_for(upstream.read(262_144), 0.05):
                writer.write(more)
        return True


@asynccontextmanager
async def bad_line(base: str) -> AsyncIterator[Line]:
    """A line to the server at `base`, itself at `.base`."""
    line = Line(base)
    server = await asyncio.start_server(line.carry, "127.0.0.1", 0)
    line.base = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    yield line
    server.close()
