"""What applying a staff list would do: its entries compared with the people who are known."""

from collections.abc import Mapping, Sequence
from uuid import UUID

import msgspec

from survey.core.staff.entries import Entry, Reading

Path = tuple[str, ...]


class Known(msgspec.Struct, frozen=True):
    """A person as the last import left them. `unit` is the unit's id; `has_left` that they are marked as a leaver."""

    person_id: UUID
    employee_number: str
    unit: str
    staff_group: str
    clinical: bool
    site: str | None
    email: str | None
    mobile: str | None
    language: str | None
    has_left: bool


class Update(msgspec.Struct, frozen=True):
    """What is now known of someone who was known before."""

    person_id: UUID
    entry: Entry


class Changes(msgspec.Struct, frozen=True):
    """Everybody in one place only: who comes back counts as returned whatever else changed, who moved to another unit
    as moved. `left` are those marked as leavers now; `missing` those not in the file who stay, since nobody asked."""

    new: tuple[Entry, ...]
    moved: tuple[Update, ...]
    changed: tuple[Update, ...]
    returned: tuple[Update, ...]
    left: tuple[UUID, ...]
    missing: int
    unchanged: int

    @property
    def updates(self) -> tuple[Update, ...]:
        return self.moved + self.changed + self.returned

    @property
    def nothing(self) -> bool:
        return not (self.new or self.updates or self.left)


def _same_details(entry: Entry, known: Known) -> bool:
    return (
        entry.staff_group == known.staff_group
        and entry.clinical == known.clinical
        and entry.site == known.site
        and entry.email == known.email
        and entry.mobile == known.mobile
        and entry.language == known.language
    )


def compare(reading: Reading, known: Sequence[Known], paths: Mapping[str, Path], *, leavers: bool) -> Changes:
    """`paths` are those of the open units, by id: who is still in a closed one moves, even to another of its name.
    Someone whose row was rejected is in the file: no leaver."""
    by_number = {person.employee_number: person for person in known}
    new: list[Entry] = []
    moved: list[Update] = []
    changed: list[Update] = []
    returned: list[Update] = []
    for entry in reading.entries:
        person = by_number.get(entry.employee_number)
        if person is None:
            new.append(entry)
        elif person.has_left:
            returned.append(Update(person.person_id, entry))
        elif paths.get(person.unit) != entry.path:
            moved.append(Update(person.person_id, entry))
        elif not _same_details(entry, person):
            changed.append(Update(person.person_id, entry))
    missing = tuple(p.person_id for p in known if not p.has_left and p.employee_number not in reading.numbers)
    touched = len(new) + len(moved) + len(changed) + len(returned)
    return Changes(
        tuple(new),
        tuple(moved),
        tuple(changed),
        tuple(returned),
        missing if leavers else (),
        0 if leavers else len(missing),
        len(reading.entries) - touched,
    )
