"""Calling off a round before it opens: nothing of it is left but a draft with its settings."""

import pytest

from survey.config import Config
from survey.core.reaching import Reach
from survey.db import Db
from survey.errors import NotFound, Refused
from survey.operations import calling_off, drafting, launching, lending, responding, viewing
from survey.sealing import KeyRing, random_id
from survey.store.organisations import Organisation
from tests import cast
from tests.cast import DAY, HOUR
from tests.conftest import SECRET


@pytest.fixture
def keys(config: Config) -> KeyRing:
    return KeyRing(config.key_directory(), SECRET)


async def test_the_draft_that_is_left_has_all_that_the_round_had_and_can_be_launched(
    db: Db, keys: KeyRing, organisation: Organisation
) -> None:
    whose = organisation.organisation_id
    draft = await cast.drafted(db, organisation, await cast.trust(db, organisation), HOUR, 9 * DAY)
    who = await drafting.left_out(db, whose, "everyone", [], [], ["10003"])
    reach = Reach(channels=("sms", "email"), reminder_days=(3,), last_day=False, hour=8)
    old = await drafting.change(db, whose, draft, 1, population=who, reach=reach)
    await launching.launch(db, keys, whose, draft)
    left = await calling_off.call_off(db, whose, draft)
    assert (left.state, left.round_id != draft) == ("draft", True)
    for field in ("name", "questionnaire_hash", "plan", "population", "reach", "opens_at", "closes_at"):
        assert getattr(left, field) == getattr(old, field), field
    launched = await launching.launch(db, keys, whose, left.round_id)
    assert launched.invitations == 59


async def test_nothing_of_it_is_left_and_its_links_open_nothing(
    db: Db, keys: KeyRing, organisation: Organisation
) -> None:
    round_ = await cast.launched(db, keys, organisation, opens=HOUR)
    await lending.lend(db, organisation.organisation_id, round_.round_id, 0)
    await calling_off.call_off(db, organisation.organisation_id, round_.round_id)
    holding = await db.fetch("select table_name from information_schema.columns where column_name = 'round_id'")
    for (table,) in holding:
        found = await db.fetchval(f'select count(*) from "{table}" where round_id = $1', round_.round_id)
        assert found == 0, table
    with pytest.raises(NotFound):
        await launching.find(db, organisation.organisation_id, round_.round_id)
    with pytest.raises(NotFound):
        await viewing.view(db, round_.round_id)
    with pytest.raises(NotFound):
        await responding.visit(db, round_.view, round_.tokens[0])


@pytest.mark.parametrize(("opens", "closes"), [(None, None), (-HOUR, DAY), (-DAY, -HOUR)])
async def test_what_is_a_draft_or_has_opened_is_not_called_off(
    db: Db, keys: KeyRing, organisation: Organisation, opens: object, closes: object
) -> None:
    draft = await cast.drafted(db, organisation, await cast.trust(db, organisation), HOUR, DAY)
    whose = (organisation.organisation_id, draft)
    if opens is not None:
        await launching.launch(db, keys, *whose)
        await db.execute("update round set opens_at = survey_now() + $1, closes_at = survey_now() + $2", opens, closes)
    before = await cast.tables(db)
    with pytest.raises(Refused, match="You cannot call off this round"):
        await calling_off.call_off(db, *whose)
    assert await cast.tables(db) == before


async def test_another_organisation_s_round_is_not_there(db: Db, keys: KeyRing, organisation: Organisation) -> None:
    round_ = await cast.launched(db, keys, organisation, opens=HOUR)
    with pytest.raises(NotFound):
        await calling_off.call_off(db, random_id(), round_.round_id)
