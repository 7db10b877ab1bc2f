"""Split custody: a round's private key is stored nowhere; three people hold a share each, and any two can open it."""

from uuid import UUID

from survey import errors, sealing
from survey.core import rounds as rules
from survey.db import Db
from survey.operations import launching
from survey.store import rounds


async def split(db: Db, organisation_id: UUID, round_id: str) -> list[str]:
    """Make the round's key and its shares, which are told here and never again. Splitting a draft's key anew makes
    earlier shares worthless."""
    await launching.find(db, organisation_id, round_id)
    async with db.transaction():
        round_ = await rounds.hold(db, organisation_id, round_id)
        _must_be_split(round_)
        rules.must_allow("change", round_.state)
        public_key, shares = sealing.split_key_pair()
        await rounds.set_public_key(db, organisation_id, round_id, public_key)
    return shares


async def combine(db: Db, organisation_id: UUID, round_id: str, shares: list[str]) -> None:
    """Try two shares on the round's key: they fit, or BadInput says what is wrong with them. Opens nothing."""
    _must_be_split(await launching.find(db, organisation_id, round_id))
    public_key = await rounds.public_key(db, organisation_id, round_id)
    if public_key is None:
        raise errors.Refused(
            f"The round's key has not been split yet. First: python3 -m survey round key split {round_id}"
        )
    sealing.combine(shares, public_key)


def _must_be_split(round_: rounds.Round) -> None:
    if round_.settings.custody != "split":
        raise errors.Refused("This round's key is kept by the service. Draft the round with --custody split instead.")
