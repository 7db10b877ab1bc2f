"""Following an open round: response by division, as coarsely as METHOD 2.3 R10 allows."""

import itertools

import pytest

from survey.config import Config
from survey.core.frame import Atom, Frame, FrameUnit, ReportingUnit
from survey.db import Database, Db
from survey.errors import NotFound
from survey.operations import authoring, closing, following, launching, responding, staffing
from survey.operations.following import Rate
from survey.sealing import KeyRing, random_id
from survey.store.organisations import Organisation
from tests import cast
from tests.conftest import SECRET

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


async def test_an_open_round_tells_the_organisation_s_response_and_its_divisions(
    db: Db, keys: KeyRing, organisation: Organisation
) -> None:
    """The smallest division was merged with another: neither is told by itself."""
    round_ = await _launched(db, keys, organisation)
    whose = (organisation.organisation_id, round_.round_id)
    assert [len(unit.teams) for unit in round_.view.frame.reporting_units] == [2, 1]
    for token in round_.tokens[20:53]:  # by employee number: 10 of Medicine, all of Records, 15 of Surgery
        await cast.submit(db, round_, token, cast.answers())
    status = await following.status(db, *whose)
    assert status.round.state == "open"
    assert status.rates == [Rate(organisation.name, 78, "40 %"), Rate("Surgery", 40, "38 %")]


async def test_withdrawn_answers_and_drafts_do_not_count(db: Db, keys: KeyRing, organisation: Organisation) -> None:
    round_ = await cast.launched(db, keys, organisation)
    for token in round_.tokens[:20]:
        await cast.submit(db, round_, token, cast.answers())
        await responding.withdraw(db, round_.view, token)
        await cast.save(db, round_, token, cast.answers())
    (whole, division) = (await following.status(db, organisation.organisation_id, round_.round_id)).rates
    assert (whole.rate, division.rate) == ("under 10 %", "under 10 %")


async def test_one_answer_more_is_not_to_be_seen_in_most_rates(
    db: Db, keys: KeyRing, organisation: Organisation
) -> None:
    """Sixty people, one answering after the other: the rate takes steps of three people or more."""
    round_ = await cast.launched(db, keys, organisation)
    seen = []
    for token in round_.tokens:
        await cast.submit(db, round_, token, cast.answers())
        seen.append((await following.status(db, organisation.organisation_id, round_.round_id)).rates[0].rate)
    changes = [n for n in range(1, 60) if seen[n] != seen[n - 1]]
    assert seen[0] == "under 10 %"
    assert seen[-1] == "90 % or more"
    assert min(b - a for a, b in itertools.pairwise(changes)) >= 3


async def test_a_draft_and_a_scheduled_round_have_no_response(
    db: Db, keys: KeyRing, organisation: Organisation
) -> None:
    whose = organisation.organisation_id
    round_id = await cast.drafted(db, organisation, await cast.trust(db, organisation), cast.HOUR)
    assert (await following.status(db, whose, round_id)).rates == []
    await launching.launch(db, keys, whose, round_id)
    status = await following.status(db, whose, round_id)
    assert status.round.state == "scheduled"
    assert {rate.rate for rate in status.rates} == {"under 10 %"}


async def test_once_the_answers_are_open_only_the_release_speaks(
    database: Database, keys: KeyRing, organisation: Organisation
) -> None:
    async with database.connection() as db:
        round_ = await cast.launched(db, keys, organisation)
        whose = (organisation.organisation_id, round_.round_id)
        await closing.end_now(db, *whose)
        assert (await following.status(db, *whose)).rates
        await closing.open_answers(db, keys, *whose)
        assert (await following.status(db, *whose)).rates == []


async def test_another_organisation_s_round_is_not_there(db: Db, keys: KeyRing, organisation: Organisation) -> None:
    round_ = await cast.launched(db, keys, organisation)
    with pytest.raises(NotFound):
        await following.status(db, random_id(), round_.round_id)


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
    rates = following._rates(Frame("Trust", units, reporting, atoms), {0: 30, 1: 0, 2: 20})
    assert rates == [Rate("Trust", 100, "50 %"), Rate("One", 60, "50 %")]
