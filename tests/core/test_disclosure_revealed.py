"""The smallest revealed group: brute force, mixed-integer programming and smallest cuts agree."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey.core.disclosure import exact, revealed
from survey.core.disclosure.cuts import smallest_cut
from survey.core.disclosure.groups import lay_out
from survey.core.frame import Atom, Frame, FrameUnit, ReportingUnit
from survey.core.rounds import Plan

ENOUGH = 10


def brute_force(rows: np.ndarray, n: np.ndarray, enough: int) -> int:
    """Try every set of atoms: it is revealed when some combination vanishes outside it and not inside."""
    rows, n = rows[:, n > 0], n[n > 0]
    rank = np.linalg.matrix_rank(rows) if rows.size else 0
    best = enough
    for size in range(1, len(n) + 1):
        for chosen in combinations(range(len(n)), size):
            people = int(n[list(chosen)].sum())
            outside = np.delete(rows, chosen, axis=1)
            if people < best and (np.linalg.matrix_rank(outside) if outside.size else 0) < rank:
                best = people
    return best


EXAMPLES = [
    # cells x atoms, people per atom, smallest revealed group
    ("one group alone", [[1, 1]], [5, 6], 11),
    ("a parent and its child", [[1, 1, 1], [1, 1, 0]], [6, 6, 7], 7),
    ("two hidden teams of 3 and 4 are revealed together", [[1, 1, 1], [1, 0, 0]], [12, 3, 4], 7),
    ("two partitions", [[1, 1, 0, 0], [0, 0, 1, 1], [1, 0, 1, 0], [0, 1, 0, 1]], [6, 5, 4, 7], 9),
    ("weights keep the seven together", [[0.5, 2, 2], [1, 0, 0]], [12, 3, 4], 7),
    ("unequal weights leave one part of a unit", [[1, 2, 3], [1, 1, 0], [0, 0, 1]], [20, 3, 30], 3),
    ("nobody", [[1, 1]], [0, 0], 99),
    ("one person under what is asked for", [[1, 1], [1, 0]], [200, 98], 98),
]


@pytest.mark.parametrize(("rows", "n", "smallest"), [row[1:] for row in EXAMPLES], ids=[row[0] for row in EXAMPLES])
def test_worked_examples(rows: list[list[float]], n: list[int], smallest: int) -> None:
    assert exact.smallest_revealed(np.array(rows, float), np.array(n), 99) == smallest
    assert brute_force(np.array(rows, float), np.array(n), 99) == smallest


@st.composite
def weighted_cells(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    atoms = draw(st.integers(2, 9))
    cells = draw(st.integers(1, 5))
    weights = np.array(draw(st.lists(st.sampled_from([0.5, 1, 2]), min_size=atoms, max_size=atoms)))
    members = draw(st.lists(st.lists(st.booleans(), min_size=atoms, max_size=atoms), min_size=cells, max_size=cells))
    own = np.array(draw(st.lists(st.booleans(), min_size=cells, max_size=cells)))
    rows = np.array(members, float) * np.where(own[:, None], weights, 1.0)
    n = np.array(draw(st.lists(st.integers(0, 12), min_size=atoms, max_size=atoms)))
    return rows, n


@given(weighted_cells())
@settings(max_examples=30, deadline=None)
def test_the_programme_agrees_with_brute_force(case: tuple[np.ndarray, np.ndarray]) -> None:
    rows, n = case
    assert exact.smallest_revealed(rows, n, ENOUGH) == brute_force(rows, n, ENOUGH)


@st.composite
def small_frames(draw: st.DrawFn) -> tuple[Frame, np.ndarray, np.ndarray]:
    """Up to six reporting units in a tree of two levels, up to three staff groups; scored people, and what is shown."""
    units = draw(st.integers(2, 6))
    parents = [draw(st.sampled_from([None, "a", "b", "a1"])) for _ in range(units)]
    kinds = [("Nursing", "clinical"), ("Medical", "clinical"), ("Estates", "non_clinical")]
    places = [(unit, kind) for unit in range(units) for kind in draw(st.sets(st.sampled_from(kinds), min_size=1))]
    places = sorted(places)[:12]
    frame = Frame(
        "Trust",
        (
            FrameUnit("a", None, "A", None, 0),
            FrameUnit("a1", "a", "A1", None, 0),
            FrameUnit("b", None, "B", None, 0),
        ),
        tuple(ReportingUnit(f"R{unit}", parent, None, (f"t{unit}",), 0) for unit, parent in enumerate(parents)),
        tuple(Atom(unit, name, audience, 30) for unit, (name, audience) in places),
    )
    n = np.array(draw(st.lists(st.integers(0, 14), min_size=len(places), max_size=len(places))))
    groups = len(lay_out(frame, Plan()).groups)
    return frame, n, np.array(draw(st.lists(st.booleans(), min_size=groups, max_size=groups)), bool)


@given(small_frames(), st.lists(st.sampled_from([0.5, 1.0, 2.0]), min_size=6, max_size=6))
@settings(max_examples=40, deadline=None)
def test_the_smallest_cut_is_the_smallest_revealed_group(
    case: tuple[Frame, np.ndarray, np.ndarray], weights: list[float]
) -> None:
    """With one weight per reporting unit the quick way is exact, whatever is shown."""
    frame, n, shown = case
    layout = lay_out(frame, Plan())
    weight = np.array([weights[place.unit] for place in layout.places])
    is_unit = np.array([group.kind == "reporting_unit" for group in layout.groups])
    rows = layout.members * np.where(is_unit[:, None], 1.0, weight)
    stratum = np.array([place.unit for place in layout.places])
    expected = brute_force(rows[shown], n, ENOUGH)
    assert revealed.smallest_group(layout, n, stratum, shown, ENOUGH) == expected
    assert exact.smallest_revealed(rows[shown], n, ENOUGH) == expected


@given(small_frames(), st.lists(st.sampled_from([0.5, 1.0, 2.0]), min_size=12, max_size=12))
@settings(max_examples=30, deadline=None)
def test_with_split_reporting_units_the_smallest_cut_is_never_too_large(
    case: tuple[Frame, np.ndarray, np.ndarray], weights: list[float]
) -> None:
    frame, n, shown = case
    layout = lay_out(frame, Plan())
    stratum = np.array([2 * place.unit + (place.audience == "clinical") for place in layout.places])
    weight = np.array(weights)[stratum]
    is_unit = np.array([group.kind == "reporting_unit" for group in layout.groups])
    rows = layout.members * np.where(is_unit[:, None], 1.0, weight)
    assert revealed.smallest_group(layout, n, stratum, shown, ENOUGH) <= brute_force(rows[shown], n, ENOUGH)


@given(small_frames())
@settings(max_examples=30, deadline=None)
def test_safe_groups_reveal_nobody_and_no_more_can_be_added(case: tuple[Frame, np.ndarray, np.ndarray]) -> None:
    frame, n, candidates = case
    layout = lay_out(frame, Plan())
    stratum = np.array([place.unit for place in layout.places])
    kept = revealed.safe(layout, n, stratum, candidates, ENOUGH)
    assert not (kept & ~candidates).any()
    assert brute_force(layout.members[kept].astype(float), n, ENOUGH) >= ENOUGH
    for group in np.flatnonzero(candidates & ~kept):
        more = kept.copy()
        more[group] = True
        assert brute_force(layout.members[more].astype(float), n, ENOUGH) < ENOUGH


def edges(least: int, most: int, heaviest: int) -> st.SearchStrategy[list[tuple[int, int, int]]]:
    edge = st.tuples(st.integers(0, 5), st.integers(0, 5), st.integers(1, heaviest))
    return st.lists(edge, min_size=least, max_size=most)


@given(st.one_of(st.tuples(edges(1, 12, 12), st.just(ENOUGH)), st.tuples(edges(8, 24, 3), st.just(30))))
@settings(max_examples=100, deadline=None)
def test_the_smallest_cut_is_the_best_of_all_bipartitions(
    case: tuple[list[tuple[int, int, int]], int],
) -> None:
    """Of few heavy edges, and of many light ones, where it takes several phases to find it."""
    found, enough = case
    rows, columns, weights = (np.array(part) for part in zip(*found, strict=True))
    best = enough
    for side in range(64):
        inside = np.array([bool(side >> vertex & 1) for vertex in range(6)])
        cut = int(weights[inside[rows] != inside[columns]].sum())
        best = min(best, cut or enough)
    assert smallest_cut(rows, columns, weights, enough) == best
