"""Questionnaires on the command line."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from survey import errors
from survey.cli.organisation import command as organisation_command
from survey.cli.questionnaire import command
from survey.core.questionnaire.reading import read
from tests.core.makers import DEFAULT, SHIPPED

HASH = read(DEFAULT).hash


def said(*arguments: str, environment: dict[str, str] | None = None) -> str:
    outcome = CliRunner().invoke(command, arguments, env=environment, catch_exceptions=False)
    assert outcome.exit_code == 0, outcome.output
    return outcome.output


def test_check_says_what_a_file_holds() -> None:
    assert said("check", str(SHIPPED / "default.toml")).splitlines() == [
        "Digital maturity survey: 30 items on 30 pages",
        "    8  Digitally transforming cancer services",
        "    6  Empowering cancer patients and carers",
        "    8  Empowering staff",
        "    6  Advancing data-driven cancer research and innovation",
        "    2  not scored",
        f"Its hash is {HASH}.",
    ]


def test_check_says_every_mistake(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(DEFAULT.replace("cuts =", "cut =").replace('id = "S2"', 'id = "S1"'), encoding="utf-8")
    with pytest.raises(errors.BadInput) as caught:
        said("check", str(file))
    assert [problem.place for problem in caught.value.problems] == ["levels, cut", "item S1 (line 72), id"]


def test_add_list_and_show(environment: dict[str, str]) -> None:
    file = str(SHIPPED / "default.toml")
    assert CliRunner().invoke(organisation_command, ["add", "TST", "Test Trust"], env=environment).exit_code == 0
    assert f"Added as {HASH}." in said("add", file, environment=environment)
    assert "It was there already: nothing changed." in said("add", file, environment=environment)
    assert said("list", environment=environment).split(maxsplit=2)[::2] == [HASH[:12], "Digital maturity survey\n"]
    assert said("show", HASH[:12], environment=environment) == DEFAULT


def test_diff_of_files_and_versions(environment: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(
        DEFAULT.replace("The main clinical system I use is easy", "My main system is easy"), encoding="utf-8"
    )
    told = said("diff", str(SHIPPED / "default.toml"), str(file))
    assert "  Digitally transforming cancer services: can be compared on 7 of its 8 questions" in told
    assert "  Empowering staff: can be compared" in told
    assert "(its results can no longer be compared)" in told
    assert "      + My main system is easy to find my way around." in told
    assert told.endswith("29 unchanged.\n")
    assert CliRunner().invoke(organisation_command, ["add", "TST", "Test Trust"], env=environment).exit_code == 0
    said("add", str(SHIPPED / "default.toml"), environment=environment)
    assert said("diff", HASH[:12], str(file), environment=environment) == told
    assert said("diff", HASH[:12], HASH, environment=environment) == "Nothing: both ask and score the same.\n"
