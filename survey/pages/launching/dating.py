"""Step 3: from when to when, by the clocks people live with."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import msgspec

from survey import errors
from survey.core import rounds as rules
from survey.db import Db
from survey.languages import times
from survey.operations.launching import Round
from survey.pages.console import moments
from survey.pages.console.desk import Desk
from survey.pages.console.entries import Moment
from survey.pages.launching.steps import Changes, Said

_HINT = "For example, {}. Times are those of clocks in {}."


class Body(msgspec.Struct, frozen=True):
    """`opens` is None where the round has opened: then it cannot move. `clocks` tells of a clock change between."""

    opens: Moment | None
    closes: Moment
    clocks: str


class Dating:
    key, title, short = "when", "When can people answer?", "When"
    fields: Mapping[str, str] = {"closes": "closes", "closing date": "closes", "opens": "opens"}

    async def body(self, desk: Desk, db: Db, round_: Round, told: Mapping[str, str], again: bool) -> Body:
        return form(desk, round_, told, again)

    async def read(self, desk: Desk, db: Db, round_: Round) -> Changes:
        opens_at, closes_at = read(desk)
        assert opens_at is not None
        return {"window": (opens_at, closes_at)}

    def said(self, round_: Round, desk: Desk, names: Mapping[str, str]) -> Said:
        return (
            ("Opens", times.spoken(round_.opens_at, desk.zone)),
            ("Closes", times.spoken(round_.closes_at, desk.zone)),
        )


def form(desk: Desk, round_: Round, told: Mapping[str, str], again: bool, *, moves: bool = True) -> Body:
    """`moves`: its opening can still move."""

    def asked(name: str, label: str, at: datetime, example: str) -> Moment:
        typed = _typed(desk, name) if again else moments.parts_of(at, desk.zone)
        hint = _HINT.format(example, desk.zone.rpartition("/")[2].replace("_", " "))
        return moments.moment(name, label, typed, hint, told.get(name, ""))

    return Body(
        asked("opens", "Opens", round_.opens_at, "5 10 2026 at 09:00") if moves else None,
        asked("closes", "Closes", round_.closes_at, "26 10 2026 at 17:00"),
        clocks(round_, desk.zone),
    )


def _typed(desk: Desk, name: str) -> dict[str, str]:
    return {part: desk.one(f"{name}-{part}") for part in moments.PARTS}


def read(desk: Desk, *, moves: bool = True) -> tuple[datetime | None, datetime]:
    """Both moments, with what is wrong with either."""
    found: dict[str, datetime] = {}
    problems: list[errors.Problem] = []
    for name in (["opens"] if moves else []) + ["closes"]:
        try:
            found[name] = moments.instant(_typed(desk, name), desk.zone, name)
        except errors.BadInput as wrong:
            problems += [_plainly(problem) for problem in wrong.problems]
    if problems:
        raise errors.BadInput(problems)
    return found.get("opens"), found["closes"]


def _plainly(problem: errors.Problem) -> errors.Problem:
    """About four fields, not about one line of text."""
    if "is not a date" not in problem.what:
        return problem
    what = f"enter a real day, month, year and time at which it {problem.place},"
    return errors.Problem(problem.place, what, "such as 5 10 2026 at 09:00.")


def clocks(round_: Round, zone: str) -> str:
    """The night on which clocks change while the round is open; empty where there is none."""
    at = round_.opens_at
    while at < round_.closes_at:
        later = min(at + timedelta(days=1), round_.closes_at)
        before, after = (rules.to_local(one, zone).utcoffset() for one in (at, later))
        assert before is not None
        assert after is not None
        if before != after:
            way = "forward" if after > before else "back"
            when = times.day(later, zone)
            return f"The clocks go {way} around {when}, while it is open. Both times are those on the clock that day."
        at = later
    return ""


STEP = Dating()
