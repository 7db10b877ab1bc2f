"""Every formula of the scores beside an independent implementation of it, to a thousand millionth.

Each row of PAIRS names a formula of ours and what it stands beside: a library (statsmodels, scipy.stats), exact
fractions, or the plainest count of all cases. A row draws its own cases, gives both the same, and compares what they
say. What R says is in test_against_r.py; what is told beside scores in test_findings_against_others.py.
"""

import re
from fractions import Fraction
from itertools import product
from math import ceil, floor, sqrt
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint
from statsmodels.stats.weightstats import CompareMeans, DescrStatsW

from survey.core.disclosure import bands, cells
from survey.core.disclosure.release import Group
from survey.core.items import KINDS
from survey.core.questionnaire.model import Item
from survey.core.scoring import change, intervals, levels, persons, priorities, proportions, raking, rollups
from survey.core.scoring.moments import Sample, moments, pooled_variance
from survey.core.scoring.rollups import Part, Rollup
from survey.core.scoring.strata import Place, weights
from tests.spec import draws, theirs
from tests.spec.pairs import Pair, check, same

STARTS = (0.0, 20.0, 40.0, 60.0, 80.0)

# Ours, where it takes more than a call


def points(kind: str, count: int, reverse: bool) -> list[float]:
    item = Item("a", kind, {"en": "?"}, vision="v", options=({"en": "o"},) * count, reverse=reverse)
    return KINDS[kind].score(item, np.arange(1, count + 1, dtype=np.uint8)[:, None]).tolist()


def unit_moments(scores: np.ndarray) -> tuple[float, float]:
    found = moments(np.zeros(len(scores), int), scores[:, None], 1).sample(np.ones(1, bool), 0)
    return found.mean, found.variance


def weighing(of: Rollup) -> tuple[float, float, float]:
    return of.design_effect, of.n_effective, of.largest_share


def rolled(stratum: np.ndarray, scores: np.ndarray, eligible: np.ndarray) -> Rollup:
    places = [Place(place, ("d",), "everyone") for place in range(len(eligible))]
    weighted = weights(places, eligible, np.bincount(stratum), 1)
    found = rollups.rollup(moments(stratum, scores[:, None], len(eligible)), weighted, np.ones(len(eligible), bool), 0)
    assert found is not None
    return found


def spread_of(
    stratum: np.ndarray, scores: np.ndarray, eligible: np.ndarray, pooled: float
) -> tuple[float, float, float]:
    frame, first = int(eligible.sum()), bands.start(len(scores), int(eligible.sum()))
    told = rollups.Told(first, intervals.widened(first, frame), frame)
    found = rollups.published_spread(rolled(stratum, scores, eligible), pooled, told)
    return found.variance, found.df, found.least


def published(n: int, eligible: int, mean: float, variance: float, pooled: float) -> tuple[Any, ...]:
    group = Group("ru:0", "reporting_unit", "Ward", "org", eligible)
    of = Rollup(n, mean, n, 1 / n, (Part(Sample(n, mean, variance * (n - 1)), 1.0, n / eligible),))
    cell = cells.cell(group, "v", of, pooled, STARTS)
    return cell.value, cell.low, cell.high, cell.level


def division(stratum: np.ndarray, scores: np.ndarray, eligible: np.ndarray, pooled: float) -> tuple[Any, ...]:
    group = Group("unit:d", "division", "Wards", "org", int(eligible.sum()))
    cell = cells.cell(group, "v", rolled(stratum, scores, eligible), pooled, STARTS)
    return cell.value, cell.low, cell.high, cell.level, cell.answers, cell.effective


def stood(places: list[theirs.Stand], eligible: np.ndarray, n: np.ndarray, part: int) -> list[list[float]]:
    found = weights([Place(*place) for place in places], eligible, n, part)
    return np.column_stack([found.weight, found.fraction]).tolist()


def combined(states: list[tuple[int | None, ...]]) -> np.ndarray:
    values = np.array([[np.nan if state in {None, -1} else state for state in row] for row in states], float)
    return persons.combine(values, np.array([[state is not None for state in row] for row in states]))


def result(scores: np.ndarray, eligible: int) -> change.Result:
    return change.Result(len(scores), eligible, float(scores.mean()), float(scores.var(ddof=1)))


