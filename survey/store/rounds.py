"""Rounds: their plan, their dates, their frame."""

from collections.abc import Collection
from datetime import datetime
from functools import cached_property
from uuid import UUID

import msgspec

from survey.core.frame import Frame
from survey.core.population import Population
from survey.core.reaching import Reach
from survey.core.rounds import Moments, Plan, State, state
from survey.db import Db
from survey.sql import Query


class Round(msgspec.Struct, frozen=True, dict=True):
    """A round as its row tells it at `now` (the database's clock). `plan`, `population` and `reach` are JSON;
    `settings`, `asks` and `reaching` are what they say."""

    organisation_id: UUID
    round_id: str
    name: str
    questionnaire_hash: str
    plan: str
    opens_at: datetime
    closes_at: datetime
    launched_at: datetime | None
    opened_answers_at: datetime | None
    published_at: datetime | None
    paused_at: datetime | None
    version: int
    population: str
    reach: str
    shares_handed: int
    now: datetime

    @cached_property
    def settings(self) -> Plan:
        return msgspec.json.decode(self.plan, type=Plan)

    @cached_property
    def asks(self) -> Population:
        return msgspec.json.decode(self.population, type=Population)

    @cached_property
    def reaching(self) -> Reach:
        return msgspec.json.decode(self.reach, type=Reach)

    @property
    def state(self) -> State:
        return state(
            Moments(
                self.now,
                self.opens_at,
                self.closes_at,
                self.launched_at,
                self.opened_answers_at,
                self.published_at,
                self.paused_at,
            )
        )


class RoundView(Round, frozen=True):
    """A round with all that its respondents' pages say; `public_key` and `frame` are there once it was launched."""

    public_key: bytes | None
    frame: str | None
    content: str
    organisation: str
    texts: str


class Overview(Round, frozen=True):
    """A round with its questionnaire's title, and the errand that waits for the worker or was refused, if any.
    `progress` is JSON: how far the work on it is, while there is any. `has_namesake`: another is called the same."""

    title: str
    has_key: bool
    errand: str | None
    refused: str | None
    progress: str | None
    has_namesake: bool

    @property
    def waits_for(self) -> str:
        """The errand that is being done; empty where none is."""
        return self.errand or "" if self.refused is None else ""


class FrameRow(msgspec.Struct, frozen=True):
    frame: str | None


class ReachRow(msgspec.Struct, frozen=True):
    reach: str


class Letterhead(msgspec.Struct, frozen=True):
    """What a round's messages say of it; `content` is the questionnaire's, as JSON."""

    round_id: str
    organisation: str
    content: str
    closes_at: datetime
    reach: str
    now: datetime


class BeingSent(msgspec.Struct, frozen=True, dict=True):
    """A round whose messages may go out at `now`. `reach` is JSON; `wishes` is what it says."""

    organisation_id: UUID
    round_id: str
    opens_at: datetime
    closes_at: datetime
    reach: str
    now: datetime

    @cached_property
    def wishes(self) -> Reach:
        return msgspec.json.decode(self.reach, type=Reach)


class Paused(msgspec.Struct, frozen=True):
    paused: bool


class PublicKey(msgspec.Struct, frozen=True):
    public_key: bytes | None


class Clock(msgspec.Struct, frozen=True):
    now: datetime


class Clash(msgspec.Struct, frozen=True):
    """Another round under way in the same time. `people`: how many of those asked are asked by both."""

    round_id: str
    name: str
    opens_at: datetime
    closes_at: datetime
    people: int


class RoundKey(msgspec.Struct, frozen=True):
    organisation_id: UUID
    round_id: str


class Launched(msgspec.Struct, frozen=True):
    """A round that has or had invitations. `opened`: its answers are open."""

    organisation_id: UUID
    round_id: str
    opened: bool


