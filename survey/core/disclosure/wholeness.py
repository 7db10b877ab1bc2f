"""Whether a shown score can be what publishing makes of some people's answers: each of its fields, alone and beside the
others, from the file alone.

How many answered and of how many is told, so the margin of a unit, whose mean is not weighted, must lie between the
narrowest that so many people can have, all alike but for the floor under every variance, and the widest. Where levels
begin is not told; but there must be some such points.
"""

from collections.abc import Iterator
from functools import lru_cache
from math import ceil, floor

import numpy as np

from survey.core.disclosure import bands, weighing
from survey.core.disclosure.audits import Breach
from survey.core.disclosure.release import Bound, Cell, Figure, Group, Release
from survey.core.scoring import intervals, levels
from survey.core.scoring.intervals import Spread
from survey.core.scoring.method import METHOD
from survey.core.scoring.persons import Bools, Floats

Amiss = Iterator[tuple[str, str]]
"""A field, and what is wrong with it."""
_FIELDS = ("value", "bound", "low", "high", "answers", "level")
_ANY = Spread(1e4, 1.0, 1.0)
"""More than any scores can vary."""


def scores(release: Release) -> Iterator[Breach]:
    """What is wrong with any score of a release that has one for every group and measure."""
    groups = {group.id: group for group in release.groups}
    for cell in release.cells:
        group = groups[cell.group]
        is_shown = cell.reason is None
        for field, why in _shown(cell, group, release) if is_shown else _withheld(cell, group, release.k):
            yield Breach("whole" if is_shown else "silent", f"{place(group, cell.measure)}, {field}: {why}")
    for cell, field, why in (*weighing.unweighted(release), *weighing.apart(release), *_misplaced(release)):
        yield Breach("whole", f"{place(groups[cell.group], cell.measure)}, {field}: {why}")


def place(group: Group, measure: str) -> str:
    return f"{group.name} ({group.id}), {measure}"


def _withheld(cell: Cell, group: Group, k: int) -> Amiss:
    if (cell.reason == "few_eligible") != (group.eligible < bands.fewest_eligible(k)):
        yield "reason", f"“{cell.reason}” is not why nothing is told of {group.eligible} people."
    if cell.reason == "overall_incomplete" and cell.measure != "overall":
        yield "reason", f"“{cell.reason}” can only be of the overall score."


def _shown(cell: Cell, group: Group, release: Release) -> Amiss:
    missing = [field for field in _FIELDS if getattr(cell, field) is None]
    if missing:
        yield missing[0], "it is missing."
        return
    assert cell.value is not None and cell.bound is not None and cell.low is not None and cell.high is not None
    yield from people(cell.answers, cell.effective, group.eligible, release.k)
    if cell.effective is not None and group.kind == "reporting_unit":
        yield "effective", "the mean of a unit is not weighted."
    if cell.bound != "exact" and cell.value != (METHOD.highest if cell.bound == "or_more" else METHOD.lowest):
        yield "bound", f"“{cell.bound}” does not go with {cell.value}."
    if not METHOD.lowest <= cell.value <= METHOD.highest:
        yield "value", f"{cell.value} is beyond what is told."
    else:
        n = bands.lower(cell.answers, group.eligible) if cell.effective is None else 0
        yield from margin(cell.value, cell.low, cell.high, n, group.eligible, cell.bound)
    yield from _level(cell, len(release.levels))


def figure(of: Figure) -> Amiss:
    """What is wrong with one side of a change; how few its round allowed is not told."""
    yield from people(of.answers, of.effective, of.eligible, METHOD.band)
    if not METHOD.lowest <= of.value <= METHOD.highest:
        yield "value", f"{of.value} is beyond what is told."
    n = bands.lower(of.answers, of.eligible) if of.effective is None else 0
    yield from margin(of.value, of.low, of.high, n, of.eligible)


def people(answers: str | None, effective: str | None, eligible: int, k: int) -> Amiss:
    """Of how many, and of how many equally weighted people, something is told."""
    first = bands.lower(answers, eligible)
    if eligible < bands.fewest_eligible(k):
        yield "eligible", f"it is told of {eligible} people, and nothing may be told of so few."
    elif not first:
        yield "answers", f"“{answers}” is none of the bands in which answers of {eligible} people are told."
    elif bands.most(answers, eligible) < k:
        yield "answers", f"“{answers}” is told of fewer than {k} people."
    elif effective is not None:
        alike = bands.lower(effective, eligible)
        if not alike:
            yield "effective", f"“{effective}” is none of the bands in which answers of {eligible} people are told."
        elif alike > first:
            yield "effective", f"“{effective}” is more than the {answers} who answered."
        elif alike < bands.start(_fewest_alike(first, bands.most(answers, eligible)), eligible):
            yield "effective", f"“{effective}” is so few that one person carries over a tenth of the mean."


