"""The cookie that carries a respondent's token from Start on. There is no session on the server."""

from typing import Any

from litestar import Request

from survey import errors
from survey.config import Config
from survey.messages import mark

_AND = "."
"""Between the token and the language that was chosen, if one was. Neither has a full stop."""


class LinkNeeded(errors.SurveyError):
    """To see or change your answers, open the link in your invitation again and press Start. What you saved is kept."""

    status = 403
    title = mark("Open the link in your invitation again")


def name(config: Config, round_id: str) -> str:
    """One per round. `__Host-` binds it to this host and to https, which browsers enforce."""
    return f"__Host-r-{round_id}" if config.tls else f"r-{round_id}"


def read(request: Request[Any, Any, Any], config: Config, round_id: str) -> str:
    """The token. Raises LinkNeeded where there is none."""
    token = _value(request, config, round_id).partition(_AND)[0]
    if not token:
        raise LinkNeeded
    return token


def language(request: Request[Any, Any, Any], config: Config, round_id: str) -> str:
    """The language that was chosen; empty where none was."""
    return _value(request, config, round_id).partition(_AND)[2]


def _value(request: Request[Any, Any, Any], config: Config, round_id: str) -> str:
    return request.cookies.get(name(config, round_id), "")


def given(config: Config, round_id: str, token: str, chosen: str = "") -> dict[str, str]:
    """The header that hands the cookie out: gone when the browser closes, never shown to scripts or other sites. It
    remembers the language that was chosen, too."""
    return {"set-cookie": _cookie(config, round_id, f"{token}{_AND}{chosen}" if chosen else token)}


def taken(config: Config, round_id: str) -> dict[str, str]:
    """The headers that take it back, and what the browser kept of the pages."""
    return {"set-cookie": _cookie(config, round_id, "") + "; Max-Age=0", "clear-site-data": '"cache"'}


def _cookie(config: Config, round_id: str, value: str) -> str:
    secure = "; Secure" if config.tls else ""
    return f"{name(config, round_id)}={value}; Path=/; HttpOnly; SameSite=Lax{secure}"
