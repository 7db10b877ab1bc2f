"""Following an open round: response by division, as coarsely as METHOD 2.3 R10 allows."""

import itertools
import json
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from survey.config import Config
from survey.core.frame import Atom, Frame, FrameUnit, ReportingUnit
from survey.core.rounds import Plan
from survey.db import Database, Db
from survey.errors import NotFound
from survey.operations import authoring, closing, following, launching, responding, staffing
from survey.operations.following import Rate
from survey.sealing import KeyRing, random_id
from survey.store.organisations import Organisation
from tests import cast
from tests.conftest import SECRET

ZONE = "Europe/London"
DIVISIONS = {"Surgery": 40, "Medicine": 30, "Records": 8}


@pytest.fixture
def keys(config: Config) -> KeyRing:
    return KeyRing(config.key_directory(), SECRET)


def _staff() -> bytes:
    rows = ["Employee Number,Division,Team,Site,Staff Group,Email Address"]
    for division, people in DIVISIONS.items():
        rows += [f"{division}{n:03},{division},Team,Main,{cast.NURSES},x{n}@trust.example" for n in range(people)]
    return "\n".join(rows).encode()


async def _launched(db: Db, keys: KeyRing, organisation: Organisation) -> cast.Cast:
    whose = organisation.organisation_id
    await staffing.apply(db, whose, _staff(), staffing.Wishes())
    questionnaire = (await authoring.add(db, whose, cast.QUESTIONNAIRE)).questionnaire_hash
    round_id = await cast.drafted(db, organisation, questionnaire)
    await launching.launch(db, keys, whose, round_id)
    return await cast.cast_of(db, keys, organisation, round_id)


async def _morning_after(db: Db, whose: tuple[UUID, str], days: int = 1) -> None:
    """Seven o'clock has come so many times since the round opened: its opening is moved, not the clock."""
    await db.execute(
        "update round set opens_at = opens_at - $3::interval, launched_at = launched_at - $3::interval"
        " where organisation_id = $1 and round_id = $2",
        *whose,
        timedelta(days=days),
    )


async def test_an_open_round_tells_the_organisation_s_response_and_its_divisions(
    db: Db, keys: KeyRing, organisation: Organisation
) -> None:
    """The smallest division was merged with another: neither is told by itself."""
    round_ = await _launched(db, keys, organisation)
    whose = (organisation.organisation_id, round_.round_id)
    assert [len(unit.teams) for unit in round_.view.frame.reporting_units] == [2, 1]
    for token in round_.tokens[20:53]:  # by employee number: 10 of Medicine, all of Records, 15 of Surgery
        await cast.submit(db, round_, token, cast.answers())
    await _morning_after(db, whose)
    await following.take_due(db, ZONE)
    status = await following.status(db, *whose, ZONE)
    assert status.round.state == "open"
    assert status.rates == [Rate(organisation.name, 78, "40%"), Rate("Surgery", 40, "38%")]


async def test_nothing_is_told_live(db: Db, keys: KeyRing, organisation: Organisation) -> None:
    """What was counted after seven stands: later answers are not to be seen before the next seven."""
    round_ = await _launched(db, keys, organisation)
    whose = (organisation.organisation_id, round_.round_id)
    await _morning_after(db, whose, 7)
    await following.take_due(db, ZONE)
    first = await following.status(db, *whose, ZONE)
    assert [rate.rate for rate in first.rates] == ["under 10%", "under 10%"]
    assert {rate.rate for figures in first.units for rate in figures.rates} == {"under 10%"}
    for token in round_.tokens:
        await cast.submit(db, round_, token, cast.answers())
    await following.take_due(db, ZONE)
    again = await following.status(db, *whose, ZONE)
    assert (again.divisions, again.units) == (first.divisions, first.units)
    await db.execute("update response_snapshot set due_at = due_at - interval '7 days'")
    await following.take_due(db, ZONE)
    later = await following.status(db, *whose, ZONE)
    assert [rate.rate for rate in later.rates] == ["90% or more", "90% or more"]
    assert len(later.divisions) == len(later.units) == 2


async def test_looking_counts_nothing(db: Db, keys: KeyRing, organisation: Organisation) -> None:
    """Pages are looked at by GET, which changes nothing; the worker counts."""
    round_ = await _launched(db, keys, organisation)
    whose = (organisation.organisation_id, round_.round_id)
    await _morning_after(db, whose, 7)
    assert (await following.status(db, *whose, ZONE)).rates == []
    assert await db.fetch("select 1 from response_snapshot") == []


async def test_nothing_is_counted_for_a_morning_before_the_launch(
    db: Db, keys: KeyRing, organisation: Organisation
) -> None:
    """Launched late, a round has been open on paper since long ago."""
    round_ = await cast.launched(db, keys, organisation, opens=-30 * cast.DAY)
    await following.take_due(db, ZONE)
    assert (await following.status(db, organisation.organisation_id, round_.round_id, ZONE)).rates == []


