"""Which of many comparisons stand out, when looking at many finds something by chance alone."""

from collections.abc import Sequence

import numpy as np

from survey.core.scoring.method import METHOD
from survey.core.scoring.persons import Bools, Floats, Ints


def discoveries(p: Floats | Sequence[float], share: float = METHOD.false_discoveries) -> Bools:
    """Which of many p values (tests,) stand out when at most `share` of those named may be false.

    Benjamini & Hochberg (1995): the largest i with p_(i) <= share i / m, and all below it.
    """
    chances: Floats = np.asarray(p, dtype=float)
    order: Ints = np.argsort(chances, kind="stable")
    passed = np.flatnonzero(chances[order] <= share * np.arange(1, len(chances) + 1) / max(len(chances), 1))
    found = np.zeros(len(chances), bool)
    if len(passed):
        found[order[: passed[-1] + 1]] = True
    return found