_add = Query[msgspec.Struct]("rounds.add")
_clock = Query("rounds.clock", Clock)
_change = Query[msgspec.Struct]("rounds.change")
_discard = Query[msgspec.Struct]("rounds.discard")
_call_off = Query("rounds.call_off", RoundKey)
_hand_share = Query[msgspec.Struct]("rounds.hand_share")
_pause = Query[msgspec.Struct]("rounds.pause")
_resume = Query[msgspec.Struct]("rounds.resume")
_clashes = Query("rounds.clashes", Clash)
_under_way = Query("rounds.under_way", RoundKey)
_list_all = Query("rounds.list_all", Round)
_find = Query("rounds.find", Round)
_overview = Query("rounds.overview", Overview)
_hold = Query("rounds.hold", Round)
_view = Query("rounds.view", RoundView)
_frame = Query("rounds.frame", FrameRow)
_reach = Query("rounds.reach", ReachRow)
_set_reach = Query[msgspec.Struct]("rounds.set_reach")
_letterhead = Query("rounds.letterhead", Letterhead)
_being_sent = Query("rounds.being_sent", BeingSent)
_pause_sending = Query[msgspec.Struct]("rounds.pause_sending")
_sending_paused = Query("rounds.sending_paused", Paused)
_public_key = Query("rounds.public_key", PublicKey)
_set_public_key = Query[msgspec.Struct]("rounds.set_public_key")
_launch = Query[msgspec.Struct]("rounds.launch")
_reschedule = Query[msgspec.Struct]("rounds.reschedule")
_mark_opened = Query[msgspec.Struct]("rounds.mark_opened")
_mark_published = Query[msgspec.Struct]("rounds.mark_published")
_share = Query[msgspec.Struct]("rounds.share")
_keep_out = Query[msgspec.Struct]("rounds.keep_out")
_overdue = Query("rounds.overdue", RoundKey)
_launched = Query("rounds.launched", Launched)
_finished = Query("rounds.finished", RoundKey)


async def add(
    db: Db, organisation_id: UUID, round_id: str, name: str, questionnaire_hash: str, plan: Plan, *window: datetime
) -> None:
    """`window`: opens_at, closes_at."""
    document = msgspec.json.encode(plan).decode()
    await _add.execute(db, organisation_id, round_id, name, questionnaire_hash, document, *window)


async def clock(db: Db) -> datetime:
    """The one clock by which rounds open and close."""
    return (await _clock.one(db)).now


async def change(
    db: Db,
    organisation_id: UUID,
    round_id: str,
    version: int,
    name: str,
    questionnaire_hash: str,
    plan: Plan,
    window: tuple[datetime, datetime],
    population: Population,
    reach: Reach,
) -> bool:
    """Whether it was changed: it was still a draft, and nobody had changed it since `version`."""
    documents = (msgspec.json.encode(part).decode() for part in (plan, population, reach))
    plan_, population_, reach_ = documents
    return (
        await _change.execute(
            db, organisation_id, round_id, version, name, questionnaire_hash, plan_, *window, population_, reach_
        )
        == 1
    )


async def discard(db: Db, organisation_id: UUID, round_id: str) -> None:
    await _discard.execute(db, organisation_id, round_id)


async def call_off(db: Db, organisation_id: UUID, round_id: str) -> bool:
    """Whether it was there, launched and not opened yet; then it is gone."""
    return await _call_off.maybe(db, organisation_id, round_id) is not None


async def hand_share(db: Db, organisation_id: UUID, round_id: str, done: int) -> bool:
    """One step more of handing out the shares. Whether `done` steps were done before."""
    return await _hand_share.execute(db, organisation_id, round_id, done) == 1


async def pause(db: Db, organisation_id: UUID, round_id: str) -> None:
    await _pause.execute(db, organisation_id, round_id)


async def resume(db: Db, organisation_id: UUID, round_id: str) -> None:
    await _resume.execute(db, organisation_id, round_id)


async def clashes(db: Db, round_: Round, units: Collection[str]) -> list[Clash]:
    """Other rounds under way in its window that ask some of those whom it would ask in these units."""
    window, asks = (round_.opens_at, round_.closes_at), round_.asks
    return await _clashes.all(
        db, round_.organisation_id, round_.round_id, *window, list(units), list(asks.groups), list(asks.people)
    )


