"""What a reader knows of units: the short way against the long one, a programme over every unit."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from survey.core.disclosure import knowing


def _directly(target: np.ndarray, rows: np.ndarray, told: np.ndarray, slack: float) -> tuple[float, float]:
    matrix, limits = np.vstack([rows, -rows]), np.concatenate([told[:, 1] + slack, slack - told[:, 0]])
    low, high = (linprog(sign * target, A_ub=matrix, b_ub=limits, bounds=(0, 100)).fun for sign in (1, -1))
    return low, -high


@given(st.integers(0, 2**32), st.integers(2, 12), st.integers(1, 8))
@settings(max_examples=50, deadline=None)
def test_classes_of_units_are_bounded_as_the_units_would_be(seed: int, units: int, groups: int) -> None:
    """Any groups, nested or not, with whole-point means of means that some units have."""
    chance = np.random.default_rng(seed)
    members = chance.random((groups, units)) < chance.uniform(0.2, 0.9)
    members[:, 0] |= ~members.any(axis=1)
    eligible = chance.integers(1, 60, units).astype(float)
    rows = members * eligible / (members @ eligible)[:, None]
    means = rows @ chance.uniform(0, 100, units)
    told = np.column_stack([means - 0.5, means + 0.5])
    known = knowing.of(members, eligible, told)
    asked = members[0] ^ (chance.random(units) < 0.4)
    for inside in (asked, *np.eye(units, dtype=bool)):
        if inside.any():
            target = inside * eligible / (inside @ eligible)
            assert known.bounds(inside) == pytest.approx(_directly(target, rows, told, 1e-6), abs=1e-4)


def test_where_nothing_is_shown_nothing_is_known() -> None:
    known = knowing.of(np.zeros((0, 3), bool), np.array([10.0, 20, 30]), np.zeros((0, 2)))
    assert known.bounds(np.array([True, False, True])) == (0, 100)


def test_a_part_of_a_known_whole_by_hand() -> None:
    """Forty people at 90: the ten of them who are asked about lie between 60 (the others at 100) and 100."""
    known = knowing.of(np.array([[True, True]]), np.array([10.0, 30]), np.array([[90.0, 90]]))
    assert known.bounds(np.array([True, False])) == pytest.approx((60, 100), abs=1e-4)
    assert known.bounds(np.array([True, True])) == pytest.approx((90, 90), abs=1e-4)
