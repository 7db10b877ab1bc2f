"""Sending on the command line: what is told before, what goes out, pausing, and the worker's one look."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from click.testing import CliRunner

from survey.cli import bounces, organisation, questionnaire, staff, worker
from survey.cli import round as rounds
from survey.cli.benching.mail_sink import Sink
from survey.errors import Refused
from tests import cast
from tests.core.test_bounces import report

Say = Callable[..., str]
FULL = "survey/data/questionnaires/default.toml"


@pytest.fixture
def sink() -> Iterator[tuple[Sink, int]]:
    """A mail server in a thread of its own: commands have an event loop to themselves."""
    loop, made = asyncio.new_event_loop(), Sink()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    yield made, asyncio.run_coroutine_threadsafe(made.start(), loop).result(5)
    asyncio.run_coroutine_threadsafe(made.stop(), loop).result(5)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


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


@pytest.fixture
def round_id(say: Say) -> str:
    version = say(questionnaire.command, "list").split()[0]
    opens, closes = (f"{datetime.now(UTC) + timedelta(days=days):%Y-%m-%d 12:00}" for days in (-2, 14))
    made = say(rounds.command, "draft", "R", "--questionnaire", version, "--opens", opens, "--closes", closes)
    found = made.split()[2].rstrip(":")
    say(rounds.command, "launch", found)
    return found


def _mail(port: int) -> dict[str, str]:
    return {
        "SURVEY_SMTP_URL": f"smtp://127.0.0.1:{port}",
        "SURVEY_SMTP_FROM": "Team <team@trust.example>",
        "SURVEY_SMTP_PER_MINUTE": "60000",
    }


def test_a_dry_run_says_when_and_to_whom_and_sends_nothing(say: Say, round_id: str, sink: tuple[Sink, int]) -> None:
    told = say(rounds.command, "send", round_id, "--dry-run", **_mail(sink[1]))
    assert told.startswith("Invitation ")
    assert told.count("Reminder ") == 2
    assert "Last reminder" in told
    assert "Of 60 people 60 have an e-mail address and 0 a mobile number" in told
    assert not sink[0].taken


def test_invitations_are_sent_once_and_counted(say: Say, round_id: str, sink: tuple[Sink, int]) -> None:
    told = say(rounds.command, "send", round_id, **_mail(sink[1]))
    assert "E-mail invitations: 60 sent, 0 waiting, 0 bounced, 0 refused." in told
    say(worker.command, "--once", "--no-close", **_mail(sink[1]))
    assert (len(sink[0].taken), sum(sink[0].taken.values())) == (60, 60)
    assert "60 sent" in say(rounds.command, "status", round_id)


def test_a_pause_holds_the_worker_back(say: Say, round_id: str, sink: tuple[Sink, int]) -> None:
    say(rounds.command, "pause-sending", round_id)
    say(worker.command, "--once", **_mail(sink[1]))
    assert "Sending is paused" in say(rounds.command, "status", round_id)
    assert not sink[0].taken
    say(rounds.command, "resume-sending", round_id)
    say(worker.command, "--once", **_mail(sink[1]))
    assert len(sink[0].taken) == 60


def test_bounces_that_come_back_are_taken_in(say: Say, round_id: str, sink: tuple[Sink, int], tmp_path: Path) -> None:
    say(rounds.command, "send", round_id, **_mail(sink[1]))
    for number, name in enumerate((next(iter(sink[0].taken)), uuid4())):
        (tmp_path / f"{number}.eml").write_bytes(report(returned=f"Message-ID: <{name}@trust.example>\n"))
    (tmp_path / "2.eml").write_bytes(b"Subject: I am away\n\nUntil Monday.")
    files = [str(tmp_path / f"{number}.eml") for number in range(3)]
    assert say(bounces.command, *files).strip() == (
        "3 read, 2 of them bounces, 1 of these of messages that are known as sent."
    )
    assert "59 sent, 0 waiting, 1 bounced" in say(rounds.command, "status", round_id)
    assert "1 of them bounces, 0 of these" in say(bounces.command, files[0])


def test_without_a_provider_it_says_what_to_set(say: Say, round_id: str) -> None:
    with pytest.raises(Refused, match="SURVEY_SMTP_URL"):
        say(rounds.command, "send", round_id)
