"""Backup and restore, rehearsed: an open round is saved, everything is lost, and it is closed from the backup."""

import io
import json
import stat
import subprocess
import tarfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from click.testing import CliRunner

from survey import db as databases
from survey import errors
from survey.cli import commands
from survey.config import Config
from survey.core import answers as packing
from survey.core.questionnaire.reading import read
from survey.db import Db
from survey.operations import closing, keeping, migrating
from survey.operations.keeping import archive, programs
from survey.sealing import KeyRing, fingerprint
from survey.store import organisations
from survey.store.organisations import Organisation
from tests import cast
from tests.cast import Cast
from tests.conftest import SECRET

OURS = fingerprint(SECRET)


class Scene:
    """An open round with answers in it, and the folder its keys are in."""

    def __init__(self, db: Db, url: str, config: Config, round_: Cast, folder: Path) -> None:
        self.db, self.url, self.round, self.folder = db, url, round_, folder
        self.keys = config.key_directory()
        self.file = folder / "all.tar"


@pytest_asyncio.fixture
async def scene(database_url: str, config: Config, organisation: Organisation, tmp_path: Path) -> AsyncIterator[Scene]:
    async with databases.connect(database_url) as db:
        await organisations.add(db, organisation.organisation_id, organisation.ods_code, organisation.name)
        round_ = await cast.launched(db, KeyRing(config.key_directory(), SECRET), organisation, people=12, teams=1)
        await cast.submit_all(db, round_, round_.tokens[:5])
        yield Scene(db, database_url, config, round_, tmp_path)


async def _backup(scene: Scene, programs: Path, *, with_keys: bool = True) -> keeping.Saved:
    return await keeping.backup(scene.db, scene.url, programs, scene.keys if with_keys else None, scene.file)


def _contents(programs: Path, url: str) -> str:
    """Every row of every table, as pg_dump tells it."""
    told = subprocess.run([programs / "pg_dump", "--data-only", url], capture_output=True, text=True, check=True).stdout
    return "\n".join(sorted(line for line in told.splitlines() if "restrict" not in line))


async def test_a_lost_service_comes_back_and_its_open_round_can_be_closed(
    scene: Scene, programs: Path, empty_url: str, tmp_path: Path
) -> None:
    saved = await _backup(scene, programs)
    assert (saved.keys, saved.size) == (2, scene.file.stat().st_size)
    keys = tmp_path / "other keys"
    async with databases.connect(empty_url) as db:
        kept = await keeping.restore(db, empty_url, programs, keys, scene.file, OURS)
        assert kept.manifest.kind == "test"
        assert _contents(programs, empty_url) == _contents(programs, scene.url)
        await migrating.check_ready(db, OURS)
        assert {path.name: path.read_bytes() for path in keys.iterdir()} == {
            path.name: path.read_bytes() for path in scene.keys.iterdir()
        }
        whose, round_id = scene.round.organisation_id, scene.round.round_id
        await closing.end_now(db, whose, round_id)
        opened = await closing.open_answers(db, KeyRing(keys, SECRET), whose, round_id)
        assert (opened.responses, opened.unreadable) == (5, 0)
        rows = await db.fetch("select answers from response")
        questionnaire = read(cast.QUESTIONNAIRE)
        assert sorted(packing.unpack(questionnaire, row[0])["COUNT"][0] for row in rows) == [
            str(1000 + n) for n in range(5)
        ]


async def test_a_backup_is_for_its_owner_alone_and_holds_no_token(scene: Scene, programs: Path) -> None:
    await _backup(scene, programs)
    assert stat.S_IMODE(scene.file.stat().st_mode) == 0o600
    content = scene.file.read_bytes()
    assert not any(token.encode() in content for token in scene.round.tokens)
    assert [path.name for path in scene.folder.iterdir() if "part" in path.name or "backup" in path.name] == []


