"""The margin of a mean: the moderated score interval, and its hardening for publication."""

from math import ceil, floor
from typing import TypeVar

import msgspec
import numpy as np
from scipy.special import stdtrit

from survey.core.scoring.method import METHOD, Method
from survey.core.scoring.persons import Floats

Number = TypeVar("Number", np.float64, Floats)


class Spread(msgspec.Struct, frozen=True):
    """How surely a mean is known: `variance` of the mean (finite population allowed for), degrees of freedom `df`,
    and `least`, the fewest people the effective size may fall to when scores vary as much as they can."""

    variance: float
    df: float
    least: float


def moderated_variance(n: float, variance: float, pooled: float, method: Method = METHOD) -> float:
    """s~2 = (d0 sp2 + (n-1) s2) / (d0 + n - 1), with d0 + n - 1 degrees of freedom.

    Source: Smyth (2004), moderated t, with a fixed prior weight.
    """
    return (method.prior_weight * pooled + (n - 1) * variance) / freedom(n, method)


def freedom(n: float, method: Method = METHOD) -> float:
    return method.prior_weight + n - 1


def spread(n: int, eligible: int, variance: float, pooled: float, method: Method = METHOD) -> Spread:
    """A unit's simple random sample of n from `eligible` > n people: variance s~2 (N-n) / (n (N-1)) of its mean.

    (N-n)/(N-1) goes with the score interval's p(1-p), which divides by N; levels use 1 - n/N with s~2.
    """
    moderated = moderated_variance(n, variance, pooled, method)
    correction = (eligible - n) / (eligible - 1)
    return Spread(moderated * correction / n, freedom(n, method), n / correction)


def quantile(df: float, method: Method = METHOD) -> float:
    return float(stdtrit(df, (1 + method.confidence) / 2))


def score_interval(mean: float, known: Spread, method: Method = METHOD) -> tuple[float, float]:
    """Lower and upper limit, in points, unrounded.

    Wilson's (1927) score interval for mean/100 at the effective size ne = p(1-p)/Var, never below `known.least`, with
    Student's quantile: c = (p + q^2/2ne)/(1 + q^2/ne), h = q/(1 + q^2/ne) sqrt(p(1-p)/ne + q^2/4ne^2).
    """
    p = min(max(mean / 100, 1e-6), 1 - 1e-6)
    ratio = min(max(known.variance * known.least / (1e4 * p * (1 - p)), 1e-6), 1.0)
    low, high = limits(np.float64(p), np.float64(known.least / ratio), np.float64(quantile(known.df, method)))
    return float(low), float(high)


def limits(p: Number, size: Number, q: Number) -> tuple[Number, Number]:
    """The limits of `score_interval`, in points, for arrays of shares, effective sizes and quantiles."""
    shrink = 1 + q * q / size
    centre = (p + q * q / (2 * size)) / shrink
    half = q / shrink * np.sqrt(p * (1 - p) / size + q * q / (4 * size * size))
    return 100 * (centre - half), 100 * (centre + half)


def unit_interval(
    n: int, eligible: int, mean: float, variance: float, pooled: float, method: Method = METHOD
) -> tuple[float, float]:
    """The moderated score interval of n people's mean out of `eligible`, exact and not hardened; n >= 2.

    Everybody answered: no sampling error, the mean itself. Never published as it stands (see `harden`).
    """
    if n == eligible:
        return mean, mean
    return score_interval(mean, spread(n, eligible, variance, pooled, method), method)


def harden(n: float, variance: float, pooled: float, method: Method = METHOD) -> float:
    """The variance that a published margin may use: max(s2, 0.25 sp2, 625 n/(n-1)^2).

    With mean and variance known exactly, a person can stand no further than (n-1) s / sqrt(n) from the mean
    (Samuelson 1968); the last term keeps that at 25 points or more.
    """
    return max(variance, method.least_variance_share * pooled, method.least_outlier**2 * n / (n - 1) ** 2)


def widened(n: int, eligible: int, method: Method = METHOD) -> int:
    """N := max(N, ceil(n / 0.9)): no margin tells that everybody answered."""
    return max(eligible, ceil(n / method.most_answered))


def outward(low: float, high: float) -> tuple[int, int]:
    """Whole points that hold the interval, within 0 to 100."""
    return max(0, floor(low)), min(100, ceil(high))


def possible(n: int, eligible: int, mean: float) -> tuple[int, int]:
    """Where the mean of all eligible must lie, whatever those who did not answer think: [nm/N, (nm + 100(N-n))/N]."""
    return outward(n * mean / eligible, (n * mean + 100 * (eligible - n)) / eligible)
