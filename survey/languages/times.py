"""Instants in the words people use for them, language by language."""

from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time

from survey.languages import SOURCE, tell
from survey.messages import Message, say

_WHOLE: dict[int, Message] = {0: say("midnight at the start of the day"), 12: say("midday")}


@lru_cache(maxsize=1024)
def spoken(at: datetime, zone: str, language: str = SOURCE) -> str:
    """ "Tuesday 9 December 2026 at 5pm": an aware instant as clocks in the zone show it."""
    local, locale = at.astimezone(ZoneInfo(zone)), _locale(language)
    day = format_date(local, "EEEE d MMMM y", locale=locale)
    return tell(say("%(day)s at %(time)s", day=day, time=_clock(local, locale, language)), language)


def day(at: datetime, zone: str) -> str:
    """ "9 December 2026", as calendars in the zone have it; for the console, which is in English."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{local.day} {local:%B %Y}"


def _locale(language: str) -> Locale:
    try:
        return Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale.parse(SOURCE)


def _clock(local: datetime, locale: Locale, language: str) -> str:
    if local.minute == 0 and local.hour in _WHOLE:
        return tell(_WHOLE[local.hour], language)
    if locale.language != SOURCE:
        return format_time(local, "short", locale=locale)
    minutes = f":{local.minute:02}" if local.minute else ""
    return f"{(local.hour - 1) % 12 + 1}{minutes}{'am' if local.hour < 12 else 'pm'}"
