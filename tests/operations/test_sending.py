"""The outbox: what is queued for whom and when, who may have it, and what is left of it."""

import asyncio
import itertools
import re
import time
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from survey import db as databases
from survey import errors
from survey.config import Config
from survey.core.reaching import Reach
from survey.db import Database, Db
from survey.operations import closing, launching, reaching, rehearsing, sending
from survey.operations.sending import Composer, Outcome, Provider, Result, queueing
from survey.sealing import KeyRing
from survey.sql import REGISTER
from survey.store import messages, rounds
from survey.store.organisations import Organisation
from tests import cast
from tests.cast import Cast
from tests.conftest import SECRET

ZONE, BASE = "Europe/London", "https://survey.trust.example"
MAIL = Provider("post", ("email",), 6000, blind=False)
BOTH = Provider("post", ("email", "sms"), 6000, blind=False)
BLIND = Provider("post", ("email",), 6000, blind=True)
OPENS = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
CLOSES = datetime(2027, 3, 19, 17, 0, tzinfo=UTC)


class _KilledError(BaseException):
    """Nothing catches it, as nothing catches a kill."""


@pytest.fixture
def keys(config: Config) -> KeyRing:
    return KeyRing(config.key_directory(), SECRET)


async def _round(db: Db, keys: KeyRing, organisation: Organisation, **more: int) -> Cast:
    """From 1 to 19 March 2027; the clock stands at its opening."""
    await rehearsing.set_clock(db, OPENS - timedelta(days=1))
    now = datetime.now(UTC)
    window = {"opens": OPENS - now, "closes": CLOSES - now}
    made = await cast.launched(db, keys, organisation, **window, **more)
    await at(db, OPENS)
    return made


async def at(db: Db, moment: datetime) -> None:
    await rehearsing.set_clock(db, moment + timedelta(seconds=1))


async def _queued(db: Db, wave: int) -> int:
    count: int = await db.fetchval("select count(*) from message where wave = $1", wave)
    return count


async def _claim_all(db: Db, provider: Provider) -> list[sending.Job]:
    """Everything that is due, whatever the pace."""
    await sending.know(db, provider)
    jobs: list[sending.Job] = []
    while True:
        await db.execute("update provider set free_at = '2000-01-01', held_until = '2000-01-01'")
        taken = await sending.claim(db, provider)
        if not taken.jobs:
            return jobs
        jobs += taken.jobs


async def _settle(db: Db, provider: Provider, *outcomes: Outcome) -> list[sending.Job]:
    """Claim everything; the first so many meet these outcomes, the others are accepted."""
    jobs = await _claim_all(db, provider)
    met = [*outcomes, *[Outcome("accepted")] * len(jobs)]
    await sending.record(db, provider, [Result(*pair) for pair in zip(jobs, met, strict=False)], provider.channels)
    return jobs


# What is queued


@pytest.fixture(autouse=True)
def _machine_zone() -> Iterator[None]:
    yield
    time.tzset()


async def test_invitations_go_to_everybody_once_the_round_has_opened_and_once(
    db: Db, keys: KeyRing, organisation: Organisation
) -> None:
    await _round(db, keys, organisation)
    await at(db, OPENS - timedelta(minutes=1))
    assert await sending.fill_due(db, ["email"], ZONE) == 0
    await at(db, OPENS)
    assert [await sending.fill_due(db, ["email"], ZONE) for _ in range(2)] == [60, 0]
    assert await db.fetchval("select count(distinct person_id) from message where channel = 'email'") == 60


