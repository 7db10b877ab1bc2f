"""The attack itself: what rounded means, margins and levels let a reader work out."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey.core.disclosure import attack, cells, containment, told
from survey.core.disclosure.attack import Row, Target
from survey.core.disclosure.classes import Classes, classes
from survey.core.disclosure.containment import Hidden
from survey.core.disclosure.groups import Layout, lay_out
from survey.core.disclosure.release import Group
from survey.core.frame import Atom, Frame, ReportingUnit
from survey.core.rounds import Plan
from survey.core.scoring.moments import Sample
from survey.core.scoring.rollups import Part, Rollup

STARTS = (0.0, 20.0, 40.0, 60.0, 80.0)


def rollup(n: int, eligible: int, mean: float, variance: float) -> Rollup:
    return Rollup(n, mean, n, 1 / n, (Part(Sample(n, mean, variance * (n - 1)), 1.0, n / eligible),))


@given(
    st.integers(10, 60),
    st.integers(2, 60),
    st.floats(0.5, 99.5),
    st.floats(0, 900),
    st.floats(50, 500),
)
@settings(max_examples=150, deadline=None)
def test_a_mean_is_taken_as_known_but_beyond_95_and_5(
    n: int, others: int, mean: float, variance: float, pooled: float
) -> None:
    group = Group("ru:0", "reporting_unit", "Ward 1", "org", n + others)
    of = rollup(n, n + others, mean, min(variance, mean * (100 - mean)))
    cell = cells.cell(group, "v0", of, pooled, STARTS)
    (low,), (high,) = told.means([cell], [mean])
    assert low <= mean <= high
    if cell.bound == "exact":
        assert low == high == mean
    else:
        assert (low, high) == ((95, 100) if cell.bound == "or_more" else (0, 5))


def people(*totals: tuple[int, float]) -> Classes:
    """One vision, everybody complete: (people, their total) per atom."""
    n = np.array([[[count], [0]] for count, _ in totals])
    return Classes(n, np.array([[[total], [0.0]] for _, total in totals]))


def test_a_remainder_is_known_as_closely_as_the_means_around_it() -> None:
    """20 people average 50, 10 of them 40, each within half a point: the rest total 600, give or take 10 + 5."""
    found = people((10, 400.0), (10, 600.0))
    rows = [Row(np.array([1.0, 1.0]), 0, 50.0, 49.5, 50.5), Row(np.array([1.0, 0.0]), 0, 40.0, 39.5, 40.5)]
    system = attack.system(found, rows)
    everywhere = np.ones(len(system.total), bool)
    assert system.range(Target(np.array([2])), everywhere) == pytest.approx((-15, 15))
    assert system.range(Target(np.array([0])), everywhere) == pytest.approx((-5, 5))
    assert system.pressing(Target(np.array([2]))) == [0, 1]
    assert system.without([1]).range(Target(np.array([2])), everywhere) == pytest.approx((-600, 400))


def test_with_the_rest_held_still_the_range_is_only_narrower() -> None:
    found = people((10, 400.0), (10, 600.0), (5, 250.0))
    system = attack.system(found, [Row(np.ones(3), 0, 50.0, 49.5, 50.5)])
    near = np.repeat([True, False, False], 2)
    assert system.range(Target(np.array([0])), near) == pytest.approx((-12.5, 12.5))
    assert system.range(Target(np.array([0])), np.ones(6, bool)) == pytest.approx((-400, 600))
    assert system.range(Target(np.array([0])), np.zeros(6, bool)) == (0, 0)


def test_an_overall_mean_beside_its_visions_tells_about_those_who_lack_one() -> None:
    """Ten people have both visions, one has the first only: the eleventh's score follows from the three means."""
    scores = np.array([[50.0, 50.0, 50.0]] * 10 + [[80.0, np.nan, np.nan]])
    found = classes(np.zeros(11, np.int64), scores, 1)
    assert found.n.tolist() == [[[10, 10], [1, 0]]]
    first = Row(np.ones(1), 0, 580 / 11, 580 / 11 - 0.1, 580 / 11 + 0.1)
    second = Row(np.ones(1), 1, 50.0, 49.9, 50.1)
    overall = Row(np.ones(1), 2, 50.0, 49.9, 50.1)
    the_eleventh = Target(np.array([2]))
    everywhere = np.ones(4, bool)
    assert attack.system(found, [first, second, overall]).range(the_eleventh, everywhere) == pytest.approx((-4.1, 4.1))
    assert attack.system(found, [first, second]).range(the_eleventh, everywhere) == (-80, 20)


