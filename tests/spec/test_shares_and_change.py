"""Shares of people, change between rounds, priorities and weights: worked examples of METHOD 1.3, 1.5, 1.6, 1.10."""

from math import comb, sqrt

import numpy as np
import pytest

from survey import errors
from survey.core.scoring import change, priorities, proportions, raking

SHARES = [
    # x, n, N -> Wilson with finite population, clipped; z = 1.959964
    (5, 5, 8, 0.752294, 1.0),  # n* = 35/3, n*/(n* + z^2)
    (0, 5, 8, 0.0, 0.247706),
    (6, 12, 20, 0.327679, 0.672321),
    (4, 5, 8, 0.513186, 0.875),  # one of the five did not, so at most 7 of 8 can: clipped from 0.938
    (20, 20, 20, 1.0, 1.0),
]


@pytest.mark.parametrize(("count", "n", "eligible", "low", "high"), SHARES)
def test_wilsons_interval_for_a_share(count: int, n: int, eligible: int, low: float, high: float) -> None:
    assert proportions.wilson(count, n, eligible) == pytest.approx((low, high), abs=1e-5)


@pytest.mark.parametrize(("n", "eligible"), [(5, 8), (12, 20), (30, 60)])
def test_the_exact_interval_is_exact(n: int, eligible: int) -> None:
    """Against counting every sample: the interval holds exactly those K whose tails are not too small, and so covers
    the truth with at least 95 %, whatever it is."""

    def chance(x: int, of: int) -> float:
        return comb(of, x) * comb(eligible - of, n - x) / comb(eligible, n)

    intervals = [proportions.hypergeometric(x, n, eligible) for x in range(n + 1)]
    for of in range(eligible + 1):
        held = [low - 1e-12 <= of / eligible <= high + 1e-12 for low, high in intervals]
        assert sum(chance(x, of) for x in range(n + 1) if held[x]) >= 0.95
        for x in range(n + 1):
            tails = sum(chance(i, of) for i in range(x + 1)), sum(chance(i, of) for i in range(x, n + 1))
            assert held[x] == (min(tails) > 0.025)


def test_the_exact_interval_at_the_ends() -> None:
    assert proportions.hypergeometric(0, 5, 8)[0] == 0
    assert proportions.hypergeometric(5, 5, 8)[1] == 1
    assert proportions.hypergeometric(8, 8, 8) == (1, 1)


def test_change_is_tested_without_and_its_margin_told_with_the_finite_population() -> None:
    """n 16 of 20 with s2 400 twice: V = 25 each, SE sqrt(50), df 30, t = 2.042272; with 1 - 16/20: V = 5 each."""
    found = change.change(change.Result(16, 20, 50, 400), change.Result(16, 20, 65, 400))
    assert found.difference == 15
    assert found.detectable == pytest.approx(2.042272 * sqrt(50), abs=1e-4)
    assert found.margin == pytest.approx(2.042272 * sqrt(10), abs=1e-4)
    assert found.p == pytest.approx(0.042269, abs=1e-5)


def test_change_with_unequal_spread_uses_satterthwaites_degrees() -> None:
    """V 10 and 40: df = 50^2/(100/9 + 1600/19) = 26.22."""
    found = change.change(change.Result(10, 100, 50, 100), change.Result(20, 100, 50, 800))
    assert found.detectable == pytest.approx(2.0547 * sqrt(50), abs=1e-3)
    assert found.p == 1


def test_nothing_moved_and_nobody_differs() -> None:
    same = change.Result(10, 20, 50, 0)
    assert change.change(same, same).p == 1
    assert change.change(same, change.Result(10, 20, 51, 0)).p == 0


DISCOVERIES = [
    # p values, which stand out at 5 %
    ([0.01, 0.02, 0.03, 0.04, 0.05], [True] * 5),  # the largest passes its own bar, so all below it do
    ([0.04, 0.001, 0.5], [False, True, False]),  # bars 0.0167, 0.0333, 0.05
    ([0.02, 0.03, 0.9], [True, True, False]),  # 0.02 fails its bar and is carried by 0.03
    ([0.5, 0.9], [False, False]),
    ([], []),
]


