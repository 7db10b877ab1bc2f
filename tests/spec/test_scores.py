"""Worked examples of METHOD 1.1 to 1.4, by hand. Each row is a case and documentation at once."""

import numpy as np
import pytest

from survey.core.scoring import intervals, levels, persons
from survey.core.scoring.intervals import Spread

SKIP, NA = -1.0, -2.0

PERSONS = [
    # answers of one vision's items, the person's score
    ([0, 50, 100, SKIP, SKIP], 50.0),  # 3 of 5 is enough
    ([0, 50, SKIP, SKIP, SKIP], None),  # 2 of 5 is not
    ([25, 75, SKIP, SKIP, NA], None),  # of 4 that apply, 3 are needed
    ([25, 75, 50, SKIP, NA], 50.0),
    ([25, 100, SKIP, NA, NA], 62.5),  # of 3 that apply, 2
    ([75, SKIP, NA, NA, NA], None),  # of 2 that apply, both
    ([75, 25, NA, NA, NA], 50.0),
    ([75, NA, NA, NA, NA], 75.0),  # one applies and is answered
    ([SKIP, NA, NA, NA, NA], None),
    ([NA, NA, NA, NA, NA], None),  # nothing applies
    ([100, 100, 100, 0, SKIP, SKIP], 75.0),  # 4 of 6 (3.6 rounded up)
    ([100, 100, 100, SKIP, SKIP, SKIP], None),
    ([50] * 6 + [SKIP] * 4, 50.0),  # 6 of 10, exactly 0.6
    ([50] * 5 + [SKIP] * 5, None),
]


@pytest.mark.parametrize(("answers", "score"), PERSONS)
def test_a_persons_score_is_the_mean_of_what_they_answered_if_that_is_enough(
    answers: list[float], score: float | None
) -> None:
    row = np.array([answers], float)
    (found,) = persons.combine(np.where(row < 0, np.nan, row), row != NA)
    assert (None if np.isnan(found) else found) == score


OVERALL = [
    ([40, 60, 50, 70], 55.0),
    ([40, 60, 50, np.nan], None),
    ([40], 40.0),
]


@pytest.mark.parametrize(("visions", "score"), OVERALL)
def test_the_overall_score_is_the_mean_of_all_visions_or_missing(visions: list[float], score: float | None) -> None:
    (found,) = persons.overall(np.array([visions], float))
    assert (None if np.isnan(found) else found) == score


INTERVALS = [
    # n, N, mean, s2, sp2 -> low, high.  t(.975) from tables: 8 df 2.306004, 15 df 2.131450, 33 df 2.034515
    (5, 8, 50, 400, 400, 36.964389, 63.035611),
    (12, 20, 60, 400, 350, 51.993550, 67.505669),
    (30, 60, 75, 225, 400, 70.628379, 78.915201),
    (5, 8, 100, 0, 400, 68.690666, 100.000000),  # nobody differs, yet the margin is not zero
    (20, 20, 63, 400, 400, 63.0, 63.0),  # everybody: no sampling error (never published so)
]


@pytest.mark.parametrize(("n", "eligible", "mean", "variance", "pooled", "low", "high"), INTERVALS)
def test_the_moderated_score_interval(
    n: int, eligible: int, mean: float, variance: float, pooled: float, low: float, high: float
) -> None:
    assert intervals.unit_interval(n, eligible, mean, variance, pooled) == pytest.approx((low, high), abs=2e-5)


HARDENED = [
    # n, s2, sp2 -> s2 used
    (10, 400, 400, 400),
    (10, 20, 400, 100),  # a quarter of the pooled variance
    (10, 20, 100, 625 * 10 / 81),  # nobody may be pinned within 25 points of the mean
    (100, 20, 40, 20),
]


@pytest.mark.parametrize(("n", "variance", "pooled", "used"), HARDENED)
def test_published_margins_never_use_too_small_a_variance(n: int, variance: float, pooled: float, used: float) -> None:
    assert intervals.harden(n, variance, pooled) == pytest.approx(used)


@pytest.mark.parametrize(("n", "eligible", "used"), [(10, 20, 20), (18, 20, 20), (19, 20, 22), (20, 20, 23)])
def test_published_margins_never_tell_that_everybody_answered(n: int, eligible: int, used: int) -> None:
    assert intervals.widened(n, eligible) == used


POSSIBLE = [
    # n, N, mean -> whole points between which the mean of all N must lie
    (10, 20, 50, 25, 75),
    (18, 20, 95, 85, 96),  # 85.5 and 95.5, outward
    (20, 20, 33.3, 33, 34),
]


@pytest.mark.parametrize(("n", "eligible", "mean", "low", "high"), POSSIBLE)
def test_no_margin_leaves_what_is_logically_possible(n: int, eligible: int, mean: float, low: int, high: int) -> None:
    assert intervals.possible(n, eligible, mean) == (low, high)


def test_an_interval_never_leaves_the_scale() -> None:
    low, high = intervals.outward(*intervals.score_interval(0.0, Spread(900.0, 8, 5.0)))
    assert (low, high <= 100) == (0, True)


LEVELS = [
    # mean, standard error, degrees of freedom -> wording, with levels starting at 0, 20, 40, 60, 80
    (50, 3, 20, "Level 3"),
    (50, 5.5, 30, "Level 3"),  # t = 1.82 on each side: 92 %
    (42, 5, 20, "Level 2 to 3"),
    (40, 4, 20, "Level 2 to 3"),
    (50, 20, 8, "too few answers to place"),
    (99, 5, 20, "Level 5"),  # mass beyond 100 belongs to the last level
    (60, 0, 8, "Level 4"),  # a level begins at its cut
    (59.99, 0, 8, "Level 3"),
]


@pytest.mark.parametrize(("mean", "error", "df", "wording"), LEVELS)
def test_a_level_is_named_only_as_firmly_as_the_answers_allow(
    mean: float, error: float, df: float, wording: str
) -> None:
    chances = levels.probabilities(mean, error, df, [0, 20, 40, 60, 80])
    assert levels.wording(levels.named(chances)) == wording
    assert chances.sum() == pytest.approx(1)


NAMED = [
    # probabilities of the five levels -> first and last level named: nine chances in ten are enough, and not fewer
    ([0.05, 0.9, 0.05, 0, 0], (2, 2)),
    ([0.1, 0.45, 0.45, 0, 0], (2, 3)),
    ([0.0, 0.11, 0.89, 0, 0], (2, 3)),
    ([0.11, 0.39, 0.5, 0, 0], ()),
]


@pytest.mark.parametrize(("chances", "named"), NAMED)
def test_nine_chances_in_ten_name_a_level(chances: list[float], named: tuple[int, ...]) -> None:
    assert levels.named(np.array(chances)) == named
