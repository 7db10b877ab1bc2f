"""The deployment's clock, which only a demo or test database may shift."""

from datetime import datetime

import msgspec

from survey.db import Db
from survey.sql import Query

_shift_clock = Query[msgspec.Struct]("deployments.shift_clock")
_reset_clock = Query[msgspec.Struct]("deployments.reset_clock")


async def shift_clock(db: Db, now: datetime) -> None:
    """Make it that moment, from which the clock goes on. A live database refuses."""
    await _shift_clock.execute(db, now)


async def reset_clock(db: Db) -> None:
    await _reset_clock.execute(db)
