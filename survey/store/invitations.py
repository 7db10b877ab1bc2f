"""Invitations: the right of one person to answer once. They live until the round's answers are opened."""

from collections.abc import Iterable, Sequence
from uuid import UUID

import msgspec

from survey.db import Db
from survey.sql import Query


class Visit(msgspec.Struct, frozen=True):
    """All that a request on the respondent's path has to read. No draft yet: `version` and `ciphertext` are None."""

    atom: int
    version: int | None
    ciphertext: bytes | None
    sent_version: int | None
    early: bool
    over: bool
    paused: bool


class Window(msgspec.Struct, frozen=True):
    early: bool
    over: bool
    paused: bool


class Reachable(msgspec.Struct, frozen=True):
    """Whom to send a link to, and how."""

    invitation_id: UUID
    employee_number: str
    team: str
    atom: int
    email: str | None
    mobile: str | None
    language: str | None
    slip: bool


class Slip(msgspec.Struct, frozen=True):
    """A seat whose person had no channel at launch."""

    invitation_id: UUID
    atom: int


class Behind(msgspec.Struct, frozen=True):
    """The seat that a slip's code leads to."""

    round_id: str
    token_hash: bytes
    sent: bool


class Progress(msgspec.Struct, frozen=True):
    """How many have sent answers, per atom. Only disclosure may turn this into something to show."""

    atom: int
    sent: int


class Id(msgspec.Struct, frozen=True):
    invitation_id: UUID
    slip: bool


_visit = Query("invitations.visit", Visit)
_window = Query("invitations.window", Window)
_reachable = Query("invitations.reachable", Reachable)
_progress = Query("invitations.progress", Progress)
_ids = Query("invitations.ids", Id)
_slips = Query("invitations.slips", Slip)
_behind = Query("invitations.behind", Behind)
_delete_all = Query[msgspec.Struct]("invitations.delete_all")
_delete_frame = Query[msgspec.Struct]("invitations.delete_frame")


async def add_all(db: Db, rows: Iterable[tuple[UUID, str, bytes, UUID, UUID, int, bool]]) -> None:
    """Rows: organisation, round, token hash, invitation, person, atom, whether it is a slip's."""
    columns = ["organisation_id", "round_id", "token_hash", "invitation_id", "person_id", "atom", "slip"]
    await db.copy_records_to_table("invitation", records=rows, columns=columns)


async def add_frame(db: Db, rows: Iterable[tuple[UUID, str, UUID, int]]) -> None:
    """Rows: organisation, round, person, atom."""
    columns = ["organisation_id", "round_id", "person_id", "atom"]
    await db.copy_records_to_table("frame_member", records=rows, columns=columns)


async def visit(db: Db, round_id: str, token_hash: bytes) -> Visit | None:
    return await _visit.maybe(db, round_id, token_hash)


async def window(db: Db, round_id: str) -> Window:
    return await _window.one(db, round_id)


async def reachable(db: Db, organisation_id: UUID, round_id: str) -> list[Reachable]:
    return await _reachable.all(db, organisation_id, round_id)


async def progress(db: Db, organisation_id: UUID, round_id: str) -> list[Progress]:
    return await _progress.all(db, organisation_id, round_id)


async def ids(db: Db, organisation_id: UUID, round_id: str) -> list[Id]:
    return await _ids.all(db, organisation_id, round_id)


async def slips(db: Db, organisation_id: UUID, round_id: str) -> list[Slip]:
    """Of those who are still there, in an order that says nothing."""
    return await _slips.all(db, organisation_id, round_id)


async def behind(db: Db, round_ids: Sequence[str], hashes: Sequence[bytes]) -> Behind | None:
    """The slip's seat that one of these hashes is of, each in its round."""
    return await _behind.maybe(db, round_ids, hashes)


async def delete_all(db: Db, organisation_id: UUID, round_id: str) -> None:
    """With them go their drafts, sealed answers and flags."""
    await _delete_all.execute(db, organisation_id, round_id)


async def delete_frame(db: Db, organisation_id: UUID, round_id: str) -> None:
    """Who is asked, as the launch froze it."""
    await _delete_frame.execute(db, organisation_id, round_id)
