"""The API's index: every address, what answers it, and what it may answer."""

from typing import Any

from litestar import Router, get
from litestar.handlers import HTTPRouteHandler

from survey.api import examples, receipts, rounds, shapes
from survey.api.documents import OPENAPI, SECURITY, responses
from survey.core.disclosure.release import Release
from survey.core.questionnaire.model import Questionnaire

__all__ = ["HANDLERS", "OPENAPI"]

_LIST = responses(shapes.Rounds, examples.ROUNDS, a_round=False)
_ROUND = responses(shapes.RoundDetail, examples.ROUND)
_UNITS = responses(shapes.Units, examples.UNITS)
_SCORES = responses(shapes.Scores, examples.SCORES)
_CHANGES = responses(shapes.Changes, examples.CHANGES)
_PRIORITIES = responses(shapes.Priorities, examples.PRIORITIES)
_ITEMS = responses(shapes.Items, examples.ITEMS)
_LEVELS = responses(shapes.LevelsHeld, examples.LEVELS_HELD)
_QUESTIONS = responses(Questionnaire, examples.QUESTIONNAIRE)
_RELEASE = responses(Release, examples.RELEASE)


def _get(path: str, handler: Any, name: str, summary: str, tag: str, answers: Any) -> HTTPRouteHandler:
    route = get(path, operation_id=name, summary=summary, tags=[tag], responses=answers, security=SECURITY)
    made: HTTPRouteHandler = route(handler)
    return made


_V1 = [
    _get("/rounds", rounds.list_rounds, "listRounds", "List published rounds", "Rounds", _LIST),
    _get("/rounds/{round_id:str}", rounds.one_round, "getRound", "One round", "Rounds", _ROUND),
    _get(
        "/rounds/{round_id:str}/questionnaire",
        rounds.questionnaire,
        "getQuestionnaire",
        "The questions",
        "Rounds",
        _QUESTIONS,
    ),
    _get("/rounds/{round_id:str}/units", rounds.units, "listUnits", "The groups of a round", "Results", _UNITS),
    _get("/rounds/{round_id:str}/scores", rounds.scores, "listScores", "Scores", "Results", _SCORES),
    _get("/rounds/{round_id:str}/changes", rounds.changes, "listChanges", "Change", "Results", _CHANGES),
    _get(
        "/rounds/{round_id:str}/priorities", rounds.priorities, "listPriorities", "Priorities", "Results", _PRIORITIES
    ),
    _get("/rounds/{round_id:str}/items", rounds.items, "listItems", "Single questions", "Results", _ITEMS),
    _get("/rounds/{round_id:str}/levels", rounds.levels, "listLevels", "People by level", "Results", _LEVELS),
    _get(
        "/rounds/{round_id:str}/release", rounds.whole_release, "getRelease", "The whole release", "Results", _RELEASE
    ),
]
HANDLERS: list[Any] = [Router("/api/v1", route_handlers=_V1), receipts.receive]
