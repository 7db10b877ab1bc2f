"""What an uploaded staff list would change, and what has become of it."""

from collections.abc import Iterable, Iterator

import msgspec
from markupsafe import Markup

from survey.operations import uploading
from survey.operations.uploading import Counts, Difference, Import, Outcome
from survey.pages.console import wording
from survey.pages.console.desk import Desk
from survey.pages.console.frame import CSRF
from survey.pages.rendering import Shell
from survey.pages.staffing import words

_KINDS = {
    "new": "New",
    "moved": "Moved to another unit",
    "changed": "Changed in other details",
    "returned": "Back after having left",
    "left": "Left",
}


class Count(msgspec.Struct, frozen=True):
    what: str
    number: str


class Group(msgspec.Struct, frozen=True):
    """Differences of one kind. `see` says whether these are all of them."""

    kind: str
    rows: tuple[Difference, ...]
    see: str


class CheckedPage(msgspec.Struct, frozen=True):
    shell: Shell
    title: str
    csrf: Markup
    file: str
    here: str
    notice: str
    counts: tuple[Count, ...]
    missing: str
    notes: tuple[str, ...]
    units: tuple[str, ...]
    more_units: str
    groups: tuple[Group, ...]
    mistakes: tuple[str, ...]
    mistakes_in_all: str
    see_mistakes: str
    rejected: str
    button: str


class SettledPage(msgspec.Struct, frozen=True):
    shell: Shell
    title: str
    state: str
    file: str
    why: tuple[str, ...]
    counts: tuple[Count, ...]


def checked(desk: Desk, found: Import) -> CheckedPage:
    seen = uploading.outcome(found)
    assert seen is not None
    counts = seen.counts
    return CheckedPage(
        shell=desk.shell,
        title="What this file would change",
        csrf=CSRF,
        file=found.file_name,
        here=words.import_address(found.import_id),
        notice=found.failure or "",
        counts=tuple(counted(counts)),
        missing=_missing(counts.missing) if counts.missing else "",
        notes=seen.notes,
        units=seen.units,
        more_units=f"{counts.units - len(seen.units):,}" if counts.units > len(seen.units) else "",
        groups=tuple(_groups(seen)),
        mistakes=seen.mistakes,
        mistakes_in_all=f"{seen.mistakes_in_all:,}",
        see_mistakes=_see(len(seen.mistakes), seen.mistakes_in_all),
        rejected=wording.rows(counts.rejected) if counts.rejected else "",
        button=_button(counts),
    )


def _missing(count: int) -> str:
    are, stay = ("is", "stays") if count == 1 else ("are", "stay")
    return f"{wording.people(count)} on the staff list {are} not in this file, and {stay}."


def _button(counts: Counts) -> str:
    """Empty where there is nothing to apply."""
    if counts.nothing and not counts.units:
        return ""
    return "Apply the rest" if counts.rejected else "Apply these changes"


def counted(counts: Counts) -> Iterator[Count]:
    for kind, number in (
        ("new", counts.new),
        ("moved to another unit", counts.moved),
        ("changed in other details", counts.changed),
        ("back after having left", counts.returned),
        ("left", counts.left),
        ("unchanged", counts.unchanged),
        ("rejected", counts.rejected),
    ):
        yield Count(kind, f"{number:,}")


def _groups(seen: Outcome) -> Iterable[Group]:
    for kind, called in _KINDS.items():
        rows = tuple(one for one in seen.differences if one.kind == kind)
        if rows:
            yield Group(called, rows, _see(len(rows), getattr(seen.counts, kind)))


def _see(shown: int, in_all: int) -> str:
    if shown < in_all:
        return f"see the first {shown:,} of {in_all:,}"
    return "see it" if shown == 1 else f"see all {shown:,}"


def settled(desk: Desk, found: Import) -> SettledPage:
    told = uploading.counts(found.counts)
    return SettledPage(
        shell=desk.shell,
        title={"applied": "The staff list is up to date", "failed": "The file could not be used"}.get(
            found.state, "This import is over"
        ),
        state=found.state,
        file=found.file_name,
        why=tuple((found.failure or "").split("\n")[:20]) if found.failure else (),
        counts=tuple(counted(told)) if told and found.state == "applied" else (),
    )
