"""Invented units for the attacker: what is so of each, and what is published of it."""

import msgspec
import numpy as np

from survey.cli.benching import coverage
from survey.core.disclosure import bands, cells
from survey.core.disclosure.release import Group
from survey.core.scoring import intervals
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


class Division(msgspec.Struct, frozen=True):
    """A group whose score is weighted: each part by its headcount."""

    parts: tuple[Unit, ...]

    @property
    def n(self) -> int:
        return sum(part.n for part in self.parts)

    @property
    def eligible(self) -> int:
        return sum(part.eligible for part in self.parts)

    @property
    def everybody(self) -> bool:
        return self.n == self.eligible


class Seen(msgspec.Struct, frozen=True):
    """What is published of it, as numbers: `level` the first and the last one named, `worth` the lower end of the
    effective number's band, which units do not have."""

    value: float
    low: float
    high: float
    level: tuple[int, int]
    band: int
    eligible: int
    worth: int = 0

    def features(self) -> list[float]:
        """The share that answered is looked at closely."""
        width, share = self.high - self.low, self.band / self.eligible
        return [self.value, self.low, self.high, width, *self.level, self.band, self.worth, self.eligible, share]


def units(count: int, seed: int) -> list[Unit]:
    """Units of 20 to 120 people of every kind, all in their highest band; in half of them everybody answered."""
    chance = np.random.default_rng(seed)
    return [_unit(chance, everybody=place % 2 == 0) for place in range(count)]


def _unit(chance: np.random.Generator, *, everybody: bool) -> Unit:
    eligible = int(chance.integers(20, 121))
    return answered(chance, eligible if everybody else _some(chance, eligible), eligible)


def _some(chance: np.random.Generator, eligible: int) -> int:
    """Not everybody, and yet so many that the same band is shown."""
    return int(chance.integers(bands.start(eligible, eligible), eligible))


def divisions(count: int, seed: int) -> list[Division]:
    """As `units`, but alike: of two units of 24 people each. Others of the same size teach an attacker most."""
    chance = np.random.default_rng(seed)
    return [divided(chance, 48 if place % 2 == 0 else _some(chance, 48)) for place in range(count)]


def divided(chance: np.random.Generator, n: int) -> Division:
    """So many of the 48 answered, spread over the two by chance."""
    each = chance.multivariate_hypergeometric((24, 24), n)
    return Division(tuple(answered(chance, int(many), 24) for many in each))


def answered(chance: np.random.Generator, n: int, eligible: int) -> Unit:
    """Everybody answers five items of five options as they are inclined to."""
    inclined = coverage.KINDS[chance.choice(list(coverage.KINDS))](chance, (n, 1))
    items = 25 * np.round((inclined + chance.normal(0, 12, (n, 5))).clip(0, 100) / 25)
    scores = items.mean(axis=1)
    return Unit(n, eligible, float(scores.mean()), float(scores.var(ddof=1)))


def published(of: Unit) -> Seen:
    return _seen(Rollup(of.n, of.mean, of.n, 1 / of.n, (_part(of),)), of.n, of.eligible)


def published_division(of: Division) -> Seen:
    parts = tuple(msgspec.structs.replace(_part(part), weight=part.eligible / part.n) for part in of.parts)
    mean = sum(part.eligible * part.mean for part in of.parts) / of.eligible
    worth = of.eligible**2 / sum(part.weight**2 * part.sample.n for part in parts)
    heaviest = max(part.weight for part in parts) / of.eligible
    return _seen(Rollup(of.n, mean, worth, heaviest, parts), of.n, of.eligible)


def _part(of: Unit) -> Part:
    return Part(Sample(of.n, of.mean, of.variance * (of.n - 1)), 1.0, of.n / of.eligible)


def _seen(of: Rollup, n: int, eligible: int) -> Seen:
    cell = cells.cell(Group("ru:0", "reporting_unit", "Team", "org", eligible), "v", of, coverage.pooled(), _STARTS)
    assert cell.value is not None and cell.low is not None and cell.high is not None
    level = (cell.levels[0], cell.levels[-1]) if cell.levels else (0, 0)
    worth = int(cell.effective.split()[0]) if cell.effective else 0
    return Seen(cell.value, cell.low, cell.high, level, bands.start(n, eligible), eligible, worth)


def careless(of: Unit) -> Seen:
    """The number and the margin as they are: no band, no floor, no rounding."""
    low, high = intervals.unit_interval(of.n, of.eligible, of.mean, of.variance, coverage.pooled())
    return Seen(of.mean, low, high, (0, 0), of.n, of.eligible)
