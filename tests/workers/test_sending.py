"""The worker: what is due goes out once, whoever dies when; what goes wrong is told without an address or a link."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
import structlog

from survey.cli.benching.notify_stub import KEY, TEMPLATES, Behaviour, Stub
from survey.config import Config, MailServer
from survey.core.reaching import Reach
from survey.db import Database, Db
from survey.operations import reaching, rehearsing, sending
from survey.operations.sending import Envelope, Outcome, Provider
from survey.sealing import KeyRing
from survey.store.organisations import Organisation
from survey.workers import sending as worker
from survey.workers.channels import Channel, Notify, Smtp
from survey.workers.sending import Post
from tests import cast, mail_server
from tests.conftest import SECRET
from tests.dying import Dying, Killed
from tests.mail_server import Mailbox

BASE, ZONE = "https://survey.trust.example", "Europe/London"
PEOPLE, FEW = 12, 4


class Mortal:
    """A channel whose process dies just before or just after a message is handed over."""

    def __init__(self, inner: Channel, dying: Dying) -> None:
        self._inner, self._dying, self.provider = inner, dying, inner.provider

    async def send(self, envelope: Envelope, now: datetime) -> Outcome:
        self._dying.at("before handing over")
        outcome = await self._inner.send(envelope, now)
        self._dying.at("after handing over")
        return outcome

    async def find(self, envelope: Envelope, now: datetime) -> Outcome | None:
        return await self._inner.find(envelope, now)

    async def close(self) -> None:
        await self._inner.close()


class Stage(msgspec.Struct):
    """An open round of a few people whose outbox can be emptied again and again."""

    db: Db
    post: Post
    round_id: str
    organisation_id: Any

    async def again(self) -> None:
        await self.db.execute("delete from message")
        await self.db.execute("delete from wave")
        await self.db.execute("update provider set free_at = '2000-01-01', held_until = '2000-01-01'")

    async def thin_out(self, left: int) -> None:
        """Fewer people, where every one of them multiplies the points at which to die."""
        some = "select person_id from invitation order by person_id offset $1"
        await self.db.execute(f"delete from invitation where person_id in ({some})", left)

    async def later(self, seconds: float) -> None:
        """Time passes on the database's clock alone."""
        now = await self.db.fetchval("select survey_now()")
        await rehearsing.set_clock(self.db, now + timedelta(seconds=seconds))

    async def wait(self, now: datetime, until: datetime) -> None:
        await self.later(max(0.0, (until - now).total_seconds()))

    async def once(self, channel: Channel, db: Any = None) -> None:
        post = msgspec.structs.replace(self.post, channels=[channel], until=self.wait)
        await worker.once(db or self.db, post)

    async def finish(self, channel: Channel) -> None:
        """Whoever comes after a death: once claims have run out, and as often as something is left to try."""
        for _ in range(30):
            await self.once(channel)
            if not await self.db.fetchval(
                "select count(*) from message where state in ('waiting', 'claimed', 'sending')"
            ):
                return
            await self.later(61)
        raise AssertionError("it never ends")


@pytest.fixture
async def stage(
    database: Database, config: Config, organisation: Organisation, database_url: str
) -> AsyncIterator[Stage]:
    keys = KeyRing(config.key_directory(), SECRET)
    async with database.connection() as db:
        round_ = await cast.launched(db, keys, organisation, people=PEOPLE, teams=1, closes=timedelta(days=9))
        post = Post(database_url, keys, [], BASE, ZONE)
        yield Stage(db, post, round_.round_id, round_.organisation_id)


@pytest.fixture
async def stub() -> AsyncIterator[Stub]:
    made = Stub(lambda: time.time(), Behaviour(silence=0.3))
    yield made
    await made.stop()


async def _notify(stub: Stub) -> Notify:
    return Notify(KEY, await stub.start(), TEMPLATES, 6000, timeout=0.15)


