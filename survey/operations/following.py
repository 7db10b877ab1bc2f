"""Following a round while it is open: how many have answered, as coarsely and as rarely as disclosure control allows.

Nothing is told live. What is shown was counted at a set moment (divisions daily, units weekly), rounded, and stored.
The worker counts when that is due, whether anybody looks or not; looking counts nothing.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

import msgspec

from survey.core import disclosure, snapshots
from survey.core.frame import Frame
from survey.core.snapshots import Scope
from survey.db import Db
from survey.operations import launching
from survey.store import invitations, response_snapshots, rounds
from survey.store.rounds import Round


class Rate(msgspec.Struct, frozen=True):
    """One group's response rate in words ("45%"); None where telling it would tell on someone. `within` is the
    division that a unit is shown under."""

    name: str
    eligible: int
    rate: str | None
    within: str = ""


class Figures(msgspec.Struct, frozen=True):
    """The rates as they were at one moment. Of divisions, the organisation's is the first."""

    taken_at: datetime
    rates: list[Rate]


class Status(msgspec.Struct, frozen=True):
    """A round and, until its answers are open, the snapshots of its response, the earliest first; `next_division` and
    `next_unit` are when there will be newer ones."""

    round: Round
    divisions: list[Figures]
    units: list[Figures]
    next_division: datetime
    next_unit: datetime

    @property
    def rates(self) -> list[Rate]:
        """The latest of the organisation and its divisions."""
        return self.divisions[-1].rates if self.divisions else []


async def status(db: Db, organisation_id: UUID, round_id: str, zone: str, known: Round | None = None) -> Status:
    """Reads what was counted. `known`: the round, where it has been looked up already."""
    round_ = known or await launching.find(db, organisation_id, round_id)
    taken: dict[Scope, list[Figures]] = {"division": [], "unit": []}
    if round_.launched_at is not None and round_.opened_answers_at is None:
        for row in await response_snapshots.list_all(db, organisation_id, round_id):
            taken[row.scope].append(Figures(row.taken_at, msgspec.json.decode(row.rates, type=list[Rate])))
    following = [snapshots.next_due(scope, _began(round_), round_.now, zone) for scope in taken]
    return Status(round_, taken["division"], taken["unit"], *following)


def _began(round_: Round) -> datetime:
    """A round may be launched after the moment at which it was to open."""
    return max(round_.opens_at, round_.launched_at or round_.opens_at)


async def take_due(db: Db, zone: str) -> None:
    """Take every snapshot that is due, of every organisation's rounds."""
    for key in await rounds.under_way(db):
        round_ = await rounds.find(db, key.organisation_id, key.round_id)
        stored = await response_snapshots.list_all(db, key.organisation_id, key.round_id)
        await _take(db, round_, zone, stored)


async def _take(db: Db, round_: Round, zone: str, stored: Iterable[response_snapshots.Snapshot]) -> None:
    """Take those that are due and not yet stored."""
    if round_.state not in {"open", "paused"}:
        return
    have = {(row.scope, row.due_at) for row in stored}
    scopes: tuple[Scope, ...] = ("division", "unit")
    due = [(scope, snapshots.last_due(scope, _began(round_), round_.now, zone)) for scope in scopes]
    wanted = [(scope, at) for scope, at in due if at is not None and (scope, at) not in have]
    if not wanted:
        return
    key = (round_.organisation_id, round_.round_id)
    frame = await launching.frame(db, *key)
    sent = {row.atom: row.sent for row in await invitations.progress(db, *key)}
    for scope, at in wanted:
        rates = _divisions(frame, sent) if scope == "division" else _units(frame, sent)
        await response_snapshots.add(db, *key, scope, at, msgspec.json.encode(rates).decode())


def _divisions(frame: Frame, sent: dict[int, int]) -> list[Rate]:
    """Top-level divisions only; reporting units that straddle divisions count in the organisation alone."""
    top = frame.tops
    eligible, answered = Counter[str](), Counter[str]()
    for position, atom in enumerate(frame.atoms):
        parent = frame.reporting_units[atom.reporting_unit].parent
        for group in {"", top[parent] if parent else ""}:
            eligible[group] += atom.headcount
            answered[group] += sent.get(position, 0)
    names = {unit.id: unit.name for unit in frame.units if unit.parent is None} | {"": frame.organisation}
    order = ["", *(unit.id for unit in frame.units if unit.parent is None and unit.id in eligible)]
    return [Rate(names[g], eligible[g], disclosure.response_rate(answered[g], eligible[g])) for g in order]


def _units(frame: Frame, sent: dict[int, int]) -> list[Rate]:
    """Reporting units, in the frame's order."""
    answered = Counter[int]()
    for position, atom in enumerate(frame.atoms):
        answered[atom.reporting_unit] += sent.get(position, 0)
    return [
        Rate(
            unit.name,
            unit.headcount,
            disclosure.response_rate(answered[position], unit.headcount),
            frame.division(unit),
        )
        for position, unit in enumerate(frame.reporting_units)
    ]
