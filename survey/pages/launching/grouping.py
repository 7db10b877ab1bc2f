"""Step 4: how small groups are protected, with a picture of which teams are counted together."""

from collections.abc import Mapping, Sequence

import msgspec

from survey import errors
from survey.core.merging.preview import Outlook, Preview
from survey.core.rounds import Plan
from survey.db import Db
from survey.operations import foreseeing
from survey.operations.launching import Round
from survey.pages.console import ordering
from survey.pages.console.desk import Desk
from survey.pages.console.entries import Field
from survey.pages.console.ordering import Column, Head, Order
from survey.pages.launching.steps import Changes, Said

LIKELY, POSSIBLE = 0.9, 0.5
MOST = 200
"""Reporting units of each kind that are drawn."""
REORDER, REORDER_ALONE = "reorder", "reorder-alone"
"""What a press on a head sends: of the teams that are counted together, and of the others."""
WIDTH = 100.0
"""Of a picture, in SVG units."""

COLUMNS = (
    Column[Outlook]("Counted as", "name", lambda one: ordering.natural(one.unit.name)),
    Column[Outlook]("People", "people", lambda one: one.unit.headcount, number=True),
    Column[Outlook]("Answers to expect", "answers", lambda one: one.expected_answers, number=True),
    Column[Outlook]("A result of its own", "chance", lambda one: one.chance),
)


class Segment(msgspec.Struct, frozen=True):
    """A team in the picture of its reporting unit."""

    x: float
    width: float
    shade: int


class Line(msgspec.Struct, frozen=True):
    """A reporting unit. `teams` are named where there are several; `mark` is where the target headcount stands."""

    name: str
    teams: tuple[str, ...]
    people: str
    expected: str
    outlook: str
    chance: str
    segments: tuple[Segment, ...]
    mark: float


class Picture(msgspec.Struct, frozen=True):
    """All reporting units: those of several teams first, as they are the news. Of very many the first are drawn, the
    others counted. `order` is what the form sends on; `open`: so that the teams counted by themselves are seen."""

    order: str
    heads: tuple[Head, ...]
    open: bool
    target: int
    k: int
    response: str
    people: str
    publishable: int
    merged: tuple[Line, ...]
    alone: tuple[Line, ...]
    teams_merged: str
    merged_in_all: int
    alone_in_all: int


class Body(msgspec.Struct, frozen=True):
    k: Field
    response: Field
    picture: Picture | None


class Grouping:
    key, title, short = "groups", "How are small groups protected?", "Small groups"
    fields: Mapping[str, str] = {"k": "k", "expected response": "response"}

    async def body(self, desk: Desk, db: Db, round_: Round, told: Mapping[str, str], again: bool) -> Body:
        plan = round_.settings
        k, response = (
            (desk.one("k"), desk.one("response")) if again else (str(plan.k), f"{100 * plan.expected_response:g}")
        )
        moved = desk.one(REORDER) or desk.one(REORDER_ALONE)
        order = ordering.chosen(COLUMNS, (moved or desk.one("order")) if again else desk.asked("order"))
        seen = await foreseeing.grouped(db, desk.organisation, round_)
        return Body(
            Field(
                "k",
                "Fewest answers a published result may have",
                k,
                "10 is our advice, 5 the least. It cannot be changed after launch.",
                told.get("k", ""),
                4,
                numeric=True,
            ),
            Field(
                "response",
                "Share of staff you expect to answer",
                response,
                "Half is usual in staff surveys. The lower it is, the more teams are counted together.",
                told.get("response", ""),
                4,
                suffix="%",
                numeric=True,
            ),
            None if seen is None else picture(seen, plan, order, bool(desk.one(REORDER_ALONE))),
        )

    async def read(self, desk: Desk, db: Db, round_: Round) -> Changes:
        problems = []
        k, response = _number(desk.one("k")), _number(desk.one("response").rstrip(" %"))
        if k is None or k != int(k) or not 5 <= k <= 1000:
            problems.append(errors.Problem("k", "enter a whole number", "of 5 or more."))
        if response is None or not 1 <= response <= 100:
            problems.append(errors.Problem("expected response", "enter a number from 1 to 100."))
        if problems:
            raise errors.BadInput(problems)
        assert k is not None
        assert response is not None
        plan = msgspec.structs.replace(round_.settings, k=int(k), expected_response=round(response / 100, 4))
        return {"plan": plan}

    def said(self, round_: Round, desk: Desk, names: Mapping[str, str]) -> Said:
        plan = round_.settings
        return (
            ("Fewest answers for a result", str(plan.k)),
            ("Expected response", f"{100 * plan.expected_response:g}%"),
        )


def _number(text: str) -> float | None:
    try:
        found = float(text)
    except ValueError:
        return None
    return found if -1e6 < found < 1e6 else None


def picture(seen: Preview, plan: Plan, order: Order[Outlook], alone_open: bool = False) -> Picture:
    longest = max((outlook.unit.headcount for outlook in seen.outlooks if len(outlook.unit.teams) > 1), default=1)
    scale = WIDTH / max(longest, seen.target * 2)
    outlooks = order.arrange(seen.outlooks)
    merged = [outlook for outlook in outlooks if len(outlook.unit.teams) > 1]
    alone = [outlook for outlook in outlooks if len(outlook.unit.teams) == 1]
    return Picture(
        order.said,
        order.heads(),
        alone_open,
        seen.target,
        plan.k,
        f"{100 * plan.expected_response:g}%",
        f"{seen.headcount:,}",
        round(100 * seen.publishable),
        tuple(_line(outlook, seen.target, scale) for outlook in merged[:MOST]),
        tuple(_line(outlook, seen.target, scale) for outlook in alone[:MOST]),
        f"{seen.merged:,}",
        len(merged),
        len(alone),
    )


def _line(outlook: Outlook, target: int, scale: float) -> Line:
    unit, several = outlook.unit, len(outlook.teams) > 1
    return Line(
        unit.name,
        tuple(f"{name} ({size})" for name, size in outlook.teams) if several else (),
        f"{unit.headcount:,}",
        f"{outlook.expected_answers:,}",
        _words(outlook.chance),
        f"{min(99, int(100 * outlook.chance))} in 100",
        tuple(_segments([size for _, size in outlook.teams], scale)) if several else (),
        round(min(WIDTH, target * scale), 1),
    )


def _words(chance: float) -> str:
    return "Very likely" if chance >= LIKELY else "Likely" if chance >= POSSIBLE else "Unlikely"


def _segments(sizes: Sequence[int], scale: float) -> list[Segment]:
    made, x = [], 0.0
    for position, size in enumerate(sizes):
        width = size * scale
        made.append(Segment(round(x, 1), round(max(width - 0.5, 0.3), 1), position % 2))
        x += width
    return made


STEP = Grouping()
