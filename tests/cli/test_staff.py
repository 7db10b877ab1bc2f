"""The staff list on the command line: look first, then apply."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from survey import errors
from survey.cli.organisation import command as organisation_command
from survey.cli.staff import command

ROWS = (
    "Number,Division,Team,Staff Group,Email,NI Number\n"
    "1,Surgery,Theatres,Medical and Dental,one@trust.example,QQ123456C\n"
    "2,Surgery,Recovery,Students,two@trust.example,QQ123457C\n"
)


@pytest.fixture
def organisation_there(environment: dict[str, str]) -> dict[str, str]:
    outcome = CliRunner().invoke(organisation_command, ["add", "TST", "Test Trust"], env=environment)
    assert outcome.exit_code == 0, outcome.output
    return environment


def said(environment: dict[str, str], *arguments: str) -> str:
    return CliRunner().invoke(command, ["import", *arguments], env=environment, catch_exceptions=False).output


def test_look_apply_and_look_again(organisation_there: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "staff.csv"
    file.write_text(ROWS)
    first = said(organisation_there, str(file), "--map", "employee number=number")
    assert "      2  new" in first
    assert "  Surgery > Theatres" in first
    assert "run the same command with --apply" in first
    applied = said(organisation_there, str(file), "--map", "employee number=number", "--apply")
    assert applied.startswith("Columns:\n  employee_number  number\n")
    assert "Applied:" in applied
    again = said(organisation_there, str(file))
    assert "      2  unchanged" in again
    assert "There is nothing to apply." in again
    assert "QQ12345" not in first + applied + again


def test_rejected_rows_are_told_and_nothing_is_applied(organisation_there: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "staff.csv"
    file.write_text(ROWS.replace("Number,", "Employee Number,", 1) + "2,Surgery,Theatres,Nurses,,QQ123458C\n" * 60)
    with pytest.raises(errors.Refused, match="Some rows are rejected"):
        said(organisation_there, str(file))
    with pytest.raises(errors.BadInput) as refused:
        said(organisation_there, str(file), "--apply")
    assert len(refused.value.problems) == 51
    assert "more: are not shown here. Nothing was changed." in str(refused.value)
    applied = said(organisation_there, str(file), "--apply", "--skip-rejected")
    assert "      1  new" in applied
    assert "     61  rejected" in applied


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--map", "site"), "it is not FIELD=COLUMN"),
        (("--map", "sight=X"), "Did you mean site"),
        (("--map", "site=X"), "no column for employee number"),
    ],
)
def test_mappings_that_cannot_be(
    organisation_there: dict[str, str], tmp_path: Path, arguments: tuple[str, ...], message: str
) -> None:
    file = tmp_path / "staff.csv"
    file.write_text(ROWS)
    with pytest.raises(errors.BadInput, match=message):
        said(organisation_there, str(file), *arguments)
