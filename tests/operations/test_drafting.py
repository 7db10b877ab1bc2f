"""Preparing a round in steps: two people at one draft, who is asked, clashes, clones, what a launch then freezes."""

import asyncio
from datetime import timedelta

import pytest

from survey.config import Config
from survey.core.population import Population
from survey.core.reaching import Reach
from survey.core.rounds import Plan
from survey.db import Database, Db
from survey.errors import BadInput, NotFound, Refused
from survey.operations import carrying_out, closing, drafting, foreseeing, launching, reachability, reaching, staffing
from survey.sealing import KeyRing, random_id
from survey.store import units
from survey.store.organisations import Organisation
from tests import cast
from tests.cast import DAY, HOUR
from tests.conftest import SECRET

ZONE = "Europe/London"


@pytest.fixture
def keys(config: Config) -> KeyRing:
    return KeyRing(config.key_directory(), SECRET)


async def _begun(db: Db, organisation: Organisation) -> launching.Round:
    questionnaire = await cast.trust(db, organisation)
    return await drafting.begin(db, organisation.organisation_id, "Autumn", questionnaire, ZONE)


async def test_a_draft_begins_with_a_window_that_is_still_to_come(db: Db, organisation: Organisation) -> None:
    made = await _begun(db, organisation)
    assert made.state == "draft"
    assert made.now + timedelta(days=7) <= made.opens_at < made.closes_at
    assert (made.settings, made.asks, made.reaching, made.version) == (Plan(), Population(), Reach(), 1)


async def test_each_step_changes_its_own_part(db: Db, organisation: Organisation) -> None:
    made = await _begun(db, organisation)
    whose = (db, organisation.organisation_id, made.round_id)
    plan, reach = Plan(k=12), Reach(channels=("sms",))
    first = await drafting.change(*whose, made.version, plan=plan)
    second = await drafting.change(*whose, first.version, reach=reach, name=" Winter ")
    third = await drafting.change(*whose, second.version, window=(made.opens_at + DAY, made.closes_at))
    assert (third.version, third.name, third.settings, third.reaching) == (4, "Winter", plan, reach)
    assert (third.opens_at, third.closes_at) == (made.opens_at + DAY, made.closes_at)


async def test_the_second_of_two_is_told_and_changes_nothing(db: Db, organisation: Organisation) -> None:
    made = await _begun(db, organisation)
    whose = (db, organisation.organisation_id, made.round_id)
    theirs = await drafting.change(*whose, made.version, name="Theirs")
    before = await cast.tables(db)
    with pytest.raises(drafting.Overtaken) as told:
        await drafting.change(*whose, made.version, name="Mine")
    assert told.value.current.name == "Theirs"
    assert await cast.tables(db) == before
    assert (await drafting.change(*whose, theirs.version, name="Mine")).name == "Mine"


async def test_of_many_at_once_one_wins(database: Database, organisation: Organisation) -> None:
    async with database.connection() as db:
        made = await _begun(db, organisation)

    async def rename(number: int) -> str:
        async with database.connection() as db:
            whose = (db, organisation.organisation_id, made.round_id)
            try:
                return (await drafting.change(*whose, made.version, name=f"Name {number}")).name
            except drafting.Overtaken:
                return ""

    names = [name for name in await asyncio.gather(*map(rename, range(8))) if name]
    assert len(names) == 1
    async with database.connection() as db:
        assert (await launching.find(db, organisation.organisation_id, made.round_id)).name == names[0]


async def test_all_mistakes_of_a_step_at_once(db: Db, organisation: Organisation) -> None:
    made = await _begun(db, organisation)
    whose = (db, organisation.organisation_id, made.round_id)
    with pytest.raises(BadInput) as refused:
        await drafting.change(
            *whose, 1, name=" ", window=(made.closes_at, made.opens_at), plan=Plan(k=1), reach=Reach(hour=3)
        )
    assert [problem.place for problem in refused.value.problems] == ["k", "name", "closing date", "hour"]
    with pytest.raises(NotFound):
        await drafting.change(*whose, 1, questionnaire_hash="0" * 64)


async def _unit(db: Db, organisation: Organisation, name: str) -> str:
    return next(unit.id for unit in await units.tree(db, organisation.organisation_id) if unit.name == name)


async def test_a_launch_freezes_only_whom_the_round_asks(db: Db, keys: KeyRing, organisation: Organisation) -> None:
    made = await _begun(db, organisation)
    whose = organisation.organisation_id
    who = await drafting.left_out(db, whose, "only", [await _unit(db, organisation, "Ward 1")], [], ["10000", "10001"])
    changed = await drafting.change(db, whose, made.round_id, made.version, population=who)
    assert await drafting.numbers(db, whose, changed.asks) == ["10000", "10001"]
    assert (await launching.preview(db, whose, made.round_id)).headcount == 28
    done = await launching.launch(db, keys, whose, made.round_id)
    assert (done.invitations, done.frame.headcount) == (28, 28)
    links = await launching.links(db, keys, whose, made.round_id)
    assert {link.team for link in links} == {"Ward 1"}
    assert not {"10000", "10001"} & {link.employee_number for link in links}


async def test_a_population_of_nobody_and_numbers_of_nobody_are_refused(
    db: Db, keys: KeyRing, organisation: Organisation
) -> None:
    made = await _begun(db, organisation)
    whose = organisation.organisation_id
    with pytest.raises(BadInput) as refused:
        await drafting.left_out(db, whose, "only", [], [], ["10000", "77", "x"])
    assert [problem.place for problem in refused.value.problems] == ["people left out", "people left out", "units"]
    who = await drafting.left_out(db, whose, "everyone", [], [cast.NURSES, cast.OFFICE], [])
    await drafting.change(db, whose, made.round_id, 1, population=who)
    with pytest.raises(Refused, match="nobody"):
        await launching.preview(db, whose, made.round_id)


