"""How often the margin of a weighted mean holds the truth, however unevenly its parts answered."""

import numpy as np
import pytest

from survey.cli.benching import coverage
from survey.core.disclosure import cells
from survey.core.disclosure.release import Group
from survey.core.scoring.moments import Sample
from survey.core.scoring.persons import Floats
from survey.core.scoring.rollups import Part, Rollup

TRIALS = 2_000
STARTS = (0.0, 20.0, 40.0, 60.0, 80.0)


def _margin(answered: list[Floats], eligible: list[int]) -> tuple[int, int]:
    total = sum(eligible)
    parts = tuple(
        Part(Sample(len(of), float(of.mean()), float(of.var(ddof=1)) * (len(of) - 1)), size / len(of), len(of) / size)
        for of, size in zip(answered, eligible, strict=True)
    )
    mean = sum(size * part.sample.mean for size, part in zip(eligible, parts, strict=True)) / total
    worth = total**2 / sum(part.weight**2 * part.sample.n for part in parts)
    heaviest = max(part.weight for part in parts) / total
    of = Rollup(sum(map(len, answered)), mean, worth, heaviest, parts)
    cell = cells.cell(Group("unit:d", "division", "Wards", "org", total), "v", of, coverage.pooled(), STARTS)
    assert cell.low is not None and cell.high is not None
    return cell.low, cell.high


@pytest.mark.parametrize("kind", sorted(coverage.KINDS))
@pytest.mark.parametrize(
    ("n", "eligible"), [([45, 10], [50, 50]), ([6, 7, 8], [12, 20, 24]), ([24, 23], [24, 24])], ids=str
)
def test_it_does_in_94_of_100(kind: str, n: list[int], eligible: list[int]) -> None:
    people = [coverage.drawn(kind, (TRIALS, size), seed) for seed, size in enumerate(eligible, start=7)]
    held = 0
    for trial in range(TRIALS):
        everyone = [part[trial] for part in people]
        low, high = _margin([part[:many] for part, many in zip(everyone, n, strict=True)], eligible)
        held += low <= np.concatenate(everyone).mean() <= high
    assert held / TRIALS >= 0.94
