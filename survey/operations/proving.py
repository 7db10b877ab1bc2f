"""How well the method does what it says: figures that `survey bench` has measured and the service shows."""

from functools import cache
from pathlib import Path

import msgspec

COVERAGE = Path(__file__).parent.parent / "data" / "coverage.json"


class Coverage(msgspec.Struct, frozen=True):
    """Of so many simulated teams with `answered` of `eligible` people, the share whose published margin holds the mean
    of all `eligible`, and the margins' average width in points. `distribution`: how people's scores spread.
    `is_extreme`: nobody's scores spread like that; it is there to show where the method ends."""

    answered: int
    eligible: int
    distribution: str
    coverage: float
    width: float
    simulations: int
    seed: int
    is_extreme: bool = False


class Table(msgspec.Struct, frozen=True):
    """`method` is the name of the numbers it was measured with (`core.scoring.method`)."""

    method: str
    rows: tuple[Coverage, ...]

    @property
    def worst(self) -> float:
        return min(row.coverage for row in self.rows if not row.is_extreme)


@cache
def coverage() -> Table:
    """As `survey bench coverage` last wrote it."""
    return decode(COVERAGE.read_bytes())


def encode(table: Table) -> bytes:
    """One row a line, so that a change can be read."""
    lines = b",\n".join(map(msgspec.json.encode, table.rows))
    return b'{"method":' + msgspec.json.encode(table.method) + b',"rows":[\n' + lines + b"\n]}\n"


def decode(document: bytes) -> Table:
    return msgspec.json.decode(document, type=Table)
