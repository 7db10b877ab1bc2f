"""The cookie that carries a respondent's token from Start on. There is no session on the server."""

import re
from typing import Any

from litestar import Request

from survey import errors
from survey.config import Config
from survey.messages import mark

LENT_SECONDS, IDLE_SECONDS = 300, 240
"""On a shared device: how long a respondent's cookie lives unless a form renews it, and after how long without one the
page comes that asks whether they are still there. Together they end before the first page is back."""
_LENT_FOR = 60 * 60 * 24 * 60
"""Seconds for which a device stays a shared one, unless it is taken back or the round closes before."""
_ROUND = re.compile(r"[0-9a-z]{8}", re.ASCII)
_AND = "."
"""Between the token, the language that was chosen, if one was, and how they came. None has a full stop."""
_SLIP = "slip"


class LinkNeeded(errors.SurveyError):
    """To see or change your answers, open the link in your invitation again and press Start. If you have a slip, enter
    its code again. What you saved is kept."""

    status = 403
    title = mark("Open the link in your invitation again")


def name(config: Config, round_id: str) -> str:
    """One per round. `__Host-` binds it to this host and to https, which browsers enforce."""
    return f"__Host-r-{round_id}" if config.tls else f"r-{round_id}"


def read(request: Request[Any, Any, Any], config: Config, round_id: str) -> str:
    """The token. Raises LinkNeeded where there is none."""
    token = _parts(request, config, round_id)[0]
    if not token:
        raise LinkNeeded
    return token


def is_there(request: Request[Any, Any, Any], config: Config, round_id: str) -> bool:
    return bool(_value(request, config, round_id))


def language(request: Request[Any, Any, Any], config: Config, round_id: str) -> str:
    """The language that was chosen; empty where none was."""
    return _parts(request, config, round_id)[1]


def by_slip(request: Request[Any, Any, Any], config: Config, round_id: str) -> bool:
    """Whether its owner came by the code of a slip, and has no link to open again."""
    return _parts(request, config, round_id)[2] == _SLIP


def _parts(request: Request[Any, Any, Any], config: Config, round_id: str) -> tuple[str, str, str]:
    token, chosen, came, *_ = (*_value(request, config, round_id).split(_AND, 2), "", "")
    return token, chosen, came


def _value(request: Request[Any, Any, Any], config: Config, round_id: str) -> str:
    return request.cookies.get(name(config, round_id), "")


def given(
    config: Config, round_id: str, token: str, chosen: str = "", *, shared: bool = False, slip: bool = False
) -> dict[str, str]:
    """The header that hands the cookie out: gone when the browser closes, never shown to scripts or other sites. It
    remembers the language that was chosen, and whether they came by a slip. `shared`: on a shared device, where it is
    gone in minutes."""
    age = f"; Max-Age={LENT_SECONDS}" if shared else ""
    value = _AND.join((token, chosen, _SLIP if slip else "")).rstrip(_AND)
    return {"set-cookie": _cookie(config, round_id, value) + age}


def taken(config: Config, round_id: str) -> dict[str, str]:
    """The headers that take it back, and what the browser kept of the pages."""
    return {"set-cookie": _cookie(config, round_id, "") + "; Max-Age=0", "clear-site-data": '"cache"'}


def _cookie(config: Config, round_id: str, value: str) -> str:
    return _set(config, name(config, round_id), value)


def _set(config: Config, called: str, value: str) -> str:
    secure = "; Secure" if config.tls else ""
    return f"{called}={value}; Path=/; HttpOnly; SameSite=Lax{secure}"


def _device_name(config: Config) -> str:
    return "__Host-kiosk" if config.tls else "kiosk"


def lent(config: Config, round_id: str, token: str) -> dict[str, str]:
    """The header that makes a browser a shared device's."""
    cookie = _set(config, _device_name(config), f"{round_id}{_AND}{token}")
    return {"set-cookie": f"{cookie}; Max-Age={_LENT_FOR}"}


def device(request: Request[Any, Any, Any], config: Config) -> tuple[str, str]:
    """The round that a shared device is lent for, and the token of its link; empty on a device of somebody's own."""
    round_id, _, token = request.cookies.get(_device_name(config), "").partition(_AND)
    return (round_id, token) if _ROUND.fullmatch(round_id) else ("", "")
