"""Two addresses, where a deployment has two: respondents' pages answer on theirs, the console and the API on theirs.

What is asked for on the wrong one is not found, as if it did not exist; a host that is neither is refused. Only the
Host header is read: what a request says of other hosts is nobody's word.
"""

from typing import Any
from urllib.parse import urlsplit

from litestar.types import ASGIApp, Receive, Scope, Send

from survey.config import Config
from survey.core import access

_NOWHERE = "/not-on-this-host"
_STRANGE = b"This is not the address of this service."


class Hosts:
    """Wraps the application where the console has an address of its own."""

    def __init__(self, inner: ASGIApp, config: Config) -> None:
        self._inner = inner
        self._respondents, self._console = urlsplit(config.base_url).netloc, urlsplit(config.console).netloc

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if str(scope["type"]) != "http":
            await self._inner(scope, receive, send)
            return
        side, host = access.side(scope["path"]), _host(scope)
        if side == "both" or host == (self._respondents if side == "respondents" else self._console):
            await self._inner(scope, receive, send)
        elif host in {self._respondents, self._console}:
            await self._inner({**scope, "path": _NOWHERE, "raw_path": _NOWHERE.encode()}, receive, send)  # type: ignore[arg-type]
        else:
            await _refuse(send)


def _host(scope: Any) -> str:
    """The last of several would be a proxy's choice, the first another's: of several, none."""
    given = [value for name, value in scope["headers"] if name == b"host"]
    return given[0].decode("latin-1").lower() if len(given) == 1 else ""


async def _refuse(send: Any) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(_STRANGE)).encode())]
    await send({"type": "http.response.start", "status": 400, "headers": headers})
    await send({"type": "http.response.body", "body": _STRANGE})
