"""The scores' formulas once more, each another way: by libraries, by exact fractions, by trying every case."""

from fractions import Fraction
from itertools import permutations
from math import ceil, floor, sqrt
from typing import Any, NamedTuple

import numpy as np
import statsmodels.api as sm
from scipy import stats
from scipy.optimize import brentq
from statsmodels.stats.proportion import proportion_confint
from statsmodels.stats.weightstats import CompareMeans, DescrStatsW

CUTS = (20.0, 40.0, 60.0, 80.0)


class Spread(NamedTuple):
    """The variance of a mean, its degrees of freedom, and the fewest people that it may be worth."""

    variance: float
    df: float
    least: float


def anova(groups: list[np.ndarray]) -> float:
    """Residual mean square of the scores on the units as dummies."""
    labels = np.repeat(np.arange(len(groups)), [len(group) for group in groups])
    dummies = (labels[:, None] == np.arange(len(groups))).astype(float)
    return float(sm.OLS(np.concatenate(groups), dummies).fit().mse_resid)


def score_interval(mean: float, known: Spread) -> tuple[float, float]:
    """Those shares from which the observed one is no more than q standard errors away, by looking for where it is."""
    p = min(max(mean / 100, 1e-6), 1 - 1e-6)
    size = known.least / min(max(known.variance * known.least / (1e4 * p * (1 - p)), 1e-6), 1.0)
    q = stats.t.ppf(0.975, known.df)

    def off(share: float) -> float:
        return (p - share) ** 2 - q**2 * share * (1 - share) / size

    return 100 * brentq(off, 0, p, xtol=1e-15, rtol=1e-14), 100 * brentq(off, p, 1, xtol=1e-15, rtol=1e-14)


def turned_round(n: int, eligible: int, mean: float, variance: float, pooled: float) -> tuple[float, float]:
    moderated = (4 * pooled + (n - 1) * variance) / (n + 3)
    finite = (eligible - n) / (eligible - 1)
    return score_interval(mean, Spread(moderated / n * finite, n + 3, n / finite))


def kish(stratum: np.ndarray, scores: np.ndarray, eligible: np.ndarray) -> tuple[float, float, float]:
    weight = person_weights(stratum, scores, eligible)
    effect = 1 + stats.variation(weight) ** 2
    return effect, len(weight) / effect, weight.max() / weight.sum()


