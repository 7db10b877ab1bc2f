"""A round's plan, its state, and which step may follow which."""

from datetime import datetime
from typing import Literal

import msgspec

State = Literal["draft", "scheduled", "open", "closed", "published"]
Custody = Literal["service", "split"]


class Plan(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The round's disclosure settings, locked at launch.

    `expected_response` is a share in (0, 1]; `k` the smallest number of scored people a published cell may have.
    """

    k: int = 10
    expected_response: float = 0.5
    custody: Custody = "service"
    cells: tuple[str, ...] = ("organisation", "division", "reporting_unit", "staff_group")


class Moments(msgspec.Struct, frozen=True):
    """The instants a round's state follows from (aware datetimes, UTC), with `now` from the database's clock."""

    now: datetime
    opens_at: datetime
    closes_at: datetime
    launched_at: datetime | None
    opened_answers_at: datetime | None
    published_at: datetime | None


def state(at: Moments) -> State:
    """The state at `at.now`: derived, never stored, so that no job has to fire for it to be true."""
    if at.launched_at is None:
        return "draft"
    if at.published_at is not None:
        return "published"
    if at.opened_answers_at is not None or at.now >= at.closes_at:
        return "closed"
    return "open" if at.now >= at.opens_at else "scheduled"
