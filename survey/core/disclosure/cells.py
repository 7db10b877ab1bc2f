"""Making a cell that may be shown: whole points, hardened margins, bands, and words for the level."""

from collections.abc import Sequence
from math import floor, sqrt

import msgspec

from survey.core.disclosure import bands
from survey.core.disclosure.release import Bound, Cell, Group
from survey.core.scoring import intervals, levels
from survey.core.scoring.intervals import Spread
from survey.core.scoring.method import METHOD, Method
from survey.core.scoring.rollups import Rollup, Told, published_spread


class Basis(msgspec.Struct, frozen=True):
    """What a shown cell's numbers are made of. `mean` is held within 5 and 95, so that nothing tells how far beyond
    it lies; `error` is the standard error that levels use; `sample` the n and N of a unit as published margins take
    them, None for a weighted mean."""

    mean: float
    bound: Bound
    known: Spread
    error: float
    sample: tuple[int, int] | None


def basis(group: Group, of: Rollup, pooled: float, method: Method = METHOD) -> Basis:
    """Hardened: n is the lower end of its band, N allows for a tenth who did not answer, variances have a floor."""
    mean = min(max(of.mean, float(method.lowest)), float(method.highest))
    bound: Bound = "or_more" if of.mean >= method.highest else "or_less" if of.mean <= method.lowest else "exact"
    n = bands.start(of.n, group.eligible, method)
    eligible = intervals.widened(n, group.eligible, method)
    if len(of.parts) > 1:
        known = published_spread(of, pooled, Told(n, eligible, group.eligible), method)
        return Basis(mean, bound, known, sqrt(known.variance), None)
    variance = intervals.harden(n, of.parts[0].sample.variance, pooled, method)
    moderated = intervals.moderated_variance(n, variance, pooled, method)
    known = intervals.spread(n, eligible, variance, pooled, method)
    return Basis(mean, bound, known, levels.standard_error(n, eligible, moderated), (n, eligible))


def cell(
    group: Group, measure: str, of: Rollup, pooled: float, starts: Sequence[float], method: Method = METHOD
) -> Cell:
    """The shown cell; `starts` are the points at which the questionnaire's levels begin."""
    made_of = basis(group, of, pooled, method)
    low, high = _margin(made_of, method)
    named = levels.named(levels.probabilities(made_of.mean, made_of.error, made_of.known.df, starts), method)
    return Cell(
        group.id,
        measure,
        value=whole(made_of.mean),
        bound=made_of.bound,
        low=0 if made_of.bound == "or_less" else low,
        high=100 if made_of.bound == "or_more" else high,
        answers=bands.text(of.n, group.eligible, method),
        level=levels.wording(named),
        levels=named,
        effective=_effective(of, group.eligible, method) if len(of.parts) > 1 else None,
    )


def _effective(of: Rollup, eligible: int, method: Method) -> str:
    """What the highest number of the band is worth by the design effect: with the true one, the effective number would
    fall into the band below where few of the band answered, and tell it."""
    highest = bands.start(of.n, eligible, method) + method.band - 1
    return bands.text(floor(highest / of.design_effect), eligible, method)


def whole(points: float) -> int:
    """The nearest whole point, halves upward."""
    return floor(points + 0.5)


def _margin(made_of: Basis, method: Method) -> tuple[int, int]:
    low, high = intervals.outward(*intervals.score_interval(made_of.mean, made_of.known, method))
    if made_of.sample is None:
        return low, high
    least, most = intervals.possible(*made_of.sample, made_of.mean)
    return max(low, least), min(high, most)
