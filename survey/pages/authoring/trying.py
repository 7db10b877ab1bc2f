"""Trying a questionnaire out: the respondents' own pages, for somebody of the console, with answers stored nowhere.

Where they stand is told by the address alone. What saves, sends and withdraws answers elsewhere changes the address
here; there is no round, no token and no key, so that nothing of a trial can ever be among results.
"""

from datetime import UTC, datetime, timedelta
from functools import cached_property
from math import inf
from typing import Any

import msgspec
from litestar import Request, Response
from litestar.di import NamedDependency

from survey import errors
from survey.config import Config
from survey.core import trial
from survey.core.access import TRIALS
from survey.core.answers import Answers
from survey.core.effort import AUDIENCES
from survey.core.frame import Atom, Audience, Frame, FrameUnit, ReportingUnit
from survey.core.questionnaire.model import Questionnaire, words
from survey.core.rounds import Plan
from survey.core.trial import Trial
from survey.db import Database, Db
from survey.operations import authoring, signing_in
from survey.operations.responding import Visit
from survey.operations.viewing import Notices, View
from survey.pages import forms, rendering, replies
from survey.pages.forms import Form
from survey.pages.rendering import Shell
from survey.pages.responding import arriving
from survey.pages.responding import call as calls
from survey.pages.responding.call import Call
from survey.pages.visiting import Visitor

_GROUPS: dict[Audience, str] = {
    "clinical": "Nursing and Midwifery Registered",
    "non_clinical": "Administrative and Clerical",
}
_UNIT = ReportingUnit("An example team", None, None, ("example",), 24)
_WEEKS = timedelta(weeks=3)


def address(questionnaire_hash: str, audience: Audience, language: str) -> str:
    """Where a trial begins."""
    return f"{TRIALS}{questionnaire_hash}/{audience}/{language}"


class Tried(Call):
    """A respondent's call without a respondent."""

    def __init__(
        self, request: Request[Any, Any, Any], config: Config, database: Database, view: View, form: Form,
        visitor: Visitor, audience: Audience, language: str, standing: Trial,
    ):  # fmt: skip
        super().__init__(request, config, database, view, form)
        self._visitor, self._audience, self._language, self._standing = visitor, audience, language, standing

    @cached_property
    def language(self) -> str:
        return self.asked or self._language

    @cached_property
    def shell(self) -> Shell:
        """Without the script, which would keep answers to send them again, and without notices of a round's. It says
        what this is wherever it is looked at."""
        tongues = calls.shell(self.view, self.language).tongues
        title = words(self.view.title, self.language, self.questionnaire.languages[0])
        return Shell(self.view.organisation.name, f"Trial, nothing is stored: {title}", self.language, tongues=tongues)

    @cached_property
    def csrf(self) -> str:
        return self._visitor.form_token

    def check_form(self) -> None:
        """Done before there was a call."""

    async def visit(self, db: Db, token: str | None = None) -> Visit:
        atom, standing = self.view.frame.atoms[0], self._standing
        return Visit(atom, 0, _UNIT, standing.answers, 1, sent=standing.sent, unsent=False)

    def recall(self) -> Visit | None:
        return None

    async def save(self, db: Db, visit: Visit, answers: Answers) -> None:
        self._standing = Trial(answers)

    async def submit(self, db: Db, visit: Visit) -> None:
        self._standing = Trial(visit.answers, sent=True)

    async def withdraw(self, db: Db) -> None:
        self._standing = Trial({})

    def address(self, page: str) -> str:
        written = trial.write(self.questionnaire, self._standing)
        return f"{address(self.questionnaire.hash, self._audience, self.language)}/{written}/{page}"

    @property
    def _remembered(self) -> dict[str, str]:
        return {}


def _view(organisation: str, questionnaire: Questionnaire, audience: Audience) -> View:
    """A round that there is not: open for three weeks from now, for one team."""
    now = datetime.now(UTC)
    unit = FrameUnit("example", None, _UNIT.name, None, _UNIT.headcount)
    frame = Frame(organisation, (unit,), (_UNIT,), (Atom(0, _GROUPS[audience], audience, 12),))
    return View(
        round_id="trial",
        organisation=Notices(organisation, {}),
        questionnaire=questionnaire,
        frame=frame,
        opens_at=now,
        closes_at=now + _WEEKS,
        state="open",
        turns_in=inf,
        plan=Plan(),
        public_key=b"",
    )


async def provide(
    request: Request[Any, Any, Any],
    config: NamedDependency[Config],
    database: NamedDependency[Database],
    visitor: NamedDependency[Visitor],
) -> Call:
    """Raises NotFound for what is no version of theirs, no audience, or a language that it has not."""
    form = await forms.read(request) if request.method == "POST" else {}
    if request.method == "POST":
        signing_in.must_carry(form.get("csrf", [""])[0], visitor.secret)
    named = request.path_params
    audience = next((one for one in AUDIENCES if one == named["audience"]), None)
    async with database.connection() as db:
        questionnaire = await authoring.load(db, visitor.who.organisation_id, named["version"])
    if audience is None or named["language"] not in calls.offered(questionnaire):
        raise errors.NotFound
    view = _view(visitor.who.organisation, questionnaire, audience)
    standing = trial.read(questionnaire, named.get("standing", ""))
    return Tried(request, config, database, view, form, visitor, audience, named["language"], standing)


async def landing(call: NamedDependency[Call]) -> Response[bytes]:
    page = msgspec.structs.replace(arriving.landing_page(call, by_code=False), csrf=call.csrf)
    return call.html(rendering.page("responding/landing.html", page))


async def start(call: NamedDependency[Call]) -> Response[bytes]:
    return call.go("unit")


async def finish(call: NamedDependency[Call]) -> Response[bytes]:
    """There is no cookie to take back."""
    return replies.redirect(call.address("finished"))
