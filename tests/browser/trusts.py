"""A Trust of a test's own, which no other test sees: who signs in to it, and the workers behind the service."""

import itertools
from contextlib import AbstractAsyncContextManager
from typing import Any
from uuid import UUID

from survey import sealing
from survey.core.steps import Step
from survey.operations import administering, carrying_out, digesting, signing_in, telling
from survey.sealing import KeyRing
from tests.browser.live import Live
from tests.browser.respondent import press
from tests.conftest import SECRET

_NUMBERS = itertools.count()


class Trust:
    def __init__(self, live: Live, whose: UUID) -> None:
        self.live, self.whose = live, whose

    async def sign_in(self, page: Any, role: str = "manager") -> None:
        async with self.live.database.connection() as db:
            token = await signing_in.invite(db, self.whose, role)
        await page.goto(f"{self.live.base}/sign-in/{token}")
        await press(page, "Sign in")

    async def work(self) -> None:
        """Until nothing of it waits."""
        keys, sign = KeyRing(self.live.stage.config.key_directory(), SECRET), sealing.signer(SECRET)
        side = self.live.database.connection
        async with side() as db:
            while await digesting.work(db, side, sign):
                pass
            for errand in await carrying_out.waiting(db):
                await carrying_out.carry_out(db, side, keys, sign, errand)

    def telling(self, address: str) -> AbstractAsyncContextManager[Step]:
        """As a worker tells of its work on the round at this address."""
        return telling.of_round(self.live.database.connection, self.whose, address.rpartition("/")[2])


async def founded(live: Live) -> Trust:
    async with live.database.connection() as db:
        made = await administering.add(db, f"B{next(_NUMBERS):04}", "Riverside Hospitals Trust")
    return Trust(live, made.organisation_id)