async def under_way(db: Db) -> list[RoundKey]:
    """Rounds of every organisation between opening and closing, paused ones too."""
    return await _under_way.all(db)


async def list_all(db: Db, organisation_id: UUID) -> list[Round]:
    return await _list_all.all(db, organisation_id)


async def find(db: Db, organisation_id: UUID, round_id: str) -> Round:
    return await _find.one(db, organisation_id, round_id)


async def overview(db: Db, organisation_id: UUID, round_id: str) -> Overview:
    return await _overview.one(db, organisation_id, round_id)


async def hold(db: Db, organisation_id: UUID, round_id: str) -> Round:
    """The round, kept from every other change until the transaction ends."""
    return await _hold.one(db, organisation_id, round_id)


async def view(db: Db, round_id: str) -> RoundView:
    return await _view.one(db, round_id)


async def frame(db: Db, organisation_id: UUID, round_id: str) -> Frame | None:
    document = (await _frame.one(db, organisation_id, round_id)).frame
    return None if document is None else msgspec.json.decode(document, type=Frame)


async def reach(db: Db, organisation_id: UUID, round_id: str) -> Reach:
    return msgspec.json.decode((await _reach.one(db, organisation_id, round_id)).reach, type=Reach)


async def set_reach(db: Db, organisation_id: UUID, round_id: str, reach: Reach) -> None:
    await _set_reach.execute(db, organisation_id, round_id, msgspec.json.encode(reach).decode())


async def letterhead(db: Db, organisation_id: UUID, round_id: str) -> Letterhead:
    return await _letterhead.one(db, organisation_id, round_id)


async def being_sent(db: Db) -> list[BeingSent]:
    """Open rounds of every organisation whose sending is not paused."""
    return await _being_sent.all(db)


async def pause_sending(db: Db, organisation_id: UUID, round_id: str, *, paused: bool) -> None:
    await _pause_sending.execute(db, organisation_id, round_id, paused)


async def sending_paused(db: Db, organisation_id: UUID, round_id: str) -> bool:
    return (await _sending_paused.one(db, organisation_id, round_id)).paused


async def public_key(db: Db, organisation_id: UUID, round_id: str) -> bytes | None:
    return (await _public_key.one(db, organisation_id, round_id)).public_key


async def set_public_key(db: Db, organisation_id: UUID, round_id: str, public_key: bytes, shares_handed: int) -> None:
    await _set_public_key.execute(db, organisation_id, round_id, public_key, shares_handed)


async def launch(db: Db, organisation_id: UUID, round_id: str, public_key: bytes, frame: Frame) -> None:
    await _launch.execute(db, organisation_id, round_id, public_key, msgspec.json.encode(frame).decode())


async def reschedule(db: Db, organisation_id: UUID, round_id: str, opens_at: datetime, closes_at: datetime) -> None:
    await _reschedule.execute(db, organisation_id, round_id, opens_at, closes_at)


async def mark_opened(db: Db, organisation_id: UUID, round_id: str) -> None:
    await _mark_opened.execute(db, organisation_id, round_id)


async def mark_published(db: Db, organisation_id: UUID, round_id: str) -> None:
    await _mark_published.execute(db, organisation_id, round_id)


async def share(db: Db, round_id: str) -> None:
    """Until the transaction ends, closing waits. Submissions share this."""
    await _share.execute(db, round_id)


async def keep_out(db: Db, round_id: str) -> None:
    """Until the transaction ends, submissions wait; those under way are over."""
    await _keep_out.execute(db, round_id)


async def overdue(db: Db) -> list[RoundKey]:
    """Rounds whose window has ended and whose answers are still sealed, of every organisation; but not those under
    split custody, which wait for their holders."""
    return await _overdue.all(db)


async def finished(db: Db, round_ids: list[str]) -> list[RoundKey]:
    """Those of the rounds whose answers have been opened: their keys should be gone."""
    return await _finished.all(db, round_ids)


async def launched(db: Db) -> list[Launched]:
    """Every round of every organisation that was launched."""
    return await _launched.all(db)
