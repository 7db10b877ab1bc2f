"""Uploaded staff lists on their way, and the history of those that were applied."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

import msgspec

from survey import errors
from survey.db import Db
from survey.sql import Query

State = Literal["received", "described", "to_check", "checked", "to_apply", "applied", "failed", "discarded", "expired"]


class Import(msgspec.Struct, frozen=True):
    """One upload. `wishes`, `described`, `answer`, `counts` and `progress` are JSON; the first three are gone once it
    is settled for good."""

    import_id: UUID
    actor: str
    received_at: datetime
    settled_at: datetime
    file_name: str
    file_size: int
    state: State
    sheet: str | None
    wishes: str | None
    described: str | None
    answer: str | None
    failure: str | None
    counts: str | None
    progress: str | None


class Past(msgspec.Struct, frozen=True):
    """A line of the history."""

    import_id: UUID
    actor: str
    received_at: datetime
    file_name: str
    file_hash: str
    state: State
    counts: str | None


class Task(msgspec.Struct, frozen=True):
    """What a worker has taken on. `attempts` counts this one."""

    organisation_id: UUID
    import_id: UUID
    account_id: UUID | None
    state: State
    sheet: str | None
    wishes: str | None
    answer_digest: str | None
    attempts: int


class Id(msgspec.Struct, frozen=True):
    import_id: UUID


class Part(msgspec.Struct, frozen=True):
    content: bytes


class Text(msgspec.Struct, frozen=True):
    text: str


class Waiting(msgspec.Struct, frozen=True):
    any: bool


_keep_out = Query[msgspec.Struct]("staff_imports.keep_out")
_add = Query[msgspec.Struct]("staff_imports.add")
_add_part = Query[msgspec.Struct]("staff_imports.add_part")
_find = Query("staff_imports.find", Import)
_find_same = Query("staff_imports.find_same", Id)
_list_from = Query("staff_imports.list_from", Past)
_list_after = Query("staff_imports.list_after", Past)
_parts = Query("staff_imports.parts", Part)
_mistakes = Query("staff_imports.mistakes", Text)
_differences = Query("staff_imports.differences", Text)
_take = Query("staff_imports.take", Task)
_any_waiting = Query("staff_imports.any_waiting", Waiting)
_note_progress = Query[msgspec.Struct]("staff_imports.note_progress")
_describe = Query[msgspec.Struct]("staff_imports.describe")
_wish = Query[msgspec.Struct]("staff_imports.wish")
_answer = Query[msgspec.Struct]("staff_imports.answer")
_step = Query[msgspec.Struct]("staff_imports.step")
_settle = Query[msgspec.Struct]("staff_imports.settle")
_drop_parts = Query[msgspec.Struct]("staff_imports.drop_parts")
_expire = Query[msgspec.Struct]("staff_imports.expire")
_record_applied = Query[msgspec.Struct]("staff_imports.record_applied")


async def keep_out(db: Db, organisation_id: UUID) -> None:
    """Until the transaction ends, another upload of this organisation waits."""
    await _keep_out.execute(db, str(organisation_id))


async def add(
    db: Db,
    organisation_id: UUID,
    import_id: UUID,
    actor: str,
    account_id: UUID | None,
    name: str,
    hash_: str,
    size: int,
) -> None:
    await _add.execute(db, organisation_id, import_id, actor, account_id, name, hash_, size)


async def add_part(db: Db, organisation_id: UUID, import_id: UUID, number: int, content: bytes) -> None:
    await _add_part.execute(db, organisation_id, import_id, number, content)


async def find(db: Db, organisation_id: UUID, import_id: UUID) -> Import:
    found = await _find.maybe(db, organisation_id, import_id)
    if found is None:
        raise errors.NotFound("There is no import at this address.")
    return found


async def find_same(db: Db, organisation_id: UUID, hash_: str) -> UUID | None:
    """An upload of the same bytes that is still on its way."""
    found = await _find_same.maybe(db, organisation_id, hash_)
    return None if found is None else found.import_id


async def list_from(db: Db, organisation_id: UUID, before: tuple[datetime, UUID] | None, most: int) -> list[Past]:
    """The history, the latest first, from before the one told on."""
    at, import_id = before or (None, None)
    return await _list_from.all(db, organisation_id, at, import_id, most)


async def list_after(db: Db, organisation_id: UUID, after: tuple[datetime, UUID] | None, most: int) -> list[Past]:
    """The history, the earliest first, from after the one told on."""
    at, import_id = after or (None, None)
    return await _list_after.all(db, organisation_id, at, import_id, most)


async def content(db: Db, organisation_id: UUID, import_id: UUID) -> bytes:
    return b"".join([part.content for part in await _parts.all(db, organisation_id, import_id)])


async def mistakes(db: Db, organisation_id: UUID, import_id: UUID) -> str:
    """CSV text; empty where there are none, or none any more."""
    return (await _mistakes.one(db, organisation_id, import_id)).text


async def differences(db: Db, organisation_id: UUID, import_id: UUID) -> str:
    return (await _differences.one(db, organisation_id, import_id)).text


async def take(db: Db, lease: timedelta) -> Task | None:
    """The next upload with something to do; for as long as the lease is renewed, nobody else takes it."""
    return await _take.maybe(db, lease)


async def any_waiting(db: Db) -> bool:
    return (await _any_waiting.one(db)).any


async def note_progress(
    db: Db, organisation_id: UUID, import_id: UUID, at: State, progress: str, lease: timedelta
) -> None:
    """Nothing changes where it stands in another state than that which is worked on."""
    await _note_progress.execute(db, organisation_id, import_id, progress, lease, at)


async def describe(db: Db, organisation_id: UUID, import_id: UUID, described: str, sheet: str | None) -> None:
    await _describe.execute(db, organisation_id, import_id, described, sheet)


async def wish(
    db: Db,
    organisation_id: UUID,
    import_id: UUID,
    before: Sequence[State],
    after: State,
    wishes: str | None,
    sheet: str | None,
) -> bool:
    """Whether it stood in one of the states told, and now stands in the next."""
    return await _wish.execute(db, organisation_id, import_id, list(before), after, wishes, sheet) == 1


async def answer(
    db: Db,
    organisation_id: UUID,
    import_id: UUID,
    *,
    answer: str,
    digest: str,
    mistakes: str,
    differences: str,
    counts: str,
) -> None:
    await _answer.execute(db, organisation_id, import_id, answer, digest, mistakes, differences, counts)


async def step(
    db: Db, organisation_id: UUID, import_id: UUID, before: State, after: State, failure: str | None = None
) -> bool:
    """Whether it stood in the first state, and now stands in the second."""
    return await _step.execute(db, organisation_id, import_id, before, after, failure) == 1


async def settle(
    db: Db,
    organisation_id: UUID,
    import_id: UUID,
    before: Sequence[State],
    after: State,
    *,
    failure: str | None = None,
    counts: str | None = None,
) -> bool:
    """For good: the file and every personal detail go. Whether it stood in one of the states told."""
    settled = await _settle.execute(db, organisation_id, import_id, list(before), after, failure, counts) == 1
    if settled:
        await _drop_parts.execute(db, organisation_id, import_id)
    return settled


async def expire(db: Db, after: timedelta) -> None:
    """Uploads that nobody went on with: their files and details go."""
    await _expire.execute(db, after)


async def record_applied(
    db: Db, organisation_id: UUID, import_id: UUID, actor: str, name: str, hash_: str, size: int, counts: str
) -> None:
    """A line of the history for a file that was applied without being uploaded."""
    await _record_applied.execute(db, organisation_id, import_id, actor, name, hash_, size, counts)
