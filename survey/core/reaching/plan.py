"""What is stored with a round about reaching its staff, and what may be wrong with it."""

from collections.abc import Iterator, Mapping
from typing import Literal, get_args

import msgspec

from survey.core.reaching import texts
from survey.errors import Problem

Channel = Literal["email", "sms"]
CHANNELS: tuple[Channel, ...] = get_args(Channel)
EARLIEST, LATEST = 7, 20
"""Hours between which a reminder may go out: a phone on the bedside table must not ring at night."""
MOST_REMINDERS, LATEST_DAY = 6, 90


class Reach(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How staff are reached.

    `channels` in order of preference: each person is written to by the first that they have and that has not refused
    them; none at all where the Trust sends the links by itself. Reminders go out on `reminder_days` after opening and,
    with `last_day`, on the last one, at `hour` local time, to those who have not answered. `texts` holds, by language
    and name (`texts.DEFAULTS`), only what the Trust changed.
    """

    channels: tuple[Channel, ...] = ("email", "sms")
    reminder_days: tuple[int, ...] = (5, 10, 15)
    last_day: bool = True
    hour: int = 10
    texts: Mapping[str, Mapping[str, str]] = {}


def problems(reach: Reach) -> list[Problem]:
    """All that is wrong; each `place` is a field's name, or `texts.LANGUAGE.NAME`."""
    return [*_plan(reach), *texts.problems(reach.texts)]


def _plan(reach: Reach) -> Iterator[Problem]:
    if len(set(reach.channels)) < len(reach.channels):
        yield Problem("channels", "name each channel once.", f"Choose from {', '.join(CHANNELS)}.")
    if len(set(reach.reminder_days)) < len(reach.reminder_days):
        yield Problem("reminder_days", "a day is named twice.", "At most one reminder goes out a day.")
    if len(reach.reminder_days) > MOST_REMINDERS:
        yield Problem("reminder_days", f"there are more than {MOST_REMINDERS}.", "Three or four are our advice.")
    if any(not 1 <= day <= LATEST_DAY for day in reach.reminder_days):
        yield Problem(
            "reminder_days",
            f"each is a number of days after opening, from 1 to {LATEST_DAY}.",
            "Ours are 5, 10 and 15.",
        )
    if not EARLIEST <= reach.hour <= LATEST:
        yield Problem("hour", f"it must be from {EARLIEST} to {LATEST} o'clock.", "10 is our advice.")