def _fewest_alike(first: int, most: int) -> int:
    """With nobody over a tenth of a mean, (sum w)^2 / sum w^2 is ten at least, and what the highest number of the band
    is worth no less; but of a band that is open at the top, more than that may have answered."""
    return floor(min(1.0, (first + METHOD.band - 1) / most) / METHOD.largest_share + 1e-9)


def margin(value: int, low: int, high: int, n: int, eligible: int, bound: Bound = "exact") -> Amiss:
    """Of `n` people who count the same; 0 of a weighted mean, of whose margin less is known."""
    if not 0 <= low <= value <= high <= 100:
        yield "low, high", f"{low} to {high} does not hold {value}, or is beyond 0 to 100."
    elif low == high:
        yield "low, high", "the margin has no width, and no answers are so sure."
    elif n:
        lows, highs = _ends(value, bound, n, eligible)
        if not lows[0] <= low <= lows[1]:
            yield "low", f"{low}, and of so many people it can only be {lows[0]} to {lows[1]}."
        if not highs[0] <= high <= highs[1]:
            yield "high", f"{high}, and of so many people it can only be {highs[0]} to {highs[1]}."


@lru_cache(maxsize=1 << 15)
def _ends(value: int, bound: Bound, n: int, eligible: int) -> tuple[tuple[int, int], tuple[int, int]]:
    """The least and the greatest that a margin's lower end can be, and its upper one."""
    around = np.linspace(value - 0.5, value + 0.5, 11).clip(0, 100) if bound == "exact" else [float(value)]
    everybody = intervals.widened(n, eligible)
    known = intervals.spread(n, everybody, intervals.harden(n, 0.0, 0.0), 0.0)
    unknown = Spread(_ANY.variance, known.df, known.least)
    found = []
    for mean in map(float, around):
        least, most = intervals.possible(n, everybody, mean)
        (first, last), (lowest, highest) = (intervals.score_interval(mean, one) for one in (known, unknown))
        lows = (max(floor(lowest - 1e-6), least), max(floor(first + 1e-6), least))
        found.append((*lows, min(ceil(last - 1e-6), most), min(ceil(highest + 1e-6), most)))
    low = (0, 0) if bound == "or_less" else (min(one[0] for one in found), max(one[1] for one in found))
    high = (100, 100) if bound == "or_more" else (min(one[2] for one in found), max(one[3] for one in found))
    return low, high


def _level(cell: Cell, count: int) -> Amiss:
    named = cell.levels
    if named and not (len(named) == 2 and 0 <= named[1] - named[0] <= 1 <= named[0] and named[1] <= count):
        yield "levels", f"{list(named)} is neither one of {count} levels nor two neighbours."
    elif cell.level != levels.wording(named):
        yield "level", f"“{cell.level}” is not what {list(named)} is called."


def _misplaced(release: Release) -> Iterator[tuple[Cell, str, str]]:
    """Scores that cannot stand at their level while others stand at theirs, wherever levels begin: of every way to set
    that point, the one that fewest speak against."""
    told = [cell for cell in release.cells if cell.value is not None and len(cell.levels) == 2]
    value = np.array([cell.value for cell in told], float)
    first, last = np.array([cell.levels for cell in told], np.int64).reshape(-1, 2).T
    wrong: set[int] = set()
    for level in range(2, len(release.levels) + 1):
        wrong.update(_against(value, first >= level, last < level))
    for cell in (told[one] for one in sorted(wrong)):
        yield cell, "levels", f"“{cell.level}” cannot hold {cell.value} while others stand where they are placed."


def _against(value: Floats, above: Bools, below: Bools) -> list[int]:
    """Which are on the wrong side of the point from which a level begins; values are told to half a point."""
    if not above.any() or not below.any():
        return []
    starts = np.unique(np.append(value[above] + 0.5, value[below] - 0.5))
    ways = [(above & (value + 0.5 < start)) | (below & (value - 0.5 > start)) for start in starts]
    return [int(one) for one in np.flatnonzero(min(ways, key=np.count_nonzero))]
