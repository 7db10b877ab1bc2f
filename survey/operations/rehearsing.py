"""Rehearsals on a demo or test database: a clock that can be set, and invented staff who answer believably.

Their answers go through the same operations as a respondent's: visit, save, submit.
"""

import random
from collections.abc import Callable, Sequence
from datetime import datetime

import asyncpg

from survey import errors
from survey.core import answers as packing
from survey.core.answers import Answers
from survey.core.frame import Audience
from survey.core.questionnaire.model import Item, Questionnaire
from survey.db import Db
from survey.operations import responding
from survey.operations.launching import Link
from survey.operations.viewing import View
from survey.store import deployments

REMARKS = (
    "One log-in for everything would give me back half an hour a day.",
    "Please fix the Wi-Fi in the treatment rooms. I walk to the corridor to look things up.",
    "Fewer systems. I type the same thing three times.",
    "Let patients change their own appointments online.",
    "Training that I can do on a night shift.",
    "More computers on wheels that hold their charge.",
    "See what the GP has prescribed without phoning the surgery.",
    "Ask us before a system changes, not after.",
    "A dashboard that shows today, not last month.",
    "Barcode scanning for samples, like other hospitals have.",
    "Voice dictation that understands medical words.",
    "Somewhere to keep and find the spare pumps.",
)


class Mood:
    """How digitally mature work feels, on a scale where 0 is the middle: per vision, by team and by person."""

    def __init__(self, seed: int, years_back: int = 0) -> None:
        """`years_back`: as it was so long ago, when most were less far and some further."""
        self._seed, self._years = seed, years_back
        self._teams: dict[tuple[str, str], float] = {}

    def team(self, reporting_unit: str, vision: str) -> float:
        """The same for everybody in a unit; some units are ahead of others, and each is better at some visions."""
        key = (reporting_unit, vision)
        if key not in self._teams:
            base = random.Random(f"{self._seed}/{reporting_unit}").gauss(0, 0.45)  # noqa: S311
            lead = random.Random(f"{self._seed}/{key}").gauss(0, 0.35)  # noqa: S311
            gained = random.Random(f"{self._seed}/gained/{key}").gauss(0.25, 0.3)  # noqa: S311
            self._teams[key] = base + lead - self._years * gained
        return self._teams[key]

    def willingness(self, reporting_unit: str) -> float:
        """The share of a unit that answers: about half, more in some than in others."""
        return random.Random(f"{self._seed}/willing/{reporting_unit}").uniform(0.38, 0.66)  # noqa: S311


def _grade(leaning: float, options: int, chance: random.Random) -> int:
    """One of 1..options: a normal leaning cut into equal steps of a five-point scale's width."""
    share = (leaning + chance.gauss(0, 0.8) + 2.0) / 4.0
    return 1 + min(options - 1, max(0, int(share * options)))


def _scaled(item: Item, leaning: float, chance: random.Random) -> tuple[str, ...]:
    leaning = -leaning if item.reverse else leaning
    if item.kind == "zero_to_ten":
        return (str(_grade(leaning, 11, chance) - 1),)
    if item.kind == "number":
        low, high = item.minimum or 0, item.maximum if item.maximum is not None else 100
        return (str(low + _grade(leaning, high - low + 1, chance) - 1),)
    return (str(_grade(leaning, len(item.options), chance)),)


def _answer(item: Item, leaning: float, chance: random.Random) -> tuple[str, ...]:
    """One plausible answer; empty where the person passes the item by."""
    fate = chance.random()
    if item.not_applicable is not None and fate < 0.07:
        return ("na",)
    if item.dont_know is not None and fate < 0.13:
        return ("dk",)
    if item.kind == "text":
        return (chance.choice(REMARKS),) if fate > 0.8 else ()
    if fate > 0.97:
        return ()
    if item.kind == "ranking":
        places = item.top or 1
        return tuple(str(1 + place) for place in chance.sample(range(len(item.options)), places))
    if item.kind == "several":
        chosen = [n for n in range(1, len(item.options) + 1) if chance.random() < 0.4]
        return tuple(str(n) for n in chosen)
    return _scaled(item, leaning, chance)


def plausible(
    questionnaire: Questionnaire, audience: Audience, reporting_unit: str, mood: Mood, chance: random.Random
) -> Answers:
    """A whole questionnaire as somebody of that unit might answer it."""
    person = chance.gauss(0.1, 0.5)
    answers: Answers = {}
    for item in packing.for_audience(questionnaire, audience):
        leaning = person + (mood.team(reporting_unit, item.vision) if item.vision else 0.0)
        given = _answer(item, leaning, chance)
        if given:
            answers[item.id] = given
    return answers


async def answer(
    db: Db,
    view: View,
    links: Sequence[Link],
    seed: int,
    advance: Callable[[], None] = lambda: None,
    *,
    years_back: int = 0,
) -> int:
    """Have invented staff answer through their links; how many did. `advance` is called once a link."""
    mood, sent = Mood(seed, years_back), 0
    for link in links:
        chance = random.Random(f"{seed - years_back}/{link.employee_number}")  # noqa: S311
        if chance.random() < mood.willingness(link.reporting_unit):
            await _respond(db, view, link, mood, chance)
            sent += 1
        advance()
    return sent


async def _respond(db: Db, view: View, link: Link, mood: Mood, chance: random.Random) -> None:
    token = link.path.rpartition("/")[2]
    before = await responding.visit(db, view, token)
    answers = plausible(view.questionnaire, before.atom.audience, link.reporting_unit, mood, chance)
    await responding.save(db, view, token, before, answers)
    await responding.submit(db, view, token, await responding.visit(db, view, token))


async def set_clock(db: Db, now: datetime) -> None:
    """Make it another moment. Refused on a live database, whose clock is the clock."""
    try:
        await deployments.shift_clock(db, now)
    except asyncpg.CheckViolationError:
        raise errors.Refused("This is a live database: its clock cannot be set.") from None


async def reset_clock(db: Db) -> None:
    await deployments.reset_clock(db)