@pytest.mark.parametrize("moment", ["before", "after"])
async def test_a_worker_killed_between_batches_loses_nobody_and_queues_nobody_twice(
    db: Db, keys: KeyRing, organisation: Organisation, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    """Each attempt dies before or after its second batch; whoever was queued is sent to, and refused, meanwhile."""
    await _round(db, keys, organisation)
    fill, batches = messages.fill, itertools.count(1)

    async def fatal(*given: Any) -> int:
        second = next(batches) % 2 == 0
        if second and moment == "before":
            raise _KilledError
        queued = await fill(*given)
        if second:
            raise _KilledError
        return queued

    monkeypatch.setattr(queueing, "BATCH", 25)
    monkeypatch.setattr(messages, "fill", fatal)
    for expected in (25, 50, 60):
        with pytest.raises(_KilledError):
            await sending.fill_due(db, ["email"], ZONE)
        assert await _queued(db, 0) == expected
        await db.execute("update message set state = 'refused'")
    monkeypatch.setattr(messages, "fill", fill)
    assert [await sending.fill_due(db, ["email"], ZONE) for _ in range(2)] == [0, 0]
    assert await db.fetchval("select filled from wave where number = 0")
    assert await db.fetchval("select count(distinct person_id) from message") == 60


async def test_a_wave_that_was_filled_is_not_filled_again_for_who_joins_or_gets_an_address(
    db: Db, keys: KeyRing, organisation: Organisation
) -> None:
    await _round(db, keys, organisation)
    await sending.fill_due(db, ["email"], ZONE)
    await db.execute("delete from message where person_id = (select person_id from message limit 1)")
    assert await sending.fill_due(db, ["email"], ZONE) == 0


async def test_reminders_go_to_those_who_have_not_answered_and_stop_when_they_do(
    db: Db, keys: KeyRing, organisation: Organisation
) -> None:
    round_ = await _round(db, keys, organisation)
    await sending.fill_due(db, ["email"], ZONE)
    await _settle(db, MAIL)
    for token in round_.tokens[:20]:
        await cast.submit(db, round_, token, cast.answers())
    await at(db, datetime(2027, 3, 6, 9, 59, tzinfo=UTC))
    assert await sending.fill_due(db, ["email"], ZONE) == 0
    await at(db, datetime(2027, 3, 6, 10, 0, tzinfo=UTC))
    assert await sending.fill_due(db, ["email"], ZONE) == 40
    for token in round_.tokens[20:25]:
        await cast.submit(db, round_, token, cast.answers())
    assert len(await _claim_all(db, MAIL)) == 35
    await sending.fill_due(db, ["email"], ZONE)
    assert await _queued(db, 5) == 35


async def test_reminders_that_were_missed_are_not_made_up_for(
    db: Db, keys: KeyRing, organisation: Organisation
) -> None:
    await _round(db, keys, organisation)
    await at(db, datetime(2027, 3, 12, tzinfo=UTC))
    await sending.fill_due(db, ["email"], ZONE)
    assert [await _queued(db, wave) for wave in (0, 5, 10)] == [60, 0, 0]
    await at(db, datetime(2027, 3, 19, 11, 0, tzinfo=UTC))
    await sending.fill_due(db, ["email"], ZONE)
    assert [await _queued(db, wave) for wave in (0, 5, 10, 15, 18)] == [60, 0, 0, 0, 60]


async def test_nothing_is_queued_or_claimed_once_the_round_has_closed(
    db: Db, keys: KeyRing, organisation: Organisation
) -> None:
    await _round(db, keys, organisation)
    await sending.fill_due(db, ["email"], ZONE)
    await at(db, CLOSES)
    assert await sending.fill_due(db, ["email"], ZONE) == 0
    assert await _claim_all(db, MAIL) == []


async def test_a_round_whose_links_the_trust_sends_by_itself_is_left_alone(
    db: Db, keys: KeyRing, organisation: Organisation
) -> None:
    round_ = await _round(db, keys, organisation)
    await reaching.change(db, round_.organisation_id, round_.round_id, Reach(channels=()))
    assert await sending.fill_due(db, ["email", "sms"], ZONE) == 0


@pytest.mark.parametrize("zone", ["UTC", "Europe/London", "Pacific/Auckland"])
async def test_opening_at_half_past_one_when_the_clocks_change(
    db: Db, keys: KeyRing, organisation: Organisation, zone: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In London half past one comes twice on that night: the round opens at its instant, whatever a clock shows."""
    opens = datetime(2027, 10, 31, 1, 30, tzinfo=UTC)
    await rehearsing.set_clock(db, opens - timedelta(hours=2))
    now = datetime.now(UTC)
    await cast.launched(db, keys, organisation, opens=opens - now, closes=opens - now + timedelta(days=9))
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    await rehearsing.set_clock(db, opens - timedelta(minutes=60))  # the first half past one
    assert await sending.fill_due(db, ["email"], ZONE) == 0
    await at(db, opens)
    assert await sending.fill_due(db, ["email"], ZONE) == 60


# Who may have it


async def test_two_workers_never_have_the_same_message(
    database: Database, keys: KeyRing, organisation: Organisation
) -> None:
    async with database.connection() as one, database.connection() as other:
        await _round(one, keys, organisation)
        await sending.fill_due(one, ["email"], ZONE)
        lease = timedelta(seconds=9)
        async with one.transaction():
            mine = await messages.claim(one, ["email"], 20, "sending", lease, None)
            theirs = await messages.claim(other, ["email"], 60, "sending", lease, None)
        assert len(mine) == 20
        assert len(theirs) == 40
        assert not {job.message_id for job in mine} & {job.message_id for job in theirs}


async def test_a_claim_runs_out_and_what_its_holder_then_says_is_not_heard(
    db: Db, keys: KeyRing, organisation: Organisation
) -> None:
    await _round(db, keys, organisation)
    await sending.fill_due(db, ["email"], ZONE)
    first = await _claim_all(db, MAIL)
    assert await _claim_all(db, MAIL) == []
    await at(db, OPENS + timedelta(minutes=1))
    second = await _claim_all(db, MAIL)
    assert {job.message_id for job in second} == {job.message_id for job in first}
    assert all(job.in_doubt and job.attempts == 2 for job in second)
    await sending.record(db, MAIL, [Result(first[0], Outcome("refused"))], ["email"])
    assert await db.fetchval("select count(*) from message where state = 'sending'") == 60


async def test_filling_looks_people_s_messages_up_one_by_one(db: Db, keys: KeyRing, organisation: Organisation) -> None:
    """Of a table that has just been filled the database knows nothing, and a join of it went through all for each."""
    acted = await _round(db, keys, organisation)
    await sending.fill_due(db, ["email"], ZONE)
    (fill,) = [query.sql for query in REGISTER if query.name == "messages.fill"]
    wanted = organisation.organisation_id, acted.round_id, 0, ["email"], 5
    plan = "\n".join([row[0] for row in await db.fetch(f"explain {fill}", *wanted)])
    assert "message" in plan
    assert "m.person_id = i.person_id" not in " ".join(re.findall("Join Filter.*", plan)), plan


async def test_workers_that_died_make_nobody_wait_longer_than_failures_do(
    db: Db, keys: KeyRing, organisation: Organisation
) -> None:
    await _round(db, keys, organisation)
    await sending.fill_due(db, ["email"], ZONE)
    for minute in range(1, 9):
        await at(db, OPENS + timedelta(minutes=minute))
        job = (await _claim_all(db, MAIL))[0]
    waits = []
    for _ in range(3):
        await sending.record(db, MAIL, [Result(job, Outcome("again", "away"))], ["email"])
        due = "select due_at - survey_now() from message where message_id = $1"
        waits.append(round((await db.fetchval(due, job.message_id)).total_seconds()))
        await at(db, await db.fetchval("select due_at from message where message_id = $1", job.message_id))
        job = next(one for one in await _claim_all(db, MAIL) if one.message_id == job.message_id)
    assert (job.attempts, job.failures, waits) == (11, 3, [2, 4, 8])


async def test_with_a_blind_provider_only_what_was_begun_is_in_doubt(
    db: Db, keys: KeyRing, organisation: Organisation
) -> None:
    await _round(db, keys, organisation)
    await sending.fill_due(db, ["email"], ZONE)
    first = await _claim_all(db, BLIND)
    assert await sending.begin(db, first[0])
    await at(db, OPENS + timedelta(minutes=1))
    second = await _claim_all(db, BLIND)
    assert [job.message_id for job in second if job.in_doubt] == [first[0].message_id]
    assert not await sending.begin(db, first[1])
    assert all([await sending.begin(db, job) for job in second])
    assert await db.fetchval("select count(*) from message where doubtful") == 1


async def test_a_provider_is_used_at_its_pace(db: Db, keys: KeyRing, organisation: Organisation) -> None:
    await _round(db, keys, organisation)
    await sending.fill_due(db, ["email"], ZONE)
    slow = Provider("slow", ("email",), 60, blind=False)
    await sending.know(db, slow)
    first, second = await sending.claim(db, slow), await sending.claim(db, slow)
    assert (len(first.jobs), len(second.jobs), second.why) == (1, 0, "pace")
    assert timedelta(seconds=0.5) < second.until - first.now < timedelta(seconds=1.1)


@pytest.mark.parametrize(
    ("outcome", "until"),
    [
        (Outcome("again", "busy", hold=timedelta(minutes=5)), OPENS + timedelta(minutes=5)),
        (Outcome("again", "limit", for_the_day=True), datetime(2027, 3, 2, 0, 1, tzinfo=UTC)),
    ],
)
async def test_a_provider_that_asks_for_time_gets_it(
    db: Db, keys: KeyRing, organisation: Organisation, outcome: Outcome, until: datetime
) -> None:
    round_ = await _round(db, keys, organisation)
    await sending.fill_due(db, ["email"], ZONE)
    await _settle(db, MAIL, outcome)
    taken = await sending.claim(db, MAIL)
    assert (taken.jobs, taken.why) == ([], "held")
    assert abs(taken.until - until) < timedelta(seconds=5)
    (held,) = (await sending.status(db, round_.organisation_id, round_.round_id, ZONE)).held
    assert (held.provider, held.why) == ("post", outcome.why)


async def test_a_paused_round_waits_and_goes_on(db: Db, keys: KeyRing, organisation: Organisation) -> None:
    round_ = await _round(db, keys, organisation)
    scope = (round_.organisation_id, round_.round_id)
    await sending.fill_due(db, ["email"], ZONE)
    await sending.pause(db, *scope, paused=True)
    assert await _claim_all(db, MAIL) == []
    assert (await sending.status(db, *scope, ZONE)).paused
    await at(db, datetime(2027, 3, 6, 10, 0, tzinfo=UTC))
    assert await sending.fill_due(db, ["email"], ZONE) == 0
    await sending.pause(db, *scope, paused=False)
    assert len(await _claim_all(db, MAIL)) == 60


async def test_a_draft_cannot_be_paused(db: Db, organisation: Organisation) -> None:
    round_id = await cast.drafted(db, organisation, await cast.trust(db, organisation))
    with pytest.raises(errors.Refused, match="still a draft"):
        await sending.pause(db, organisation.organisation_id, round_id, paused=True)


async def test_another_try_comes_later_and_later(db: Db, keys: KeyRing, organisation: Organisation) -> None:
    await _round(db, keys, organisation)
    await sending.fill_due(db, ["email"], ZONE)
    await _settle(db, MAIL, Outcome("again", "no"))
    assert await _claim_all(db, MAIL) == []
    await at(db, OPENS + timedelta(seconds=20))
    assert len(await _settle(db, MAIL, Outcome("again", "no"))) == 1
    assert await _claim_all(db, MAIL) == []
    await at(db, OPENS + timedelta(seconds=40))
    assert len(await _claim_all(db, MAIL)) == 1


# What becomes of it


async def _reachable_twice(db: Db, keys: KeyRing, organisation: Organisation) -> Cast:
    """Everybody has a mobile number, too."""
    round_ = await _round(db, keys, organisation)
    await db.execute("update person set mobile = '+447700900' || right(employee_number, 3)")
    return round_


async def test_who_cannot_be_reached_one_way_is_written_to_another_way_from_then_on(
    db: Db, keys: KeyRing, organisation: Organisation
) -> None:
    round_ = await _reachable_twice(db, keys, organisation)
    scope = (round_.organisation_id, round_.round_id)
    await sending.fill_due(db, ["email", "sms"], ZONE)
    first = await _settle(db, BOTH, Outcome("refused", "no such mailbox"))
    await sending.receive(db, first[1].message_id, "bounced", ["email", "sms"])
    second = await _settle(db, BOTH)
    assert sorted(job.channel for job in second) == ["sms", "sms"]
    assert {job.invitation_id for job in second} == {job.invitation_id for job in first[:2]}
    (refused, bounced) = sorted(await sending.troubles(db, *scope), key=lambda one: one.email or "", reverse=True)
    assert [(one.email, one.sms, one.otherwise) for one in (refused, bounced)] == [
        ("refused", None, True), ("bounced", None, True),
    ]  # fmt: skip
    assert (refused.people, refused.lost) == (2, 0)
    await at(db, datetime(2027, 3, 6, 10, 0, tzinfo=UTC))
    await sending.fill_due(db, ["email", "sms"], ZONE)
    assert sorted(job.channel for job in await _claim_all(db, BOTH)).count("sms") == 2


async def test_a_receipt_for_what_nobody_knows_or_what_is_settled_changes_nothing(
    db: Db, keys: KeyRing, organisation: Organisation
) -> None:
    await _round(db, keys, organisation)
    await sending.fill_due(db, ["email"], ZONE)
    (job, *_) = await _settle(db, MAIL)
    await sending.receive(db, job.invitation_id, "bounced", ["email"])
    await sending.receive(db, job.message_id, "delivered", ["email"])
    await sending.receive(db, job.message_id, "bounced", ["email"])
    assert await db.fetchval("select state from message where message_id = $1", job.message_id) == "delivered"


async def test_whoever_has_left_is_not_written_to(db: Db, keys: KeyRing, organisation: Organisation) -> None:
    await _round(db, keys, organisation)
    await sending.fill_due(db, ["email"], ZONE)
    await db.execute("update person set left_at = clock_timestamp() where employee_number = '10000'")
    jobs = await _claim_all(db, MAIL)
    assert [job.address for job in jobs].count(None) == 1
    await at(db, datetime(2027, 3, 6, 10, 0, tzinfo=UTC))
    await sending.fill_due(db, ["email"], ZONE)
    assert await _queued(db, 5) == 59


async def test_who_is_sent_the_invitation_again_is_reminded_as_before(
    db: Db, keys: KeyRing, organisation: Organisation
) -> None:
    round_ = await _round(db, keys, organisation)
    scope = (round_.organisation_id, round_.round_id)
    for moment in (OPENS, datetime(2027, 3, 6, 10, 0, tzinfo=UTC)):
        await at(db, moment)
        await sending.fill_due(db, ["email"], ZONE)
        await _settle(db, MAIL)
    await db.execute("update message set state = 'bounced' where person_id = (select person_id from message limit 1)")
    (lost,) = await sending.troubles(db, *scope)
    assert not await sending.again(db, *scope, lost.person_id, ["sms"])
    assert await sending.again(db, *scope, lost.person_id, ["email"])
    assert not await sending.again(db, *scope, lost.person_id, ["email"]), "it is on its way"
    assert await sending.troubles(db, *scope) == []
    assert [job.kind for job in await _settle(db, MAIL)] == ["invitation"]
    await at(db, datetime(2027, 3, 11, 10, 0, tzinfo=UTC))
    await sending.fill_due(db, ["email"], ZONE)
    assert await _queued(db, 10) == 60


async def test_a_round_sends_again_by_its_own_channels_only_and_to_nobody_who_has_left(
    db: Db, keys: KeyRing, organisation: Organisation
) -> None:
    round_ = await _round(db, keys, organisation)
    scope = (round_.organisation_id, round_.round_id)
    await sending.fill_due(db, ["email"], ZONE)
    await _settle(db, MAIL, Outcome("refused"))
    (lost,) = await sending.troubles(db, *scope)
    await reaching.change(db, *scope, Reach(channels=("sms",)))
    assert not await sending.again(db, *scope, lost.person_id, ["email", "sms"])
    await reaching.change(db, *scope, Reach())
    await db.execute("update person set left_at = clock_timestamp() where person_id = $1", lost.person_id)
    assert await sending.troubles(db, *scope) == []
    assert not await sending.again(db, *scope, lost.person_id, ["email", "sms"])


async def test_the_fate_of_the_invitation_is_told_and_that_of_a_reminder_only_roughly(
    db: Db, keys: KeyRing, organisation: Organisation
) -> None:
    """Who was sent a reminder had not answered: no number of them, and nobody by name."""
    round_ = await _round(db, keys, organisation)
    scope = (round_.organisation_id, round_.round_id)
    await sending.fill_due(db, ["email"], ZONE)
    await _settle(db, MAIL, Outcome("refused"))
    await at(db, datetime(2027, 3, 6, 10, 0, tzinfo=UTC))
    await sending.fill_due(db, ["email"], ZONE)
    await _settle(db, MAIL, Outcome("refused"), Outcome("bounced"))
    told = await sending.status(db, *scope, ZONE)
    (count,) = told.counts
    assert (count.channel, count.accepted, count.refused, count.waiting) == ("email", 59, 1, 0)
    assert [(one.queued, one.done) for one in told.reminders][:2] == [(True, "90% or more"), (False, None)]
    assert len(await sending.troubles(db, *scope)) == 1


async def test_closing_waits_for_what_is_being_written_and_then_nothing_is(
    database: Database, keys: KeyRing, organisation: Organisation
) -> None:
    """Property 2. Who ends reminders, and what came of a message: neither is written while a round is being closed."""
    async with database.connection() as db:
        round_ = await cast.launched(db, keys, organisation)
        await sending.fill_due(db, ["email"], ZONE)
        (job, *others) = await _claim_all(db, MAIL)
    writes: list[Callable[[Db], Awaitable[None]]] = [
        lambda db: sending.stop(db, round_.round_id, round_.tokens[0]),
        lambda db: sending.record(db, MAIL, [Result(job, Outcome("accepted"))], ["email"]),
        lambda db: sending.release(db, others),
    ]
    for write in writes:
        async with database.connection() as closer, database.connection() as db:
            async with closer.transaction():
                await rounds.keep_out(closer, round_.round_id)
                writing = asyncio.create_task(write(db))
                assert (await asyncio.wait([writing], timeout=0.3))[0] == set()
            await asyncio.wait_for(writing, 10)


async def test_a_reminder_that_somebody_holds_is_forgotten_at_the_next_look(
    database: Database, keys: KeyRing, organisation: Organisation
) -> None:
    """Whoever holds a reminder's row is not waited for: a closing round deletes them in an order of its own."""
    async with database.connection() as db, database.connection() as holder:
        round_ = await _round(db, keys, organisation)
        await sending.fill_due(db, ["email"], ZONE)
        await at(db, datetime(2027, 3, 6, 10, 0, tzinfo=UTC))
        await sending.fill_due(db, ["email"], ZONE)
        await cast.submit_all(db, round_, round_.tokens[:2])
        before = await _queued(db, 5)
        async with holder.transaction():
            await holder.fetch("select from message where wave = 5 for update")
            await asyncio.wait_for(sending.fill_due(db, ["email"], ZONE), 3)
            assert await _queued(db, 5) == before
        await sending.fill_due(db, ["email"], ZONE)
        assert await _queued(db, 5) == before - 2


async def test_closing_leaves_nothing_of_the_outbox_but_how_many_were_not_reached(
    database: Database, keys: KeyRing, organisation: Organisation, database_url: str
) -> None:
    async with database.connection() as db:
        round_ = await cast.launched(db, keys, organisation)
        await sending.fill_due(db, ["email"], ZONE)
        await _settle(db, MAIL, Outcome("refused"), Outcome("bounced"))
        scope = (round_.organisation_id, round_.round_id)
        await closing.end_now(db, *scope)
        assert (await closing.open_answers(db, keys, *scope)).cleared
        assert await db.fetchval("select count(*) from message") == 0
        assert await db.fetchval("select unreached from wave where number = 0") == 2
    async with databases.connect(database_url) as fresh:
        await fresh.execute("checkpoint")
        for file in ("message", "message_pkey", "message_due"):
            left = await fresh.fetchval("select pg_read_binary_file(pg_relation_filepath($1))", file)
            assert round_.round_id.encode() not in left, file


# What is sent


async def test_a_letter_has_its_person_s_own_link_and_the_table_has_none(
    db: Db, keys: KeyRing, organisation: Organisation
) -> None:
    round_ = await _round(db, keys, organisation)
    await sending.fill_due(db, ["email"], ZONE)
    jobs = await _claim_all(db, MAIL)
    composer = Composer(keys, BASE, ZONE)
    await composer.load(db, jobs)
    made = [composer.envelope(job) for job in jobs]
    links = {link.email: BASE + link.path for link in await launching.links(db, keys, *_scope(round_))}
    assert all(one is not None and links[one.address] in one.letter.text for one in made)
    assert "Test Hospital Trust" in made[0].letter.text
    assert BASE not in repr(made[0])
    assert made[0].address not in repr(made[0])
    stored = "\n".join(str(row["t"]) for row in await db.fetch("select t::text from message t"))
    assert not [token for token in round_.tokens if token in stored]


async def test_each_person_is_written_to_in_the_language_that_the_staff_list_has_for_them(
    db: Db, keys: KeyRing, organisation: Organisation
) -> None:
    texts = {"cy": {"invitation_subject": "Arolwg", "invitation_email": "Atebwch: {link}"}}
    round_ = await _round(db, keys, organisation)
    await reaching.change(db, *_scope(round_), Reach(texts=texts))
    await db.execute("update person set language = 'cy' where employee_number = '10007'")
    await sending.fill_due(db, ["email"], ZONE)
    jobs = await _claim_all(db, MAIL)
    composer = Composer(keys, BASE, ZONE)
    await composer.load(db, jobs)
    made = [one for job in jobs if (one := composer.envelope(job))]
    (welsh,) = [one for one in made if one.language == "cy"]
    assert welsh.letter.subject == "Arolwg"
    assert {one.language for one in made} == {"en", "cy"}


def _scope(round_: Cast) -> tuple[object, str]:
    return round_.organisation_id, round_.round_id


async def test_without_the_round_s_key_nothing_is_made(
    db: Db, keys: KeyRing, organisation: Organisation, tmp_path: Path
) -> None:
    await _round(db, keys, organisation)
    await sending.fill_due(db, ["email"], ZONE)
    jobs = await _claim_all(db, MAIL)
    with pytest.raises(errors.Misconfigured, match="mailing key"):
        await Composer(KeyRing(tmp_path / "elsewhere", SECRET), BASE, ZONE).load(db, jobs)


async def test_the_outlook_says_when_and_who_is_missed(db: Db, keys: KeyRing, organisation: Organisation) -> None:
    round_ = await _round(db, keys, organisation)
    seen = await sending.outlook(db, round_.organisation_id, round_.round_id, ZONE)
    assert [wave.number for wave in seen.waves] == [0, 5, 10, 15, 18]
    assert (seen.reachable.channels.people, seen.reachable.missing.count) == (60, 0)
    assert msgspec.json.encode(seen)
