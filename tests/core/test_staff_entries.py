"""Rows of a staff list: the sound ones as entries, every mistake in the others with its row and how to mend it."""

import csv
import io
from typing import Any

import msgspec
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from survey.core.staff import entries, table
from survey.core.staff.entries import Entry, Reading, Rules
from survey.core.staff.mapping import Mapping, settle

HEADER = "Employee Number,Division,Team,Staff Group,Site,Email,Mobile,Clinical,Language,NI Number"
SOUND = "1,Surgery,Theatres,Medical and Dental,Wirral,a@b.example,,,,QQ123456C"


def read(*rows: str, header: str = HEADER, mapping: Mapping | None = None, allow_unreachable: bool = False) -> Reading:
    found = table.read("\n".join([header, *rows]).encode())
    rules = Rules("Test Trust", allow_unreachable)
    return entries.read(found, mapping or settle(found.header, {}, None), rules)


def said(reading: Reading) -> list[str]:
    return [str(problem) for problem in reading.rejected]


def test_a_sound_row() -> None:
    reading = read(SOUND)
    assert reading.entries == (
        Entry(2, "1", ("Surgery", "Theatres"), "Medical and Dental", True, "Wirral", "a@b.example", None, None),
    )
    assert not reading.rejected
    assert "QQ123456C" not in repr(reading)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (
            ",Surgery,Theatres,Medical and Dental,,a@b.example,,,,",
            ["Row 2, column “Employee Number”: it is empty."],
        ),
        (
            "1,Surgery,,Medical and Dental,,a@b.example,,,,",
            ["Row 2, column “Team”: it is empty."],
        ),
        (
            "1,Surgery,Theatres,Nurses,,a@b.example,,,,",
            [("Row 2, column “Staff Group”: “Nurses” is not one of ESR's national staff groups. "
             "Did you mean “Nursing and Midwifery Registered”?")],
        ),
        (
            "1,Surgery,Theatres,,,a@b.example,,,,",
            ["Row 2, column “Staff Group”: it is empty."],
        ),
        (
            "1,Surgery,Theatres,Medical and Dental,,a.b.example,07700 900123,,,",
            ["Row 2, column “Email”: it is not an e-mail address. Write one address, like a.nurse@trust.nhs.uk."],
        ),
        (
            "1,Surgery,Theatres,Medical and Dental,,a@b.example,0151 555 0100,,,",
            ["Row 2, column “Mobile”: it is not a mobile number. Write it like 07700 900123 or +44 7700 900123."],
        ),
        (
            "1,Surgery,Theatres,Medical and Dental,,,,,,",
            [("Row 2: it has neither e-mail nor mobile: no way to reach. "
             "Give one, or import with --allow-unreachable and hand out printed links.")],
        ),
        (
            "1,Surgery,Theatres,Medical and Dental,,a@b.example,,perhaps,,",
            [("Row 2, column “Clinical”: it is neither yes nor no. "
             "Write yes or no, or leave it empty to go by the staff group.")],
        ),
        (
            "1,Sur\x07gery,Theatres,Medical and Dental,,a@b.example,,,,",
            ["Row 2, column “Division”: it has a control character in it. Delete the cell and type it again."],
        ),
        (
            "1,Surgery,Theatres,Medical and Dental,,a@b.example,,,,QQ123456C,surplus",
            [("Row 2: it has more cells than there are columns. "
             "A text with the separating mark in it needs quotation marks.")],
        ),
        (
            ",,,,,x,,,,",
            ["Row 2, column “Employee Number”: it is empty.", "Row 2, column “Division”: it is empty.",
             "Row 2, column “Team”: it is empty.", "Row 2, column “Staff Group”: it is empty.",
             "Row 2, column “Email”: it is not an e-mail address. Write one address, like a.nurse@trust.nhs.uk."],
        ),
    ],
)  # fmt: skip
def test_a_row_is_rejected_with_every_reason(row: str, expected: list[str]) -> None:
    reading = read(row)
    assert said(reading) == expected
    assert not reading.entries
    assert reading.rejected_rows == 1
    assert "QQ123456C" not in repr(reading)


def test_rows_are_numbered_as_a_spreadsheet_shows_them() -> None:
    reading = read(
        '1,"Sur\ngery",Theatres,Medical and Dental,,a@b.example,,,,',
        "",
        "2,Surgery,,Medical and Dental,,c@b.example,,,,",
        "3,Surgery,Theatres,Medical and Dental,,d@b.example,,,,",
    )
    assert said(reading) == ["Row 4, column “Team”: it is empty."]
    assert [(entry.row, entry.path[0]) for entry in reading.entries] == [(2, "Sur gery"), (5, "Surgery")]


def test_duplicates_name_each_other() -> None:
    reading = read(SOUND, SOUND.replace("a@b", "c@d"), SOUND.replace("1,", "2,", 1), SOUND)
    assert said(reading) == [
        f"Row {row}, column “Employee Number”: it is the same employee number as in {others}. "
        "Keep one row for each person, that of the main assignment."
        for row, others in ((2, "rows 3 and 5"), (3, "rows 2 and 5"), (5, "rows 2 and 3"))
    ]
    assert [entry.employee_number for entry in reading.entries] == ["2"]


