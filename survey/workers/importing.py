"""The worker that has uploaded staff lists worked on. Reading a large file takes a processor for seconds, so that it is
done in a process of its own, which gives way to requests: the service answers as fast as before."""

import asyncio
import contextlib
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from survey import db as database
from survey import errors
from survey.config import Config
from survey.logs import log, without_detail
from survey.operations import digesting

EVERY = 1.0
"""Seconds between two looks."""
LONGEST = 900.0
"""Seconds a process may work."""
_HOME = Path(__file__).parents[2]


async def work(url: str, config: Config, every: float = EVERY) -> None:
    """Look, have done what there is to do, sleep; for ever. A database that is away is tried again."""
    while True:
        try:
            async with database.connect(url, statement_timeout="0") as db:
                while True:
                    if await digesting.any_waiting(db):
                        await _digest(_environment(url, config))
                    await asyncio.sleep(every)
        except (errors.SurveyError, *database.AWAY) as error:
            log.warning("imports have to wait", why=str(error))
        except Exception as error:
            log.error("importing failed", exc_info=error)  # nobody would notice a worker that had stopped
        await asyncio.sleep(every)


def _environment(url: str, config: Config) -> dict[str, str]:
    """Secrets travel in the environment, never on a command line that others can read."""
    ours = {"DATABASE_URL": url, "SECRET": config.secret_bytes().decode(), "LOG_FORMAT": "json", "NO_BOOTSTRAP": "1"}
    others = {name: value for name, value in os.environ.items() if not name.startswith("SURVEY_")}
    return others | {f"SURVEY_{name}": value for name, value in ours.items()}


async def _digest(environment: Mapping[str, str]) -> None:
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "survey", "staff", "digest", cwd=_HOME, env=environment,
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        _, said = await asyncio.wait_for(child.communicate(), LONGEST)
        if child.returncode:
            told = without_detail(said.decode(errors="replace"))[-300:]
            log.warning("an import was cut short", status=child.returncode, said=told)
    finally:
        with contextlib.suppress(ProcessLookupError):
            child.kill()
