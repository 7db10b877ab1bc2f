"""What stands before every answer of the API: whose key this is, and whether the caller has the answer already."""

import hashlib
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, Response
from litestar.exceptions import ValidationException

from survey import errors
from survey.core import access
from survey.db import Database, Db
from survey.operations import granting, reading
from survey.operations.reading import Result

_SHAPE = "1"
"""Counts on whenever the same release would be answered with other bytes."""
_JSON = "application/json"


def _secret(request: Request[Any, Any, Any]) -> str:
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not secret.strip():
        raise errors.NotSignedIn("Send your API key with the request, as: Authorization: Bearer svy_…")
    return secret.strip()


@asynccontextmanager
async def asking(
    request: Request[Any, Any, Any], database: Database, filters: Collection[str] = ()
) -> AsyncIterator[tuple[Db, UUID]]:
    """A connection, and the organisation whose key was sent. Raises NotSignedIn without one that works, and
    ValidationException for a filter that is not one of these: ignored, it would answer another question."""
    secret = _secret(request)
    async with database.connection() as db:
        organisation_id = await granting.holder(db, secret)
        access.must_allow(("key",), request.method, request.scope["path_template"])
        _refuse_unknown(request, filters)
        yield db, organisation_id


def _refuse_unknown(request: Request[Any, Any, Any], filters: Collection[str]) -> None:
    unknown = sorted(set(request.query_params) - set(filters))
    if unknown:
        known = f"It can be {', '.join(filters)}." if filters else "There is nothing to choose here."
        raise ValidationException(
            extra=[{"source": "query", "key": key, "message": f"This is not a filter. {known}"} for key in unknown]
        )


async def about(
    request: Request[Any, Any, Any],
    database: Database,
    round_id: str,
    make: Callable[[Result], msgspec.Struct | bytes],
    filters: Collection[str] = (),
) -> Response[Any]:
    """What `make` tells of a published round, or 304: then the release itself was not even fetched."""
    async with asking(request, database, filters) as (db, organisation_id):
        latest = await reading.edition(db, organisation_id, round_id)
        tag = etag(latest.digest)
        if has_already(request, tag):
            return unchanged(tag)
        result = await reading.find(db, organisation_id, round_id, None)
    return answer(make(result), tag)


def etag(*digests: str) -> str:
    return f'"{hashlib.sha256("/".join((_SHAPE, *digests)).encode()).hexdigest()[:32]}"'


def has_already(request: Request[Any, Any, Any], tag: str) -> bool:
    """Whether If-None-Match names the tag (weak comparison, RFC 9110 section 13.1.2)."""
    given = [one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")]
    return tag in given or given == ["*"]


def unchanged(tag: str) -> Response[Any]:
    return Response(b"", status_code=304, media_type=_JSON, headers=_headers(tag))


def answer(content: msgspec.Struct | bytes, tag: str) -> Response[Any]:
    body = content if isinstance(content, bytes) else msgspec.json.encode(content)
    return Response(body, media_type=_JSON, headers=_headers(tag))


def _headers(tag: str) -> dict[str, str]:
    """One organisation's results are no shared cache's business; every use asks whether they still hold."""
    return {"etag": tag, "cache-control": "private, no-cache", "vary": "authorization"}
