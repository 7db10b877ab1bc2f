"""What only another server shows: settings that need a restart, statistics of statements, a log that it writes itself.

One server of its own, set up as carelessly as can be, and with nothing else wrong with it.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from survey import db as databases
from survey.db import Db
from survey.operations import migrating, verifying
from survey.operations.verifying import Scene
from survey.operations.verifying.findings import Finding
from survey.postgres import Server
from survey.sealing import KeyRing, fingerprint
from survey.store import catalogue, organisations, rounds
from survey.store.catalogue import Copies
from tests import cast
from tests.conftest import SECRET, STANDING

CARELESS = """
track_commit_timestamp = on
shared_preload_libraries = 'pg_stat_statements'
pg_stat_statements.track_utility = on
logging_collector = on
log_directory = 'log'
"""
CHECKS = {check.name: check for check in verifying.CHECKS}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("careless")
    folder.chmod(0o755)
    with Server(folder / "pg", durable=False) as first:
        assert first
    with (folder / "pg" / "cluster" / "postgresql.auto.conf").open("a", encoding="ascii") as settings:
        settings.write(CARELESS)
    with Server(folder / "pg", durable=False) as careless:
        yield careless


@pytest_asyncio.fixture(scope="module")
async def scene(server: Server, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Scene]:
    keys = KeyRing(tmp_path_factory.mktemp("keys"), SECRET)
    async with databases.connect(server.url()) as db:
        await migrating.migrate(db)
        await migrating.found(db, "test", fingerprint(SECRET))
        await organisations.add(db, STANDING.organisation_id, STANDING.ods_code, STANDING.name)
        await cast.launched(db, keys, STANDING, people=30, teams=1)
        yield Scene(db, keys, SECRET, await rounds.launched(db))


async def _look(scene: Scene, check: str) -> Finding:
    return await verifying._tried(CHECKS[check], scene)


async def _token(scene: Scene) -> str:
    assert scene.keys is not None
    round_id = scene.rounds[0].round_id
    return (await cast.cast_of(scene.db, scene.keys, STANDING, round_id)).tokens[4]


async def test_a_server_that_keeps_the_moment_of_each_commit_is_found(scene: Scene) -> None:
    found = await _look(scene, "settings")
    assert found.outcome == "fail"
    assert found.said.startswith("track_commit_timestamp is on: the moment at which each person sent answers is kept.")


async def test_a_token_among_the_counted_statements_is_found(scene: Scene) -> None:
    assert "no statistics are kept" in (await _look(scene, "statements")).said
    await scene.db.execute("create extension pg_stat_statements")
    found = await _look(scene, "statements")
    assert (found.outcome, "the server's statistics" in found.said) == ("pass", True)
    await scene.db.execute(f"comment on table sealed is 'from /r/abcd1234/{await _token(scene)}'")
    found = await _look(scene, "statements")
    assert found.outcome == "fail"
    assert "tokens and codes of round" in found.said
    assert "links with tokens" in found.said


async def test_a_token_in_the_log_that_the_server_writes_is_found(scene: Scene) -> None:
    assert (await _look(scene, "server_log")).outcome == "pass"
    token = await _token(scene)
    await scene.db.execute(f"do $$ begin raise log 'asked for %', '{token}'; end $$")
    for _ in range(50):
        found = await _look(scene, "server_log")
        if found.outcome == "fail":
            break
        await asyncio.sleep(0.05)  # the collector is a process of its own
    assert found.outcome == "fail"
    assert "tokens and codes of round" in found.said
    assert token not in found.said


@pytest.mark.parametrize(
    ("copies", "words"),
    [
        (Copies(archived=True, replicas=0), "There are an archive of the write-ahead log. What is in them"),
        (Copies(archived=False, replicas=2), "There are 2 servers or slots that follow this one."),
        (Copies(archived=True, replicas=1), "an archive of the write-ahead log and 1 servers or slots"),
    ],
)
async def test_copies_elsewhere_are_said_not_to_be_checked(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, copies: Copies, words: str
) -> None:
    assert (await _look(scene, "copies")).outcome == "pass"

    async def told(_: Db) -> Copies:
        return copies

    monkeypatch.setattr(catalogue, "copies", told)
    found = await _look(scene, "copies")
    assert (found.outcome, words in found.said) == ("not_checked", True), found.said


def test_the_table_of_checks_has_a_question_each_and_no_name_twice() -> None:
    assert len(CHECKS) == len(verifying.CHECKS)
    assert all(check.question.endswith("?") for check in verifying.CHECKS)