async def test_what_is_stored_of_the_response_was_rounded_before(
    db: Db, keys: KeyRing, organisation: Organisation
) -> None:
    """Whoever reads the table learns no more than the page shows: no count, and nothing of groups under twenty."""
    whose_ = organisation.organisation_id
    sheet = "Employee Number,Division,Team,Site,Staff Group,Email Address\n" + "\n".join(
        f"{unit}{n},{unit},Team,Main,{cast.NURSES},{unit}{n}@trust.example" for unit in "AB" for n in range(14)
    )
    await staffing.apply(db, whose_, sheet.encode(), staffing.Wishes())
    questionnaire = (await authoring.add(db, whose_, cast.QUESTIONNAIRE)).questionnaire_hash
    now = datetime.now(UTC)
    plan = Plan(k=5, expected_response=1)
    made = await launching.draft(db, whose_, "Autumn", questionnaire, now - cast.HOUR, now + cast.DAY, plan)
    await launching.launch(db, keys, whose_, made.round_id)
    round_ = await cast.cast_of(db, keys, organisation, made.round_id)
    for token in round_.tokens[:13]:
        await cast.submit(db, round_, token, cast.answers())
    await _morning_after(db, (whose_, made.round_id), 7)
    await following.take_due(db, ZONE)
    stored = {row["scope"]: row["rates"] for row in await db.fetch("select scope, rates from response_snapshot")}
    told = {scope: [(r["eligible"], r["rate"]) for r in json.loads(rates)] for scope, rates in stored.items()}
    assert told == {"division": [(28, "43%"), (14, None), (14, None)], "unit": [(14, None), (14, None)]}


async def test_withdrawn_answers_and_drafts_do_not_count(db: Db, keys: KeyRing, organisation: Organisation) -> None:
    round_ = await cast.launched(db, keys, organisation)
    for token in round_.tokens[:20]:
        await cast.submit(db, round_, token, cast.answers())
        await responding.withdraw(db, round_.view, token)
        await cast.save(db, round_, token, cast.answers())
    await _morning_after(db, (organisation.organisation_id, round_.round_id))
    await following.take_due(db, ZONE)
    (whole, division) = (await following.status(db, organisation.organisation_id, round_.round_id, ZONE)).rates
    assert (whole.rate, division.rate) == ("under 10%", "under 10%")


def test_one_answer_more_is_not_to_be_seen_in_most_rates() -> None:
    """Sixty people, one answering after the other: the rate takes steps of three people or more."""
    unit = ReportingUnit("Ward", "d1", None, ("t1",), 60)
    frame = Frame("Trust", (FrameUnit("d1", None, "One", None, 60),), (unit,), (Atom(0, "All", "everyone", 60),))
    seen = [following._units(frame, {0: sent})[0].rate for sent in range(61)]
    changes = [n for n in range(1, 61) if seen[n] != seen[n - 1]]
    assert (seen[0], seen[1], seen[60]) == ("under 10%", "under 10%", "90% or more")
    assert min(b - a for a, b in itertools.pairwise(changes)) >= 3


async def test_a_draft_a_scheduled_round_and_a_first_day_have_no_response(
    db: Db, keys: KeyRing, organisation: Organisation
) -> None:
    whose = organisation.organisation_id
    round_id = await cast.drafted(db, organisation, await cast.trust(db, organisation), cast.HOUR)
    assert (await following.status(db, whose, round_id, ZONE)).rates == []
    await launching.launch(db, keys, whose, round_id)
    status = await following.status(db, whose, round_id, ZONE)
    assert (status.round.state, status.rates) == ("scheduled", [])
    await following.take_due(db, ZONE)
    assert await db.fetch("select 1 from response_snapshot") == []


async def test_once_the_answers_are_open_only_the_release_speaks(
    database: Database, keys: KeyRing, organisation: Organisation
) -> None:
    async with database.connection() as db:
        round_ = await cast.launched(db, keys, organisation)
        whose = (organisation.organisation_id, round_.round_id)
        await _morning_after(db, whose)
        await following.take_due(db, ZONE)
        await closing.end_now(db, *whose)
        assert (await following.status(db, *whose, ZONE)).rates
        await closing.open_answers(db, keys, *whose)
        assert (await following.status(db, *whose, ZONE)).rates == []


async def test_another_organisation_s_round_is_not_there(db: Db, keys: KeyRing, organisation: Organisation) -> None:
    round_ = await cast.launched(db, keys, organisation)
    with pytest.raises(NotFound):
        await following.status(db, random_id(), round_.round_id, ZONE)


def test_a_division_s_rate_counts_all_units_below_it() -> None:
    """Worked by hand: a division with a directorate below it, and a unit that straddles divisions."""
    units = (
        FrameUnit("d1", None, "One", None, 60),
        FrameUnit("d2", None, "Two", None, 40),
        FrameUnit("d1a", "d1", "One A", None, 60),
    )
    reporting = (
        ReportingUnit("Deep", "d1a", None, ("t1",), 30),
        ReportingUnit("Shallow", "d1", None, ("t2",), 30),
        ReportingUnit("Astride", None, None, ("t3", "t4"), 40),
    )
    atoms = tuple(Atom(n, "All staff", "everyone", unit.headcount) for n, unit in enumerate(reporting))
    rates = following._divisions(Frame("Trust", units, reporting, atoms), {0: 30, 1: 0, 2: 20})
    assert rates == [Rate("Trust", 100, "50%"), Rate("One", 60, "50%")]
