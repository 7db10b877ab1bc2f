"""Maturity levels, named only as firmly as the answers allow."""

from collections.abc import Sequence
from math import sqrt

import numpy as np
from scipy.special import stdtr

from survey.core.scoring.method import METHOD, Method
from survey.core.scoring.persons import Floats


def probabilities(mean: float, error: float, df: float, starts: Sequence[float]) -> Floats:
    """Mass of Student's t(df), centred at `mean` with standard error `error`, in each level's band of points.

    `starts` ascend, the first counting as minus infinity. An error of 0 puts all mass where the mean lies.
    """
    cuts = np.asarray(starts[1:], dtype=float)
    below = stdtr(df, (cuts - mean) / error) if error else (cuts > mean).astype(float)
    return np.diff(below, prepend=0.0, append=1.0)


def standard_error(n: int, eligible: int, variance: float) -> float:
    """sqrt(s~2 (1 - n/N) / n)."""
    return sqrt(variance * (1 - n / eligible) / n)


def named(chances: Floats, method: Method = METHOD) -> tuple[int, ...]:
    """The first and the last level (from 1) that can be named: one of at least 90 %, else the best two neighbours of
    at least 90 % together, else none."""
    best = int(np.argmax(chances))
    if chances[best] >= method.level_certainty:
        return best + 1, best + 1
    pairs = chances[:-1] + chances[1:]
    if len(pairs) and pairs.max() >= method.level_certainty:
        first = int(np.argmax(pairs)) + 1
        return first, first + 1
    return ()


def wording(levels: tuple[int, ...]) -> str:
    """ "Level 3", "Level 2 to 3", or "too few answers to place"."""
    if not levels:
        return "too few answers to place"
    first, last = levels[0], levels[-1]
    return f"Level {first}" if first == last else f"Level {first} to {last}"
