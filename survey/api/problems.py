"""Every way the API says no: RFC 9457 problem documents, for what we foresaw and for what we did not."""

import re
from http import HTTPStatus
from typing import Annotated, Any
from urllib.parse import quote

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException
from msgspec import Meta

from survey import errors

MEDIA_TYPE = "application/problem+json"
_WAIT = {429: "60", 503: "5"}
"""Seconds after which it is worth trying again."""
_WORDS = {
    400: "This request could not be understood.",
    404: "There is nothing at this address.",
    405: "This address does not answer that method.",
    500: "Something went wrong on our side. It has been noted under the request id.",
}


class Mistake(msgspec.Struct, frozen=True):
    """One thing to mend."""

    place: Annotated[str, Meta(description="Where it is.", examples=["query: kind"])]
    what: Annotated[str, Meta(description="What is wrong with it.")]


class ProblemDocument(msgspec.Struct, frozen=True, omit_defaults=True):
    """A problem as RFC 9457 defines it, with the id under which the request was logged."""

    type: Annotated[
        str, Meta(description="Names the kind of problem; compare it whole.", examples=["urn:survey:problem:not-found"])
    ]
    title: Annotated[str, Meta(description="The kind of problem in words.", examples=["Not found"])]
    status: Annotated[int, Meta(description="The HTTP status.", ge=400, le=599, examples=[404])]
    detail: Annotated[str, Meta(description="What happened this time, and what to do about it.")]
    instance: Annotated[str, Meta(description="The address that was asked for.", examples=["/api/v1/rounds/k3v9tq2m"])]
    request_id: Annotated[
        str, Meta(description="Quote it when you ask for help; X-Request-ID repeats it.", examples=["5f0c1d2e3a4b5c6d"])
    ]
    problems: Annotated[tuple[Mistake, ...], Meta(description="Each mistake, where there are several.")] = ()


def respond(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """The problem document of any error. What nobody foresaw says nothing about our insides."""
    document = _document(request, error)
    headers = dict(getattr(error, "headers", None) or {}) | {"cache-control": "no-store"}
    if document.status == HTTPStatus.UNAUTHORIZED:
        headers["www-authenticate"] = 'Bearer realm="survey"'
    if document.status in _WAIT:
        headers["retry-after"] = _WAIT[document.status]
    return Response(msgspec.json.encode(document), status_code=document.status, media_type=MEDIA_TYPE, headers=headers)


def _document(request: Request[Any, Any, Any], error: Exception) -> ProblemDocument:
    status, kind, title, detail = _told(error)
    return ProblemDocument(
        type=f"urn:survey:problem:{kind}",
        title=title,
        status=status,
        detail=detail,
        instance=quote(request.scope["path"], safe="/:@"),
        request_id=str(request.scope["state"].get("request_id", "")),
        problems=_mistakes(error),
    )


def _told(error: Exception) -> tuple[int, str, str, str]:
    """Status, kind, title and detail."""
    if isinstance(error, errors.SurveyError):
        return error.status, _kind(type(error).__name__), error.title, str(error)
    status = error.status_code if isinstance(error, HTTPException) else 500
    title = HTTPStatus(status).phrase
    return status, _kind(title), title, _WORDS.get(status, title)


def _kind(name: str) -> str:
    """ "NotFound" and "Not Found" become "not-found"."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])|[^A-Za-z]+", "-", name).lower()


def _mistakes(error: Exception) -> tuple[Mistake, ...]:
    if isinstance(error, errors.BadInput):
        return tuple(Mistake(problem.place, f"{problem.what} {problem.mend}".strip()) for problem in error.problems)
    if isinstance(error, ValidationException) and isinstance(error.extra, list):
        return tuple(_mistake(one) for one in error.extra)
    return ()


def _mistake(found: Any) -> Mistake:
    source = found.get("source", "request")
    return Mistake(f"{getattr(source, 'value', source)}: {found.get('key', '')}", found["message"])
