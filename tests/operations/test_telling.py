"""Telling how far work is: seen by others while the work keeps everything to itself, gone with it, and never in its
way."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from uuid import UUID

import msgspec
import pytest
import structlog

from survey import db as databases
from survey.core.steps import HUNDREDTHS, tenths
from survey.db import Database, Db
from survey.operations import launching, telling
from survey.operations.telling import Progress
from survey.store import rounds
from survey.store.organisations import Organisation
from tests import cast

SOON = 5.0


class Draft(msgspec.Struct, frozen=True):
    """A round to work on, and a pool of connections to its database."""

    database: Database
    whose: UUID
    round_id: str

    async def told(self) -> Progress | None:
        """What a page would say."""
        async with self.database.connection() as db:
            return telling.read((await launching.overview(db, self.whose, self.round_id)).progress)

    async def comes(self, what: str | None) -> None:
        """Waits until that is told; None: until nothing is."""
        async with asyncio.timeout(SOON):
            while (now.what if (now := await self.told()) else None) != what:  # noqa: ASYNC110
                await asyncio.sleep(0.01)

    @asynccontextmanager
    async def worked_on(self, side: telling.Side | None = None) -> AsyncIterator[telling.Step]:
        """As work does it: in one transaction, which holds the round."""
        async with (
            self.database.connection() as db,
            telling.of_round(side or self.database.connection, self.whose, self.round_id) as step,
            db.transaction(),
        ):
            await rounds.hold(db, self.whose, self.round_id)
            yield step


@pytest.fixture
async def draft(database: Database, organisation: Organisation) -> Draft:
    async with database.connection() as db:
        round_id = await cast.drafted(db, organisation, await cast.trust(db, organisation))
    return Draft(database, organisation.organisation_id, round_id)


async def test_others_see_how_far_work_is_while_it_holds_the_round_and_nothing_once_it_is_over(draft: Draft) -> None:
    async with draft.worked_on() as step:
        step("Counting", 0, 0)
        await draft.comes("Counting")
        step("Making", 300, 1_200)
        await draft.comes("Making")
        assert await draft.told() == Progress("Making", 300, 1_200)
    async with draft.database.connection() as db:
        assert await db.fetchval("select count(*) from progress") == 0


async def test_it_is_told_from_any_thread(draft: Draft) -> None:
    async with draft.worked_on() as step:
        await asyncio.to_thread(step, "Reckoning", 1, 2)
        await draft.comes("Reckoning")


async def test_work_that_says_nothing_takes_no_second_connection(draft: Draft, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telling, "EVERY", 0.01)
    opened = []

    def side() -> AbstractAsyncContextManager[Db]:
        opened.append(True)
        return draft.database.connection()

    async with draft.worked_on(side):
        await asyncio.sleep(0.1)
    assert opened == []


async def test_what_a_dead_worker_has_told_is_said_no_more_and_goes_with_the_next_work(
    draft: Draft, organisation: Organisation
) -> None:
    async with draft.database.connection() as db:
        await db.execute(
            "insert into progress values ($1, $2, '{\"what\": \"Making\"}', survey_now() + interval '1 second')",
            draft.whose, draft.round_id,
        )  # fmt: skip
        assert await draft.told() == Progress("Making")
        await db.execute("update progress set holds_until = survey_now() - interval '1 millisecond'")
        assert await draft.told() is None
        other = await cast.drafted(db, organisation, await cast.trust(db, organisation))
    async with msgspec.structs.replace(draft, round_id=other).worked_on() as step:
        step("Making", 0, 0)
        await msgspec.structs.replace(draft, round_id=other).comes("Making")
    async with draft.database.connection() as db:
        assert await db.fetchval("select count(*) from progress") == 0


async def test_it_is_told_anew_before_it_ceases_to_hold(draft: Draft, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telling, "ANEW", 0.05)
    assert telling.LEASE.total_seconds() > 3 * 5.0
    async with draft.worked_on() as step, draft.database.connection() as db:
        step("Making", 0, 0)
        await draft.comes("Making")
        await db.execute("update progress set holds_until = survey_now()")
        await draft.comes(None)
        await draft.comes("Making")


async def test_a_second_connection_that_cannot_be_had_costs_the_work_nothing(
    draft: Draft, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telling, "EVERY", 0.01)
    with structlog.testing.capture_logs() as logged:
        async with draft.worked_on(cast.unheard) as step:
            step("Making", 0, 0)
            await asyncio.sleep(0.1)
    assert [line["event"] for line in logged] == ["how far the work is cannot be told"]
    assert await draft.told() is None


async def test_one_that_is_lost_is_opened_again(draft: Draft) -> None:
    def side() -> AbstractAsyncContextManager[Db]:
        return databases.connect(draft.database.url, application_name="side")

    async with draft.worked_on(side) as step, draft.database.connection() as db:
        step("Making", 0, 0)
        await draft.comes("Making")
        await db.execute("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'side'")
        step("Storing", 0, 0)
        await draft.comes("Storing")


async def test_one_that_hangs_is_not_waited_for(draft: Draft, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody holds the row that it wants. The work goes on, and ends."""
    monkeypatch.setattr(telling, "GRACE", 0.2)
    async with draft.database.connection() as other, other.transaction():
        await other.execute(
            'insert into progress values ($1, $2, \'{"what": "x"}\', survey_now())', draft.whose, draft.round_id
        )
        async with asyncio.timeout(30), draft.worked_on() as step:
            step("Making", 0, 0)
            await asyncio.sleep(0.5)


async def test_work_that_fails_says_what_is_wrong_and_nothing_is_told_of_it_any_more(draft: Draft) -> None:
    with pytest.raises(ZeroDivisionError):
        async with draft.worked_on() as step:
            step("Dividing", 0, 0)
            await draft.comes("Dividing")
            raise ZeroDivisionError
    assert await draft.told() is None


@pytest.mark.parametrize(
    ("now", "share", "words"),
    [
        (Progress("Reading"), None, "Reading"),
        (Progress("Checking", 0, 3), 0, "Checking: 0 of 3"),
        (Progress("Checking", 12_000, 25_000), 48, "Checking: 12,000 of 25,000"),
        (Progress("Checking", 4, 3), 100, "Checking: 4 of 3"),
        (Progress("Attacking", 40, HUNDREDTHS), 40, "Attacking"),
    ],
)
def test_what_is_told_in_words_and_as_a_share(now: Progress, share: int | None, words: str) -> None:
    assert (now.share, now.words) == (share, words)


@pytest.mark.parametrize(("done", "of", "share"), [(0, 0, 0), (0, 7, 0), (5, 7, 70), (999, 1_000, 90), (7, 7, 100)])
def test_a_share_is_told_in_tenths_and_not_of_how_many(done: int, of: int, share: int) -> None:
    told: list[tuple[str, int, int]] = []
    tenths(lambda *one: told.append(one), "Attacking", done, of)
    assert told == [("Attacking", share, HUNDREDTHS)]


async def test_each_step_is_told_when_it_begins_however_soon_it_is_over(
    draft: Draft, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody waits half a second to say what takes less than that."""
    monkeypatch.setattr(telling, "EVERY", 60.0)
    async with draft.worked_on() as step:
        for what in ("Reading", "Checking", "Comparing"):
            await asyncio.to_thread(step, what, 0, 0)
            await draft.comes(what)