async def test_a_folder_gets_a_file_named_by_the_time(scene: Scene, programs: Path, tmp_path: Path) -> None:
    saved = await keeping.backup(scene.db, scene.url, programs, scene.keys, tmp_path)
    assert saved.path.parent == tmp_path
    assert saved.path.name.endswith(".backup.tar")


async def test_without_keys_nothing_in_it_opens_an_answer(
    scene: Scene, programs: Path, empty_url: str, tmp_path: Path
) -> None:
    assert (await _backup(scene, programs, with_keys=False)).keys is None
    with tarfile.open(scene.file) as tar:
        assert sorted(tar.getnames()) == ["database.dump", "manifest.json"]
    async with databases.connect(empty_url) as db:
        await keeping.restore(db, empty_url, programs, tmp_path / "none", scene.file, OURS)
        assert await db.fetchval("select count(*) from sealed") == 5
    assert not (tmp_path / "none").exists()


async def test_keys_of_a_round_launched_or_closed_meanwhile_are_in_it(
    scene: Scene, programs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dump = keeping.programs.dump

    def slow_dump(*arguments: object) -> None:
        dump(*arguments)  # type: ignore[arg-type]
        KeyRing(scene.keys, SECRET).destroy(scene.round.round_id)
        KeyRing(scene.keys, SECRET).create("launched")

    monkeypatch.setattr(keeping.programs, "dump", slow_dump)
    await _backup(scene, programs)
    rounds = {name.partition(".")[0] for name in archive.read(scene.file).keys()}  # noqa: SIM118  a method
    assert rounds == {scene.round.round_id, "launched"}


async def test_no_file_is_written_over(scene: Scene, programs: Path) -> None:
    scene.file.write_text("precious")
    with pytest.raises(errors.Refused, match="already"):
        await _backup(scene, programs)
    assert scene.file.read_text() == "precious"


async def test_a_database_that_holds_anything_is_left_alone(scene: Scene, programs: Path, tmp_path: Path) -> None:
    await _backup(scene, programs)
    before = _contents(programs, scene.url)
    with pytest.raises(errors.Refused, match="database is not empty"):
        await keeping.restore(scene.db, scene.url, programs, tmp_path / "k", scene.file, OURS)
    assert _contents(programs, scene.url) == before
    assert not (tmp_path / "k").exists()


async def test_even_one_strange_function_counts_as_something(empty_url: str, scene: Scene, programs: Path) -> None:
    await _backup(scene, programs)
    async with databases.connect(empty_url) as db:
        await db.execute("create function f() returns int language sql as 'select 1'")
        with pytest.raises(errors.Refused, match="database is not empty"):
            await keeping.restore(db, empty_url, programs, scene.folder / "k", scene.file, OURS)


async def test_keys_are_not_mixed(scene: Scene, programs: Path, empty_url: str) -> None:
    await _backup(scene, programs)
    async with databases.connect(empty_url) as db:
        with pytest.raises(errors.Refused, match="key directory"):
            await keeping.restore(db, empty_url, programs, scene.keys, scene.file, OURS)
        assert await db.fetchval("select to_regclass('round') is null")


async def test_another_secret_is_told_when_restoring(
    scene: Scene, programs: Path, empty_url: str, tmp_path: Path
) -> None:
    await _backup(scene, programs)
    async with databases.connect(empty_url) as db:
        with pytest.raises(errors.Misconfigured, match="not the secret it was made under"):
            await keeping.restore(db, empty_url, programs, tmp_path / "k", scene.file, OURS[::-1])


def _rewritten(source: Path, target: Path, change: dict[str, bytes | None], *, honest: bool = False) -> Path:
    """The archive with parts replaced or left out; `honest` mends the checksums so that only the names are wrong."""
    with tarfile.open(source) as old:
        parts = {name: old.extractfile(name).read() for name in old.getnames()}  # type: ignore[union-attr]
    parts = {name: content for name, content in (parts | change).items() if content is not None}
    if honest:
        manifest = json.loads(parts["manifest.json"])
        manifest["files"] = {
            name: archive.hashlib.sha256(content).hexdigest()
            for name, content in parts.items()
            if name != "manifest.json"
        }
        parts["manifest.json"] = json.dumps(manifest).encode()
    with tarfile.open(target, "w") as new:
        for name, content in parts.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            new.addfile(member, io.BytesIO(content))
    return target


async def test_a_damaged_backup_restores_nothing(scene: Scene, programs: Path, empty_url: str, tmp_path: Path) -> None:
    await _backup(scene, programs)
    key = next(name for name in archive.read(scene.file).manifest.files if name.startswith("keys/"))
    bad = tmp_path / "bad.tar"
    damages = {
        "changed": _rewritten(scene.file, bad, {"database.dump": b"other"}),
        "was changed": _rewritten(scene.file, tmp_path / "2", {key: b"other"}),
        "not those it lists": _rewritten(scene.file, tmp_path / "3", {key: None}),
        "its parts are not those": _rewritten(scene.file, tmp_path / "4", {"keys/more": b"more"}),
        "manifest.json is missing": _rewritten(scene.file, tmp_path / "5", {"manifest.json": None}),
        "is damaged": _rewritten(scene.file, tmp_path / "6", {"manifest.json": b"{"}),
        "strange name": _rewritten(scene.file, tmp_path / "7", {"keys/../../x": b"x"}, honest=True),
        "pg_restore failed": _rewritten(scene.file, tmp_path / "8", {"database.dump": b"PGDMP?"}, honest=True),
    }
    (tmp_path / "9").write_bytes(scene.file.read_bytes()[:5000])
    damages["not a backup of this service, or is damaged"] = tmp_path / "9"
    async with databases.connect(empty_url) as db:
        for told, file in damages.items():
            with pytest.raises(errors.Refused, match=told):
                await keeping.restore(db, empty_url, programs, tmp_path / "k", file, OURS)
            assert await db.fetchval("select count(*) from pg_class where relnamespace = 'public'::regnamespace") == 0
    assert not (tmp_path / "k").exists()


@pytest.mark.parametrize(
    ("url", "plain", "password"),
    [
        ("postgresql://u:p%40ss@/d?host=/run/x", "postgresql://u@/d?host=/run/x", "p@ss"),
        ("postgres://u:p@db.example:5433/d", "postgres://u@db.example:5433/d", "p"),
        ("postgresql:///d?host=/run/x", "postgresql:///d?host=/run/x", None),
    ],
)
def test_the_password_is_no_argument(
    url: str, plain: str, password: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PGPASSWORD", raising=False)
    given, environment = programs._target(url)
    assert (given, environment.get("PGPASSWORD")) == (plain, password)


def test_programs_of_another_version_are_refused(programs: Path) -> None:
    """They would leave out, or put in, what the server does not know: Postgres 18's do not restore into a 15."""
    with pytest.raises(errors.Misconfigured, match=r"is Postgres 99, .* SURVEY_POSTGRES_BIN"):
        keeping.programs.check(programs, "99.1 (Debian)")


def test_the_commands_save_and_restore(environment: dict[str, str], tmp_path: Path, programs: Path) -> None:
    """Into an embedded server of its own, as after a move to another machine."""
    runner, file = CliRunner(), tmp_path / "b.tar"
    environment = {**environment, "SURVEY_POSTGRES_BIN": str(programs)}
    saved = runner.invoke(commands, ["backup", str(file)], env=environment)
    assert saved.exit_code == 0, saved.output
    assert "Keep them apart" in saved.output
    moved = {
        **environment,
        "SURVEY_DATABASE_URL": None,
        "SURVEY_KEYS": str(tmp_path / "new"),
    }
    restored = runner.invoke(commands, ["restore", str(file)], env=moved)
    assert restored.exit_code == 0, restored.output + repr(restored.exception)
    assert "Restored the test database" in restored.output
    again = runner.invoke(commands, ["restore", str(file)], env=moved)
    assert isinstance(again.exception, errors.Refused)
