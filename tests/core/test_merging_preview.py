"""What the digital team sees before a round is locked."""

from uuid import UUID

import pytest

from survey.core import merging
from survey.core.merging import Member, Unit, headcount
from survey.core.merging.preview import GroupCount, Preview, UnitCount, preview
from survey.core.rounds import Plan

UNITS = [
    Unit("a", None, "Surgery", None),
    Unit("b", "a", "Theatres", "Wirral"),
    Unit("c", "a", "Recovery", "Wirral"),
    Unit("d", None, "Corporate", None),
]
KINDS = {"b": [("Medical and Dental", True, 40)], "c": [("Students", True, 6), ("Students", False, 4)],
         "d": [("Administrative and Clerical", False, 30)]}  # fmt: skip


def people() -> list[Member]:
    kinds = [(unit, group, clinical) for unit, all_ in KINDS.items() for group, clinical, n in all_ for _ in range(n)]
    return [Member(UUID(int=number), *kind) for number, kind in enumerate(kinds)]


def seen(plan: Plan) -> Preview:
    frame, _ = merging.freeze("The Trust", UNITS, people(), plan)
    return preview(frame, people(), plan)


def test_population_by_unit_and_staff_group() -> None:
    found = seen(Plan())
    assert (found.organisation, found.headcount, found.target) == ("The Trust", 80, 26)
    assert found.units == (
        UnitCount("Corporate", 0, 30),
        UnitCount("Surgery", 0, 50),
        UnitCount("Recovery", 1, 10),
        UnitCount("Theatres", 1, 40),
    )
    assert found.groups == (
        GroupCount("Administrative and Clerical", 30, 0),
        GroupCount("Medical and Dental", 40, 40),
        GroupCount("Students", 10, 6),
    )


def test_reporting_units_and_what_to_expect_of_them() -> None:
    found = seen(Plan())
    outlooks = [(one.unit.name, one.groups, one.expected_answers) for one in found.outlooks]
    assert outlooks == [
        ("Corporate and Recovery", (("Administrative and Clerical", 30), ("Other staff", 10)), 20),
        ("Theatres", (("Medical and Dental", 40),), 20),
    ]
    assert found.merged == 2
    assert "10 people in Recovery are too few" in found.outlooks[0].unit.why
    assert found.publishable == pytest.approx(headcount.chance(40, 10, 0.5))


@pytest.mark.parametrize(("n", "k", "response", "expected"), [(9, 10, 0.9, 0.0), (10, 10, 1.0, 1.0), (2, 1, 0.5, 0.75),
                                                              (3, 2, 0.5, 0.5), (25_000, 10, 0.5, 1.0)])  # fmt: skip
def test_chance(n: int, k: int, response: float, expected: float) -> None:
    assert headcount.chance(n, k, response) == pytest.approx(expected)
