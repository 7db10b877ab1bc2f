"""What people would do next: rankings of some of the options, as points that can be averaged."""

import numpy as np

from survey.core.scoring.persons import Floats, Ints


def borda(ranked: Ints, options: int) -> Floats:
    """Rankings (n, places), options 1..`options` in order of preference and 0 from where no more were named, to
    points 0 to 100 (n, options); nan for who ranked none.

    Normalised Borda: (K - rank)/(K - 1) * 100, all that a person did not list sharing the mean of the ranks that are
    left. Everybody's points add up to 50 K, so means and margins are those of any score.
    """
    listed = (ranked > 0).sum(axis=1)
    left = (listed + 1 + options) / 2
    ranks = np.repeat(left[:, None], options, axis=1)
    person, place = np.nonzero(ranked)
    ranks[person, ranked[person, place] - 1] = place + 1
    ranks[listed == 0] = np.nan
    points: Floats = 100 * (options - ranks) / (options - 1)
    return points


def least(options: int, places: int) -> float:
    """The fewest points that anybody can give an option: those of one that was not named beside as many as can be."""
    if places >= options:
        return 0.0
    return 100 * (options - (places + 1 + options) / 2) / (options - 1)
