"""What a process knows of rounds: read once, told on in an outage, and not a moment longer than it is true."""

import asyncio
import time
from datetime import timedelta

import pytest

from survey.config import Config
from survey.db import Database, Db
from survey.errors import SurveyError
from survey.operations import launching, viewing
from survey.sealing import KeyRing
from survey.store.organisations import Organisation
from tests import cast
from tests.cast import DAY, HOUR
from tests.conftest import SECRET

SECOND = timedelta(seconds=1)


@pytest.fixture
def keys(config: Config) -> KeyRing:
    return KeyRing(config.key_directory(), SECRET)


async def test_a_draft_round_and_an_unknown_one_are_not_found(db: Db, organisation: Organisation) -> None:
    drafted = await cast.drafted(db, organisation, await cast.trust(db, organisation))
    for name in (drafted, "nosuchid", ""):
        with pytest.raises(SurveyError):
            await viewing.view(db, name)


async def test_a_round_is_read_once_and_told_while_the_database_is_away(
    database: Database, keys: KeyRing, organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with database.connection() as db:
        round_ = await cast.launched(db, keys, organisation)
    views = viewing.Views()
    first, *others = await asyncio.gather(*(views.get(database, round_.round_id) for _ in range(20)))
    assert all(other is first for other in others), "twenty requests at once, one read"
    monkeypatch.setattr(viewing, "FRESH", 0.0)
    away = Database("postgresql://nobody@127.0.0.1:1/none")
    assert await views.get(away, round_.round_id) is first
    with pytest.raises(SurveyError, match="cannot reach its database"):
        await viewing.Views().get(away, round_.round_id)


async def test_new_dates_are_seen_once_what_was_known_has_aged(
    database: Database, keys: KeyRing, organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with database.connection() as db:
        round_ = await cast.launched(db, keys, organisation)
        views = viewing.Views()
        before = await views.get(database, round_.round_id)
        later = before.closes_at + DAY
        await launching.reschedule(db, organisation.organisation_id, round_.round_id, None, later)
    assert (await views.get(database, round_.round_id)).closes_at == before.closes_at
    monkeypatch.setattr(viewing, "FRESH", 0.0)
    assert (await views.get(database, round_.round_id)).closes_at == later


@pytest.mark.parametrize(
    ("opens", "closes", "turns_in"),
    [(20 * SECOND, DAY, 20), (-HOUR, 20 * SECOND, 20), (-HOUR, DAY, 24 * 3600), (HOUR, DAY, 3600)],
)
async def test_what_is_known_of_a_round_holds_until_it_opens_or_closes(
    db: Db, keys: KeyRing, organisation: Organisation, opens: timedelta, closes: timedelta, turns_in: int
) -> None:
    """Nobody is turned away by a page that is a minute late."""
    round_ = await cast.launched(db, keys, organisation, opens=opens, closes=closes)
    known = await viewing.view(db, round_.round_id)
    assert turns_in - 15 < known.turns_in <= turns_in
    turned = time.monotonic() - known.turns_in
    assert not viewing._is_fresh(turned, known)
    assert viewing._is_fresh(turned + known.turns_in - 1, known) == (known.turns_in > 1)


async def test_no_more_rounds_are_remembered_than_fit(
    database: Database, keys: KeyRing, organisation: Organisation
) -> None:
    async with database.connection() as db:
        rounds = [(await cast.launched(db, keys, organisation)).round_id for _ in range(3)]
    views = viewing.Views(most=2)
    for name in rounds:
        await views.get(database, name)
    assert list(views._known) == rounds[1:]
    assert views._loading == {}
