"""A small HTTP/1.1 client on asyncio streams, so that measuring costs little beside what is measured.

It speaks what our server speaks: one connection kept alive, answers with a Content-Length or in pieces, gzip where that
helps.
"""

import asyncio
import zlib
from collections.abc import AsyncIterator
from types import TracebackType
from typing import Self

import msgspec

from survey import errors


class Astray(errors.SurveyError):
    """The server answered something that no browser could go on from."""


class Reply(msgspec.Struct, frozen=True):
    """An answer. Names of headers are in lower case; `received` counts its bytes on the wire, head included."""

    status: int
    headers: dict[str, str]
    body: bytes
    received: int

    @property
    def content(self) -> bytes:
        """The body, unpacked where it came packed."""
        packed = self.headers.get("content-encoding") == "gzip"
        return zlib.decompress(self.body, wbits=31) if packed else self.body

    @property
    def text(self) -> str:
        return self.content.decode()


def parse_head(head: bytes) -> tuple[int, dict[str, str]]:
    """Status and headers of an answer's head. Raises Astray for what is none."""
    first, *lines = head.decode("latin-1").rstrip("\r\n").split("\r\n")
    parts = first.split(" ", 2)
    if len(parts) < 2 or parts[0] != "HTTP/1.1" or not parts[1].isdigit():
        raise Astray(f"An answer began with {first[:40]!r}.")
    headers = {}
    for line in lines:
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    return int(parts[1]), headers


def body_length(status: int, headers: dict[str, str]) -> int:
    """Bytes of the body that follows. Raises Astray where that is not said."""
    if status in {204, 304}:
        return 0
    length = headers.get("content-length", "")
    if not length.isdigit():
        raise Astray(f"An answer with status {status} did not say how long it is.")
    return int(length)


def request(method: str, path: str, headers: bytes, body: bytes) -> bytes:
    """A request as it goes out; `headers` are whole lines."""
    length = b"content-length: %d\r\n" % len(body) if method == "POST" else b""
    return b"%s %s HTTP/1.1\r\n%s%s\r\n%s" % (method.encode(), path.encode(), headers, length, body)


class Connection:
    """One connection, opened by `async with`, that asks one thing at a time."""

    def __init__(self, host: str, port: int) -> None:
        self._address = (host, port)
        self.sent = 0

    async def __aenter__(self) -> Self:
        self._reader, self._writer = await asyncio.open_connection(*self._address)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self._writer.close()

    async def ask(self, method: str, path: str, headers: bytes = b"", body: bytes = b"") -> Reply:
        outgoing = request(method, path, headers, body)
        self.sent += len(outgoing)
        self._writer.write(outgoing)
        head = await self._reader.readuntil(b"\r\n\r\n")
        status, told = parse_head(head)
        if told.get("transfer-encoding") == "chunked":
            content = b"".join([chunk async for chunk in self._chunks()])
            return Reply(status, told, content, len(head) + len(content))
        length = body_length(status, told)
        content = await self._reader.readexactly(length) if length else b""
        return Reply(status, told, content, len(head) + length)

    async def _chunks(self) -> AsyncIterator[bytes]:
        """A body that is told its length piece by piece."""
        while size := int(await self._reader.readuntil(b"\r\n"), 16):
            yield (await self._reader.readexactly(size + 2))[:-2]
        await self._reader.readexactly(2)

    async def raw(self, asked: bytes, *, bodiless: bool) -> bytes:
        """The whole answer to one request as it came. `bodiless`: it was for HEAD."""
        self._writer.write(asked)
        head = await self._reader.readuntil(b"\r\n\r\n")
        length = 0 if bodiless else body_length(*parse_head(head))
        return head + (await self._reader.readexactly(length) if length else b"")

    async def exactly(self, asked: bytes, size: int) -> bytes:
        """So many bytes of answers, to requests that go out together."""
        self._writer.write(asked)
        return await self._reader.readexactly(size) if size else b""
