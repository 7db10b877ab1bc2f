"""Which groups of the earlier round a release compares its own with, as far as a reader of it alone can tell whether
that can be."""

from collections.abc import Iterator, Sequence

from survey.core.disclosure.audits import Breach
from survey.core.disclosure.release import Change, Group, Release


def impossible(release: Release) -> Iterator[Breach]:
    """What cannot be of groups and their former selves, whatever the scores are."""
    for group in release.groups:
        of = [change for change in release.changes if change.group == group.id]
        what = _odd(group, of)
        if what is not None:
            yield Breach("change_follows", f"{group.id}: {what}")
    yield from _claimed_twice(release)


def _odd(group: Group, of: Sequence[Change]) -> str | None:
    """All measures of a group are compared with one other, which only units may have under another name; and no more
    people can be in both than there are in the smaller."""
    if len({(change.group_before, change.overlap) for change in of}) > 1:
        return "its measures are compared with different groups, or with one of which different shares are the same."
    if len({change.before.eligible for change in of if change.before is not None}) > 1:
        return "the group that it is compared with has several headcounts."
    before = of[0].group_before if of else None
    is_unit = group.kind == "reporting_unit"
    if before is not None and not (before.startswith("ru:") if is_unit else before == group.id):
        return "it is compared with what cannot be its former self."
    for change in of:
        if change.before is not None and change.overlap is not None:
            fewer, more = sorted((group.eligible, change.before.eligible))
            if change.overlap * more > 100 * fewer:
                return "more of its people are said to be the same than there are."
    return None


def _claimed_twice(release: Release) -> Iterator[Breach]:
    """Of one earlier unit no more than all of its people can be in those that are compared with it."""
    units = [group.id for group in release.groups if group.kind == "reporting_unit"]
    claims: dict[str, dict[str, int]] = {}
    for change in release.changes:
        if change.group in units and change.group_before is not None and change.overlap is not None:
            claims.setdefault(change.group_before, {})[change.group] = change.overlap
    for before, shares in claims.items():
        if sum(shares.values()) > 100:
            yield Breach("change_follows", f"{', '.join(shares)}: together they are more than all of {before}.")
