"""Providers of e-mail and text messages: how fast this deployment may use each, whoever of its workers it is."""

from datetime import datetime, timedelta

import msgspec

from survey.db import Db
from survey.sql import Query


class Pace(msgspec.Struct, frozen=True):
    """From when the provider may be used again: by pace, and because it asked us to wait (`why`)."""

    free_at: datetime
    held_until: datetime
    why: str
    now: datetime


class Held(msgspec.Struct, frozen=True):
    provider: str
    held: bool
    held_until: datetime
    why: str


_know = Query[msgspec.Struct]("providers.know")
_hold_row = Query("providers.hold_row", Pace)
_spend = Query[msgspec.Struct]("providers.spend")
_refund = Query[msgspec.Struct]("providers.refund")
_hold = Query[msgspec.Struct]("providers.hold")
_hold_for_the_day = Query[msgspec.Struct]("providers.hold_for_the_day")
_list_all = Query("providers.list_all", Held)


async def know(db: Db, provider: str) -> None:
    await _know.execute(db, provider)


async def hold_row(db: Db, provider: str) -> Pace:
    """Its pace, kept from every other worker until the transaction ends."""
    return await _hold_row.one(db, provider)


async def spend(db: Db, provider: str, time: timedelta, catch_up: timedelta) -> None:
    """Use so much of its time, of which what went by unused, up to `catch_up`, may be made up for."""
    await _spend.execute(db, provider, time, catch_up)


async def refund(db: Db, provider: str, time: timedelta) -> None:
    """Give back time that was spent on what never reached it."""
    await _refund.execute(db, provider, time)


async def hold(db: Db, provider: str, wait: timedelta, why: str) -> None:
    await _hold.execute(db, provider, wait, why)


async def hold_for_the_day(db: Db, provider: str, why: str) -> None:
    """Until a minute after midnight UTC, when daily limits begin anew."""
    await _hold_for_the_day.execute(db, provider, why)


async def list_all(db: Db) -> list[Held]:
    return await _list_all.all(db)
