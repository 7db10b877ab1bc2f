"""What deserves a second look in a staff list that is otherwise sound. Nothing here stops an import."""

from collections import Counter
from collections.abc import Iterator, Sequence

from survey.core.staff.changes import Changes, Known
from survey.core.staff.entries import Entry


def _shared_addresses(entries: Sequence[Entry]) -> Iterator[str]:
    """Whoever reads a shared mailbox holds the links of all who share it."""
    people = Counter(entry.email.casefold() for entry in entries if entry.email)
    sharing = sum(count for count in people.values() if count > 1)
    if sharing:
        yield f"{sharing} people share an e-mail address with somebody else: each could answer with the other's link."


def _one_division(entries: Sequence[Entry]) -> Iterator[str]:
    tops = {entry.path[0] for entry in entries}
    if len(tops) == 1 and any(len(entry.path) > 1 for entry in entries):
        yield f"Everybody is under “{tops.pop()}”. If that is the organisation itself, leave that level out."


def _like_names(entries: Sequence[Entry]) -> Iterator[str]:
    """Two spellings of one team would split it into two, each perhaps too small for a result of its own."""
    spellings: dict[tuple[str, ...], set[tuple[str, ...]]] = {}
    for path in {entry.path for entry in entries}:
        like = tuple("".join(filter(str.isalnum, name.casefold())) for name in path)
        spellings.setdefault(like, set()).add(path)
    for paths in sorted(sorted(paths) for paths in spellings.values() if len(paths) > 1):
        yield " and ".join(f"“{' > '.join(path)}”" for path in paths) + " count as different units."


def _lost_zeros(new: Sequence[Entry], known: Sequence[Known]) -> Iterator[str]:
    """A spreadsheet drops the zeros a number begins with, and makes a stranger of somebody known."""
    stripped = {person.employee_number.lstrip("0") for person in known}
    alike = sum(entry.employee_number.lstrip("0") in stripped for entry in new)
    if alike:
        yield f"{alike} new employee numbers are known but for zeros in front: a spreadsheet may have lost them."


def notes(entries: Sequence[Entry], changes: Changes, known: Sequence[Known]) -> tuple[str, ...]:
    """One sentence for each."""
    return (
        *_shared_addresses(entries),
        *_one_division(entries),
        *_like_names(entries),
        *_lost_zeros(changes.new, known),
    )
