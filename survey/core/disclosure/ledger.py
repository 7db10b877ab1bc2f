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
from survey.core.disclosure.release import Release
from survey.core.disclosure.verdicts import Verdicts
from survey.core.scoring.persons import Floats, Ints


def refuse_differences(case: Case, decided: Verdicts, earlier: Sequence[Release], frame: str) -> None:
    """Raises Refused where this release, seen beside the earlier ones, would tell more than it may."""
    for release in earlier:
        _refuse_another(case, release, frame)
    together = _together(case, decided, earlier)
    if together != decided and next(faults(case, together), None):
        raise errors.Refused(
            "This release and the round's earlier ones together would reveal a group that is too small, so it cannot "
            "be published. Use the plan of the earlier release."
        )


def _refuse_another(case: Case, release: Release, frame: str) -> None:
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
