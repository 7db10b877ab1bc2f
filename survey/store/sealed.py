"""Sealed answers: one row per invitation while the round is open, which only the round's private key opens."""

from uuid import UUID

import msgspec

from survey.db import Db
from survey.sql import Query


class Envelope(msgspec.Struct, frozen=True):
    ciphertext: bytes


_put = Query[msgspec.Struct]("sealed.put")
_delete = Query[msgspec.Struct]("sealed.delete")
_ciphertexts = Query("sealed.ciphertexts", Envelope)
_delete_all = Query[msgspec.Struct]("sealed.delete_all")
_forget_flags = Query[msgspec.Struct]("sealed.forget_flags")


async def put(db: Db, round_id: str, token_hash: bytes, draft_version: int, ciphertext: bytes) -> bool:
    """Whether it was accepted: the window was open. The last one wins; the flag for reminders is set with it."""
    return await _put.execute(db, round_id, token_hash, draft_version, ciphertext) == 1


async def delete(db: Db, round_id: str, token_hash: bytes) -> bool:
    return await _delete.execute(db, round_id, token_hash) == 1


async def ciphertexts(db: Db, organisation_id: UUID, round_id: str) -> list[bytes]:
    """Without the hashes: whose they are is not even read."""
    return [envelope.ciphertext for envelope in await _ciphertexts.all(db, organisation_id, round_id)]


async def delete_all(db: Db, organisation_id: UUID, round_id: str) -> None:
    """The sealed answers and the flags of those who sent them."""
    await _delete_all.execute(db, organisation_id, round_id)
    await _forget_flags.execute(db, organisation_id, round_id)
