"""Every way of saying no, as a page."""

from typing import Any

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException

from survey import errors, languages
from survey.core import access
from survey.messages import Message, mark, say
from survey.operations.redeeming import UnknownCode
from survey.pages import redeeming, rendering, replies, signing_in, visiting
from survey.pages.console import frame
from survey.pages.rendering import Link, Shell

_NOWHERE = (
    say("Page not found"),
    say("If you typed the address, check it. If you copied it, check that you copied all of it."),
)
_TITLES: dict[int, tuple[Message, Message]] = {
    404: _NOWHERE,
    405: _NOWHERE,
    413: (
        say("That was too much at once"),
        say("Nothing was saved. Go back, shorten what you entered, then try again."),
    ),
}
_SORRY = (say("Sorry, there is a problem with the service"), say("Try again in a few minutes."))
_REFUSED = (say("That could not be done"), say("Go back, then try again."))
_ELSEWHERE = mark("Digital maturity survey")
_RETRY = {429: "60", 503: "5"}


class Field(msgspec.Struct, frozen=True):
    name: str
    value: str


class ErrorPage(msgspec.Struct, frozen=True):
    """`kept`: it is somebody's journey, and their saved answers are safe. `fields`: what they sent, to send again.
    `way`: where somebody who came from the console can go on."""

    shell: Shell
    title: str
    paragraphs: tuple[str, ...]
    kept: bool
    fields: tuple[Field, ...]
    way: Link | None


def respond(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """The page for an error, with its status. What nobody foresaw is not explained: it may name secrets."""
    if isinstance(error, errors.NotSignedIn):
        return signing_in.needed(request)
    if isinstance(error, UnknownCode):
        return redeeming.again(request, error)
    status, title, paragraphs = _tell(error)
    state = request.scope["state"]
    shell: Shell = state["shell"] if "shell" in state else _elsewhere(request)
    journey = request.scope["path"].startswith("/r/")
    form: dict[str, list[str]] = state.get("form", {}) if status == 503 else {}
    page = ErrorPage(
        shell=shell,
        title=languages.tell(title, shell.language),
        paragraphs=tuple(
            line for said in paragraphs for line in languages.tell(said, shell.language).split("\n") if line
        ),
        kept=journey and status in {429, 500, 503},
        fields=tuple(Field(name, value) for name, values in form.items() for value in values),
        way=_way(request),
    )
    headers = {"retry-after": _RETRY[status]} if status in _RETRY else {}
    return replies.html(request, rendering.page("errors/error.html", page), status, headers)


def _way(request: Request[Any, Any, Any]) -> Link | None:
    is_astray = not request.scope.get("path_template") and any(name in request.cookies for name in visiting.COOKIES)
    if not is_astray and not _in_console(request):
        return None
    is_result = request.scope["path"].startswith("/results/")
    return Link("All results", "/results") if is_result else Link("Go to the first page", "/")


def _in_console(request: Request[Any, Any, Any]) -> bool:
    return bool(request.scope.get("path_template")) and not request.scope["path"].startswith(access.OF_RESPONDENTS)


def _elsewhere(request: Request[Any, Any, Any]) -> Shell:
    """Around a page of no round's: in the language the browser prefers, unless it is for those who run rounds."""
    if _in_console(request):
        return Shell(frame.SERVICE, "", languages.SOURCE)
    header = request.headers.get("accept-language", "")
    language = languages.preferred(header, tuple(languages.known())) or languages.SOURCE
    return Shell(languages.tell(_ELSEWHERE, language), "", language)


def _tell(error: Exception) -> tuple[int, Message | str, tuple[Message | str, ...]]:
    if isinstance(error, errors.NotAsPublished):
        return error.status, error.title, (error.told,)
    if isinstance(error, errors.SurveyError) and error.status < 500 and not isinstance(error, errors.TooLarge):
        return error.status, error.title, (error.told,)
    status = _status(error)
    title, text = _TITLES.get(status, _SORRY if status >= 500 else _REFUSED)
    return 404 if status == 405 else status, title, (text,)


def _status(error: Exception) -> int:
    if isinstance(error, HTTPException):
        return error.status_code
    return error.status if isinstance(error, errors.SurveyError) else 500
