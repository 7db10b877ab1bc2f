"""Scores of groups above the reporting unit: weighted to the frozen frame."""

from math import fsum

import msgspec
import numpy as np

from survey.core.scoring import intervals
from survey.core.scoring.intervals import Spread
from survey.core.scoring.method import METHOD, Method
from survey.core.scoring.moments import Moments, Sample
from survey.core.scoring.persons import Bools
from survey.core.scoring.strata import Weights


class Part(msgspec.Struct, frozen=True):
    """The part of a stratum that belongs to a group: its people, their weight and the share scored."""

    sample: Sample
    weight: float
    fraction: float


class Rollup(msgspec.Struct, frozen=True):
    """A weighted mean. `n_effective` = (sum w)^2 / sum w^2; `design_effect` = n / n_effective; `largest_share` is
    the share of the mean that one person carries at most."""

    n: int
    mean: float
    n_effective: float
    largest_share: float
    parts: tuple[Part, ...]

    @property
    def design_effect(self) -> float:
        return self.n / self.n_effective


def rollup(moments: Moments, weights: Weights, atoms: Bools, measure: int) -> Rollup | None:
    """m = sum_h (N_h/N) m_h over the strata in the group (`atoms`), None where nobody was scored.

    Where a stratum reaches beyond the group, its people in the group count with the stratum's weight. Source:
    post-stratification, Holt & Smith (1979); equals R `survey`'s svymean with strata and fpc where the strata lie
    within the group.
    """
    parts = [
        Part(moments.sample(inside, measure), float(weights.weight[inside][0]), float(weights.fraction[inside][0]))
        for number in np.unique(weights.stratum[atoms & (moments.n[:, measure] > 0)])
        for inside in [atoms & (weights.stratum == number)]
    ]
    if not parts:
        return None
    mass = fsum(part.weight * part.sample.n for part in parts)
    squares = fsum(part.weight**2 * part.sample.n for part in parts)
    return Rollup(
        n=sum(part.sample.n for part in parts),
        mean=fsum(part.weight * part.sample.n * part.sample.mean for part in parts) / mass,
        n_effective=mass**2 / squares,
        largest_share=max(part.weight for part in parts) / mass,
        parts=tuple(parts),
    )


def stratified_variance(of: Rollup) -> float:
    """V = sum_h (N_h/N)^2 (1 - n_h/N_h) s_h^2 / n_h, unmoderated; strata of one person count as 0."""
    mass = fsum(part.weight * part.sample.n for part in of.parts)
    return fsum(
        (part.weight / mass) ** 2 * part.sample.n * (1 - part.fraction) * part.sample.variance for part in of.parts
    )


class Told(msgspec.Struct, frozen=True):
    """How many people a margin may tell of: `n` scored, `eligible` to be, and the group's true headcount `frame`."""

    n: int
    eligible: int
    frame: int


def published_spread(of: Rollup, pooled: float, told: Told, method: Method = METHOD) -> Spread:
    """`stratified_variance` as a margin may use it: variances hardened, with s~_h^2 in strata of fewer than 10 and
    wherever it is the larger; and not from how many were scored but from how many may be told of, taken evenly from
    strata: n_h told.n / n of each, the share (n_h / N_h) (told.n / told.eligible) / (n / frame), none above 0.9.
    Where strata answered alike, margins are then the same for every n of a band. Degrees of freedom told.n - H, not
    below the prior's."""
    fewer = told.n / of.n
    rarer = fewer * told.frame / told.eligible
    mass = fsum(part.weight * part.sample.n for part in of.parts)
    variance = fsum(
        (part.weight / mass) ** 2
        * part.sample.n
        / fewer
        * (1 - min(part.fraction * rarer, method.most_answered))
        * _part_variance(part.sample.variance, max(part.sample.n * fewer, 1.0), pooled, method)
        for part in of.parts
    )
    return Spread(variance, max(told.n - len(of.parts), method.prior_weight), of.n_effective * fewer)


def _part_variance(variance: float, n: float, pooled: float, method: Method) -> float:
    """Larger strata borrow, too, but only to become wider: in one of ten that weighs much, all can agree by chance."""
    if n < method.moderated_below:
        return intervals.moderated_variance(n, max(variance, method.least_variance_share * pooled), pooled, method)
    hardened = intervals.harden(n, variance, pooled, method)
    return max(hardened, intervals.moderated_variance(n, hardened, pooled, method))
