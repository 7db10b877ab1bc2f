"""Number, mean and spread of the scores of groups of people.

Everything published follows from these per atom; sums are exactly rounded (`math.fsum`), so that no order of the
responses can change a digit.
"""

from math import fsum
from typing import NamedTuple

import msgspec
import numpy as np

from survey.core.scoring.persons import Bools, Floats, Ints


class Sample(NamedTuple):
    """`n` scored people, their unweighted mean, and their sum of squared deviations from it."""

    n: int
    mean: float
    squares: float

    @property
    def variance(self) -> float:
        """Sample variance (ddof 1); 0 for fewer than two."""
        return self.squares / (self.n - 1) if self.n > 1 else 0.0


class Moments(msgspec.Struct, frozen=True, eq=False):
    """Per atom and measure (atoms, measures): scored people, their mean (0 where nobody), squared deviations."""

    n: Ints
    mean: Floats
    squares: Floats

    def sample(self, atoms: Bools, measure: int) -> Sample:
        """The atoms' people taken together (Chan, Golub & LeVeque's pairwise update, for many at once)."""
        n, mean = self.n[atoms, measure], self.mean[atoms, measure]
        total = int(n.sum())
        if total == 0:
            return Sample(0, 0.0, 0.0)
        middle = fsum(n * mean) / total
        return Sample(total, middle, fsum(self.squares[atoms, measure]) + fsum(n * (mean - middle) ** 2))


def moments(atoms: Ints, scores: Floats, count: int) -> Moments:
    """Scores (n, measures; nan = missing) of people in `atoms` (n,), each of 0..count-1."""
    shape = (count, scores.shape[1])
    found = Moments(np.zeros(shape, np.int64), np.zeros(shape), np.zeros(shape))
    order = np.argsort(atoms, kind="stable")
    ordered = atoms[order]
    for measure, column in enumerate(np.ascontiguousarray(scores[order].T)):
        scored = ~np.isnan(column)
        values, n = column[scored], np.bincount(ordered[scored], minlength=count)
        mean = _sums(values, n) / np.maximum(n, 1)
        found.n[:, measure], found.mean[:, measure] = n, mean
        found.squares[:, measure] = _sums((values - np.repeat(mean, n)) ** 2, n)
    return found


def _sums(values: Floats, n: Ints) -> Floats:
    """Of runs of `n` (runs,) values each."""
    ends = np.cumsum(n).tolist()
    runs = zip([0, *ends], ends, strict=False)
    return np.array([fsum(values[start:end].tolist()) for start, end in runs])


def pooled_variance(samples: list[Sample]) -> float:
    """sum((n-1) s^2) / sum(n-1) over units: the round's variance within units; 0 where no unit has two people."""
    freedom = sum(sample.n - 1 for sample in samples if sample.n > 1)
    return fsum(sample.squares for sample in samples if sample.n > 1) / freedom if freedom else 0.0
