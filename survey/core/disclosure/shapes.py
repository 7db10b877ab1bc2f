"""Whether a release hangs together: what its types cannot say and every reader of it relies on."""

from collections import Counter
from collections.abc import Iterable, Iterator

from survey.core.disclosure.release import Group, Release
from survey.errors import Problem

FEWEST = 5
"""No plan may allow smaller groups than this."""


def problems(release: Release) -> Iterator[Problem]:
    """Which field cannot be, and why; none for a release that was made here."""
    if release.k < FEWEST:
        yield Problem("k", f"no release is made for groups of {release.k}.")
    if release.plan is not None and release.plan.k != release.k:
        yield Problem("k", f"it is {release.k}, and {release.plan.k} in the plan.")
    if not release.measures:
        yield Problem("measures", "there are none.")
    yield from _repeated("measures", (measure.id for measure in release.measures))
    yield from _repeated("groups", (group.id for group in release.groups))
    yield from _tree(release.groups)


def _repeated(place: str, ids: Iterable[str]) -> Iterator[Problem]:
    for name, times in Counter(ids).items():
        if times > 1:
            yield Problem(place, f"“{name}” stands there {times} times.")


def _tree(groups: tuple[Group, ...]) -> Iterator[Problem]:
    """Every group hangs under one that is there, and none under itself."""
    parents = {group.id: group.parent for group in groups}
    for group in groups:
        if group.eligible < 0:
            yield Problem("groups", f"“{group.id}” has {group.eligible} people.")
        if group.parent is not None and group.parent not in parents and group.parent != "org":
            yield Problem("groups", f"“{group.id}” is under “{group.parent}”, which is not there.")
        if _circles(group.id, parents):
            yield Problem("groups", f"“{group.id}” is above itself.")


def _circles(group: str, parents: dict[str, str | None]) -> bool:
    here, seen = parents[group], {group}
    while here is not None and here not in seen:
        seen.add(here)
        here = parents.get(here)
    return here == group
