"""Looking for many secrets at once in any amount of bytes.

Tokens of an open round may be many thousands: each place of the bytes is looked up by its first three bytes in a table,
and only the few that remain are compared. Keys and the deployment's secret, a handful, are searched in every form in
which they might be written.
"""

import base64
from collections import Counter
from collections.abc import AsyncIterable, Iterable, Iterator, Mapping

import numpy as np

_HEAD = 3
_OVERLAP = 128
"""Bytes of a piece that are looked at again with the next one: no needle is longer."""


def forms(secret: bytes) -> Iterator[bytes]:
    """As it is, as hex in either case, as base64 of either alphabet with anything before it."""
    yield secret
    yield secret.hex().encode()
    yield secret.hex().upper().encode()
    for offset in range(3):
        for alphabet in (b"+/", b"-_"):
            encoded = base64.b64encode(b"\0" * offset + secret, alphabet)
            yield encoded[4 if offset else 0 : -4]


class Needles:
    """`few` are looked for in all their forms, `many` as they are; both by what to call them when they are found."""

    def __init__(self, few: Mapping[str, bytes], many: Mapping[bytes, str]) -> None:
        self._few = {form: name for name, secret in few.items() for form in forms(secret)}
        self._many = many
        self._heads = np.zeros(1 << 24, bool)
        for needle in many:
            self._heads[int.from_bytes(needle[:_HEAD], "big")] = True
        self._lengths = sorted({len(needle) for needle in many})

    def __len__(self) -> int:
        return len(self._few) + len(self._many)

    def find(self, data: bytes) -> Counter[str]:
        """How often each kind of needle is there."""
        found = Counter({name: data.count(form) for form, name in self._few.items() if form in data})
        for place in self._candidates(data):
            for length in self._lengths:
                if name := self._many.get(data[place : place + length]):
                    found[name] += 1
        return found

    def _candidates(self, data: bytes) -> Iterable[int]:
        if not self._many or len(data) < _HEAD:
            return ()
        each = np.frombuffer(data, np.uint8).astype(np.uint32)
        heads = (each[:-2] << 16) | (each[1:-1] << 8) | each[2:]
        places: list[int] = np.flatnonzero(self._heads[heads]).tolist()
        return places

    async def find_in(self, pieces: AsyncIterable[bytes]) -> Counter[str]:
        """The same in something that comes in pieces; what lies across two of them is found, too."""
        found: Counter[str] = Counter()
        tail = b""
        async for piece in pieces:
            data = tail + piece
            found += self.find(data)
            tail = data[-_OVERLAP:]
            found -= self.find(tail)
        return found + self.find(tail)
