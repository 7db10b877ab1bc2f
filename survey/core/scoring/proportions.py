"""Margins for shares of people: how many of a unit stand at a level, agree, or do not know."""

from math import sqrt

import numpy as np
from scipy.special import gammaln, ndtri

from survey.core.scoring.method import METHOD, Method
from survey.core.scoring.persons import Floats, Ints


def wilson(count: float, n: int, eligible: int, method: Method = METHOD) -> tuple[float, float]:
    """Wilson's (1927) interval for a share, `count` of n answered out of `eligible`, as shares 0 to 1.

    n* = n (N-1)/(N-n) stands for n (finite population); clipped to what is possible, [x/N, (x + N - n)/N].
    Everybody answered: the share itself.
    """
    share = count / n
    if n == eligible:
        return share, share
    size, z = n * (eligible - 1) / (eligible - n), float(ndtri((1 + method.confidence) / 2))
    shrink = 1 + z * z / size
    centre = (share + z * z / (2 * size)) / shrink
    half = z / shrink * sqrt(share * (1 - share) / size + z * z / (4 * size * size))
    return max(centre - half, count / eligible), min(centre + half, (count + eligible - n) / eligible)


def hypergeometric(count: int, n: int, eligible: int, method: Method = METHOD) -> tuple[float, float]:
    """The exact interval, as shares 0 to 1: all K of `eligible` under which neither tail of `count` in n is below
    (1 - confidence)/2. Coverage is never below the confidence. Source: Konijn (1973), test inversion.

    No release uses it: published shares are rounded, and their margins made from that keep the same promise. It is the
    yardstick beside which `survey bench coverage` shows so.
    """
    tail = (1 - method.confidence) / 2
    possible = np.arange(count, count + eligible - n + 1)
    odds = chances(np.arange(n + 1), possible, n, eligible)
    fits = (odds[:, : count + 1].sum(axis=1) > tail) & (odds[:, count:].sum(axis=1) > tail)
    inside = possible[fits]
    return float(inside[0] / eligible), float(inside[-1] / eligible)


def chances(x: Ints, of: Ints, n: int, eligible: int) -> Floats:
    """P(X = x) for n drawn from `eligible` of which K have the trait: (K, x)."""
    have, drawn = of[:, None], x[None, :]
    rest, left = eligible - have, n - drawn
    valid = (drawn <= have) & (left <= rest)
    logs = _choose(have, drawn) + _choose(rest, left) - _choose(np.array(eligible), np.array(n))
    return np.where(valid, np.exp(np.where(valid, logs, 0.0)), 0.0)


def _choose(n: Ints, k: Ints) -> Floats:
    k = np.minimum(k, n)
    logs: Floats = gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1)
    return logs
