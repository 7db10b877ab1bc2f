"""What a reader of one unit is given of a release: their own part, what is above it, and nothing of the others."""

import msgspec
import pytest

from survey.core import disclosure
from survey.core.disclosure import scope
from survey.core.disclosure.release import Cell, Distribution, Group, Measure, Release
from survey.core.frame import Frame, FrameUnit, ReportingUnit
from tests import published

UNITS = tuple(
    FrameUnit(key, parent, key.title(), None, 0)
    for key, parent in [
        ("north", None),
        ("wards", "north"),
        ("w1", "wards"),
        ("w2", "wards"),
        ("lab", "north"),
        ("south", None),
        ("s1", "south"),
        ("s2", "south"),
    ]
)
REPORTING = (
    ReportingUnit("Ward 1", "wards", None, ("w1",), 30),
    ReportingUnit("Ward 2", "wards", None, ("w2",), 30),
    ReportingUnit("Lab and north", "north", None, ("lab", "north"), 20),
    ReportingUnit("Small teams of south", "south", None, ("s1", "s2"), 20),
)
FRAME = Frame("Trust", UNITS, REPORTING, ())
GROUPS = (
    Group("org", "organisation", "Trust", None, 100),
    Group("unit:north", "division", "North", "org", 80),
    Group("unit:wards", "division", "Wards", "unit:north", 60),
    *(Group(f"ru:{n}", "reporting_unit", unit.name, None, unit.headcount) for n, unit in enumerate(REPORTING)),
    Group("group:Nursing", "staff_group", "Nursing", "org", 50),
)
RELEASE = msgspec.structs.replace(
    published.RELEASE,
    groups=GROUPS,
    measures=(Measure("overall", {"en": "Overall"}),),
    cells=tuple(Cell(group.id, "overall", reason="few_answers") for group in GROUPS),
    levels_held=tuple(Distribution(group.id, "overall") for group in GROUPS),
)
SEEN = [
    ("north", "org unit:north unit:wards ru:0 ru:1 ru:2"),
    ("wards", "org unit:north unit:wards ru:0 ru:1"),
    ("w2", "org unit:north unit:wards ru:1"),
    ("lab", "org unit:north ru:2"),
    ("s1", "org ru:3"),
    ("south", "org ru:3"),
    ("opened since", "org"),
]


@pytest.mark.parametrize(("unit", "seen"), SEEN)
def test_a_reader_sees_their_unit_what_is_below_and_what_is_above(unit: str, seen: str) -> None:
    part = disclosure.narrowed(RELEASE, FRAME, unit)
    assert [group.id for group in part.groups] == seen.split()
    assert [cell.group for cell in part.cells] == seen.split()
    assert [held.group for held in part.levels_held] == seen.split()


def test_what_is_seen_is_what_everybody_sees_of_it() -> None:
    part = disclosure.narrowed(published.RELEASE, published.FRAME, "north")
    assert set(part.cells) < set(published.RELEASE.cells)
    assert set(part.groups) < set(published.RELEASE.groups)
    assert not [cell for cell in part.cells if cell.group == "unit:south" or cell.group.startswith("group:")]


def test_everything_in_a_release_that_is_about_a_group_is_known_to_be() -> None:
    """A field that is added to Release and speaks of groups in another way must be cut, too: see `narrowed`."""
    about_nobody = {
        "round", "number", "title", "organisation", "questionnaire", "method", "k", "measures", "levels", "plan",
        "frame", "compared",
    }  # fmt: skip
    by_group = {"cells", "changes", "priorities", "items", "levels_held", "rates"}
    assert {field.name for field in msgspec.structs.fields(Release)} == about_nobody | by_group | {"groups"}
    assert set(scope._BY_GROUP) == by_group
