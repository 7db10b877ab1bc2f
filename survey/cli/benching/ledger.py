"""What was measured of requests: how long each kind took, and how many bytes went either way."""

import math
from collections.abc import Sequence

import msgspec


class Latency(msgspec.Struct, frozen=True):
    """Milliseconds within which half, 95 % and 99 % of requests were answered."""

    count: int
    p50: float
    p95: float
    p99: float


def percentile(ordered: Sequence[float], share: float) -> float:
    """The smallest value that `share` of the ordered values do not exceed; nan of none."""
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else math.nan


class Ledger:
    """Requests by kind. Seconds each; bytes as they crossed the wire."""

    def __init__(self) -> None:
        self.seconds: dict[str, list[float]] = {}
        self.sent = self.received = 0

    def note(self, kind: str, seconds: float, sent: int, received: int) -> None:
        self.seconds.setdefault(kind, []).append(seconds)
        self.sent += sent
        self.received += received

    @property
    def requests(self) -> int:
        return sum(map(len, self.seconds.values()))

    def latency(self, kind: str) -> Latency:
        ordered = sorted(self.seconds.get(kind, ()))
        return Latency(len(ordered), *(1000 * percentile(ordered, share) for share in (0.5, 0.95, 0.99)))
