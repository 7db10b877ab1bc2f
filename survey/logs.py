"""Logs: one event a line, JSON or for a terminal, never with a token, an answer or a secret in it.

What must not be logged is never given to the logger: requests are logged by their route's template, not their path,
and tracebacks without the local variables of their frames, among which are tokens and answers. What the database adds
to an error is cut off: it names the values, and at times the whole row, that it was about.
"""

import io
import logging
import re
import sys
from typing import Any

import msgspec
import structlog


def _json(event: Any, **_: Any) -> str:
    return msgspec.json.encode(event, enc_hook=str).decode()


_DETAIL = re.compile(r"\nDETAIL:.*?(?=\n\n(?:The above|During handling)|\Z)", re.DOTALL)


def without_detail(told: Any) -> Any:
    """A traceback, as text or in structured form, without what the database says of the values in question."""
    match told:
        case str():
            return _DETAIL.sub("", told)
        case list():
            return [without_detail(one) for one in told]
        case dict():
            return {name: without_detail(one) for name, one in told.items()}
        case _:
            return told


def _discreet(_: Any, __: str, event: Any) -> Any:
    if "exception" in event:
        event["exception"] = without_detail(event["exception"])
    return event


def _plain_traceback(out: Any, exc_info: Any) -> None:
    whole = io.StringIO()
    structlog.dev.plain_traceback(whole, exc_info)
    out.write(without_detail(whole.getvalue()))


def configure(log_format: str) -> None:
    """Set up structlog and route the standard library's warnings through it. `log_format`: auto, console or json."""
    console = log_format == "console" or (log_format == "auto" and sys.stderr.isatty())
    traces = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
    to_people = [structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=_plain_traceback)]
    to_programs = [
        structlog.processors.ExceptionRenderer(traces),
        _discreet,
        structlog.processors.JSONRenderer(serializer=_json),
    ]
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            *(to_people if console else to_programs),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s %(message)s", stream=sys.stderr)


log: Any = structlog.get_logger()
