"""Merging small teams upward by headcount, never by who answered (METHOD R3)."""

import heapq
from collections.abc import Iterable, Sequence

import msgspec

from survey.core.merging.tree import Team, Tree


class Cluster(msgspec.Struct, frozen=True):
    """Teams that count together. `key` orders clusters of one size by name, so that the same staff list always
    merges the same way."""

    teams: tuple[Team, ...]
    headcount: int
    site: str | None
    key: tuple[str, ...]


Settled = tuple[list[Cluster], list[Cluster]]
"""Clusters that are large enough, and those (at most one once gathered) that are not."""


def _alone(team: Team) -> Cluster:
    return Cluster((team,), team.headcount, team.site, team.path)


def _joined(one: Cluster, other: Cluster) -> Cluster:
    site = one.site if one.site == other.site else None
    return Cluster(one.teams + other.teams, one.headcount + other.headcount, site, min(one.key, other.key))


def _gather(clusters: Iterable[Cluster], target: int) -> Settled:
    """Smallest with next smallest, until all are large enough or one is left."""
    heap = [(cluster.headcount, cluster.key, cluster) for cluster in clusters]
    heapq.heapify(heap)
    large: list[Cluster] = []
    while len(heap) > 1:
        merged = _joined(heapq.heappop(heap)[2], heapq.heappop(heap)[2])
        if merged.headcount >= target:
            large.append(merged)
        else:
            heapq.heappush(heap, (merged.headcount, merged.key, merged))
    return large, [cluster for _, _, cluster in heap]


def _settle(clusters: Sequence[Cluster], target: int) -> Settled:
    """One level of the tree: partners at the same site first, then across sites. A site nobody told is no site."""
    large = [cluster for cluster in clusters if cluster.headcount >= target]
    small: dict[str | None, list[Cluster]] = {}
    for cluster in clusters:
        if cluster.headcount < target:
            small.setdefault(cluster.site, []).append(cluster)
    left = small.pop(None, [])
    for neighbours in small.values():
        ready, rest = _gather(neighbours, target)
        large += ready
        left += rest
    ready, left = _gather(left, target)
    return large + ready, left


def merge(tree: Tree, target: int) -> list[Cluster]:
    """The teams as reporting units, in order of the tree. Those below `target` find a partner under their nearest
    common ancestor; what is left at the top joins the smallest reporting unit, or is the whole organisation."""
    waiting: dict[str | None, list[Cluster]] = {}
    for team in tree.teams:
        waiting.setdefault(team.above[-1] if team.above else None, []).append(_alone(team))
    done: list[Cluster] = []
    for unit_id, parent in [*((unit.id, unit.parent) for unit in reversed(tree.units)), (None, None)]:
        large, left = _settle(waiting.pop(unit_id, []), target)
        done += large
        if left:
            waiting.setdefault(parent, []).extend(left)
    for left_over in waiting.get(None, []):
        done.sort(key=lambda cluster: (cluster.headcount, cluster.key), reverse=True)
        done.append(_joined(done.pop(), left_over) if done else left_over)
    return sorted(done, key=lambda cluster: cluster.key)
