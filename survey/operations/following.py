"""Following a round while it is open: how many have answered, as coarsely as disclosure control allows."""

from collections import Counter
from uuid import UUID

import msgspec

from survey.core import disclosure
from survey.core.frame import Frame
from survey.db import Db
from survey.operations import launching
from survey.store import invitations, rounds
from survey.store.rounds import Round


class Rate(msgspec.Struct, frozen=True):
    """One division's response rate in words ("about 45 %"); None where telling it would tell on someone."""

    name: str
    eligible: int
    rate: str | None


class Status(msgspec.Struct, frozen=True):
    """A round and, while it is open, the response of the organisation (first) and of its divisions."""

    round: Round
    rates: list[Rate]


async def status(db: Db, organisation_id: UUID, round_id: str) -> Status:
    round_ = await launching.find(db, organisation_id, round_id)
    frame = await rounds.frame(db, organisation_id, round_id)
    if frame is None or round_.opened_answers_at is not None:
        return Status(round_, [])
    sent = {row.atom: row.sent for row in await invitations.progress(db, organisation_id, round_id)}
    return Status(round_, _rates(frame, sent))


def _rates(frame: Frame, sent: dict[int, int]) -> list[Rate]:
    """Top-level divisions only; reporting units that straddle divisions count in the organisation alone."""
    top = {unit.id: unit.id if unit.parent is None else "" for unit in frame.units}
    for unit in frame.units:
        if unit.parent is not None:
            top[unit.id] = top[unit.parent]
    eligible, answered = Counter[str](), Counter[str]()
    for position, atom in enumerate(frame.atoms):
        parent = frame.reporting_units[atom.reporting_unit].parent
        for group in {"", top[parent] if parent else ""}:
            eligible[group] += atom.headcount
            answered[group] += sent.get(position, 0)
    names = {unit.id: unit.name for unit in frame.units if unit.parent is None} | {"": frame.organisation}
    order = ["", *(unit.id for unit in frame.units if unit.parent is None and unit.id in eligible)]
    return [Rate(names[g], eligible[g], disclosure.response_rate(answered[g], eligible[g])) for g in order]
