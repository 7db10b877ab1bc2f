"""What a staff list would change, person by person, in words: to be looked at before it is applied."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

import msgspec

from survey.core.staff.changes import Changes, Known, Path
from survey.core.staff.entries import Entry
from survey.core.staff.units import written

Kind = Literal["new", "moved", "changed", "returned", "left"]
DETAILS = {
    "staff_group": "staff group",
    "clinical": "clinical or not",
    "site": "site",
    "email": "e-mail",
    "mobile": "mobile",
    "language": "language",
}


class Difference(msgspec.Struct, frozen=True):
    """One person's. `what` names the details that change, and where somebody moves from."""

    kind: Kind
    employee_number: str
    unit: str
    what: str = ""


def differences(changes: Changes, known: Sequence[Known], paths: Mapping[str, Path]) -> Iterator[Difference]:
    """Everybody's, kind by kind, in the order of the file; who left by employee number."""
    by_id = {person.person_id: person for person in known}
    for entry in changes.new:
        yield Difference("new", entry.employee_number, written(entry.path))
    for kind, updates in (("moved", changes.moved), ("changed", changes.changed), ("returned", changes.returned)):
        for update in updates:
            before, entry = by_id[update.person_id], update.entry
            yield Difference(kind, entry.employee_number, written(entry.path), _what(entry, before, paths))  # type: ignore[arg-type]
    for person_id in changes.left:
        before = by_id[person_id]
        yield Difference("left", before.employee_number, written(paths[before.unit]))


def _what(entry: Entry, before: Known, paths: Mapping[str, Path]) -> str:
    """Details by name only: an address or a number is on the person's page and in the file."""
    told = [f"from {written(paths[before.unit])}"] if paths[before.unit] != entry.path else []
    named = [name for field, name in DETAILS.items() if getattr(entry, field) != getattr(before, field)]
    return ", ".join([*told, *(["other " + " and ".join(named)] if named else [])])
