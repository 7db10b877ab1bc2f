"""Organisations of a deployment: adding them, finding them, setting the texts that are theirs to write."""

import re

import msgspec

from survey import errors, sealing
from survey.db import Db
from survey.errors import Problem
from survey.store import organisations
from survey.store.organisations import Organisation

__all__ = ["NOTICES", "Organisation", "add", "find_one", "list_all", "set_notice"]

NOTICES = ("privacy", "accessibility", "help")
"""The pages whose text a Trust may write itself."""

_CODE = re.compile(r"[A-Z0-9]{3,10}", re.ASCII)


async def add(db: Db, ods_code: str, name: str) -> Organisation:
    """A new organisation. Raises BadInput for a code that is none, Refused for one that is taken."""
    problems = []
    if not _CODE.fullmatch(ods_code):
        problems.append(Problem("code", f"“{ods_code}” is not an ODS code.", "It has 3 to 10 capitals and digits."))
    if not 1 <= len(name.strip()) <= 200:
        problems.append(Problem("name", "the organisation needs a name of at most 200 characters."))
    if problems:
        raise errors.BadInput(problems)
    if not await organisations.add(db, sealing.random_id(), ods_code, name.strip()):
        raise errors.Refused(f"There is already an organisation with the code {ods_code}.")
    return await organisations.find_one(db, ods_code)


async def find_one(db: Db, ods_code: str | None) -> Organisation:
    return await organisations.find_one(db, ods_code)


async def list_all(db: Db) -> list[Organisation]:
    return await organisations.list_all(db)


async def set_notice(db: Db, organisation: Organisation, notice: str, language: str, text: str) -> None:
    """Replace one notice in one language. Plain text; blank lines part paragraphs."""
    if notice not in NOTICES:
        raise errors.BadInput([Problem("notice", f"“{notice}” is not one of {', '.join(NOTICES)}.")])
    if not 1 <= len(text.strip()) <= 20_000:
        raise errors.BadInput([Problem("text", "it must have 1 to 20,000 characters.")])
    texts = dict((await organisations.find(db, organisation.organisation_id)).notices)
    texts[notice] = texts.get(notice, {}) | {language: text.strip()}
    await organisations.set_texts(db, organisation.organisation_id, msgspec.json.encode(texts).decode())
