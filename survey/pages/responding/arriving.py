"""Coming and going: the landing page, Start, the reporting unit, a pause, and finishing on this device."""

import re
from collections import Counter

import msgspec
from litestar import Response
from litestar.di import NamedDependency
from litestar.params import FromPath

from survey import errors
from survey.core import journey
from survey.core.effort import most
from survey.core.frame import Atom, Frame, FrameUnit, ReportingUnit
from survey.core.questionnaire.model import words
from survey.messages import say
from survey.operations.responding import Visit
from survey.pages import cookies, forms, rendering, replies
from survey.pages.rendering import Memo, Shell
from survey.pages.responding.call import Call
from survey.pages.responding.voices import voiced

_TOKEN = re.compile(r"[A-Za-z0-9_-]{8,128}")
_landings = Memo[bytes](64)


class Landing(msgspec.Struct, frozen=True):
    shell: Shell
    title: str
    heading: str
    mission: str
    questions: int
    minutes: int
    closes: str
    custody: str
    by_code: bool
    """Whether whoever reads it came by the code of a slip."""
    verified: str
    """Where the last report on the service is, if there is one."""
    csrf: str = ""
    """Only where there is a session already: a respondent's begins with Start."""


class Unit(msgspec.Struct, frozen=True):
    """`teams` are named where there is more than one."""

    shell: Shell
    title: str
    unit: ReportingUnit
    teams: tuple[str, ...]
    atom: Atom
    first: str
    csrf: str


class Plain(msgspec.Struct, frozen=True):
    """A page whose words are all in its template."""

    shell: Shell
    title: str
    closes: str
    csrf: str = ""
    by_code: bool = False


async def landing(call: NamedDependency[Call], token: FromPath[str]) -> Response[bytes]:
    """The same bytes for every token of a round, whether known or not: mail scanners press every link."""
    return _arrival(call)


async def begin(call: NamedDependency[Call]) -> Response[bytes]:
    """The same page for who entered a code, whose token stays out of the address of a device that others use."""
    return _arrival(call, by_code=True)


def _arrival(call: Call, *, by_code: bool = False) -> Response[bytes]:
    call.must_be_open()
    return call.html(_landing(call, by_code), shared=not by_code)


def _landing(call: Call, by_code: bool) -> bytes:
    page = landing_page(call, by_code)
    return _landings.get((call.view.round_id, page), lambda: rendering.page("responding/landing.html", page))


def landing_page(call: Call, by_code: bool) -> Landing:
    view = call.view
    asked = most(view.questionnaire)
    return Landing(
        shell=call.shell,
        title=words(view.title, call.language),
        heading=voiced(view.title, call.language),
        mission=voiced(view.questionnaire.mission, call.language, lambda said: said.rstrip(".")),
        questions=asked.questions,
        minutes=asked.minutes,
        closes=call.closes,
        custody=view.custody,
        by_code=by_code,
        verified=f"/verification/{view.round_id}" if "verification" in view.organisation.texts else "",
    )


async def start(call: NamedDependency[Call], token: FromPath[str]) -> Response[bytes]:
    """Hand out the cookie and lead to where the link's owner had got to. Writes nothing."""
    forms.check_origin(call.request, call.config.base_url)
    if not _TOKEN.fullmatch(token):
        raise errors.UnknownLink
    async with call.database.connection() as db:
        visit = await call.visit(db, token)
    return call.go(_where(call, visit), call.hand_out(token))


async def start_with_code(call: NamedDependency[Call]) -> Response[bytes]:
    """The cookie is there already, from the page that took the code."""
    forms.check_origin(call.request, call.config.base_url)
    async with call.database.connection() as db:
        visit = await call.visit(db)
    return call.go(_where(call, visit))


def _where(call: Call, visit: Visit) -> str:
    if visit.sent:
        return "sent"
    return first_open(call, visit) if visit.answers else "unit"


def first_open(call: Call, visit: Visit) -> str:
    """The first page with an unanswered item, or the check of all answers."""
    page = journey.first_unanswered(call.questionnaire, visit.atom.audience, visit.answers)
    return "check" if page is None else f"q/{page + 1}"


async def unit(call: NamedDependency[Call]) -> Response[bytes]:
    """Which reporting unit they count in, told before question 1."""
    async with call.database.connection() as db:
        visit = await call.visit(db)
    page = Unit(
        shell=call.shell,
        title=call.tell(say("Your team in the results")),
        unit=visit.reporting_unit,
        teams=team_names(call.view.frame, visit.reporting_unit),
        atom=visit.atom,
        first=first_open(call, visit),
        csrf=call.csrf,
    )
    return call.html(rendering.page("responding/unit.html", page))


def team_names(frame: Frame, unit: ReportingUnit) -> tuple[str, ...]:
    """The names of the teams counted together, with the unit above where two are called the same."""
    units = {one.id: one for one in frame.units}
    teams = [units[team] for team in unit.teams]
    names = Counter(team.name for team in teams)

    def name(team: FrameUnit) -> str:
        above = units.get(team.parent or "")
        return f"{team.name} ({above.name})" if above and names[team.name] > 1 else team.name

    return tuple(name(team) for team in teams) if len(teams) > 1 else ()


async def pause(call: NamedDependency[Call]) -> Response[bytes]:
    page = Plain(call.shell, call.tell(say("You can come back later")), call.closes, call.csrf, call.by_slip)
    return call.html(rendering.page("responding/pause.html", page))


_OWN = ("unit", "check", "sent", "withdrawn", "pause")
"""The pages of somebody's that have no answers to keep when the language changes."""


async def language(call: NamedDependency[Call]) -> Response[bytes]:
    """The same page in the language that was asked for, and those after it."""
    call.check_form()
    here = call.form.get("_to", [""])[0]
    return call.go(here if here in _OWN else "check")


async def finish(call: NamedDependency[Call]) -> Response[bytes]:
    """Take the cookie off this device. Pressing it twice, or without a cookie, is no mistake."""
    if cookies.name(call.config, call.view.round_id) in call.request.cookies:
        call.check_form()
    if call.kiosk:
        return replies.redirect(call.kiosk, cookies.taken(call.config, call.view.round_id))
    asked = [f"lang={call.language}"] * bool(call.shell.tongues) + ["slip=1"] * call.by_slip
    return call.go(
        "?".join(filter(None, ["finished", "&".join(asked)])), cookies.taken(call.config, call.view.round_id)
    )


async def finished(call: NamedDependency[Call]) -> Response[bytes]:
    """By then there is no cookie: how they came is in the address."""
    by_slip = call.request.query_params.get("slip") == "1"
    page = Plain(call.shell, call.tell(say("This device has let go of your answers")), call.closes, by_code=by_slip)
    return call.html(rendering.page("responding/finished.html", page))
