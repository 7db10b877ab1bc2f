"""How seldom the margin of a published share holds the truth: not simulated, but counted over every sample there is.

Wilson's interval alone holds it in as few as 80 % of samples. What is published is made from the rounded share and the
lower end of the band of answers, at either end of what they tell, and keeps the promise. The exact interval, which
keeps it by itself, stands beside it as a yardstick.
"""

from collections.abc import Callable, Iterator

import msgspec
import numpy as np

from survey.core.disclosure import shares
from survey.core.disclosure.shares import Band
from survey.core.scoring import proportions
from survey.core.scoring.persons import Floats

GROUPS = [(20, 23), (20, 40), (24, 27), (25, 100), (30, 60), (60, 100), (204, 2000)]
"""Answers of people eligible; shares are told of twenty at the least."""
BAR = 0.95
Margin = Callable[[int, int, int], tuple[float, float]]
"""Of so many, of how many who answered, of how many eligible: low and high, in per cent."""


class Kept(msgspec.Struct, frozen=True):
    """The least share of samples in which a margin holds the truth, whatever that is, and its mean width."""

    coverage: float
    width: float


class Row(msgspec.Struct, frozen=True):
    answered: int
    eligible: int
    published: Kept
    exact: Kept


def published(count: int, n: int, eligible: int) -> tuple[float, float]:
    found = shares.share(Band((1,), count), n, eligible)
    return found.low, found.high


def exact(count: int, n: int, eligible: int) -> tuple[float, float]:
    low, high = proportions.hypergeometric(count, n, eligible)
    return 100 * low, 100 * high


def kept(margin: Margin, n: int, eligible: int) -> Kept:
    low, high = np.array([margin(count, n, eligible) for count in range(n + 1)]).T
    have = np.arange(eligible + 1)
    truth: Floats = 100 * have[:, None] / eligible
    holds = (low <= truth + 1e-9) & (truth <= high + 1e-9)
    chances = proportions.chances(np.arange(n + 1), have, n, eligible)
    return Kept(float((chances * holds).sum(axis=1).min()), float((high - low).mean()))


def measure() -> list[Row]:
    return [Row(n, eligible, kept(published, n, eligible), kept(exact, n, eligible)) for n, eligible in GROUPS]


def amiss(rows: list[Row]) -> list[str]:
    return [
        f"{row.answered} of {row.eligible}: the margin of a share holds the truth in {row.published.coverage:.1%} only."
        for row in rows
        if row.published.coverage < BAR
    ]


def report(rows: list[Row]) -> Iterator[str]:
    yield ""
    yield f"  {'share, at the least':<32}{'published':>10}{'width':>8}{'exact':>10}{'width':>8}"
    for row in rows:
        group = f"{row.answered} of {row.eligible}"
        told = "".join(f"{of.coverage:>10.4f}{of.width:>8.1f}" for of in (row.published, row.exact))
        yield f"  {group:<32}{told}"
