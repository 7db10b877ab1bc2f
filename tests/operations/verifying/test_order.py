"""Whether an order says anything: against every shuffle that chance gives, and against orders that do."""

import numpy as np
import pytest
from scipy.stats import spearmanr

from survey.operations.verifying.order import UNLIKELY, clustering, surprise


@pytest.mark.parametrize("values", [[3, 1, 2, 2, 5, 9, 9, 0], list(range(30)), [1, 1, 2], [5, 4, 4, 4, 1]])
def test_surprise_is_spearman_s_rank_correlation(values: list[int]) -> None:
    expected = abs(spearmanr(range(len(values)), values).statistic) * (len(values) - 1) ** 0.5
    assert surprise(values) == pytest.approx(expected)


def test_what_is_always_the_same_says_nothing() -> None:
    assert surprise([4] * 50) == 0
    assert clustering([4] * 50) == pytest.approx(0, abs=0.01)


def test_numbers_as_long_as_an_id_are_ranked_exactly() -> None:
    first = 1 << 127
    assert surprise([first + n for n in range(100)]) == pytest.approx(99**0.5)


@pytest.mark.parametrize(("units", "people"), [(2, 30), (4, 50), (50, 400), (300, 1000), (700, 1000)])
def test_shuffled_rows_are_never_taken_for_ordered_ones(units: int, people: int) -> None:
    chance = np.random.default_rng(units)
    atoms = chance.integers(0, units, people)
    worst = [0.0, 0.0]
    for _ in range(400):
        shuffled = chance.permutation(atoms)
        worst = [max(worst[0], surprise(shuffled)), max(worst[1], clustering(shuffled))]
    assert max(worst) < UNLIKELY - 0.5, worst


@pytest.mark.parametrize(("units", "people"), [(3, 60), (4, 50), (50, 400), (300, 1000)])
def test_rows_unit_by_unit_are_found_in_whatever_order_of_units(units: int, people: int) -> None:
    chance = np.random.default_rng(units)
    atoms, order = chance.integers(0, units, people), chance.permutation(units)
    assert clustering(sorted(atoms, key=lambda atom: order[atom])) > UNLIKELY
