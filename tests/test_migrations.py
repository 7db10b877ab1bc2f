"""Migrations go forward, once each, and are never changed after the fact; `schema.sql` is proved equal to them."""

import asyncio
import re
import subprocess
from pathlib import Path

import pytest

from survey import db as databases
from survey import errors
from survey.config import Config
from survey.db import Db
from survey.operations import migrating
from survey.sealing import fingerprint as fingerprint_of
from survey.sql import FOLDER
from survey.store.migrations import Applied


def _files(folder: Path, *texts: str) -> Path:
    for number, text in enumerate(texts, start=1):
        (folder / f"{number:04}_step.sql").write_text(text, encoding="utf-8")
    return folder


async def test_all_are_applied_once_and_in_order(empty_url: str, tmp_path: Path) -> None:
    files = _files(tmp_path, "create table a (n int);", "alter table a add m int; insert into a values (1, 2);")
    async with databases.connect(empty_url) as db:
        assert [one.number for one in await migrating.pending(db, files)] == [1, 2]
        assert [one.number for one in await migrating.migrate(db, files)] == [1, 2]
        assert await migrating.migrate(db, files) == []
        assert await migrating.pending(db, files) == []
        assert await db.fetchval("select count(*) from a") == 1


async def test_a_failing_one_leaves_nothing_of_itself_and_keeps_those_before(empty_url: str, tmp_path: Path) -> None:
    files = _files(tmp_path, "create table a (n int);", "create table b (n int); select 1 / 0;")
    async with databases.connect(empty_url) as db:
        with pytest.raises(Exception, match="division by zero"):
            await migrating.migrate(db, files)
        assert [one.number for one in await migrating.pending(db, files)] == [2]
        assert await db.fetchval("select to_regclass('b') is null and to_regclass('a') is not null")


async def test_two_at_once_apply_each_once(empty_url: str, tmp_path: Path) -> None:
    steps = [f"create table t{n} (n int); select pg_sleep(0.02);" for n in range(4)]
    files = _files(tmp_path, *steps)

    async def one() -> int:
        async with databases.connect(empty_url) as db:
            return len(await migrating.migrate(db, files))

    assert sum(await asyncio.gather(one(), one(), one())) == 4


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda folder: (folder / "0001_step.sql").write_text("create table z (n int);"), "changed after"),
        (lambda folder: (folder / "0002_step.sql").unlink(), "newer than this program"),
        (lambda folder: (folder / "0001_step.sql").unlink(), "no file number 0001"),
        (lambda folder: (folder / "0004_step.sql").write_text("select 1"), "no file number 0003"),
        (lambda folder: (folder / "0002_twice.sql").write_text("select 1"), "no file number 0003, or two"),
        (lambda folder: (folder / "3_short.sql").write_text("select 1"), "no name for a migration"),
    ],
)
async def test_a_changed_past_is_refused(empty_url: str, tmp_path: Path, change, told: str) -> None:
    files = _files(tmp_path, "create table a (n int);", "create table b (n int);")
    async with databases.connect(empty_url) as db:
        await migrating.migrate(db, files)
        change(files)
        with pytest.raises(errors.Misconfigured, match=told):
            await migrating.pending(db, files)
        with pytest.raises(errors.Misconfigured, match=told):
            await migrating.migrate(db, files)


def _dump(programs: Path, url: str) -> str:
    """The schema as pg_dump tells it, without the lines that differ from run to run."""
    command = [programs / "pg_dump", "--schema-only", "--no-owner", "--no-privileges", url]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return re.sub(r"^\\(un)?restrict .*\n", "", told, flags=re.MULTILINE)


async def test_the_schema_for_readers_is_what_the_migrations_make(
    database_url: str, empty_url: str, programs: Path
) -> None:
    async with databases.connect(empty_url) as db:
        await db.execute((FOLDER / "schema.sql").read_text(encoding="utf-8"))
    assert _dump(programs, empty_url) == _dump(programs, database_url)


