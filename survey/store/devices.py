"""Shared devices that a round may be answered on. They live until its answers are opened."""

from datetime import datetime
from uuid import UUID

import msgspec

from survey.db import Db
from survey.sql import Query


class Device(msgspec.Struct, frozen=True):
    """`reporting_unit` is the place in the frame of the unit that has it."""

    device_id: UUID
    reporting_unit: int
    added_at: datetime


class Known(msgspec.Struct, frozen=True):
    known: bool


_add = Query[msgspec.Struct]("devices.add")
_list_all = Query("devices.list_all", Device)
_known = Query("devices.known", Known)
_remove = Query[msgspec.Struct]("devices.remove")
_delete_all = Query[msgspec.Struct]("devices.delete_all")


async def add(
    db: Db, organisation_id: UUID, round_id: str, device_hash: bytes, device_id: UUID, reporting_unit: int
) -> None:
    await _add.execute(db, organisation_id, round_id, device_hash, device_id, reporting_unit)


async def list_all(db: Db, organisation_id: UUID, round_id: str) -> list[Device]:
    return await _list_all.all(db, organisation_id, round_id)


async def known(db: Db, round_id: str, device_hash: bytes) -> bool:
    return (await _known.one(db, round_id, device_hash)).known


async def remove(db: Db, organisation_id: UUID, round_id: str, device_id: UUID) -> bool:
    """False where there is none."""
    return await _remove.execute(db, organisation_id, round_id, device_id) == 1


async def delete_all(db: Db, organisation_id: UUID, round_id: str) -> None:
    await _delete_all.execute(db, organisation_id, round_id)
