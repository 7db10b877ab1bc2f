"""Questionnaires: immutable versions, each under the hash of its canonical content."""

from datetime import datetime
from uuid import UUID

import msgspec

from survey.db import Db
from survey.sql import Query


class Version(msgspec.Struct, frozen=True):
    """`content` is the canonical JSON that the hash is of."""

    questionnaire_hash: str
    title: str
    content: str
    added_at: datetime


class Source(msgspec.Struct, frozen=True):
    source: str


_add = Query[msgspec.Struct]("questionnaires.add")
_find = Query("questionnaires.find", Version)
_source = Query("questionnaires.source", Source)
_starting = Query("questionnaires.starting", Version)
_list_all = Query("questionnaires.list_all", Version)


async def add(db: Db, organisation_id: UUID, questionnaire_hash: str, title: str, *, content: str, source: str) -> bool:
    """Whether it was new."""
    return await _add.execute(db, organisation_id, questionnaire_hash, title, content, source) == 1


async def find(db: Db, organisation_id: UUID, questionnaire_hash: str) -> Version:
    return await _find.one(db, organisation_id, questionnaire_hash)


async def source(db: Db, organisation_id: UUID, questionnaire_hash: str) -> str:
    """The file as it was given."""
    return (await _source.one(db, organisation_id, questionnaire_hash)).source


async def starting(db: Db, organisation_id: UUID, beginning: str) -> list[Version]:
    """Up to two of the versions whose hash begins like this."""
    return await _starting.all(db, organisation_id, beginning)


async def list_all(db: Db, organisation_id: UUID) -> list[Version]:
    return await _list_all.all(db, organisation_id)
