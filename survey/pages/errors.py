"""Every way of saying no, as a page."""

from typing import Any

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException

from survey import errors
from survey.pages import rendering, replies
from survey.pages.rendering import Shell

_TITLES = {
    404: ("Page not found", "If you typed the address, check it. If you copied it, check that you copied all of it."),
    405: ("Page not found", "If you typed the address, check it. If you copied it, check that you copied all of it."),
    413: ("That was too much at once", "Go back, shorten what you entered, then try again."),
    429: (errors.TooManyAttempts.title, str(errors.TooManyAttempts())),
}
_SORRY = ("Sorry, there is a problem with the service", "Try again in a few minutes.")
_REFUSED = ("That could not be done", "Go back, then try again.")
_ELSEWHERE = Shell(organisation="Digital survey", service="")
_RETRY = {429: "60", 503: "5"}


class Field(msgspec.Struct, frozen=True):
    name: str
    value: str


class ErrorPage(msgspec.Struct, frozen=True):
    """`kept`: it is somebody's journey, and their saved answers are safe. `fields`: what they sent, to send again."""

    shell: Shell
    title: str
    paragraphs: tuple[str, ...]
    kept: bool
    fields: tuple[Field, ...]


def respond(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """The page for an error, with its status. What nobody foresaw is not explained: it may name secrets."""
    status, title, paragraphs = _tell(error)
    state = request.scope["state"]
    journey = request.scope["path"].startswith("/r/")
    form: dict[str, list[str]] = state.get("form", {}) if status == 503 else {}
    page = ErrorPage(
        shell=state.get("shell", _ELSEWHERE),
        title=title,
        paragraphs=paragraphs,
        kept=journey and status in {429, 500, 503},
        fields=tuple(Field(name, value) for name, values in form.items() for value in values),
    )
    headers = {"retry-after": _RETRY[status]} if status in _RETRY else {}
    return replies.html(request, rendering.page("errors/error.html", page), status, headers)


def _tell(error: Exception) -> tuple[int, str, tuple[str, ...]]:
    if isinstance(error, errors.SurveyError) and not isinstance(error, errors.Misconfigured):
        text = str(error).removeprefix(f"{error.title}. ")
        return error.status, error.title, tuple(text.split("\n"))
    status = error.status_code if isinstance(error, HTTPException) else 500
    title, text = _TITLES.get(status, _SORRY if status >= 500 else _REFUSED)
    return 404 if status == 405 else status, title, (text,)
