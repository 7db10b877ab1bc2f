"""How a finished page leaves: never kept by browsers or proxies, compressed where that is understood."""

import re
import zlib
from functools import lru_cache
from typing import Any

from litestar import Request, Response

_NO_GZIP = re.compile(r"gzip\s*;\s*q=0(?:\.0*)?\s*(?:,|$)")
_KEY = re.compile(r"[0-9a-f]{32}")
_HTML = "text/html"
_WORTHWHILE = 1_000
"""Bytes under which compressing gains nothing: it all fits one packet anyway."""


def takes_gzip(request: Request[Any, Any, Any]) -> bool:
    accepted = request.headers.get("accept-encoding", "")
    return "gzip" in accepted and _NO_GZIP.search(accepted) is None


def gzip(plain: bytes) -> bytes:
    """At the cheapest level: a page of 5 kB becomes 2 kB in some 50 microseconds."""
    packer = zlib.compressobj(1, zlib.DEFLATED, 31)
    return packer.compress(plain) + packer.flush()


_packed = lru_cache(maxsize=64)(gzip)
"""Of pages that are the same for everybody. Never of anybody's own."""


def html(
    request: Request[Any, Any, Any],
    body: bytes,
    status: int = 200,
    headers: dict[str, str] | None = None,
    *,
    shared: bool = False,
) -> Response[bytes]:
    """A page of a respondent's or of anyone's: `no-store`, because the next person may hold the same phone. `shared`:
    it is the same for everybody, so that its compressed form is kept."""
    sent = {"cache-control": "no-store", "vary": "accept-encoding", **(headers or {})}
    if asked := key(request):
        sent["survey-key"] = asked
    if len(body) >= _WORTHWHILE and takes_gzip(request):
        sent["content-encoding"] = "gzip"
        body = _packed(body) if shared else gzip(body)
    return Response(body, status_code=status, media_type=_HTML, headers=sent)


def file(name: str, media_type: str, content: str | bytes) -> Response[bytes]:
    """A file to download. `name` is of plain letters: nothing is quoted."""
    sent = {"cache-control": "no-store", "content-disposition": f'attachment; filename="{name}"'}
    body = content.encode() if isinstance(content, str) else content
    return Response(body, media_type=media_type, headers=sent)


def csv(name: str, text: str) -> Response[bytes]:
    """A file to download. With a mark at its beginning, so that Excel takes it for UTF-8."""
    return file(name, "text/csv; charset=utf-8", f"\ufeff{text}")


def key(request: Request[Any, Any, Any]) -> str:
    """The name our script gave this request, by which it knows our answer from a captive portal's; empty for none."""
    given = request.headers.get("survey-key", "")
    return given if _KEY.fullmatch(given) else ""


def empty(headers: dict[str, str]) -> Response[bytes]:
    """For our script, which reads the headers and leads on by itself."""
    return Response(b"", status_code=200, media_type="text/plain", headers={"cache-control": "no-store", **headers})


def redirect(address: str, headers: dict[str, str] | None = None) -> Response[bytes]:
    """After a POST: look there with GET."""
    sent = {"cache-control": "no-store", "location": address, **(headers or {})}
    return Response(b"", status_code=303, media_type=_HTML, headers=sent)
