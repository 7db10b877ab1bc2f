"""The order of a table: what an address asks for, what a head leads to, and how names and bands are compared."""

import random

import pytest

from survey.pages.console import ordering
from survey.pages.console.ordering import Column, Order

Row = tuple[str, int | None]
COLUMNS = (
    Column[Row]("Name", "name", lambda row: ordering.natural(row[0])),
    Column[Row]("Share", "share", lambda row: row[1], number=True),
    Column[Row]("Do"),
)
ROWS = [("Ward 10", 30), ("ward 2", None), ("Ward 1", 45), ("Éden", None), ("Ward 3", 30)]


@pytest.mark.parametrize(
    "asked, default, names",
    [
        ("name", "", ["Éden", "Ward 1", "ward 2", "Ward 3", "Ward 10"]),
        ("-name", "", ["Ward 10", "Ward 3", "ward 2", "Ward 1", "Éden"]),
        ("share", "", ["Ward 10", "Ward 3", "Ward 1", "ward 2", "Éden"]),
        ("-share", "", ["Ward 1", "Ward 10", "Ward 3", "ward 2", "Éden"]),
        ("", "", ["Ward 10", "ward 2", "Ward 1", "Éden", "Ward 3"]),
        ("", "-name", ["Ward 10", "Ward 3", "ward 2", "Ward 1", "Éden"]),
        *[
            (unknown, "name", ["Éden", "Ward 1", "ward 2", "Ward 3", "Ward 10"])
            for unknown in ("do", "-", "--name", "NAME", "name'; drop table", "\0", "-" * 9000)
        ],
    ],
)
def test_rows_stand_in_the_order_asked_for_and_withheld_ones_last(asked: str, default: str, names: list[str]) -> None:
    assert [name for name, _ in ordering.chosen(COLUMNS, asked, default).arrange(ROWS)] == names


@pytest.mark.parametrize(
    "asked, default, sort, pressed",
    [
        ("", "", ["", "", ""], ["name", "share", ""]),
        ("name", "", ["ascending", "", ""], ["-name", "share", ""]),
        ("-name", "", ["descending", "", ""], ["name", "share", ""]),
        ("share", "name", ["", "ascending", ""], ["name", "-share", ""]),
        ("nonsense", "-share", ["", "descending", ""], ["name", "share", ""]),
    ],
)
def test_a_second_press_turns_the_order_round(asked: str, default: str, sort: list[str], pressed: list[str]) -> None:
    heads = ordering.chosen(COLUMNS, asked, default).heads("/here")
    assert [head.sort for head in heads] == sort
    assert [head.value for head in heads] == pressed
    assert [head.href for head in heads] == [f"/here?order={one}" if one else "" for one in pressed]


def test_a_head_keeps_what_else_the_address_says() -> None:
    order = ordering.chosen(COLUMNS, "share")
    (name, _, _) = order.heads("/here", {"q": "a b&c", "left": ""}, name="by", at="people")
    assert name.href == "/here?q=a+b%26c&by=name#people"


@pytest.mark.parametrize(
    "asked, default, kept",
    [("name", "", "name"), ("-name", "name", "-name"), ("name", "name", ""), ("nonsense", "name", ""), ("", "", "")],
)
def test_other_links_keep_an_order_that_does_not_go_without_saying(asked: str, default: str, kept: str) -> None:
    assert ordering.chosen(COLUMNS, asked, default).kept == kept


def test_an_order_that_the_database_gives_is_left_as_it_is() -> None:
    order: Order[Row] = ordering.chosen((Column[Row]("Name", "name"),), "-name")
    assert order.arrange(ROWS) == ROWS


def test_names_are_ordered_as_people_do() -> None:
    ordered = [
        "", "2 North", "10 North", "Äpfel", "apple", "Bay 1a", "Bay 1b", "bay 2", "Bay 10", "Bay 10 East", "Straße 3",
        "Strasse 20", "Ward 7", "Ward 99999999999999999999", "Ward A",
    ]  # fmt: skip
    assert sorted(random.Random(1).sample(ordered, len(ordered)), key=ordering.natural) == ordered
    assert ordering.natural("9" * 5000), "as long as somebody likes"


@pytest.mark.parametrize(
    "band, end",
    [
        ("45%", 45), ("under 10%", 0), ("90% or more", 90), ("12,835 to 12,839", 12_835), ("10 to 14", 10),
        ("fewer than 10", 0), ("nothing", None), (None, None),
    ],
)  # fmt: skip
def test_bands_are_ordered_by_where_they_begin(band: str | None, end: int | None) -> None:
    assert ordering.lower_end(band) == end
