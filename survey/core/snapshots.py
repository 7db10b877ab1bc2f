"""When the response of an open round is counted: divisions once a day, units once a week (METHOD 2.3 R10)."""

from datetime import UTC, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

Scope = Literal["division", "unit"]
HOUR = 7
"""Local: before most people look, and never an hour that clocks skip or repeat."""
_DAYS: dict[Scope, int] = {"division": 1, "unit": 7}


def last_due(scope: Scope, opens_at: datetime, now: datetime, zone: str) -> datetime | None:
    """The latest moment that has come since the round opened: seven in the morning, of any day or of a Monday."""
    local = now.astimezone(ZoneInfo(zone))
    due = local.replace(hour=HOUR, minute=0, second=0, microsecond=0)
    due -= timedelta(days=1 if due > local else 0)
    due -= timedelta(days=due.weekday() if scope == "unit" else 0)
    instant = due.astimezone(UTC)
    return instant if instant > opens_at else None


def next_due(scope: Scope, opens_at: datetime, now: datetime, zone: str) -> datetime:
    """The first moment that is still to come."""
    local = max(now, opens_at).astimezone(ZoneInfo(zone))
    due = local.replace(hour=HOUR, minute=0, second=0, microsecond=0)
    if scope == "unit":
        due += timedelta(days=-due.weekday() % 7)
    if due <= local:
        due += timedelta(days=_DAYS[scope])
    return due.astimezone(UTC)
