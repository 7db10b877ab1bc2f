"""The worker as a process that is killed again and again. It waits on the clock of whoever kills it.

Waiting for the pace is leaping there; waiting for anything longer takes a fraction of the time, so that what others
have under way is over before their claims are.
"""

import asyncio
import os
import sys
from datetime import datetime, timedelta

import httpx
import uvloop

from survey import config as configuration
from survey import logs
from survey.sealing import KeyRing
from survey.workers import channels, sending
from survey.workers.channels import Notify
from survey.workers.sending import Post

LEAP = timedelta(seconds=1)
FASTER = 10
TIMEOUT = 1.0
"""Seconds of a real clock that a request may take here."""


class Clock:
    def __init__(self, url: str) -> None:
        self._client = httpx.AsyncClient(base_url=url, timeout=30, trust_env=False)

    async def ready(self) -> None:
        """Say that this process has begun its work, and may be killed in the midst of it."""
        await self._client.post("/ready", content=str(os.getpid()))

    async def until(self, now: datetime, until: datetime) -> None:
        if until - now > LEAP:
            await asyncio.sleep((until - now).total_seconds() / FASTER)
        await self._client.post("/clock", content=until.isoformat())


async def main(url: str) -> None:
    settings = configuration.read()
    logs.configure("json")
    ways: list[channels.Channel] = []
    for way in channels.configured(settings):
        if isinstance(way, Notify):
            way.be_patient(TIMEOUT)
        ways.append(way)
    keys, clock = KeyRing(settings.key_directory(), settings.secret_bytes()), Clock(url)
    post = Post(settings.database_url or "", keys, ways, settings.base_url, settings.clock_zone, clock.until)
    await clock.ready()
    await sending.work(post)


if __name__ == "__main__":
    uvloop.run(main(sys.argv[1]))
