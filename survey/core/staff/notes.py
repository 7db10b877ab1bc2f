"""What deserves a second look in a staff list that is otherwise sound. Nothing here stops an import."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set

from survey.core.staff.changes import Changes, Known, Path, Update
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


def moved_paths(before: Sequence[Entry], after: Sequence[Entry]) -> Iterator[str]:
    """Files go on naming units as they were called before they were renamed, moved or merged."""
    people = Counter((old.path, new.path) for old, new in zip(before, after, strict=True) if old.path != new.path)
    for (old, new), count in sorted(people.items()):
        whose = "1 person is" if count == 1 else f"{count} people are"
        yield f"“{' > '.join(old)}” is now “{' > '.join(new)}”: {whose} taken to be there."


def closing_units(entries: Sequence[Entry], closing: Set[Path]) -> Iterator[str]:
    """Who is put into a unit whose closing is planned must be moved again."""
    for path, count in _counted(entries, closing):
        whose = (
            "1 person of this file is in it, and has"
            if count == 1
            else f"{count} people of this file are in it, and have"
        )
        yield f"“{' > '.join(path)}” will be closed: {whose} to be moved by then. Its page says when."


def closed_units(entries: Sequence[Entry], closed: Set[Path]) -> Iterator[str]:
    """A file that goes on naming a closed unit makes another of its name."""
    for path, count in _counted(entries, closed):
        whose = "1 person" if count == 1 else f"{count} people"
        yield (
            f"“{' > '.join(path)}” was closed. A new unit of that name would be made for {whose}. If the old one goes "
            "on, undo its closing in the tree first; if not, mend the file."
        )


def _counted(entries: Sequence[Entry], among: Set[Path]) -> list[tuple[Path, int]]:
    return sorted(Counter(entry.path for entry in entries if entry.path in among).items())


def _emptied(changes: Changes, known: Sequence[Known], paths: Mapping[str, Path]) -> Iterator[str]:
    """A unit whose people all turn up in one new unit was probably renamed in the file."""
    sitting = Counter(paths[person.unit] for person in known if not person.has_left)
    went = Counter((paths[before.unit], update.entry.path) for before, update in _moves(changes, known))
    standing = set(paths.values())
    for (old, new), count in sorted(went.items()):
        if count == sitting[old] and new not in standing and count > 1:
            yield (
                f"All {count} people of “{' > '.join(old)}” would move to the new “{' > '.join(new)}”. If the unit was "
                "renamed or merged, tell that in the tree first: then its results can be compared with earlier rounds."
            )


def _moves(changes: Changes, known: Sequence[Known]) -> Iterator[tuple[Known, Update]]:
    by_id = {person.person_id: person for person in known}
    for update in changes.moved:
        yield by_id[update.person_id], update


def notes(
    entries: Sequence[Entry], changes: Changes, known: Sequence[Known], paths: Mapping[str, Path]
) -> tuple[str, ...]:
    """One sentence for each. `paths` are those of the units that exist, by id."""
    return (
        *_shared_addresses(entries),
        *_one_division(entries),
        *_like_names(entries),
        *_lost_zeros(changes.new, known),
        *_emptied(changes, known, paths),
    )
