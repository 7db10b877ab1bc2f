"""One request of a respondent's: the round it is about, who holds the link, where pages are."""

from functools import cached_property
from typing import Any

from litestar import Request, Response
from litestar.params import FromPath

from survey import errors, sealing
from survey.config import Config
from survey.core.questionnaire.model import Questionnaire, words
from survey.db import Database, Db
from survey.operations import responding
from survey.operations.responding import Visit
from survey.operations.viewing import View
from survey.pages import cookies, forms, replies, times
from survey.pages.forms import Form
from survey.pages.rendering import Link, Shell


def shell(view: View, language: str) -> Shell:
    """What surrounds every page of a round."""
    links = (("Privacy", "privacy"), ("Accessibility", "accessibility"), ("Help", "help"))
    footer = tuple(Link(text, f"/{page}/{view.round_id}") for text, page in links)
    return Shell(view.organisation.name, words(view.title, language), language, footer)


class Call:
    """What handlers are given instead of the request. `form` is empty unless the request is a POST."""

    def __init__(self, request: Request[Any, Any, Any], config: Config, database: Database, view: View, form: Form):
        self.request, self.config, self.database, self.view, self.form = request, config, database, view, form

    @property
    def questionnaire(self) -> Questionnaire:
        return self.view.questionnaire

    @property
    def language(self) -> str:
        return self.questionnaire.languages[0]

    @cached_property
    def shell(self) -> Shell:
        return shell(self.view, self.language)

    @cached_property
    def token(self) -> str:
        """From the cookie. Raises LinkNeeded."""
        return cookies.read(self.request, self.config, self.view.round_id)

    @cached_property
    def csrf(self) -> str:
        return sealing.csrf(self.token, self.view.round_id)

    @property
    def closes(self) -> str:
        return times.spoken(self.view.closes_at, self.config.clock_zone)

    def check_form(self) -> None:
        """Raises LinkNeeded or NotOurs unless the form is from a page of this link's."""
        forms.check(self.form, self.token, self.view.round_id)

    async def visit(self, db: Db, token: str | None = None) -> Visit:
        """What the link's owner has answered; the window's dates are told to who comes too early or too late."""
        try:
            return await responding.visit(db, self.view, self.token if token is None else token)
        except errors.RoundNotOpen:
            raise errors.RoundNotOpen(too_early(self.view, self.config)) from None
        except errors.RoundClosed:
            raise errors.RoundClosed(too_late(self.view, self.config)) from None

    def address(self, page: str) -> str:
        return f"/r/{self.view.round_id}/{page}"

    def go(self, page: str, headers: dict[str, str] | None = None) -> Response[bytes]:
        return replies.redirect(self.address(page), headers)

    def html(self, body: bytes, status: int = 200) -> Response[bytes]:
        return replies.html(self.request, body, status)


def too_early(view: View, config: Config) -> str:
    return f"It opens on {times.spoken(view.opens_at, config.clock_zone)}. Your link will work from then on."


def too_late(view: View, config: Config) -> str:
    closed = times.spoken(view.closes_at, config.clock_zone)
    return (
        f"It closed on {closed}. Answers that were sent before then count. They can no longer be changed or withdrawn."
    )


async def provide(request: Request[Any, Any, Any], round_id: FromPath[str]) -> Call:
    """The form is read before anything can fail, so that an outage's page can offer to send it again; the shell is
    left with the request for whatever page tells of an error.

    Settings, pool and views come from the application's state: as three dependencies the framework would resolve them
    in a task group, which costs a warm page a fifth of its time.
    """
    state = request.app.state
    form = await forms.read(request) if request.method == "POST" else {}
    call = Call(request, state.config, state.database, await state.views.get(state.database, round_id), form)
    request.scope["state"]["shell"] = call.shell
    return call
