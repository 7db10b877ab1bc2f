"""Arranging the tree of units: renaming, moving, merging and closing them from a date on.

A unit keeps its id through all of it, so that rounds can be compared; what was frozen at a launch stays as it was. What
stands at a moment follows from the dates: nothing has to run on the day for a planned change to take effect.
"""

from datetime import date, datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from survey import errors, sealing
from survey.core.staff import cells
from survey.core.staff import units as trees
from survey.core.staff.units import Change, Place
from survey.db import Db
from survey.errors import BadInput, Problem
from survey.store import people, unit_changes, units
from survey.store.unit_changes import Clock, Recorded

__all__ = ["Change", "Forest", "Place", "Recorded", "change", "forest", "list_changes", "successors", "undo"]


class Forest(msgspec.Struct, frozen=True):
    """The tree as it stands now: `sitting` counts the people in each unit itself, `totals` those below it, too."""

    places: tuple[Place, ...]
    paths: dict[str, tuple[str, ...]]
    sitting: dict[str, int]
    totals: dict[str, int]

    @property
    def stranded(self) -> list[Place]:
        """Closed units in which people still are, by their paths."""
        return sorted(trees.stranded(self.places, self.sitting), key=lambda place: (self.paths[place.id], place.id))

    def find(self, unit: str) -> Place:
        """Raises NotFound."""
        for place in self.places:
            if place.id == unit:
                return place
        raise errors.NotFound("There is no unit at this address.")


async def forest(db: Db, organisation_id: UUID) -> Forest:
    places = await units.arranged(db, organisation_id)
    sitting = await units.headcounts(db, organisation_id)
    return Forest(tuple(places), trees.paths(places), sitting, trees.totals(places, sitting))


async def list_changes(db: Db, organisation_id: UUID, unit: str | None = None) -> list[Recorded]:
    return await unit_changes.list_standing(db, organisation_id, unit)


async def successors(db: Db, organisation_id: UUID, since: datetime, until: datetime) -> dict[str, str]:
    """From the id of each unit that was merged between two moments (two launches, say) to that of the unit in which
    its people are at the later one. Units that were renamed or moved keep their id; closed ones have no successor."""
    return trees.successors(await unit_changes.merges_between(db, organisation_id, since, until))


async def change(db: Db, organisation_id: UUID, unit: str, wanted: Change, on: date | None, zone: str) -> UUID:
    """Record what becomes of a unit from a day on (None: from now on); the change's id. Raises BadInput where the tree
    would not stand, at that moment or at a later one for which something is planned already."""
    async with db.transaction():
        await people.keep_out(db, organisation_id)
        clock = await unit_changes.clock(db, organisation_id)
        at = _moment(clock, on, zone)
        change_id, name = sealing.random_id(), _name(wanted)
        await _must_fit(db, organisation_id, unit, wanted, at)
        if wanted.kind == "close" and at <= clock.now:
            await _must_be_empty(db, organisation_id, unit)
        await unit_changes.add(
            db,
            organisation_id,
            change_id,
            UUID(unit),
            wanted.kind,
            name=name,
            parent_id=UUID(wanted.target) if wanted.kind == "move" and wanted.target else None,
            into_id=UUID(wanted.target) if wanted.kind == "merge" and wanted.target else None,
            effective_at=at,
        )
        await _must_stand(db, organisation_id, at)
    return change_id


async def add(db: Db, organisation_id: UUID, name: str, above: str | None) -> UUID:
    """A unit with nobody in it yet, there from now on; its id. `above` None: it stands directly under the organisation.
    Raises BadInput where the tree would not stand."""
    async with db.transaction():
        await people.keep_out(db, organisation_id)
        now = (await unit_changes.clock(db, organisation_id)).now
        tidy = _tidy(name, "Write what the unit is called.")
        if above is not None:
            places = {place.id: place for place in await units.arranged(db, organisation_id)}
            _must_be_open(places.get(above), None)
        unit_id = sealing.random_id()
        await units.add_all(db, organisation_id, [(unit_id, UUID(above) if above else None, tidy)])
        await _must_stand(db, organisation_id, now)
    return unit_id


