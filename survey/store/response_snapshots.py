"""Snapshots of the response while a round is open: what they hold was rounded before."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from survey.db import Db
from survey.sql import Query

Scope = Literal["division", "unit"]


class Snapshot(msgspec.Struct, frozen=True):
    """`rates` is JSON. `due_at` is the moment it stands for, `taken_at` when it was counted."""

    scope: Scope
    due_at: datetime
    taken_at: datetime
    rates: str


_add = Query[msgspec.Struct]("response_snapshots.add")
_list_all = Query("response_snapshots.list_all", Snapshot)


async def add(db: Db, organisation_id: UUID, round_id: str, scope: Scope, due_at: datetime, rates: str) -> None:
    """The first one counts; another for the same moment changes nothing."""
    await _add.execute(db, organisation_id, round_id, scope, due_at, rates)


async def list_all(db: Db, organisation_id: UUID, round_id: str) -> list[Snapshot]:
    """By scope, the earliest first."""
    return await _list_all.all(db, organisation_id, round_id)
