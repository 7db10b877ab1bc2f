"""Making a cell that may be shown: whole points, hardened margins, bands, and words for the level."""

from math import floor, sqrt

from survey.core.disclosure import bands
from survey.core.disclosure.release import Cell, Group
from survey.core.questionnaire.model import Questionnaire
from survey.core.scoring import intervals, levels
from survey.core.scoring.intervals import Spread
from survey.core.scoring.method import METHOD, Method
from survey.core.scoring.rollups import Rollup, published_spread


def cell(
    questionnaire: Questionnaire, group: Group, measure: str, of: Rollup, pooled: float, method: Method = METHOD
) -> Cell:
    """The shown cell. Beyond 95 and 5 everything is computed as if at 95 or 5, so that nothing tells how far beyond."""
    mean = min(max(of.mean, float(method.lowest)), float(method.highest))
    known = _spread(of, group.eligible, pooled, method)
    low, high = _margin(of, group.eligible, mean, known, method)
    if of.mean <= method.lowest:
        low = 0
    if of.mean >= method.highest:
        high = 100
    named = _levels(questionnaire, mean, known, method)
    return Cell(
        group.id,
        measure,
        value=whole(mean),
        bound="or_more" if of.mean >= method.highest else "or_less" if of.mean <= method.lowest else "exact",
        low=low,
        high=high,
        answers=bands.text(of.n, group.eligible, method),
        level=levels.wording(named),
        levels=named,
    )


def whole(points: float) -> int:
    """The nearest whole point, halves upward."""
    return floor(points + 0.5)


def _is_weighted(of: Rollup) -> bool:
    return len(of.parts) > 1


def _spread(of: Rollup, eligible: int, pooled: float, method: Method) -> Spread:
    """Hardened: n is the lower end of its band, N allows for a tenth who did not answer, variances have a floor."""
    if _is_weighted(of):
        return published_spread(of, pooled, method)
    n = bands.start(of.n, eligible, method)
    variance = intervals.harden(n, of.parts[0].sample.variance, pooled, method)
    return intervals.spread(n, intervals.widened(n, eligible, method), variance, pooled, method)


def _margin(of: Rollup, eligible: int, mean: float, known: Spread, method: Method) -> tuple[int, int]:
    low, high = intervals.outward(*intervals.score_interval(mean, known, method))
    if _is_weighted(of):
        return low, high
    n = bands.start(of.n, eligible, method)
    least, most = intervals.possible(n, intervals.widened(n, eligible, method), mean)
    return max(low, least), min(high, most)


def _levels(questionnaire: Questionnaire, mean: float, known: Spread, method: Method) -> tuple[int, ...]:
    starts = [level.start for level in questionnaire.levels]
    return levels.named(levels.probabilities(mean, sqrt(known.variance), known.df, starts), method)
