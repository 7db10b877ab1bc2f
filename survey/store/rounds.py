"""Rounds: their plan, their dates, their frame."""

from datetime import datetime
from functools import cached_property
from uuid import UUID

import msgspec

from survey.core.frame import Frame
from survey.core.reaching import Reach
from survey.core.rounds import Moments, Plan, State, state
from survey.db import Db
from survey.sql import Query


class Round(msgspec.Struct, frozen=True, dict=True):
    """A round as its row tells it at `now` (the database's clock). `plan` is JSON; `settings` is what it says."""

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
    now: datetime

    @cached_property
    def settings(self) -> Plan:
        return msgspec.json.decode(self.plan, type=Plan)

    @property
    def state(self) -> State:
        return state(
            Moments(
                self.now, self.opens_at, self.closes_at, self.launched_at, self.opened_answers_at, self.published_at
            )
        )


class RoundView(Round, frozen=True):
    """A round with all that its respondents' pages say; `public_key` and `frame` are there once it was launched."""

    public_key: bytes | None
    frame: str | None
    content: str
    organisation: str
    texts: str


class FrameRow(msgspec.Struct, frozen=True):
    frame: str | None


class ReachRow(msgspec.Struct, frozen=True):
    reach: str


class PublicKey(msgspec.Struct, frozen=True):
    public_key: bytes | None


class RoundKey(msgspec.Struct, frozen=True):
    organisation_id: UUID
    round_id: str


class Launched(msgspec.Struct, frozen=True):
    """A round that has or had invitations. `opened`: its answers are open."""

    organisation_id: UUID
    round_id: str
    opened: bool


_add = Query[msgspec.Struct]("rounds.add")
_list_all = Query("rounds.list_all", Round)
_find = Query("rounds.find", Round)
_hold = Query("rounds.hold", Round)
_view = Query("rounds.view", RoundView)
_frame = Query("rounds.frame", FrameRow)
_reach = Query("rounds.reach", ReachRow)
_set_reach = Query[msgspec.Struct]("rounds.set_reach")
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


async def list_all(db: Db, organisation_id: UUID) -> list[Round]:
    return await _list_all.all(db, organisation_id)


async def find(db: Db, organisation_id: UUID, round_id: str) -> Round:
    return await _find.one(db, organisation_id, round_id)


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


async def public_key(db: Db, organisation_id: UUID, round_id: str) -> bytes | None:
    return (await _public_key.one(db, organisation_id, round_id)).public_key


async def set_public_key(db: Db, organisation_id: UUID, round_id: str, public_key: bytes) -> None:
    await _set_public_key.execute(db, organisation_id, round_id, public_key)


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