async def test_another_round_in_the_same_time_is_told_with_the_people_of_both(
    db: Db, keys: KeyRing, organisation: Organisation
) -> None:
    other = await cast.launched(db, keys, organisation)
    whose = organisation.organisation_id
    made = await drafting.begin(db, whose, "Next", other.view.questionnaire.hash, ZONE)
    assert (await foreseeing.review(db, organisation.name, made)).clashes == ()
    window = (made.now + HOUR, made.now + 2 * DAY)
    who = await drafting.left_out(db, whose, "without", [await _unit(db, organisation, "Ward 2")], [], [])
    made = await drafting.change(db, whose, made.round_id, 1, window=window, population=who)
    (clash,) = (await foreseeing.review(db, organisation.name, made)).clashes
    assert (clash.round_id, clash.people) == (other.round_id, 30)
    await closing.end_now(db, whose, other.round_id)
    assert (await foreseeing.review(db, organisation.name, made)).clashes == ()


async def test_a_clone_has_everything_but_dates_and_key(db: Db, keys: KeyRing, organisation: Organisation) -> None:
    made = await _begun(db, organisation)
    whose = organisation.organisation_id
    with pytest.raises(Refused, match="clone"):
        await drafting.clone(db, whose, made.round_id, ZONE)
    who = await drafting.left_out(db, whose, "everyone", [], [], ["10002"])
    await drafting.change(
        db, whose, made.round_id, 1, plan=Plan(k=12), population=who, reach=Reach(channels=("email",))
    )
    await launching.launch(db, keys, whose, made.round_id)
    again = await drafting.clone(db, whose, made.round_id, ZONE)
    assert (again.state, again.name, again.settings.k, again.asks) == ("draft", "Autumn, again", 12, who)
    assert again.reaching == Reach(channels=("email",))
    assert again.round_id != made.round_id


async def test_a_draft_can_be_forgotten_and_nothing_else(db: Db, keys: KeyRing, organisation: Organisation) -> None:
    made = await _begun(db, organisation)
    whose = organisation.organisation_id
    await drafting.discard(db, whose, made.round_id)
    with pytest.raises(NotFound):
        await launching.find(db, whose, made.round_id)
    round_ = await cast.launched(db, keys, organisation)
    with pytest.raises(Refused, match="change"):
        await drafting.discard(db, whose, round_.round_id)


async def test_what_is_being_launched_is_not_changed(db: Db, organisation: Organisation) -> None:
    made = await _begun(db, organisation)
    whose = organisation.organisation_id
    await carrying_out.ask(db, None, whose, made.round_id, "launch")
    for step in (
        lambda: drafting.change(db, whose, made.round_id, 1, name="Late"),
        lambda: drafting.discard(db, whose, made.round_id),
    ):
        with pytest.raises(Refused, match="being launched"):
            await step()


async def test_another_organisation_s_draft_is_not_there(db: Db, organisation: Organisation) -> None:
    made = await _begun(db, organisation)
    outsider = random_id()
    for step in (
        lambda: drafting.change(db, outsider, made.round_id, 1, name="Mine"),
        lambda: drafting.discard(db, outsider, made.round_id),
        lambda: drafting.clone(db, outsider, made.round_id, ZONE),
        lambda: carrying_out.ask(db, None, outsider, made.round_id, "launch"),
    ):
        with pytest.raises(NotFound):
            await step()


async def test_who_cannot_be_reached_is_told_for_those_who_are_asked(
    db: Db, keys: KeyRing, organisation: Organisation
) -> None:
    whose = organisation.organisation_id
    made = await _begun(db, organisation)
    sheet = cast.staff_list().replace("person3@trust.example", "").replace("person40@trust.example", "")
    await staffing.apply(db, whose, sheet.encode(), staffing.Wishes(allow_unreachable=True))
    assert await _numbers_missed(db, made) == ["10003", "10040"]
    (first,) = (await reachability.missed(db, made, 1)).people
    assert first.employee_number == "10003", "more are there than are named"
    who = await drafting.left_out(db, whose, "without", [await _unit(db, organisation, "Ward 2")], [], [])
    made = await drafting.change(db, whose, made.round_id, 1, population=who)
    missing = await reachability.missed(db, made, 9)
    (one,) = missing.people
    assert (one.employee_number, one.team) == ("10003", "Ward 1")
    assert one.why == "has neither an e-mail address nor a mobile number"
    assert missing.reasons == ((1, one.why),)
    await launching.launch(db, keys, whose, made.round_id)
    launched = await launching.find(db, whose, made.round_id)
    assert await _numbers_missed(db, launched) == ["10003"]
    await reaching.change(db, whose, made.round_id, Reach(channels=("sms",)))
    launched = await launching.find(db, whose, made.round_id)
    missing = await reachability.missed(db, launched, 20)
    assert (missing.count, len(missing.people)) == (30, 20)
    assert missing.reasons == (
        (29, "have an e-mail address, and this round sends no e-mail"),
        (1, "has neither an e-mail address nor a mobile number"),
    )


async def _numbers_missed(db: Db, round_: launching.Round) -> list[str]:
    missing = await reachability.missed(db, round_, 500)
    assert missing.count == len(missing.people)
    return [one.employee_number for one in missing.people]