@pytest.mark.parametrize(("p", "found"), DISCOVERIES)
def test_few_of_the_units_said_to_have_changed_did_not(p: list[float], found: list[bool]) -> None:
    assert change.discoveries(np.array(p, float)).tolist() == found


SAID = [
    # difference, stands out, overlap, same items -> words
    (8, True, 1.0, True, "improved"),
    (-8, True, 0.7, True, "declined"),
    (8, False, 1.0, True, "no clear change"),
    (8, True, 0.69, True, "not comparable"),
    (8, True, 1.0, False, "not comparable"),
]


@pytest.mark.parametrize(("difference", "stands_out", "overlap", "same_items", "words"), SAID)
def test_a_change_is_named_only_where_it_can_be(
    difference: float, stands_out: bool, overlap: float, same_items: bool, words: str
) -> None:
    found = change.Change(difference, 5, 7, 0.01)
    assert change.words(found, stands_out=stands_out, overlap=overlap, same_items=same_items) == words


RANKINGS = [
    # of four options A to D: ranked -> points
    ([1, 2, 3, 4], [100, 66.666667, 33.333333, 0]),
    ([4, 3, 0, 0], [16.666667, 16.666667, 66.666667, 100]),  # A and B share ranks 3 and 4
    ([2, 0, 0, 0], [33.333333, 100, 33.333333, 33.333333]),
    ([0, 0, 0, 0], [np.nan] * 4),
]


@pytest.mark.parametrize(("ranked", "points"), RANKINGS)
def test_priorities_are_bordas_points(ranked: list[int], points: list[float]) -> None:
    found = priorities.borda(np.array([ranked]), 4)[0]
    assert found == pytest.approx(points, nan_ok=True, abs=1e-5)
    assert np.isnan(points[0]) or found.sum() == pytest.approx(200)


def test_raking_meets_every_margin() -> None:
    """Two by two, 10 20 / 30 40 answered, of 100 100 by row and 80 120 by column on the staff list."""
    n = np.array([10, 20, 30, 40])
    rows, columns = np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])
    weights = raking.rake(n, [(rows, np.array([100.0, 100.0])), (columns, np.array([80.0, 120.0]))])
    mass = weights * n
    assert np.bincount(rows, mass) == pytest.approx([50, 50], abs=1e-6)
    assert np.bincount(columns, mass) == pytest.approx([40, 60], abs=1e-6)
    assert mass[0] * mass[3] / (mass[1] * mass[2]) == pytest.approx(10 * 40 / (20 * 30))  # association is kept


def test_raking_holds_weights_and_still_meets_every_margin() -> None:
    """Free, the lightest weight would be 0.17 and the others a little larger; held at 0.2, all average 1 as before."""
    n = np.array([73, 46, 21, 36, 13, 40, 74, 2, 53])
    rows, columns = np.repeat(np.arange(3), 3), np.tile(np.arange(3), 3)
    listed = (np.array([1021.0, 305.0, 416.0]), np.array([1176.0, 120.0, 446.0]))
    weights = raking.rake(n, [(rows, listed[0]), (columns, listed[1])])
    assert weights.min() == pytest.approx(0.2, abs=1e-7)
    assert weights @ n == pytest.approx(n.sum(), abs=1e-6)
    for category, people in zip((rows, columns), listed, strict=True):
        assert np.bincount(category, weights * n) == pytest.approx(people / people.sum() * n.sum(), abs=1e-6)


def test_raking_gives_up_in_words() -> None:
    with pytest.raises(errors.Refused, match="Nobody in one of the categories"):
        raking.rake(np.array([10, 0]), [(np.array([0, 1]), np.array([50.0, 50.0]))])
    with pytest.raises(errors.Refused, match="even after five attempts"):
        raking.rake(np.array([99, 1]), [(np.array([0, 1]), np.array([50.0, 50.0]))])
