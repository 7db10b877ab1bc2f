"""Shared devices: a link makes a tablet on a ward one that wipes itself after each person. It opens nobody's answers,
gives nobody a seat, and works until it is taken back or the round closes."""

from uuid import UUID

from survey import errors, sealing
from survey.db import Db
from survey.operations import printing
from survey.store import devices
from survey.store.devices import Device

__all__ = ["Device", "lend", "lent", "must_be_lent", "take_back"]

_CONTEXT = "device"


async def lend(db: Db, organisation_id: UUID, round_id: str, unit: int) -> tuple[UUID, str]:
    """A new device's id, and the token of the link that makes it one: told here, and never again."""
    await printing.unit(db, organisation_id, round_id, unit)
    token, device_id = sealing.random_token(), sealing.random_id()
    await devices.add(db, organisation_id, round_id, sealing.lookup_hash(token, _CONTEXT), device_id, unit)
    return device_id, token


async def lent(db: Db, organisation_id: UUID, round_id: str) -> list[Device]:
    return await devices.list_all(db, organisation_id, round_id)


async def take_back(db: Db, organisation_id: UUID, round_id: str, device_id: UUID) -> None:
    if not await devices.remove(db, organisation_id, round_id, device_id):
        raise errors.NotFound


async def must_be_lent(db: Db, round_id: str, token: str) -> None:
    """Raises UnknownLink for a link that was taken back, or never was one."""
    if not await devices.known(db, round_id, sealing.lookup_hash(token, _CONTEXT)):
        raise errors.UnknownLink
