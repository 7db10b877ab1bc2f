"""How often the published margin holds the truth, by simulation (METHOD 1.3): hardening, bands and rounding on."""

from collections.abc import Callable

import numpy as np
import pytest

from survey.core.disclosure import bands
from survey.core.scoring import intervals
from survey.core.scoring.method import METHOD

Draw = Callable[[np.random.Generator, tuple[int, int]], np.ndarray]

WARDS: dict[str, Draw] = {
    "typical": lambda chance, shape: np.clip(chance.normal(58, 18, shape), 0, 100),
    "skewed": lambda chance, shape: 100 * chance.beta(2, 5, shape),
    "ceiling": lambda chance, shape: np.minimum(chance.normal(95, 15, shape), 100).clip(0),
    "homogeneous": lambda chance, shape: np.clip(chance.normal(50, 4, shape), 0, 100),
    "polarised": lambda chance, shape: np.clip(
        np.where(chance.random(shape) < 0.5, 20, 80) + chance.normal(0, 10, shape), 0, 100
    ),
    "one apart": lambda chance, shape: np.where(chance.random(shape) < 0.1, 0.0, 75.0),
}
TEAMS = [(5, 8), (12, 20), (30, 60)]
POOLED = float(np.mean([draw(np.random.default_rng(0), (100_000, 1)).var() for draw in WARDS.values()]))
"""The variance within units of a Trust that has as many of each kind; each kind of team is judged alone."""


UNPUBLISHED = {"at two points": lambda chance, shape: np.where(chance.random(shape) < 0.5, 10.0, 90.0)}
"""Nobody between 10 and 90: at 5 of 8, which is under every k, all five can agree by chance."""


def coverage(draw: Draw, n: int, eligible: int, teams: int, seed: int) -> float:
    """Share of `teams` of this kind whose margin holds the mean of all `eligible`, when n of them answer."""
    people = draw(np.random.default_rng(seed), (teams, eligible))
    answered = people[:, :n]
    published = [
        margin(n, eligible, *moments) for moments in zip(answered.mean(1), answered.var(1, ddof=1), strict=True)
    ]
    low, high = np.array(published).T
    truth = people.mean(axis=1)
    return float(((low <= truth + 1e-9) & (truth <= high + 1e-9)).mean())


def margin(n: int, eligible: int, mean: float, variance: float) -> tuple[int, int]:
    mean_shown = min(max(mean, METHOD.lowest), METHOD.highest)
    low, high = hardened(bands.start(n, eligible), eligible, mean_shown, variance)
    return 0 if mean <= METHOD.lowest else low, 100 if mean >= METHOD.highest else high


def hardened(n: int, eligible: int, mean: float, variance: float) -> tuple[int, int]:
    widened = intervals.widened(n, eligible)
    used = intervals.harden(n, variance, POOLED)
    low, high = intervals.outward(*intervals.unit_interval(n, widened, mean, used, POOLED))
    least, most = intervals.possible(n, widened, mean)
    return max(low, least), min(high, most)


@pytest.mark.parametrize("kind", WARDS)
@pytest.mark.parametrize(("n", "eligible"), TEAMS)
def test_a_published_margin_holds_the_truth(kind: str, n: int, eligible: int) -> None:
    assert coverage(WARDS[kind], n, eligible, teams=400, seed=n) >= 0.94 - 0.02


@pytest.mark.long
@pytest.mark.parametrize("kind", WARDS)
@pytest.mark.parametrize(("n", "eligible"), TEAMS)
def test_a_published_margin_holds_the_truth_in_24000_teams(kind: str, n: int, eligible: int) -> None:
    assert coverage(WARDS[kind], n, eligible, teams=24_000, seed=n) >= 0.94


@pytest.mark.parametrize(("n", "eligible"), TEAMS[1:])
def test_even_people_at_two_points_are_covered_where_there_are_enough_to_publish(n: int, eligible: int) -> None:
    assert coverage(UNPUBLISHED["at two points"], n, eligible, teams=4000, seed=n) >= 0.94
