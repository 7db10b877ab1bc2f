"""Comments: free text, detached from the responses it came with; what was decided about each, and what was released."""

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

import msgspec

from survey.db import Db
from survey.sql import Query


class Placed(msgspec.Struct, frozen=True):
    id: UUID


class Standing(msgspec.Struct, frozen=True):
    """A comment without its words: whether somebody has decided about it, and whether others may read any of it."""

    id: UUID
    item: str
    is_read: bool
    is_shown: bool


class Comment(msgspec.Struct, frozen=True):
    """A comment as it was written. `marked`: as a reviewer marked it; None where withheld, or not decided yet."""

    id: UUID
    item: str
    body: str
    is_read: bool
    marked: str | None


class Waiting(msgspec.Struct, frozen=True):
    round_id: str


class Words(msgspec.Struct, frozen=True):
    item: str
    marked: str


class Stored(msgspec.Struct, frozen=True):
    """A comments release as it was stored: canonical JSON, and the digest of it."""

    number: int
    digest: str
    document: str
    released_at: datetime


_placed = Query("comments.placed", Placed)
_standing = Query("comments.standing", Standing)
_find = Query("comments.find", Comment)
_decide = Query[msgspec.Struct]("comments.decide")
_shown = Query("comments.shown", Words)
_release = Query[msgspec.Struct]("comments.release")
_latest = Query("comments.latest", Stored)
_waiting = Query("comments.waiting", Waiting)


async def add_all(db: Db, rows: Iterable[tuple[UUID, str, UUID, str, str]]) -> None:
    """Rows, shuffled apart from the responses: organisation, round, random id, item, text."""
    columns = ["organisation_id", "round_id", "comment_id", "item_id", "body"]
    await db.copy_records_to_table("comment", records=rows, columns=columns)


async def waiting(db: Db, organisation_id: UUID, round_ids: Collection[str], enough: int) -> frozenset[str]:
    """Those of these rounds where a comment to a question that `enough` people answered has not been decided about."""
    return frozenset(row.round_id for row in await _waiting.all(db, organisation_id, list(round_ids), enough))


async def placed(db: Db, organisation_id: UUID, round_id: str) -> list[UUID]:
    """Their ids, in the order in which they lie in the table's file."""
    return [row.id for row in await _placed.all(db, organisation_id, round_id)]


async def standing(db: Db, organisation_id: UUID, round_id: str) -> list[Standing]:
    """All of a round, by their random ids: an order that tells nothing, and stays."""
    return await _standing.all(db, organisation_id, round_id)


async def find(db: Db, organisation_id: UUID, round_id: str, comment_id: UUID) -> Comment | None:
    return await _find.maybe(db, organisation_id, round_id, comment_id)


async def decide(db: Db, organisation_id: UUID, round_id: str, comment_id: UUID, marked: str | None) -> None:
    """A comment as it was marked; None: withheld."""
    await _decide.execute(db, organisation_id, round_id, comment_id, marked)


async def shown(db: Db, organisation_id: UUID, round_id: str) -> list[Words]:
    """All that are not withheld, by their random ids."""
    return await _shown.all(db, organisation_id, round_id)


async def release(db: Db, organisation_id: UUID, round_id: str, number: int, digest: str, document: str) -> None:
    await _release.execute(db, organisation_id, round_id, number, digest, document)


async def latest(db: Db, organisation_id: UUID, round_id: str) -> Stored | None:
    return await _latest.maybe(db, organisation_id, round_id)
