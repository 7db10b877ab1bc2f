"""Invented units for the attacker: what is so of each, and what is published of it."""

from math import ceil

import msgspec
import numpy as np

from survey.cli.benching import coverage
from survey.core.disclosure import bands, cells
from survey.core.disclosure.release import Group
from survey.core.scoring import intervals
from survey.core.scoring.method import METHOD
from survey.core.scoring.moments import Sample
from survey.core.scoring.rollups import Part, Rollup

_STARTS = (0.0, 20.0, 40.0, 60.0, 80.0)


class Unit(msgspec.Struct, frozen=True):
    """What is so."""

    n: int
    eligible: int
    mean: float
    variance: float

    @property
    def everybody(self) -> bool:
        return self.n == self.eligible


class Seen(msgspec.Struct, frozen=True):
    """What is published of it, as numbers: `level` the first and the last one named."""

    value: float
    low: float
    high: float
    level: tuple[int, int]
    band: int
    eligible: int

    def features(self) -> list[float]:
        """The share that answered is looked at closely."""
        width, share = self.high - self.low, self.band / self.eligible
        return [self.value, self.low, self.high, width, *self.level, self.band, self.eligible, share]


def units(count: int, seed: int) -> list[Unit]:
    """Units of 20 to 120 people of every kind. Of those in the highest band, in half everybody answered."""
    chance = np.random.default_rng(seed)
    return [_unit(chance, everybody=place % 2 == 0) for place in range(count)]


def _unit(chance: np.random.Generator, *, everybody: bool) -> Unit:
    eligible = int(chance.integers(20, 121))
    n = eligible if everybody else int(chance.integers(ceil(METHOD.most_answered * eligible), eligible))
    return answered(chance, n, eligible)


def answered(chance: np.random.Generator, n: int, eligible: int) -> Unit:
    """Everybody answers five items of five options as they are inclined to."""
    inclined = coverage.KINDS[chance.choice(list(coverage.KINDS))](chance, (n, 1))
    items = 25 * np.round((inclined + chance.normal(0, 12, (n, 5))).clip(0, 100) / 25)
    scores = items.mean(axis=1)
    return Unit(n, eligible, float(scores.mean()), float(scores.var(ddof=1)))


def published(of: Unit) -> Seen:
    part = Part(Sample(of.n, of.mean, of.variance * (of.n - 1)), 1.0, of.n / of.eligible)
    group = Group("ru:0", "reporting_unit", "Team", "org", of.eligible)
    cell = cells.cell(group, "v", Rollup(of.n, of.mean, of.n, 1 / of.n, (part,)), coverage.pooled(), _STARTS)
    assert cell.value is not None and cell.low is not None and cell.high is not None
    level = (cell.levels[0], cell.levels[-1]) if cell.levels else (0, 0)
    return Seen(cell.value, cell.low, cell.high, level, bands.start(of.n, of.eligible), of.eligible)


def careless(of: Unit) -> Seen:
    """The number and the margin as they are: no band, no floor, no rounding."""
    low, high = intervals.unit_interval(of.n, of.eligible, of.mean, of.variance, coverage.pooled())
    return Seen(of.mean, low, high, (0, 0), of.n, of.eligible)
