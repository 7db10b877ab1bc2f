"""Drafts: unfinished answers that only their token opens."""

from uuid import UUID

import msgspec

from survey.db import Db
from survey.sql import Query


class Saved(msgspec.Struct, frozen=True):
    version: int


_save = Query("drafts.save", Saved)
_delete = Query[msgspec.Struct]("drafts.delete")
_delete_all = Query[msgspec.Struct]("drafts.delete_all")


async def save(db: Db, round_id: str, token_hash: bytes, version: int, ciphertext: bytes) -> int | None:
    """The new version; None when the window is shut or another device saved since `version` (0: nothing yet)."""
    saved = await _save.maybe(db, round_id, token_hash, version, ciphertext)
    return None if saved is None else saved.version


async def delete(db: Db, round_id: str, token_hash: bytes) -> None:
    await _delete.execute(db, round_id, token_hash)


async def delete_all(db: Db, organisation_id: UUID, round_id: str) -> None:
    await _delete_all.execute(db, organisation_id, round_id)
