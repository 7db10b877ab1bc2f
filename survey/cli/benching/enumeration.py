"""Does “send me my link” tell who is on the staff list? Somebody asks for people who are, and for people who are not,
in random order, and compares the answers: their bytes, and the time each took.
"""

import random
import re
import time
from collections.abc import Iterator, Sequence
from math import erfc, sqrt
from urllib.parse import urlencode

import msgspec
import numpy as np

from survey.cli.benching import layouts, rounds, scratch
from survey.cli.benching.http import Connection, request
from survey.cli.benching.progress import Progress
from survey.cli.benching.scratch import Scratch

_HEADERS = (
    b"host: survey.example\r\naccept: text/html\r\nsec-fetch-site: same-origin\r\n"
    b"content-type: application/x-www-form-urlencoded\r\n"
)
_VARIES = re.compile(rb"(?:x-request-id|date): [^\r]*\r\n")
_MOST = 3.9
"""Standard deviations that separate the two kinds by chance once in ten thousand measurements."""


class Measured(msgspec.Struct, frozen=True):
    """Seconds that each answer took, and how many kinds of answers there were."""

    listed: list[float]
    unlisted: list[float]
    kinds: int
    asked: int

    @property
    def apart(self) -> float:
        """How often a listed person's answer took longer than a stranger's: 0.5 when time tells nothing (the rank-sum
        test of Wilcoxon, Mann and Whitney)."""
        both = np.array(self.listed + self.unlisted)
        ranks = both.argsort(kind="stable").argsort() + 1
        n, m = len(self.listed), len(self.unlisted)
        return float((ranks[:n].sum() - n * (n + 1) / 2) / (n * m))

    @property
    def deviations(self) -> float:
        n, m = len(self.listed), len(self.unlisted)
        return (self.apart - 0.5) / sqrt((n + m + 1) / (12 * n * m))

    @property
    def amiss(self) -> list[str]:
        tries = len(self.listed) + len(self.unlisted)
        checks = (
            (self.kinds == 1, f"{self.kinds} different answers."),
            (self.asked == tries, f"{self.asked} of {tries} requests were written down."),
            (abs(self.deviations) < _MOST, f"Time tells them apart: {self.deviations:.1f} standard deviations."),
        )
        return [said for holds, said in checks if not holds]


async def measure(on: Scratch, tries: int, progress: Progress) -> Measured:
    """So many in all, each of them somebody else, after some that warm up the process."""
    half = tries // 2
    round_id, links = await rounds.launch(on, half + 100, layouts.layout("three-pages"))
    known = [link.email or link.employee_number for link in links]
    order = [(who, True) for who in known[:half]] + [(f"x{who}", False) for who in known[:half]]
    random.SystemRandom().shuffle(order)
    took: dict[bool, list[float]] = {True: [], False: []}
    kinds: set[bytes] = set()
    advance = progress("Ask for links", tries)
    with scratch.served(on):
        async with Connection(on.config.host, on.config.port) as connection:
            for who in known[half:]:
                await _ask(connection, round_id, who)
            for who, listed in order:
                began = time.perf_counter()
                answer = await _ask(connection, round_id, who)
                took[listed].append(time.perf_counter() - began)
                kinds.add(_VARIES.sub(b"", answer))
                advance()
    asked = await on.db.fetchval("select count(*) from link_request") - len(known[half:])
    return Measured(took[True], took[False], len(kinds), asked)


async def _ask(connection: Connection, round_id: str, who: str) -> bytes:
    asked = request("POST", f"/link/{round_id}", _HEADERS, urlencode({"who": who}).encode())
    return await connection.raw(asked, bodiless=False)


def _middle(seconds: Sequence[float]) -> float:
    return 1000 * float(np.median(seconds))


def report(measured: Measured) -> Iterator[str]:
    chance = erfc(abs(measured.deviations) / sqrt(2))
    yield f"{len(measured.listed):,} people on the list and {len(measured.unlisted):,} others, in random order"
    yield ""
    yield f"  {'different answers (status, headers, body)':<52}{measured.kinds:>12,}"
    yield f"  {'median ms, on the list':<52}{_middle(measured.listed):>12.3f}"
    yield f"  {'median ms, not on it':<52}{_middle(measured.unlisted):>12.3f}"
    yield f"  {'how often the former took longer (0.5: no telling)':<52}{measured.apart:>12.3f}"
    yield f"  {'chance of that much or more if time tells nothing':<52}{chance:>12.3f}"
