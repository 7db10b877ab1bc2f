"""Forms that made something: the mark of each, by the account that sent it, and what was made."""

from datetime import timedelta
from uuid import UUID

import msgspec

from survey.db import Db
from survey.sql import Query


class Sent(msgspec.Struct, frozen=True):
    made: str


_add = Query[msgspec.Struct]("sent_forms.add")
_note = Query[msgspec.Struct]("sent_forms.note")
_find = Query("sent_forms.find", Sent)
_forget_old = Query[msgspec.Struct]("sent_forms.forget_old")


async def add(db: Db, organisation_id: UUID, account_id: UUID, mark: bytes) -> bool:
    """False where it is there already. While another transaction is about to add the same, this one waits."""
    return await _add.execute(db, organisation_id, account_id, mark) == 1


async def note(db: Db, organisation_id: UUID, account_id: UUID, mark: bytes, made: str) -> None:
    await _note.execute(db, organisation_id, account_id, mark, made)


async def find(db: Db, organisation_id: UUID, account_id: UUID, mark: bytes) -> str:
    """What the form made."""
    return (await _find.one(db, organisation_id, account_id, mark)).made


async def forget_old(db: Db, age: timedelta) -> None:
    await _forget_old.execute(db, age)
