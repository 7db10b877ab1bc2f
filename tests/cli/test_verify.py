"""`survey verify privacy`: what it prints and writes, how it ends, and what respondents can read of it."""

import asyncio
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result

from survey.cli.verify import command
from survey.db import Database
from survey.operations.verifying import Report
from survey.sealing import KeyRing
from survey.store import organisations
from survey.store.organisations import Organisation
from tests import cast
from tests.conftest import SECRET


@pytest.fixture
async def deployed(environment: dict[str, str], database: Database, organisation: Organisation) -> dict[str, str]:
    """With an open round."""
    async with database.connection() as db:
        await cast.launched(db, KeyRing(Path(environment["SURVEY_KEYS"]), SECRET), organisation, people=30, teams=1)
    return environment


async def _run(environment: dict[str, str], *arguments: str) -> Result:
    return await asyncio.to_thread(CliRunner().invoke, command, ["privacy", *arguments], env=environment)


async def test_a_sound_deployment_passes_and_the_report_is_written(deployed: dict[str, str], tmp_path: Path) -> None:
    out = tmp_path / "report.json"
    done = await _run(deployed, "--out", str(out))
    assert done.exit_code == 0, done.output
    assert done.output.startswith("Can anybody be joined to their answers?\nAttacked as its administrator could on ")
    report = msgspec.json.decode(out.read_bytes(), type=Report)
    assert report.failures == 0
    assert len(report.findings) == 19


async def test_a_failure_ends_with_one_and_is_published_as_it_is(
    deployed: dict[str, str], database: Database, organisation: Organisation, tmp_path: Path
) -> None:
    log = tmp_path / "proxy.log"
    log.write_text("GET /r/abcd1234/" + "Zx9" * 14 + "Q\n")
    out = tmp_path / "report.md"
    done = await _run(deployed, "--log", str(log), "--publish", "--out", str(out))
    assert done.exit_code == 1
    assert "proxy.log holds links with tokens: 1 times." in done.output
    assert out.read_text().startswith("# Can anybody be joined to their answers?\n")
    async with database.connection() as db:
        told = (await organisations.find(db, organisation.organisation_id)).notices["verification"]["en"]
    assert "1 FAIL" in told
    assert "proxy.log" not in told


async def test_a_weaker_attack_is_not_published(environment: dict[str, str]) -> None:
    done = await _run(environment, "--publish", "--no-dump")
    assert done.exit_code == 2
    assert "What respondents read is the whole attack" in done.output
