"""Question pages: showing one, and taking what it sends."""

import re
from collections.abc import Sequence

import msgspec
from litestar import Response
from litestar.di import NamedDependency
from litestar.params import FromPath

from survey import errors
from survey.core import answers as packing
from survey.core import journey
from survey.core.answers import Answers
from survey.core.items import KINDS
from survey.core.questionnaire.model import Item, Page
from survey.db import Db
from survey.messages import Message, say
from survey.operations.responding import Visit
from survey.pages.forms import Form
from survey.pages.responding import questions
from survey.pages.responding.arriving import first_open
from survey.pages.responding.call import Call
from survey.pages.responding.questions import Sheet

_AWAY = say(
    "Sorry, there is a problem with the service. Your saved answers are kept, and what you just entered is still on "
    "this page. Wait a moment, then press Continue to send it again."
)
_TRACES = re.compile("[0-9a-f ]*")
_OVERTAKEN = say(
    "You answered this on another device after you pressed Continue here. That newer answer is kept, and shown below. "
    "You can change it."
)


async def show(call: NamedDependency[Call], number: FromPath[int]) -> Response[bytes]:
    """A page that is not on this person's way leads to the first one that waits for an answer."""
    async with call.database.connection() as db:
        visit = await call.visit(db)
    items = journey.items(call.questionnaire, visit.atom.audience, visit.answers, number - 1)
    if not items:
        return call.go(first_open(call, visit))
    sheet = _sheet(call, visit, number, items)
    if "overtaken" in call.request.query_params:
        sheet = msgspec.structs.replace(sheet, notice=call.tell(_OVERTAKEN))
    return call.html(questions.page(sheet, call.csrf))


async def take(call: NamedDependency[Call], number: FromPath[int]) -> Response[bytes]:
    """Save the page's answers and go on; with mistakes, show it again as it was filled in."""
    call.check_form()
    try:
        async with call.database.connection() as db:
            return await _take(call, db, number)
    except (errors.Unavailable, errors.Refused) as error:
        return _not_saved(call, number, error)


async def _take(call: Call, db: Db, number: int) -> Response[bytes]:
    visit = (None if call.late else call.recall()) or await call.visit(db)
    items = journey.items(call.questionnaire, visit.atom.audience, visit.answers, number - 1)
    if not items:
        return call.go(first_open(call, visit))
    page = call.questionnaire.pages[number - 1]
    given, mistakes = packing.parse_page(call.questionnaire, page, _cleared(call), call.language)
    if mistakes:
        return call.html(questions.page(_mistaken(call, visit, number, items, mistakes), call.csrf), 422)
    newer = _newer(call, page, visit.answers, given) if call.late else {}
    taken = {item: values for item, values in (given | newer).items() if values}
    answers = packing.replaced(page, visit.answers, taken)
    if answers != visit.answers:
        await call.save(db, visit, answers)
    if newer:
        return call.go(f"q/{number}?overtaken=1{'&change=1' if _changing(call) else ''}")
    return call.saved(_next(call, visit, answers, number))


def _brought_back(call: Call) -> str:
    """What the answers had been when the page was shown for the first time, which only the form knows by now."""
    were = call.form.get("_were", [""])[0]
    return were if _TRACES.fullmatch(were) else ""


def _newer(call: Call, page: Page, now: Answers, given: Answers) -> Answers:
    """What another device answered after this page was sent for the first time: a page that comes late must not
    overwrite it."""
    shown, were = (call.form.get(name, [""])[0] for name in ("_shown", "_were"))
    return {item: now.get(item, ()) for item in packing.overtaken(page, shown, were, now, given)}


def _cleared(call: Call) -> Form:
    """The form, without the fields of an item whose Clear button was pressed."""
    return {field: values for field, values in call.form.items() if field not in call.form.get("_clear", ())}


def _next(call: Call, visit: Visit, answers: Answers, number: int) -> str:
    """The same page again after Clear or another language; the check where one answer was to be changed."""
    if "_clear" in call.form or "_lang" in call.form:
        return f"q/{number}?change=1" if _changing(call) else f"q/{number}"
    following = journey.next_page(call.questionnaire, visit.atom.audience, answers, number - 1)
    return "check" if following is None or _changing(call) else f"q/{following + 1}"


def _changing(call: Call) -> bool:
    return call.request.query_params.get("change") == "1"


def _sheet(call: Call, visit: Visit, number: int, items: tuple[Item, ...]) -> Sheet:
    audience = visit.atom.audience
    previous = journey.previous_page(call.questionnaire, audience, visit.answers, number - 1)
    back = "../unit" if previous is None else str(previous + 1)
    return Sheet(
        shell=call.shell,
        questionnaire=call.questionnaire,
        items=items,
        given=visit.answers,
        number=number,
        back="../check" if _changing(call) else back,
        progress=journey.progress(call.questionnaire, audience, visit.answers, number - 1),
        change=_changing(call),
    )


def _typed(call: Call, items: tuple[Item, ...]) -> dict[str, Sequence[str]]:
    return {item.id: KINDS[item.kind].gather(item, call.form) for item in items}


def _mistaken(call: Call, visit: Visit, number: int, items: tuple[Item, ...], mistakes: dict[str, Message]) -> Sheet:
    told = {item.id: call.tell(mistakes[item.id]) for item in items if item.id in mistakes}
    sheet = _sheet(call, visit, number, items)
    return msgspec.structs.replace(
        sheet, given=_typed(call, items), mistakes=told, were=packing.traces(items, visit.answers)
    )


def _not_saved(call: Call, number: int, error: errors.SurveyError) -> Response[bytes]:
    """What was entered, in the form it was entered in, to be sent again. The form itself says what it asked."""
    if not 1 <= number <= len(call.questionnaire.pages):
        raise error
    page = call.questionnaire.pages[number - 1]
    shown = " ".join(call.form.get("_shown", page.items)).split()
    items = tuple(call.questionnaire.by_id[item] for item in page.items if item in shown)
    if not items:
        raise error
    sheet = Sheet(
        shell=call.shell,
        questionnaire=call.questionnaire,
        items=items,
        given=_typed(call, items),
        number=number,
        back="../check",
        change=_changing(call),
        notice=call.tell(_AWAY if isinstance(error, errors.Unavailable) else error.told),
        were=_brought_back(call),
    )
    response = call.html(questions.page(sheet, call.csrf), error.status)
    response.headers["retry-after"] = "5"
    return response
