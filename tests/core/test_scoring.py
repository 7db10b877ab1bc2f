"""Scores of groups: against the plainest possible computation, and properties that hold for any answers."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey.core.disclosure import cells
from survey.core.disclosure.groups import lay_out
from survey.core.disclosure.release import Group
from survey.core.rounds import Plan
from survey.core.scoring import intervals, persons, rollups
from survey.core.scoring.moments import Sample, moments, pooled_variance
from survey.core.scoring.rollups import Part, Rollup
from survey.core.scoring.strata import Place, weights
from tests.core import trusts

POINTS = st.lists(st.floats(0, 100), min_size=1, max_size=40)


@given(st.lists(st.tuples(st.integers(0, 3), st.floats(0, 100)), min_size=1, max_size=60))
def test_moments_are_numpys(people: list[tuple[int, float]]) -> None:
    atoms, values = np.array([atom for atom, _ in people]), np.array([[value] for _, value in people])
    found = moments(atoms, values, 4)
    for atom in range(4):
        mine = values[atoms == atom, 0]
        sample = found.sample(np.arange(4) == atom, 0)
        assert sample.n == len(mine)
        if len(mine):
            assert sample.mean == pytest.approx(mine.mean())
        if len(mine) > 1:
            assert sample.variance == pytest.approx(mine.var(ddof=1), abs=1e-9)
    whole = found.sample(np.ones(4, bool), 0)
    assert whole.mean == pytest.approx(values.mean())
    assert whole.squares == pytest.approx(((values - values.mean()) ** 2).sum(), abs=1e-6)


@given(st.lists(st.floats(0, 100) | st.just(float("nan")), min_size=2, max_size=40), st.randoms())
def test_moments_do_not_depend_on_order(values: list[float], chance) -> None:
    column = np.array(values)
    order = np.array(chance.sample(range(len(values)), len(values)))
    atoms = np.arange(len(values)) % 3
    one, other = moments(atoms, column[:, None], 3), moments(atoms[order], column[order, None], 3)
    assert (one.mean == other.mean).all() and (one.squares == other.squares).all() and (one.n == other.n).all()


def test_pooled_variance_weighs_units_by_their_degrees_of_freedom() -> None:
    assert pooled_variance([Sample(3, 50, 200.0), Sample(11, 60, 1000.0), Sample(1, 70, 0.0)]) == 1200 / 12
    assert pooled_variance([Sample(1, 70, 0.0)]) == 0


def flat(count: int) -> tuple[Place, ...]:
    return tuple(Place(unit, ("d",), "everyone") for unit in range(count))


def test_a_rollup_is_post_stratified_to_the_frame() -> None:
    """Units of 60 and 40 people, of whom 10 and 20 scored 80 and 50: 0.6 * 80 + 0.4 * 50 = 68."""
    eligible, n = np.array([60, 40]), np.array([10, 20])
    found = moments(np.repeat([0, 1], n), np.repeat([80.0, 50.0], n)[:, None], 2)
    rolled = rollups.rollup(found, weights(flat(2), eligible, n, 10), np.ones(2, bool), 0)
    assert rolled is not None
    assert (rolled.n, rolled.mean) == (30, pytest.approx(68))
    assert rolled.n_effective == pytest.approx(100**2 / (10 * 6**2 + 20 * 2**2))
    assert rolled.design_effect == pytest.approx(30 / rolled.n_effective)
    assert rolled.largest_share == pytest.approx(0.06)


@given(st.integers(0, 500))
@settings(max_examples=30, deadline=None)
def test_stratified_means_and_variances_are_the_textbooks(seed: int) -> None:
    """m = sum_h (N_h/N) m_h and V = sum_h (N_h/N)^2 (1 - n_h/N_h) s_h^2 / n_h, computed person by person."""
    chance = np.random.default_rng(seed)
    n = chance.integers(5, 15, 4)
    eligible = n + chance.integers(5, 15, 4)
    atoms = np.repeat(np.arange(4), n)
    scores = chance.uniform(0, 100, len(atoms))
    rolled = rollups.rollup(moments(atoms, scores[:, None], 4), weights(flat(4), eligible, n, 10), np.ones(4, bool), 0)
    assert rolled is not None
    share = eligible / eligible.sum()
    groups = [scores[atoms == atom] for atom in range(4)]
    mean = sum(share[h] * groups[h].mean() for h in range(4))
    variance = sum(share[h] ** 2 * (1 - n[h] / eligible[h]) * groups[h].var(ddof=1) / n[h] for h in range(4))
    assert rolled.mean == pytest.approx(mean, abs=1e-9)
    assert rollups.stratified_variance(rolled) == pytest.approx(variance, abs=1e-9)


STRATA = [
    # unit, units above, audience, eligible, scored -> stratum, as the first atom in it
    ("split by audience where both parts are large", [(0, "d", "c", 30, 15), (0, "d", "n", 30, 10)], [0, 1]),
    ("together where one part is small", [(0, "d", "c", 30, 15), (0, "d", "n", 30, 9)], [0, 0]),
    (
        "few scored: with the smallest sister",
        [(0, "d", "c", 30, 4), (1, "d", "c", 30, 20), (2, "d", "c", 30, 12)],
        [0, 1, 0],
    ),
    ("same audience first", [(0, "d", "c", 30, 4), (1, "d", "n", 30, 11), (2, "d", "c", 30, 20)], [0, 1, 0]),
    ("same division first", [(0, "d", "c", 30, 4), (1, "e", "c", 30, 11), (2, "d", "n", 30, 20)], [0, 1, 0]),
    ("too heavy", [(0, "d", "c", 600, 5), (1, "d", "c", 30, 25), (2, "e", "c", 30, 25)], [0, 0, 2]),
    ("nobody scored anywhere", [(0, "d", "c", 30, 0), (1, "d", "c", 30, 0)], [0, 0]),
]


@pytest.mark.parametrize(("atoms", "first"), [row[1:] for row in STRATA], ids=[row[0] for row in STRATA])
def test_small_and_heavy_strata_join_a_neighbour(atoms: list[tuple], first: list[int]) -> None:
    places = [Place(unit, (division,), audience) for unit, division, audience, _, _ in atoms]
    found = weights(places, np.array([atom[3] for atom in atoms]), np.array([atom[4] for atom in atoms]), 10)
    labels = found.stratum.tolist()
    assert [labels.index(label) for label in labels] == first


@given(st.integers(0, 300), st.sampled_from([0.1, 0.5, 1.0]))
@settings(max_examples=30, deadline=None)
def test_weights_bring_the_answers_back_to_the_frame(seed: int, rate: float) -> None:
    layout = lay_out(trusts.frame(seed), Plan())
    n = np.random.default_rng(seed).binomial(layout.eligible, rate)
    found = weights(layout.places, layout.eligible, n, 10)
    if n.sum():
        assert (found.weight * n).sum() == pytest.approx(layout.eligible.sum())
    for unit in {place.unit for place in layout.places}:
        mine = [atom for atom, place in enumerate(layout.places) if place.unit == unit]
        parts = {
            found.stratum[atom]: sum(n[a] for a in mine if found.stratum[a] == found.stratum[atom]) for atom in mine
        }
        assert len(parts) == 1 or min(parts.values()) >= 10


SCORED = st.tuples(st.integers(10, 60), st.integers(0, 40), st.floats(0, 100), st.floats(0, 2500), st.floats(1, 900))


def shown(n: int, others: int, mean: float, variance: float, pooled: float) -> tuple[Group, cells.Cell]:
    eligible = max(12, n + others)
    group = Group("ru:0", "reporting_unit", "Ward 1", "org", eligible)
    variance = min(variance, mean * (100 - mean) * n / (n - 1))
    of = Rollup(n, mean, n, 1 / n, (Part(Sample(n, mean, variance * (n - 1)), 1.0, n / eligible),))
    return group, cells.cell(group, "v0", of, pooled, [0, 20, 40, 60, 80])


@given(SCORED)
def test_a_published_margin_holds_the_value_and_is_never_a_point(case: tuple[int, int, float, float, float]) -> None:
    _, cell = shown(*case)
    assert cell.value is not None and cell.low is not None and cell.high is not None
    assert 0 <= cell.low <= cell.value <= cell.high <= 100
    assert cell.high > cell.low
    assert "20 to 20" not in str(cell.answers)


@given(st.integers(12, 60), st.floats(0, 100), st.floats(0, 2500), st.floats(1, 900))
def test_a_cell_does_not_tell_whether_all_or_all_but_one_answered(
    n: int, mean: float, variance: float, pooled: float
) -> None:
    variance = min(variance, mean * (100 - mean))
    _, every = shown(n, 0, mean, variance, pooled)
    _, but_one = shown(n - 1, 1, mean, variance, pooled)
    assert every == but_one


def test_a_margin_leaves_room_for_a_tenth_who_did_not_answer() -> None:
    """15 or 16 of 16 are told as 15 of 17: with 15 of 16 the margin would be a third narrower."""
    variance, pooled = 400.0, 400.0
    low, high = intervals.outward(*intervals.unit_interval(15, 17, 50.0, variance, pooled))
    _, cell = shown(16, 0, 50.0, variance, pooled)
    assert (cell.low, cell.high) == (low, high)
    assert (low, high) != intervals.outward(*intervals.unit_interval(15, 16, 50.0, variance, pooled))


@given(SCORED, st.floats(0, 30))
def test_a_wider_spread_never_narrows_the_margin(case: tuple[int, int, float, float, float], more: float) -> None:
    n, others, mean, variance, pooled = case
    if others:
        one = intervals.unit_interval(n, n + others, mean, variance, pooled)
        other = intervals.unit_interval(n, n + others, mean, variance + more, pooled)
        assert other[0] <= one[0] + 1e-9 and other[1] >= one[1] - 1e-9


@given(SCORED)
def test_beyond_95_and_5_nothing_tells_how_far(case: tuple[int, int, float, float, float]) -> None:
    n, others, _, variance, pooled = case
    high = {shown(n, others, mean, min(variance, 50.0), pooled)[1] for mean in (95.0, 97.3, 99.0)}
    low = {shown(n, others, mean, min(variance, 50.0), pooled)[1] for mean in (5.0, 2.7, 1.0)}
    assert [(cell.value, cell.bound, cell.high) for cell in high] == [(95, "or_more", 100)]
    assert [(cell.value, cell.bound, cell.low) for cell in low] == [(5, "or_less", 0)]


def test_everybody_agrees() -> None:
    """METHOD 2.3 R7: unanimous answers are "95 or more", and every one of ten people stays uncertain over 50 points."""
    _, cell = shown(10, 10, 100.0, 0.0, 300.0)
    assert (cell.value, cell.bound, cell.high) == (95, "or_more", 100)
    assert 100 - max(0, 10 * 95 - 100 * 9) >= 50


def test_persons_are_scored_from_packed_answers() -> None:
    """Clinical staff have three items on v0; non-clinical two, so that one skip leaves too few."""
    asked = trusts.questionnaire(visions=1)
    answers = np.array([[1, 5, 3], [0, 5, 3], [0, 5, 0], [253, 5, 3], [253, 5, 0], [255, 254, 2]], np.uint8)
    found = persons.scores(asked, answers)[:, 0]
    assert found == pytest.approx([50, 75, np.nan, 75, np.nan, 25], nan_ok=True)
    assert persons.scores(asked, answers)[:, 1] == pytest.approx(found, nan_ok=True)
