"""What every request passes through: an id, a size limit, security headers, HEAD, and one line in the log.

Plain ASGI around the application, so that it also covers what the framework answers by itself.
"""

import re
import secrets
import time
from typing import Any

from litestar.types import ASGIApp, Receive, Scope, Send

from survey.core.access import OF_RESPONDENTS, TRIALS
from survey.errors import TooLarge
from survey.logs import log

BODY_LIMIT = 65_536
"""Bytes a request may carry: a page of answers needs a few thousand."""
UPLOADS = {
    ("POST", "/staff/imports"): 31_000_000,
    ("POST", "/questionnaires/file"): 1_100_000,
    ("POST", "/questionnaires/text"): 3_200_000,
}
"""Where files are taken, and how much: what a staff list or a questionnaire may have, and some for the form around it.
A text in a form of fields takes up to three times its size."""

_ID = re.compile(rb"[A-Za-z0-9_-]{8,64}")
_POLICY = (
    b"default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; form-action 'self'; "
    b"base-uri 'none'; frame-ancestors 'none'"
)
_SCRIPTED = _POLICY + b"; script-src 'self'; connect-src 'self'; worker-src 'self'"
"""For respondents' pages, which load one script of ours; it says nothing of inline ones, so they stay refused."""
_PREVIEW = re.compile(r"/questionnaires/[0-9a-f]+/preview")
_FRAMING = _POLICY + b"; frame-src 'self'"
"""For the one page that shows others of ours in a frame."""
_FRAMED = _POLICY.replace(b"frame-ancestors 'none'", b"frame-ancestors 'self'")
"""For the pages that it shows."""
HEADERS = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
]
TLS_HEADERS = [(b"strict-transport-security", b"max-age=31536000")]


def _policy(path: str) -> bytes:
    if path.startswith(OF_RESPONDENTS):
        return _SCRIPTED
    if path.startswith(TRIALS):
        return _FRAMED
    return _FRAMING if _PREVIEW.fullmatch(path) else _POLICY


class Doorway:
    """Wraps the application. `tls`: people reach it by https."""

    def __init__(self, inner: ASGIApp, *, tls: bool) -> None:
        self._inner, self._headers = inner, HEADERS + (TLS_HEADERS if tls else [])

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if str(scope["type"]) != "http":
            await self._inner(scope, receive, send)
            return
        await Passage(self._inner, scope, receive, send, self._headers).run()


class Passage:
    """One request on its way through."""

    def __init__(self, inner: ASGIApp, scope: Any, receive: Receive, send: Send, headers: list[tuple[bytes, bytes]]):
        self._inner, self._scope, self._receive, self._send = inner, scope, receive, send
        self._headers, self._started, self._status, self._read = headers, time.perf_counter(), 500, 0
        given = dict(scope["headers"])
        asked = given.get(b"x-request-id", b"")
        self._id = asked if _ID.fullmatch(asked) else secrets.token_hex(8).encode()
        length = given.get(b"content-length", b"")
        self._most = UPLOADS.get((scope["method"], scope["path"]), BODY_LIMIT)
        self._too_large = length.isdigit() and (len(length) > 9 or int(length) > self._most)
        self._head = scope["method"] == "HEAD"
        self._policy = _policy(scope["path"])

    async def run(self) -> None:
        scope = self._scope
        scope.setdefault("state", {})["request_id"] = self._id.decode()
        if self._head:  # on a copy: the server counts the body's bytes by the method that it was asked with
            self._scope = scope = {**scope, "method": "GET"}
        try:
            await self._inner(scope, self._take, self._give)
        except TooLarge:
            await self._refuse()
        finally:
            self._note()

    async def _take(self) -> Any:
        """Raised where the body is asked for, so that the face that asked says it; what says its size is never read."""
        if self._too_large:
            raise TooLarge
        message: Any = await self._receive()
        self._read += len(message.get("body", b""))
        if self._read > self._most:
            raise TooLarge
        return message

    async def _give(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self._status = message["status"]
            policy = (b"content-security-policy", self._policy)
            message["headers"] = [*message["headers"], policy, *self._headers, (b"x-request-id", self._id)]
        elif self._head:
            message = {**message, "body": b""}
        await self._send(message)

    async def _refuse(self) -> None:
        body = str(TooLarge()).encode()
        headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(body)).encode())]
        await self._give({"type": "http.response.start", "status": 413, "headers": headers})
        await self._give({"type": "http.response.body", "body": body})

    def _note(self) -> None:
        """The route's template, never the path: paths carry tokens."""
        log.info(
            "request",
            method="HEAD" if self._head else self._scope["method"],
            route=self._scope.get("path_template") or "-",
            status=self._status,
            ms=round((time.perf_counter() - self._started) * 1000, 1),
            request_id=self._id.decode(),
        )
