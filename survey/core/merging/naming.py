"""What a reporting unit is called, and why teams were merged into it, in words for the people who are in it."""

from collections import Counter
from collections.abc import Mapping, Sequence

from survey.core.merging.clusters import Cluster
from survey.core.merging.tree import Team

Labels = Mapping[tuple[str, ...], str]
"""A name for each team's path that no other team has."""


def _qualified(team: Team, levels: int) -> str:
    """The team with so many of the levels above it: “Admin (Theatres, Surgery)”."""
    above = team.path[-2::-1][:levels]
    return f"{team.name} ({', '.join(above)})" if above else team.name


def labels(teams: Sequence[Team]) -> dict[tuple[str, ...], str]:
    """Names the teams, adding levels above them only where two would be called the same."""
    named: dict[tuple[str, ...], str] = {}
    unnamed, levels = list(teams), 0
    while unnamed:
        seen = Counter([*named.values(), *(_qualified(team, levels) for team in unnamed)])
        last = levels >= max(len(team.path) for team in unnamed)
        told = [team for team in unnamed if last or seen[_qualified(team, levels)] == 1]
        named |= {team.path: _qualified(team, levels) for team in told}
        unnamed = [team for team in unnamed if team.path not in named]
        levels += 1
    return named


def _listed(names: Sequence[str], noun: str) -> str:
    if len(names) <= 2:
        return " and ".join(names)
    rest = len(names) - 2
    return f"{names[0]}, {names[1]} and {rest} more {noun}{'' if rest == 1 else 's'}"


def largest_first(teams: Sequence[Team]) -> list[Team]:
    return sorted(teams, key=lambda team: (-team.headcount, team.path))


def name(cluster: Cluster, called: Labels) -> str:
    return _listed([called[team.path] for team in largest_first(cluster.teams)], "team")


def why(cluster: Cluster, called: Labels, target: int, response: float) -> str:
    """One sentence for a merged unit, and nothing for a team that stands alone."""
    if len(cluster.teams) == 1:
        return ""
    small = [team for team in largest_first(cluster.teams) if team.headcount < target]
    told = _listed([f"{_people(team.headcount)} in {called[team.path]}" for team in small], "team")
    are = "is" if len(small) == 1 and small[0].headcount == 1 else "are"
    return (
        f"Merged because {told} {are} too few to report on alone: "
        f"it takes {target} when {round(100 * response)}% are expected to answer."
    )


def _people(count: int) -> str:
    return "1 person" if count == 1 else f"{count} people"
