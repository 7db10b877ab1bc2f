"""Organisations: the Trusts that this deployment serves."""

from functools import cached_property
from uuid import UUID

import msgspec

from survey import errors
from survey.db import Db
from survey.sql import Query


class Organisation(msgspec.Struct, frozen=True, dict=True):
    """`texts` is the JSON of the Trust's own notices: text by name by language."""

    organisation_id: UUID
    ods_code: str
    name: str
    texts: str

    @cached_property
    def notices(self) -> dict[str, dict[str, str]]:
        return msgspec.json.decode(self.texts, type=dict[str, dict[str, str]])


class Mapping(msgspec.Struct, frozen=True):
    staff_mapping: str | None


class Begun(msgspec.Struct, frozen=True):
    """What there is yet. `somebody_waits`: for a role."""

    has_staff: bool
    has_questionnaires: bool
    somebody_waits: bool


_add = Query[msgspec.Struct]("organisations.add")
_list_all = Query("organisations.list_all", Organisation)
_find = Query("organisations.find", Organisation)
_find_by_code = Query("organisations.find_by_code", Organisation)
_set_texts = Query[msgspec.Struct]("organisations.set_texts")
_mapping = Query("organisations.mapping", Mapping)
_set_mapping = Query[msgspec.Struct]("organisations.set_mapping")
_begun = Query("organisations.begun", Begun)


async def add(db: Db, organisation_id: UUID, ods_code: str, name: str) -> bool:
    """Whether it was new."""
    return await _add.execute(db, organisation_id, ods_code, name) == 1


async def list_all(db: Db) -> list[Organisation]:
    return await _list_all.all(db)


async def find(db: Db, organisation_id: UUID) -> Organisation:
    return await _find.one(db, organisation_id)


async def begun(db: Db, organisation_id: UUID) -> Begun:
    return await _begun.one(db, organisation_id)


async def find_one(db: Db, ods_code: str | None) -> Organisation:
    """By its code, or the only one there is where none is given."""
    if ods_code is not None:
        found = await _find_by_code.maybe(db, ods_code)
        if found is None:
            raise errors.NotFound(f"There is no organisation with the code {ods_code}.")
        return found
    everyone = await list_all(db)
    if len(everyone) != 1:
        raise errors.Refused(
            "Say which organisation, with --organisation CODE."
            if everyone
            else "There is no organisation yet. Add one with: python3 -m survey organisation add CODE NAME"
        )
    return everyone[0]


async def set_texts(db: Db, organisation_id: UUID, texts: str) -> None:
    await _set_texts.execute(db, organisation_id, texts)


async def staff_mapping(db: Db, organisation_id: UUID) -> str | None:
    """The JSON of the mapping saved with the last import."""
    return (await _mapping.one(db, organisation_id)).staff_mapping


async def set_staff_mapping(db: Db, organisation_id: UUID, mapping: str) -> None:
    await _set_mapping.execute(db, organisation_id, mapping)
