"""Step 5: how staff are reached, and when they are reminded."""

import re
from collections.abc import Mapping, Sequence

import msgspec

from survey import errors
from survey.core import reaching as rules
from survey.core.reaching import Channel, Reach, Wave
from survey.core.reaching.plan import EARLIEST, LATEST
from survey.db import Db
from survey.languages import times
from survey.operations import reachability
from survey.operations.launching import Round
from survey.operations.reachability import Reachable
from survey.pages.console.desk import Desk
from survey.pages.console.entries import Choices, Field, Option
from survey.pages.console.wording import listed
from survey.pages.launching.steps import Changes, Said

_ORDERS: dict[str, tuple[Channel, ...]] = {
    "email sms": ("email", "sms"),
    "sms email": ("sms", "email"),
    "email": ("email",),
    "sms": ("sms",),
    "none": (),
}
_LABELS = {
    "email sms": ("E-mail, or a text message to those without", ""),
    "sms email": ("Text message, or e-mail to those without", ""),
    "email": ("E-mail only", ""),
    "sms": ("Text message only", ""),
    "none": (
        "Not by this service",
        "You hand the links out yourselves: whoever runs this service makes a file of them.",
    ),
}
_NAMES: dict[Channel, str] = {"email": "e-mail", "sms": "text message"}
_WAVES = {"invitation": "Invitation", "reminder": "Reminder", "last_day": "Last reminder"}


class Body(msgspec.Struct, frozen=True):
    """`facts` say whom the staff list lets one reach; `silent` what this service is not set up to send; `waves` when
    messages go out."""

    channels: Choices
    days: Field
    last: Choices
    hour: Field
    facts: tuple[str, ...]
    silent: str
    waves: tuple[tuple[str, str], ...]


class Contacting:
    key, title, short = "reach", "How are staff reached?", "How staff are reached"
    fields: Mapping[str, str] = {"channels": "channels", "reminder_days": "days", "hour": "hour"}

    async def body(self, desk: Desk, db: Db, round_: Round, told: Mapping[str, str], again: bool) -> Body:
        reach = round_.reaching
        counted = await reachability.reachable(db, round_, 1)
        waves = rules.waves(reach, round_.opens_at, round_.closes_at, desk.zone)
        chosen = desk.one("channels") if again else " ".join(reach.channels) or "none"
        days = desk.one("days") if again else ", ".join(map(str, reach.reminder_days))
        last = bool(desk.one("last")) if again else reach.last_day
        hour = desk.one("hour") if again else str(reach.hour)
        return Body(
            Choices(
                "channels",
                "How staff get their link",
                tuple(Option(value, *_LABELS[value], value == chosen) for value in _ORDERS),
                error=told.get("channels", ""),
            ),
            Field(
                "days",
                "Days after opening on which those who have not answered are reminded",
                days,
                "For example: 5, 10, 15. Leave it empty to send none.",
                told.get("days", ""),
                20,
            ),
            Choices("last", "Before it closes", (Option("1", "Also remind on the last day", chosen=last),), many=True),
            Field(
                "hour",
                "Hour of the day at which reminders go out",
                hour,
                f"From {EARLIEST} to {LATEST}. 10 is our advice.",
                told.get("hour", ""),
                2,
                numeric=True,
            ),
            tuple(_facts(counted)),
            silent(reach, desk.config.sends_by),
            tuple(_wave(wave, desk.zone) for wave in waves),
        )

    async def read(self, desk: Desk, db: Db, round_: Round) -> Changes:
        problems, typed = [], re.findall(r"[^\s,;]+", desk.one("days"))
        days, hour = [day for day in typed if _is_number(day)], desk.one("hour")
        if days != typed:
            problems.append(errors.Problem("reminder_days", "write days as numbers.", "For example: 5, 10, 15."))
        if not _is_number(hour):
            problems.append(errors.Problem("hour", f"enter a whole hour from {EARLIEST} to {LATEST}."))
        channels = _ORDERS.get(desk.one("channels"))
        if channels is None:
            problems.append(errors.Problem("channels", "choose how staff get their link."))
        if problems:
            raise errors.BadInput(problems)
        reach = msgspec.structs.replace(
            round_.reaching,
            channels=channels,
            reminder_days=tuple(sorted(map(int, days))),
            last_day=bool(desk.one("last")),
            hour=int(hour),
        )
        if problems := rules.problems(reach):
            raise errors.BadInput(problems)
        return {"reach": reach}

    def said(self, round_: Round, desk: Desk, names: Mapping[str, str]) -> Said:
        reach = round_.reaching
        if not reach.channels:
            return (("By", "Nothing that this service sends"), ("Reminders", "None"))
        channels = listed([_NAMES[channel] for channel in reach.channels])
        return (("By", channels[:1].upper() + channels[1:]), ("Reminders", _reminders(reach)))


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 3


def _reminders(reach: Reach) -> str:
    days = [f"{day}" for day in reach.reminder_days]
    told = [f"after {listed(days)} days"] * bool(days) + ["on the last day"] * reach.last_day
    return f"{listed(told)}, at {reach.hour}:00".capitalize() if told else "None"


def _facts(of: Reachable) -> list[str]:
    are, have, number = of.channels.people, of.channels.email, of.channels.sms
    return [
        f"{are:,} {'person is' if are == 1 else 'people are'} asked",
        f"{have:,} {'has' if have == 1 else 'have'} an e-mail address",
        f"{number:,} {'has' if number == 1 else 'have'} a mobile number",
        f"{of.missing.count:,} cannot be reached with these settings",
    ]


def silent(reach: Reach, sends_by: Sequence[str]) -> str:
    """What this service is not set up to send though the round is to be sent by it; empty where nothing is missing."""
    lacking = [_NAMES[channel] for channel in reach.channels if channel not in sends_by]
    if not lacking:
        return ""
    named = " or ".join(lacking)
    return f"This service is not set up to send by {named}: until whoever runs it changes that, none goes out."


def _wave(wave: Wave, zone: str) -> tuple[str, str]:
    return _WAVES[wave.kind], times.spoken(wave.due, zone)


STEP = Contacting()
