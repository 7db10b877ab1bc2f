"""Instants in the words people use for them."""

from datetime import datetime
from zoneinfo import ZoneInfo

_WHOLE = {0: "midnight at the start of the day", 12: "midday"}


def spoken(at: datetime, zone: str) -> str:
    """ "Tuesday 9 December 2026 at 5pm": an aware instant as clocks in the zone show it."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{local:%A} {local.day} {local:%B %Y} at {_clock(local)}"


def _clock(local: datetime) -> str:
    if local.minute == 0 and local.hour in _WHOLE:
        return _WHOLE[local.hour]
    minutes = f":{local.minute:02}" if local.minute else ""
    return f"{(local.hour - 1) % 12 + 1}{minutes}{'am' if local.hour < 12 else 'pm'}"
