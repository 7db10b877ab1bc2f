"""Releases: the published result of a round, and which of them is the latest."""

from datetime import datetime
from uuid import UUID

import msgspec

from survey.db import Db
from survey.sql import Query


class Edition(msgspec.Struct, frozen=True):
    """A published round and its latest release, without the release's content."""

    round_id: str
    name: str
    questionnaire_hash: str
    opens_at: datetime
    closes_at: datetime
    number: int
    digest: str
    published_at: datetime


class Stored(msgspec.Struct, frozen=True):
    """A release as it was published: canonical JSON, and the digest of it."""

    number: int
    digest: str
    document: str


class Document(msgspec.Struct, frozen=True):
    document: str


_add = Query[msgspec.Struct]("releases.add")
_list_latest = Query("releases.list_latest", Edition)
_latest = Query("releases.latest", Edition)
_list_all = Query("releases.list_all", Stored)
_document = Query("releases.document", Document)


async def add(db: Db, organisation_id: UUID, round_id: str, number: int, digest: str, document: str) -> None:
    await _add.execute(db, organisation_id, round_id, number, digest, document)


async def list_latest(db: Db, organisation_id: UUID) -> list[Edition]:
    """Every published round, the most recent first."""
    return await _list_latest.all(db, organisation_id)


async def latest(db: Db, organisation_id: UUID, round_id: str) -> Edition | None:
    """None unless the round is this organisation's and has been published."""
    return await _latest.maybe(db, organisation_id, round_id)


async def list_all(db: Db, organisation_id: UUID, round_id: str) -> list[Stored]:
    """All releases of a round, the first one first."""
    return await _list_all.all(db, organisation_id, round_id)


async def document(db: Db, organisation_id: UUID, round_id: str, number: int) -> str:
    return (await _document.one(db, organisation_id, round_id, number)).document
