"""A round on the command line: what it writes for whom, and what a mistake must not have done."""

import stat
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from survey.cli import organisation, questionnaire, staff
from survey.cli import round as rounds
from survey.errors import BadInput, NotFound, Refused, SurveyError
from tests import cast

Say = Callable[..., str]
FULL = "survey/data/questionnaires/default.toml"


@pytest.fixture
def say(environment: dict[str, str], tmp_path: Path) -> Say:
    """Runs a command in a deployment with a Trust and its staff list; what it printed."""

    def run(command: object, *arguments: str, **settings: str) -> str:
        told = environment | settings
        return CliRunner().invoke(command, arguments, env=told, catch_exceptions=False).output  # type: ignore[arg-type]

    (tmp_path / "staff.csv").write_text(cast.staff_list(), encoding="utf-8")
    run(organisation.command, "add", "TST", "Test Trust")
    run(staff.command, "import", str(tmp_path / "staff.csv"), "--apply")
    run(questionnaire.command, "add", FULL)
    return run


def _drafted(say: Say, custody: str) -> str:
    version = say(questionnaire.command, "list").split()[0]
    opens, closes = (f"{datetime.now(UTC) + timedelta(days=days):%Y-%m-%d 12:00}" for days in (-2, 14))
    window = ["--opens", opens, "--closes", closes]
    made = say(rounds.command, "draft", "R", "--questionnaire", version, *window, "--custody", custody)
    return made.split()[2].rstrip(":")


def test_only_this_account_can_read_everybodys_links(say: Say, tmp_path: Path) -> None:
    round_id, file = _drafted(say, "service"), tmp_path / "links.csv"
    with pytest.raises(NotFound):
        say(rounds.command, "links", "nope", "--out", str(file))
    assert not file.exists()
    say(rounds.command, "launch", round_id)
    file.touch(mode=0o644)
    say(rounds.command, "links", round_id, "--out", str(file))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert file.read_text().splitlines() == say(rounds.command, "links", round_id).splitlines()
    assert len(file.read_text().splitlines()) == 61


def test_a_round_launched_too_soon_is_called_off(say: Say) -> None:
    round_id = _drafted(say, "service")
    day = datetime.now(UTC) + timedelta(days=3)
    say(rounds.command, "reschedule", round_id, "--opens", f"{day:%Y-%m-%d 12:00}")
    say(rounds.command, "launch", round_id)
    said = say(rounds.command, "call-off", round_id)
    assert "The round is called off" in said
    left = said.split()[-1]
    assert left != round_id and "is still a draft" in _refused(say, "links", left)
    with pytest.raises(NotFound):
        say(rounds.command, "status", round_id)


def _refused(say: Say, *arguments: str) -> str:
    with pytest.raises(Refused) as refused:
        say(rounds.command, *arguments)
    return str(refused.value)


def test_shares_that_do_not_fit_leave_an_open_round_open(say: Say, tmp_path: Path) -> None:
    round_id, shares = _drafted(say, "split"), tmp_path / "shares"
    say(rounds.command, "key", "split", round_id, "--out", str(shares))
    say(rounds.command, "launch", round_id)
    given = ["--share", str(shares / "share-1.txt")]
    with pytest.raises(BadInput, match="do not fit together"):
        say(rounds.command, "close", round_id, "--now", *given)
    assert "is open" in say(rounds.command, "status", round_id)
    (tmp_path / "scan.pdf").write_bytes(b"\xff\xfe")
    with pytest.raises(BadInput, match="not UTF-8"):
        say(rounds.command, "close", round_id, "--now", *given, "--share", str(tmp_path / "scan.pdf"))
    say(rounds.command, "close", round_id, "--now", *given, "--share", str(shares / "share-3.txt"))
    assert "is closed" in say(rounds.command, "status", round_id)


def test_a_folder_that_the_system_refuses_is_told_in_a_sentence(say: Say, tmp_path: Path) -> None:
    round_id = _drafted(say, "service")
    with pytest.raises(SurveyError, match=r"staff\.csv.*: Not a directory\."):
        say(rounds.command, "launch", round_id, SURVEY_KEYS=str(tmp_path / "staff.csv" / "keys"))
    assert "is draft" in say(rounds.command, "status", round_id)


def test_a_notice_that_is_no_text_is_told_in_a_sentence(say: Say, tmp_path: Path) -> None:
    (tmp_path / "notice.docx").write_bytes(b"PK\xff")
    with pytest.raises(BadInput, match="not UTF-8"):
        say(organisation.command, "notice", "privacy", str(tmp_path / "notice.docx"))