class Askable(Notify):
    """Signs with the machine's clock, which is the stand-in's: the database's is set ahead here."""

    async def send(self, envelope: Envelope, now: datetime) -> Outcome:
        return await super().send(envelope, datetime.now(UTC))

    async def find(self, envelope: Envelope, now: datetime) -> Outcome | None:
        return await super().find(envelope, datetime.now(UTC))


async def test_e6_whatever_dies_when_a_provider_that_can_be_asked_gets_each_message_once(
    stage: Stage, stub: Stub
) -> None:
    await stage.thin_out(FEW)
    notify = Askable(KEY, await stub.start(), TEMPLATES, 6000, timeout=2)
    point, finished, died = 0, False, 0
    while not finished:
        point += 1
        await stage.again()
        stub.accepted.clear()
        with Dying(point) as dying:
            try:
                await stage.once(Mortal(notify, dying), dying.db(stage.db))
                finished = True
            except Killed:
                died += 1
        await asyncio.sleep(0.02)  # what was on its way arrives
        await stage.finish(notify)
        assert len(stub.accepted) == FEW, dying.where
        assert set(stub.accepted.values()) == {1}, dying.where
    await notify.close()
    assert died > 20


async def test_e6_whatever_dies_when_a_mail_server_gets_no_more_than_one_message_twice_and_it_is_marked(
    stage: Stage,
) -> None:
    await stage.thin_out(FEW)
    mailbox, twice = Mailbox(), 0
    async with mail_server.serving(mailbox) as port:
        smtp = Smtp(MailServer("127.0.0.1", port, "none"), "a@trust.example", 6000, timeout=2)
        point, finished = 0, False
        while not finished:
            point += 1
            await stage.again()
            mailbox.messages.clear()
            with Dying(point) as dying:
                try:
                    await stage.once(Mortal(smtp, dying), dying.db(stage.db))
                    finished = True
                except Killed:
                    pass
            await stage.finish(smtp)
            copies = mailbox.ids
            assert len(copies) == FEW, dying.where
            marked = {f"<{row['message_id']}@trust.example>" for row in await _doubtful(stage)}
            assert {id_ for id_, count in copies.items() if count > 1} <= marked, dying.where
            assert sum(copies.values()) <= FEW + 1, dying.where
            assert len(marked) <= 1, dying.where
            twice += sum(copies.values()) - FEW
        await smtp.close()
    assert twice, "some death is right after handing over"


async def _doubtful(stage: Stage) -> list[Any]:
    return await stage.db.fetch("select message_id from message where doubtful")


async def test_e6_failures_and_lost_answers_lose_nothing_and_repeat_nothing(stage: Stage, stub: Stub) -> None:
    notify = Askable(KEY, await stub.start(), TEMPLATES, 6000, timeout=0.15)
    stub.behaviour = Behaviour(failing=0.3, lost=0.3, silence=0.3)
    await stage.finish(notify)
    await notify.close()
    assert len(stub.accepted) == PEOPLE
    assert set(stub.accepted.values()) == {1}


@pytest.fixture
def logged() -> Iterator[list[Any]]:
    before = structlog.get_config()
    events: list[Any] = []

    def keep(_: Any, __: str, event: Any) -> Any:
        events.append(event)
        raise structlog.DropEvent

    structlog.configure(processors=[keep])
    yield events
    structlog.configure(**before)


async def test_property_6_no_address_and_no_link_is_in_the_log(stage: Stage, logged: list[Any]) -> None:
    mailbox = Mailbox()
    mailbox.refuses = {f"person{n}@trust.example" for n in range(3)}
    mailbox.busy = {f"person{n}@trust.example" for n in range(3, 6)}
    mailbox.loses = 2
    async with mail_server.serving(mailbox) as port:
        smtp = Smtp(MailServer("127.0.0.1", port, "none"), "a@trust.example", 6000, timeout=2)
        await stage.once(smtp)
        await smtp.close()
    await stage.once(Smtp(MailServer("127.0.0.1", 1, "none"), "a@trust.example", 6000))
    told = repr(logged)
    assert "recipient refused: 550" in told
    assert "no connection" in told or "held" in told or "queued" in told
    assert "person" not in told
    assert "/r/" not in told


