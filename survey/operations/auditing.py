"""Releases as they were published: read back, held to their digest, and attacked as a reader would attack them."""

from uuid import UUID

from survey import errors
from survey.core import disclosure
from survey.core.disclosure import shapes
from survey.core.disclosure.audits import RULES, Audit
from survey.core.disclosure.release import Release
from survey.core.steps import Step, silent
from survey.db import Db
from survey.store import releases

__all__ = ["RULES", "Audit", "NotThatRelease", "Release", "attack", "digest", "read", "stored", "stored_all"]

SHORTEST = 16
"""Characters of a digest that a person may give instead of all 64: as many as publishing prints."""


class NotThatRelease(errors.Refused):
    """This is not a release, or not the one that was published."""

    title = "Not the release that was published"


def read(document: bytes | str, digest: str | None = None) -> Release:
    """A release from its JSON. Raises NotThatRelease, saying what and where, for anything else, and for one whose
    digest does not begin with the one given."""
    try:
        release = disclosure.decode(document)
    except errors.Refused as wrong:
        raise NotThatRelease(str(wrong)) from None
    if digest is not None:
        _must_have(release, digest.strip().lower())
    for problem in shapes.problems(release):
        raise NotThatRelease(f"This is not a release, or somebody has changed it by hand: {problem}")
    return release


def _must_have(release: Release, digest: str) -> None:
    found = disclosure.digest(release)
    if len(digest) < SHORTEST or not found.startswith(digest):
        raise NotThatRelease(
            f"Somebody has changed release {release.number} of round {release.round}: its digest is "
            f"{found[:SHORTEST]}…, and the one that was published has {digest[:SHORTEST]}…."
        )


def digest(release: Release) -> str:
    """What it is published under."""
    return disclosure.digest(release)


async def stored_all(db: Db, organisation_id: UUID, round_id: str) -> list[Release]:
    """Every release of a round, the first one first, each as it was published or not at all."""
    return [read(row.document, row.digest) for row in await releases.list_all(db, organisation_id, round_id)]


async def stored(db: Db, organisation_id: UUID, round_id: str, number: int | None = None) -> Release:
    """One release of a round, the latest where no number is told."""
    found = await stored_all(db, organisation_id, round_id)
    chosen = [release for release in found if number in (None, release.number)]
    if not chosen:
        which = "no published round by that name" if number is None else f"no release {number} of that round"
        raise errors.NotFound(f"There is {which}.")
    return chosen[-1]


def attack(release: Release, step: Step = silent) -> Audit:
    """What a reader of nothing but this release can work out, and which rules it keeps."""
    return disclosure.audit(release, step)


def must_pass(release: Release, step: Step = silent) -> None:
    """Raises Refused, with what is wrong, for a release that breaks a rule."""
    broken = attack(release, step).broken
    if broken:
        rules = "one rule" if len(broken) == 1 else f"{len(broken)} rules"
        raise errors.Refused(
            f"Nothing was published. A reader of this release could learn too much: it breaks {rules} of disclosure "
            f"control. {broken[0].what}"
        )
