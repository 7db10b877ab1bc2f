"""Split custody: a round's private key is stored nowhere; three people hold a share each, and any two can open it.

On pages the shares are handed out one after the other. What waits for the next holder travels in the page, wrapped
under the deployment's secret: it is in no database and in no process's memory, so any replica can go on.
"""

from uuid import UUID

import msgspec

from survey import errors, sealing
from survey.core import rounds as rules
from survey.db import Db
from survey.operations import launching
from survey.store import rounds


class Share(msgspec.Struct, frozen=True):
    """One holder's words, to be shown once. `number` counts holders from 1."""

    number: int
    words: tuple[str, ...]


async def split(db: Db, organisation_id: UUID, round_id: str) -> list[str]:
    """Make the round's key and its shares, which are told here and never again. Splitting a draft's key anew makes
    earlier shares worthless."""
    return await _split(db, organisation_id, round_id, rules.HANDED)


async def _split(db: Db, organisation_id: UUID, round_id: str, handed: int) -> list[str]:
    await launching.find(db, organisation_id, round_id)
    async with db.transaction():
        round_ = await rounds.hold(db, organisation_id, round_id)
        _must_be_split(round_)
        rules.must_allow("change", round_.state)
        public_key, shares = sealing.split_key_pair()
        await rounds.set_public_key(db, organisation_id, round_id, public_key, handed)
    return shares


async def begin(db: Db, secret: bytes, organisation_id: UUID, round_id: str) -> str:
    """Make the key and its shares, to be handed out one at a time: what the page carries meanwhile."""
    shares = await _split(db, organisation_id, round_id, 0)
    return sealing.wrap(secret, _purpose(round_id), msgspec.json.encode(shares).decode())


def _purpose(round_id: str) -> str:
    return f"shares/{round_id}"


async def show(db: Db, secret: bytes, organisation_id: UUID, round_id: str, carried: str) -> Share:
    """The next holder's share: again and again until they say that it is written down, and never after."""
    shares = msgspec.json.decode(sealing.unwrap(secret, _purpose(round_id), carried), type=list[str])
    done = (await launching.find(db, organisation_id, round_id)).shares_handed
    public_key = await rounds.public_key(db, organisation_id, round_id)
    assert public_key is not None
    sealing.combine(shares[: sealing.NEEDED], public_key)  # refuses shares of a key that has been split anew since
    if done >= rules.HANDED:
        raise errors.Refused("All shares are handed out. If one is lost, hand all of them out again.")
    if done % 2 == 0:
        await rounds.hand_share(db, organisation_id, round_id, done)
    return Share(done // 2 + 1, tuple(shares[done // 2].split()))


async def confirm(db: Db, organisation_id: UUID, round_id: str, number: int) -> bool:
    """The holder has written their share down. Whether all have. Harmless when it was said before."""
    await rounds.hand_share(db, organisation_id, round_id, 2 * number - 1)
    return (await launching.find(db, organisation_id, round_id)).shares_handed >= rules.HANDED


async def combine(db: Db, organisation_id: UUID, round_id: str, shares: list[str]) -> None:
    """Try two shares on the round's key: they fit, or BadInput says what is wrong with them. Opens nothing."""
    _must_be_split(await launching.find(db, organisation_id, round_id))
    public_key = await rounds.public_key(db, organisation_id, round_id)
    if public_key is None:
        raise errors.Refused(
            "The round's key has not been split yet. Hand out its shares first. "
            f"On the command line: python3 -m survey round key split {round_id}"
        )
    for share in shares:
        check(share)
    sealing.combine(shares, public_key)


def check(share: str) -> None:
    """Raises BadInput where it cannot be anybody's share, whatever the round."""
    sealing.check_share(share)


def hold_back(secret: bytes, round_id: str, share: str) -> str:
    """The first holder's share, for the page to carry until the second has given theirs."""
    return sealing.wrap(secret, f"closing/{round_id}", share)


def held_back(secret: bytes, round_id: str, carried: str) -> str:
    return sealing.unwrap(secret, f"closing/{round_id}", carried)


def _must_be_split(round_: rounds.Round) -> None:
    if round_.settings.custody != "split":
        raise errors.Refused(
            "This round's key is kept by the service. Choose three key holders instead; "
            "on the command line, draft the round with --custody split."
        )
