"""Trying a questionnaire as staff would meet it: the same pages, and nothing is stored.

What was entered travels in a cookie of the trial's own, wrapped under the deployment's secret. Nothing here knows a
round, an invitation or a token, so a trial has no way into a result.
"""

from collections.abc import Mapping, Sequence
from typing import Any, get_args

import msgspec
from litestar import Request, Response
from litestar.di import NamedDependency
from litestar.params import FromPath

from survey import errors, languages, sealing
from survey.config import Config
from survey.core import answers as packing
from survey.core import journey
from survey.core.answers import Answers
from survey.core.frame import Audience
from survey.core.items import KINDS
from survey.core.questionnaire.model import Item, Questionnaire, words
from survey.db import Database
from survey.operations import authoring
from survey.pages import rendering, replies
from survey.pages.forms import Form
from survey.pages.rendering import Shell
from survey.pages.responding import questions, summary
from survey.pages.responding.checking import Check
from survey.pages.responding.questions import Sheet
from survey.pages.visiting import Visitor

AUDIENCES: dict[str, Audience] = {"clinical": "clinical", "non-clinical": "non_clinical"}
_LONGEST = 200
"""Characters of a text that a trial remembers: a cookie is small."""
_MOST = 3_000
_COOKIE = "trial"


class Finished(msgspec.Struct, frozen=True):
    shell: Shell
    title: str
    again: str


class Trial:
    """One request of a trial: what is tried, as whom, and what has been entered."""

    def __init__(self, request: Request[Any, Any, Any], visitor: Visitor, questionnaire: Questionnaire, kind: str):
        self.request, self.visitor, self.questionnaire, self.kind = request, visitor, questionnaire, kind
        self.audience = AUDIENCES[kind]
        self.language = questionnaire.languages[0]

    @property
    def shell(self) -> Shell:
        title = words(self.questionnaire.title, self.language)
        return Shell(self.visitor.who.organisation, f"Trial: nothing is stored – {title}", self.language)

    @property
    def home(self) -> str:
        return f"/try/{self.questionnaire.hash}/{self.kind}"

    @property
    def csrf(self) -> str:
        return self.visitor.form_token

    @property
    def form(self) -> Form:
        return self.visitor.form

    def answers(self, secret: bytes) -> Answers:
        """What has been entered, as far as this questionnaire asks it."""
        try:
            plain = sealing.unwrap(secret, self.home, self.request.cookies.get(_COOKIE, ""))
        except errors.Refused:
            return {}
        return msgspec.json.decode(plain, type=dict[str, tuple[str, ...]])

    def go(self, page: str, headers: dict[str, str] | None = None) -> Response[bytes]:
        return replies.redirect(f"{self.home}/{page}", headers)

    def html(self, body: bytes, status: int = 200) -> Response[bytes]:
        return replies.html(self.request, body, status)

    def remembered(self, config: Config, answers: Answers) -> dict[str, str]:
        """The header that carries the answers on. More than a cookie holds is not remembered at all."""
        short = {item: tuple(value[:_LONGEST] for value in values) for item, values in answers.items()}
        wrapped = sealing.wrap(config.secret_bytes(), self.home, msgspec.json.encode(short).decode())
        secure = "; Secure" if config.console_tls else ""
        value = wrapped if len(wrapped) <= _MOST else ""
        return {"set-cookie": f"{_COOKIE}={value}; Path={self.home}; HttpOnly; SameSite=Lax{secure}"}


async def provide(
    request: Request[Any, Any, Any],
    database: NamedDependency[Database],
    visitor: NamedDependency[Visitor],
    questionnaire: FromPath[str],
    audience: FromPath[str],
) -> Trial:
    if audience not in AUDIENCES:
        raise errors.NotFound
    async with database.connection() as db:
        loaded = await authoring.load(db, visitor.who.organisation_id, questionnaire)
    return Trial(request, visitor, loaded, audience)


async def begin(trial: NamedDependency[Trial]) -> Response[bytes]:
    """Straight to the first page that this audience sees."""
    return trial.go(f"q/{journey.pages(trial.questionnaire, trial.audience, {})[0] + 1}")