STATES = [row for items in range(1, 6) for row in product((0, 25, 100, -1, None), repeat=items)]
PAIRS = [
    Pair(
        "an agreement item's points",
        "fractions",
        lambda chance: (int(chance.integers(2, 8)), bool(chance.integers(2))),
        lambda count, reverse: points("agreement", count, reverse),
        lambda count, reverse: [
            float(Fraction(100 * ((count + 1 - x if reverse else x) - 1), count - 1)) for x in range(1, count + 1)
        ],
    ),
    Pair(
        "a zero-to-ten item's points",
        "fractions",
        lambda chance: (bool(chance.integers(2)),),
        lambda reverse: points("zero_to_ten", 11, reverse),
        lambda reverse: [10.0 * (10 - x if reverse else x) for x in range(11)],
    ),
    Pair(
        "a person's score",
        "fractions",
        lambda chance: ([STATES[at] for at in chance.integers(len(STATES), size=40) if len(STATES[at]) == 5],),
        combined,
        lambda states: np.array([theirs.person(row) for row in states]),
    ),
    Pair(
        "the overall score",
        "statsmodels DescrStatsW",
        lambda chance: (chance.uniform(0, 100, 4),),
        lambda visions: persons.overall(visions[None])[0],
        lambda visions: DescrStatsW(visions).mean,
    ),
    Pair(
        "a unit's mean and variance",
        "statsmodels DescrStatsW",
        lambda chance: (draws.people(chance),),
        unit_moments,
        lambda scores: (DescrStatsW(scores, ddof=1).mean, DescrStatsW(scores, ddof=1).var),
    ),
    Pair(
        "atoms taken together",
        "statsmodels DescrStatsW",
        lambda chance: draws.strata(chance)[:2],
        lambda stratum, scores: moments(stratum, scores[:, None], 4).sample(np.ones(4, bool), 0),
        lambda stratum, scores: (len(scores), DescrStatsW(scores).mean, DescrStatsW(scores).sumsquares),
    ),
    Pair(
        "the pooled variance",
        "statsmodels OLS residual mean square",
        lambda chance: ([draws.people(chance, 20) for _ in range(5)],),
        lambda groups: pooled_variance([Sample(len(g), g.mean(), float(((g - g.mean()) ** 2).sum())) for g in groups]),
        theirs.anova,
    ),
    Pair(
        "the moderated variance",
        "statsmodels DescrStatsW, weighted by degrees of freedom",
        draws.unit,
        lambda n, eligible, mean, variance, pooled: intervals.moderated_variance(n, variance, pooled),
        lambda n, eligible, mean, variance, pooled: DescrStatsW([pooled, variance], weights=[4, n - 1]).mean,
    ),
    Pair(
        "Student's quantile",
        "scipy.stats.t",
        lambda chance: (chance.uniform(1, 300),),
        intervals.quantile,
        lambda df: stats.t.ppf(0.975, df),
    ),
    Pair(
        "the score interval at variance ratio 1",
        "statsmodels proportion_confint",
        lambda chance: (chance.uniform(0.01, 0.99), chance.uniform(5, 200)),
        lambda p, size: intervals.limits(np.float64(p), np.float64(size), np.float64(stats.norm.ppf(0.975))),
        lambda p, size: 100 * np.array(proportion_confint(p * size, size, alpha=0.05, method="wilson")),
    ),
    Pair(
        "the moderated score interval",
        "scipy brentq: the score test turned round",
        draws.unit,
        intervals.unit_interval,
        theirs.turned_round,
    ),
    Pair(
        "the hardened variance",
        "numpy: the narrowest spread with somebody 25 points out",
        lambda chance: (int(chance.integers(5, 80)), chance.uniform(0, 300), chance.uniform(0, 900)),
        intervals.harden,
        lambda n, variance, pooled: max(variance, pooled / 4, theirs.narrowest(n)),
    ),
    Pair(
        "the widened headcount",
        "fractions: the first that is wide enough",
        draws.headcounts,
        intervals.widened,
        theirs.first_wide_enough,
    ),
    Pair(
        "what is logically possible, outward",
        "fractions",
        draws.eighths,
        intervals.possible,
        lambda n, eligible, mean: (
            floor(n * Fraction(mean) / eligible),
            ceil((n * Fraction(mean) + 100 * (eligible - n)) / eligible),
        ),
    ),
    Pair(
        "a unit's published cell",
        "brentq, scipy.stats.t and fractions, step by step",
        draws.shown_unit,
        published,
        theirs.by_the_page,
    ),
    Pair(
        "level probabilities",
        "scipy.stats.t.cdf",
        lambda chance: (chance.uniform(0, 100), chance.choice([0, chance.uniform(0.1, 20)]), chance.uniform(4, 60)),
        lambda mean, error, df: levels.probabilities(mean, error, df, STARTS),
        lambda mean, error, df: np.diff([0, *stats.t.cdf(STARTS[1:], df, loc=mean, scale=max(error, 1e-300)), 1]),
    ),
    Pair(
        "the level's wording",
        "trying every level and every two neighbours",
        lambda chance: (chance.dirichlet(np.full(5, chance.uniform(0.1, 1))),),
        lambda chances: levels.wording(levels.named(chances)),
        lambda chances: theirs.worded(chances.tolist()),
    ),
    Pair(
        "a unit's standard error",
        "statsmodels DescrStatsW and the finite population",
        draws.sampled,
        lambda scores, eligible: levels.standard_error(len(scores), eligible, scores.var(ddof=1)),
        lambda scores, eligible: DescrStatsW(scores).std_mean * sqrt(1 - len(scores) / eligible),
    ),
    Pair(
        "Wilson's interval for a share",
        "statsmodels proportion_confint",
        draws.share,
        proportions.wilson,
        theirs.clipped_wilson,
    ),
    Pair(
        "the exact interval for a share",
        "scipy.stats.hypergeom",
        draws.share,
        proportions.hypergeometric,
        theirs.inverted,
    ),
    Pair(
        "a roll-up's mean",
        "statsmodels DescrStatsW, weighted",
        draws.strata,
        lambda *of: rolled(*of).mean,
        lambda *of: DescrStatsW(of[1], weights=theirs.person_weights(*of)).mean,
    ),
    Pair(
        "a roll-up's variance",
        "statsmodels DescrStatsW, stratum by stratum",
        draws.strata,
        lambda *of: rollups.stratified_variance(rolled(*of)),
        theirs.stratified_variance,
    ),
    Pair(
        "a roll-up's published variance, its degrees of freedom and effective size",
        "numpy, stratum by stratum",
        draws.mixed_strata,
        spread_of,
        theirs.published_spread,
    ),
    Pair(
        "a division's published cell",
        "brentq, scipy.stats.t and fractions, step by step",
        draws.mixed_strata,
        division,
        theirs.division,
    ),
    Pair(
        "weights where strata are taken together",
        "strata as lists of atoms, looked at anew at every step",
        draws.small_strata,
        stood,
        theirs.shared_weights,
    ),
    Pair(
        "design effect, effective number, largest share",
        "Kish: 1 + the squared coefficient of variation of the weights",
        draws.strata,
        lambda *of: weighing(rolled(*of)),
        theirs.kish,
    ),
    Pair(
        "the p value of a change",
        "statsmodels CompareMeans, unequal variances",
        draws.two_units,
        lambda one, other, first, second: change.change(result(one, first), result(other, second)).p,
        lambda one, other, *_: CompareMeans.from_data(other, one).ttest_ind(usevar="unequal")[1],
    ),
    Pair(
        "the smallest detectable change",
        "statsmodels CompareMeans, unequal variances",
        draws.two_units,
        lambda one, other, first, second: change.change(result(one, first), result(other, second)).detectable,
        lambda one, other, *_: theirs.half_width(DescrStatsW(one), DescrStatsW(other)),
    ),
    Pair(
        "the margin of a change, finite population",
        "statsmodels CompareMeans on scores drawn together by it",
        draws.two_units,
        lambda one, other, first, second: change.change(result(one, first), result(other, second)).margin,
        lambda one, other, first, second: theirs.half_width(theirs.shrunk(one, first), theirs.shrunk(other, second)),
    ),
    Pair(
        "which changes stand out",
        "statsmodels multipletests fdr_bh",
        lambda chance: (chance.beta(0.3, 2, int(chance.integers(1, 60))),),
        change.discoveries,
        lambda p: multipletests(p, alpha=0.05, method="fdr_bh")[0],
    ),
    Pair(
        "priorities",
        "the mean over every order of what was not listed",
        draws.ranking,
        lambda ranked, options: priorities.borda(np.array([ranked]), options)[0],
        theirs.every_completion,
    ),
    Pair("raking", "least relative entropy, by Newton's method", draws.margins, raking.rake, theirs.least_surprising),
    Pair(
        "whole points",
        "fractions, halves upward",
        lambda chance: (chance.choice([chance.uniform(5, 95), chance.integers(10, 190) / 2]),),
        cells.whole,
        lambda mean: floor(Fraction(mean) + Fraction(1, 2)),
    ),
    Pair(
        "the band of how many answered",
        "counting up",
        draws.answered,
        bands.start,
        theirs.band,
    ),
    Pair("a band of people, in words", "counting up", draws.answered, bands.text, theirs.banded),
    Pair(
        "the fewest eligible",
        "fractions: the first of whom so many are under 90 %",
        lambda chance: (int(chance.integers(5, 400)),),
        bands.fewest_eligible,
        lambda k: next(eligible for eligible in range(k, 2 * k + 2) if Fraction(k, eligible) <= Fraction(9, 10)),
    ),
    Pair(
        "a response rate",
        "fractions",
        draws.answered,
        bands.response_rate,
        theirs.nearest_step,
    ),
]


@pytest.mark.parametrize("pair", PAIRS, ids=str)
def test_ours_and_theirs_are_the_same(pair: Pair) -> None:
    check(pair)


def test_theirs_is_not_ours() -> None:
    """What our formulas stand beside is computed without a line of ours."""
    for beside in Path(__file__).parent.glob("theirs*.py"):
        assert not re.search(r"^\s*(from|import) survey", beside.read_text(encoding="utf-8"), re.MULTILINE), beside.name


def test_every_pattern_of_answers_to_up_to_five_items() -> None:
    """The minimum-answered rule, for all that five items can be."""
    for items in range(1, 6):
        rows = [row for row in STATES if len(row) == items]
        assert same(combined(rows), [theirs.person(row) for row in rows])


def test_every_headcount_to_five_thousand_is_widened_and_banded_as_fractions_say() -> None:
    for eligible in range(1, 5000):
        assert intervals.widened(eligible, 1) == -(-10 * eligible // 9)
        assert bands.start(eligible, eligible) == 5 * (-(-9 * eligible // 10) // 5)
