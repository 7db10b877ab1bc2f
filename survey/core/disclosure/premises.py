"""What a release rests on, as its reader finds it: method, plan, the groups it speaks about and their headcounts."""

import re
from collections.abc import Iterator

from survey.core import rounds
from survey.core.disclosure import trees
from survey.core.disclosure.audits import Breach
from survey.core.disclosure.release import Group, Release
from survey.core.scoring.method import METHOD

_DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)


def amiss(release: Release) -> Iterator[Breach]:
    for what in (*_release(release), *_plan(release), *_groups(release), *_headcounts(release)):
        yield Breach("premises", what)


def _release(release: Release) -> Iterator[str]:
    if release.method != METHOD.name:
        yield f"method: “{release.method}” is not one by which this can be checked; releases are made by {METHOD.name}."
    if release.number < 1:
        yield f"number: {release.number}, and releases are counted from 1."
    if not _DIGEST.fullmatch(release.questionnaire):
        yield f"questionnaire: “{release.questionnaire}” is not the hash of one."
    if release.frame and not _DIGEST.fullmatch(release.frame):
        yield f"frame: “{release.frame}” is not the hash of a staff list."
    if release.measures and release.measures[-1].id != "overall":
        yield "measures: the last is not the overall score."


def _plan(release: Release) -> Iterator[str]:
    if release.plan is None:
        return
    for problem in rounds.plan_problems(release.plan):
        yield f"plan, {problem}"
    for group in release.groups:
        if group.kind not in release.plan.cells:
            yield f"{_named(group)}, kind: results are not shown for a {group.kind} by the plan."


def _groups(release: Release) -> Iterator[str]:
    organisations = [group.id for group in release.groups if group.kind == "organisation"]
    if organisations not in ([], ["org"]):
        yield f"groups: {', '.join(organisations)} are said to be the organisation."
    for group in release.groups:
        least, covered = METHOD.least_coverage, group.coverage
        if covered is not None and (group.kind != "staff_group" or not least <= covered <= 100):
            of = f"a staff group needs {least} to 100" if group.kind == "staff_group" else "only staff groups have one"
            yield f"{_named(group)}, coverage: {covered} %, and {of}."


def _headcounts(release: Release) -> Iterator[str]:
    """Nobody is in two units or staff groups, so that no group has fewer people than those inside it."""
    for tree in (trees.line(release), trees.staff_groups(release)):
        for group, members in zip(tree.groups, tree.members, strict=True):
            people = int(tree.eligible[members].sum())
            if people > group.eligible:
                yield f"{_named(group)}, eligible: {group.eligible}, and the groups inside it have {people}."


def _named(group: Group) -> str:
    return f"{group.name} ({group.id})"
