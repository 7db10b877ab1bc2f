"""Change between two rounds, whose anonymous answers cannot be paired."""

from math import sqrt
from typing import Literal

import msgspec
from scipy.special import stdtr

from survey.core.scoring.discovering import discoveries
from survey.core.scoring.intervals import quantile
from survey.core.scoring.method import METHOD, Method

__all__ = ["Change", "Result", "Words", "change", "discoveries", "words"]

Words = Literal["improved", "declined", "no clear change", "not comparable"]


class Result(msgspec.Struct, frozen=True):
    """A unit's mean in one round: n scored of `eligible`, sample variance (ddof 1). n >= 2."""

    n: int
    eligible: int
    mean: float
    variance: float


class Change(msgspec.Struct, frozen=True):
    """`difference` later minus earlier. `margin` (half-width) answers whether the average of these people changed;
    `detectable`, the smallest difference that counts as more than noise, and `p` whether anything did."""

    difference: float
    margin: float
    detectable: float
    p: float


def change(earlier: Result, later: Result, method: Method = METHOD) -> Change:
    """D = m2 - m1 by Welch (1947), SE^2 = V1 + V2, df by Satterthwaite.

    The margin takes the finite population into account (people stay, their average may be known well); the flag does
    not, for with it units whose underlying mean did not move are flagged up to 12 % of the time. Where the same people
    answer twice the true variance is smaller: both are on the safe side.
    """
    difference = later.mean - earlier.mean
    error, df = _welch(earlier, later)
    finite, finite_df = _welch(earlier, later, 1 - earlier.n / earlier.eligible, 1 - later.n / later.eligible)
    return Change(
        difference,
        margin=quantile(finite_df, method) * finite,
        detectable=quantile(df, method) * error,
        p=_two_sided(difference, error, df),
    )


def _welch(one: Result, other: Result, first: float = 1.0, second: float = 1.0) -> tuple[float, float]:
    a, b = first * one.variance / one.n, second * other.variance / other.n
    if a + b == 0:
        return 0.0, float(one.n + other.n - 2)
    return sqrt(a + b), (a + b) ** 2 / (a * a / (one.n - 1) + b * b / (other.n - 1))


def _two_sided(difference: float, error: float, df: float) -> float:
    if error == 0:
        return 1.0 if difference == 0 else 0.0
    return 2 * float(stdtr(df, -abs(difference) / error))


def words(of: Change, *, stands_out: bool, overlap: float, same_items: bool) -> Words:
    """What may be said of a change; `overlap` is the share of headcount that both rounds' units have in common."""
    if overlap < METHOD.least_overlap or not same_items:
        return "not comparable"
    if not stands_out:
        return "no clear change"
    return "improved" if of.difference > 0 else "declined"
