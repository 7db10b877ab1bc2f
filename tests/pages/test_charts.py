"""Charts: where dots and whiskers stand, and that nothing is drawn for what is not shown."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.pages import charts
from survey.pages.charts import NARROW, WIDE, Band, Chart, Layout, Row

BANDS = (Band(0, "Level 1"), Band(40, "Level 2"), Band(60, "Level 3"))


def chart(*rows: Row, reference: int | None = None) -> Chart:
    return Chart("c", "Title", "Description", rows, BANDS, reference)


def test_a_score_stands_where_the_scale_says() -> None:
    (mark,) = charts.draw(chart(Row("Ward", "50 (40 to 60)", 50, 40, 60), reference=25), WIDE).marks
    assert (mark.low, mark.dot, mark.span) == (514.0, 560.0, 92.0)
    assert charts.draw(chart(reference=25), WIDE).dashed == 445.0


def test_a_withheld_score_leaves_no_mark() -> None:
    (mark,) = charts.draw(chart(Row("Ward", "[c] too few answers")), WIDE).marks
    assert (mark.dot, mark.low, mark.span, mark.said.text) == (None, 0, 0, "[c] too few answers")


def test_levels_tile_the_scale() -> None:
    stripes = charts.draw(chart(), WIDE).stripes
    assert [(stripe.x, stripe.width) for stripe in stripes] == [(330.0, 184.0), (514.0, 92.0), (606.0, 184.0)]
    assert [tick.text for tick in charts.draw(chart(), WIDE).ticks] == ["0", "40", "60", "100"]


def test_a_level_too_narrow_for_its_word_has_its_number() -> None:
    bands = (Band(0, "Level 1"), Band(5, "Level 2"))
    drawn = charts.draw(Chart("c", "", "", (), bands), NARROW)
    assert [stripe.label.text for stripe in drawn.stripes] == ["1", "Level 2"]


rows = st.builds(
    Row,
    label=st.text("abc ", max_size=120),
    said=st.just("5 (0 to 9)"),
    value=st.integers(0, 100),
    heading=st.booleans(),
)


@pytest.mark.parametrize("layout", [WIDE, NARROW])
@given(given_rows=st.lists(rows, max_size=8))
def test_nothing_overlaps_or_leaves_the_drawing(layout: Layout, given_rows: list[Row]) -> None:
    drawn = charts.draw(chart(*given_rows), layout)
    lines = [line.y for mark in drawn.marks for line in mark.lines]
    assert all(later - earlier >= charts.LINE - 0.01 for earlier, later in pairwise(lines))
    assert all(drawn.top < y < drawn.bottom for y in lines)
    assert all(mark.dot is None or 0 <= mark.dot <= drawn.width for mark in drawn.marks)
    assert all(len(line.text) <= layout.characters for mark in drawn.marks for line in mark.lines)
