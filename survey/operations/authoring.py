"""Questionnaires: checking a file, adding it as an immutable version, finding versions again."""

import asyncio
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from uuid import UUID

import msgspec

from survey import errors
from survey.core import differences
from survey.core.access import Actor
from survey.core.differences import Differences
from survey.core.questionnaire import reading
from survey.core.questionnaire.model import Questionnaire, words
from survey.db import Db
from survey.operations import recording
from survey.store import questionnaires
from survey.store.questionnaires import Version

__all__ = [
    "Added",
    "Version",
    "add",
    "check",
    "compare",
    "content",
    "decode",
    "enter",
    "find",
    "identify",
    "list_all",
    "load",
    "read",
    "shipped",
    "source",
]

SHIPPED = Path(__file__).parents[1] / "data" / "questionnaires"
"""What comes with the service, a file each; the first in the alphabet is the one to begin with."""


class Added(msgspec.Struct, frozen=True):
    """A version that is there now. `new` is False where the same content was there before; nothing changed then."""

    questionnaire_hash: str
    title: str
    new: bool


def decode(file: bytes) -> str:
    """A file's text. Raises BadInput where it is not UTF-8."""
    try:
        return file.decode("utf-8")
    except UnicodeDecodeError as error:
        line = file.count(b"\n", 0, error.start) + 1
        problem = errors.Problem(f"line {line}", "the file is not UTF-8 from here on.", "Save it as UTF-8.")
        raise errors.BadInput([problem]) from None


def check(text: str) -> Questionnaire:
    """Read a questionnaire file. Raises BadInput with every mistake at once."""
    return reading.read(text)


async def read(text: str) -> Questionnaire:
    """`check` beside other work: a large file takes a second or so."""
    return await asyncio.to_thread(check, text)


@cache
def shipped() -> Mapping[str, tuple[Questionnaire, str]]:
    """The questionnaires that come with the service, by the name of their file: what they are, and their text."""
    texts = {file.stem: file.read_text(encoding="utf-8") for file in sorted(SHIPPED.glob("*.toml"))}
    return {name: (check(text), text) for name, text in texts.items()}


async def enter(db: Db, actor: Actor, questionnaire: Questionnaire, text: str) -> Added:
    """Keep what has been read as a version, on somebody's behalf: the log tells of it where it is new."""
    async with db.transaction():
        added = await _keep(db, actor.organisation_id, questionnaire, text)
        if added.new:
            await recording.record(db, actor, "questionnaire.add", questionnaire.hash)
    return added


async def add(db: Db, organisation_id: UUID, text: str) -> Added:
    """Keep a file as a version, whole or not at all. The same content is the same version, whatever its layout."""
    return await _keep(db, organisation_id, check(text), text)


async def _keep(db: Db, organisation_id: UUID, questionnaire: Questionnaire, text: str) -> Added:
    title = words(questionnaire.title, questionnaire.languages[0])
    content = questionnaire.canonical.decode()
    async with db.transaction():
        new = await questionnaires.add(db, organisation_id, questionnaire.hash, title, content=content, source=text)
    return Added(questionnaire.hash, title, new)


async def list_all(db: Db, organisation_id: UUID) -> list[Version]:
    """The versions, the newest first."""
    return await questionnaires.list_all(db, organisation_id)


async def identify(db: Db, organisation_id: UUID, beginning: str) -> Version:
    """The one version whose hash begins so. Raises NotFound for none, Refused where several do."""
    found = await questionnaires.starting(db, organisation_id, beginning.strip().lower())
    if not found or not beginning.strip():
        raise errors.NotFound(f"There is no questionnaire {beginning}. See: python3 -m survey questionnaire list")
    if len(found) > 1:
        raise errors.Refused(f"More than one questionnaire begins with {beginning}. Write more of its hash.")
    return found[0]


async def find(db: Db, organisation_id: UUID, questionnaire_hash: str) -> Version:
    """A version by its whole hash. Raises NotFound."""
    return await questionnaires.find(db, organisation_id, questionnaire_hash)


def content(version: Version) -> Questionnaire:
    return _decoded(version.content)


def compare(before: Version, after: Version) -> Differences:
    """From one version to another. Equal questionnaires differ in nothing."""
    return differences.between(content(before), content(after))


async def load(db: Db, organisation_id: UUID, questionnaire_hash: str) -> Questionnaire:
    """What a version asks, by its whole hash. Raises NotFound."""
    return content(await find(db, organisation_id, questionnaire_hash))


async def source(db: Db, organisation_id: UUID, questionnaire_hash: str) -> str:
    """The file as it was given. Raises NotFound."""
    return await questionnaires.source(db, organisation_id, questionnaire_hash)


@lru_cache(maxsize=64)
def _decoded(content: str) -> Questionnaire:
    return msgspec.json.decode(content, type=Questionnaire)
