"""“Send me my link”: whoever asks leaves the same behind; a link goes to who is on the list, where the list says."""

import asyncio
from datetime import timedelta

import pytest

from survey.config import Config
from survey.core import identifying
from survey.core.identifying import Identifier
from survey.db import Database, Db
from survey.operations import closing, requesting, sending
from survey.operations.sending import Composer, Outcome, Provider, Result
from survey.sealing import KeyRing
from survey.store import link_requests, messages
from survey.store.organisations import Organisation
from tests import cast
from tests.cast import Cast
from tests.conftest import SECRET

POST = Provider("post", ("email", "sms"), 6000, blind=False)
BOTH = ("email", "sms")
MOBILE = "+447700900123"


@pytest.fixture
def keys(config: Config) -> KeyRing:
    return KeyRing(config.key_directory(), SECRET)


def _who(typed: str) -> Identifier:
    who = identifying.read(typed)
    assert who is not None
    return who


async def _sent(db: Db, keys: KeyRing) -> list[tuple[str, str]]:
    """Channel and address of each message that goes out now; all are taken."""
    await sending.know(db, POST)
    composer, went = Composer(keys, "https://survey.trust.example", "Europe/London"), []
    while jobs := (await _taken(db)).jobs:
        await composer.load(db, jobs)
        envelopes = [composer.envelope(job) for job in jobs]
        went += [(one.channel, one.address) for one in envelopes if one is not None]
        await sending.record(db, POST, [Result(job, Outcome("accepted")) for job in jobs], BOTH)
    return went


async def _taken(db: Db) -> sending.Taken:
    await db.execute(
        "update provider set free_at = survey_now() - interval '1 hour', held_until = survey_now() - interval '1 hour'"
    )
    return await sending.claim(db, POST)


async def test_whoever_deals_with_a_request_and_a_closing_do_not_wait_for_each_other(
    database: Database, keys: KeyRing, organisation: Organisation
) -> None:
    async with database.connection() as db, database.connection() as closer:
        round_ = await cast.launched(db, keys, organisation)
        whose = (organisation.organisation_id, round_.round_id)
        await sending.fill_due(db, ["email"], "Europe/London")
        await db.execute("update message set state = 'accepted'")
        await requesting.ask(db, SECRET, round_.round_id, _who("10003"))
        person = await db.fetchval("select person_id from person where employee_number = '10003'")
        async with db.transaction():
            assert len(await link_requests.take(db, 9)) == 1
            await closing.end_now(closer, *whose)
            closes = asyncio.create_task(closing.open_answers(closer, keys, *whose))
            assert (await asyncio.wait([closes], timeout=1))[0] == set(), "it waits for the request"
            await asyncio.wait_for(messages.again(db, *whose, person, ["email"]), 3)
        assert not (await asyncio.wait_for(closes, 20)).already


async def _invited(db: Db, keys: KeyRing, organisation: Organisation) -> Cast:
    """Everybody has had the invitation; the first person has a mobile besides."""
    round_ = await cast.launched(db, keys, organisation)
    await db.execute("update person set mobile = $1 where employee_number = '10000'", MOBILE)
    await sending.fill_due(db, ["email"], "Europe/London")
    assert len(await _sent(db, keys)) == 60
    return round_


async def _ask(db: Db, round_: Cast, typed: str) -> None:
    await requesting.ask(db, SECRET, round_.round_id, _who(typed))


@pytest.mark.parametrize(
    ("typed", "went"),
    [
        ("person3@trust.example", [("email", "person3@trust.example")]),
        ("  Person3@TRUST.example ", [("email", "person3@trust.example")]),
        ("10003", [("email", "person3@trust.example")]),
        ("07700 900123", [("sms", MOBILE)]),
        ("10000", [("email", "person0@trust.example")]),
        ("stranger@trust.example", []),
        ("person3@trust.example.attacker.example", []),
        ("99999", []),
        ("' or 1=1 --", []),
        ("%", []),
    ],
)
async def test_the_link_goes_to_the_address_on_the_list(
    db: Db, keys: KeyRing, organisation: Organisation, typed: str, went: list[tuple[str, str]]
) -> None:
    round_ = await _invited(db, keys, organisation)
    await _ask(db, round_, typed)
    assert await requesting.deal(db, keys, BOTH) == len(went)
    assert await _sent(db, keys) == went


async def test_asking_again_brings_nothing_for_an_hour_and_holds_nobody_else_up(
    db: Db, keys: KeyRing, organisation: Organisation
) -> None:
    round_ = await _invited(db, keys, organisation)
    for _ in range(3):
        await _ask(db, round_, "10003")
        await requesting.deal(db, keys, BOTH)
    assert len(await _sent(db, keys)) == 1
    await _ask(db, round_, "10004")
    await requesting.deal(db, keys, BOTH)
    assert await _sent(db, keys) == [("email", "person4@trust.example")]
    await db.execute("update link_request set asked_at = asked_at - $1::interval", timedelta(minutes=61))
    await requesting.deal(db, keys, BOTH)
    assert await db.fetchval("select count(*) from link_request") == 0
    await _ask(db, round_, "10003")
    assert await requesting.deal(db, keys, BOTH) == 1


async def test_what_is_kept_of_a_request_has_one_size_names_nobody_and_is_emptied(
    db: Db, keys: KeyRing, organisation: Organisation
) -> None:
    round_ = await cast.launched(db, keys, organisation)
    for typed in ("1", "person3@trust.example", "x" * 100):
        await _ask(db, round_, typed)
    rows = await db.fetch("select length(ciphertext) as size, link_request::text as line from link_request")
    assert len(rows) == 3 and len({row["size"] for row in rows}) == 1
    assert not any(b"person3".hex() in row["line"] or "person3" in row["line"] for row in rows)
    await requesting.deal(db, keys, BOTH)
    assert await db.fetchval("select count(ciphertext) from link_request") == 0


async def test_requests_are_dealt_with_in_batches_and_not_those_of_a_round_that_is_not_open(
    db: Db, keys: KeyRing, organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(requesting, "BATCH", 2)
    round_ = await _invited(db, keys, organisation)
    for number in range(10_000, 10_007):
        await _ask(db, round_, str(number))
    await db.execute("update round set paused_at = survey_now()")
    assert await requesting.deal(db, keys, BOTH) == 0
    await db.execute("update round set paused_at = null")
    assert await requesting.deal(db, keys, BOTH) == 7
    await _ask(db, round_, "10020")
    await closing.end_now(db, organisation.organisation_id, round_.round_id)
    assert await requesting.deal(db, keys, BOTH) == 0
    await closing.open_answers(db, keys, organisation.organisation_id, round_.round_id)
    assert await db.fetchval("select count(*) from link_request") == 0


async def test_a_request_before_the_invitation_waits_for_it_and_one_under_another_secret_is_dropped(
    db: Db, keys: KeyRing, organisation: Organisation
) -> None:
    round_ = await cast.launched(db, keys, organisation)
    await _ask(db, round_, "10003")
    assert await requesting.deal(db, keys, BOTH) == 0
    await sending.fill_due(db, ["email"], "Europe/London")
    assert len(await _sent(db, keys)) == 60
    await requesting.ask(db, b"another secret " * 3, round_.round_id, _who("10004"))
    assert await requesting.deal(db, keys, BOTH) == 0


@pytest.mark.parametrize("typed", ["", "  ", "\0", "a\0b", "x" * 101])
def test_what_no_staff_list_has_is_no_identifier(typed: str) -> None:
    assert identifying.read(typed) is None
