"""One request of a respondent's: the round it is about, who holds the link, where pages are."""

from functools import cached_property, lru_cache
from typing import Any

import msgspec
from litestar import Request, Response
from litestar.params import FromPath

from survey import errors, languages, sealing
from survey.config import Config
from survey.core.answers import Answers
from survey.core.questionnaire.model import Questionnaire, words
from survey.db import Database, Db
from survey.languages import times
from survey.messages import Message, mark, say
from survey.operations import responding
from survey.operations.responding import Visit
from survey.operations.viewing import View
from survey.pages import cookies, forms, replies
from survey.pages.forms import Form
from survey.pages.rendering import Link, Shell, Tongue
from survey.pages.responding.voices import other

_VARY = {"vary": "accept-encoding, accept-language"}
_NOTICES = ((mark("Privacy"), "privacy"), (mark("Accessibility"), "accessibility"), (mark("Help"), "help"))


@lru_cache(maxsize=256)
def offered(questionnaire: Questionnaire) -> tuple[str, ...]:
    """The languages that both the questionnaire and the service speak; in any case the questionnaire's own."""
    first, *others = questionnaire.languages
    return (first, *(language for language in others if language in languages.known()))


def shell(view: View, language: str) -> Shell:
    """What surrounds every page of a round."""
    choice = offered(view.questionnaire)
    asked = f"?lang={language}" if len(choice) > 1 else ""
    links = [(languages.tell(text, language), f"/{page}/{view.round_id}{asked}") for text, page in _NOTICES]
    tongues = [Tongue(one, languages.name(one), one == language) for one in choice]
    return Shell(
        view.organisation.name,
        words(view.title, language, choice[0]),
        language,
        tuple(Link(text, href) for text, href in links),
        tuple(tongues) if len(choice) > 1 else (),
        script=True,
        service_in=other(view.title, language, choice[0]),
    )


