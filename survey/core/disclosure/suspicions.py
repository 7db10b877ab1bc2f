"""What a reader would take for a group found out, though it is not: a withheld group in which nobody answered.

A reader cannot tell an empty group from a small one. Left alone beside what is shown, it looks as if it could be worked
out by subtraction; worse, knowing that we never publish that, a reader would learn that nobody there answered. So it is
given company: another cell beside it is withheld, until an audit of the release alone has nothing to say.
"""

from collections.abc import Callable

from survey.core.disclosure import reader
from survey.core.disclosure.audited import is_safe
from survey.core.disclosure.case import Case
from survey.core.disclosure.release import Group, Release
from survey.core.disclosure.verdicts import Verdicts, shown_too, withdrawn

Made = Callable[[Verdicts], Release]
"""A release from verdicts."""


def allayed(case: Case, made: Made, decided: Verdicts) -> Verdicts:
    """The verdicts with as many cells withdrawn as it takes; at worst, everything of a measure is. What gave way to a
    cell that has now been withdrawn itself is shown again, where nothing speaks against it."""
    settled = _withdrawn(made, decided)
    return decided if settled == decided else _given_back(case, made, decided, settled)


def _withdrawn(made: Made, decided: Verdicts) -> Verdicts:
    while True:
        release = made(decided)
        suspected = _suspected(release)
        if suspected is None:
            return decided
        places = {group.id: place for place, group in enumerate(release.groups)}
        measure = [one.id for one in release.measures].index(suspected[1])
        company = _company(release, release.groups[places[suspected[0]]], decided[measure])
        decided = withdrawn(decided, places[company.id], measure)


def _given_back(case: Case, made: Made, before: Verdicts, settled: Verdicts) -> Verdicts:
    """Of the measures that have lost a cell, and of all where an overall score is among the lost, for it told of all
    others; the overall score last, for it needs every vision. To show a cell can only speak against showing others, so
    one pass is enough."""
    lost = [measure for measure, reasons in enumerate(settled) if reasons != before[measure]]
    for measure in range(len(settled)) if len(settled) - 1 in lost else lost:
        for group, reason in enumerate(settled[measure]):
            wider = shown_too(settled, group, measure)
            if reason in {"protects_others", "overall_incomplete"} and _is_fine(case, made, wider, group, measure):
                settled = wider
    return settled


def _is_fine(case: Case, made: Made, decided: Verdicts, group: int, measure: int) -> bool:
    release = made(decided)
    return not reader.remainders(release) and is_safe(case, decided, group, measure) and reader.audit(release).passed


def _suspected(release: Release) -> tuple[str, str] | None:
    """A group and a measure. Remainders first: finding them is cheap, and company for them settles most of the rest."""
    cheap = (breach.cell for breach in reader.remainders(release))
    return next(cheap, None) or next((one.cell for one in reader.audit(release).broken if one.cell), None)


def _company(release: Release, alone: Group, reasons: tuple[object, ...]) -> Group:
    """The smallest shown group of its kind under the same parent; failing that, what is shown above it."""
    shown = [group for group, reason in zip(release.groups, reasons, strict=True) if reason is None]
    beside = [group for group in shown if (group.kind, group.parent) == (alone.kind, alone.parent)]
    if beside:
        return min(beside, key=lambda group: (group.eligible, group.name))
    parents = {group.id: group.parent for group in release.groups}
    above = _line(alone.parent, parents)
    return next((group for group in reversed(shown) if group.id in above), shown[-1])


def _line(start: str | None, parents: dict[str, str | None]) -> set[str]:
    """The groups above, the organisation among them."""
    found, here = {"org"}, start
    while here is not None and here not in found:
        found.add(here)
        here = parents.get(here)
    return found
