"""Which groups a release speaks about."""

import msgspec
import pytest

from survey.core.disclosure.groups import lay_out
from survey.core.frame import Atom, Frame, FrameUnit, ReportingUnit
from survey.core.rounds import Plan

NURSES, DOCTORS = "Nursing and Midwifery Registered", "Medical and Dental"
FRAME = Frame(
    "Trust",
    (
        FrameUnit("care", None, "Care", None, 120),
        FrameUnit("wards", "care", "Wards", None, 80),
        FrameUnit("one", None, "Alone", None, 30),
        FrameUnit("empty", None, "Empty", None, 0),
    ),
    (
        ReportingUnit("Ward 1", "wards", None, ("w1",), 40),
        ReportingUnit("Ward 2", "wards", None, ("w2",), 40),
        ReportingUnit("Clinic", "care", None, ("c",), 40),
        ReportingUnit("Estates", "one", None, ("e",), 30),
        ReportingUnit("Board", None, None, ("b",), 25),
    ),
    (
        Atom(0, NURSES, "clinical", 30),
        Atom(0, "Other clinical staff", "clinical", 10),
        Atom(1, NURSES, "clinical", 40),
        Atom(2, NURSES, "clinical", 25),
        Atom(2, DOCTORS, "clinical", 15),
        Atom(3, "All staff", "everyone", 30),
        Atom(4, "Other staff", "everyone", 25),
    ),
    ((DOCTORS, 22), (NURSES, 100)),
)


def test_groups_stand_above_what_they_hold_and_name_their_parents() -> None:
    found = [(group.id, group.parent, group.eligible) for group in lay_out(FRAME, Plan()).groups]
    assert found == [
        ("org", None, 175),
        ("unit:care", "org", 120),
        ("unit:wards", "unit:care", 80),
        ("ru:0", "unit:wards", 40),
        ("ru:1", "unit:wards", 40),
        ("ru:2", "unit:care", 40),
        ("ru:3", "org", 30),  # the only one of its division, which would be the same people again
        ("ru:4", "org", 25),
        (f"group:{NURSES}", "org", 95),  # doctors: 15 of 22, under 70 %; generalised groups are none
    ]


def test_a_staff_group_states_how_much_of_it_counts() -> None:
    assert [group.coverage for group in lay_out(FRAME, Plan()).groups] == [None] * 8 + [95]
    silent = lay_out(msgspec.structs.replace(FRAME, staff_groups=()), Plan()).groups
    assert [(group.name, group.coverage) for group in silent[8:]] == [(DOCTORS, None), (NURSES, None)]


COVERED = [
    # of whom 15 count here -> shown with this coverage, or not at all
    (15, 100),
    (20, 75),
    (21, 71),  # 71.4: rounded down
    (22, None),  # 68.2
]


@pytest.mark.parametrize(("doctors", "coverage"), COVERED)
def test_a_staff_group_is_shown_from_seventy_per_cent_on(doctors: int, coverage: int | None) -> None:
    frame = msgspec.structs.replace(FRAME, staff_groups=((DOCTORS, doctors), (NURSES, 100)))
    found = {group.name: group.coverage for group in lay_out(frame, Plan()).groups if group.kind == "staff_group"}
    assert found.get(DOCTORS) == coverage
    assert (DOCTORS in found) == (coverage is not None)


def test_seventy_per_cent_is_enough_and_hardly_less_is_not() -> None:
    """Of nurses 95 count: of 135 they are 70.4 %, of 136 they are 69.9."""
    for nurses, is_shown in ((135, True), (136, False)):
        frame = msgspec.structs.replace(FRAME, staff_groups=((NURSES, nurses),))
        assert (NURSES in {group.name for group in lay_out(frame, Plan()).groups}) == is_shown


def test_members_are_the_atoms_of_each_group() -> None:
    layout = lay_out(FRAME, Plan())
    rows = {group.id: row.astype(int).tolist() for group, row in zip(layout.groups, layout.members, strict=True)}
    assert rows["org"] == [1, 1, 1, 1, 1, 1, 1]
    assert rows["unit:care"] == [1, 1, 1, 1, 1, 0, 0]
    assert rows["unit:wards"] == [1, 1, 1, 0, 0, 0, 0]
    assert rows["ru:2"] == [0, 0, 0, 1, 1, 0, 0]
    assert rows[f"group:{NURSES}"] == [1, 0, 1, 1, 0, 0, 0]


def test_the_plan_decides_which_kinds_there_are() -> None:
    layout = lay_out(FRAME, Plan(cells=("organisation", "reporting_unit")))
    assert {group.kind for group in layout.groups} == {"organisation", "reporting_unit"}
    assert len(layout.members) == len(layout.groups)
