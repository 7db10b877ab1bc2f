"""Logs: one line an event, and never a token, an answer or a secret in it, whatever goes wrong."""

import json
import logging
from collections.abc import Callable, Iterator

import asyncpg
import pytest
import structlog

from survey import logs
from survey.config import Secret

TOKEN = "tok-3f9c0a71-never-in-a-log"
FORMATS = ["json", "console"]


@pytest.fixture(autouse=True)
def as_before(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Logging is the process's: put it back. A logger that was used before keeps its settings, so take a fresh one."""
    everybodys = logs.log
    monkeypatch.setattr(logs, "log", structlog.get_logger())
    root = logging.getLogger()
    handlers, level, settings = list(root.handlers), root.level, structlog.get_config()
    structlog.reset_defaults()
    yield
    structlog.configure(**settings)
    everybodys.__dict__.pop("bind", None)  # what a logger keeps from its first use
    root.handlers[:] = handlers
    root.setLevel(level)


Lines = Callable[[], list[str]]


@pytest.fixture
def written(capsys: pytest.CaptureFixture[str]) -> Lines:
    def lines() -> list[str]:
        out, err = capsys.readouterr()
        assert out == "", "logs are for stderr: stdout is the command's"
        return err.splitlines()

    return lines


def _fail_with(token: str) -> None:
    try:
        int(f"{len(token)} characters")
    except ValueError as error:
        answer = f"an answer of {token}"
        raise RuntimeError(f"the visit failed after {len(answer)}") from error


@pytest.mark.parametrize("log_format", ["json", "auto"])
def test_json_is_one_object_a_line(log_format: str, written: Lines) -> None:
    """`auto` is JSON where nobody watches: the capture is no terminal."""
    logs.configure(log_format)
    logs.log.info("request", route="/r/{round_id:str}", status=200, ms=1.5)
    logs.log.warning("closing has to wait", why="two\nlines and “quotes”")
    first, second = map(json.loads, written())
    assert first["event"] == "request"
    assert (first["route"], first["status"], first["ms"]) == ("/r/{round_id:str}", 200, 1.5)
    assert first["level"] == "info"
    assert first["timestamp"].endswith("Z")
    assert second["why"] == "two\nlines and “quotes”"


def test_console_is_one_line_an_event(written: Lines) -> None:
    logs.configure("console")
    logs.log.info("request", route="/livez")
    (line,) = written()
    assert "request" in line
    assert "/livez" in line


@pytest.mark.parametrize("log_format", FORMATS)
def test_what_is_beneath_notice_is_not_written(log_format: str, written: Lines) -> None:
    logs.configure(log_format)
    logs.log.debug("details", token=TOKEN)
    assert written() == []


@pytest.mark.parametrize("log_format", FORMATS)
def test_an_unforeseen_error_is_logged_with_its_trace_and_without_anybody_s_values(
    log_format: str, written: Lines
) -> None:
    """Property 6. Local variables of the frames hold tokens and answers: they stay out."""
    logs.configure(log_format)
    try:
        _fail_with(TOKEN)
    except RuntimeError as error:
        logs.log.error("unforeseen", request_id="abcdefgh", exc_info=error)
    text = "\n".join(written())
    assert "RuntimeError" in text
    assert "_fail_with" in text, "where it happened"
    assert "ValueError" in text, "and what it came from"
    assert TOKEN not in text


@pytest.mark.parametrize("log_format", FORMATS)
def test_what_the_database_says_of_the_values_in_question_is_cut_off(log_format: str, written: Lines) -> None:
    """Property 6. Its details name keys, and of a refused row every value, on as many lines as that has."""
    logs.configure(log_format)
    refused = asyncpg.UniqueViolationError("duplicate key value")
    refused.detail = f"Failing row contains (7, {TOKEN},\n{TOKEN})."
    try:
        try:
            raise refused
        except asyncpg.UniqueViolationError as error:
            raise RuntimeError("adding failed") from error
    except RuntimeError as error:
        logs.log.error("unforeseen", exc_info=error)
    text = "\n".join(written())
    assert "duplicate key value" in text
    assert "adding failed" in text, "what came after the details is told"
    assert TOKEN not in text


@pytest.mark.parametrize("log_format", FORMATS)
def test_values_that_are_not_plain_are_logged_as_their_repr_or_text(log_format: str, written: Lines) -> None:
    """A Secret that is logged by mistake says nothing."""
    logs.configure(log_format)
    logs.log.info("started", secret=Secret(TOKEN.encode()), where=ValueError("x"))
    (line,) = written()
    assert "Secret(…)" in line
    assert TOKEN not in line


@pytest.mark.parametrize("log_format", FORMATS)
def test_the_standard_library_s_warnings_come_out_too_and_its_chatter_does_not(
    log_format: str, written: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    logs.configure(log_format)
    logging.getLogger("asyncio").warning("slow callback")
    logging.getLogger("uvicorn").info("GET /r/%s", TOKEN)
    assert written() == ["WARNING asyncio slow callback"]
