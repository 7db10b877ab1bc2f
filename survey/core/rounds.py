"""A round's plan, its state, and which step may follow which."""

import re
from datetime import UTC, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec

from survey.errors import BadInput, Problem, Refused

State = Literal["draft", "scheduled", "open", "paused", "closed", "published"]
Custody = Literal["service", "split"]
CELLS = ("organisation", "division", "reporting_unit", "staff_group")


class Plan(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The round's disclosure settings, locked at launch.

    `expected_response` is a share in (0, 1]; `k` the smallest number of scored people a published cell may have.
    """

    k: int = 10
    expected_response: float = 0.5
    custody: Custody = "service"
    cells: tuple[str, ...] = CELLS


class Moments(msgspec.Struct, frozen=True):
    """The instants a round's state follows from (aware datetimes, UTC), with `now` from the database's clock."""

    now: datetime
    opens_at: datetime
    closes_at: datetime
    launched_at: datetime | None
    opened_answers_at: datetime | None
    published_at: datetime | None
    paused_at: datetime | None = None


def state(at: Moments) -> State:
    """The state at `at.now`: derived, never stored, so that no job has to fire for it to be true."""
    if at.launched_at is None:
        return "draft"
    if at.published_at is not None:
        return "published"
    if at.opened_answers_at is not None or at.now >= at.closes_at:
        return "closed"
    if at.now < at.opens_at:
        return "scheduled"
    return "open" if at.paused_at is None else "paused"


ALLOWED: dict[str, tuple[State, ...]] = {
    "change": ("draft",),
    "discard": ("draft",),
    "launch": ("draft",),
    "call off": ("scheduled",),
    "reschedule": ("draft", "scheduled", "open", "paused"),
    "change how staff are reached in": ("draft", "scheduled", "open", "paused"),
    "list links of": ("scheduled", "open", "paused"),
    "pause": ("open",),
    "resume": ("paused",),
    "end": ("open", "paused"),
    "send messages of": ("open",),
    "pause or resume sending in": ("scheduled", "open", "paused"),
    "close": ("closed",),
    "publish": ("closed",),
    "correct": ("published",),
    "read comments of": ("closed", "published"),
    "release comments of": ("published",),
    "clone": ("scheduled", "open", "paused", "closed", "published"),
}
"""Which step may be taken in which state. The same table hides a button and refuses the request behind it."""

_WHY: dict[State, str] = {
    "draft": "it is still a draft: launch it first",
    "scheduled": "it has been launched and has not opened yet",
    "open": "it is still open",
    "paused": "it is paused",
    "closed": "it has closed",
    "published": "its results have been published",
}


def must_allow(step: str, current: State) -> None:
    """Raises Refused, in words, unless the step may be taken now."""
    if current not in ALLOWED[step]:
        why = "it has been launched already" if step == "launch" and current in {"open", "paused"} else _WHY[current]
        more = " To end it now: round close --now" if step == "close" and current == "open" else ""
        raise Refused(f"You cannot {step} this round: {why}.{more}")


HANDED = 6
"""Steps after which the three shares of a split key are handed out: each is shown, and then written down."""


def draft_problems(name: str, opens_at: datetime, closes_at: datetime, plan: Plan) -> list[Problem]:
    """What is wrong with a round's settings, all of it."""
    problems = plan_problems(plan)
    if not name.strip():
        problems.append(Problem("name", "the round needs a name.", "For example: Autumn 2026."))
    if closes_at <= opens_at:
        problems.append(Problem("closing date", "it must come after the opening date."))
    return problems


def plan_problems(plan: Plan) -> list[Problem]:
    """What is wrong with a plan, all of it."""
    problems = []
    if plan.k < 5:
        problems.append(Problem("k", f"{plan.k} is too few to protect anybody.", "Use 5 or more; 10 is our advice."))
    if not 0 < plan.expected_response <= 1:
        problems.append(
            Problem("expected response", "it must be more than 0% and at most 100%.", "50% is usual for staff surveys.")
        )
    unknown = sorted(set(plan.cells) - set(CELLS))
    if unknown:
        problems.append(
            Problem(
                "cells", f"“{unknown[0]}” is not something results are shown for.", f"Choose from {', '.join(CELLS)}."
            )
        )
    return problems


USUAL_DAYS = 21
"""How long a round is open unless told otherwise."""


def usual_window(now: datetime, zone: str) -> tuple[datetime, datetime]:
    """What a new draft begins with: from a Monday at nine, a week or more ahead, to five on a Monday three weeks on."""
    today = to_local(now, zone).replace(hour=9, minute=0, second=0, microsecond=0, tzinfo=None)
    opens = today + timedelta(days=14 - today.weekday())
    closes = opens.replace(hour=17) + timedelta(days=USUAL_DAYS)
    return (opens.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC), closes.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC))


_LOCAL = re.compile(r"2\d{3}-\d\d-\d\d[ T]\d\d:\d\d", re.ASCII)


def from_local(text: str, zone: str, place: str) -> datetime:
    """An instant (UTC) from a local time such as "2026-12-01 09:00". Raises BadInput for a time that did not happen
    or happened twice, which clocks do on two nights a year."""
    try:
        if not _LOCAL.fullmatch(text.strip()):
            raise ValueError
        early = datetime.fromisoformat(text.strip()).replace(tzinfo=ZoneInfo(zone), fold=0)
    except ValueError:
        raise BadInput(
            [Problem(place, f"“{text}” is not a date and time.", "Write it like 2026-12-01 09:00.")]
        ) from None
    late, instant, told = early.replace(fold=1), early.astimezone(UTC), f"{early:%H:%M} on {early.day} {early:%B %Y}"
    if instant.astimezone(ZoneInfo(zone)).replace(fold=0) != early:
        raise BadInput([Problem(place, f"{told} does not exist: the clocks go forward then.", "Choose an hour later.")])
    if late.utcoffset() != early.utcoffset():
        raise BadInput([Problem(place, f"{told} happens twice: the clocks go back then.", "Choose another hour.")])
    return instant


def to_local(instant: datetime, zone: str) -> datetime:
    return instant.astimezone(ZoneInfo(zone))


def in_words(instant: datetime, zone: str) -> str:
    """ "Tuesday 9 December 2026 at 5pm", in the zone people live in."""
    local = to_local(instant, zone)
    hour, half = (local.hour % 12 or 12), ("am" if local.hour < 12 else "pm")
    minutes = f":{local.minute:02}" if local.minute else ""
    return f"{local:%A} {local.day} {local:%B} {local.year} at {hour}{minutes}{half}"
