"""Days with a time, typed in four fields: what fills them, and what was typed into them."""

import re
from collections.abc import Mapping
from datetime import datetime

from survey.core import rounds
from survey.pages.console.entries import Moment

PARTS = ("day", "month", "year", "time")
_TIME = re.compile(r"(\d{1,2})(?:[:.](\d\d))? ?(am|pm)?", re.IGNORECASE | re.ASCII)


def moment(name: str, label: str, typed: Mapping[str, str], hint: str = "", error: str = "") -> Moment:
    """With what was typed, by the names of its parts."""
    day, month, year, time = (typed.get(part, "") for part in PARTS)
    return Moment(name, label, day, month, year, time, hint, error)


def parts_of(at: datetime, zone: str) -> dict[str, str]:
    local = rounds.to_local(at, zone)
    return {"day": str(local.day), "month": str(local.month), "year": str(local.year), "time": f"{local:%H:%M}"}


def instant(typed: Mapping[str, str], zone: str, place: str) -> datetime:
    """Raises BadInput for what is no date and time there."""
    day, month, year = (typed[part] for part in PARTS[:3])
    date = f"{year}-{month.zfill(2)}-{day.zfill(2)}" if day and month and year else ""
    return rounds.from_local(f"{date} {_clock(typed['time'])}", zone, place)


def _clock(text: str) -> str:
    """ "17:30" for what people write: 5.30pm, 17:30, 9am."""
    found = _TIME.fullmatch(text.strip())
    if found is None:
        return text
    hour, minutes, half = int(found[1]), found[2] or "00", (found[3] or "").lower()
    if half and 1 <= hour <= 12:
        hour = hour % 12 + (12 if half == "pm" else 0)
    return f"{hour:02}:{minutes}"
