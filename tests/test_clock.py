"""One clock decides when rounds open and close: the database's. Only a demo or test database can shift it (bar R12)."""

import ast
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from survey import db as databases
from survey import operations
from survey.config import Config
from survey.db import Db
from survey.errors import Refused
from survey.operations import launching, migrating, rehearsing, viewing
from survey.sealing import KeyRing, fingerprint
from survey.store.organisations import Organisation
from tests import cast
from tests.conftest import SECRET

SOURCE = Path(operations.__file__).parents[1]
TELL_THE_TIME = {"now", "utcnow", "today", "time", "localtime", "gmtime"}
OF_MODULES = {"datetime", "date", "time"}
MAY = {
    "operations/migrating.py": "compares this machine's clock with the database's, and refuses to start",
    "operations/keeping/__init__.py": "dates a backup's file",
    "operations/identifying/__init__.py": "asks whether a provider's token is still good",
    "pages/authoring/trying.py": "shows a trial of questions, which is stored nowhere, as if it closed in some weeks",
}


def _tells_the_time(path: Path) -> bool:
    """Whether a module asks the machine's clock what time it is. `time.monotonic` measures how long and is welcome."""
    return any(
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in TELL_THE_TIME
        and ast.unparse(node.func.value).rpartition(".")[2] in OF_MODULES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    )


def test_no_decision_asks_the_machine_s_clock() -> None:
    """Commands may: the demo and the bench begin their rounds about now."""
    asking = {path.relative_to(SOURCE).as_posix() for path in SOURCE.rglob("*.py") if _tells_the_time(path)}
    assert {path for path in asking if not path.startswith("cli/")} == set(MAY)


@pytest.mark.parametrize("minutes", [-5, 5])
async def test_a_machine_whose_clock_is_wrong_opens_and_closes_nothing_at_the_wrong_time(
    db: Db, config: Config, organisation: Organisation, minutes: int
) -> None:
    """The database's clock set apart from ours is ours set apart from the database's."""
    keys, apart = KeyRing(config.key_directory(), SECRET), timedelta(minutes=minutes)
    await rehearsing.set_clock(db, datetime.now(UTC) + apart)
    round_ = await cast.launched(db, keys, organisation, opens=apart - timedelta(minutes=2), closes=apart + cast.HOUR)
    await cast.submit(db, round_, round_.tokens[0], cast.answers())
    assert (await launching.find(db, organisation.organisation_id, round_.round_id)).state == "open"
    assert (await viewing.view(db, round_.round_id)).state == "open"


async def test_a_shifted_clock_goes_on_and_can_be_put_right(db: Db) -> None:
    wanted = datetime(2031, 5, 6, 7, 8, tzinfo=UTC)
    await rehearsing.set_clock(db, wanted)
    first, second = [await db.fetchval("select survey_now()") for _ in range(2)]
    assert wanted <= first < second < wanted + timedelta(minutes=1)
    await rehearsing.reset_clock(db)
    assert abs(await db.fetchval("select survey_now() - clock_timestamp()")) < timedelta(seconds=1)


async def test_a_live_database_s_clock_cannot_be_set(empty_url: str, config: Config) -> None:
    async with databases.connect(empty_url) as db:
        await migrating.migrate(db)
        await migrating.found(db, "live", fingerprint(SECRET))
        with pytest.raises(Refused, match="This is a live database: its clock cannot be set"):
            await rehearsing.set_clock(db, datetime(2031, 1, 1, tzinfo=UTC))
        assert abs(await db.fetchval("select survey_now() - clock_timestamp()")) < timedelta(seconds=1)
