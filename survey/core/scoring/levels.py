"""Maturity levels, named only as firmly as the answers allow."""

from collections.abc import Sequence
from math import sqrt

import numpy as np
from scipy.special import stdtr

from survey.core.scoring.method import METHOD, Method
from survey.core.scoring.persons import Floats, Ints


def probabilities(mean: float | Floats, error: float | Floats, df: float | Floats, starts: Sequence[float]) -> Floats:
    """Mass of Student's t(df), centred at `mean` with standard error `error`, in each level's band of points
    (..., levels), for numbers or arrays of one shape.

    `starts` ascend, the first counting as minus infinity. An error of 0 puts all mass where the mean lies.
    """
    cuts = np.asarray(starts[1:], dtype=float)
    middle, width, freedom = (np.asarray(part, dtype=float)[..., None] for part in (mean, error, df))
    with np.errstate(divide="ignore", invalid="ignore"):
        below = np.where(width > 0, stdtr(freedom, (cuts - middle) / width), (cuts > middle).astype(float))
    return np.diff(below, axis=-1, prepend=0.0, append=1.0)


def standard_error(n: int, eligible: int, variance: float) -> float:
    """sqrt(s~2 (1 - n/N) / n)."""
    return sqrt(variance * (1 - n / eligible) / n)


def named(chances: Floats, method: Method = METHOD) -> tuple[int, ...]:
    """The first and the last level (from 1) that can be named: one of at least 90 %, else the best two neighbours of
    at least 90 % together, else none."""
    first, last = (int(end) for end in named_many(chances, method))
    return (first, last) if first else ()


def named_many(chances: Floats, method: Method = METHOD) -> tuple[Ints, Ints]:
    """`named` for many at once (..., levels): first and last level, both 0 for none."""
    best = np.argmax(chances, axis=-1)
    is_one = chances.max(axis=-1) >= method.level_certainty
    pairs = chances[..., :-1] + chances[..., 1:]
    pair = np.argmax(pairs, axis=-1) if pairs.shape[-1] else best
    is_two = pairs.max(axis=-1, initial=0.0) >= method.level_certainty
    first = np.where(is_one, best + 1, np.where(is_two, pair + 1, 0))
    return first, np.where(is_one, best + 1, np.where(is_two, pair + 2, 0))


def wording(levels: tuple[int, ...]) -> str:
    """ "Level 3", "Level 2 to 3", or "too few answers to place"."""
    if not levels:
        return "too few answers to place"
    first, last = levels[0], levels[-1]
    return f"Level {first}" if first == last else f"Level {first} to {last}"
