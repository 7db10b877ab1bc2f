"""The worker that opens the answers of rounds whose window has ended. Acceptance stops by the clock without it."""

import asyncio
from functools import partial

from survey import db as database
from survey import errors
from survey.logs import log
from survey.operations import closing, telling
from survey.operations.telling import Side
from survey.sealing import KeyRing

EVERY = 30.0
"""Seconds between two looks."""


async def work(url: str, keys: KeyRing, every: float = EVERY) -> None:
    """Look, close what is due, sleep; for ever. A database that is away is tried again."""
    while True:
        try:
            async with database.connect(url, **database.UNHURRIED) as db:
                await tick(db, partial(database.connect, url), keys)
        except (errors.SurveyError, *database.AWAY) as error:
            log.warning("closing has to wait", why=str(error))
        except Exception as error:
            log.error("closing failed", exc_info=error)  # nobody would notice a worker that had stopped
        await asyncio.sleep(every)


async def tick(db: database.Db, side: Side, keys: KeyRing) -> None:
    """One look: finish what a kill interrupted, open what is due. A round that will not close holds up no other."""
    if waiting := await closing.finish_interrupted(db, keys):
        log.warning("what closed rounds deleted cannot be cleared out of the database's files yet", rounds=waiting)
    for key in await closing.due(db):
        try:
            async with telling.of_round(side, key.organisation_id, key.round_id) as step:
                await closing.open_answers(db, keys, key.organisation_id, key.round_id, step=step)
        except errors.SurveyError as error:
            log.error("a round cannot be closed", round=key.round_id, why=str(error))
        else:
            log.info("closed", round=key.round_id)
