"""Which column means what."""

import pytest

from survey.core.staff.mapping import Field, Mapping, field_named, positions, settle, suits
from survey.errors import BadInput

BASE = ["Employee Number", "Staff Group"]


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (["Division", "Team"], {"division": "Division", "team": "Team"}),
        (["DIRECTORATE", " department "], {"division": "DIRECTORATE", "team": " department "}),
        (["Division", "Unit"], {"division": "Division", "team": "Unit"}),
        (["Unit"], {"unit": "Unit"}),
        (["Org Path", "Division", "Team"], {"unit": "Org Path"}),
        (["Org L1", "Org L2", "Org L3", "Org L4"], {"level_1": "Org L2", "level_2": "Org L3", "level_3": "Org L4"}),
        (["Org L3", "Org L5"], {"level_1": "Org L3", "level_2": "Org L5"}),
        (["Org L2", "Org L3", "Department", "Division"], {"level_1": "Org L2", "level_2": "Org L3"}),
        (["Level 1", "Level 2"], {"level_1": "Level 1", "level_2": "Level 2"}),
        (
            ["Division", "Team", "Email Address", "Work Mobile", "Location", "Clinical?", "Preferred Language"],
            {"division": "Division", "team": "Team", "email": "Email Address", "mobile": "Work Mobile",
             "site": "Location", "clinical": "Clinical?", "language": "Preferred Language"},
        ),
        (["Division", "Team", "E-Mail", "NI Number", "Date of Birth"],
         {"division": "Division", "team": "Team", "email": "E-Mail"}),
    ],
)  # fmt: skip
def test_usual_names_are_recognised(header: list[str], expected: dict[Field, str]) -> None:
    mapping = settle(BASE + header, {}, None)
    assert mapping.columns == {"employee_number": "Employee Number", "staff_group": "Staff Group"} | expected


REMEMBERED = Mapping(
    {"employee_number": "No", "staff_group": "Group", "division": "D", "team": "T", "email": "Mail"}, separator="/"
)
HEADER = ["No", "Group", "D", "T", "Mail", "Other Mail", "Path", "Site"]


def test_what_was_remembered_is_used_and_nothing_else_is_recognised() -> None:
    assert settle(HEADER, {}, REMEMBERED) == REMEMBERED


def test_what_is_told_wins() -> None:
    mapping = settle(HEADER, {"email": "other mail", "site": "Site"}, REMEMBERED, ">")
    assert mapping.columns["email"] == "other mail"
    assert mapping.columns["site"] == "Site"
    assert mapping.separator == ">"
    assert positions(mapping, HEADER)["email"] == 5


def test_an_empty_name_leaves_a_field_out() -> None:
    assert "email" not in settle(HEADER, {"email": ""}, REMEMBERED).columns
    assert "email" not in settle([*BASE, "Division", "Team", "Email"], {"email": ""}, None).columns


def test_another_way_of_giving_units_replaces_the_remembered_one() -> None:
    columns = settle(HEADER, {"unit": "Path"}, REMEMBERED).columns
    assert columns["unit"] == "Path"
    assert not {"division", "team"} & columns.keys()


@pytest.mark.parametrize(
    ("header", "told", "said"),
    [
        (["Staff Group", "Division", "Team"], {}, ["no column for employee number", "--map employee_number=COLUMN"]),
        (["X"], {}, ["employee number", "staff group", "does not give the whole unit"]),
        ([*BASE, "Division"], {}, ["does not give the whole unit"]),
        ([*BASE, "A", "B"], {"level_1": "A", "level_3": "B"}, ["does not give the whole unit"]),
        ([*BASE, "A", "B"], {"level_2": "A"}, ["does not give the whole unit"]),
        ([*BASE, "A", "B", "C"], {"unit": "A", "division": "B", "team": "C"}, ["more than one way"]),
        (
            [*BASE, "Division", "Team"],
            {"email": "Mail"},
            ["“Mail”", "to hold e-mail and is not in this file", "--map email="],
        ),
        ([*BASE, "Division", "Team", "team"], {}, ["more than once"]),
    ],
)
def test_everything_missing_is_told_at_once(header: list[str], told: dict[Field, str], said: list[str]) -> None:
    with pytest.raises(BadInput) as refused:
        settle(header, told, None)
    assert all(part in str(refused.value) for part in said)


def test_columns_that_nobody_mapped_are_not_named() -> None:
    """Where the row of names is missing, the first person's row stands in its place."""
    with pytest.raises(BadInput) as refused:
        settle(["12345678", "QQ123456C", "a.person@trust.example"], {}, None)
    assert "QQ123456C" not in str(refused.value)
    assert "person" not in str(refused.value)


@pytest.mark.parametrize(
    ("name", "field"), [("email", "email"), ("Staff Group", "staff_group"), ("LEVEL-2", "level_2")]
)
def test_fields_by_name(name: str, field: Field) -> None:
    assert field_named(name) == field


def test_an_unknown_field_is_told_the_nearest() -> None:
    with pytest.raises(BadInput, match="Did you mean email"):
        field_named("mail")
    with pytest.raises(BadInput, match="The fields are employee_number"):
        field_named("zzz")


@pytest.mark.parametrize(
    ("header", "likely"),
    [
        (("No.", "GRADE", "Where", "Anything"), 2),
        (("Employee Number", "Staff Group", "Department"), 1),
        (("Employee Number", "Department"), 0),
        (("No.", "Grade"), 0),
        (("Report", "Run on"), 0),
        ((), 0),
    ],
)
def test_how_likely_a_table_is_the_staff_list(header: tuple[str, ...], likely: int) -> None:
    """The columns of the last list, however they are written, say more than names that lists often have."""
    last = Mapping({"employee_number": "No.", "staff_group": "Grade", "unit": "Where"})
    assert suits(header, last) == likely
    assert suits(header, None) == (likely == 1)
