"""Reading results: published rounds and their releases. Responses are out of reach from here.

A release never changes, so a process decodes each one once. Which release is a round's latest is asked every time.
"""

import re
from collections import OrderedDict
from uuid import UUID

import msgspec

from survey import errors
from survey.core import disclosure
from survey.core.disclosure.release import Release
from survey.core.questionnaire.model import Questionnaire
from survey.db import Db
from survey.logs import log
from survey.store import questionnaires, releases, rounds
from survey.store.releases import Edition

__all__ = ["Edition", "Result", "edition", "find", "list_published"]

_ROUND = re.compile(r"[0-9a-z]{1,40}", re.ASCII)
"""What a round's id can be. The database is asked about nothing else: it would refuse a NUL with an error."""
MOST = 32
"""How many decoded releases a process keeps."""


class Result(msgspec.Struct, frozen=True):
    """A published round: when it was, its latest release as decoded and as stored, and what was asked. `within`: the
    unit whose part of the release this is; None: the whole of it. `before`: the name of the round that changes are told
    against, where they are."""

    edition: Edition
    release: Release
    document: bytes
    questionnaire: Questionnaire
    within: UUID | None = None
    before: str = ""


class Content(msgspec.Struct, frozen=True):
    """What never changes of a Result."""

    release: Release
    document: bytes
    questionnaire: Questionnaire
    before: str


_KNOWN: OrderedDict[tuple[UUID, str, int, str, UUID | None], Content] = OrderedDict()


async def list_published(db: Db, organisation_id: UUID) -> list[Edition]:
    """The organisation's published rounds, the most recent first."""
    return await releases.list_latest(db, organisation_id)


async def edition(db: Db, organisation_id: UUID, round_id: str) -> Edition:
    """The latest release of a round, without its content: one look by key.

    Raises NotFound alike for a round that is not there, not published, or another organisation's.
    """
    found = await releases.latest(db, organisation_id, round_id) if _ROUND.fullmatch(round_id) else None
    if found is None:
        raise errors.NotFound("There is no published round by that name.")
    return found


async def find(db: Db, organisation_id: UUID, round_id: str, within: UUID | None) -> Result:
    """The latest release of a round with all that is needed to show it. Raises NotFound like `edition`.

    `within` is where the results begin that whoever asks may see (`SignedIn.unit_id`): the rest is not in the answer.
    """
    latest = await edition(db, organisation_id, round_id)
    content = await _content(db, organisation_id, latest, within)
    return Result(latest, content.release, content.document, content.questionnaire, within, content.before)


async def _content(db: Db, organisation_id: UUID, latest: Edition, within: UUID | None) -> Content:
    key = (organisation_id, latest.round_id, latest.number, latest.digest, within)
    if key not in _KNOWN:
        _KNOWN[key] = await (
            _load(db, organisation_id, latest) if within is None else _narrow(db, organisation_id, latest, within)
        )
        while len(_KNOWN) > MOST:
            _KNOWN.popitem(last=False)
    _KNOWN.move_to_end(key)
    return _KNOWN[key]


async def _load(db: Db, organisation_id: UUID, latest: Edition) -> Content:
    """Raises NotAsPublished where somebody has changed what is stored."""
    document = (await releases.document(db, organisation_id, latest.round_id, latest.number)).encode()
    if not disclosure.is_published(document, latest.digest):
        log.error("not_as_published", round=latest.round_id, release=latest.number)
        raise errors.NotAsPublished
    row = await questionnaires.find(db, organisation_id, latest.questionnaire_hash)
    release = disclosure.decode(document)
    before = ""
    if release.compared is not None:
        before = (await edition(db, organisation_id, release.compared.round)).name
    return Content(release, document, msgspec.json.decode(row.content, type=Questionnaire), before)


async def _narrow(db: Db, organisation_id: UUID, latest: Edition, within: UUID) -> Content:
    """A part of the release. Units are those of the round's own frame: what was moved since stays where it was."""
    whole = await _content(db, organisation_id, latest, None)
    frame = await rounds.frame(db, organisation_id, latest.round_id)
    if frame is None:
        raise errors.NotFound
    release = disclosure.narrowed(whole.release, frame, str(within))
    return Content(release, disclosure.encode(release), whole.questionnaire, whole.before)
