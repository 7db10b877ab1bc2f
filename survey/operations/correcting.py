"""The staff list by hand: finding somebody, adding them, changing their details, marking that they left or are back."""

import hashlib
from uuid import UUID

import msgspec

from survey import errors, sealing
from survey.core.staff import by_hand
from survey.core.staff.by_hand import Details, Typed
from survey.core.staff.units import Place
from survey.db import Db
from survey.errors import BadInput, Problem
from survey.store import people, units
from survey.store.people import Found, Person, Seat, Wanted

__all__ = [
    "Changed", "Found", "Person", "Ranking", "Seat", "Typed", "add", "change", "come_back", "find", "leave", "move_all",
    "search", "seats", "version",
]  # fmt: skip

PAGE = 50
"""People on one page of a search."""


class Changed(errors.Refused):
    """Somebody else has changed this person's details since you opened the form. What you typed is still there: look at
    what is stored now, then save again."""

    title = "Somebody else was faster"


class Ranking(msgspec.Struct, frozen=True):
    """An order of people: by units (their ids) or staff groups, as these are ranked, and within each by number. `begun`
    is the one that the page before ended in."""

    keys: tuple[str, ...]
    groups: bool
    begun: str = ""

    @property
    def place(self) -> int:
        """One that is no more begins the list anew."""
        return self.keys.index(self.begun) + 1 if self.begun in self.keys else -1


async def search(
    db: Db,
    organisation_id: UUID,
    words: str = "",
    unit: str | None = None,
    after: str | None = None,
    *,
    leavers: bool,
    down: bool = False,
    ranking: Ranking | None = None,
) -> list[Found]:
    """One person more than a page shows, where there are more. By number, the last first if `down`, or by a ranking."""
    plain = " ".join(words.split()).lower()[:100].replace("\0", "")
    wanted = Wanted(plain or None, UUID(unit) if unit else None, after, leavers, PAGE + 1)
    if ranking is not None:
        return await people.search_by(db, organisation_id, wanted, ranking.keys, ranking.place, groups=ranking.groups)
    if down:
        return await people.search_down(db, organisation_id, wanted)
    return await people.search(db, organisation_id, wanted)


async def find(db: Db, organisation_id: UUID, person_id: UUID) -> Person:
    return await people.find(db, organisation_id, person_id)


async def seats(db: Db, organisation_id: UUID, person_id: UUID) -> list[Seat]:
    """The rounds this person was invited to. Whether they answered is not known here, and must not be."""
    return await people.seats(db, organisation_id, person_id)


def version(person: Person) -> str:
    """Differs when anything about them does."""
    return hashlib.sha256(msgspec.msgpack.encode(person)).hexdigest()[:16]


async def add(db: Db, organisation_id: UUID, typed: Typed) -> UUID:
    """Somebody new; their id. Raises BadInput with every mistake."""
    details = by_hand.read(typed)
    async with db.transaction():
        await people.keep_out(db, organisation_id)
        await _must_be_free(db, organisation_id, details, None)
        await _open_unit(db, organisation_id, details.unit)
        person_id = sealing.random_id()
        row = (organisation_id, person_id, UUID(details.unit), *_columns(details), details.employee_number)
        await people.add_all(db, [row])
    return person_id


async def change(db: Db, organisation_id: UUID, person_id: UUID, typed: Typed, seen: str) -> None:
    """Other details for somebody. `seen` is the version that the form was filled in from; raises Changed for an older
    one."""
    details = by_hand.read(typed)
    async with db.transaction():
        await people.keep_out(db, organisation_id)
        before = await people.find(db, organisation_id, person_id)
        if version(before) != seen:
            raise Changed
        if before.left_at is not None:
            raise errors.Refused("This person has left. Say first that they are back.")
        await _must_be_free(db, organisation_id, details, person_id)
        moves = details.unit != before.unit
        if moves:
            await _open_unit(db, organisation_id, details.unit)
        row = (person_id, UUID(details.unit) if moves else None, *_columns(details))
        await people.update_all(db, organisation_id, [row])
        await people.renumber(db, organisation_id, person_id, details.employee_number)


def _columns(details: Details) -> tuple[str, bool, str | None, str | None, str | None, str | None]:
    return details.staff_group, details.clinical, details.site, details.email, details.mobile, details.language


async def _must_be_free(db: Db, organisation_id: UUID, details: Details, person_id: UUID | None) -> None:
    known = await people.holder(db, organisation_id, details.employee_number)
    if known is None or known.person_id == person_id:
        return
    mend = "They have left: find them, and say that they are back." if known.has_left else "Find them instead."
    raise BadInput([Problem("employee_number", "somebody else has it.", mend)])


async def _open_unit(db: Db, organisation_id: UUID, unit: str) -> Place:
    for place in await units.arranged(db, organisation_id):
        if place.id == unit and place.open:
            return place
    raise BadInput([Problem("unit", "it is not there, or it is closed.", "Choose another.")])


async def move_all(db: Db, organisation_id: UUID, unit: str, to: str) -> int:
    """Everybody who sits in one unit, closed or not, into another that is open; how many that are."""
    async with db.transaction():
        await people.keep_out(db, organisation_id)
        if not any(place.id == unit for place in await units.arranged(db, organisation_id)):
            raise errors.NotFound("There is no unit at this address.")
        if not to:
            raise BadInput([Problem("unit", "it is not chosen.", "Choose one from the list.")])
        await _open_unit(db, organisation_id, to)
        return await people.move_all(db, organisation_id, UUID(unit), UUID(to))


async def leave(db: Db, organisation_id: UUID, person_id: UUID) -> None:
    """They have left: later rounds do not invite them. A round that is open keeps their seat."""
    await people.find(db, organisation_id, person_id)
    await people.mark_left(db, organisation_id, [person_id])


async def come_back(db: Db, organisation_id: UUID, person_id: UUID, unit: str | None = None) -> None:
    """They are back where they were, or in `unit`, which must be told where theirs has been closed meanwhile."""
    async with db.transaction():
        await people.keep_out(db, organisation_id)
        before = await people.find(db, organisation_id, person_id)
        place = await _open_unit(db, organisation_id, unit or before.unit)
        await people.come_back(db, organisation_id, person_id, UUID(place.id) if unit else None)
