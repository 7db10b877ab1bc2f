"""From the responses of a closed round to its release: the only way by which results leave the database."""

from uuid import UUID

import msgspec
import numpy as np

from survey import errors
from survey.core import disclosure
from survey.core import rounds as rules
from survey.core.answers import width
from survey.core.disclosure.release import Release
from survey.db import Db
from survey.operations import authoring
from survey.store import releases, responses, rounds


def document(release: Release) -> bytes:
    """The release as the canonical JSON that its digest is of."""
    return disclosure.encode(release)


class Published(msgspec.Struct, frozen=True):
    release: Release
    digest: str


async def publish(db: Db, organisation_id: UUID, round_id: str) -> Published:
    """Compute the release and store it. Refused unless the answers are open; publishing again is refused, too."""
    async with db.transaction():
        round_ = await rounds.hold(db, organisation_id, round_id)
        rules.must_allow("publish", round_.state)
        if round_.opened_answers_at is None:
            raise errors.Refused("You cannot publish this round: its answers are still sealed. Close it first.")
        release = await compute(db, round_)
        document, digest = disclosure.encode(release), disclosure.digest(release)
        await releases.add(db, organisation_id, round_id, release.number, digest, document.decode())
        await rounds.mark_published(db, organisation_id, round_id)
    return Published(release, digest)


async def compute(db: Db, round_: rounds.Round) -> Release:
    """The release that follows from what is stored, and from nothing else."""
    frame = await rounds.frame(db, round_.organisation_id, round_.round_id)
    assert frame is not None
    questionnaire = await authoring.load(db, round_.organisation_id, round_.questionnaire_hash)
    return disclosure.publish(
        frame,
        round_.settings,
        questionnaire,
        _responses(await responses.load(db, round_.organisation_id, round_.round_id), width(questionnaire)),
        round_id=round_.round_id,
        number=1,
    )


def _responses(packed: responses.Packed, columns: int) -> disclosure.Responses:
    atoms = np.asarray(packed.atoms, dtype=np.int64)
    return disclosure.Responses(atoms, np.frombuffer(packed.answers, dtype=np.uint8).reshape(len(atoms), columns))
