"""How many different people are asked for from one network: no more in an hour than a whole Trust could be.

A Trust shares one address, and a poster may send all of it to one page in the same hour. So the limit is beyond what
its staff can come to, each of them by two of the things they are known by. It is there for programs, which would fill
the table that holds what was asked. It counts what is typed and looks nobody up, so being held up tells nothing of who
is on the staff list.
"""

import hashlib
import ipaddress
from collections import OrderedDict

LEAST = 3_000
"""Different people that may be asked for from one address in an hour, however small the Trust."""
HOUR = 3_600.0
_ADDRESSES = 10_000
"""Addresses that are remembered; the one longest unheard of is forgotten first."""


class Crowd:
    """Those asked for from one address since `since`."""

    __slots__ = ("people", "since")

    def __init__(self, since: float) -> None:
        self.since, self.people = since, set[bytes]()


class Crowds:
    """In this process's memory, and for an hour: with several processes each counts for itself."""

    def __init__(self, addresses: int = _ADDRESSES) -> None:
        self._addresses, self._crowds = addresses, OrderedDict[tuple[str, str], Crowd]()

    def admit(self, address: str, round_id: str, who: bytes, most: int, now: float) -> bool:
        """Whether one more may be asked for. Whoever was asked for already is no one more."""
        key, mark = (network(address), round_id), hashlib.blake2b(who, digest_size=8).digest()
        crowd = self._crowds.get(key)
        if crowd is None or now - crowd.since >= HOUR:
            crowd = self._crowds[key] = Crowd(now)
        self._crowds.move_to_end(key)
        if len(self._crowds) > self._addresses:
            self._crowds.popitem(last=False)
        if mark not in crowd.people and len(crowd.people) >= most:
            return False
        crowd.people.add(mark)
        return True


def most(headcount: int) -> int:
    """Of a round that asks so many."""
    return max(LEAST, 2 * headcount)


def network(address: str) -> str:
    """An address as one is given out: of IPv6 that is a network of 64 bits, in which a machine may take any address."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if found.version == 6:
        return str(ipaddress.ip_network((found, 64), strict=False))
    return address
