"""Responses: what was answered, by atom, and nothing that leads to a person."""

from collections.abc import Iterable
from uuid import UUID

import msgspec

from survey.db import Db
from survey.sql import Query


class Packed(msgspec.Struct, frozen=True):
    """All responses of a round: one atom each, and their packed answers end to end in the same order."""

    atoms: list[int]
    answers: bytes


class Placed(msgspec.Struct, frozen=True):
    """A response's id and atom."""

    id: UUID
    atom: int


_placed = Query("responses.placed", Placed)
_load = Query("responses.load", Packed)


async def add_all(db: Db, rows: Iterable[tuple[UUID, str, UUID, int, bytes]]) -> None:
    """Rows, already shuffled: organisation, round, random id, atom, packed answers."""
    columns = ["organisation_id", "round_id", "response_id", "atom", "answers"]
    await db.copy_records_to_table("response", records=rows, columns=columns)


async def load(db: Db, organisation_id: UUID, round_id: str) -> Packed:
    return await _load.one(db, organisation_id, round_id)


async def placed(db: Db, organisation_id: UUID, round_id: str) -> list[Placed]:
    """In the order in which they lie in the table's file: what an administrator sees."""
    return await _placed.all(db, organisation_id, round_id)
