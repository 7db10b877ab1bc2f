"""`survey audit` and `survey recompute`: what they print and how they end."""

import asyncio
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result

from survey.cli.audit import command as audit
from survey.cli.recompute import command as recompute
from survey.cli.round import command as round_command
from survey.core import disclosure
from survey.core.disclosure.audits import RULES
from survey.core.disclosure.release import Release
from survey.db import Database
from survey.sealing import KeyRing
from survey.store.organisations import Organisation
from tests.conftest import SECRET
from tests.core import trusts
from tests.opened import opened

ASKED = trusts.questionnaire()
FRAME = trusts.frame(3)
RELEASE = trusts.publish(FRAME, ASKED, trusts.responses(FRAME, ASKED, 3, 0.45))


def written(folder: Path, release: Release = RELEASE) -> str:
    path = folder / "release.json"
    path.write_bytes(disclosure.encode(release))
    return str(path)


def leaky(release: Release) -> Release:
    """A withheld cell put back by hand."""
    place = next(place for place, cell in enumerate(release.cells) if cell.reason is not None)
    cells = list(release.cells)
    cells[place] = msgspec.structs.replace(cells[place], value=40)
    return msgspec.structs.replace(release, cells=tuple(cells))


def audited(*arguments: str, **options: object) -> Result:
    """Without any setting: a reader has no database."""
    return CliRunner().invoke(audit, list(arguments), **options)  # type: ignore[arg-type]


def test_a_sound_release_passes_and_each_withheld_group_is_bounded(tmp_path: Path) -> None:
    done = audited(written(tmp_path))
    assert done.exit_code == 0, done.output
    withheld = [cell for cell in RELEASE.cells if cell.reason is not None]
    told = sum(done.output.count(reason) for reason in ("few answers", "few eligible", "protects others", "incomplete"))
    assert told == len(withheld) > 0
    assert "Mean at least" in done.output
    assert f"Digest {disclosure.digest(RELEASE)}." in done.output
    assert done.output.count("holds ") == len(RULES)
    assert "BROKEN" not in done.output


def test_a_release_on_standard_input_is_read() -> None:
    assert audited("-", input=disclosure.encode(RELEASE)).exit_code == 0


def test_a_broken_rule_is_named_and_ends_with_one(tmp_path: Path) -> None:
    done = audited(written(tmp_path, leaky(RELEASE)))
    assert done.exit_code == 1
    assert "BROKEN  A withheld cell gives its reason and says nothing else." in done.output
    assert "withheld, and yet it says something" in done.output


@pytest.mark.parametrize("content", [b"", b"{}", disclosure.encode(RELEASE)[:-9]])
def test_what_is_no_release_ends_with_two(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "release.json").write_bytes(content)
    done = audited(str(tmp_path / "release.json"))
    assert done.exit_code == 2
    assert "not a release" in done.output


def test_another_digest_ends_with_two(tmp_path: Path) -> None:
    path = written(tmp_path)
    assert audited(path, "--digest", disclosure.digest(RELEASE)[:16]).exit_code == 0
    done = audited(path, "--digest", "0" * 64)
    assert done.exit_code == 2
    assert "Somebody has changed release 1" in done.output


async def _prepared(environment: dict[str, str], organisation: Organisation) -> str:
    """A closed round in the database of the environment."""
    database = Database(environment["SURVEY_DATABASE_URL"])
    async with database.connection() as db:
        round_ = await opened(db, KeyRing(Path(environment["SURVEY_KEYS"]), SECRET), organisation)
    await database.close()
    return round_.scope[1]


async def test_a_published_round_is_audited_and_recomputed_by_its_name(
    environment: dict[str, str], database: Database, organisation: Organisation, tmp_path: Path
) -> None:
    round_id = await _prepared(environment, organisation)
    file = tmp_path / "release.json"

    def run(command: object, *arguments: str) -> Result:
        return CliRunner().invoke(command, list(arguments), env=environment)  # type: ignore[arg-type]

    published = await asyncio.to_thread(run, round_command, "publish", round_id, "--out", str(file))
    assert published.exit_code == 0, published.output
    outcomes = {
        name: await asyncio.to_thread(run, *arguments)
        for name, arguments in {
            "audit": (audit, round_id),
            "first": (audit, round_id, "--number", "1"),
            "recompute": (recompute, round_id),
            "file": (recompute, str(file)),
            "again": (round_command, "publish", round_id, "--correction"),
            "none": (audit, round_id, "--number", "2"),
        }.items()
    }
    assert [outcomes[name].exit_code for name in ("audit", "first", "recompute", "file")] == [0, 0, 0, 0]
    assert "to the same digit" in outcomes["recompute"].output
    assert "nothing to correct" in str(outcomes["again"].exception)
    assert "There is no release 2" in str(outcomes["none"].exception)
    forged = msgspec.structs.replace(auditable(file), title={"en": "Another"})
    file.write_bytes(disclosure.encode(forged))
    done = await asyncio.to_thread(run, recompute, str(file))
    assert done.exit_code == 1
    assert 'release: title {"en":"Another"}, recomputed' in done.output


def auditable(file: Path) -> Release:
    return disclosure.decode(file.read_bytes())
