"""What remains of a group when all that is shown inside it is taken away: never a few people."""

from collections.abc import Iterator

import numpy as np

from survey.core.disclosure import trees
from survey.core.disclosure.audits import Breach, Rule
from survey.core.disclosure.release import Release
from survey.core.disclosure.trees import Tree
from survey.core.scoring.method import METHOD

Told = list[tuple[str, str, bool]]
"""What a finding is about, its group, and whether it is shown."""


def small(release: Release) -> Iterator[Breach]:
    """Findings that leave a few people over, by headcount."""
    both = (trees.line(release), trees.staff_groups(release))
    spread: Told = [(one.of, one.group, one.reason is None) for one in release.items]
    spread += [(f"levels of {one.of}", one.group, one.reason is None) for one in release.levels_held]
    spread += [(f"answers to {one.item}", one.group, one.reason is None) for one in release.rates]
    ranked: Told = [(one.item, one.group, one.reason is None) for one in release.priorities]
    yield from _small("large_groups", spread, METHOD.smallest_item, both)
    yield from _small("ranks_add_up", ranked, release.k, both[:1])


def _small(rule: Rule, found: Told, least: int, both: tuple[Tree, ...]) -> Iterator[Breach]:
    shown: dict[str, set[str]] = {}
    for about, group, is_shown in found:
        if is_shown:
            shown.setdefault(about, set()).add(group)
    for about, groups in shown.items():
        for name, people in (rest for tree in both for rest in _rests(tree, groups)):
            if 0 < people < least:
                yield Breach(rule, f"{name}, {about}: {people:.0f} people remain of it.")


def _rests(tree: Tree, shown: set[str]) -> Iterator[tuple[str, float]]:
    """Per shown group, how many people are in it and in nothing shown inside it."""
    is_shown = np.array([group.id in shown for group in tree.groups], bool)
    for place in np.flatnonzero(is_shown):
        inside = is_shown & ~(tree.members & ~tree.members[place]).any(axis=1)
        inside[place] = False
        rest = tree.members[place] & ~tree.members[inside].any(axis=0)
        yield tree.groups[place].name, float(tree.eligible[rest].sum())
