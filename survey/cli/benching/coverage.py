"""How often the published margin holds the truth, by simulation: hardening, bands, clipping and rounding on."""

from collections.abc import Callable, Iterator
from functools import cache

import numpy as np

from survey.cli.benching.progress import Progress
from survey.core.disclosure import cells
from survey.core.disclosure.release import Group
from survey.core.scoring.method import METHOD
from survey.core.scoring.moments import Sample
from survey.core.scoring.persons import Floats
from survey.core.scoring.rollups import Part, Rollup
from survey.operations.proving import Coverage, Table

Draw = Callable[[np.random.Generator, tuple[int, int]], Floats]

KINDS: dict[str, Draw] = {
    "typical": lambda chance, shape: chance.normal(58, 18, shape),
    "skewed": lambda chance, shape: 100 * chance.beta(2, 5, shape),
    "ceiling": lambda chance, shape: chance.normal(95, 15, shape),
    "homogeneous": lambda chance, shape: chance.normal(50, 4, shape),
    "polarised": lambda chance, shape: np.where(chance.random(shape) < 0.5, 20, 80) + chance.normal(0, 10, shape),
    "one apart": lambda chance, shape: np.where(chance.random(shape) < 0.1, 0.0, 75.0),
}
"""How people's scores can spread; what falls outside 0 to 100 is moved to the end."""
EXTREME: dict[str, Draw] = {"two points": lambda chance, shape: np.where(chance.random(shape) < 0.5, 10.0, 90.0)}
"""Nobody between 10 and 90: of five, all can agree by chance."""
TEAMS = [(5, 8), (12, 20), (30, 60)]
BAR = 0.94
SIMULATIONS = 24_000
_STARTS = (0.0, 20.0, 40.0, 60.0, 80.0)


def drawn(kind: str, shape: tuple[int, int], seed: int) -> Floats:
    """People's scores (teams, people)."""
    scores: Floats = (KINDS | EXTREME)[kind](np.random.default_rng(seed), shape).clip(0, 100)
    return scores


@cache
def pooled() -> float:
    """The variance within units of a Trust that has as many of each kind; each kind of team is judged alone."""
    return float(np.mean([drawn(kind, (100_000, 1), 0).var() for kind in KINDS]))


def margin(n: int, eligible: int, mean: float, variance: float, within: float) -> tuple[int, int]:
    """As it would be published."""
    part = Part(Sample(n, mean, variance * (n - 1)), 1.0, n / eligible)
    group = Group("ru:0", "reporting_unit", "Team", "org", eligible)
    cell = cells.cell(group, "v", Rollup(n, mean, n, 1 / n, (part,)), within, _STARTS)
    assert cell.low is not None and cell.high is not None
    return cell.low, cell.high


def simulate(kind: str, n: int, eligible: int, teams: int, seed: int) -> Coverage:
    """Let n of every team's people answer, and see whether the margin holds the mean of all."""
    people, within = drawn(kind, (teams, eligible), seed), pooled()
    answered = people[:, :n]
    moments = zip(answered.mean(axis=1).tolist(), answered.var(axis=1, ddof=1).tolist(), strict=True)
    low, high = np.array([margin(n, eligible, mean, variance, within) for mean, variance in moments]).T
    truth = people.mean(axis=1)
    held = (low <= truth + 1e-9) & (truth <= high + 1e-9)
    return Coverage(
        n,
        eligible,
        kind,
        coverage=round(float(held.mean()), 4),
        width=round(float((high - low).mean()), 1),
        simulations=teams,
        seed=seed,
        is_extreme=kind in EXTREME,
    )


def measure(simulations: int, progress: Progress) -> Table:
    wanted = [(kind, n, eligible) for n, eligible in TEAMS for kind in (*KINDS, *EXTREME)]
    step = progress("Simulate teams", len(wanted))
    rows = []
    for kind, n, eligible in wanted:
        rows.append(simulate(kind, n, eligible, simulations, seed=n))
        step()
    return Table(METHOD.name, tuple(rows))


def amiss(table: Table) -> list[str]:
    """Where the margin holds the truth too seldom."""
    return [
        f"{row.answered} of {row.eligible}, {row.distribution}: the margin holds the truth in {row.coverage:.1%} only."
        for row in table.rows
        if row.coverage < BAR and not row.is_extreme
    ]


def report(table: Table) -> Iterator[str]:
    yield f"  {'team':<12}{'how scores spread':<20}{'coverage':>10}{'width':>8}"
    for row in table.rows:
        team = f"{row.answered} of {row.eligible}"
        note = "   beyond what people do" if row.is_extreme else ""
        yield f"  {team:<12}{row.distribution:<20}{row.coverage:>10.4f}{row.width:>8.1f}{note}"
    yield f"  {'worst, the extreme case aside':<32}{table.worst:>10.4f}"