DRIFTS = (
    "alter table person alter column site set not null",
    "alter table person add extra text",
    "alter table round drop constraint round_round_id_key",
    "create index on person (email)",
    "alter table draft set (fillfactor = 90)",
    "comment on table comment is 'another'",
    "alter table deployment alter column clock_offset drop default",
    "drop trigger deployment_kind_is_for_good on deployment",
    "create or replace function survey_now() returns timestamptz language sql as 'select now()'",
)


async def test_any_drift_would_show(database_url: str, programs: Path) -> None:
    """Each change, made after the others, changes what is compared."""
    dumps = {_dump(programs, database_url)}
    async with databases.connect(database_url) as db:
        for count, drift in enumerate(DRIFTS, start=1):
            await db.execute(drift)
            dumps.add(_dump(programs, database_url))
            assert len(dumps) == 1 + count, drift


@pytest.fixture
def fingerprint(config: Config) -> bytes:
    return fingerprint_of(config.secret_bytes())


async def _refusal(db: Db, fingerprint: bytes) -> str:
    with pytest.raises(errors.Misconfigured) as refused:
        await migrating.check_ready(db, fingerprint)
    return str(refused.value)


async def test_a_migrated_database_of_ours_is_ready(db: Db, fingerprint: bytes) -> None:
    await migrating.check_ready(db, fingerprint)


async def test_an_empty_database_is_not(empty_url: str, fingerprint: bytes) -> None:
    async with databases.connect(empty_url) as db:
        assert "is empty" in await _refusal(db, fingerprint)


async def test_property_8_an_old_schema_is_not(db: Db, fingerprint: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    files = migrating.read()
    newer = migrating.Migration(Applied(len(files) + 1, "newer", "00"), "select 1")
    monkeypatch.setattr(migrating, "read", lambda _: [*files, newer])
    refusal = await _refusal(db, fingerprint)
    assert "1 migration(s) behind" in refusal
    assert "python3 -m survey migrate" in refusal


async def test_property_8_nor_is_a_newer_one(db: Db, fingerprint: bytes) -> None:
    await db.execute("insert into migration select max(number) + 1, 'newer', '00' from migration")
    assert "newer than this program" in await _refusal(db, fingerprint)


async def test_another_secret_is_told_at_the_start(db: Db, fingerprint: bytes) -> None:
    assert "SURVEY_SECRET is not the secret" in await _refusal(db, fingerprint[::-1])


async def test_nobodys_database_is_not(db: Db, fingerprint: bytes) -> None:
    await db.execute("delete from deployment")
    assert "whose it is" in await _refusal(db, fingerprint)


@pytest.mark.parametrize("setting", ["synchronous_commit", "fsync", "full_page_writes"])
async def test_property_8_a_live_database_that_may_lose_answers_is_not(
    db: Db, fingerprint: bytes, setting: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The embedded test server has all three off; elsewhere they are made to look it."""
    await db.execute("delete from deployment")
    await migrating.found(db, "live", fingerprint)
    facts = await migrating.deployments.server(db)
    safe = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}

    async def told(_: Db) -> object:
        return type(facts)(facts.version, facts.release, facts.now, **safe | {setting: "off"})

    monkeypatch.setattr(migrating.deployments, "server", told)
    assert f"{setting} = off" in await _refusal(db, fingerprint)


async def test_the_server_tells_its_own_settings(db: Db) -> None:
    await db.execute("set local synchronous_commit = 'off'")
    assert (await migrating.deployments.server(db)).synchronous_commit == "off"
    await db.execute("set local synchronous_commit = 'on'")
    facts = await migrating.deployments.server(db)
    assert facts.synchronous_commit == "on"
    assert facts.fsync == await db.fetchval("show fsync")
    assert facts.full_page_writes == await db.fetchval("show full_page_writes")


async def test_a_kind_is_for_good(db: Db, fingerprint: bytes) -> None:
    await migrating.found(db, "test", fingerprint)
    with pytest.raises(errors.Misconfigured, match="stays one"):
        await migrating.found(db, "live", fingerprint)
    assert await migrating.kind(db) == "test"
