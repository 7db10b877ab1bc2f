"""What is said of a change, from what both rounds publish and the difference in whole points: nothing else goes in.

So all that a change tells is the difference, and whoever reads a release can work the rest out again.
"""

import re
from math import ceil

import numpy as np

from survey.core.disclosure.release import Cell, Figure, Words
from survey.core.scoring import change, intervals
from survey.core.scoring.change import Change, Result
from survey.core.scoring.method import METHOD, Method

_BAND = re.compile(r"(\d{1,9}) (?:to \d{1,9}|or more)", re.ASCII)


def figure(cell: Cell, eligible: int) -> Figure:
    assert cell.value is not None and cell.low is not None and cell.high is not None and cell.answers is not None
    return Figure(cell.value, cell.low, cell.high, cell.answers, eligible, cell.effective)


def compared(now: Figure, before: Figure, difference: int) -> Change:
    """By Welch, from the standard errors that the published margins stand for."""
    later, earlier = _result(now), _result(before)
    moved = Result(later.n, later.eligible, earlier.mean + difference, later.variance)
    return change.change(earlier, moved)


def _result(of: Figure, method: Method = METHOD) -> Result:
    """The sample that a margin is like. Its longer arm counts, and the lower end of the band of answers: the error can
    only come out too large."""
    n = max(first_of(of.answers), 2)
    people = max(first_of(of.effective), 2) if of.effective is not None else n
    widened = intervals.widened(n, of.eligible, method)
    arm = max(of.value - of.low, of.high - of.value)
    error = arm / intervals.quantile(intervals.freedom(people, method), method)
    return Result(people, ceil(people * widened / n), float(of.value), error**2 * people / (1 - n / widened))


def first_of(band: str) -> int:
    """The lower end of a band of people, "20 to 24" or "20 or more"; 0 of what is no band."""
    found = _BAND.fullmatch(band)
    return int(found[1]) if found else 0


def margin(of: Change) -> int:
    return ceil(of.margin - 1e-9)


def detectable(of: Change) -> int:
    return ceil(of.detectable - 1e-9)


def words(found: list[Change]) -> list[Words]:
    """Of all the groups whose change on one measure is told, looked at together."""
    named = change.discoveries(np.array([one.p for one in found], float))
    return [
        change.words(one, stands_out=bool(stands_out), overlap=1.0, same_items=True)
        for one, stands_out in zip(found, named, strict=True)
    ]
