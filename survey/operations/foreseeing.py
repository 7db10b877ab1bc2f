"""A draft as it stands: whom it would ask, how they would be counted, whom it would not reach, what else asks them."""

import msgspec

from survey import errors
from survey.core.merging.preview import Preview
from survey.db import Db
from survey.operations import drafting, launching, reachability
from survey.operations.drafting import Clash
from survey.operations.launching import Round
from survey.operations.reaching import Missed

__all__ = ["Clash", "Missed", "Preview", "Review", "grouped", "review"]


class Review(msgspec.Struct, frozen=True):
    """`preview` is None where there is nobody to ask."""

    preview: Preview | None
    clashes: tuple[Clash, ...]
    missed: tuple[Missed, ...]


async def review(db: Db, organisation: str, round_: Round) -> Review:
    """`organisation`: its name."""
    tree, members = await launching.asked(db, round_.organisation_id, round_.asks)
    clashes = await drafting.clashes(db, round_, members)
    missed = await reachability.missed(db, round_, {member.person_id for member in members})
    try:
        preview = await launching.seen(organisation, tree, members, round_.settings)
    except errors.Refused:
        preview = None
    return Review(preview, tuple(clashes), tuple(missed))


async def grouped(db: Db, organisation: str, round_: Round) -> Preview | None:
    """How those who would be asked would be counted; None where there is nobody."""
    tree, members = await launching.asked(db, round_.organisation_id, round_.asks)
    try:
        return await launching.seen(organisation, tree, members, round_.settings)
    except errors.Refused:
        return None
