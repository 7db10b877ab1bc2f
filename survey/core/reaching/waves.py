"""When a round's messages are due: pure arithmetic on local days, so that no clock change moves a reminder's hour."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import msgspec

from survey.core.reaching.plan import Reach
from survey.core.reaching.texts import Kind

LEAST = timedelta(hours=3)
"""The last reminder leaves people at least so long to answer; where the closing day's hour does not, it goes out the
day before."""


class Wave(msgspec.Struct, frozen=True):
    """One message to everybody it concerns. `number` is its day after opening, which other dates do not change."""

    number: int
    kind: Kind
    due: datetime


def waves(reach: Reach, opens_at: datetime, closes_at: datetime, zone: str) -> list[Wave]:
    """The invitation at opening, and then the reminders, each on a day of its own."""
    opening = opens_at.astimezone(ZoneInfo(zone)).date()
    days: dict[int, Kind] = {}
    for day in reach.reminder_days:
        if _at(opening, day, reach.hour, zone) + LEAST <= closes_at:
            days[day] = "reminder"
    if reach.last_day and (last := _last_day(opening, reach.hour, closes_at, zone)) >= 1:
        days[last] = "last_day"
    reminders = [Wave(day, days[day], _at(opening, day, reach.hour, zone)) for day in sorted(days)]
    return [Wave(0, "invitation", opens_at), *reminders]


def _last_day(opening: date, hour: int, closes_at: datetime, zone: str) -> int:
    """Days from opening to the last day whose hour leaves time to answer."""
    closing = (closes_at.astimezone(ZoneInfo(zone)).date() - opening).days
    return closing if _at(opening, closing, hour, zone) + LEAST <= closes_at else closing - 1


def _at(opening: date, day: int, hour: int, zone: str) -> datetime:
    """The instant (UTC) at which clocks show the hour on that day: the first where they show it twice, and an hour
    later where they leap over it."""
    local = datetime.combine(opening + timedelta(days=day), time(hour), ZoneInfo(zone))
    return local.astimezone(UTC)