def _moment(clock: Clock, on: date | None, zone: str) -> datetime:
    """The start of the day; now, for today. Never before the last launch, which froze the tree as it was."""
    today = clock.now.astimezone(ZoneInfo(zone)).date()
    if on is None or on == today:
        return clock.now
    at = datetime.combine(on, time.min, ZoneInfo(zone))
    if clock.last_launch is not None and at <= clock.last_launch:
        day = clock.last_launch.astimezone(ZoneInfo(zone))
        what = f"a round was launched on {day.day} {day:%B %Y} with the tree as it was."
        raise BadInput([Problem("date", what, "Choose a later date.")])
    if abs((on - today).days) > _FARTHEST:
        raise BadInput([Problem("date", "it is more than two years away.", "Check the year.")])
    return at


_FARTHEST = 730


def _name(wanted: Change) -> str | None:
    return _tidy(wanted.name or "", "Write the unit's new name.") if wanted.kind == "rename" else None


def _tidy(text: str, otherwise: str) -> str:
    try:
        name = cells.tidy(text)
    except cells.Mistake as mistake:
        raise BadInput([Problem("name", mistake.what, mistake.mend)]) from None
    if not name:
        raise BadInput([Problem("name", "it is empty.", otherwise)])
    return name


async def _must_fit(db: Db, organisation_id: UUID, unit: str, wanted: Change, at: datetime) -> None:
    places = {row.id: row.place for row in await units.breakpoints(db, organisation_id, at) if row.at == at}
    own = places.get(unit)
    if own is None:
        raise errors.NotFound("There is no unit at this address.")
    if not own.open:
        raise errors.Refused(f"“{own.name}” is closed or merged by then. Undo that first.")
    if wanted.kind == "merge" or wanted.target is not None:
        _must_be_open(places.get(wanted.target or ""), own)
    for later in await unit_changes.list_standing(db, organisation_id, unit):
        if later.effective_at > at:
            raise errors.Refused(f"Something else is planned for “{own.name}” after that date. Undo it first.")


async def _must_be_empty(db: Db, organisation_id: UUID, unit: str) -> None:
    """Of a unit that is closed on a later day whoever is in it today can still be moved."""
    count = (await units.headcounts(db, organisation_id)).get(unit, 0)
    if count:
        sit = "1 person sits" if count == 1 else f"{count:,} people sit"
        raise errors.Refused(
            f"{sit} in this unit. Move them first, or merge the unit into another. To plan its closing, choose a later "
            "day: they must be moved by then."
        )


def _must_be_open(target: Place | None, own: Place | None) -> None:
    if target is None:
        raise BadInput([Problem("unit", "it is not chosen.", "Choose one from the list.")])
    if own is not None and target.id == own.id:
        raise BadInput([Problem("unit", "it is the unit itself.", "Choose another.")])
    if not target.open:
        raise BadInput([Problem("unit", f"“{target.name}” is closed or merged by then.", "Choose another.")])


async def _must_stand(db: Db, organisation_id: UUID, since: datetime) -> None:
    moments: dict[datetime, list[Place]] = {}
    for row in await units.breakpoints(db, organisation_id, since):
        moments.setdefault(row.at, []).append(row.place)
    for places in moments.values():
        if wrong := trees.problems(places):
            raise BadInput(wrong)


async def undo(db: Db, organisation_id: UUID, change_id: UUID) -> Recorded:
    """Take a change back while nothing depends on it: no later change of its units, no round launched since."""
    async with db.transaction():
        await people.keep_out(db, organisation_id)
        found = await unit_changes.find(db, organisation_id, change_id)
        clock = await unit_changes.clock(db, organisation_id)
        if not undoable(found, await unit_changes.list_standing(db, organisation_id), clock.last_launch):
            raise errors.Refused(
                "This cannot be undone: a round was launched with it, or a later change builds on it. "
                "Undo the later change first, or record a new one."
            )
        await unit_changes.undo(db, organisation_id, change_id)
        await _must_stand(db, organisation_id, min(found.effective_at, clock.now))
    return found


def undoable(found: Recorded, standing: list[Recorded], last_launch: datetime | None) -> bool:
    """The rule that refuses, and that hides the button."""
    if last_launch is not None and last_launch >= found.effective_at:
        return False
    return not any(later.recorded_at > found.recorded_at and later.units & found.units for later in standing)


async def last_launch(db: Db, organisation_id: UUID) -> datetime | None:
    """When a round was last launched: what was arranged before is settled."""
    return (await unit_changes.clock(db, organisation_id)).last_launch