async def show(
    trial: NamedDependency[Trial], config: NamedDependency[Config], number: FromPath[int]
) -> Response[bytes]:
    given = trial.answers(config.secret_bytes())
    items = journey.items(trial.questionnaire, trial.audience, given, number - 1)
    if not items:
        return trial.go("check")
    return trial.html(questions.page(_sheet(trial, number, items, given), trial.csrf))


async def take(
    trial: NamedDependency[Trial], config: NamedDependency[Config], number: FromPath[int]
) -> Response[bytes]:
    before = trial.answers(config.secret_bytes())
    items = journey.items(trial.questionnaire, trial.audience, before, number - 1)
    if not items:
        return trial.go("check")
    page = trial.questionnaire.pages[number - 1]
    cleared = trial.form.get("_clear", ())
    form = {field: values for field, values in trial.form.items() if field not in cleared}
    given, mistakes = packing.parse_page(trial.questionnaire, page, form, trial.language)
    if mistakes:
        typed = {item.id: KINDS[item.kind].gather(item, trial.form) for item in items}
        told = {item: languages.tell(said, trial.language) for item, said in mistakes.items()}
        return trial.html(questions.page(_sheet(trial, number, items, typed, told, before), trial.csrf), 422)
    answers = packing.replaced(page, before, given)
    following = journey.next_page(trial.questionnaire, trial.audience, answers, number - 1)
    onward = f"q/{number}" if cleared else "check" if following is None or _changing(trial) else f"q/{following + 1}"
    return trial.go(onward, trial.remembered(config, answers))


def _changing(trial: Trial) -> bool:
    return trial.request.query_params.get("change") == "1"


def _sheet(
    trial: Trial,
    number: int,
    items: tuple[Item, ...],
    given: Mapping[str, Sequence[str]],
    mistakes: Mapping[str, str] | None = None,
    answers: Answers | None = None,
) -> Sheet:
    """`answers`: what the way follows from, where `given` is what was typed."""
    way: Any = given if answers is None else answers
    previous = journey.previous_page(trial.questionnaire, trial.audience, way, number - 1)
    back = "../check" if previous is None or _changing(trial) else str(previous + 1)
    return Sheet(
        shell=trial.shell,
        questionnaire=trial.questionnaire,
        items=items,
        given=given,
        number=number,
        back=back,
        progress=journey.progress(trial.questionnaire, trial.audience, way, number - 1),
        change=_changing(trial),
        mistakes=mistakes or {},
    )


async def check(trial: NamedDependency[Trial], config: NamedDependency[Config]) -> Response[bytes]:
    given = trial.answers(config.secret_bytes())
    asked = packing.asked(trial.questionnaire, trial.audience, given)
    answered = sum(item.id in given for item in asked)
    pages = journey.pages(trial.questionnaire, trial.audience, given)
    heading = languages.tell("Check your answers", trial.language)
    page = Check(
        shell=trial.shell,
        title=heading,
        heading=heading,
        back=f"q/{pages[-1] + 1}",
        sections=summary.sections(trial.questionnaire, asked, given, trial.language),
        answered=answered,
        unanswered=len(asked) - answered,
        sent=False,
        unsent=False,
        refused=False,
        first=f"q/{pages[0] + 1}",
        closes="its last day",
        csrf=trial.csrf,
    )
    return trial.html(rendering.page("responding/check.html", page))


async def submit(trial: NamedDependency[Trial], config: NamedDependency[Config]) -> Response[bytes]:
    """What was entered is forgotten. There is nowhere that it could have been sent to."""
    return trial.go("sent", trial.remembered(config, {}))


async def sent(trial: NamedDependency[Trial]) -> Response[bytes]:
    page = Finished(trial.shell, "That was a trial", trial.home)
    return trial.html(rendering.page("trying/sent.html", page))


async def pause(trial: NamedDependency[Trial]) -> Response[bytes]:
    """Where a respondent could stop, a trial goes back to its answers."""
    return trial.go("check")


assert set(AUDIENCES.values()) < set(get_args(Audience))