async def test_how_many_had_not_answered_is_not_in_the_log(stage: Stage, logged: list[Any]) -> None:
    """A reminder is queued for whoever has not answered: how many, to the last one, is nobody's to know."""
    silent = Smtp(MailServer("127.0.0.1", 1, "none"), "a@trust.example", 6000)
    await stage.once(silent)
    assert "queued what was due" in repr(logged)
    assert str(PEOPLE) not in repr(logged)


async def test_a_process_without_the_round_s_key_gives_back_what_it_took(
    stage: Stage, stub: Stub, logged: list[Any]
) -> None:
    elsewhere = KeyRing(stage.post.keys.directory / "elsewhere", SECRET)
    notify = await _notify(stub)
    stage.post = msgspec.structs.replace(stage.post, keys=elsewhere)
    await stage.once(notify)
    await notify.close()
    assert not stub.accepted
    assert await stage.db.fetchval("select count(*) from message where state = 'waiting'") == PEOPLE
    assert "wait for a process that has their round's key" in repr(logged)


async def test_s4_every_link_in_every_message_is_of_the_configured_address(stage: Stage, stub: Stub) -> None:
    texts = {"en": {"invitation_email": "Hello from {organisation}: {link}"}}
    await reaching.change(stage.db, stage.organisation_id, stage.round_id, Reach(texts=texts))
    stub.keep_bodies = True
    notify = await _notify(stub)
    await stage.once(notify)
    await notify.close()
    assert len(stub.bodies) == PEOPLE
    for body in stub.bodies.values():
        text = msgspec.json.encode(body).decode()
        assert text.count("://") == text.count(BASE + "/r/") >= 2


async def test_several_workers_at_once_send_each_message_once(stage: Stage, stub: Stub) -> None:
    """The worker itself, twice, until nothing is left."""
    notify = [Notify(KEY, url, TEMPLATES, 6000) for url in [await stub.start()] for _ in range(2)]
    posts = [msgspec.structs.replace(stage.post, channels=[one]) for one in notify]
    tasks = [asyncio.create_task(worker.work(post)) for post in posts]
    for _ in range(200):
        if sum(stub.accepted.values()) >= PEOPLE:
            break
        await asyncio.sleep(0.05)
    await asyncio.sleep(0.1)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    for one in notify:
        await one.close()
    assert len(stub.accepted) == PEOPLE
    assert set(stub.accepted.values()) == {1}


async def test_the_worker_outlives_a_database_that_is_away(monkeypatch: pytest.MonkeyPatch, config: Config) -> None:
    monkeypatch.setattr(worker, "EVERY", 0.05)
    post = Post("postgresql://nobody@127.0.0.1:1/none", KeyRing(config.key_directory(), SECRET), [], BASE, ZONE)
    task = asyncio.create_task(worker.work(post))
    await asyncio.sleep(0.3)
    assert not task.done()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def test_another_try_waits_longer_and_longer_and_an_hour_at_most() -> None:
    waits = [sending.claiming.backoff(n).total_seconds() for n in range(1, 15)]
    assert waits[:4] == [2, 4, 8, 16]
    assert waits[-1] == sending.claiming.backoff(1000).total_seconds() == 3600


@pytest.mark.parametrize("per_minute", [1, 30, 300, 3000])
def test_no_minute_has_more_than_the_provider_allows(per_minute: int) -> None:
    """A batch at its beginning, a batch at its end, and what may be made up for."""
    provider = Provider("p", ("email",), per_minute, blind=False)
    if per_minute >= 60:
        assert timedelta(minutes=1) / provider.each + provider.batch + 0.2 / 60 * per_minute <= per_minute + 1
    assert timedelta(minutes=1) / provider.each > 0.97 * per_minute - 1
