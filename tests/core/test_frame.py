"""Where in the tree a reporting unit is shown."""

import pytest

from survey.core.frame import Frame, FrameUnit, ReportingUnit

UNITS = (
    FrameUnit("surgery", None, "Surgery", None, 90),
    FrameUnit("theatres", "surgery", "Theatres", None, 60),
    FrameUnit("day", "theatres", "Day cases", None, 30),
    FrameUnit("estates", None, "Estates", None, 30),
)


@pytest.mark.parametrize(
    ("parent", "division"),
    [
        pytest.param("day", "Surgery", id="three levels down"),
        pytest.param("theatres", "Surgery", id="two levels down"),
        pytest.param("estates", "Estates", id="directly below"),
        pytest.param(None, "", id="across divisions"),
    ],
)
def test_a_reporting_unit_stands_under_the_top_of_its_branch(parent: str | None, division: str) -> None:
    unit = ReportingUnit("Ward", parent, None, ("ward",), 30)
    assert Frame("Trust", UNITS, (unit,), ()).division(unit) == division
