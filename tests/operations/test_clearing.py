"""Clearing away: after closing, nothing of a deleted row is left in any file of its table, whoever was looking."""

import asyncio
from pathlib import Path

import pytest
import structlog

from survey import db as databases
from survey.config import Config
from survey.core import identifying
from survey.db import Database, Db
from survey.operations import clearing, closing, launching, requesting, responding, sending
from survey.sealing import KeyRing
from survey.store.organisations import Organisation
from survey.workers import closing as worker
from tests import cast
from tests.cast import Cast
from tests.conftest import SECRET
from tests.dying import Dying, Killed

FILES = ("draft", "sealed", "answered", "invitation", "message", "link_request")


@pytest.fixture
def keys(config: Config) -> KeyRing:
    return KeyRing(config.key_directory(), SECRET)


async def left_in_files(db: Db, round_id: str) -> int:
    """How often the round's id stands in the files of these tables and of their indexes: every row has it."""
    await db.execute("checkpoint")
    names = [name for table in FILES for name in (table, f"{table}_pkey")] + [
        "invitation_organisation_id_round_id_person_id_key"
    ]
    read = "select pg_read_binary_file(pg_relation_filepath($1))"
    return sum([(await db.fetchval(read, name)).count(round_id.encode()) for name in names])


async def ended(db: Db, keys: KeyRing, organisation: Organisation) -> Cast:
    round_ = await cast.launched(db, keys, organisation, people=30, teams=1)
    await cast.submit_all(db, round_, round_.tokens[:15])
    await sending.fill_due(db, ["email"], "Europe/London")
    who = identifying.read("10003")
    assert who is not None
    await requesting.ask(db, SECRET, round_.round_id, who)
    await closing.end_now(db, organisation.organisation_id, round_.round_id)
    return round_


async def test_nothing_of_a_closed_round_is_left_in_the_files_though_another_round_is_open(
    database: Database, keys: KeyRing, organisation: Organisation
) -> None:
    async with database.connection() as db:
        still_open = await cast.launched(db, keys, organisation, people=30, teams=1)
        round_ = await ended(db, keys, organisation)
        await cast.submit_all(db, still_open, still_open.tokens[:9])
        assert await left_in_files(db, round_.round_id) > 100
        done = await closing.open_answers(db, keys, organisation.organisation_id, round_.round_id)
        assert done.cleared
        assert await left_in_files(db, round_.round_id) == 0
        assert (await responding.visit(db, still_open.view, still_open.tokens[0])).sent
        await cast.submit(db, still_open, still_open.tokens[0], cast.answers(5))


async def test_a_vacuum_would_not_do(database: Database, keys: KeyRing, organisation: Organisation) -> None:
    """Why tables are rewritten: the bytes of vacuumed rows stay in pages that other rows are on."""
    async with database.connection() as db:
        round_ = await ended(db, keys, organisation)
        await cast.launched(db, keys, organisation, people=30, teams=1)
        await db.execute("delete from invitation where round_id = $1", round_.round_id)
        await db.execute("delete from link_request where round_id = $1", round_.round_id)
        await db.execute("vacuum draft, sealed, answered, invitation, message, link_request")
        assert await left_in_files(db, round_.round_id) > 0
        assert await clearing.clear(db)
        assert await left_in_files(db, round_.round_id) == 0


class At(Dying):
    """Dies when something that begins so is about to be done for the `point`-th time."""

    def __init__(self, doing: str, point: int) -> None:
        super().__init__(point)
        self._doing = f"before {doing}"

    def at(self, where: str) -> None:
        if where.startswith(self._doing):
            super().at(where)


@pytest.mark.parametrize(
    ("doing", "point"),
    [("unlink", 1), ("unlink", 2), ("select pg_snapshot_xmax", 1), ("do $$", 1), ("do $$", 2), ("do $$", 4)],
)
async def test_a_kill_before_the_clearing_is_made_good_by_the_worker_s_next_look(
    database: Database, keys: KeyRing, organisation: Organisation, doing: str, point: int
) -> None:
    """After the commit: the keys may be there or not, and the rows still are in the files."""
    async with database.connection() as db:
        round_ = await ended(db, keys, organisation)
        whose = (organisation.organisation_id, round_.round_id)
        with At(doing, point) as dying, pytest.raises(Killed):
            await closing.open_answers(dying.db(db), keys, *whose)
        assert (await launching.find(db, *whose)).opened_answers_at is not None
        assert await left_in_files(db, round_.round_id) > 0
        assert keys.rounds() == {round_.round_id}
        await worker.tick(db, database.connection, keys)
        assert await left_in_files(db, round_.round_id) == 0
        assert cast.files(keys) == {}


async def test_while_a_backup_looks_on_the_note_stays_and_then_the_rows_go(
    database: Database, keys: KeyRing, organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """pg_dump holds one snapshot for as long as it takes: rewriting under its eyes would keep every row it may see."""
    monkeypatch.setattr(clearing, "PATIENCE", 0.1)
    async with database.connection() as db, databases.connect(database.url) as dump:
        round_ = await ended(db, keys, organisation)
        async with dump.transaction(isolation="repeatable_read"):  # type: ignore[call-arg]
            assert await dump.fetchval("select count(*) from sealed") == 15
            done = await closing.open_answers(db, keys, organisation.organisation_id, round_.round_id)
            assert (done.responses, done.cleared) == (15, False)
            assert [path.suffix for path in keys.directory.iterdir()] == [".unfinished"], "the keys are gone already"
            with structlog.testing.capture_logs() as logged:
                await worker.tick(db, database.connection, keys)
            assert logged[0]["rounds"] == 1
            assert await left_in_files(db, round_.round_id) > 0
        await worker.tick(db, database.connection, keys)
        assert await left_in_files(db, round_.round_id) == 0
        assert cast.files(keys) == {}


async def test_a_table_that_is_in_use_is_not_waited_for_long(
    database: Database, keys: KeyRing, organisation: Organisation
) -> None:
    """A lock that is not to be had in a second is let go: behind it every respondent would queue."""
    async with database.connection() as db, databases.connect(database.url) as other:
        round_ = await ended(db, keys, organisation)
        await closing.open_answers(db, keys, organisation.organisation_id, round_.round_id)
        async with other.transaction():
            await other.execute("lock table sealed in access share mode")
            async with asyncio.timeout(5):
                assert not await clearing.clear(db)
        assert await clearing.clear(db)


async def test_large_tables_are_rewritten_only_when_told_to(
    database: Database, keys: KeyRing, organisation: Organisation, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(clearing, "LARGEST", 8192)
    async with database.connection() as db:
        round_ = await ended(db, keys, organisation)
        whose = (organisation.organisation_id, round_.round_id)
        assert not (await closing.open_answers(db, keys, *whose)).cleared
        assert keys.rounds() == {round_.round_id}
        done = await closing.open_answers(db, keys, *whose, at_any_size=True)
        assert (done.already, done.cleared) == (True, True)
        assert await left_in_files(db, round_.round_id) == 0
        assert keys.rounds() == set()