class Call:
    """What handlers are given instead of the request. `form` is empty unless the request is a POST."""

    def __init__(self, request: Request[Any, Any, Any], config: Config, database: Database, view: View, form: Form):
        self.request, self.config, self.database, self.view, self.form = request, config, database, view, form

    @property
    def questionnaire(self) -> Questionnaire:
        return self.view.questionnaire

    @cached_property
    def language(self) -> str:
        """The one just asked for, else the one chosen before, else what the browser prefers, else the first."""
        choice = offered(self.questionnaire)
        if len(choice) == 1:
            return choice[0]
        wishes = (self.asked, cookies.language(self.request, self.config, self.view.round_id))
        found = next((wish for wish in wishes if wish in choice), None)
        return found or languages.preferred(self.request.headers.get("accept-language", ""), choice) or choice[0]

    @property
    def asked(self) -> str:
        """The language that this request asks for by name, in its address or by a button; empty for none."""
        given = self.form.get("_lang", [""])[-1] or str(self.request.query_params.get("lang", ""))
        return given if given in offered(self.questionnaire) else ""

    @property
    def late(self) -> bool:
        """Whether our script says that it has tried to send this before: something newer may be saved by now."""
        return self.request.headers.get("survey-late") == "1"

    def tell(self, said: Message | str) -> str:
        """A text in this request's language."""
        return languages.tell(said, self.language)

    @cached_property
    def shell(self) -> Shell:
        return msgspec.structs.replace(shell(self.view, self.language), kiosk=self.kiosk)

    @cached_property
    def kiosk(self) -> str:
        """The first page of the shared device that this comes from; empty for a device of somebody's own."""
        round_id = cookies.device(self.request, self.config)[0]
        return f"/kiosk/{round_id}" if round_id else ""

    def hand_out(self, token: str) -> dict[str, str]:
        """The header with the cookie, and in it the language that was chosen."""
        chosen = self.asked or cookies.language(self.request, self.config, self.view.round_id)
        slip = self.by_slip and token == self.token
        return cookies.given(self.config, self.view.round_id, token, chosen, shared=bool(self.kiosk), slip=slip)

    @cached_property
    def by_slip(self) -> bool:
        """Whether they came by the code of a slip: there is no link that they could open again."""
        return cookies.by_slip(self.request, self.config, self.view.round_id)

    @cached_property
    def token(self) -> str:
        """From the cookie. Raises LinkNeeded."""
        return cookies.read(self.request, self.config, self.view.round_id)

    @cached_property
    def csrf(self) -> str:
        return sealing.csrf(self.token, self.view.round_id)

    @property
    def closes(self) -> str:
        return times.spoken(self.view.closes_at, self.config.clock_zone, self.language)

    def must_be_open(self) -> None:
        """As the round was when it was loaded; raises what says that it is not open. The database decides again."""
        match self.view.state:
            case "open":
                return
            case "scheduled":
                raise errors.RoundNotOpen(self.too_early())
            case "paused":
                raise errors.RoundPaused
            case _:
                raise errors.RoundClosed(self.too_late())

    def check_form(self) -> None:
        """Raises LinkNeeded or NotOurs unless the form is from a page of this link's."""
        forms.check(self.form, self.token, self.view.round_id)

    async def visit(self, db: Db, token: str | None = None) -> Visit:
        """What the link's owner has answered; the window's dates are told to who comes too early or too late."""
        try:
            return await responding.visit(db, self.view, self.token if token is None else token)
        except errors.RoundNotOpen:
            raise errors.RoundNotOpen(self.too_early()) from None
        except errors.RoundClosed:
            raise errors.RoundClosed(self.too_late()) from None

    def recall(self) -> Visit | None:
        """What this process last knew of the answers, without asking the database."""
        return responding.recall(self.view, self.token)

    async def save(self, db: Db, visit: Visit, answers: Answers) -> None:
        await responding.save(db, self.view, self.token, visit, answers)

    async def submit(self, db: Db, visit: Visit) -> None:
        await responding.submit(db, self.view, self.token, visit)

    async def withdraw(self, db: Db) -> None:
        await responding.withdraw(db, self.view, self.token)

    def address(self, page: str) -> str:
        return f"/r/{self.view.round_id}/{page}"

    def go(self, page: str, headers: dict[str, str] | None = None) -> Response[bytes]:
        return self._lead(page, self._remembered | (headers or {}))

    def saved(self, page: str) -> Response[bytes]:
        """Lead on after what was sent has been committed: to a script this says so, and so nothing else may."""
        key = replies.key(self.request)
        return self._lead(page, self._remembered | ({"survey-saved": key} if key else {}))

    def _lead(self, page: str, headers: dict[str, str]) -> Response[bytes]:
        key = replies.key(self.request)
        if not key:
            return replies.redirect(self.address(page), headers)
        return replies.empty(headers | {"survey-key": key, "survey-next": self.address(page)})

    def html(self, body: bytes, status: int = 200, *, shared: bool = False) -> Response[bytes]:
        """`shared`: the page is the same for everybody who reads this language."""
        return replies.html(self.request, body, status, _VARY | self._remembered, shared=shared)

    @property
    def _remembered(self) -> dict[str, str]:
        """The cookie again, with the language that a button of this form asked for; and after every form on a shared
        device, where it is soon gone otherwise."""
        if not cookies.is_there(self.request, self.config, self.view.round_id):
            return {}
        asked = self.form.get("_lang") and self.asked
        return self.hand_out(self.token) if asked or (self.kiosk and self.request.method == "POST") else {}

    def too_early(self) -> Message:
        opens = times.spoken(self.view.opens_at, self.config.clock_zone, self.language)
        return say("It opens on %(when)s. Your link will work from then on.", when=opens)

    def too_late(self) -> Message:
        return say(
            "It closed on %(when)s. Answers that were sent before then count. They can no longer be changed or "
            "withdrawn.",
            when=self.closes,
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
