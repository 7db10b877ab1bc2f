"""The frame of the console's pages: whose it is, where one can go, and how a finished page leaves.

A page's template extends `layouts/console.html`. The frame has holes for what differs from visitor to visitor, so that
a page that follows from a release alone can be kept, and filled for whoever asks.
"""

from typing import Any

import msgspec
from litestar import Request, Response
from markupsafe import Markup

from survey import sealing
from survey.core import access
from survey.operations.signing_in import SignedIn
from survey.pages import rendering, replies
from survey.pages.rendering import Cut, Memo, Shell
from survey.pages.visiting import Visitor

SERVICE = "Digital maturity"
CSRF = rendering.hole("csrf")
"""Stands in a form for the session's token: `csrf(page.csrf)`."""
PLACES = (
    ("Home", "/"),
    ("Rounds", "/rounds"),
    ("Questionnaires", "/questionnaires"),
    ("Staff list", "/staff"),
    ("Sending", "/sending"),
    ("Results", "/results"),
    ("Comments", "/comments"),
    ("Accounts", "/accounts"),
    ("API keys", "/keys"),
    ("Audit log", "/audit-log"),
)
"""Where one can go, if the table of routes has the place and lets one."""
_navigation = Memo[bytes](256)


class Place(msgspec.Struct, frozen=True):
    text: str
    href: str
    here: bool


class Navigation(msgspec.Struct, frozen=True):
    places: tuple[Place, ...]


def shell(organisation: str) -> Shell:
    return Shell(organisation, SERVICE)


def fill(
    request: Request[Any, Any, Any],
    visitor: Visitor,
    page: Cut,
    status: int = 200,
    headers: dict[str, str] | None = None,
) -> Response[bytes]:
    """A page that may be kept, for this visitor."""
    body = page.fill(
        {
            "csrf": visitor.form_token.encode(),
            "name": Markup.escape(visitor.who.name).encode(),
            "once": str(sealing.random_id()).encode(),
            "navigation": navigation(visitor.who, request.scope["path"]),
        }
    )
    return replies.html(request, body, status, headers)


def navigation(who: SignedIn, path: str) -> bytes:
    """The places this visitor may go to; the one they are at is marked."""
    here = max((href for _, href in PLACES if _leads_to(href, path)), key=len, default="")
    return _navigation.get((who.roles, here), lambda: _render(who, here))


def _leads_to(href: str, path: str) -> bool:
    return path == href or (href != "/" and path.startswith(f"{href}/"))


def _render(who: SignedIn, here: str) -> bytes:
    open_to = (place for place in PLACES if access.allowed(who.roles, "GET", place[1]))
    places = tuple(Place(text, href, href == here) for text, href in open_to)
    return rendering.render("console/navigation.html", Navigation(places)).encode()
