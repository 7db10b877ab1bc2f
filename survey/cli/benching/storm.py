"""Nothing but submissions: everybody who took part sends their answers again and again."""

import asyncio
import time
from collections.abc import Sequence
from itertools import cycle

from survey.cli.benching.http import Connection
from survey.cli.benching.ledger import Ledger
from survey.cli.benching.respondents import Respondent
from survey.config import Config


async def submits(settings: Config, people: Sequence[Respondent], at_once: int, seconds: float) -> tuple[float, Ledger]:
    """How many submissions a second the service acknowledges, and how long each took."""
    ledger, began = Ledger(), time.perf_counter()

    async def again_and_again(mine: Sequence[Respondent]) -> None:
        async with Connection(settings.host, settings.port) as connection:
            for person in cycle(mine):
                await person.send_again(connection, ledger)
                if time.perf_counter() - began > seconds:
                    return

    async with asyncio.TaskGroup() as group:
        for first in range(min(at_once, len(people))):
            group.create_task(again_and_again(people[first::at_once]))
    return ledger.requests / (time.perf_counter() - began), ledger
