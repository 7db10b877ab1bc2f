"""What is put on paper for a reporting unit: slips for those who have no channel, and who gets how many.

A slip's code is told at printing and kept nowhere. It leads to a seat that the launch made, so printing again tells the
same codes, and nobody gets a second seat.
"""

from collections import Counter
from uuid import UUID

import msgspec

from survey import errors
from survey.core import rounds as rules
from survey.core import slips
from survey.core.frame import Frame
from survey.db import Db
from survey.operations import launching
from survey.operations.launching import Round
from survey.sealing import KeyRing
from survey.store import invitations


class Slip(msgspec.Struct, frozen=True):
    """One slip. `group` tells whom to hand it to: what they are asked depends on it."""

    code: str
    group: str

    def __repr__(self) -> str:
        return f"Slip({self.group})"


class Unit(msgspec.Struct, frozen=True):
    """A reporting unit by its place in the frame, and how many in it have no channel. `within` is its division."""

    number: int
    name: str
    within: str
    headcount: int
    slips: int


class Sheet(msgspec.Struct, frozen=True):
    round_: Round
    unit: Unit
    slips: tuple[Slip, ...]


async def units(db: Db, organisation_id: UUID, round_id: str) -> tuple[Round, list[Unit]]:
    """The round and its reporting units. Refused unless somebody can still answer it."""
    round_, frame, seats = await _read(db, organisation_id, round_id)
    wanted = _wanted(frame, seats)
    return round_, [_unit(frame, number, wanted[number]) for number in range(len(frame.reporting_units))]


async def unit(db: Db, organisation_id: UUID, round_id: str, number: int) -> tuple[Round, Unit]:
    """One of them. Raises NotFound."""
    round_, frame, seats = await _read(db, organisation_id, round_id)
    return round_, _unit(frame, number, _wanted(frame, seats)[number])


async def sheet(db: Db, keys: KeyRing, organisation_id: UUID, round_id: str, number: int) -> Sheet:
    """The slips of a reporting unit. Only a process that has the key directory can tell them."""
    round_, frame, seats = await _read(db, organisation_id, round_id)
    unit_ = _unit(frame, number, _wanted(frame, seats)[number])
    try:
        tokens = keys.tokens(round_id)
    except errors.Misconfigured as missing:
        raise errors.Refused(f"This process cannot print slips: {missing}") from None
    return Sheet(
        round_,
        unit_,
        tuple(
            Slip(slips.shown(tokens.code(seat.invitation_id)), frame.atoms[seat.atom].group)
            for seat in seats
            if frame.atoms[seat.atom].reporting_unit == number
        ),
    )


async def _read(db: Db, organisation_id: UUID, round_id: str) -> tuple[Round, Frame, list[invitations.Slip]]:
    round_ = await launching.find(db, organisation_id, round_id)
    rules.must_allow("list links of", round_.state)
    frame = await launching.frame(db, organisation_id, round_id)
    return round_, frame, await invitations.slips(db, organisation_id, round_id)


def _wanted(frame: Frame, seats: list[invitations.Slip]) -> Counter[int]:
    """How many slips each reporting unit needs."""
    return Counter(frame.atoms[seat.atom].reporting_unit for seat in seats)


def _unit(frame: Frame, number: int, slips_: int) -> Unit:
    if number not in range(len(frame.reporting_units)):
        raise errors.NotFound
    one = frame.reporting_units[number]
    return Unit(number, one.name, frame.division(one), one.headcount, slips_)
