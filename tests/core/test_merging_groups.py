"""Generalising staff groups in one reporting unit, worked by hand (METHOD R12)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.core.merging.groups import generalise

CLINICAL, NOT = True, False

EXAMPLES = {
    "groups of ten and more stay": (
        {("Nursing", CLINICAL): 30, ("Admin", NOT): 10},
        [("Admin", "non_clinical", 10), ("Nursing", "clinical", 30)],
    ),
    "small ones become others of their kind": (
        {
            ("Nursing", CLINICAL): 30, ("AHP", CLINICAL): 6, ("Science", CLINICAL): 4,
            ("Admin", NOT): 9, ("Estates", NOT): 9,
        },
        [
            ("Nursing", "clinical", 30), ("Other clinical staff", "clinical", 10),
            ("Other non-clinical staff", "non_clinical", 18),
        ],
    ),
    "where one of the two is still small both become one": (
        {("Nursing", CLINICAL): 30, ("AHP", CLINICAL): 4, ("Admin", NOT): 9, ("Estates", NOT): 9},
        [("Nursing", "clinical", 30), ("Other staff", "everyone", 22)],
    ),
    "where they are still small they take in the smallest": (
        {("Nursing", CLINICAL): 30, ("AHP", CLINICAL): 12, ("Admin", NOT): 9},
        [("Nursing", "clinical", 30), ("Other staff", "everyone", 21)],
    ),
    "which may keep them clinical": (
        {("Nursing", CLINICAL): 30, ("AHP", CLINICAL): 12, ("Science", CLINICAL): 2, ("Admin", NOT): 40},
        [("Admin", "non_clinical", 40), ("Nursing", "clinical", 30), ("Other clinical staff", "clinical", 14)],
    ),
    "at last the whole unit": (
        {("Nursing", CLINICAL): 30, ("Admin", NOT): 3},
        [("All staff", "everyone", 33)],
    ),
    "a whole unit of clinical staff stays clinical": (
        {("Nursing", CLINICAL): 30, ("AHP", CLINICAL): 3},
        [("All staff", "clinical", 33)],
    ),
    "a unit that is small itself is one group": (
        {("Nursing", CLINICAL): 3, ("Admin", NOT): 3},
        [("All staff", "everyone", 6)],
    ),
    "one group of few is everybody": (
        {("Nursing", CLINICAL): 3},
        [("All staff", "clinical", 3)],
    ),
    "a group with clinical and other people is split under its name": (
        {("Admin", CLINICAL): 11, ("Admin", NOT): 12},
        [("Admin", "non_clinical", 12), ("Admin", "clinical", 11)],
    ),
    "and each part goes its own way": (
        {("Admin", CLINICAL): 2, ("Admin", NOT): 12, ("AHP", CLINICAL): 8},
        [("Admin", "non_clinical", 12), ("Other clinical staff", "clinical", 10)],
    ),
    "of groups of one size the first by name goes": (
        {("B", CLINICAL): 10, ("A", CLINICAL): 10, ("C", CLINICAL): 1},
        [("B", "clinical", 10), ("Other clinical staff", "clinical", 11)],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("counts", "expected"), EXAMPLES.values(), ids=EXAMPLES)
def test_worked_examples(counts: dict[tuple[str, bool], int], expected: list[tuple[str, str, int]]) -> None:
    assert [(group.label, group.audience, group.headcount) for group in generalise(counts, 10)] == expected


@given(
    st.dictionaries(st.tuples(st.sampled_from("ABCDEF"), st.booleans()), st.integers(1, 30), min_size=1),
    st.integers(5, 20),
)
def test_every_kind_is_in_one_group_that_is_large_enough(counts: dict[tuple[str, bool], int], floor: int) -> None:
    groups = generalise(counts, floor)
    assert sorted(kind for group in groups for kind in group.kinds) == sorted(counts)
    assert all(group.headcount == sum(counts[kind] for kind in group.kinds) for group in groups)
    assert all(group.headcount >= min(floor, sum(counts.values())) for group in groups)
    assert len({(group.label, group.audience) for group in groups}) == len(groups)
    for group in groups:
        asked = {"clinical": {True}, "non_clinical": {False}, "everyone": {True, False}}[group.audience]
        assert {clinical for _, clinical in group.kinds} == asked
