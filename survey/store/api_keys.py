"""API keys: the hash of each, whose results it reads, and until when."""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from survey.db import Db
from survey.sql import Query


class ApiKey(msgspec.Struct, frozen=True):
    """`expired` is as the database's clock has it."""

    organisation_id: UUID
    key_hash: bytes
    name: str
    expires_at: datetime
    expired: bool


_add = Query("api_keys.add", ApiKey)
_find = Query("api_keys.find", ApiKey)
_list_all = Query("api_keys.list_all", ApiKey)
_delete = Query[msgspec.Struct]("api_keys.delete")


async def add(db: Db, organisation_id: UUID, key_hash: bytes, name: str, lifetime: timedelta) -> ApiKey:
    return await _add.one(db, organisation_id, key_hash, name, lifetime)


async def find(db: Db, key_hash: bytes) -> ApiKey | None:
    return await _find.maybe(db, key_hash)


async def list_all(db: Db, organisation_id: UUID) -> list[ApiKey]:
    return await _list_all.all(db, organisation_id)


async def delete(db: Db, organisation_id: UUID, start: str) -> int:
    """Delete the keys whose hash, in lower-case hex, begins with `start`; how many there were."""
    return await _delete.execute(db, organisation_id, start)
