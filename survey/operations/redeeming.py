"""From the code on a printed slip to the seat it stands for."""

import msgspec

from survey import errors, sealing
from survey.core import slips
from survey.db import Db
from survey.messages import mark
from survey.store import invitations, rounds


class UnknownCode(errors.UnknownLink):
    """This code does not open a survey. Check it against your slip. A code works until its answers have been sent, and
    until the survey closes."""

    status = 422
    title = mark("This code does not open a survey")


class Seat(msgspec.Struct, frozen=True):
    """Where a code leads. `token` is a secret like any other's."""

    round_id: str
    token: str


async def redeem(db: Db, secret: bytes, typed: str) -> Seat:
    """The seat behind what somebody typed. Once its answers have been sent a code opens nothing more: whoever printed
    the slip, or finds it, sees no answer. What is no code costs no look at the database."""
    code = slips.read(typed)
    if code is None:
        raise UnknownCode
    token = sealing.token_of_code(secret, code)
    under_way = [one.round_id for one in await rounds.launched(db) if not one.opened]
    behind = await invitations.behind(db, under_way, [sealing.lookup_hash(token, one) for one in under_way])
    if behind is None or behind.sent:
        raise UnknownCode
    return Seat(behind.round_id, token)