def test_a_duplicate_counts_although_its_other_row_has_a_mistake() -> None:
    reading = read(SOUND, SOUND.replace("Theatres", ""))
    assert reading.rejected_rows == 2
    assert not reading.entries


def test_many_duplicates_are_counted() -> None:
    problems = said(read(*[SOUND] * 9))
    assert "rows 3, 4, 5, 6 and 4 more" in problems[0]


def test_numbers_of_rejected_rows_are_known_and_rows_without_one_counted() -> None:
    reading = read(SOUND, "2,Surgery,,,,,,,,", ",Surgery,Theatres,Medical and Dental,,a@b.example,,,,")
    assert reading.numbers == {"1", "2"}
    assert reading.unnumbered == 1


def test_the_unreachable_can_be_allowed() -> None:
    row = "1,Surgery,Theatres,Medical and Dental,,,,,,"
    assert not read(row, allow_unreachable=True).rejected


@pytest.mark.parametrize(
    ("group", "told", "clinical"),
    [
        ("Nursing and Midwifery Registered", "", True),
        ("Nursing and Midwifery Registered", "no", False),
        ("Administrative and Clerical", "", False),
        ("Administrative and Clerical", "yes", True),
    ],
)
def test_the_staff_group_says_who_is_clinical_unless_the_row_does(group: str, told: str, clinical: bool) -> None:
    reading = read(f"1,Surgery,Theatres,{group},,a@b.example,,{told},,")
    assert reading.entries[0].clinical is clinical


LEVELS = "Employee Number,Level 1,Level 2,Level 3,Staff Group,Email"


@pytest.mark.parametrize(
    ("levels", "path"),
    [
        ("A,B,C", ("A", "B", "C")),
        ("A,B,", ("A", "B")),
        ("A,,", ("A",)),
        ("Test Trust,A,B", ("A", "B")),
        ("TEST TRUST,,", ("TEST TRUST",)),
    ],
)
def test_levels_may_end_early(levels: str, path: tuple[str, ...]) -> None:
    reading = read(f"1,{levels},Students,a@b.example", header=LEVELS)
    assert reading.entries[0].path == path


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        ("A,,C", ["Row 2, column “Level 2”: it is empty, but a level below it is not."]),
        (",B,", ["Row 2, column “Level 1”: it is empty, but a level below it is not."]),
        (",,", ["Row 2, column “Level 1”: it is empty."]),
    ],
)
def test_levels_have_no_gap(levels: str, expected: list[str]) -> None:
    assert said(read(f"1,{levels},Students,a@b.example", header=LEVELS)) == expected


def test_a_path_in_one_column() -> None:
    header = "Employee Number;Unit Path;Staff Group;Email"
    reading = read("1;Test Trust / A / B;Students;a@b.example", header=header,
                   mapping=Mapping({"employee_number": "Employee Number", "unit": "Unit Path",
                                    "staff_group": "Staff Group", "email": "Email"}, " / "))  # fmt: skip
    assert reading.entries[0].path == ("A", "B")


def test_names_that_look_like_formulas_are_kept_as_given() -> None:
    assert read('1,=1+1,"@Theatres, main",Students,,a@b.example,,,,').entries[0].path == ("=1+1", "@Theatres, main")


def exported(found: tuple[Entry, ...], delimiter: str) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerow(HEADER.split(","))
    for one in found:
        clinical = "yes" if one.clinical else "no"
        writer.writerow([one.employee_number, *one.path, one.staff_group, one.site, one.email, one.mobile, clinical,
                         one.language, "QQ123456C"])  # fmt: skip
    return text.getvalue().encode("utf-8-sig")


CELLS = st.text(st.characters(codec="utf-8"), max_size=12) | st.sampled_from(
    ["Ward 2", "=1+1", ' "quoted", ', "a\r\nb"]
)
NUMBERS = st.integers(0, 99_999_999).map(str)
GROUPS = st.sampled_from(["Students", "medical & dental", "Estates and Ancillary"])
CONTACTS = st.tuples(st.sampled_from(["A.b@C.example", ""]), st.sampled_from(["07700 900123", "7700900124", ""]))


@given(
    st.lists(st.tuples(NUMBERS, CELLS, CELLS, GROUPS, CELLS, CONTACTS, st.sampled_from(["", "yes", "N"])), min_size=3),
    st.sampled_from(",;\t"),
)
def test_what_was_read_reads_the_same_when_it_is_written_out(people: list[tuple[Any, ...]], delimiter: str) -> None:
    """So that the same list, exported again by whatever program, changes nothing."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows(
        [HEADER.split(","), *([*person[:5], *person[5], person[6], "", ""] for person in people), ["x"]]
    )
    found = table.read(text.getvalue().encode())
    mapping = settle(found.header, {}, None)
    once = entries.read(found, mapping, Rules("Test Trust"))
    assume(once.entries)
    again = entries.read(table.read(exported(once.entries, delimiter)), mapping, Rules("Test Trust"))
    assert not again.rejected
    assert [msgspec.structs.replace(one, row=0) for one in again.entries] == [
        msgspec.structs.replace(one, row=0) for one in once.entries
    ]
