"""Long work that pages ask for: once however often it is asked, kept over a kill, refused in words."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

import pytest

from survey import db as databases
from survey import sealing, store
from survey.config import Config
from survey.db import Database, Db
from survey.errors import Refused
from survey.operations import carrying_out, closing, launching, telling
from survey.sealing import KeyRing
from survey.store import errands
from survey.store.organisations import Organisation
from survey.workers import carrying_out as worker
from survey.workers import closing as closer
from tests import cast
from tests.conftest import SECRET

Told = tuple[str, int, int]
ANN, BOB = UUID(int=1), UUID(int=2)
SIGN = sealing.signer(SECRET)


@pytest.fixture
def keys(config: Config) -> KeyRing:
    return KeyRing(config.key_directory(), SECRET)


async def test_asked_twice_a_round_is_launched_once(db: Db, keys: KeyRing, organisation: Organisation) -> None:
    whose = organisation.organisation_id
    round_id = await cast.drafted(db, organisation, await cast.trust(db, organisation))
    for name in (ANN, BOB):
        await carrying_out.ask(db, name, whose, round_id, "launch")
    (errand,) = await carrying_out.waiting(db)
    assert (errand.asked_by, errand.begun_at, errand.refused) == (ANN, None, None)
    await carrying_out.carry_out(db, cast.unheard, keys, SIGN, errand)
    assert (await launching.find(db, whose, round_id)).state == "open"
    assert await carrying_out.waiting(db) == []
    (entry,) = await db.fetch("select action, account_id, subject from audit_entry")
    assert tuple(entry) == ("round.launch", ANN, round_id)
    before = await cast.tables(db)
    await carrying_out.carry_out(db, cast.unheard, keys, SIGN, errand)  # another worker that had read it, too
    assert await cast.tables(db) == before
    with pytest.raises(Refused, match="already"):
        await carrying_out.ask(db, ANN, whose, round_id, "launch")


async def test_asking_again_does_not_wait_for_the_worker_that_is_at_it(
    database: Database, organisation: Organisation
) -> None:
    """Whoever asks holds the round, which the worker wants next: each would wait for the other."""
    whose = organisation.organisation_id
    async with database.connection() as db, database.connection() as at_it:
        round_id = await cast.drafted(db, organisation, await cast.trust(db, organisation))
        await carrying_out.ask(db, ANN, whose, round_id, "launch")
        async with at_it.transaction():
            assert await errands.hold(at_it, whose, round_id) is not None
            await asyncio.wait_for(carrying_out.ask(db, BOB, whose, round_id, "launch"), 3)
        (errand,) = await carrying_out.waiting(db)
        assert errand.asked_by == ANN


async def test_what_cannot_be_done_is_refused_when_asked_and_noted_when_found_later(
    db: Db, keys: KeyRing, organisation: Organisation
) -> None:
    whose = organisation.organisation_id
    round_id = await cast.drafted(db, organisation, await cast.trust(db, organisation))
    with pytest.raises(Refused, match="still a draft"):
        await carrying_out.ask(db, ANN, whose, round_id, "publish")
    await carrying_out.ask(db, ANN, whose, round_id, "launch")
    await db.execute("update person set left_at = now()")
    (errand,) = await carrying_out.waiting(db)
    await carrying_out.carry_out(db, cast.unheard, keys, SIGN, errand)
    noted = await carrying_out.find(db, whose, round_id)
    assert noted is not None
    assert noted.refused == "There is nobody on the staff list to ask. Import it first."
    assert await carrying_out.waiting(db) == []
    assert keys.rounds() == set()
    await db.execute("update person set left_at = null")
    await carrying_out.ask(db, BOB, whose, round_id, "launch")
    (again,) = await carrying_out.waiting(db)
    assert (again.asked_by, again.refused) == (BOB, None)
    await carrying_out.carry_out(db, cast.unheard, keys, SIGN, again)
    assert (await launching.find(db, whose, round_id)).state == "open"


async def test_a_round_is_published_and_corrected_by_errand(
    database: Database, keys: KeyRing, organisation: Organisation
) -> None:
    async with database.connection() as db:
        round_ = await cast.launched(db, keys, organisation)
        whose = (organisation.organisation_id, round_.round_id)
        await cast.submit_all(db, round_, round_.tokens[:40])
        await closing.end_now(db, *whose)
        with pytest.raises(Refused, match="sealed"):
            await carrying_out.ask(db, ANN, *whose, "publish")
        await closing.open_answers(db, keys, *whose)
        await carrying_out.ask(db, ANN, *whose, "publish")
        await carrying_out.carry_out(db, cast.unheard, keys, SIGN, (await carrying_out.waiting(db))[0])
        assert (await launching.find(db, *whose)).state == "published"
        await carrying_out.ask(db, ANN, *whose, "correct")
        await carrying_out.carry_out(db, cast.unheard, keys, SIGN, (await carrying_out.waiting(db))[0])
        noted = await carrying_out.find(db, *whose)
        assert noted is not None
        assert noted.refused is not None
        assert "nothing to correct" in noted.refused


async def test_what_is_told_of_a_launch_is_what_it_does(
    db: Db, keys: KeyRing, organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telling, "PIECE", 25)
    round_id, told = await cast.drafted(db, organisation, await cast.trust(db, organisation)), list[Told]()
    await launching.launch(db, keys, organisation.organisation_id, round_id, lambda *one: told.append(one))
    counted = ("Writing down who is asked", "Making everybody’s link", "Writing down the links")
    assert told == [
        ("Reading the staff list", 0, 0),
        ("Forming reporting units", 0, 0),
        *((what, done, 60) for what in counted for done in (0, 25, 50)),
    ]
    assert len(await launching.links(db, keys, organisation.organisation_id, round_id)) == 60


async def test_work_is_done_though_the_connection_that_tells_of_it_is_cut_again_and_again(
    database: Database, keys: KeyRing, organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Launched, closed and published: each says what it does, on a connection that dies of it."""
    sides: list[Db] = []

    @asynccontextmanager
    async def side() -> AsyncIterator[Db]:
        async with databases.connect(database.url) as other:
            sides.append(other)
            yield other

    async def note(other: Db, *_: object) -> None:
        await other.execute("select pg_terminate_backend(pg_backend_pid())")

    monkeypatch.setattr(store.progress, "note", note)
    async with databases.connect(database.url, **databases.UNHURRIED) as db:
        round_id = await cast.drafted(db, organisation, await cast.trust(db, organisation))
        whose = (organisation.organisation_id, round_id)
        await carrying_out.ask(db, ANN, *whose, "launch")
        await carrying_out.carry_out(db, side, keys, SIGN, (await carrying_out.waiting(db))[0])
        round_ = await cast.cast_of(db, keys, organisation, round_id)
        await cast.submit_all(db, round_, round_.tokens[:40])
        await closing.end_now(db, *whose)
        await closer.tick(db, side, keys)
        await carrying_out.ask(db, ANN, *whose, "publish")
        await carrying_out.carry_out(db, side, keys, SIGN, (await carrying_out.waiting(db))[0])
        assert (await launching.find(db, *whose)).state == "published"
    assert len(sides) >= 3


async def test_the_worker_has_it_done_by_a_process_of_its_own(
    database: Database, keys: KeyRing, organisation: Organisation
) -> None:
    async with database.connection() as db:
        round_id = await cast.drafted(db, organisation, await cast.trust(db, organisation))
        await carrying_out.ask(db, ANN, organisation.organisation_id, round_id, "launch")
    order = worker.order(database.url, keys, SECRET)
    await worker.tick(order, worker.apart)
    async with database.connection() as db:
        assert (await launching.find(db, organisation.organisation_id, round_id)).state == "open"
        assert await carrying_out.waiting(db) == []
        assert len(await launching.links(db, keys, organisation.organisation_id, round_id)) == 60
