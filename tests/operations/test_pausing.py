"""A pause: nothing is saved or sent, nothing is lost, and the closing date stands."""

import pytest

from survey.config import Config
from survey.db import Database, Db
from survey.errors import NotFound, Refused, RoundClosed, RoundPaused
from survey.operations import closing, launching, pausing, responding, viewing
from survey.sealing import KeyRing, random_id
from survey.store.organisations import Organisation
from tests import cast
from tests.conftest import SECRET


@pytest.fixture
def keys(config: Config) -> KeyRing:
    return KeyRing(config.key_directory(), SECRET)


async def test_during_a_pause_nothing_is_saved_sent_or_withdrawn(
    db: Db, keys: KeyRing, organisation: Organisation
) -> None:
    round_ = await cast.launched(db, keys, organisation)
    sent, begun = round_.tokens[:2]
    await cast.submit(db, round_, sent, cast.answers())
    draft = await cast.save(db, round_, begun, {"AGREE": ("2",)})
    await pausing.pause(db, organisation.organisation_id, round_.round_id)
    assert (await launching.find(db, organisation.organisation_id, round_.round_id)).state == "paused"
    before = await cast.tables(db)
    for token in (sent, begun, round_.tokens[2]):
        for step in (
            lambda token=token: responding.visit(db, round_.view, token),
            lambda token=token: responding.save(db, round_.view, token, draft, cast.answers()),
            lambda token=token: responding.submit(db, round_.view, token, draft),
            lambda token=token: responding.withdraw(db, round_.view, token),
        ):
            with pytest.raises(RoundPaused):
                await step()
    assert await cast.tables(db) == before


async def test_afterwards_everything_goes_on_where_it_was(db: Db, keys: KeyRing, organisation: Organisation) -> None:
    round_ = await cast.launched(db, keys, organisation)
    token, whose = round_.tokens[0], (organisation.organisation_id, round_.round_id)
    await cast.save(db, round_, token, {"AGREE": ("2",)})
    closes = (await launching.find(db, *whose)).closes_at
    await pausing.pause(db, *whose)
    assert (await viewing.view(db, round_.round_id)).turns_in <= viewing.PAUSE
    await pausing.resume(db, *whose)
    again = await launching.find(db, *whose)
    assert (again.state, again.closes_at) == ("open", closes)
    assert (await responding.visit(db, round_.view, token)).answers == {"AGREE": ("2",)}
    await cast.submit(db, round_, token, cast.answers())


async def test_a_paused_round_closes_on_its_date_and_its_answers_count(
    database: Database, keys: KeyRing, organisation: Organisation
) -> None:
    async with database.connection() as db:
        round_ = await cast.launched(db, keys, organisation)
        whose = (organisation.organisation_id, round_.round_id)
        await cast.submit(db, round_, round_.tokens[0], cast.answers())
        await pausing.pause(db, *whose)
        await closing.end_now(db, *whose)
        assert (await launching.find(db, *whose)).state == "closed"
        with pytest.raises(RoundClosed):
            await responding.visit(db, round_.view, round_.tokens[0])
        assert (await closing.open_answers(db, keys, *whose)).responses == 1


async def test_only_an_open_round_pauses_and_only_a_paused_one_goes_on(
    db: Db, keys: KeyRing, organisation: Organisation
) -> None:
    questionnaire = await cast.trust(db, organisation)
    whose, round_id = organisation.organisation_id, await cast.drafted(db, organisation, questionnaire)
    for step in (pausing.pause, pausing.resume):
        with pytest.raises(Refused, match="still a draft"):
            await step(db, whose, round_id)
        with pytest.raises(NotFound):
            await step(db, random_id(), round_id)
    await launching.launch(db, keys, whose, round_id)
    with pytest.raises(Refused, match="still open"):
        await pausing.resume(db, whose, round_id)
    await pausing.pause(db, whose, round_id)
    with pytest.raises(Refused, match="is paused"):
        await pausing.pause(db, whose, round_id)
