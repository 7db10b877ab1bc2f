"""All releases of a round together (METHOD 2.3 R9): a second one may add nothing that the first had to hide.

Responses do not change after closing, so a second release that shows another number for the same cell would speak,
by the difference, about the few people in whom they differ. Cells that only one of the releases shows are taken
together and must pass as one release would.
"""

from collections.abc import Sequence

import numpy as np

from survey import errors
from survey.core.disclosure import exact
from survey.core.disclosure.case import Case
from survey.core.disclosure.inspection import faults
from survey.core.disclosure.release import Compared, Release
from survey.core.disclosure.verdicts import Verdicts
from survey.core.scoring.persons import Floats, Ints


def refuse_differences(case: Case, decided: Verdicts, earlier: Sequence[Release], frame: str) -> None:
    """Raises Refused where this release, seen beside the earlier ones, would tell more than it may."""
    for release in earlier:
        refuse_another(case, release, frame)
    together = _together(case, decided, earlier)
    if together != decided and next(faults(case, together), None):
        raise errors.Refused(
            "This release and the round's earlier ones together would reveal a group that is too small, so it cannot "
            "be published. Use the plan of the earlier release."
        )


def refuse_another(case: Case, release: Release, frame: str) -> None:
    """Raises Refused unless a release is about these groups and shows these scores."""
    same_measures = len(release.measures) == case.found.n.shape[1]
    if release.frame != frame or release.groups != case.found.layout.groups or not same_measures:
        raise errors.Refused(
            f"Release {release.number} of this round is about other groups of people. What is in one and not in the "
            "other could be worked out, so this one cannot be published."
        )
    names = [measure.id for measure in release.measures]
    places = {group.id: place for place, group in enumerate(release.groups)}
    for cell in release.cells:
        here = (places[cell.group], names.index(cell.measure))
        if cell.reason is None and (case.is_empty(*here) or case.cell(*here, cell.measure) != cell):
            raise errors.Refused(
                f"The answers behind release {release.number} of this round have changed since. The difference would "
                "tell about the few people whose answers changed, so this release cannot be published."
            )


def refuse_other_findings(release: Release, earlier: Sequence[Release]) -> None:
    """Raises Refused where an earlier release of the round shows a finding that this one does not show alike: the two
    together would be another statement, that nobody has attacked. An earlier release may show less."""
    here = _findings(release)
    for other in earlier:
        if other.compared is not None and release.compared is not None:
            _refuse_other_round(release.compared, other.compared, other.number)
        for key, finding in _findings(other).items():
            if here.get(key) != finding and not (key[0] == "changes" and release.compared is None):
                raise errors.Refused(
                    f"Release {other.number} of this round says something else of {key[1]}, {key[2]}. What the two say "
                    "together has not been attacked, so this release cannot be published."
                )


def _refuse_other_round(here: Compared, there: Compared, number: int) -> None:
    if (here.round, here.items) != (there.round, there.items):
        raise errors.Refused(
            f"Release {number} of this round tells its changes since round {there.round}. Compare this one with the "
            "same round, or with none."
        )


def _findings(release: Release) -> dict[tuple[str, ...], object]:
    """What it shows, by part, group and what it is about."""
    found: dict[tuple[str, ...], object] = {}
    for one in release.changes:
        if one.why is None:
            found["changes", one.group, one.measure] = one
    for priority in release.priorities:
        if priority.reason is None:
            found["priorities", priority.group, priority.item, str(priority.option)] = priority
    for part, distributions in (("items", release.items), ("levels_held", release.levels_held)):
        found |= {(part, one.group, one.of): one for one in distributions if one.reason is None}
    return found | {("rates", one.group, one.item): one for one in release.rates if one.reason is None}


def _together(case: Case, decided: Verdicts, earlier: Sequence[Release]) -> Verdicts:
    """Verdicts as if all releases were one: a cell is shown where any of them shows it."""
    seen = {(cell.group, cell.measure) for release in earlier for cell in release.cells if cell.reason is None}
    names = [measure.id for measure in earlier[0].measures] if earlier else [""] * len(decided)
    groups = case.found.layout.groups
    return tuple(
        tuple(None if (group.id, name) in seen else reason for group, reason in zip(groups, reasons, strict=True))
        for name, reasons in zip(names, decided, strict=True)
    )


def smallest_group_across(releases: Sequence[tuple[Floats, Ints]], n: Ints, enough: int) -> int:
    """The smallest group that releases of one round reveal together when their people or their groups differ.

    Atoms are intersections of every release's: `n` (atoms,) people each. Per release, its cells' weights
    (cells, atoms), and (atoms,) 1 where it has the atom's people, 0 where not.
    """
    return exact.smallest_revealed(np.vstack([rows * has for rows, has in releases]), n, enough)