def by_the_page(
    n: int, eligible: int, mean: float, variance: float, pooled: float, ends: tuple[float, float] = (5.0, 95.0)
) -> tuple[Any, ...]:
    """A unit's published cell, step by step as the method describes it."""
    n = 5 * (min(n, ceil(Fraction(9, 10) * eligible)) // 5)
    while 10 * n > 9 * eligible:
        eligible += 1
    shown = min(max(mean, ends[0]), ends[1])
    floor_ = max(variance, pooled / 4, 625 * n / (n - 1) ** 2)
    moderated = (4 * pooled + (n - 1) * floor_) / (n + 3)
    known = Spread(moderated / n * (eligible - n) / (eligible - 1), n + 3, n * (eligible - 1) / (eligible - n))
    low, high = score_interval(shown, known)
    low = max(floor(low), floor(n * shown / eligible), 0)
    high = min(ceil(high), ceil((n * shown + 100 * (eligible - n)) / eligible), 100)
    error = sqrt(moderated * (1 - n / eligible) / n)
    below = [0.0, *(stats.t.cdf(cut, n + 3, loc=shown, scale=error) for cut in CUTS), 1.0]
    level = worded(np.diff(below).tolist())
    value = floor(Fraction(shown) + Fraction(1, 2))
    return value, 0 if mean <= ends[0] else low, 100 if mean >= ends[1] else high, level


def worded(chances: list[float]) -> str:
    """The first of the likeliest single levels, then of the likeliest neighbours, that reaches 90 %."""
    for many in (1, 2):
        sums = [sum(chances[first : first + many]) for first in range(len(chances) - many + 1)]
        best = max(range(len(sums)), key=sums.__getitem__)
        if sums[best] >= 0.9:
            return f"Level {best + 1}" if many == 1 else f"Level {best + 1} to {best + 2}"
    return "too few answers to place"


def person(states: tuple[int | None, ...]) -> float:
    """-1 is a skip, None does not apply."""
    applicable = [state for state in states if state is not None]
    given = [Fraction(state) for state in applicable if state >= 0]
    needed = max(min(2, len(applicable)), ceil(Fraction(3, 5) * len(applicable)))
    return float(sum(given) / len(given)) if applicable and len(given) >= needed else float("nan")


def clipped_wilson(count: int, n: int, eligible: int) -> tuple[float, float]:
    if n == eligible:
        return count / n, count / n
    size = n * (eligible - 1) / (eligible - n)
    low, high = proportion_confint(count / n * size, size, alpha=0.05, method="wilson")
    return max(low, count / eligible), min(high, (count + eligible - n) / eligible)


def inverted(count: int, n: int, eligible: int) -> tuple[float, float]:
    """All numbers of people with the trait that no one-sided exact test refuses at 2.5 %."""
    fits = [
        have / eligible
        for have in range(count, count + eligible - n + 1)
        if stats.hypergeom.cdf(count, eligible, have, n) > 0.025
        and stats.hypergeom.sf(count - 1, eligible, have, n) > 0.025
    ]
    return min(fits), max(fits)


def stratified_variance(stratum: np.ndarray, scores: np.ndarray, eligible: np.ndarray) -> float:
    """Of each stratum's mean by statsmodels, (1 - f) for the finite population, weighed by the stratum's share."""
    total = 0.0
    for h, people_ in enumerate(eligible):
        of = DescrStatsW(scores[stratum == h])
        total += (people_ / eligible.sum()) ** 2 * (1 - of.nobs / people_) * of.std_mean**2
    return total


def person_weights(stratum: np.ndarray, scores: np.ndarray, eligible: np.ndarray) -> np.ndarray:
    return (eligible / np.bincount(stratum))[stratum]


def published_variance(stratum: np.ndarray, scores: np.ndarray, eligible: np.ndarray, pooled: float) -> float:
    """As though of every stratum so many fewer had been scored that they were the first of their band together."""
    frame, first = int(eligible.sum()), band(len(scores), int(eligible.sum()))
    total, wide = 0.0, first_wide_enough(first, frame)
    for h, people_ in enumerate(eligible):
        mine = scores[stratum == h]
        n, hard = max(len(mine) * first / len(scores), 1.0), max(np.var(mine, ddof=1), pooled / 4)
        hard = max(hard, 625 * n / (n - 1) ** 2) if n >= 10 else hard
        lent = (4 * pooled + (n - 1) * hard) / (n + 3)
        used = lent if n < 10 else max(lent, hard)
        thinned = len(mine) * first / len(scores)
        total += (people_ / frame) ** 2 * (1 - min(thinned / people_ * frame / wide, 0.9)) * used / thinned
    return total


def shrunk(scores: np.ndarray, eligible: int) -> DescrStatsW:
    """The same mean, and the spread that a finite population leaves to chance."""
    return DescrStatsW(scores.mean() + (scores - scores.mean()) * sqrt(1 - len(scores) / eligible))


def half_width(one: DescrStatsW, other: DescrStatsW) -> float:
    low, high = CompareMeans(other, one).tconfint_diff(usevar="unequal")
    return (high - low) / 2


def every_completion(ranked: list[int], options: int) -> list[float]:
    """Points averaged over every order in which what was not listed could follow."""
    listed = [option for option in ranked if option]
    if not listed:
        return [float("nan")] * options
    rest = [option for option in range(1, options + 1) if option not in listed]
    orders = [[*listed, *after] for after in permutations(rest)]
    return [
        float(sum(Fraction(100 * (options - 1 - order.index(option)), options - 1) for order in orders) / len(orders))
        for option in range(1, options + 1)
    ]


def least_surprising(n: np.ndarray, margins_: list[tuple[np.ndarray, np.ndarray]]) -> np.ndarray:
    """Raking as what it minimises: the weights of least relative entropy that meet the margins, by Newton's method on
    its dual."""
    design = np.column_stack([category == part for category, found in margins_ for part in range(len(found))])
    target = np.concatenate([found / found.sum() for _, found in margins_]) * n.sum()
    beta = np.zeros(design.shape[1])
    for _ in range(60):
        mass = n * np.exp(design @ beta)
        beta += np.linalg.lstsq(design.T @ (mass[:, None] * design), target - design.T @ mass, rcond=None)[0]
    return np.exp(design @ beta)


def narrowest(n: int) -> float:
    """The smallest variance with a person 25 points from the mean: all others stand together."""
    return float(np.var([25.0, *[-25 / (n - 1)] * (n - 1)], ddof=1))


def first_wide_enough(n: int, eligible: int) -> int:
    return next(size for size in range(eligible, 10 * n + eligible) if Fraction(n, size) <= Fraction(9, 10))


def nearest_step(answered: int, eligible: int) -> str | None:
    if eligible < 20:
        return None
    step = max(Fraction(5), Fraction(300, eligible))
    found = round(step * round(Fraction(100 * answered, eligible) / step))
    return "90% or more" if found >= 90 else "under 10%" if found < 10 else f"{found}%"


def band(n: int, eligible: int) -> int:
    capped = min(n, next(m for m in range(eligible + 1) if 10 * m >= 9 * eligible))
    return max(multiple for multiple in range(0, eligible + 1, 5) if multiple <= capped)


def published_spread(
    stratum: np.ndarray, scores: np.ndarray, eligible: np.ndarray, pooled: float
) -> tuple[float, float, float]:
    """With people less strata as degrees of freedom, four at the least, and Kish's effective number, of the first."""
    first = band(len(scores), int(eligible.sum()))
    variance = published_variance(stratum, scores, eligible, pooled)
    return variance, max(first - len(eligible), 4), kish(stratum, scores, eligible)[1] * first / len(scores)


Stand = tuple[int, tuple[str, ...], str]
"""An atom's reporting unit, the units above it and its audience."""


def collapsed(places: list[Stand], eligible: np.ndarray, n: np.ndarray, part: int) -> list[list[int]]:
    """Atoms that share a weight: what they are is worked out anew from their members at every step."""
    strata: list[list[int]] = []
    for unit in dict.fromkeys(place[0] for place in places):
        mine = [atom for atom, place in enumerate(places) if place[0] == unit]
        parts = [
            [atom for atom in mine if places[atom][2] == name] for name in dict.fromkeys(places[a][2] for a in mine)
        ]
        strata += parts if all(n[some].sum() >= part for some in parts) else [mine]
    share = Fraction(int(eligible.sum()), int(n.sum()))

    def is_small(some: list[int]) -> bool:
        return n[some].sum() < 5 or Fraction(int(eligible[some].sum()), int(n[some].sum())) > 5 * share

    while len(strata) > 1 and any(map(is_small, strata)):
        worst = min(filter(is_small, strata), key=lambda some: (n[some].sum(), min(some)))
        others = [some for some in strata if some is not worst]
        near = min(others, key=lambda some: (*_apart(places, worst, some), n[some].sum(), min(some)))
        strata = [sorted(some + worst) if some is near else some for some in others]
    return strata


def _apart(places: list[Stand], one: list[int], other: list[int]) -> tuple[int, bool]:
    """Less the deeper the unit that holds both; then for the same audience."""
    lines = [places[atom][1] for atom in one + other]
    depth = max(d for d in range(4) if len({line[:d] for line in lines}) == 1 and all(len(line) >= d for line in lines))
    audiences = [{places[atom][2] for atom in some} for some in (one, other)]
    names = [some.pop() if len(some) == 1 else "everyone" for some in audiences]
    return -depth, names[0] != names[1]


def shared_weights(places: list[Stand], eligible: np.ndarray, n: np.ndarray, part: int) -> list[list[float]]:
    """Per atom, its stratum's people for each who was scored, and the share scored."""
    found = [[0.0, 0.0] for _ in places]
    for some in collapsed(places, eligible, n, part):
        people, scored = int(eligible[some].sum()), int(n[some].sum())
        for atom in some:
            found[atom] = [people / scored if scored else 0.0, scored / people]
    return found


def division(stratum: np.ndarray, scores: np.ndarray, eligible: np.ndarray, pooled: float) -> tuple[Any, ...]:
    """A weighted mean's published cell, as `by_the_page`."""
    variance, df, worth = published_spread(stratum, scores, eligible, pooled)
    mean = float(np.average(scores, weights=person_weights(stratum, scores, eligible)))
    shown = min(max(mean, 5.0), 95.0)
    low, high = score_interval(shown, Spread(variance, df, worth))
    below = [0.0, *(stats.t.cdf(cut, df, loc=shown, scale=sqrt(variance)) for cut in CUTS), 1.0]
    low, high = 0 if mean <= 5 else max(floor(low), 0), 100 if mean >= 95 else min(ceil(high), 100)
    highest = band(len(scores), int(eligible.sum())) + 4
    people = [
        banded(n, int(eligible.sum())) for n in (len(scores), floor(highest / kish(stratum, scores, eligible)[0]))
    ]
    return floor(Fraction(shown) + Fraction(1, 2)), low, high, worded(np.diff(below).tolist()), *people


def banded(n: int, eligible: int) -> str:
    """Open where the next band would begin at 90 % or beyond, or hold it."""
    first = band(n, eligible)
    is_top = any(10 * many >= 9 * eligible for many in range(first, first + 5))
    return f"{first} or more" if is_top else f"{first} to {first + 4}"