STAYS = [
    # people, their total, range of the total, a withheld group -> hidden enough
    (1, 80.0, (-80, 20), False, True),
    (1, 80.0, (-29, 20), False, False),  # within 49 points
    (10, 500.0, (0, 0), False, True),  # any two can differ though the total is known
    (10, 960.0, (0, 0), False, False),  # each at least 60
    (10, 950.0, (0, 0), False, True),  # each at least 50
    (10, 40.0, (0, 0), False, False),  # each at most 40
    (7, 350.0, (-60, 60), True, True),
    (7, 350.0, (-40, 40), True, False),
    (1, 80.0, (-40, 20), True, True),  # a group of one is a person
]


@pytest.mark.parametrize(("n", "total", "reach", "is_group", "stays"), STAYS)
def test_what_counts_as_hidden(n: int, total: float, reach: tuple[float, float], is_group: bool, stays: bool) -> None:
    hidden = Hidden("Ward 1", n, Target(np.array([0])), total, (), is_group)
    assert hidden.stays(*reach) == stays


def wards(*totals: tuple[int, float]) -> tuple[Layout, Classes]:
    """A Trust of wards of forty, of one atom each, with so many people who gave so many points."""
    units = tuple(ReportingUnit(f"Ward {place}", None, None, (str(place),), 40) for place in range(len(totals)))
    atoms = tuple(Atom(place, "All staff", "everyone", 40) for place in range(len(totals)))
    return lay_out(Frame("Trust", (), units, atoms), Plan()), people(*totals)


def test_withheld_groups_of_one_to_nine_must_stay_hidden_and_larger_ones_need_not() -> None:
    layout, found = wards((10, 500.0), (9, 450.0), (1, 50.0), (0, 0.0))
    every = np.ones((len(layout.groups), 2), bool)
    sums = [(hidden.name, hidden.n, hidden.total) for hidden in containment.withheld(layout, found, every, 10)]
    assert sums == [
        (f"{ward}, measure {measure}", n, total)
        for ward, n, total in (("Ward 1", 9, 450), ("Ward 2", 1, 50))
        for measure in (0, 1)
    ]
    only = every & np.array([[False, True]])
    assert [hidden.name for hidden in containment.withheld(layout, found, only, 10)] == [
        "Ward 1, measure 1",
        "Ward 2, measure 1",
    ]


def test_of_persons_each_vision_and_the_overall_score_must_stay_hidden() -> None:
    layout, _ = wards((3, 0.0))
    scores = np.array([[50.0, 70.0, 60.0], [50.0, 70.0, 60.0], [90.0, np.nan, np.nan]])
    everybody = containment.persons(layout, classes(np.zeros(3, np.int64), scores, 1))
    assert [(hidden.name, hidden.n, hidden.total, hidden.is_group) for hidden in everybody] == [
        ("atom 0, measure 0", 2, 100, False),
        ("atom 0, measure 1", 2, 140, False),
        ("atom 0, measure 0", 1, 90, False),
        ("atom 0, measure 2", 2, 120, False),
    ]


def test_whoever_is_uncertain_only_with_all_others_is_found_so() -> None:
    """Twenty people's mean is known and nothing else: with the rest held still the ten's sum would be, too."""
    found = people((10, 500.0), (10, 500.0))
    system = attack.system(found, [Row(np.ones(2), 0, 50.0, 50.0, 50.0)])
    ten = Hidden("Ward 0", 7, Target(np.array([0])), 350.0, (np.array([True, False]),), is_group=True)
    assert not containment.is_exposed(system, ten)
    both = attack.system(found, [Row(np.ones(2), 0, 50, 50, 50), Row(np.array([0.0, 1]), 0, 50, 50, 50)])
    assert containment.is_exposed(both, ten)


@given(st.floats(20, 80), st.integers(0, 20), st.floats(100, 400))
@settings(max_examples=10, deadline=None)
def test_neither_variance_nor_number_can_be_read_back(mean: float, others: int, pooled: float) -> None:
    """Every n of a band gives the same cell; and standard deviations from 2 to 26 points give at most one cell for
    every point and a half of them."""
    group = Group("ru:0", "reporting_unit", "Ward 1", "org", 24 + others)

    def cell(n: int, spread: float) -> cells.Cell:
        return cells.cell(group, "v0", rollup(n, 24 + others, mean, spread**2), pooled, STARTS)

    assert len({cell(n, 16.0) for n in range(20, 25)}) == 1
    assert len({cell(22, spread) for spread in np.linspace(2, 26, 49)}) <= 16
