"""The worker that has the response of open rounds counted when that is due, whether anybody looks or not."""

import asyncio

from survey import db as database
from survey import errors
from survey.logs import log
from survey.operations import following

EVERY = 60.0
"""Seconds between two looks."""


async def work(url: str, zone: str, every: float = EVERY) -> None:
    """Look, sleep; for ever. A database that is away is tried again."""
    while True:
        try:
            async with database.connect(url) as db:
                await following.take_due(db, zone)
        except (errors.SurveyError, *database.AWAY) as error:
            log.warning("counting the response has to wait", why=str(error))
        except Exception as error:
            log.error("counting the response failed", exc_info=error)  # nobody would notice a worker that had stopped
        await asyncio.sleep(every)
