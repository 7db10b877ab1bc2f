"""From the responses of a closed round to its release: the only way by which results leave the database."""

import asyncio
from collections.abc import Sequence
from uuid import UUID

import msgspec

from survey import errors
from survey.core import disclosure
from survey.core import rounds as rules
from survey.core.disclosure import Before
from survey.core.disclosure.release import Release
from survey.core.steps import Step, silent
from survey.db import Db
from survey.operations import auditing, authoring, comparing, gathering, launching
from survey.store import releases, rounds


def document(release: Release) -> bytes:
    """The release as the canonical JSON that its digest is of."""
    return disclosure.encode(release)


class Published(msgspec.Struct, frozen=True):
    release: Release
    digest: str


async def publish(
    db: Db,
    organisation_id: UUID,
    round_id: str,
    *,
    correction: bool = False,
    compare: str | None = None,
    alone: bool = False,
    step: Step = silent,
) -> Published:
    """Compute the release, attack it, and store it: all of it or nothing. Refused unless the answers are open.

    `correction`: another release of a published round, which must pass together with all earlier ones. Changes are told
    against the round to `compare` with, or the last before it that shares questions; against none where it is published
    `alone`.
    """
    async with db.transaction():
        round_ = await rounds.hold(db, organisation_id, round_id)
        rules.must_allow("correct" if correction else "publish", round_.state)
        if round_.opened_answers_at is None:
            raise errors.Refused("You cannot publish this round: its answers are still sealed. Close it first.")
        step("Reading the answers", 0, 0)
        earlier = await auditing.stored_all(db, organisation_id, round_id)
        before = None if alone else await comparing.choose(db, round_, compare, earlier)
        release = await compute(db, round_, earlier, before, step)
        _must_differ(release, earlier)
        await asyncio.to_thread(auditing.must_pass, release, step)
        step("Storing the results", 0, 0)
        document, digest = disclosure.encode(release), disclosure.digest(release)
        await releases.add(db, organisation_id, round_id, release.number, digest, document.decode())
        await rounds.mark_published(db, organisation_id, round_id)
    return Published(release, digest)


def _must_differ(release: Release, earlier: Sequence[Release]) -> None:
    if earlier and msgspec.structs.replace(release, number=earlier[-1].number) == earlier[-1]:
        raise errors.Refused(
            f"There is nothing to correct: this would be release {earlier[-1].number} again, digit for digit."
        )


async def compute(
    db: Db, round_: rounds.Round, earlier: Sequence[Release] = (), before: Before | None = None, step: Step = silent
) -> Release:
    """The release that follows from what is stored, and from nothing else. `earlier`: the round's releases before it,
    with which it must pass; `before`: the earlier round that its changes are told against. It is reckoned beside the
    loop, so that whoever waits can be told how far it is."""
    frame = await launching.frame(db, round_.organisation_id, round_.round_id)
    questionnaire = await authoring.load(db, round_.organisation_id, round_.questionnaire_hash)
    return await asyncio.to_thread(
        disclosure.publish,
        frame,
        round_.settings,
        questionnaire,
        await gathering.answers(db, round_, questionnaire),
        round_id=round_.round_id,
        number=1 + max((release.number for release in earlier), default=0),
        earlier=earlier,
        before=before,
        step=step,
    )
