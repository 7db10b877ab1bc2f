"""Entering the code of a printed slip, on any device. It belongs to no round's address, so that it is short to type."""

from typing import Any

import msgspec
from litestar import Request, Response
from litestar.di import NamedDependency

from survey import errors, languages
from survey.config import Config
from survey.db import Database
from survey.messages import mark, say
from survey.operations import redeeming
from survey.pages import cookies, forms, rendering, replies
from survey.pages.forms import Form
from survey.pages.rendering import Shell, Tongue

Asked = Request[Any, Any, Any]
SERVICE = mark("Digital maturity survey")
_VARY = {"vary": "accept-encoding, accept-language"}


class CodePage(msgspec.Struct, frozen=True):
    """`error` stands beside the field and in the summary above."""

    shell: Shell
    title: str
    typed: str
    error: str


async def ask(request: Asked) -> Response[bytes]:
    return _page(request)


async def take(request: Asked, config: NamedDependency[Config], database: NamedDependency[Database]) -> Response[bytes]:
    """Hand out the cookie and lead to the first page. Writes nothing; the code goes into no address and no log."""
    form = await forms.read(request)
    forms.check_origin(request, config.base_url)
    async with database.connection() as db:
        seat = await redeeming.redeem(db, config.secret_bytes(), form.get("code", [""])[0])
    wish = asked(request, form)
    shared = bool(cookies.device(request, config)[0])
    handed = cookies.given(config, seat.round_id, seat.token, wish, shared=shared, slip=True)
    lang = f"?lang={wish}" if wish else ""
    return replies.redirect(f"/r/{seat.round_id}/begin{lang}", handed)


def again(request: Asked, error: errors.SurveyError) -> Response[bytes]:
    """The same page for a code that opens nothing, with what was typed."""
    return _page(request, error)


def _page(request: Asked, error: errors.SurveyError | None = None) -> Response[bytes]:
    form: Form = request.scope["state"].get("form", {})
    shell = around(request, form)
    title = languages.tell(say("Enter the code from your slip"), shell.language)
    page = CodePage(
        shell=shell,
        title=languages.tell(say("Error: %(title)s", title=title), shell.language) if error else title,
        typed=form.get("code", [""])[0][:40],
        error=" ".join(_said(error, shell.language)) if error else "",
    )
    return replies.html(request, rendering.page("redeeming/code.html", page), error.status if error else 200, _VARY)


def _said(error: errors.SurveyError, language: str) -> tuple[str, str]:
    return f"{languages.tell(error.title, language)}.", languages.tell(error.told, language)


def asked(request: Asked, form: Form) -> str:
    """The language that was asked for by name; empty for none."""
    given = form.get("lang", [""])[0] or str(request.query_params.get("lang", ""))
    return given if given in languages.known() else ""


def around(request: Asked, form: Form) -> Shell:
    """What surrounds a page that belongs to no round."""
    known = tuple(languages.known())
    language = (
        asked(request, form)
        or languages.preferred(request.headers.get("accept-language", ""), known)
        or languages.SOURCE
    )
    tongues = tuple(Tongue(one, languages.name(one), one == language) for one in known)
    lent = cookies.device(request, request.app.state.config)[0]
    return Shell(languages.tell(SERVICE, language), "", language, (), tongues, kiosk=f"/kiosk/{lent}" if lent else "")
